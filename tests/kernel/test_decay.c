/* Decay: the stated laws of D, and every way to compute it against the 240-bit path. The 240-bit
 * path itself is judged by oracle_trust.py with big integers. */
#include "kernel/decay.h"
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const int64_t half_lives[] = {
    1,
    2,
    3,
    7,
    64,
    1000,
    3600,
    86400,
    15552000,
    31557600,
    63072000,
    946080000,
    ((int64_t)1 << 36) - 1,
    (int64_t)1 << 36,
};
enum { HALF_LIVES = sizeof(half_lives) / sizeof(half_lives[0]) };

static struct decay *made(int64_t half_life)
{
    struct decay *d = decay_new(half_life);
    assert_non_null(d);
    return d;
}

static void now_counts_in_full(void **state)
{
    (void)state;
    for (size_t i = 0; i < HALF_LIVES; i++) {
        struct decay *d = made(half_lives[i]);
        assert_int_equal(decay_of(d, 0), DECAY_ONE);
        free(d);
    }
}

static void whole_half_lives_are_powers_of_two(void **state)
{
    (void)state;
    for (size_t i = 0; i < HALF_LIVES; i++) {
        struct decay *d = made(half_lives[i]);
        for (int64_t k = 0; k <= 32 && k * half_lives[i] <= DECAY_TIME_MAX; k++)
            assert_int_equal(decay_of(d, k * half_lives[i]), DECAY_ONE >> k);
        if (32 * half_lives[i] < DECAY_TIME_MAX)
            assert_int_equal(decay_of(d, 32 * half_lives[i] + 1), 0);
        free(d);
    }
}

static void decay_never_rises(void **state)
{
    (void)state;
    struct random r = { 1 };
    for (size_t i = 0; i < HALF_LIVES; i++) {
        struct decay *d = made(half_lives[i]);
        for (int n = 0; n < 3000; n++) {
            int64_t dt = (int64_t)random_below(&r, 33 * (uint64_t)half_lives[i]);
            assert_true(decay_of(d, dt + 1) <= decay_of(d, dt));
        }
        free(d);
    }
}

static void a_half_life_halves_within_two_units(void **state)
{
    (void)state;
    struct random r = { 2 };
    for (size_t i = 0; i < HALF_LIVES; i++) {
        struct decay *d = made(half_lives[i]);
        for (int n = 0; n < 2000; n++) {
            int64_t dt = (int64_t)random_below(&r, 31 * (uint64_t)half_lives[i] + 1);
            if (dt + half_lives[i] > DECAY_TIME_MAX)
                continue;
            uint64_t now = decay_of(d, dt), later = decay_of(d, dt + half_lives[i]);
            assert_true(2 * later <= now && now - 2 * later <= 2);
        }
        free(d);
    }
}

static void tables_give_the_exact_floor(void **state)
{
    (void)state;
    struct random r = { 3 };
    for (size_t i = 0; i < HALF_LIVES; i++) {
        struct decay *d = made(half_lives[i]);
        for (int n = 0; n < 2000; n++) {
            uint64_t dt = random_below(&r, 33 * (uint64_t)half_lives[i] + 2);
            dt = dt <= (uint64_t)DECAY_TIME_MAX ? dt : (uint64_t)DECAY_TIME_MAX;
            assert_int_equal(decay_of(d, (int64_t)dt), decay_exact(half_lives[i], dt));
        }
        free(d);
    }
}

static void without_a_half_life_nothing_fades(void **state)
{
    (void)state;
    struct decay *d = made(DECAY_NONE);
    assert_int_equal(decay_of(d, INT64_MAX), DECAY_ONE);
    free(d);
}

static void an_impossible_half_life_is_refused(void **state)
{
    (void)state;
    assert_null(decay_new(-1));
    assert_null(decay_new(DECAY_HALF_LIFE_MAX + 1));
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(now_counts_in_full),
        cmocka_unit_test(whole_half_lives_are_powers_of_two),
        cmocka_unit_test(decay_never_rises),
        cmocka_unit_test(a_half_life_halves_within_two_units),
        cmocka_unit_test(tables_give_the_exact_floor),
        cmocka_unit_test(without_a_half_life_nothing_fades),
        cmocka_unit_test(an_impossible_half_life_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
