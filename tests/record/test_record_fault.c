/*
 * No memory: the 1st, 2nd, 3rd ... allocation is refused, and arenas of every small size are tried.
 * Each time the refusal is reported as such, nothing is half made, nothing leaks.
 */
#include "random_record.h"

#include "base/fault.h"
#include "record/weights.h"

static void note_nothing(void *context, const struct evidence_item *item)
{
    *(size_t *)context += item->w_micro;
}

/* Kinds with custom fields, a check, its evidence, cells and back. */
static int whole_round(size_t budget, struct slice text)
{
    const struct slice custom = S("{\"engagement\":[{\"name\":\"x_a\",\"type\":\"text\"}]}");
    struct error err = { 0 };
    const struct kinds *kinds = NULL;
    struct json *input = NULL, *body = NULL;
    struct weights w;
    size_t sum = 0;
    cleanup_arena struct arena *a = arena_new(budget);
    if (!a)
        return EN_NO_MEMORY;
    int code = kinds_make(a, custom, &err, &kinds);
    code = code ? code : json_parse(a, text, &err, &input);
    if (code)
        return code;
    const struct kind *k = kinds_find(kinds, S("engagement"));
    code = record_check(k, a, input, NULL, &err, &body);
    if (code) {
        assert_int_equal(err.code, code);
        assert_null(body);
        return code;
    }
    code = weights_parse(S("{\"stakes\":{}}"), &err, &w);
    if (code)
        return code;
    record_evidence(k, body, &w, note_nothing, &sum);
    assert_int_equal(sum, 500000);
    KIND_EACH_FIELD(k, f)
    {
        cleanup_buf struct buf cell;
        buf_init(&cell, LIMIT_RECORD);
        field_to_text(f, json_get(body, f->name), &cell);
        if (buf_failed(&cell) || !field_from_text(f, a, buf_slice(&cell), S("c"), &err))
            return EN_NO_MEMORY;
    }
    return arena_failed(a) ? EN_NO_MEMORY : 0;
}

static const char body_text[] =
    "{\"title\":\"T\",\"when\":\"2024-05-01\",\"mode\":\"call\",\"status\":\"held\",\"latitude\":"
    "45.5,\"longitude\":-75.7,\"participants\":[{\"actor\":\"" ID_A "\"},{\"actor\":\"" ID_B
    "\"}],\"topics\":[\"a;b\",\"c\\\\d\"],\"summary\":\"a\\r\\nb\",\"country\":\"ca\",\"x_a\":"
    "\"custom\"}";

static void every_allocation_may_fail(void **state)
{
    (void)state;
    long n = 1;
    for (; n < 5000; n++) {
        fault_arm_allocation(n);
        int code = whole_round(LIMIT_ARENA, slice_of(body_text));
        if (!fault_disarm()) {
            assert_int_equal(code, 0);
            break;
        }
        assert_int_equal(code, EN_NO_MEMORY);
    }
    assert_in_range(n, 4, 4999);
}

static void every_small_budget_is_reported(void **state)
{
    (void)state;
    size_t budget = 64, refused = 0;
    for (; budget < 1024 * 1024; budget += 64) {
        int code = whole_round(budget, slice_of(body_text));
        if (code == 0)
            break;
        assert_int_equal(code, EN_NO_MEMORY);
        refused++;
    }
    assert_true(refused > 50);
    assert_true(budget < 1024 * 1024);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(every_small_budget_is_reported),
    };
    return run_suite(tests);
}
