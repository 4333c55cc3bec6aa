/* Chains equal those of an enumerator on small graphs, and a layered programme on larger ones. */
#include "base/fault.h"
#include "kernel/paths.h"
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "near.h"
#include "paths_case.h"

enum { CASES = 3000, MEDIUM_CASES = 60 };

static struct paths_chain room[CASE_CHAINS];

static struct paths_graph graph_of(const struct paths_case *c)
{
    struct paths_graph g;
    assert_int_equal(paths_graph_init(c->from, c->to, c->strength, c->arcs, c->actors, NULL, &g),
                     0);
    return g;
}

static void assert_same_chain(const struct paths_chain *a, const struct paths_chain *b)
{
    assert_int_equal(a->hops, b->hops);
    assert_true(a->product == b->product);
    assert_memory_equal(a->actors, b->actors, (a->hops + 1) * sizeof(*a->actors));
    assert_memory_equal(a->strength, b->strength, a->hops * sizeof(*a->strength));
}

static const enum paths_way ways[] = { PATHS_AUTO, PATHS_FROM_BOTH_ENDS, PATHS_FORWARD };

static void the_best_and_the_k_best_are_the_first_of_all_chains(void **state)
{
    (void)state;
    struct random r = { 81 };
    uint32_t found = 0, many = 0, equal = 0;
    for (int n = 0; n < CASES; n++) {
        struct paths_case c;
        case_make(&r, &c);
        struct enumeration e = { .c = &c, .chains = room };
        enumerate(&e);
        assert_true(e.count <= CASE_CHAINS);
        found += e.count > 0;
        many += e.count > PATHS_CHAINS_MAX;
        equal += e.count > 1 && room[0].product == room[1].product;
        struct paths_graph g = graph_of(&c);
        struct paths_work *w = paths_work_new(&g);
        for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
            struct paths_chain best, chains[PATHS_CHAINS_MAX];
            uint32_t count = 0, want = 1 + (uint32_t)random_below(&r, PATHS_CHAINS_MAX);
            c.query.way = ways[i];
            assert_int_equal(paths_best(&g, &c.query, w, NULL, &best), 0);
            assert_int_equal(best.hops > 0, e.count > 0);
            if (e.count)
                assert_same_chain(&best, &room[0]);
            assert_int_equal(paths_k_best(&g, &c.query, want, w, NULL, chains, &count), 0);
            assert_int_equal(count, e.count < want ? e.count : want);
            for (uint32_t k = 0; k < count; k++)
                assert_same_chain(&chains[k], &room[k]);
        }
        paths_work_free(w);
        paths_graph_done(&g);
    }
    assert_true(found > CASES / 2 && many > CASES / 10 && equal > CASES / 10);
}

static void leave_out(struct enumeration *e, const struct paths_chain *c, enum paths_disjoint how)
{
    for (uint32_t i = 0; i < c->hops; i++)
        e->banned[c->actors[i]][c->actors[i + 1]] = true;
    for (uint32_t i = 1; how == PATHS_NODE_DISJOINT && i < c->hops; i++)
        e->avoided[c->actors[i]] = true;
}

static void every_disjoint_chain_is_the_best_of_what_those_before_leave(void **state)
{
    (void)state;
    struct random r = { 82 };
    uint32_t alternatives[2] = { 0 };
    for (int n = 0; n < CASES / 2; n++) {
        struct paths_case c;
        case_make(&r, &c);
        struct paths_graph g = graph_of(&c);
        struct paths_work *w = paths_work_new(&g);
        for (int how = PATHS_NODE_DISJOINT; how <= PATHS_EDGE_DISJOINT; how++) {
            struct enumeration e = { .c = &c, .chains = room };
            struct paths_chain chains[PATHS_CHAINS_MAX];
            uint32_t count = 0;
            c.query.way = ways[n % 3];
            assert_int_equal(paths_disjoint(&g, &c.query, PATHS_CHAINS_MAX,
                                            (enum paths_disjoint)how, w, NULL, chains, &count),
                             0);
            for (uint32_t k = 0; k <= count && k < PATHS_CHAINS_MAX; k++) {
                enumerate(&e);
                assert_int_equal(k<count, e.count> 0);
                if (k == count)
                    break;
                assert_same_chain(&chains[k], &room[0]);
                leave_out(&e, &chains[k], (enum paths_disjoint)how);
            }
            alternatives[how] += count > 1;
        }
        paths_work_free(w);
        paths_graph_done(&g);
    }
    assert_true(alternatives[0] > CASES / 10 && alternatives[1] > CASES / 10);
}

/* ---- a layered programme: exact, since no product grows along a circle ---- */

struct medium {
    uint32_t actors, arcs, *from, *to, *label;
    uint16_t *strength;
    uint64_t *willing, allowed;
    uint8_t *target;
};

static void medium_make(struct random *r, struct medium *m)
{
    m->actors = 300 + (uint32_t)random_below(r, 700);
    m->arcs = m->actors * (2 + (uint32_t)random_below(r, 8));
    m->from = calloc(m->arcs, sizeof(*m->from));
    m->to = calloc(m->arcs, sizeof(*m->to));
    m->strength = calloc(m->arcs, sizeof(*m->strength));
    m->label = calloc(m->actors, sizeof(*m->label));
    m->willing = calloc(m->actors / 64 + 1, sizeof(*m->willing));
    m->target = calloc(m->actors, 1);
    m->allowed = random_next(r) | random_next(r);
    for (uint32_t v = 0; v < m->actors; v++) {
        m->label[v] = (uint32_t)random_below(r, 64);
        m->willing[v / 64] |= (uint64_t)(random_below(r, 8) > 0) << (v % 64);
    }
    for (uint32_t i = 0; i < m->arcs; i++) {
        bool hub = random_below(r, 4) == 0; /* some actors have very many ties */
        m->from[i] = (uint32_t)random_below(r, hub ? 5 : m->actors);
        m->to[i] = (uint32_t)random_below(r, m->actors);
        if (hub && random_below(r, 2)) {
            uint32_t swap = m->from[i];
            m->from[i] = m->to[i];
            m->to[i] = swap;
        }
        m->strength[i] = (uint16_t)(2000 + random_below(r, 8001));
    }
}

static void medium_done(struct medium *m)
{
    free(m->from);
    free(m->to);
    free(m->strength);
    free(m->label);
    free(m->willing);
    free(m->target);
}

/* The largest product, scaled to four factors, of a walk of at most `hops`. */
static uint64_t layered(const struct medium *m, uint32_t source, uint32_t hops)
{
    uint64_t *here = calloc(m->actors, sizeof(*here)), *next = calloc(m->actors, sizeof(*next));
    uint64_t best = 0, scale = PATHS_ONE;
    scale *= scale * PATHS_ONE;
    here[source] = 1;
    for (uint32_t h = 0; h < hops; h++, scale /= PATHS_ONE) {
        memset(next, 0, m->actors * sizeof(*next));
        for (uint32_t i = 0; i < m->arcs; i++) {
            uint32_t u = m->from[i], v = m->to[i];
            uint64_t product = here[u] * m->strength[i];
            bool passes = u == source || (m->willing[u / 64] >> (u % 64) & 1);
            if (!product || !passes || v == source || !(m->allowed >> m->label[v] & 1))
                continue;
            if (m->target[v]) {
                if (product * scale > best)
                    best = product * scale;
            } else if (product > next[v])
                next[v] = product;
        }
        uint64_t *swap = here;
        here = next;
        next = swap;
    }
    free(here);
    free(next);
    return best;
}

static void on_larger_graphs_the_product_is_that_of_a_layered_programme(void **state)
{
    (void)state;
    struct random r = { 83 };
    uint32_t found = 0;
    for (int n = 0; n < MEDIUM_CASES; n++) {
        struct medium m;
        struct paths_graph g;
        medium_make(&r, &m);
        assert_int_equal(paths_graph_init(m.from, m.to, m.strength, m.arcs, m.actors, NULL, &g), 0);
        struct paths_work *w = paths_work_new(&g);
        for (int i = 0; i < 24; i++) {
            uint32_t targets[40], count = i % 2 ? 40 : 1;
            memset(m.target, 0, m.actors);
            struct paths_query q = { .source = (uint32_t)random_below(&r, m.actors),
                                     .targets = targets,
                                     .target_count = count,
                                     .hops = 1 + (uint32_t)i % 4,
                                     .filter = { m.label, &m.allowed, m.willing },
                                     .way = ways[i % 3] };
            for (uint32_t t = 0; t < count; t++) {
                targets[t] = (uint32_t)random_below(&r, m.actors);
                m.target[targets[t]] = targets[t] != q.source;
            }
            struct paths_chain best;
            assert_int_equal(paths_best(&g, &q, w, NULL, &best), 0);
            assert_true(best.product == layered(&m, q.source, q.hops));
            found += best.hops > 0;
        }
        paths_work_free(w);
        paths_graph_done(&g);
        medium_done(&m);
    }
    assert_true(found > MEDIUM_CASES * 24 / 3);
}

/* ---- laws and limits ---- */

static const uint32_t line_from[] = { 0, 1, 2, 3, 4 }, line_to[] = { 1, 2, 3, 4, 5 };
static const uint16_t line_strength[] = { 9000, 8000, 7000, 6000, 5000 };

static void a_chain_has_at_most_as_many_hops_as_asked_for(void **state)
{
    (void)state;
    struct paths_graph g;
    struct paths_chain c;
    uint32_t target = 4;
    assert_int_equal(paths_graph_init(line_from, line_to, line_strength, 5, 6, NULL, &g), 0);
    struct paths_work *w = paths_work_new(&g);
    struct paths_query q = { .targets = &target, .target_count = 1, .hops = 4 };
    assert_int_equal(paths_best(&g, &q, w, NULL, &c), 0);
    assert_int_equal(c.hops, 4);
    assert_near(paths_probability(&c), 0.9 * 0.8 * 0.7 * 0.6, 1e-15);
    q.hops = 3;
    assert_int_equal(paths_best(&g, &q, w, NULL, &c), 0);
    assert_int_equal(c.hops, 0);
    assert_true(paths_probability(&c) <= 0);
    q.hops = 4;
    target = 5; /* five hops away */
    assert_int_equal(paths_best(&g, &q, w, NULL, &c), 0);
    assert_int_equal(c.hops, 0);
    target = 0; /* oneself */
    assert_int_equal(paths_best(&g, &q, w, NULL, &c), 0);
    assert_int_equal(c.hops, 0);
    paths_work_free(w);
    paths_graph_done(&g);
}

static void the_source_and_the_target_need_not_be_willing(void **state)
{
    (void)state;
    struct paths_graph g;
    struct paths_chain c;
    uint32_t target = 2;
    uint64_t willing = 1U << 1;
    assert_int_equal(paths_graph_init(line_from, line_to, line_strength, 5, 6, NULL, &g), 0);
    struct paths_work *w = paths_work_new(&g);
    struct paths_query q = {
        .targets = &target, .target_count = 1, .hops = 4, .filter = { .willing = &willing }
    };
    assert_int_equal(paths_best(&g, &q, w, NULL, &c), 0);
    assert_int_equal(c.hops, 2);
    willing = ~willing;
    assert_int_equal(paths_best(&g, &q, w, NULL, &c), 0);
    assert_int_equal(c.hops, 0);
    paths_work_free(w);
    paths_graph_done(&g);
}

static void what_is_out_of_range_is_refused(void **state)
{
    (void)state;
    struct paths_graph g;
    struct paths_chain c[PATHS_CHAINS_MAX];
    uint32_t far = 6, target = 2, count;
    uint16_t none = 0, much = PATHS_ONE + 1;
    assert_int_equal(paths_graph_init(&far, line_to, line_strength, 1, 6, NULL, &g), EN_INVALID);
    assert_int_equal(paths_graph_init(line_from, &far, line_strength, 1, 6, NULL, &g), EN_INVALID);
    assert_int_equal(paths_graph_init(line_from, line_to, &none, 1, 6, NULL, &g), EN_INVALID);
    assert_int_equal(paths_graph_init(line_from, line_to, &much, 1, 6, NULL, &g), EN_INVALID);
    assert_int_equal(paths_graph_init(line_from, line_to, line_strength, 5, 6, NULL, &g), 0);
    struct paths_work *w = paths_work_new(&g);
    struct paths_query q = { .targets = &target, .target_count = 1, .hops = 4 };
    struct paths_query bad = q;
    bad.hops = 0;
    assert_int_equal(paths_best(&g, &bad, w, NULL, c), EN_INVALID);
    bad.hops = PATHS_HOPS_MAX + 1;
    assert_int_equal(paths_best(&g, &bad, w, NULL, c), EN_INVALID);
    bad = q;
    bad.source = far;
    assert_int_equal(paths_best(&g, &bad, w, NULL, c), EN_INVALID);
    bad = q;
    bad.targets = &far;
    assert_int_equal(paths_best(&g, &bad, w, NULL, c), EN_INVALID);
    assert_int_equal(paths_k_best(&g, &q, 0, w, NULL, c, &count), EN_INVALID);
    assert_int_equal(paths_k_best(&g, &q, PATHS_CHAINS_MAX + 1, w, NULL, c, &count), EN_INVALID);
    assert_int_equal(paths_disjoint(&g, &q, 0, PATHS_NODE_DISJOINT, w, NULL, c, &count),
                     EN_INVALID);
    paths_work_free(w);
    paths_graph_done(&g);
}

static void strengths_are_rounded_to_whole_ten_thousandths(void **state)
{
    (void)state;
    assert_int_equal(paths_strength(1), PATHS_ONE);
    assert_int_equal(paths_strength(2), PATHS_ONE);
    assert_int_equal(paths_strength(0.73126), 7313);
    assert_int_equal(paths_strength(0), 1);
    assert_int_equal(paths_strength(-1), 1);
}

static void without_memory_nothing_is_made_and_nothing_leaks(void **state)
{
    (void)state;
    bool made = false;
    for (long n = 1; !made; n++) {
        struct paths_graph g = { 0 };
        struct paths_work *w = NULL;
        struct paths_chain c;
        uint32_t target = 3;
        struct paths_query q = {
            .targets = &target, .target_count = 1, .hops = 4, .way = PATHS_FORWARD
        };
        fault_arm_allocation(n);
        int code = paths_graph_init(line_from, line_to, line_strength, 5, 6, NULL, &g);
        if (code == 0 && !(w = paths_work_new(&g)))
            code = EN_NO_MEMORY;
        if (code == 0)
            code = paths_best(&g, &q, w, NULL, &c);
        made = !fault_disarm();
        assert_int_equal(code, made ? 0 : EN_NO_MEMORY);
        paths_work_free(w);
        paths_graph_done(&g);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_and_the_k_best_are_the_first_of_all_chains),
        cmocka_unit_test(every_disjoint_chain_is_the_best_of_what_those_before_leave),
        cmocka_unit_test(on_larger_graphs_the_product_is_that_of_a_layered_programme),
        cmocka_unit_test(a_chain_has_at_most_as_many_hops_as_asked_for),
        cmocka_unit_test(the_source_and_the_target_need_not_be_willing),
        cmocka_unit_test(what_is_out_of_range_is_refused),
        cmocka_unit_test(strengths_are_rounded_to_whole_ten_thousandths),
        cmocka_unit_test(without_memory_nothing_is_made_and_nothing_leaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
