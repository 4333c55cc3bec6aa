/*
 * Any bytes as a request target. What must hold: path and parameters come out as UTF-8 without
 * control characters; what is encoded again reads back equal; a parameter that an operation
 * declares is either refused with its name or becomes a value of its type.
 */
#include "fuzz.h"

#include "base/limits.h"
#include "base/percent.h"
#include "http/url.h"
#include "ops/ops.h"
#include "record/record.h"

enum { MEMORY = 16 * 1024 * 1024 };

static void check_text(struct slice text)
{
    must(slice_is_utf8(text));
    for (size_t i = 0; i < text.len; i++)
        must((unsigned char)text.ptr[i] >= ' ' && text.ptr[i] != 0x7f);
}

static void check_round(struct arena *a, const struct json *parameters)
{
    struct json *back = json_new_object(a);
    cleanup_buf struct buf out;
    buf_init(&out, MEMORY);
    for (uint32_t i = 0; i < parameters->count; i++) {
        if (i)
            buf_add_char(&out, '&');
        percent_encode(&out, parameters->members[i].name);
        buf_add_char(&out, '=');
        percent_encode(&out, parameters->members[i].value.text);
    }
    must(!buf_failed(&out) && url_query(a, buf_slice(&out), NULL, back) == 0);
    must(json_equal(back, parameters));
}

/* Every declared parameter of every operation takes or refuses the value. */
static void check_declared(struct arena *a, const struct operations *all, struct slice value)
{
    for (size_t i = 0; i < all->count; i++)
        for (const struct parameter *p = all->items[i].parameters; p && p->name; p++) {
            struct error err = { 0 };
            struct json *v = field_from_text(&p->field, a, value, slice_of(p->name), &err);
            must(v || err.code < 0);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cleanup_arena struct arena *a = arena_new(MEMORY);
    struct error err = { 0 };
    struct url url;
    const struct kinds *kinds;
    const struct operations *all;
    must(a && kinds_make(a, S(""), NULL, &kinds) == 0);
    must(operations_make(a, kinds, NULL, &all) == 0);
    if (size > LIMIT_URL)
        return 0;
    if (url_split(a, slice_make((const char *)data, size), &err, &url) < 0) {
        must(err.code == EN_INVALID);
        return 0;
    }
    struct json *parameters = json_new_object(a), *of_path = NULL;
    const struct operation *o = NULL;
    struct slice allow = S("");
    check_text(url.path);
    if (operations_route(all, a, S("GET"), url.path, &o, &of_path, &allow) == 0)
        must(o && of_path && slice_is(S("GET"), o->method));
    if (url_query(a, url.query, &err, parameters) < 0) {
        must(err.code == EN_INVALID);
        return 0;
    }
    for (uint32_t i = 0; i < parameters->count; i++) {
        check_text(parameters->members[i].name);
        check_text(parameters->members[i].value.text);
    }
    check_round(a, parameters);
    if (parameters->count)
        check_declared(a, all, parameters->members[0].value.text);
    return 0;
}
