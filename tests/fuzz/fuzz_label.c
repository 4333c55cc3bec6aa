/*
 * Any bytes as a label, a clearance, a short text form or a policy; the first byte says which. What
 * must hold: a refusal says so and gives nothing; an accepted label reads back equal from its
 * canonical form, which is a fixed point, and from its text form; the join with any fixed label is
 * read by exactly those who read both; the operator reads all but what is nobody's.
 */
#include "fuzz.h"

#include "base/limits.h"
#include "label/label.h"

enum { MEMORY = 64 * 1024 * 1024, DATES = 3 };

static const char policy_text[] =
    "{\"id\":\"fuzz\",\"levels\":[{\"name\":\"LOW\"},{\"name\":\"HIGH\"}],"
    "\"restrictive\":[{\"name\":\"Need\",\"values\":[{\"name\":\"X\"},{\"name\":\"Y\"}],"
    "\"default\":[\"Y\"]}],"
    "\"permissive\":[{\"name\":\"Rel\",\"values\":[{\"name\":\"A\"},{\"name\":\"B\"}],"
    "\"groups\":[{\"name\":\"G\",\"members\":[{\"is\":\"A\",\"until\":\"2020-01-01\"},"
    "{\"is\":\"B\"}]}],\"default\":[[\"A\"]]},"
    "{\"name\":\"Team\",\"values\":[{\"name\":\"P\"}],\"default\":\"ANYONE\"}],"
    "\"tlp\":\"GREEN\",\"default\":{\"class\":\"LOW\"}}";

static const char *const readers[] = {
    "{}",
    "{\"class\":\"HIGH\",\"tlp\":\"RED\",\"restrictive\":{\"Need\":[\"X\",\"Y\"]},"
    "\"permissive\":{\"Rel\":[\"A\"],\"Team\":[\"P\"]}}",
    "{\"class\":\"HIGH\",\"tlp\":\"AMBER\",\"restrictive\":{\"Need\":[\"Y\"]},"
    "\"permissive\":{\"Rel\":[\"B\",\"G\"]}}",
};
enum { READERS = sizeof(readers) / sizeof(readers[0]) };

static const int64_t dates[DATES] = { INT64_MIN, 0, INT64_C(1600000000000) };

static const struct clearance *read_clearance(const struct policy *p, struct arena *a,
                                              struct slice text)
{
    struct json *v = NULL;
    const struct clearance *c = NULL;
    struct error err = { 0 };
    if (json_parse(a, text, NULL, &v) == 0) {
        int code = clearance_parse(p, a, v, S("/clearance"), &err, &c);
        must((code == 0) == (c != NULL));
        must(code == 0 || (err.code == code && err.field_count > 0));
    }
    return c;
}

static void check_round_trips(const struct policy *p, struct arena *a, const struct label *l)
{
    cleanup_buf struct buf first;
    cleanup_buf struct buf second;
    buf_init(&first, MEMORY);
    buf_init(&second, MEMORY);
    label_write(p, l, &first);
    struct json *v = NULL;
    const struct label *back = NULL;
    must(!buf_failed(&first) && json_parse(a, buf_slice(&first), NULL, &v) == 0);
    must(label_parse(p, a, v, S(""), NULL, &back) == 0 && label_equal(l, back));
    label_write(p, back, &second);
    must(slice_eq(buf_slice(&first), buf_slice(&second)));
    buf_clear(&second);
    json_write_canonical(a, v, &second);
    must(slice_eq(buf_slice(&first), buf_slice(&second)));

    buf_clear(&first);
    label_write_text(p, l, &first);
    must(label_parse_text(p, a, buf_slice(&first), S(""), NULL, &back) == 0);
    must(label_equal(l, back));
    buf_clear(&first);
    label_write_marking(p, l, true, &first);
    must(first.len > 0 && !buf_failed(&first) && slice_is_utf8(buf_slice(&first)));
}

static void check_join(const struct policy *p, struct arena *a, const struct label *l)
{
    const struct label *fixed = NULL;
    must(label_parse_text(p, a, S("LOW; Need: X; Rel: A, B; Rel: G; TLP:AMBER"), S(""), NULL,
                          &fixed) == 0);
    const struct label *j = label_join(p, a, l, fixed);
    must(j && label_equal(j, label_join(p, a, fixed, l)));
    must(label_equal(l, label_join(p, a, l, l)));
    must(label_equal(l, label_join(p, a, l, policy_lowest_label(p))));
    for (size_t k = 0; k < READERS; k++) {
        const struct clearance *c = read_clearance(p, a, slice_of(readers[k]));
        must(c);
        for (size_t d = 0; d < DATES; d++) {
            bool both = label_may_read(p, c, l, dates[d]) && label_may_read(p, c, fixed, dates[d]);
            must(label_may_read(p, c, j, dates[d]) == both);
            must(!both || label_may_read(p, clearance_all(p), j, dates[d]));
        }
    }
}

static void check_label(const struct policy *p, struct arena *a, struct slice text, bool short_form)
{
    struct json *v = NULL;
    const struct label *l = NULL;
    struct error err = { 0 };
    if (!short_form && json_parse(a, text, NULL, &v) != 0) {
        return;
    }
    int code = short_form ? label_parse_text(p, a, text, S("label"), &err, &l)
                          : label_parse(p, a, v, S("/label"), &err, &l);
    if (code != 0) {
        must(code == EN_INVALID && !l && err.field_count > 0 && err.fields[0].pointer[0]);
        must(slice_is_utf8(slice_of(err.message)));
        return;
    }
    must(l && err.code == EN_OK);
    check_round_trips(p, a, l);
    check_join(p, a, l);
}

static void check_clearance(const struct policy *p, struct arena *a, struct slice text)
{
    const struct clearance *c = read_clearance(p, a, text);
    cleanup_buf struct buf first;
    cleanup_buf struct buf second;
    buf_init(&first, MEMORY);
    buf_init(&second, MEMORY);
    if (c) {
        clearance_write(p, c, &first);
        c = read_clearance(p, a, buf_slice(&first));
        must(c);
        clearance_write(p, c, &second);
        must(slice_eq(buf_slice(&first), buf_slice(&second)));
    }
}

static void check_policy(struct arena *a, struct slice text)
{
    struct policy *p = NULL;
    struct error err = { 0 };
    int code = policy_load(text, &err, &p);
    if (code != 0) {
        must(!p && err.code == code && err.message[0]);
        return;
    }
    cleanup_buf struct buf b;
    buf_init(&b, MEMORY);
    struct json_writer w;
    jw_init(&w, &b);
    policy_describe(p, &w);
    struct json *v = NULL;
    must(buf_failed(&b) || json_parse(a, buf_slice(&b), NULL, &v) == 0);
    check_round_trips(p, a, policy_default_label(p));
    check_round_trips(p, a, policy_lowest_label(p));
    policy_free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    struct slice text = slice_make((const char *)data + 1, size - 1);
    struct policy *p = NULL;
    cleanup_arena struct arena *a = arena_new(4 * (size_t)MEMORY);
    must(a && policy_load(slice_of(policy_text), NULL, &p) == 0);
    switch (data[0]) {
    case 'L':
        check_label(p, a, text, /* short_form= */ false);
        break;
    case 'T':
        check_label(p, a, text, /* short_form= */ true);
        break;
    case 'C':
        check_clearance(p, a, text);
        break;
    case 'P':
        check_policy(a, text);
        break;
    default:
        break;
    }
    policy_free(p);
    return 0;
}
