/* See check.h. A helper that fails fails the test that called it. */
#include "check.h"

const char small_policy_text[] =
    "{\"id\":\"small\","
    "\"levels\":[{\"name\":\"LOW\"},{\"name\":\"HIGH\"}],"
    "\"restrictive\":[{\"name\":\"Need\",\"values\":[{\"name\":\"X\"},{\"name\":\"Y\"}],"
    "\"default\":[]}],"
    "\"permissive\":["
    "{\"name\":\"Rel\",\"values\":[{\"name\":\"A\"},{\"name\":\"B\"},{\"name\":\"C\"}],"
    "\"groups\":[{\"name\":\"G\",\"members\":[{\"is\":\"A\",\"until\":\"2020-01-01\"},"
    "{\"is\":\"B\"},{\"is\":\"C\",\"from\":\"2020-01-01\"}]}],\"default\":\"ANYONE\"},"
    "{\"name\":\"Team\",\"values\":[{\"name\":\"P\"}],\"default\":\"ANYONE\"}],"
    "\"default\":{\"class\":\"LOW\"}}";

static struct policy *load(struct slice text)
{
    struct error err = { 0 };
    struct policy *p = NULL;
    if (policy_load(text, &err, &p) != 0) {
        fail_msg("%s", err.message);
    }
    return p;
}

struct policy *small_policy(void)
{
    return load(slice_of(small_policy_text));
}

char *source_file(const char *name, size_t *ret_len)
{
    char path[4096];
    const char *root = getenv("ENTENTE_SOURCE");
    snprintf(path, sizeof(path), "%s/%s", root ? root : ".", name);
    FILE *f = fopen(path, "rb");
    if (!f) {
        fail_msg("cannot open %s", path);
    }
    size_t capacity = 1024 * 1024;
    char *text = calloc(1, capacity);
    assert_non_null(text);
    *ret_len = fread(text, 1, capacity - 1, f);
    fclose(f);
    return text;
}

struct policy *default_policy(void)
{
    size_t len = 0;
    char *text = source_file("policy/default.json", &len);
    struct policy *p = load(slice_make(text, len));
    free(text); /* on purpose before any use: the policy keeps its own copies */
    return p;
}

static struct json *parse(struct arena *a, const char *text)
{
    struct error err = { 0 };
    struct json *v = NULL;
    if (json_parse(a, slice_of(text), &err, &v) != 0) {
        fail_msg("%s: %s", text, err.message);
    }
    return v;
}

const struct label *label_of(const struct policy *p, struct arena *a, const char *json)
{
    struct error err = { 0 };
    const struct label *l = NULL;
    if (label_parse(p, a, parse(a, json), S("/label"), &err, &l) != 0) {
        fail_msg("%s: %s", json, err.message);
    }
    return l;
}

const struct label *label_of_text(const struct policy *p, struct arena *a, const char *text)
{
    struct error err = { 0 };
    const struct label *l = NULL;
    if (label_parse_text(p, a, slice_of(text), S("label"), &err, &l) != 0) {
        fail_msg("%s: %s", text, err.message);
    }
    return l;
}

const struct clearance *clearance_of(const struct policy *p, struct arena *a, const char *json)
{
    struct error err = { 0 };
    const struct clearance *c = NULL;
    if (clearance_parse(p, a, parse(a, json), S("/clearance"), &err, &c) != 0) {
        fail_msg("%s: %s", json, err.message);
    }
    return c;
}

int64_t day(const char *text)
{
    struct when w;
    assert_true(when_parse(slice_of(text), &w));
    return when_first_ms(w);
}

static const char *keep(struct arena *a, struct buf *b)
{
    assert_false(buf_failed(b));
    const char *text = arena_cstr(a, buf_slice(b));
    assert_non_null(text);
    return text;
}

const char *json_of(const struct policy *p, struct arena *a, const struct label *l)
{
    cleanup_buf struct buf b;
    buf_init(&b, CHECK_MEMORY);
    label_write(p, l, &b);
    return keep(a, &b);
}

const char *text_of(const struct policy *p, struct arena *a, const struct label *l)
{
    cleanup_buf struct buf b;
    buf_init(&b, CHECK_MEMORY);
    label_write_text(p, l, &b);
    return keep(a, &b);
}

const char *marking_of(const struct policy *p, struct arena *a, const struct label *l, bool french)
{
    cleanup_buf struct buf b;
    buf_init(&b, CHECK_MEMORY);
    label_write_marking(p, l, french, &b);
    return keep(a, &b);
}
