/*
 * Bench: where a network of 1 M actors and 10 M ties breaks, beside igraph in the same run.
 *
 *   cuts         our points and bridges with whom each cuts off: one search, rows made before
 *   igraph       igraph_articulation_points and igraph_bridges on the same graph; numbers of points
 *                must agree, and of bridges where no two actors have several ties
 *   links        whom to meet, 10 of them, for random actors
 *   communities  ours and igraph_community_multilevel on a tenth of the graph, with modularity
 *   seek         20 of 2,000 candidates over 1,000 weighted cells, and the proven part of the best
 *
 * Ties have a heavy tail (exponent 2.3), so there is a core and a fringe. Seeded; thread processor
 * time; prints one JSON object. Without igraph at build time its figures are absent.
 * Usage: bench_structure [ACTORS [TIES]]
 */
#include "../clock.h"
#include "kernel/seek.h"
#include "kernel/structure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#ifdef WITH_IGRAPH
#include <igraph/igraph.h>
#endif

enum { TABLE = 1 << 22, ASKED = 200, BEST = 10, CANDIDATES = 2000, CELLS = 1000, PICKS = 20 };

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

static double unit(uint64_t *state)
{
    return (double)(next_random(state) >> 11) * 0x1p-53;
}

static void *array(size_t count, size_t size)
{
    void *p = calloc(count + 1, size);
    if (!p) {
        (void)fputs("no memory\n", stderr);
        exit(1);
    }
    return p;
}

/* Actors drawn by a weight with a heavy tail. */
static uint32_t *weighted_table(uint32_t actors, uint64_t *seed)
{
    double *sum = array(actors, sizeof(*sum)), total = 0;
    uint32_t *table = array(TABLE, sizeof(*table)), at = 0;
    for (uint32_t i = 0; i < actors; i++) {
        double weight = pow(1 - unit(seed), -1 / 1.3);
        sum[i] = total += weight < 3000 ? weight : 3000;
    }
    for (uint32_t k = 0; k < TABLE; k++) {
        while (at + 1 < actors && sum[at] < (k + 0.5) / TABLE * total)
            at++;
        table[k] = at;
    }
    free(sum);
    return table;
}

static double make(uint32_t actors, uint32_t ties, struct structure_graph *ret)
{
    uint64_t seed = 11;
    uint32_t *table = weighted_table(actors, &seed);
    uint32_t *a = array(ties, sizeof(*a)), *b = array(ties, sizeof(*b));
    uint32_t *strength = array(ties, sizeof(*strength));
    for (uint32_t i = 0; i < ties; i++) {
        a[i] = table[next_random(&seed) % TABLE];
        b[i] = table[next_random(&seed) % TABLE];
        strength[i] = 1 + (uint32_t)(next_random(&seed) % STRUCTURE_ONE);
    }
    double from = clock_ms(CLOCK_THREAD_CPUTIME_ID);
    if (structure_graph_init(a, b, strength, ties, actors, NULL, ret) < 0)
        exit(1);
    from = clock_ms(CLOCK_THREAD_CPUTIME_ID) - from;
    free(a);
    free(b);
    free(strength);
    free(table);
    return from;
}

#ifdef WITH_IGRAPH
static void peer_of(const struct structure_graph *g, igraph_t *ret, igraph_vector_t *weights)
{
    igraph_vector_int_t edges;
    igraph_integer_t at = 0;
    igraph_vector_int_init(&edges, 2 * (igraph_integer_t)g->tie_count);
    igraph_vector_init(weights, g->tie_count);
    for (uint32_t v = 0; v < g->node_count; v++)
        for (uint32_t k = g->start[v]; k < g->start[v + 1]; k++) {
            if (g->to[k] < v)
                continue;
            VECTOR(*weights)[at / 2] = g->strength[k];
            VECTOR(edges)[at++] = v;
            VECTOR(edges)[at++] = g->to[k];
        }
    igraph_create(ret, &edges, g->node_count, IGRAPH_UNDIRECTED);
    igraph_vector_int_destroy(&edges);
}

static double peer_cuts(const struct structure_graph *g, const struct structure_cuts *cuts)
{
    igraph_t graph;
    igraph_vector_t weights;
    igraph_vector_int_t list;
    uint32_t single = 0;
    peer_of(g, &graph, &weights);
    igraph_vector_int_init(&list, 0);
    double from = clock_ms(CLOCK_THREAD_CPUTIME_ID);
    igraph_articulation_points(&graph, &list);
    double points = clock_ms(CLOCK_THREAD_CPUTIME_ID) - from;
    bool agree = (uint32_t)igraph_vector_int_size(&list) == cuts->point_count;
    from = clock_ms(CLOCK_THREAD_CPUTIME_ID);
    igraph_bridges(&graph, &list);
    double bridges = clock_ms(CLOCK_THREAD_CPUTIME_ID) - from;
    for (igraph_integer_t i = 0; i < igraph_vector_int_size(&list); i++) {
        igraph_integer_t a, b;
        igraph_edge(&graph, VECTOR(list)[i], &a, &b);
        single += !g->several[structure_find(g, (uint32_t)a, (uint32_t)b)];
    }
    agree &= single == cuts->bridge_count;
    printf(",\"igraph_points_ms\":%.0f,\"igraph_bridges_ms\":%.0f,\"agree\":%s", points, bridges,
           agree ? "true" : "false");
    igraph_vector_int_destroy(&list);
    igraph_vector_destroy(&weights);
    igraph_destroy(&graph);
    if (!agree)
        exit(1);
    return points + bridges;
}

static void peer_communities(const struct structure_graph *g)
{
    igraph_t graph;
    igraph_vector_t weights;
    igraph_vector_int_t members;
    igraph_real_t value = 0;
    peer_of(g, &graph, &weights);
    igraph_vector_int_init(&members, 0);
    double from = clock_ms(CLOCK_THREAD_CPUTIME_ID);
    igraph_community_multilevel(&graph, &weights, 1, &members, NULL, NULL);
    from = clock_ms(CLOCK_THREAD_CPUTIME_ID) - from;
    igraph_modularity(&graph, &members, &weights, 1, IGRAPH_UNDIRECTED, &value);
    printf(",\"igraph_ms\":%.0f,\"igraph_modularity\":%.4f", from, value);
    igraph_vector_int_destroy(&members);
    igraph_vector_destroy(&weights);
    igraph_destroy(&graph);
}
#endif

static void bench_cuts(const struct structure_graph *g)
{
    struct structure_cuts cuts;
    double from = clock_ms(CLOCK_THREAD_CPUTIME_ID);
    if (structure_cuts_init(g, 0, NULL, &cuts) < 0)
        exit(1);
    double ours = clock_ms(CLOCK_THREAD_CPUTIME_ID) - from;
    printf("\"cuts\":{\"ms\":%.0f,\"points\":%u,\"bridges\":%u", ours, cuts.point_count,
           cuts.bridge_count);
#ifdef WITH_IGRAPH
    printf(",\"ratio\":%.2f", peer_cuts(g, &cuts) / ours);
#endif
    printf("}");
    structure_cuts_done(&cuts);
}

static void bench_links(const struct structure_graph *g)
{
    struct structure_link links[BEST];
    uint64_t seed = 12, found = 0, ties = 0;
    struct structure_links_work *work = structure_links_work_new(g);
    if (!work)
        exit(1);
    double from = clock_ms(CLOCK_THREAD_CPUTIME_ID);
    for (int i = 0; i < ASKED; i++) {
        uint32_t count = 0;
        uint32_t of = (uint32_t)(next_random(&seed) % g->node_count);
        if (structure_links(g, of, BEST, work, NULL, links, &count) < 0)
            exit(1);
        found += count;
        for (uint32_t k = g->start[of]; k < g->start[of + 1]; k++)
            ties += structure_degree(g, g->to[k]);
    }
    from = clock_ms(CLOCK_THREAD_CPUTIME_ID) - from;
    printf(",\"links\":{\"ms_each\":%.3f,\"ties_each\":%.0f,\"found\":%.1f}", from / ASKED,
           (double)ties / ASKED, (double)found / ASKED);
    structure_links_work_free(work);
}

static void bench_communities(uint32_t actors, uint32_t ties)
{
    struct structure_graph g;
    uint32_t *group = array(actors, sizeof(*group)), count = 0;
    make(actors, ties, &g);
    double from = clock_ms(CLOCK_THREAD_CPUTIME_ID);
    if (structure_communities(&g, NULL, group, &count) < 0)
        exit(1);
    printf(",\"communities\":{\"actors\":%u,\"ms\":%.0f,\"count\":%u,\"modularity\":%.4f", actors,
           clock_ms(CLOCK_THREAD_CPUTIME_ID) - from, count, structure_modularity(&g, group));
#ifdef WITH_IGRAPH
    peer_communities(&g);
#endif
    printf("}");
    structure_graph_done(&g);
    free(group);
}

static void bench_seek(void)
{
    uint64_t seed = 13;
    int64_t *weight = array(CELLS, sizeof(*weight));
    uint32_t *start = array(CANDIDATES + 1, sizeof(*start)), at = 0;
    uint32_t *cell = array((size_t)CANDIDATES * CELLS, sizeof(*cell));
    struct seek_pick picks[PICKS];
    struct seek_result r;
    for (int i = 0; i < CELLS; i++) /* nearly half of the cells are covered already */
        weight[i] = unit(&seed) < 0.45 ? 0 : (int64_t)(1000 * pow(1 - unit(&seed), -1 / 1.5));
    for (uint32_t i = 0; i < CANDIDATES; i++, start[i] = at) {
        uint64_t every = CELLS / (3 + next_random(&seed) % 27);
        for (uint32_t k = (uint32_t)(next_random(&seed) % every); k < CELLS;
             k += 1 + (uint32_t)(next_random(&seed) % (2 * every)))
            cell[at++] = k;
    }
    struct seek_problem p = { weight, CELLS, CANDIDATES, start, cell };
    double from = clock_ms(CLOCK_THREAD_CPUTIME_ID);
    if (seek_greedy(&p, PICKS, NULL, picks, &r) < 0)
        exit(1);
    printf(",\"seek\":{\"ms\":%.2f,\"evaluations\":%u,\"plain_evaluations\":%d,\"proven\":%.4f}",
           clock_ms(CLOCK_THREAD_CPUTIME_ID) - from, r.evaluations, CANDIDATES * PICKS,
           (double)r.value / (double)r.bound);
    free(weight);
    free(start);
    free(cell);
}

int main(int argc, char **argv)
{
    uint32_t actors = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1000000;
    uint32_t ties = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 10000000;
    struct structure_graph g;
    double made = make(actors, ties, &g);
    printf("{\"actors\":%u,\"ties\":%u,\"rows_ms\":%.0f,", actors, g.tie_count, made);
    bench_cuts(&g);
    bench_links(&g);
    structure_graph_done(&g);
    bench_communities(actors / 10, ties / 10);
    bench_seek();
    printf("}\n");
    return 0;
}
