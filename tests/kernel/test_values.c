/* The value form: leaving out is exactly absence, and the table has no history. */
#include "kernel/values.h"
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "near.h"

enum { ACTORS = 8, CASES = 150 };

struct ratings {
    uint32_t truster[ACTORS * ACTORS], trustee[ACTORS * ACTORS], count;
    struct pair_index index;
    struct value_table table;
};

static int32_t some_rating(struct random *r)
{
    return (int32_t)random_below(r, 2 * VALUE_ONE + 1) - VALUE_ONE;
}

static void make(struct random *r, struct ratings *ret)
{
    ret->count = 0;
    for (uint32_t u = 0; u < ACTORS; u++) {
        for (uint32_t v = 0; v < ACTORS; v++) {
            if (random_below(r, 2) == 0)
                continue;
            ret->truster[ret->count] = u;
            ret->trustee[ret->count++] = v;
        }
    }
    assert_int_equal(
        pair_index_init(ret->truster, ret->trustee, ret->count, ACTORS, NULL, &ret->index), 0);
    assert_int_equal(value_table_init(&ret->index, NULL, &ret->table), 0);
    for (uint32_t i = 0; i < ret->count; i++)
        value_table_set(&ret->table, i, some_rating(r));
}

static void done(struct ratings *x)
{
    value_table_done(&x->table);
    pair_index_done(&x->index);
}

static void leaving_a_rating_out_is_exactly_its_absence(void **state)
{
    (void)state;
    struct random r = { 51 };
    struct trust_parameters p = trust_parameters_default();
    for (int n = 0; n < CASES; n++) {
        struct ratings x;
        make(&r, &x);
        for (uint32_t i = 0; i < x.count; i++) {
            int32_t rating = x.table.rating[i];
            double left = value_predict(&x.table, x.truster[i], x.trustee[i], true, &p);
            value_table_unset(&x.table, i);
            double absent = value_predict(&x.table, x.truster[i], x.trustee[i], false, &p);
            assert_true(left == absent);
            value_table_set(&x.table, i, rating);
        }
        done(&x);
    }
}

static void the_table_has_no_history(void **state)
{
    (void)state;
    struct random r = { 52 };
    struct trust_parameters p = trust_parameters_default();
    for (int n = 0; n < CASES; n++) {
        struct ratings x;
        make(&r, &x);
        struct value_table fresh;
        assert_int_equal(value_table_init(&x.index, NULL, &fresh), 0);
        for (int k = 0; k < 100 && x.count; k++) {
            uint32_t pair = (uint32_t)random_below(&r, x.count);
            if (random_below(&r, 2))
                value_table_set(&x.table, pair, some_rating(&r));
            else
                value_table_unset(&x.table, pair);
        }
        for (uint32_t i = x.count; i-- > 0;) {
            if (x.table.present[i])
                value_table_set(&fresh, i, x.table.rating[i]);
        }
        for (uint32_t u = 0; u < ACTORS; u++) {
            for (uint32_t v = 0; v < ACTORS; v++)
                assert_true(value_predict(&x.table, u, v, false, &p) ==
                            value_predict(&fresh, u, v, false, &p));
        }
        value_table_done(&fresh);
        done(&x);
    }
}

static void without_ratings_the_prediction_is_zero(void **state)
{
    (void)state;
    struct trust_parameters p = trust_parameters_default();
    struct pair_index index;
    struct value_table t;
    assert_int_equal(pair_index_init(NULL, NULL, 0, 2, NULL, &index), 0);
    assert_int_equal(value_table_init(&index, NULL, &t), 0);
    assert_near(value_predict(&t, 0, 1, false, &p), 0, 0);
    assert_near(value_predict(&t, 0, 1, true, &p), 0, 0);
    value_table_done(&t);
    pair_index_done(&index);
}

static void predictions_stay_on_the_scale(void **state)
{
    (void)state;
    struct random r = { 53 };
    struct trust_parameters p = trust_parameters_default();
    p.value_damping = 0;
    for (int n = 0; n < CASES; n++) {
        struct ratings x;
        make(&r, &x);
        for (uint32_t u = 0; u < ACTORS; u++) {
            for (uint32_t v = 0; v < ACTORS; v++) {
                double got = value_predict(&x.table, u, v, n % 2 == 0, &p);
                assert_true(got >= -1 && got <= 1);
            }
        }
        done(&x);
    }
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaving_a_rating_out_is_exactly_its_absence),
        cmocka_unit_test(the_table_has_no_history),
        cmocka_unit_test(without_ratings_the_prediction_is_zero),
        cmocka_unit_test(predictions_stay_on_the_scale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
