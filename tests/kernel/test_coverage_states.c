/* The set of states: equal states meet, others do not, and a cut keeps the heaviest. */
#include "base/fault.h"
#include "kernel/coverage_states.h"
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "near.h"

enum { WIDTH = 2, KINDS = 300, ADDED = 3000 };

static void add(struct coverage_states *s, int32_t a, int32_t b, uint64_t causes, double mass)
{
    const int32_t missing[WIDTH] = { a, b };
    assert_int_equal(coverage_states_add(s, missing, causes, mass, NULL), 0);
}

static void states_that_differ_in_anything_stay_apart(void **state)
{
    (void)state;
    struct coverage_states s = { 0 };
    coverage_states_reset(&s, WIDTH);
    add(&s, 1, 2, 0, 0.5);
    add(&s, 2, 1, 0, 0.25);
    add(&s, 1, 2, 1, 0.125);
    add(&s, 1, 2, 0, 0.0625);
    assert_int_equal(s.count, 3);
    assert_near(s.mass[0], 0.5625, 0);
    assert_near(s.mass[1], 0.25, 0);
    assert_near(s.mass[2], 0.125, 0);
    assert_int_equal(s.causes[2], 1);
    assert_int_equal(coverage_states_missing(&s, 1)[0], 2);
    coverage_states_done(&s);
}

/* Judge: a plain table. The set is used again and again, for states of other widths in between. */
static void a_set_holds_the_sum_of_what_was_added(void **state)
{
    (void)state;
    struct random r = { 71 };
    struct coverage_states s = { 0 };
    for (int round = 0; round < 20; round++) {
        double want[KINDS] = { 0 };
        uint32_t kinds = 1 + (uint32_t)random_below(&r, KINDS), seen = 0;
        const int32_t wide[7] = { round };
        coverage_states_reset(&s, 7);
        assert_int_equal(coverage_states_add(&s, wide, 5, 1, NULL), 0);
        coverage_states_reset(&s, WIDTH);
        for (int n = 0; n < ADDED; n++) {
            uint32_t k = (uint32_t)random_below(&r, kinds);
            double mass = (double)(1 + random_below(&r, 8));
            seen += want[k] <= 0;
            want[k] += mass;
            add(&s, (int32_t)(k % 7), (int32_t)(k / 7 % 5), k / 35, mass);
        }
        assert_int_equal(s.count, seen);
        for (uint32_t i = 0; i < s.count; i++) {
            const int32_t *missing = coverage_states_missing(&s, i);
            uint64_t k = s.causes[i] * 35 + (uint64_t)missing[1] * 7 + (uint64_t)missing[0];
            assert_near(s.mass[i], want[k], 0);
        }
    }
    coverage_states_done(&s);
}

static void a_cut_keeps_the_heaviest_and_of_equals_the_first(void **state)
{
    (void)state;
    static const double mass[] = { 1, 4, 2, 2, 8, 2, 2, 1 };
    static const int32_t left[] = { 1, 2, 3, 4 };
    struct coverage_states s = { 0 };
    double gone = 77;
    coverage_states_reset(&s, WIDTH);
    for (int32_t i = 0; i < 8; i++)
        add(&s, i, 9, 3, mass[i]);
    assert_int_equal(coverage_states_cut(&s, 8, NULL, &gone), 0);
    assert_near(gone, 0, 0);
    assert_int_equal(s.count, 8);
    assert_int_equal(coverage_states_cut(&s, 4, NULL, &gone), 0);
    assert_near(gone, 6, 0);
    assert_int_equal(s.count, 4);
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(coverage_states_missing(&s, i)[0], left[i]);
        assert_int_equal(coverage_states_missing(&s, i)[1], 9);
        assert_near(s.mass[i], mass[left[i]], 0);
        assert_int_equal(s.causes[i], 3);
    }
    coverage_states_done(&s);
}

static void no_memory_leaves_the_set_as_it_was(void **state)
{
    (void)state;
    struct coverage_states s = { 0 };
    double gone;
    coverage_states_reset(&s, WIDTH);
    for (int32_t i = 0; i < 1000; i++) {
        const int32_t missing[WIDTH] = { i, 1 };
        for (long n = 1;; n++) {
            fault_arm_allocation(n);
            int rc = coverage_states_add(&s, missing, 0, 1, NULL);
            if (!fault_disarm()) {
                assert_int_equal(rc, 0);
                break;
            }
            assert_int_equal(rc, EN_NO_MEMORY);
            assert_int_equal(s.count, i);
        }
    }
    assert_int_equal(s.count, 1000);
    fault_arm_allocation(1);
    assert_int_equal(coverage_states_cut(&s, 10, NULL, &gone), EN_NO_MEMORY);
    assert_true(fault_disarm());
    assert_int_equal(s.count, 1000);
    for (int32_t i = 0; i < 1000; i++)
        assert_int_equal(coverage_states_missing(&s, (uint32_t)i)[0], i);
    coverage_states_done(&s);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_that_differ_in_anything_stay_apart),
        cmocka_unit_test(a_set_holds_the_sum_of_what_was_added),
        cmocka_unit_test(a_cut_keeps_the_heaviest_and_of_equals_the_first),
        cmocka_unit_test(no_memory_leaves_the_set_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
