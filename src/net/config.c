/*
 * Reading exchange.json; see config.h. What it does not know is refused, so that a word written
 * wrongly does not pass for a setting.
 */
#include "net/config.h"

#include "base/json.h"
#include "base/limits.h"
#include "ledger/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static int read_text(const char *path, struct error *err, struct buf *ret)
{
    char bytes[4096];
    size_t n;
    FILE *file = fopen(path, "re");
    if (!file) {
        return errno == ENOENT ? EN_NOT_FOUND
                               : error_set(err, EN_IO, "cannot open %s: %s", path, strerror(errno));
    }
    while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0) {
        buf_add(ret, slice_make(bytes, n));
    }
    bool bad = ferror(file) || buf_failed(ret);
    fclose(file);
    return bad ? error_set(err, EN_IO, "cannot read %s", path) : 0;
}

static int take_text(struct arena *a, const struct json *v, const char *name, struct error *err,
                     const char **ret)
{
    if (v->type != JSON_STRING) {
        return error_field(err, slice_of(name), REASON_TYPE, "text");
    }
    *ret = arena_cstr(a, v->text);
    return *ret ? 0 : error_set(err, EN_NO_MEMORY, "exchange.json");
}

static int take_seconds(const struct json *v, const char *name, struct error *err, int64_t *ret)
{
    if (v->type != JSON_NUMBER || !v->is_integer || v->integer < 1 || v->integer > 86400) {
        return error_field(err, slice_of(name), REASON_RANGE, "1 to 86400");
    }
    *ret = v->integer;
    return 0;
}

static int take(struct arena *a, const struct json_member *m, struct error *err,
                struct net_config *c)
{
    const struct json *v = &m->value;
    if (slice_is(m->name, "proxy")) {
        return take_text(a, v, "proxy", err, &c->proxy);
    }
    if (slice_is(m->name, "no_proxy")) {
        return take_text(a, v, "no_proxy", err, &c->no_proxy);
    }
    if (slice_is(m->name, "connect_s")) {
        return take_seconds(v, "connect_s", err, &c->connect_s);
    }
    if (slice_is(m->name, "stall_s")) {
        return take_seconds(v, "stall_s", err, &c->stall_s);
    }
    if (slice_is(m->name, "push_after_s")) {
        return take_seconds(v, "push_after_s", err, &c->push_after_s);
    }
    if (slice_is(m->name, "push") && v->type == JSON_BOOL) {
        c->push = v->boolean;
        return 0;
    }
    return error_field(err, m->name, REASON_UNKNOWN_FIELD, "%s", "");
}

/* A proxy carries the connection; it must not be able to look into it. */
static int check_proxy(const struct net_config *c, struct error *err)
{
    struct slice proxy = slice_of(c->proxy);
    bool fits =
        proxy.len == 0 || slice_starts(proxy, S("http://")) || slice_starts(proxy, S("socks5h://"));
    return fits ? 0
                : error_field(err, S("proxy"), REASON_FORMAT,
                              "http://host:port, "
                              "socks5h://host:port");
}

static int take_all(struct arena *a, struct slice text, struct error *err, struct net_config *c)
{
    struct json *tree = NULL;
    int code = json_parse(a, text, err, &tree);
    if (code == 0 && tree->type != JSON_OBJECT) {
        return error_set(err, EN_INVALID, "exchange.json is no JSON object");
    }
    for (uint32_t i = 0; code == 0 && i < tree->count; i++) {
        code = take(a, &tree->members[i], err, c);
    }
    return code == 0 ? check_proxy(c, err) : code;
}

int net_config_load(const char *directory, struct arena *a, struct error *err,
                    struct net_config *ret)
{
    struct buf text cleanup_buf = { 0 };
    struct net_config c = { .connect_s = 20,
                            .stall_s = 300,
                            .attempts = LIMIT_EXCHANGE_ATTEMPTS,
                            .retry_ms = 1000,
                            .push_after_s = 30 };
    buf_init(&text, LIMIT_RECORD);
    char *path = file_join(directory, "exchange.json");
    int code = path ? read_text(path, err, &text) : error_set(err, EN_NO_MEMORY, "exchange.json");
    free(path);
    if (code == 0) {
        struct slice kept = arena_copy(a, buf_slice(&text));
        code =
            kept.ptr ? take_all(a, kept, err, &c) : error_set(err, EN_NO_MEMORY, "exchange.json");
    }
    if (code < 0 && code != EN_NOT_FOUND) {
        return code;
    }
    *ret = c;
    return 0;
}
