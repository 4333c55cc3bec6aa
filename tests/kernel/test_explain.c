/* Explanations: figures that add up, to the last printed digit, for every opinion. */
#include "evidence.h"
#include "kernel/explain.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "near.h"

enum { CASES = 400, MOST = 120 };
static const int64_t start = 1600000000;
static const uint64_t span = (uint64_t)5 * 365 * 86400;

static void printed_figures_add_up(void **state)
{
    (void)state;
    struct random r = { 31 };
    struct decay *d = decay_new(365 * TRUST_DAY), *o = decay_new(730 * TRUST_DAY);
    struct trust_parameters p = trust_parameters_default();
    static struct trust_term terms[3 * MOST];
    static uint32_t scratch[3 * MOST];
    for (int n = 0; n < CASES; n++) {
        struct made m = made_evidence(&r, 3, MOST, start, span);
        struct trust_view v = trust_view_at(start + (int64_t)random_below(&r, span));
        double scale[3] = { 1, 0.5, random_unit(&r) }, a = 0.02 + 0.96 * random_unit(&r);
        double lambda = n % 2 ? 1 : 1.5, sum = 0;
        struct trust_sum totals[3];
        struct evidence e = { 0, 0 };
        size_t count = 0;
        trust_fold_total(&m.columns, 0, 3, &v, d, o, totals);
        for (size_t i = 0; i < 3; i++) {
            struct evidence part = trust_evidence(totals[i]);
            e.kept += scale[i] * part.kept;
            e.broken += scale[i] * part.broken;
            count += explain_pair(&m.columns, i, &v, d, o, -1, (enum term_source)i, scale[i], 7,
                                  terms + count, 3 * MOST - count);
        }
        struct opinion op = opinion_read(e, a, lambda, &p);
        explain_shares(terms, count, e, op, lambda, &p, scratch);
        int64_t ppm = 0;
        for (size_t i = 0; i < count; i++) {
            sum += terms[i].share;
            ppm += terms[i].ppm;
            assert_true(fabs((double)terms[i].ppm - terms[i].share * 1e6) < 1.0 + 1e-6);
            assert_true(trust_side_broken(terms[i].side) ? terms[i].share <= 0
                                                         : terms[i].share >= 0);
        }
        assert_near(sum, op.expectation - a, 1e-12);
        if (count)
            assert_int_equal(ppm, explain_ppm(op.expectation) - explain_ppm(a));
        else
            assert_near(op.expectation, a, 0);
        made_free(&m);
    }
    free(d);
    free(o);
}

static void one_dimension_is_explained_alone(void **state)
{
    (void)state;
    struct random r = { 32 };
    struct decay *d = decay_new(365 * TRUST_DAY);
    struct made m = made_evidence(&r, 1, MOST, start, span);
    struct trust_view v = trust_view_at(start + (int64_t)span);
    struct trust_term terms[MOST];
    size_t all = explain_pair(&m.columns, 0, &v, d, d, -1, TERM_DIRECT, 1, UINT32_MAX, NULL, 0);
    assert_int_equal(all, m.items);
    size_t sum = 0;
    for (int k = 0; k < TRUST_DIMENSIONS; k++) {
        size_t n =
            explain_pair(&m.columns, 0, &v, d, d, k, TERM_DIRECT, 1, UINT32_MAX, terms, MOST);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(trust_side_dimension(terms[i].side), k);
        sum += n;
    }
    assert_int_equal(sum, all);
    made_free(&m);
    free(d);
}

static void nothing_beyond_the_capacity_is_written(void **state)
{
    (void)state;
    struct random r = { 33 };
    struct decay *d = decay_new(365 * TRUST_DAY);
    struct made m = made_evidence(&r, 4, MOST, start, span);
    struct trust_view v = trust_view_at(start + (int64_t)span);
    struct trust_term terms[3];
    memset(terms, 0x5a, sizeof(terms));
    for (size_t p = 0; p < 4; p++) {
        size_t n = explain_pair(&m.columns, p, &v, d, d, -1, TERM_DIRECT, 1, UINT32_MAX, terms, 2);
        assert_int_equal(n, m.offset[p + 1] - m.offset[p]);
    }
    assert_int_equal(terms[2].via, 0x5a5a5a5a);
    made_free(&m);
    free(d);
}

static void printing_rounds_half_to_even(void **state)
{
    (void)state;
    assert_int_equal(explain_ppm(0.0000005), 0);
    assert_int_equal(explain_ppm(-0.0000015), -2);
    assert_int_equal(explain_ppm(0), 0);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(printed_figures_add_up),
        cmocka_unit_test(one_dimension_is_explained_alone),
        cmocka_unit_test(nothing_beyond_the_capacity_is_written),
        cmocka_unit_test(printing_rounds_half_to_even),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
