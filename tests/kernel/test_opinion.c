/* Opinions: the laws of trust.md section 5 that concern the read-out, its closed forms and fading.
 */
#include "kernel/trust.h"
#include "random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "near.h"

enum { CASES = 4000 };

struct setting {
    struct trust_parameters p;
    struct evidence e;
    double prior, lambda;
};

static double pick(struct random *r, const double *values, size_t count)
{
    return values[random_below(r, count)];
}

static struct setting some_setting(struct random *r)
{
    static const double kappas[] = { 0, 0.25, 1, 3 }, lambdas[] = { 1, 1.5, 2, 10 };
    static const double weights[] = { 0.5, 2, 3, 20 };
    struct setting s = { .p = trust_parameters_default() };
    s.p.kappa = pick(r, kappas, 4);
    s.p.prior_weight = pick(r, weights, 4);
    s.lambda = pick(r, lambdas, 4);
    s.prior = 0.02 + 0.96 * random_unit(r);
    double scale = exp(8 * random_unit(r) - 4);
    s.e.kept = random_below(r, 5) ? scale * random_unit(r) : 0;
    s.e.broken = random_below(r, 5) ? scale * random_unit(r) : 0;
    return s;
}

static double expectation(const struct setting *s, struct evidence e)
{
    return opinion_read(e, s->prior, s->lambda, &s->p).expectation;
}

static void parts_add_up_and_stay_in_bounds(void **state)
{
    (void)state;
    struct random r = { 21 };
    for (int n = 0; n < CASES; n++) {
        struct setting s = some_setting(&r);
        struct opinion o = opinion_read(s.e, s.prior, s.lambda, &s.p);
        assert_true(o.expectation > 0 && o.expectation < 1);
        assert_true(o.belief >= 0 && o.disbelief >= 0);
        assert_near(o.belief + o.disbelief + o.uncertainty, 1, 1e-14);
        assert_near(o.belief + o.prior * o.uncertainty, o.expectation, 1e-14);
        assert_true(o.uncertainty >= s.p.kappa / (1 + s.p.kappa));
        assert_near(o.prior, s.prior, 0);
    }
}

static void no_evidence_is_the_prior(void **state)
{
    (void)state;
    struct trust_parameters p = trust_parameters_default();
    struct opinion o = opinion_read((struct evidence){ 0, 0 }, 0.6, 1.5, &p);
    assert_near(o.expectation, 0.6, 0);
    assert_near(o.uncertainty, 1, 0);
}

static void kept_never_lowers_and_broken_never_raises(void **state)
{
    (void)state;
    struct random r = { 22 };
    for (int n = 0; n < CASES; n++) {
        struct setting s = some_setting(&r);
        double w = 4 * random_unit(&r);
        double now = expectation(&s, s.e);
        assert_true(opinion_what_if(s.e, s.prior, s.lambda, w, false, &s.p).expectation >=
                    now - 1e-15);
        assert_true(opinion_what_if(s.e, s.prior, s.lambda, w, true, &s.p).expectation <=
                    now + 1e-15);
    }
}

static void larger_moves_further(void **state)
{
    (void)state;
    struct random r = { 23 };
    for (int n = 0; n < CASES; n++) {
        struct setting s = some_setting(&r);
        double w = 4 * random_unit(&r), more = w + 0.01 + random_unit(&r);
        for (int broken = 0; broken < 2; broken++) {
            double now = expectation(&s, s.e);
            double small = opinion_what_if(s.e, s.prior, s.lambda, w, broken, &s.p).expectation;
            double large = opinion_what_if(s.e, s.prior, s.lambda, more, broken, &s.p).expectation;
            assert_true(fabs(large - now) > fabs(small - now) - 1e-15);
        }
    }
}

static void newer_moves_further(void **state)
{
    (void)state;
    struct random r = { 24 };
    struct decay *d = decay_new(730 * TRUST_DAY);
    for (int n = 0; n < CASES; n++) {
        struct setting s = some_setting(&r);
        int64_t old = (int64_t)random_below(&r, (uint64_t)1 << 28) + 1;
        int64_t newer = (int64_t)random_below(&r, (uint64_t)old);
        double wo = (double)decay_of(d, old) * 0x1p-32, wn = (double)decay_of(d, newer) * 0x1p-32;
        for (int broken = 0; broken < 2; broken++) {
            double now = expectation(&s, s.e);
            double o = opinion_what_if(s.e, s.prior, s.lambda, wo, broken, &s.p).expectation;
            double m = opinion_what_if(s.e, s.prior, s.lambda, wn, broken, &s.p).expectation;
            assert_true(fabs(m - now) >= fabs(o - now) - 1e-15);
        }
    }
    free(d);
}

/* PAPER: "lost faster than it can be earned" */
static void a_breach_costs_at_least_what_a_promise_kept_gains(void **state)
{
    (void)state;
    struct random r = { 25 };
    int met = 0;
    for (int n = 0; n < CASES; n++) {
        struct setting s = some_setting(&r);
        double now = expectation(&s, s.e), w = 0.01 + 4 * random_unit(&r);
        if (now < (0.5 + s.p.kappa * s.prior) / (1 + s.p.kappa) + 1e-12)
            continue;
        met++;
        double up = opinion_what_if(s.e, s.prior, s.lambda, w, false, &s.p).expectation - now;
        double down = now - opinion_what_if(s.e, s.prior, s.lambda, w, true, &s.p).expectation;
        assert_true(down >= up - 1e-12);
    }
    assert_true(met > CASES / 10);
}

static void the_stated_prices_of_a_breach_hold(void **state)
{
    (void)state;
    struct trust_parameters p = trust_parameters_default();
    assert_near(opinion_kept_to_return(0.6, 0.6, 1.5, 1, &p), 2.25, 1e-12);
    assert_near(opinion_kept_to_return(0.7, 0.6, 1.5, 1, &p), 3.954545454545, 1e-9);
    assert_near(opinion_kept_to_return(0.8, 0.6, 1.5, 1, &p), 8.5, 1e-9);
    assert_true(isinf(opinion_kept_to_return(0.92, 0.6, 1.5, 1, &p)));
    assert_near(opinion_ceiling(0.6, &p), 0.92, 1e-12);
}

static void keeping_the_price_returns_to_where_one_was(void **state)
{
    (void)state;
    struct random r = { 26 };
    for (int n = 0; n < CASES; n++) {
        struct setting s = some_setting(&r);
        double now = expectation(&s, s.e), breach = 0.1 + 4 * random_unit(&r);
        double price = opinion_kept_to_return(now, s.prior, s.lambda, breach, &s.p);
        assert_true(isfinite(price)); /* a state that exists lies below the ceiling */
        struct evidence after = { s.e.kept + price, s.e.broken + breach };
        if (price > 0)
            assert_near(expectation(&s, after), now, 1e-9);
        else
            assert_true(expectation(&s, after) >= now - 1e-12);
    }
}

static void a_target_is_met_exactly_or_said_to_be_out_of_reach(void **state)
{
    (void)state;
    struct random r = { 27 };
    int reached = 0, beyond = 0;
    for (int n = 0; n < CASES; n++) {
        struct setting s = some_setting(&r);
        double target = random_unit(&r);
        double kept = opinion_kept_to_reach(s.e, s.prior, s.lambda, target, &s.p);
        if (isinf(kept)) {
            beyond++;
            assert_true(target >= opinion_ceiling(s.prior, &s.p) - 1e-12);
            assert_true(expectation(&s, (struct evidence){ 1e12, s.e.broken }) < target + 1e-9);
        } else if (kept > 0) {
            reached++;
            assert_near(expectation(&s, (struct evidence){ s.e.kept + kept, s.e.broken }), target,
                        1e-9);
        } else {
            assert_true(expectation(&s, s.e) >= target - 1e-12);
        }
    }
    assert_true(reached > 100 && beyond > 100);
}

static void distance_from_the_prior_never_grows_by_itself_and_ends(void **state)
{
    (void)state;
    struct random r = { 28 };
    struct decay *d = decay_new(1000000);
    for (int n = 0; n < CASES / 4; n++) {
        struct setting s = some_setting(&r);
        int64_t t = 0;
        double last = HUGE_VAL;
        for (int step = 0; step < 12; step++) {
            double f = (double)decay_of(d, t) * 0x1p-32;
            double now = expectation(&s, (struct evidence){ s.e.kept * f, s.e.broken * f });
            double distance = fabs(now - s.prior);
            assert_true(distance <= last + 1e-15);
            last = distance;
            t += (int64_t)random_below(&r, 5000000);
        }
        double f = (double)decay_of(d, 33000000) * 0x1p-32;
        assert_near(expectation(&s, (struct evidence){ s.e.kept * f, s.e.broken * f }), s.prior, 0);
    }
    free(d);
}

static bool below_after(const struct setting *s, const struct decay *kept,
                        const struct decay *broken, double floor, int64_t dt)
{
    struct evidence e = { s->e.kept * ((double)decay_of(kept, dt) * 0x1p-32),
                          s->e.broken * ((double)decay_of(broken, dt) * 0x1p-32) };
    return expectation(s, e) < floor;
}

static void the_time_to_fall_is_the_first_second_below(void **state)
{
    (void)state;
    struct random r = { 29 };
    enum { SMALL = 40 }; /* a half-life so short that every second can be tried */
    struct decay *kept = decay_new(SMALL), *same = decay_new(SMALL), *longer = decay_new(3 * SMALL);
    int falls = 0;
    for (int n = 0; n < 600; n++) {
        struct setting s = some_setting(&r);
        const struct decay *broken = n % 2 ? same : longer;
        double floor = random_unit(&r); /* often between the prior and where one stands */
        if (n % 3)
            floor = s.prior + (expectation(&s, s.e) - s.prior) * floor;
        int64_t want = -1;
        for (int64_t t = 0; t <= 33 * 3 * SMALL && want < 0; t++)
            want = below_after(&s, kept, broken, floor, t) ? t : -1;
        int64_t got = opinion_time_to_fall(s.e, s.prior, s.lambda, floor, kept, broken, &s.p);
        /* a dip shorter than a second's rounding may be met a second later */
        assert_true(got == want || (got > want && want > 0 && got <= want + 1 &&
                                    below_after(&s, kept, broken, floor, got)));
        falls += got > 0;
    }
    assert_true(falls > 50);
    free(kept);
    free(same);
    free(longer);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_add_up_and_stay_in_bounds),
        cmocka_unit_test(no_evidence_is_the_prior),
        cmocka_unit_test(kept_never_lowers_and_broken_never_raises),
        cmocka_unit_test(larger_moves_further),
        cmocka_unit_test(newer_moves_further),
        cmocka_unit_test(a_breach_costs_at_least_what_a_promise_kept_gains),
        cmocka_unit_test(the_stated_prices_of_a_breach_hold),
        cmocka_unit_test(keeping_the_price_returns_to_where_one_was),
        cmocka_unit_test(a_target_is_met_exactly_or_said_to_be_out_of_reach),
        cmocka_unit_test(distance_from_the_prior_never_grows_by_itself_and_ends),
        cmocka_unit_test(the_time_to_fall_is_the_first_second_below),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
