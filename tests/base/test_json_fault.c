/*
 * No memory: the 1st, 2nd, 3rd ... allocation of a whole round through JSON is refused until none
 * is. Each time the refusal is reported as such and nothing leaks (the leak checker is the judge).
 */
#include "random_json.h"

#include "base/fault.h"
#include "base/limits.h"

/* Parse, patch, build, write; EN_NO_MEMORY from wherever it came, or 0. */
static int round_trip(struct slice text, struct buf *out)
{
    struct error err = { 0 };
    struct json *v = NULL;
    cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
    if (!a) {
        return EN_NO_MEMORY;
    }
    int r = json_parse(a, text, &err, &v);
    if (r < 0) {
        assert_int_equal(err.code, r);
        assert_null(v);
        return r;
    }
    struct json *patched = json_merge_patch(a, v, v);
    struct json *outer = json_new_object(a);
    if (!patched || json_object_set(a, outer, S("patched"), patched) < 0 ||
        json_object_set(a, outer, S("kind"), json_new_text(a, S("test"))) < 0 ||
        json_set_text(a, outer, "text", S("test")) < 0 || json_set_int(a, outer, "int", 7) < 0 ||
        json_set_bool(a, outer, "bool", true) < 0) {
        assert_true(arena_failed(a));
        return EN_NO_MEMORY;
    }
    json_write_canonical(a, outer, out);
    return buf_failed(out) ? EN_NO_MEMORY : 0;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    uint64_t seed = 31;
    cleanup_buf struct buf text;
    buf_init(&text, LIMIT_BODY);
    buf_add_cstr(&text, "[");
    for (int i = 0; i < 60; i++) { /* all sizes of objects, so sorted and unsorted paths */
        if (i > 0) {
            buf_add_char(&text, ',');
        }
        size_t before = text.len;
        random_container(&seed, &text, 5, true);
        cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
        struct json *v = NULL;
        struct slice added = slice_make(text.ptr + before, text.len - before);
        if (json_parse(a, added, NULL, &v) < 0) { /* a duplicate or an overflow: not wanted */
            buf_truncate(&text, before);
            buf_add_cstr(&text, "0");
        }
    }
    buf_add_cstr(&text, ",{");
    for (int i = 0; i < 100; i++) {
        buf_printf(&text, "%s\"n%d\":[%d]", i > 0 ? "," : "", i, i);
    }
    buf_add_cstr(&text, "}]");
    for (long n = 1;; n++) {
        cleanup_buf struct buf out;
        buf_init(&out, LIMIT_BODY);
        fault_arm_allocation(n);
        int r = round_trip(buf_slice(&text), &out);
        if (!fault_disarm()) {
            assert_int_equal(r, 0);
            assert_true(n > 10);
            return;
        }
        assert_int_equal(r, EN_NO_MEMORY);
    }
}

static void the_switch_refuses_exactly_the_nth(void **state)
{
    (void)state;
    fault_arm_allocation(3);
    for (int i = 1; i <= 5; i++) {
        void *piece = i % 2 ? base_malloc(8) : base_calloc(1, 8);
        assert_true((piece == NULL) == (i == 3));
        base_free(piece);
    }
    assert_true(fault_disarm());
    assert_false(fault_disarm());
    fault_arm_allocation(1);
    assert_null(base_realloc(NULL, 8));
    assert_true(fault_disarm());
    fault_arm_allocation(1);
    assert_false(fault_disarm());
    void *piece = base_malloc(8);
    assert_non_null(piece);
    free(piece);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(the_switch_refuses_exactly_the_nth),
    };
    return run_suite(tests);
}
