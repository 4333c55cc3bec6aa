/* The incomplete beta function is the binomial tail, its inverse inverts it, and intervals widen.
 */
#include "kernel/beta.h"
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "near.h"

enum { CASES = 3000 };

/* I_x(a,b) for whole a, b >= 1: the chance of at least a successes in a+b-1 trials. */
static double binomial_tail(double at, int a, int b)
{
    long double x = (long double)at;
    int n = a + b - 1;
    long double sum = 0;
    for (int k = a; k <= n; k++) {
        long double term = 1; /* C(n,k) x^k (1-x)^(n-k), factor by factor so that none overflows */
        for (int i = 1; i <= k; i++)
            term *= (long double)(n - k + i) / i * x;
        for (int i = 0; i < n - k; i++)
            term *= 1 - x;
        sum += term;
    }
    return (double)sum;
}

static void whole_parameters_give_the_binomial_tail(void **state)
{
    (void)state;
    struct random r = { 41 };
    for (int n = 0; n < CASES; n++) {
        int a = 1 + (int)random_below(&r, 40), b = 1 + (int)random_below(&r, 40);
        double x = random_unit(&r);
        assert_near(beta_cdf(x, a, b), binomial_tail(x, a, b), 1e-13);
    }
}

static void small_tails_keep_their_digits(void **state)
{
    (void)state;
    struct random r = { 42 };
    for (int n = 0; n < CASES; n++) {
        int a = 1 + (int)random_below(&r, 40), b = 1 + (int)random_below(&r, 40);
        double x = random_unit(&r) * a / (a + b);
        double want = binomial_tail(x, a, b);
        assert_near(beta_cdf(x, a, b), want, 1e-12 * want);
    }
}

static void known_closed_forms_hold(void **state)
{
    (void)state;
    struct random r = { 43 };
    const double pi = 3.14159265358979323846;
    for (int n = 0; n < CASES; n++) {
        double x = random_unit(&r), a = 1e-3 + 5 * random_unit(&r);
        assert_near(beta_cdf(x, a, 1), pow(x, a), 1e-13);
        assert_near(beta_cdf(x, 1, a), -expm1(a * log1p(-x)), 1e-13);
        assert_near(beta_cdf(x, 0.5, 0.5), 2 / pi * asin(sqrt(x)), 1e-13);
    }
}

static double some_parameter(struct random *r)
{
    static const double most[] = { 1, 10, 100, 10000 };
    return 0.01 + most[random_below(r, 4)] * random_unit(r);
}

static void reflection_and_recurrence_hold(void **state)
{
    (void)state;
    struct random r = { 44 };
    for (int n = 0; n < CASES; n++) {
        double a = some_parameter(&r), b = some_parameter(&r), x = random_unit(&r);
        double mean = a / (a + b), spread = sqrt(mean * (1 - mean) / (a + b + 1));
        x = n % 2 ? x : fmin(1, fmax(0, mean + spread * (4 * x - 2)));
        double got = beta_cdf(x, a, b);
        assert_true(got >= 0 && got <= 1);
        assert_near(got, 1 - beta_cdf(1 - x, b, a), 1e-10);
        /* a I_x(a+1,b) + b I_x(a,b+1) = (a+b) I_x(a,b)    (Abramowitz and Stegun 26.5.9) */
        double sum = a * beta_cdf(x, a + 1, b) + b * beta_cdf(x, a, b + 1);
        assert_near(sum / (a + b), got, 1e-10);
    }
}

static void it_never_falls_as_x_rises(void **state)
{
    (void)state;
    struct random r = { 45 };
    for (int n = 0; n < 100; n++) {
        double a = some_parameter(&r), b = some_parameter(&r), before = 0;
        for (int i = 0; i <= 200; i++) {
            double got = beta_cdf(i / 200.0, a, b);
            assert_true(got >= before - 1e-11);
            before = got;
        }
        assert_true(before >= 1);
    }
}

static void the_quantile_undoes_the_function(void **state)
{
    (void)state;
    struct random r = { 46 };
    for (int n = 0; n < CASES; n++) {
        double a = some_parameter(&r), b = some_parameter(&r);
        double level = n % 3 ? random_unit(&r) : n % 2 ? 0.1 : 0.9;
        double x = beta_quantile(level, a, b);
        assert_true(x >= 0 && x <= 1);
        /* what one step of x in its last bits can make of the level */
        double below = beta_cdf(x - 4e-16, a, b), above = beta_cdf(x + 4e-16, a, b);
        assert_true(below <= level + 1e-10 && above >= level - 1e-10);
        /* and the other way round, where the level tells two x apart */
        double mean = a / (a + b), spread = sqrt(mean * (1 - mean) / (a + b + 1));
        double from = mean + spread * (2 * random_unit(&r) - 1);
        double at = beta_cdf(from, a, b);
        if (a > 0.5 && b > 0.5 && at > 0.02 && at < 0.98 && from > 0 && from < 1)
            assert_near(beta_quantile(at, a, b), from, 1e-9);
    }
}

static void the_quantile_never_falls_as_the_level_rises(void **state)
{
    (void)state;
    struct random r = { 47 };
    for (int n = 0; n < 200; n++) {
        double a = some_parameter(&r), b = some_parameter(&r), before = 0;
        for (int i = 0; i <= 40; i++) {
            double x = beta_quantile(i / 40.0, a, b);
            assert_true(x >= before - 1e-11);
            before = x;
        }
    }
}

static void extremes_are_answered(void **state)
{
    (void)state;
    assert_true(beta_cdf(0, 2, 3) <= 0 && beta_cdf(-1, 2, 3) <= 0);
    assert_true(beta_cdf(1, 2, 3) >= 1 && beta_cdf(2, 2, 3) >= 1);
    assert_true(beta_quantile(0, 2, 3) <= 0 && beta_quantile(1, 2, 3) >= 1);
    assert_true(beta_quantile(0.5, 0, 3) <= 0 && beta_quantile(0.5, 3, 0) >= 1);
    assert_true(beta_cdf(0.5, 0, 3) >= 1 && beta_cdf(0.5, 3, 0) <= 0);
    assert_near(beta_cdf(0.5, 7e5, 7e5), 0.5, 1e-8);
    assert_near(beta_quantile(0.5, 7e5, 7e5), 0.5, 1e-9);
    assert_near(beta_cdf(1e-300, 1e-3, 1), pow(1e-300, 1e-3), 1e-13);
    assert_near(beta_quantile(1e-10, 0.5, 2) / 4.444444444444444e-21, 1, 1e-9);
}

static struct opinion opinion_with(double kept, double broken, double kappa)
{
    struct trust_parameters p = trust_parameters_default();
    p.kappa = kappa;
    return opinion_read((struct evidence){ kept, broken }, 0.6, 1, &p);
}

static void an_interval_is_that_of_its_evidence(void **state)
{
    (void)state;
    struct random r = { 48 };
    for (int n = 0; n < CASES; n++) {
        double kept = 30 * random_unit(&r), broken = 10 * random_unit(&r), w = 3;
        struct opinion o = opinion_with(kept, broken, 0);
        struct interval i = beta_interval(&o, w);
        assert_near(beta_cdf(i.low, kept + 0.6 * w, broken + 0.4 * w), 0.1, 1e-8);
        assert_near(beta_cdf(i.high, kept + 0.6 * w, broken + 0.4 * w), 0.9, 1e-8);
        struct opinion unsure = opinion_with(kept, broken, 0.25);
        struct interval wide = beta_interval(&unsure, w);
        assert_true(wide.high - wide.low >= i.high - i.low - 1e-9 || kept + broken < 5);
    }
}

static void an_interval_narrows_with_evidence_and_moves_with_it(void **state)
{
    (void)state;
    double width = 1, low = 0;
    for (int n = 0; n < 60; n++) {
        struct opinion o = opinion_with(4.5 * n, 3.0 * n, 0), up = opinion_with(n, 3, 0);
        struct interval i = beta_interval(&o, 3), k = beta_interval(&up, 3);
        assert_true(i.low < o.expectation && o.expectation < i.high);
        assert_true(i.high - i.low < width && k.low > low);
        width = i.high - i.low;
        low = k.low;
    }
}

static void a_sure_opinion_is_a_point_and_a_vacuous_one_is_the_prior(void **state)
{
    (void)state;
    struct opinion sure = { .belief = 0.75, .disbelief = 0.25, .prior = 0.5 };
    struct interval i = beta_interval(&sure, 3);
    assert_near(i.low, 0.75, 0);
    assert_near(i.high, 0.75, 0);
    struct opinion nearly = { .belief = 0.75, .disbelief = 0.25, .uncertainty = 1e-12 };
    i = beta_interval(&nearly, 3);
    assert_true(i.low < 0.75 && i.high > 0.75 && i.high - i.low < 0.002);
    struct opinion vacuous = { .uncertainty = 1, .prior = 0.5 };
    i = beta_interval(&vacuous, 2);
    assert_near(i.low, 0.1, 1e-9);
    assert_near(i.high, 0.9, 1e-9);
    vacuous.prior = 0;
    i = beta_interval(&vacuous, 2);
    assert_near(i.high, 0, 0);
    vacuous.prior = 1;
    i = beta_interval(&vacuous, 2);
    assert_near(i.low, 1, 0);
}

static void digits_end_where_the_interval_begins(void **state)
{
    (void)state;
    static const struct {
        struct interval i;
        unsigned digits;
    } rows[] = {
        { { 0, 1 }, 1 },        { { 0.62, 0.94 }, 1 },   { { 0.4, 0.6 }, 1 },
        { { 0.71, 0.75 }, 2 },  { { 0.401, 0.599 }, 2 }, { { 0.5, 0.502 }, 3 },
        { { 0.5, 0.5002 }, 4 }, { { 0.5, 0.50002 }, 4 }, { { 0.5, 0.5 }, 4 },
    };
    for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++)
        assert_int_equal(interval_digits(rows[k].i), rows[k].digits);
    unsigned before = INTERVAL_DIGITS_MAX;
    for (int n = 0; n <= 1000; n++) {
        unsigned digits = interval_digits((struct interval){ 0, n / 1000.0 });
        assert_true(digits <= before && digits >= 1);
        before = digits;
    }
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_parameters_give_the_binomial_tail),
        cmocka_unit_test(small_tails_keep_their_digits),
        cmocka_unit_test(known_closed_forms_hold),
        cmocka_unit_test(reflection_and_recurrence_hold),
        cmocka_unit_test(it_never_falls_as_x_rises),
        cmocka_unit_test(the_quantile_undoes_the_function),
        cmocka_unit_test(the_quantile_never_falls_as_the_level_rises),
        cmocka_unit_test(extremes_are_answered),
        cmocka_unit_test(an_interval_is_that_of_its_evidence),
        cmocka_unit_test(an_interval_narrows_with_evidence_and_moves_with_it),
        cmocka_unit_test(a_sure_opinion_is_a_point_and_a_vacuous_one_is_the_prior),
        cmocka_unit_test(digits_end_where_the_interval_begins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
