/* The shape of a network equals its slow definitions on thousands of small graphs. */
#include "base/fault.h"
#include "structure_case.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "near.h"

enum { SMALL = 9, CASES = 3000 };

/* The ties as a matrix: strength, and how many there are. */
struct matrix {
    uint32_t n;
    uint32_t strength[SMALL][SMALL], ties[SMALL][SMALL];
};

static void matrix_of(const struct case_graph *c, struct matrix *m)
{
    *m = (struct matrix){ .n = c->node_count };
    for (uint32_t i = 0; i < c->tie_count; i++) {
        uint32_t a = c->a[i], b = c->b[i], s = c->strength[i];
        if (a == b)
            continue;
        m->strength[a][b] = m->strength[b][a] = s > m->strength[a][b] ? s : m->strength[a][b];
        m->ties[a][b] = ++m->ties[b][a];
    }
}

static void small_case(struct random *r, struct case_graph *c, struct matrix *m)
{
    uint32_t n = 1 + (uint32_t)random_below(r, SMALL);
    assert_int_equal(case_make(r, n, (uint32_t)random_below(r, 2 * n + 1), c), 0);
    matrix_of(c, m);
}

/* Bits of the actors that `from` reaches, without the actors in `gone`. */
static uint32_t reached(const struct matrix *m, uint32_t from, uint32_t gone)
{
    uint32_t seen = gone >> from & 1 ? 0 : 1U << from, before;
    do {
        before = seen;
        for (uint32_t v = 0; v < m->n; v++)
            for (uint32_t u = 0; u < m->n; u++)
                if ((seen >> v & 1) && !(gone >> u & 1) && m->ties[v][u])
                    seen |= 1U << u;
    } while (seen != before);
    return seen;
}

/* ---- the graph ---- */

static void rows_hold_each_pair_once_and_its_strongest_tie(void **state)
{
    (void)state;
    struct random r = { 1 };
    for (int n = 0; n < CASES; n++) {
        struct case_graph c;
        struct matrix m;
        uint32_t pairs = 0;
        small_case(&r, &c, &m);
        for (uint32_t a = 0; a < m.n; a++)
            for (uint32_t b = 0; b < m.n; b++) {
                int64_t at = structure_find(&c.graph, a, b);
                assert_int_equal(at != STRUCTURE_NONE, m.ties[a][b] > 0);
                pairs += m.ties[a][b] > 0;
                if (at == STRUCTURE_NONE)
                    continue;
                assert_int_equal(c.graph.strength[at], m.strength[a][b]);
                assert_int_equal(c.graph.several[at], m.ties[a][b] > 1);
            }
        assert_int_equal(c.graph.tie_count, pairs / 2);
        for (uint32_t v = 0; v < m.n; v++)
            for (uint32_t k = c.graph.start[v] + 1; k < c.graph.start[v + 1]; k++)
                assert_true(c.graph.to[k - 1] < c.graph.to[k]);
        case_free(&c);
    }
}

static void reach_counts_actors_within_so_many_hops(void **state)
{
    (void)state;
    struct random r = { 2 };
    for (int n = 0; n < CASES; n++) {
        struct case_graph c;
        struct matrix m;
        uint32_t hops[SMALL], count, inside;
        small_case(&r, &c, &m);
        uint32_t from = (uint32_t)random_below(&r, m.n), most = (uint32_t)random_below(&r, 5);
        uint32_t seen = 1U << from;
        for (uint32_t hop = 0; hop < most; hop++) {
            uint32_t next = seen;
            for (uint32_t v = 0; v < m.n; v++)
                for (uint32_t u = 0; u < m.n; u++)
                    if ((seen >> v & 1) && m.ties[v][u])
                        next |= 1U << u;
            seen = next;
        }
        assert_int_equal(structure_reach(&c.graph, from, most, NULL, hops, &count), 0);
        assert_int_equal(structure_reach(&c.graph, from, most, NULL, NULL, &inside), 0);
        assert_int_equal(count, (uint32_t)__builtin_popcount(seen) - 1);
        assert_int_equal(inside, count);
        for (uint32_t v = 0; v < m.n; v++)
            assert_int_equal(hops[v] != structure_nobody, seen >> v & 1);
        case_free(&c);
    }
}

/* ---- cuts ---- */

/* The actors that a cut names, as bits. */
static uint32_t told(const struct structure_cuts *c, const struct structure_cut *cut)
{
    uint32_t bits = 0, count = 0;
    for (uint32_t i = 0; i < cut->range_count; i++) {
        struct structure_range range = c->ranges[cut->ranges + i];
        for (uint32_t k = 0; k < range.count; k++, count++)
            bits |= 1U << c->order[range.first + k];
    }
    assert_int_equal(count, cut->cut_off);
    assert_int_equal((uint32_t)__builtin_popcount(bits), count); /* nobody twice */
    return bits;
}

/* What is left of a component falls into pieces; the named part must be all but one of them: the
 * root's where the root is there, else a largest. */
static void check_pieces(const struct matrix *m, uint32_t component, uint32_t gone, uint32_t root,
                         const struct structure_cut *cut, uint32_t named)
{
    uint32_t left = component & ~gone, pieces = 0, largest = 0, stays = left & ~named;
    for (uint32_t rest = left; rest;) {
        uint32_t piece = reached(m, (uint32_t)__builtin_ctz(rest), gone);
        uint32_t size = (uint32_t)__builtin_popcount(piece);
        largest = size > largest ? size : largest;
        assert_true((named & piece) == piece || (named & piece) == 0);
        rest &= ~piece;
        pieces++;
    }
    assert_int_equal(cut->pieces, pieces);
    assert_true(stays != 0 && (named & ~left) == 0);
    assert_int_equal(reached(m, (uint32_t)__builtin_ctz(stays), gone), stays);
    if (root != structure_nobody && (left >> root & 1))
        assert_true(stays >> root & 1);
    else
        assert_int_equal(__builtin_popcount(stays), largest);
}

static uint32_t pieces_of(const struct matrix *m, uint32_t left, uint32_t gone)
{
    uint32_t pieces = 0;
    for (; left; pieces++)
        left &= ~reached(m, (uint32_t)__builtin_ctz(left), gone);
    return pieces;
}

static void check_points(const struct matrix *m, uint32_t root, const struct structure_cuts *cuts)
{
    uint32_t at = 0;
    for (uint32_t v = 0; v < m->n; v++) {
        uint32_t component = reached(m, v, 0), gone = 1U << v;
        if (pieces_of(m, component & ~gone, gone) < 2)
            continue;
        assert_true(at < cuts->point_count);
        const struct structure_cut *cut = &cuts->points[at++];
        assert_int_equal(cut->a, v);
        check_pieces(m, component, gone, root, cut, told(cuts, cut));
    }
    assert_int_equal(at, cuts->point_count);
}

static void check_bridges(struct matrix *m, uint32_t root, const struct structure_cuts *cuts)
{
    uint32_t at = 0;
    for (uint32_t a = 0; a < m->n; a++)
        for (uint32_t b = a + 1; b < m->n; b++) {
            uint32_t component = reached(m, a, 0);
            if (m->ties[a][b] != 1)
                continue;
            m->ties[a][b] = m->ties[b][a] = 0;
            if (reached(m, a, 0) != component) {
                assert_true(at < cuts->bridge_count);
                const struct structure_cut *cut = &cuts->bridges[at++];
                assert_true(cut->a == a && cut->b == b);
                check_pieces(m, component, 0, root, cut, told(cuts, cut));
            }
            m->ties[a][b] = m->ties[b][a] = 1;
        }
    assert_int_equal(at, cuts->bridge_count);
}

static void points_and_bridges_are_those_whose_loss_disconnects(void **state)
{
    (void)state;
    struct random r = { 3 };
    uint32_t points = 0, bridges = 0;
    for (int n = 0; n < 2 * CASES; n++) {
        struct case_graph c;
        struct matrix m;
        struct structure_cuts cuts;
        small_case(&r, &c, &m);
        uint32_t root = random_below(&r, 4) ? (uint32_t)random_below(&r, m.n) : structure_nobody;
        assert_int_equal(structure_cuts_init(&c.graph, root, NULL, &cuts), 0);
        check_points(&m, root, &cuts);
        check_bridges(&m, root, &cuts);
        assert_int_equal(cuts.component_count, pieces_of(&m, (1U << m.n) - 1, 0));
        for (uint32_t a = 0; a < m.n; a++)
            for (uint32_t b = 0; b < m.n; b++)
                assert_int_equal(cuts.component[a] == cuts.component[b],
                                 reached(&m, a, 0) >> b & 1);
        if (root != structure_nobody)
            assert_int_equal(cuts.order[0], root);
        points += cuts.point_count;
        bridges += cuts.bridge_count;
        structure_cuts_done(&cuts);
        case_free(&c);
    }
    assert_true(points > CASES && bridges > CASES);
}

/* No recursion: a chain of half a million actors is answered like any other. */
static void a_long_chain_is_cut_everywhere(void **state)
{
    (void)state;
    enum { LONG = 500000, ROOT = 3 };
    uint32_t *a = calloc(LONG, sizeof(*a)), *b = calloc(LONG, sizeof(*b));
    uint32_t *strength = calloc(LONG, sizeof(*strength));
    struct structure_graph g;
    struct structure_cuts cuts;
    for (uint32_t i = 0; i + 1 < LONG; i++) {
        a[i] = i;
        b[i] = i + 1;
        strength[i] = STRUCTURE_ONE;
    }
    assert_int_equal(structure_graph_init(a, b, strength, LONG - 1, LONG, NULL, &g), 0);
    assert_int_equal(structure_cuts_init(&g, ROOT, NULL, &cuts), 0);
    assert_int_equal(cuts.point_count, LONG - 2);
    assert_int_equal(cuts.bridge_count, LONG - 1);
    for (uint32_t i = 0; i < cuts.point_count; i++) {
        uint32_t v = cuts.points[i].a;
        assert_int_equal(v, i + 1);
        assert_int_equal(cuts.points[i].cut_off, v <= ROOT ? v : LONG - 1 - v);
    }
    structure_cuts_done(&cuts);
    structure_graph_done(&g);
    free(a);
    free(b);
    free(strength);
}

/* ---- brokers ---- */

/* Distances and numbers of shortest chains, hop by hop. */
static void chains_of(const struct matrix *m, uint32_t distance[SMALL][SMALL],
                      double chains[SMALL][SMALL])
{
    for (uint32_t s = 0; s < m->n; s++) {
        for (uint32_t t = 0; t < m->n; t++) {
            distance[s][t] = s == t ? 0 : structure_nobody;
            chains[s][t] = s == t;
        }
        for (uint32_t hop = 1; hop < m->n; hop++)
            for (uint32_t v = 0; v < m->n; v++)
                for (uint32_t u = 0; u < m->n; u++) {
                    if (distance[s][v] != hop - 1 || !m->ties[v][u] || distance[s][u] < hop)
                        continue;
                    distance[s][u] = hop;
                    chains[s][u] += chains[s][v];
                }
    }
}

static void betweenness_is_the_share_of_shortest_chains(void **state)
{
    (void)state;
    struct random r = { 4 };
    for (int n = 0; n < CASES; n++) {
        struct case_graph c;
        struct matrix m;
        uint32_t distance[SMALL][SMALL];
        double chains[SMALL][SMALL], got[SMALL];
        small_case(&r, &c, &m);
        chains_of(&m, distance, chains);
        assert_int_equal(structure_betweenness(&c.graph, m.n, NULL, got), 0);
        for (uint32_t v = 0; v < m.n; v++) {
            double sum = 0;
            for (uint32_t s = 0; s < m.n; s++)
                for (uint32_t t = s + 1; t < m.n; t++)
                    if (s != v && t != v && distance[s][t] != structure_nobody &&
                        distance[s][v] + distance[v][t] == distance[s][t])
                        sum += chains[s][v] * chains[v][t] / chains[s][t];
            assert_near(got[v], sum, 1e-8);
        }
        case_free(&c);
    }
}

static void constraint_is_as_burt_defines_it(void **state)
{
    (void)state;
    struct random r = { 5 };
    for (int n = 0; n < CASES; n++) {
        struct case_graph c;
        struct matrix m;
        double got[SMALL], p[SMALL][SMALL];
        small_case(&r, &c, &m);
        for (uint32_t i = 0; i < m.n; i++) {
            double all = 0;
            for (uint32_t j = 0; j < m.n; j++)
                all += m.strength[i][j];
            for (uint32_t j = 0; j < m.n; j++)
                p[i][j] = all > 0 ? m.strength[i][j] / all : 0;
        }
        assert_int_equal(structure_constraint(&c.graph, NULL, got), 0);
        for (uint32_t i = 0; i < m.n; i++) {
            double sum = 0;
            for (uint32_t j = 0; j < m.n; j++) {
                double through = p[i][j];
                for (uint32_t q = 0; q < m.n; q++)
                    through += p[i][q] * p[q][j];
                sum += m.ties[i][j] ? through * through : 0;
            }
            if (structure_degree(&c.graph, i))
                assert_near(got[i], sum, 1e-8);
            else
                assert_true(isnan(got[i]));
        }
        case_free(&c);
    }
}

/* How far the estimate is from the truth, of all there is. */
static double estimate_off(const struct structure_graph *g, const double *exact, uint32_t pivots)
{
    double *some = calloc(g->node_count, sizeof(*some)),
           *again = calloc(g->node_count, sizeof(*some));
    double off = 0, sum = 0;
    assert_int_equal(structure_betweenness(g, pivots, NULL, some), 0);
    assert_int_equal(structure_betweenness(g, pivots, NULL, again), 0);
    assert_memory_equal(some, again, g->node_count * sizeof(*some));
    for (uint32_t v = 0; v < g->node_count; v++) {
        off += fabs(some[v] - exact[v]);
        sum += exact[v];
    }
    free(some);
    free(again);
    return off / sum;
}

static void fewer_pivots_estimate_and_more_estimate_better(void **state)
{
    (void)state;
    enum { MANY = 400 };
    struct random r = { 6 };
    struct case_graph c;
    double exact[MANY];
    assert_int_equal(case_make(&r, MANY, 1200, &c), 0);
    assert_int_equal(structure_betweenness(&c.graph, MANY, NULL, exact), 0);
    double few = estimate_off(&c.graph, exact, 25), more = estimate_off(&c.graph, exact, 200);
    print_message("# off by %.3f with 25 pivots, by %.3f with 200\n", few, more);
    assert_true(more > 0 && more < few / 2);
    assert_int_equal(structure_pivots(&c.graph, 0), 1);
    assert_int_equal(structure_pivots(&c.graph, 1 << 30), MANY);
    case_free(&c);
}

/* ---- communities ---- */

/* The best modularity of all partitions: restricted growth strings. */
static double best_partition(const struct structure_graph *g, uint32_t *group, uint32_t at,
                             uint32_t used)
{
    double best = -1;
    if (at == g->node_count)
        return structure_modularity(g, group);
    for (uint32_t i = 0; i <= used && i < g->node_count; i++) {
        group[at] = i;
        double value = best_partition(g, group, at + 1, i == used ? used + 1 : used);
        best = value > best ? value : best;
    }
    return best;
}

static double modularity_by_definition(const struct matrix *m, const uint32_t *group)
{
    double all = 0, sum = 0, degree[SMALL] = { 0 };
    for (uint32_t i = 0; i < m->n; i++)
        for (uint32_t j = 0; j < m->n; j++) {
            degree[i] += m->strength[i][j];
            all += m->strength[i][j];
        }
    for (uint32_t i = 0; i < m->n && all > 0; i++)
        for (uint32_t j = 0; j < m->n; j++)
            sum += group[i] == group[j] ? m->strength[i][j] - degree[i] * degree[j] / all : 0;
    return all > 0 ? sum / all : 0;
}

static void check_numbering(const struct structure_graph *g, const uint32_t *group, uint32_t count)
{
    uint32_t next = 0;
    for (uint32_t v = 0; v < g->node_count; v++) {
        assert_true(group[v] <= next); /* by lowest member */
        next += group[v] == next;
    }
    assert_int_equal(next, count);
}

static void communities_are_connected_and_near_the_best_partition(void **state)
{
    (void)state;
    struct random r = { 7 };
    double got = 0, best = 0;
    for (int n = 0; n < 400; n++) {
        struct case_graph c;
        struct matrix m;
        uint32_t group[SMALL], other[SMALL], count;
        do {
            small_case(&r, &c, &m);
            if (m.n > 7)
                case_free(&c);
        } while (m.n > 7);
        assert_int_equal(structure_communities(&c.graph, NULL, group, &count), 0);
        check_numbering(&c.graph, group, count);
        double value = structure_modularity(&c.graph, group);
        assert_near(value, modularity_by_definition(&m, group), 1e-12);
        double most = best_partition(&c.graph, other, 0, 0);
        assert_true(value <= most + 1e-12);
        got += value;
        best += most;
        for (uint32_t v = 0; v < m.n; v++) {
            uint32_t gone = 0;
            for (uint32_t u = 0; u < m.n; u++)
                gone |= (uint32_t)(group[u] != group[v]) << u;
            assert_int_equal(reached(&m, v, gone), ~gone & ((1U << m.n) - 1));
        }
        case_free(&c);
    }
    print_message("# modularity: %.4f of the best partitions' %.4f\n", got, best);
    assert_true(got > 0.95 * best);
}

/* Groups that everybody can see: cliques with one tie from each to the next. */
static void cliques_are_found(void **state)
{
    (void)state;
    enum { CLIQUES = 20, SIZE = 6, PAIRS = CLIQUES * (SIZE * (SIZE - 1) / 2 + 1) };
    uint32_t a[PAIRS], b[PAIRS], strength[PAIRS], ties = 0, group[CLIQUES * SIZE], count;
    struct structure_graph g;
    for (uint32_t k = 0; k < CLIQUES; k++) {
        for (uint32_t i = 0; i < SIZE; i++)
            for (uint32_t j = i + 1; j < SIZE; j++, ties++) {
                a[ties] = k * SIZE + i;
                b[ties] = k * SIZE + j;
                strength[ties] = 5000;
            }
        a[ties] = k * SIZE;
        b[ties] = (k + 1) % CLIQUES * SIZE + 1;
        strength[ties++] = 5000;
    }
    assert_int_equal(structure_graph_init(a, b, strength, ties, CLIQUES * SIZE, NULL, &g), 0);
    assert_int_equal(structure_communities(&g, NULL, group, &count), 0);
    assert_int_equal(count, CLIQUES);
    for (uint32_t v = 0; v < CLIQUES * SIZE; v++)
        assert_int_equal(group[v], v / SIZE);
    structure_graph_done(&g);
}

/* ---- links ---- */

static double score_by_definition(const struct matrix *m, uint32_t u, uint32_t v, uint32_t *common)
{
    double sum = 0;
    *common = 0;
    for (uint32_t w = 0; w < m->n; w++) {
        uint32_t degree = 0;
        for (uint32_t x = 0; x < m->n; x++)
            degree += m->ties[w][x] > 0;
        if (!m->ties[u][w] || !m->ties[w][v])
            continue;
        sum += m->strength[u][w] / 1e4 * (m->strength[w][v] / 1e4) / log(degree);
        ++*common;
    }
    return sum;
}

static void links_are_those_with_most_trusted_common_contacts(void **state)
{
    (void)state;
    struct random r = { 8 };
    uint32_t found = 0;
    for (int n = 0; n < CASES; n++) {
        struct case_graph c;
        struct matrix m;
        struct structure_link links[SMALL];
        uint32_t count, common, possible = 0, most = 1 + (uint32_t)random_below(&r, SMALL);
        small_case(&r, &c, &m);
        uint32_t of = (uint32_t)random_below(&r, m.n);
        struct structure_links_work *work = structure_links_work_new(&c.graph);
        assert_non_null(work);
        for (int before = 0; before < 3; before++) /* what was asked before leaves no trace */
            assert_int_equal(structure_links(&c.graph, (uint32_t)random_below(&r, m.n), most, work,
                                             NULL, links, &count),
                             0);
        assert_int_equal(structure_links(&c.graph, of, most, work, NULL, links, &count), 0);
        structure_links_work_free(work);
        for (uint32_t v = 0; v < m.n; v++) {
            double score = score_by_definition(&m, of, v, &common);
            bool listed = false;
            if (v == of || m.ties[of][v] || common == 0)
                continue;
            possible++;
            for (uint32_t i = 0; i < count; i++) {
                if (links[i].node != v)
                    continue;
                listed = true;
                assert_near(links[i].score, score, 1e-8);
                assert_int_equal(links[i].common, common);
                assert_int_equal(links[i].via_count, common < 3 ? common : 3);
                for (uint32_t k = 0; k < links[i].via_count; k++)
                    assert_true(m.ties[of][links[i].via[k]] && m.ties[links[i].via[k]][v]);
            }
            if (!listed) /* only for being worse than all that are */
                assert_true(count == most && score <= links[count - 1].score + 1e-8);
        }
        assert_int_equal(count, possible < most ? possible : most);
        found += count;
        case_free(&c);
    }
    print_message("# %u links\n", found);
    assert_true(found > CASES / 2);
}

/* ---- what is refused ---- */

static void bad_graphs_are_refused(void **state)
{
    (void)state;
    struct structure_graph g = { .node_count = 77 };
    struct structure_cuts cuts = { .point_count = 77 };
    uint32_t a = 0, b = 2, strength = 1, hops;
    double sum;
    assert_int_equal(structure_graph_init(&a, &b, &strength, 1, 2, NULL, &g), EN_INVALID);
    b = 1;
    strength = 0;
    assert_int_equal(structure_graph_init(&a, &b, &strength, 1, 2, NULL, &g), EN_INVALID);
    strength = STRUCTURE_ONE + 1;
    assert_int_equal(structure_graph_init(&a, &b, &strength, 1, 2, NULL, &g), EN_INVALID);
    assert_int_equal(g.node_count, 77);
    assert_int_equal(structure_graph_init(NULL, NULL, NULL, 0, 0, NULL, &g), 0);
    assert_int_equal(structure_cuts_init(&g, 0, NULL, &cuts), EN_INVALID);
    assert_int_equal(cuts.point_count, 77);
    assert_int_equal(structure_cuts_init(&g, structure_nobody, NULL, &cuts), 0);
    assert_int_equal(cuts.component_count + cuts.point_count + cuts.bridge_count, 0);
    assert_int_equal(structure_reach(&g, 0, 1, NULL, NULL, &hops), EN_INVALID);
    assert_int_equal(structure_betweenness(&g, 1, NULL, &sum), 0);
    structure_cuts_done(&cuts);
    structure_graph_done(&g);
}

/* Everything once; the code of the first that fails. */
static int everything(void)
{
    static const uint32_t a[] = { 0, 1, 2, 2, 3 }, b[] = { 1, 2, 3, 4, 4 };
    static const uint32_t strength[] = { 1, 2, 3, 4, 5 };
    struct structure_graph g = { 0 };
    struct structure_cuts cuts = { 0 };
    struct structure_link links[5];
    double figures[5];
    uint32_t group[5], count;
    int code = structure_graph_init(a, b, strength, 5, 5, NULL, &g);
    code = code < 0 ? code : structure_cuts_init(&g, 0, NULL, &cuts);
    code = code < 0 ? code : structure_reach(&g, 0, 2, NULL, NULL, &count);
    code = code < 0 ? code : structure_betweenness(&g, 5, NULL, figures);
    code = code < 0 ? code : structure_constraint(&g, NULL, figures);
    code = code < 0 ? code : structure_communities(&g, NULL, group, &count);
    struct structure_links_work *work = code < 0 ? NULL : structure_links_work_new(&g);
    code = code == 0 && !work ? EN_NO_MEMORY : code;
    code = code < 0 ? code : structure_links(&g, 0, 5, work, NULL, links, &count);
    structure_links_work_free(work);
    structure_cuts_done(&cuts);
    structure_graph_done(&g);
    return code;
}

static void no_memory_is_said_and_nothing_is_left(void **state)
{
    (void)state;
    int refused = 0;
    for (long n = 1; n < 1000; n++) {
        fault_arm_allocation(n);
        int code = everything();
        if (!fault_disarm())
            break;
        assert_int_equal(code, EN_NO_MEMORY);
        refused++;
    }
    assert_true(refused > 40);
    assert_int_equal(everything(), 0);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold_each_pair_once_and_its_strongest_tie),
        cmocka_unit_test(reach_counts_actors_within_so_many_hops),
        cmocka_unit_test(points_and_bridges_are_those_whose_loss_disconnects),
        cmocka_unit_test(a_long_chain_is_cut_everywhere),
        cmocka_unit_test(betweenness_is_the_share_of_shortest_chains),
        cmocka_unit_test(constraint_is_as_burt_defines_it),
        cmocka_unit_test(fewer_pivots_estimate_and_more_estimate_better),
        cmocka_unit_test(communities_are_connected_and_near_the_best_partition),
        cmocka_unit_test(cliques_are_found),
        cmocka_unit_test(links_are_those_with_most_trusted_common_contacts),
        cmocka_unit_test(bad_graphs_are_refused),
        cmocka_unit_test(no_memory_is_said_and_nothing_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
