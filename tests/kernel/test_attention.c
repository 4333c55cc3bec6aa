/* The worth of attention to one relationship, and the rules of a plan. The judge of the index is a
 * direct search of the best threshold; of its loss, a numeric mean; of a week, every choice there
 * is. */
#include "kernel/attention.h"
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "near.h"

static struct attention_state state_of(struct random *r, bool broken)
{
    return (struct attention_state){ .kept = 0.05 + 8 * random_unit(r),
                                     .broken = broken ? 3 * random_unit(r) : 0,
                                     .prior = 0.1 + 0.8 * random_unit(r),
                                     .rate = 0.003 + 0.08 * random_unit(r) };
}

static double trust_at(const struct attention_state *s, double kept,
                       const struct trust_parameters *p)
{
    struct attention_state then = *s;
    then.kept = kept;
    return attention_trust(&then, p);
}

/* With broken evidence and prior held, trust is a constant and a multiple of p/(p+V). */
static void trust_is_a_constant_and_a_hyperbola(void **state)
{
    (void)state;
    struct trust_parameters p = trust_parameters_default();
    struct random r = { .state = 1 };
    for (int i = 0; i < 300; i++) {
        struct attention_state s = state_of(&r, true);
        double c = 1 + p.kappa, n = p.lambda * s.broken, v = n + p.prior_weight / c;
        double scale = (n + (1 - s.prior) * p.prior_weight / c) / (c * v);
        double low = trust_at(&s, 0, &p);
        assert_near(attention_trust(&s, &p), low + scale * s.kept / (s.kept + v), 1e-12);
    }
}

/* Mean reward a week, less the price, of engaging whenever kept evidence has faded to x. */
static double mean_at(const struct attention_state *s, double x, double m, double price,
                      const struct trust_parameters *p)
{
    enum { PARTS = 400 };
    double length = log((x + m) / x) / s->rate, sum = 0;
    for (int i = 0; i < PARTS; i++)
        sum += trust_at(s, (x + m) * exp(-s->rate * length * (i + 0.5) / PARTS), p);
    return sum / PARTS - price / length;
}

static void the_index_is_the_price_at_which_its_state_is_the_best_threshold(void **state)
{
    (void)state;
    struct trust_parameters p = trust_parameters_default();
    struct random r = { .state = 2 };
    for (int i = 0; i < 60; i++) {
        struct attention_state s = state_of(&r, i % 2);
        struct attention_type t = { .hours = 1, .kept = 0.2 + 4 * random_unit(&r), .success = 1 };
        double price = attention_index(&s, &t, &p), best = -1e9, at = 0;
        for (double x = s.kept / 1.5; x < s.kept * 1.5; x *= 1.002) {
            double mean = mean_at(&s, x, t.kept, price, &p);
            if (mean > best) {
                best = mean;
                at = x;
            }
        }
        assert_near(log(at / s.kept), 0, 0.02);
    }
}

static double slope(const struct attention_state *s, double kept, const struct trust_parameters *p)
{
    struct attention_state more = *s, less = *s;
    double h = 1e-5;
    more.kept = less.kept = kept;
    more.broken = s->broken + h;
    less.broken = s->broken - h;
    return (attention_trust(&less, p) - attention_trust(&more, p)) / (2 * h * p->lambda);
}

static void what_a_failure_may_cost_is_taken_off(void **state)
{
    (void)state;
    enum { PARTS = 2000 };
    struct trust_parameters p = trust_parameters_default();
    struct random r = { .state = 3 };
    for (int i = 0; i < 100; i++) {
        struct attention_state s = state_of(&r, true);
        s.broken += 0.1;
        struct attention_type safe = { .hours = 1, .kept = 1 + random_unit(&r), .success = 0.8 };
        struct attention_type risky = safe;
        risky.broken = 0.5;
        double m = safe.success * safe.kept, mean = 0;
        for (int k = 0; k < PARTS; k++)
            mean += slope(&s, s.kept * pow((s.kept + m) / s.kept, (k + 0.5) / PARTS), &p) / PARTS;
        double loss = 0.2 * p.lambda * 0.5 / s.rate * mean;
        assert_near(attention_index(&s, &safe, &p) - attention_index(&s, &risky, &p), loss,
                    1e-5 * (1 + loss));
    }
}

static void the_index_falls_with_evidence_and_rises_with_what_is_gained(void **state)
{
    (void)state;
    struct trust_parameters p = trust_parameters_default();
    struct random r = { .state = 4 };
    for (int i = 0; i < 400; i++) {
        struct attention_state s = state_of(&r, true);
        struct attention_type t = { .hours = 1, .kept = 0.2 + 8 * random_unit(&r), .success = 0.9 };
        struct attention_type more = t;
        more.kept *= 1.2;
        double last = HUGE_VAL;
        assert_true(attention_index(&s, &more, &p) > attention_index(&s, &t, &p));
        for (s.kept = 0; s.kept < 60; s.kept = s.kept * 1.15 + 1e-4) {
            double index = attention_index(&s, &t, &p);
            assert_true(index <= last + 1e-9 && index >= 0);
            last = index;
        }
    }
}

/* ---- plans ---- */

enum { ARMS = 40, REGIONS = 4, WEEKS = 6 };
static const struct attention_type types[] = {
    { .hours = 0.5, .kept = 0.25, .broken = 0.1, .success = 0.95 },
    { .hours = 2, .kept = 0.8, .broken = 0.25, .success = 0.9 },
    { .hours = 3, .kept = 2, .broken = 0.25, .success = 0.9, .travels = true },
};
enum { TYPES = sizeof types / sizeof *types };

struct case_ {
    struct trust_parameters parameters;
    struct attention_arm arms[ARMS];
    double trip_hours[REGIONS], hours[WEEKS];
    struct attention_problem problem;
};

static void make_case(struct random *r, uint32_t arms, uint32_t weeks, bool due, struct case_ *c)
{
    c->parameters = trust_parameters_default();
    for (uint32_t i = 0; i < arms; i++)
        c->arms[i] = (struct attention_arm){
            .state = state_of(r, random_below(r, 3) == 0),
            .importance = exp(2 * random_unit(r)),
            .types = 1 + (uint32_t)random_below(r, (1U << TYPES) - 1),
            .region = random_below(r, 3) ? (uint32_t)random_below(r, REGIONS) : ATTENTION_NOWHERE,
            .due =
                due && random_below(r, 4) == 0 ? (int32_t)random_below(r, WEEKS) : ATTENTION_NEVER,
            .every = 1 + (int32_t)random_below(r, 5),
            .since = (int32_t)random_below(r, 50),
            .ideal = (int32_t)random_below(r, 20),
            .gap = (int32_t)random_below(r, 4),
        };
    for (int i = 0; i < REGIONS; i++)
        c->trip_hours[i] = 1 + 4 * random_unit(r);
    for (uint32_t i = 0; i < weeks; i++)
        c->hours[i] = random_below(r, 5) == 0 ? 0 : 20 * random_unit(r);
    c->problem = (struct attention_problem){ .parameters = &c->parameters,
                                             .types = types,
                                             .type_count = TYPES,
                                             .arms = c->arms,
                                             .arm_count = arms,
                                             .trip_hours = c->trip_hours,
                                             .region_count = REGIONS,
                                             .hours = c->hours,
                                             .weeks = weeks };
}

static void check_line(const struct case_ *c, const struct attention_plan *plan, uint32_t at)
{
    const struct attention_line *l = &plan->lines[at];
    const struct attention_arm *x = &c->arms[l->arm];
    assert_true(x->types >> l->type & 1);
    assert_near(l->hours, types[l->type].hours, 0);
    assert_int_equal(l->trip != ATTENTION_NO_TRIP, types[l->type].travels);
    if (l->trip != ATTENTION_NO_TRIP) {
        assert_int_equal(plan->trips[l->trip].region, x->region);
        assert_int_equal(plan->trips[l->trip].week, l->week);
    }
    for (uint32_t j = 0; j < at; j++)
        assert_true(plan->lines[j].week != l->week || plan->lines[j].arm != l->arm);
}

static void hours_are_never_exceeded_and_lines_keep_their_rules(void **state)
{
    (void)state;
    struct random r = { .state = 5 };
    struct arena *a = arena_new(1 << 22);
    for (int i = 0; i < 240; i++) {
        struct case_ c;
        struct attention_plan plan;
        make_case(&r, ARMS, WEEKS, true, &c);
        assert_int_equal(
            attention_plan_make(&c.problem, (enum attention_policy)(i % 4), a, NULL, &plan), 0);
        double used[WEEKS] = { 0 };
        for (uint32_t l = 0; l < plan.line_count; l++) {
            check_line(&c, &plan, l);
            used[plan.lines[l].week] += plan.lines[l].hours;
        }
        for (uint32_t t = 0; t < plan.trip_count; t++)
            used[plan.trips[t].week] += plan.trips[t].hours;
        for (int w = 0; w < WEEKS; w++) {
            assert_true(used[w] <= c.hours[w] + 1e-6);
            assert_near(used[w], plan.used[w], 1e-6);
        }
        assert_int_equal(i % 4 == ATTENTION_NOTHING, plan.line_count == 0);
        arena_reset(a);
    }
    arena_free(a);
}

static double cheapest(const struct case_ *c, uint32_t arm)
{
    double least = HUGE_VAL;
    for (int t = 0; t < TYPES; t++) {
        bool suits = (c->arms[arm].types >> t & 1) &&
                     (!types[t].travels || c->arms[arm].region != ATTENTION_NOWHERE);
        double trip = types[t].travels && suits ? c->trip_hours[c->arms[arm].region] : 0;
        least = suits ? fmin(least, types[t].hours + trip) : least;
    }
    return least;
}

static bool is_in(const struct attention_plan *plan, uint32_t week, uint32_t arm)
{
    for (uint32_t l = 0; l < plan->line_count; l++)
        if (plan->lines[l].week == week && plan->lines[l].arm == arm)
            return plan->lines[l].must_do;
    return false;
}

static void what_must_be_done_is_in_whenever_it_fits(void **state)
{
    (void)state;
    struct random r = { .state = 6 };
    struct arena *a = arena_new(1 << 22);
    int weeks = 0, tight = 0;
    for (int i = 0; i < 300; i++) {
        struct case_ c;
        struct attention_plan plan;
        make_case(&r, ARMS, WEEKS, true, &c);
        assert_int_equal(attention_plan_make(&c.problem, ATTENTION_INDEX, a, NULL, &plan), 0);
        int32_t due[ARMS];
        for (int k = 0; k < ARMS; k++)
            due[k] = c.arms[k].due;
        for (int w = 0; w < WEEKS; w++) {
            double need = 0;
            for (uint32_t k = 0; k < ARMS; k++)
                need += due[k] <= w ? cheapest(&c, k) : 0;
            weeks += need > 0 && need <= c.hours[w];
            tight += need > c.hours[w];
            for (uint32_t k = 0; k < ARMS; k++)
                if (due[k] <= w && need <= c.hours[w])
                    assert_true(is_in(&plan, (uint32_t)w, k));
            for (uint32_t l = 0; l < plan.line_count; l++)
                if ((int)plan.lines[l].week == w)
                    due[plan.lines[l].arm] = w + c.arms[plan.lines[l].arm].every;
        }
        arena_reset(a);
    }
    assert_true(weeks > 50 && tight > 50);
    arena_free(a);
}

/* Everything that one week could be: each arm in no form or one of its forms. */
static double best_week(const struct case_ *c, uint32_t arm, double left, double value,
                        unsigned open)
{
    const struct attention_problem *p = &c->problem;
    if (arm == p->arm_count)
        return value;
    double best = best_week(c, arm + 1, left, value, open);
    const struct attention_arm *x = &c->arms[arm];
    for (int t = 0; t < TYPES; t++) {
        if (!(x->types >> t & 1) || (types[t].travels && x->region == ATTENTION_NOWHERE))
            continue;
        bool trip = types[t].travels && !(open >> x->region & 1);
        double cost = types[t].hours + (trip ? c->trip_hours[x->region] : 0);
        double more = x->importance * attention_index(&x->state, &types[t], p->parameters);
        if (cost <= left)
            best = fmax(best, best_week(c, arm + 1, left - cost, value + more,
                                        trip ? open | 1U << x->region : open));
    }
    return best;
}

static void a_week_is_close_to_the_best_of_all_weeks(void **state)
{
    (void)state;
    struct random r = { .state = 7 };
    struct arena *a = arena_new(1 << 22);
    double got = 0, most = 0;
    for (int i = 0; i < 300; i++) {
        struct case_ c;
        struct attention_plan plan;
        make_case(&r, 7, 1, false, &c);
        for (int k = 0; k < 7; k++)
            c.arms[k].gap = 0;
        assert_int_equal(attention_plan_make(&c.problem, ATTENTION_INDEX, a, NULL, &plan), 0);
        double value = 0, best = best_week(&c, 0, c.hours[0], 0, 0);
        for (uint32_t l = 0; l < plan.line_count; l++)
            value += plan.lines[l].priority * plan.lines[l].hours;
        assert_true(value <= best + 1e-9);
        got += value;
        most += best;
        arena_reset(a);
    }
    print_message("# weeks come to %.4f of the best of all weeks\n", got / most);
    assert_true(got > 0.95 * most);
    arena_free(a);
}

static void a_trip_is_made_when_several_visits_pay_for_it(void **state)
{
    (void)state;
    struct case_ c;
    struct random r = { .state = 8 };
    struct attention_plan plan;
    struct arena *a = arena_new(1 << 20);
    make_case(&r, 3, 1, false, &c);
    for (int i = 0; i < 3; i++)
        c.arms[i] = (struct attention_arm){ .state = { .kept = 0.5, .prior = 0.6, .rate = 0.01 },
                                            .importance = 4,
                                            .types = 5,
                                            .region = 1,
                                            .due = ATTENTION_NEVER };
    c.trip_hours[1] = 3;
    c.hours[0] = 12;
    assert_int_equal(attention_plan_make(&c.problem, ATTENTION_INDEX, a, NULL, &plan), 0);
    assert_int_equal(plan.trip_count, 1);
    assert_int_equal(plan.line_count, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(plan.lines[i].type, 2);
    c.trip_hours[1] = 11; /* no visit fits beside it */
    assert_int_equal(attention_plan_make(&c.problem, ATTENTION_INDEX, a, NULL, &plan), 0);
    assert_int_equal(plan.trip_count, 0);
    assert_int_equal(plan.lines[0].type, 0);
    arena_free(a);
}

static void nobody_is_met_again_too_soon_unless_it_must_be(void **state)
{
    (void)state;
    struct random r = { .state = 11 };
    struct arena *a = arena_new(1 << 22);
    int again = 0;
    for (int i = 0; i < 120; i++) {
        struct case_ c;
        struct attention_plan plan;
        make_case(&r, ARMS, WEEKS, true, &c);
        assert_int_equal(attention_plan_make(&c.problem, ATTENTION_INDEX, a, NULL, &plan), 0);
        int32_t since[ARMS];
        for (int k = 0; k < ARMS; k++)
            since[k] = c.arms[k].since;
        for (uint32_t w = 0, l = 0; w < WEEKS; w++) {
            bool met[ARMS] = { 0 };
            for (; l < plan.line_count && plan.lines[l].week == w; l++) {
                uint32_t arm = plan.lines[l].arm;
                assert_true(plan.lines[l].must_do || since[arm] >= c.arms[arm].gap);
                again += since[arm] < (int32_t)w;
                met[arm] = true;
            }
            for (int k = 0; k < ARMS; k++)
                since[k] = met[k] ? 1 : since[k] + 1;
        }
        arena_reset(a);
    }
    assert_true(again > 50);
    arena_free(a);
}

static void a_skipped_line_costs_what_the_plan_without_it_says(void **state)
{
    (void)state;
    struct random r = { .state = 9 };
    struct arena *a = arena_new(1 << 22);
    for (int i = 0; i < 60; i++) {
        struct case_ c;
        struct attention_plan plan;
        make_case(&r, 10, WEEKS, true, &c);
        assert_int_equal(attention_plan_make(&c.problem, ATTENTION_INDEX, a, NULL, &plan), 0);
        for (uint32_t l = 0; l < plan.line_count; l++) {
            const struct attention_line *x = &plan.lines[l];
            double left = exp(-c.arms[x->arm].state.rate * (WEEKS - 1 - x->week));
            struct attention_state end = plan.end[x->arm];
            end.kept -= left * types[x->type].success * types[x->type].kept;
            end.broken -= left * (1 - types[x->type].success) * types[x->type].broken;
            assert_near(attention_without(&c.problem, &plan, l),
                        attention_trust(&end, &c.parameters), 1e-9);
        }
        arena_reset(a);
    }
    arena_free(a);
}

static void a_problem_outside_its_ranges_is_refused(void **state)
{
    (void)state;
    struct case_ c;
    struct random r = { .state = 10 };
    struct attention_plan plan;
    struct error err = { 0 };
    struct arena *a = arena_new(1 << 20), *small = arena_new(64);
    make_case(&r, 3, 2, false, &c);
    assert_int_equal(attention_plan_make(&c.problem, ATTENTION_INDEX, small, &err, &plan),
                     EN_NO_MEMORY);
    c.arms[1].region = REGIONS;
    assert_int_equal(attention_plan_make(&c.problem, ATTENTION_INDEX, a, &err, &plan), EN_INVALID);
    c.arms[1].region = 0;
    c.hours[1] = -1;
    assert_int_equal(attention_plan_make(&c.problem, ATTENTION_INDEX, a, &err, &plan), EN_INVALID);
    c.hours[1] = 1;
    c.problem.weeks = 0;
    assert_int_equal(attention_plan_make(&c.problem, ATTENTION_INDEX, a, &err, &plan), EN_INVALID);
    arena_free(a);
    arena_free(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trust_is_a_constant_and_a_hyperbola),
        cmocka_unit_test(the_index_is_the_price_at_which_its_state_is_the_best_threshold),
        cmocka_unit_test(what_a_failure_may_cost_is_taken_off),
        cmocka_unit_test(the_index_falls_with_evidence_and_rises_with_what_is_gained),
        cmocka_unit_test(hours_are_never_exceeded_and_lines_keep_their_rules),
        cmocka_unit_test(what_must_be_done_is_in_whenever_it_fits),
        cmocka_unit_test(a_week_is_close_to_the_best_of_all_weeks),
        cmocka_unit_test(a_trip_is_made_when_several_visits_pay_for_it),
        cmocka_unit_test(nobody_is_met_again_too_soon_unless_it_must_be),
        cmocka_unit_test(a_skipped_line_costs_what_the_plan_without_it_says),
        cmocka_unit_test(a_problem_outside_its_ranges_is_refused),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
