/* Coverage equals the sum over everything that can happen, and its bounds hold it between them. */
#include "base/fault.h"
#include "coverage_case.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "near.h"

enum { CASES = 1500 };

static const uint32_t all[CASE_COLUMNS] = { 0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11,
                                            12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23 };
static struct coverage_work *work;

static int make_work(void **state)
{
    (void)state;
    work = coverage_work_new();
    return work ? 0 : -1;
}

static int free_work(void **state)
{
    (void)state;
    coverage_work_free(work);
    return 0;
}

static struct coverage covers(const struct coverage_need *n, const uint32_t *members,
                              uint32_t count)
{
    struct coverage c;
    assert_int_equal(coverage_of(n, members, count, work, NULL, &c), 0);
    assert_true(c.lower >= 0 && c.lower <= c.upper && c.upper <= 1);
    return c;
}

static double exactly(const struct coverage_need *n, const uint32_t *members, uint32_t count)
{
    struct coverage c = covers(n, members, count);
    assert_int_equal(c.lower_by, COVERAGE_EXACT);
    assert_int_equal(c.upper_by, COVERAGE_EXACT);
    assert_true(c.lower == c.upper);
    return c.lower;
}

static void compare_many(uint64_t seed, uint32_t causes, int32_t demand_max)
{
    struct random r = { seed };
    double seen[4] = { 0 };
    for (int n = 0; n < CASES; n++) {
        struct coverage_case c;
        struct case_size z = { .columns = (uint32_t)random_below(&r, 8),
                               .requirements = (uint32_t)random_below(&r, 5),
                               .causes = causes,
                               .demand_max = demand_max };
        case_make(&r, &z, &c);
        double got = exactly(&c.need, all, z.columns);
        assert_near(got, case_exact(&c.need, all, z.columns), 1e-14);
        seen[got <= 0 ? 0 : got >= 1 ? 1 : 2]++;
    }
    for (int kind = 0; kind < 3; kind++)
        assert_true(seen[kind] > 20); /* impossible, certain and open needs were all among them */
}

static void pure_cover_equals_enumeration(void **state)
{
    (void)state;
    compare_many(11, 0, 1);
}

static void pooled_quantities_equal_enumeration(void **state)
{
    (void)state;
    compare_many(12, 0, 3);
    compare_many(13, 0, 1000000000);
}

static void common_causes_equal_enumeration(void **state)
{
    (void)state;
    compare_many(14, 1, 1);
    compare_many(15, 3, 3);
}

/* Sum over sets M of requirements of (-1)^|M| times the chance that nobody who covers one of M
 * delivers. */
static double inclusion_exclusion(const struct coverage_need *n, uint32_t count)
{
    long double sum = 0;
    for (uint32_t set = 0; set < 1U << n->requirement_count; set++) {
        long double p = __builtin_parity(set) ? -1 : 1;
        for (uint32_t j = 0; j < count; j++) {
            bool touches = false;
            for (uint32_t k = 0; k < n->columns[j].part_count; k++)
                touches |= n->columns[j].parts[k].quantity > 0 &&
                           (set >> n->columns[j].parts[k].requirement & 1);
            p *= touches ? 1 - (long double)n->columns[j].probability : 1;
        }
        sum += p;
    }
    return (double)sum;
}

static void pure_cover_equals_inclusion_and_exclusion(void **state)
{
    (void)state;
    struct random r = { 16 };
    for (int n = 0; n < CASES; n++) {
        struct coverage_case c;
        struct case_size z = { .columns = 1 + (uint32_t)random_below(&r, 20),
                               .requirements = 1 + (uint32_t)random_below(&r, 8),
                               .demand_max = 1 };
        case_make(&r, &z, &c);
        assert_near(exactly(&c.need, all, z.columns), inclusion_exclusion(&c.need, z.columns),
                    1e-13);
    }
}

static void the_order_of_members_changes_nothing(void **state)
{
    (void)state;
    struct random r = { 17 };
    for (int n = 0; n < CASES; n++) {
        struct coverage_case c;
        struct case_size z = { 6, 3, 2, 4 };
        uint32_t other[6] = { 0, 1, 2, 3, 4, 5 };
        case_make(&r, &z, &c);
        for (uint32_t i = 5; i > 0; i--) {
            uint32_t k = (uint32_t)random_below(&r, i + 1), swap = other[i];
            other[i] = other[k];
            other[k] = swap;
        }
        double got = exactly(&c.need, all, 6);
        assert_true(got == exactly(&c.need, all, 6));
        assert_near(exactly(&c.need, other, 6), got, 1e-14);
    }
}

static void a_shared_cause_takes_both_away(void **state)
{
    (void)state;
    const int32_t demand[] = { 1 };
    const double causes[] = { 0.9, 0.5 };
    const struct coverage_part part = { 0, 1 };
    struct coverage_column two[] = {
        { .partner = 0, .probability = 0.8, .causes = 1, .parts = &part, .part_count = 1 },
        { .partner = 1, .probability = 0.8, .causes = 1, .parts = &part, .part_count = 1 },
    };
    struct coverage_need n = { demand, 1, causes, 2, two, 2 };
    assert_near(exactly(&n, all, 2), 0.9 * 0.96, 1e-15);
    two[1].causes = 2;
    assert_near(exactly(&n, all, 2), 1 - (1 - 0.9 * 0.8) * (1 - 0.5 * 0.8), 1e-15);
    two[0].causes = two[1].causes = 0;
    assert_near(exactly(&n, all, 2), 0.96, 1e-15);
}

static void a_need_without_demands_is_covered_and_nobody_covers_any_other(void **state)
{
    (void)state;
    const int32_t demands[] = { 0, 0, 1 };
    struct coverage_need n = { .demands = demands, .requirement_count = 2 };
    assert_true(exactly(&n, NULL, 0) >= 1);
    n.requirement_count = 3;
    assert_true(exactly(&n, NULL, 0) <= 0);
    n.requirement_count = 0;
    assert_true(exactly(&n, NULL, 0) >= 1);
}

enum { MANY = 24, HALF = MANY / 2, SETS = 1 << HALF };

/* Members whose quantities never add up to the same: far more states than are kept. */
static void make_apart(struct random *r, struct coverage_case *c)
{
    struct case_size z = { MANY, 2, 0, 1000000 };
    case_make(r, &z, c);
    for (uint32_t j = 0; j < z.columns; j++) {
        for (uint32_t i = 0; i < z.requirements; i++)
            c->parts[j][i] = (struct coverage_part){ i, 1 + (int32_t)random_below(r, 1000000) };
        c->columns[j].part_count = z.requirements;
        c->columns[j].probability = 0.4 + 0.5 * random_unit(r);
    }
    c->demands[0] = c->demands[1] = 5500000;
}

/* What each set of one half of the members delivers, and how probable that is. */
struct half {
    double probability[SETS];
    int64_t first[SETS], second[SETS];
};

static void fill_half(const struct coverage_case *c, uint32_t from, struct half *ret)
{
    for (uint32_t set = 0; set < SETS; set++) {
        ret->probability[set] = 1;
        ret->first[set] = ret->second[set] = 0;
        for (uint32_t i = 0; i < HALF; i++) {
            double p = c->columns[from + i].probability;
            bool in = set >> i & 1;
            ret->probability[set] *= in ? p : 1 - p;
            ret->first[set] += in ? c->parts[from + i][0].quantity : 0;
            ret->second[set] += in ? c->parts[from + i][1].quantity : 0;
        }
    }
}

/* All 2^24 sets, each as one of either half. */
static double by_halves(const struct coverage_case *c)
{
    static struct half x, y;
    fill_half(c, 0, &x);
    fill_half(c, HALF, &y);
    double sum = 0;
    for (uint32_t i = 0; i < SETS; i++) {
        double covers_with = 0;
        for (uint32_t k = 0; k < SETS; k++) {
            if (x.first[i] + y.first[k] >= c->demands[0] &&
                x.second[i] + y.second[k] >= c->demands[1])
                covers_with += y.probability[k];
        }
        sum += x.probability[i] * covers_with;
    }
    return sum;
}

static void bounds_hold_the_exact_figure_between_them(void **state)
{
    (void)state;
    struct random r = { 18 };
    for (int n = 0; n < 2; n++) {
        struct coverage_case c;
        make_apart(&r, &c);
        struct coverage got = covers(&c.need, all, MANY);
        double want = by_halves(&c);
        assert_true(got.lower_by != COVERAGE_EXACT && got.upper_by != COVERAGE_EXACT);
        assert_true(got.states > COVERAGE_STATES_MAX);
        assert_true(got.lower <= want + 1e-12 && got.upper >= want - 1e-12);
        assert_true(got.lower < got.upper && got.upper - got.lower < 0.25);
    }
}

/* Twenty requirements with two members of their own each, the first ones first: 2^20 states, and
 * the product over the requirements is the exact figure. */
static void bounds_by_requirement_are_tight_where_requirements_are_apart(void **state)
{
    (void)state;
    enum { REQUIREMENTS = 20 };
    int32_t demands[REQUIREMENTS];
    struct coverage_part parts[REQUIREMENTS];
    struct coverage_column columns[2 * REQUIREMENTS];
    uint32_t members[2 * REQUIREMENTS];
    double want = 1;
    for (uint32_t i = 0; i < 2 * REQUIREMENTS; i++) {
        demands[i % REQUIREMENTS] = 1;
        parts[i % REQUIREMENTS] = (struct coverage_part){ i % REQUIREMENTS, 1 };
        columns[i] = (struct coverage_column){
            .partner = i, .probability = 0.7, .parts = &parts[i % REQUIREMENTS], .part_count = 1
        };
        members[i] = i;
        want *= i < REQUIREMENTS ? 0.91 : 1;
    }
    struct coverage_need n = { .demands = demands,
                               .requirement_count = REQUIREMENTS,
                               .columns = columns,
                               .column_count = 2 * REQUIREMENTS };
    struct coverage got = covers(&n, members, 2 * REQUIREMENTS);
    assert_int_equal(got.lower_by, COVERAGE_BY_REQUIREMENTS);
    assert_near(got.lower, want, 1e-12);
    assert_true(got.upper >= want && got.upper <= 0.91 + 1e-12);
}

/* Twenty shared causes: too many settings to hold, an answer all the same. */
static void too_many_causes_give_bounds(void **state)
{
    (void)state;
    enum { CAUSES = 20 };
    const int32_t demand[] = { 1 };
    const struct coverage_part part = { 0, 1 };
    double causes[CAUSES];
    struct coverage_column two[2] = {
        { .partner = 0, .probability = 0.5, .parts = &part, .part_count = 1 },
        { .partner = 1, .probability = 0.5, .parts = &part, .part_count = 1 },
    };
    double both = 1;
    for (uint32_t k = 0; k < CAUSES; k++)
        both *= causes[k] = 0.75 + 0.01 * k;
    two[0].causes = two[1].causes = ((uint64_t)1 << CAUSES) - 1;
    struct coverage_need n = { demand, 1, causes, CAUSES, two, 2 };
    struct coverage got = covers(&n, all, 2);
    assert_int_equal(got.lower_by, COVERAGE_BY_STATES);
    assert_true(got.lower <= both * 0.75 + 1e-12 && got.upper >= both * 0.75);
    assert_true(got.upper - got.lower < 0.5);
}

static void the_interval_holds_every_reading_between(void **state)
{
    (void)state;
    struct random r = { 19 };
    for (int n = 0; n < CASES; n++) {
        struct coverage_case c;
        struct coverage_interval i;
        struct case_size z = { 6, 3, 1, n % 2 ? 1 : 3 };
        case_make(&r, &z, &c);
        assert_int_equal(coverage_interval(&c.need, all, 6, work, NULL, &i), 0);
        assert_near(i.expected.lower, case_exact(&c.need, all, 6), 1e-14);
        for (uint32_t j = 0; j < 6; j++)
            c.columns[j].probability = c.columns[j].low;
        assert_near(i.low.lower, case_exact(&c.need, all, 6), 1e-14);
        for (uint32_t j = 0; j < 6; j++)
            c.columns[j].probability = c.columns[j].high;
        assert_near(i.high.upper, case_exact(&c.need, all, 6), 1e-14);
        assert_true(i.low.lower <= i.expected.lower + 1e-14);
        assert_true(i.expected.upper <= i.high.upper + 1e-14);
    }
}

static void refuse(const struct coverage_need *n, const uint32_t *members, uint32_t count, int code)
{
    struct coverage c = { .states = 77 };
    struct error err = { 0 };
    assert_int_equal(coverage_of(n, members, count, work, &err, &c), code);
    assert_int_equal(err.code, code);
    assert_int_equal(c.states, 77);
}

static void what_is_not_a_need_is_refused(void **state)
{
    (void)state;
    struct coverage_case c;
    struct random r = { 20 };
    struct case_size z = { 4, 2, 1, 2 };
    const uint32_t absent[] = { 9 }, twice[] = { 0, 0 };
    case_make(&r, &z, &c);
    refuse(&c.need, absent, 1, EN_INVALID);
    refuse(&c.need, twice, 2, EN_INVALID);
    case_make(&r, &z, &c);
    c.columns[1].partner = c.columns[0].partner;
    refuse(&c.need, all, 2, EN_INVALID);
    case_make(&r, &z, &c);
    c.columns[0].probability = (double)NAN;
    refuse(&c.need, all, 1, EN_INVALID);
    case_make(&r, &z, &c);
    c.columns[0].causes = 2;
    refuse(&c.need, all, 1, EN_INVALID);
    case_make(&r, &z, &c);
    c.causes[0] = 1.5;
    refuse(&c.need, all, 1, EN_INVALID);
    case_make(&r, &z, &c);
    c.demands[1] = -1;
    refuse(&c.need, all, 1, EN_INVALID);
    case_make(&r, &z, &c);
    c.need.requirement_count = COVERAGE_REQUIREMENTS_MAX + 1;
    refuse(&c.need, all, 1, EN_TOO_LARGE);
    case_make(&r, &z, &c);
    c.columns[0].part_count = 1;
    c.parts[0][0] = (struct coverage_part){ 2, 1 };
    refuse(&c.need, all, 1, EN_INVALID);
    c.parts[0][0] = (struct coverage_part){ 0, -1 };
    refuse(&c.need, all, 1, EN_INVALID);
    case_make(&r, &z, &c);
    struct coverage_interval i;
    c.columns[0].low = 0.9;
    c.columns[0].high = 0.1;
    assert_int_equal(coverage_interval(&c.need, all, 1, work, NULL, &i), EN_INVALID);
}

/* Fails the 1st, 2nd, 3rd ... allocation until the evaluation, with a fresh workspace, succeeds. */
static void every_failing_allocation_is_answered(void **state)
{
    (void)state;
    struct random r = { 21 };
    struct coverage_case c;
    struct case_size z = { 14, 2, 1, 1000000 };
    case_make(&r, &z, &c);
    for (uint32_t j = 0; j < z.columns; j++)
        c.columns[j].probability = 0.5;
    c.causes[0] = 0.5;
    c.demands[0] = c.demands[1] = 1500000;
    double want = exactly(&c.need, all, z.columns);
    for (long n = 1;; n++) {
        struct coverage got = { .states = 77 };
        fault_arm_allocation(n);
        struct coverage_work *w = coverage_work_new();
        int rc = w ? coverage_of(&c.need, all, z.columns, w, NULL, &got) : EN_NO_MEMORY;
        bool struck = fault_disarm();
        assert_int_equal(rc, struck ? EN_NO_MEMORY : 0);
        assert_true(!struck || got.states == 77);
        if (w && struck) /* the workspace is as good as new */
            assert_int_equal(coverage_of(&c.need, all, z.columns, w, NULL, &got), 0);
        coverage_work_free(w);
        assert_true((struck && !w) || got.lower == want);
        if (!struck) {
            assert_true(n > 10);
            break;
        }
    }
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pure_cover_equals_enumeration),
        cmocka_unit_test(pooled_quantities_equal_enumeration),
        cmocka_unit_test(common_causes_equal_enumeration),
        cmocka_unit_test(pure_cover_equals_inclusion_and_exclusion),
        cmocka_unit_test(the_order_of_members_changes_nothing),
        cmocka_unit_test(a_shared_cause_takes_both_away),
        cmocka_unit_test(a_need_without_demands_is_covered_and_nobody_covers_any_other),
        cmocka_unit_test(bounds_hold_the_exact_figure_between_them),
        cmocka_unit_test(bounds_by_requirement_are_tight_where_requirements_are_apart),
        cmocka_unit_test(too_many_causes_give_bounds),
        cmocka_unit_test(the_interval_holds_every_reading_between),
        cmocka_unit_test(what_is_not_a_need_is_refused),
        cmocka_unit_test(every_failing_allocation_is_answered),
    };
    return cmocka_run_group_tests(tests, make_work, free_work);
}
