/* Shapley and Banzhaf values equal their definitions over all sets of partners, and keep the laws.
 */
#include "base/fault.h"
#include "kernel/criticality.h"
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "near.h"

enum { PARTNERS = 12, CASES = 120 };

struct game {
    struct criticality_partner partners[PARTNERS];
    uint32_t count, requirements;
    double shapley[PARTNERS], banzhaf[PARTNERS];
    struct criticality c;
};

static void make(struct random *r, struct game *g)
{
    g->count = 1 + (uint32_t)random_below(r, PARTNERS);
    g->requirements = 1 + (uint32_t)random_below(r, 5);
    for (uint32_t i = 0; i < g->count; i++) {
        uint64_t pick = random_below(r, 10);
        g->partners[i] = (struct criticality_partner){
            .mask = (uint32_t)random_below(r, (uint64_t)1 << g->requirements),
            .probability = pick == 0   ? 0
                           : pick == 1 ? 1
                                       : random_unit(r),
        };
    }
}

static void solve(struct game *g)
{
    assert_int_equal(criticality_values(g->partners, g->count, g->requirements, NULL, g->shapley,
                                        g->banzhaf, &g->c),
                     0);
}

/* v of the partners in `set`: a sum over the sets of requirements already covered. */
static long double value(const struct game *g, uint32_t set)
{
    long double f[1 << 5] = { 1 };
    uint32_t all = (1U << g->requirements) - 1;
    for (uint32_t i = 0; i < g->count; i++) {
        if (!(set >> i & 1))
            continue;
        long double p = (long double)g->partners[i].probability;
        for (uint32_t m = all + 1; m-- > 0;) {
            uint32_t to = m | g->partners[i].mask;
            if (to == m)
                continue;
            f[to] += f[m] * p;
            f[m] *= 1 - p;
        }
    }
    return f[all];
}

static void by_definition(const struct game *g, uint32_t i, double *ret_shapley,
                          double *ret_banzhaf)
{
    static long double v[1 << PARTNERS];
    if (i == 0) {
        for (uint32_t set = 0; set < 1U << g->count; set++)
            v[set] = value(g, set);
    }
    long double shapley = 0, banzhaf = 0;
    for (uint32_t set = 0; set < 1U << g->count; set++) {
        if (set >> i & 1)
            continue;
        long double adds = v[set | 1U << i] - v[set];
        /* s! (n-s-1)! / n! = 1 / (n C(n-1, s)) */
        long double orders = g->count;
        uint32_t s = (uint32_t)__builtin_popcount(set);
        for (uint32_t k = 1; k <= s; k++)
            orders *= (long double)(g->count - k) / k;
        shapley += adds / orders;
        banzhaf += adds;
    }
    *ret_shapley = (double)shapley;
    *ret_banzhaf = (double)(banzhaf / (1U << (g->count - 1)));
}

static void values_equal_their_definitions(void **state)
{
    (void)state;
    struct random r = { 61 };
    int covered = 0;
    for (int n = 0; n < CASES; n++) {
        struct game g;
        make(&r, &g);
        solve(&g);
        assert_true(g.c.exact && g.c.gap < 1e-12);
        assert_near(g.c.coverage, (double)value(&g, (1U << g.count) - 1), 1e-13);
        covered += g.c.coverage > 0;
        for (uint32_t i = 0; i < g.count; i++) {
            double shapley, banzhaf;
            by_definition(&g, i, &shapley, &banzhaf);
            assert_near(g.shapley[i], shapley, 6e-10); /* half a step of quantising, and some */
            assert_near(g.banzhaf[i], banzhaf, 6e-10);
        }
    }
    assert_true(covered > CASES / 2);
}

static void shapley_values_add_up_to_the_coverage_of_all(void **state)
{
    (void)state;
    struct random r = { 62 };
    for (int n = 0; n < 20 * CASES; n++) {
        struct game g;
        make(&r, &g);
        solve(&g);
        double sum = 0;
        for (uint32_t i = 0; i < g.count; i++) {
            sum += g.shapley[i];
            assert_true(g.shapley[i] >= 0 && g.banzhaf[i] >= 0);
            if (g.partners[i].mask == 0 || g.partners[i].probability <= 0)
                assert_true(g.shapley[i] <= 0 && g.banzhaf[i] <= 0);
        }
        assert_near(sum, g.c.coverage, 1e-8);
    }
}

static void equal_partners_have_equal_values_and_order_does_not_matter(void **state)
{
    (void)state;
    struct random r = { 63 };
    for (int n = 0; n < CASES; n++) {
        struct game g, turned;
        make(&r, &g);
        if (g.count > 1)
            g.partners[1] = g.partners[0];
        turned = g;
        for (uint32_t i = 0; i < g.count; i++)
            turned.partners[i] = g.partners[g.count - 1 - i];
        solve(&g);
        solve(&turned);
        assert_true(g.count < 2 || (g.shapley[0] == g.shapley[1] && g.banzhaf[0] == g.banzhaf[1]));
        for (uint32_t i = 0; i < g.count; i++)
            assert_near(turned.shapley[g.count - 1 - i], g.shapley[i], 2e-9);
    }
}

/* More partners than the rule has nodes for: the error is stated, and small. */
static void many_partners_are_near_enough_and_say_how_near(void **state)
{
    (void)state;
    enum { MANY = 600, REQUIREMENTS = 8 };
    struct random r = { 64 };
    struct criticality_partner *p = calloc(MANY, sizeof(*p));
    double *shapley = calloc(MANY, sizeof(*shapley)), *banzhaf = calloc(MANY, sizeof(*banzhaf));
    struct criticality c;
    for (uint32_t i = 0; i < MANY; i++) {
        p[i].mask = 1U << random_below(&r, REQUIREMENTS) | 1U << random_below(&r, REQUIREMENTS);
        p[i].probability = 0.3 + 0.7 * random_unit(&r);
    }
    assert_int_equal(criticality_values(p, MANY, REQUIREMENTS, NULL, shapley, banzhaf, &c), 0);
    assert_false(c.exact);
    assert_int_equal(c.nodes, CRITICALITY_NODES_MAX);
    assert_true(c.gap < 1e-9);
    assert_near(c.coverage, 1, 1e-9);
    free(p);
    free(shapley);
    free(banzhaf);
}

static void what_nobody_covers_is_worth_nothing_to_anybody(void **state)
{
    (void)state;
    struct game g = { .partners = { { 1, 0.5 }, { 3, 0.9 }, { 4, 0 } },
                      .count = 3,
                      .requirements = 3,
                      .c = { .coverage = 77 } };
    solve(&g);
    assert_true(g.c.coverage <= 0 && g.c.exact);
    for (uint32_t i = 0; i < 3; i++)
        assert_true(g.shapley[i] <= 0 && g.banzhaf[i] <= 0);
    g.requirements = 2;
    g.count = 2;
    solve(&g);
    assert_near(g.c.coverage, 0.9, 1e-12);
    assert_near(g.shapley[1], 0.9, 1e-9);
    assert_near(g.shapley[0], 0, 0);
    g.count = 0;
    solve(&g);
    assert_true(g.c.coverage <= 0);
    g.requirements = 0;
    solve(&g);
    assert_true(g.c.coverage >= 1);
}

/* The most requirements allowed: two partners, each with half of them, are both indispensable. */
static void the_largest_need_is_answered(void **state)
{
    (void)state;
    struct criticality_partner p[] = { { 0x003ff, 0.5 }, { 0xffc00, 1 } };
    double shapley[2], banzhaf[2];
    struct criticality c;
    assert_int_equal(
        criticality_values(p, 2, CRITICALITY_REQUIREMENTS_MAX, NULL, shapley, banzhaf, &c), 0);
    assert_near(c.coverage, 0.5, 1e-9);
    for (int i = 0; i < 2; i++) {
        assert_near(shapley[i], 0.25, 1e-9);
        assert_near(banzhaf[i], 0.25, 1e-9);
    }
}

static void columns_of_one_partner_count_as_one(void **state)
{
    (void)state;
    const uint32_t partner[] = { 0, 2, 0, 0 };
    const struct criticality_partner column[] = { { 1, 0.9 }, { 4, 0.5 }, { 2, 0.7 }, { 0, 0.1 } };
    struct criticality_partner merged[3];
    criticality_merge(partner, column, 4, 3, merged);
    assert_int_equal(merged[0].mask, 3);
    assert_near(merged[0].probability, 0.7, 0);
    assert_int_equal(merged[1].mask, 0);
    assert_near(merged[1].probability, 0, 0);
    assert_int_equal(merged[2].mask, 4);
    assert_near(merged[2].probability, 0.5, 0);
}

static void refuse(struct criticality_partner p, uint32_t requirements, int code)
{
    double shapley = 77, banzhaf = 77;
    struct error err = { 0 };
    struct criticality c = { .nodes = 77 };
    assert_int_equal(criticality_values(&p, 1, requirements, &err, &shapley, &banzhaf, &c), code);
    assert_int_equal(err.code, code);
    assert_true(c.nodes == 77 && shapley == 77 && banzhaf == 77);
}

static void what_is_not_a_game_is_refused_and_so_is_no_memory(void **state)
{
    (void)state;
    refuse((struct criticality_partner){ 1, (double)NAN }, 1, EN_INVALID);
    refuse((struct criticality_partner){ 1, 1.01 }, 1, EN_INVALID);
    refuse((struct criticality_partner){ 2, 0.5 }, 1, EN_INVALID);
    refuse((struct criticality_partner){ 1, 0.5 }, CRITICALITY_REQUIREMENTS_MAX + 1, EN_TOO_LARGE);
    fault_arm_allocation(1);
    refuse((struct criticality_partner){ 1, 0.5 }, 1, EN_NO_MEMORY);
    assert_true(fault_disarm());
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_equal_their_definitions),
        cmocka_unit_test(shapley_values_add_up_to_the_coverage_of_all),
        cmocka_unit_test(equal_partners_have_equal_values_and_order_does_not_matter),
        cmocka_unit_test(many_partners_are_near_enough_and_say_how_near),
        cmocka_unit_test(what_nobody_covers_is_worth_nothing_to_anybody),
        cmocka_unit_test(the_largest_need_is_answered),
        cmocka_unit_test(columns_of_one_partner_count_as_one),
        cmocka_unit_test(what_is_not_a_game_is_refused_and_so_is_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
