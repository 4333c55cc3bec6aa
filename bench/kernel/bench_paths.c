/*
 * Bench: introductions on 1 M actors and 10 M ties, trusted both ways, beside igraph's Dijkstra.
 *
 *   pairs      the best chain of at most four hops between random actors, a label mask in force
 *   hubs       the same, actors drawn by their number of ties
 *   alternatives  five best chains; three without a common intermediary
 *   region     the best chain to any of 5,000 actors
 *   checked    products against a layered programme over all arcs, for some pairs
 *   igraph     igraph_get_shortest_path_dijkstra on the same graph, for some pairs without a mask;
 *              it knows no hop limit, so its product may be larger and must never be smaller
 *
 * 55 % of the ties are inside organisations of 100, the rest between actors whose number of ties
 * has a heavy tail (exponent 2.3). Seeded; thread processor time; prints one JSON object. Without
 * igraph at build time its figures are absent. Usage: bench_paths [ACTORS [TIES [QUERIES]]]
 */
#include "../clock.h"
#include "kernel/paths.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef WITH_IGRAPH
#include <igraph/igraph.h>
#endif

enum { ORGANISATION = 100, REGION = 5000, CLASSES = 32, TABLE = 1 << 22, CHECKED = 12, PEER = 6 };
static const uint64_t mask = 0x00f3ff7f; /* 21 of 32 classes of labels */

struct world {
    uint32_t actors, arcs;
    uint32_t *from, *to, *label, *table;
    uint16_t *strength;
    struct paths_graph graph;
    struct paths_work *work;
    uint64_t seed;
};

struct times {
    double *ms;
    uint32_t count, found;
};

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

/* A table from which actors are drawn in proportion to their weight. */
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

static void one_tie(struct world *w, uint32_t tie)
{
    uint32_t a, b;
    double strength;
    bool inside = unit(&w->seed) < 0.55;
    do {
        a = inside ? (uint32_t)(next_random(&w->seed) % w->actors)
                   : w->table[next_random(&w->seed) % TABLE];
        b = inside
                ? a / ORGANISATION * ORGANISATION + (uint32_t)(next_random(&w->seed) % ORGANISATION)
                : w->table[next_random(&w->seed) % TABLE];
    } while (a == b || b >= w->actors);
    strength = inside ? 0.55 + 0.44 * sqrt(unit(&w->seed)) : 0.3 + 0.67 * unit(&w->seed);
    double back = strength + 0.2 * (unit(&w->seed) - 0.5);
    back = back > 0.99 ? 0.99 : back < 0.05 ? 0.05 : back;
    w->from[2 * tie] = w->to[2 * tie + 1] = a;
    w->to[2 * tie] = w->from[2 * tie + 1] = b;
    w->strength[2 * tie] = (uint16_t)paths_strength(strength);
    w->strength[2 * tie + 1] = (uint16_t)paths_strength(back);
}

static void make(struct world *w, uint32_t actors, uint32_t ties)
{
    *w = (struct world){ .actors = actors, .arcs = 2 * ties, .seed = 5 };
    w->from = array(w->arcs, sizeof(*w->from));
    w->to = array(w->arcs, sizeof(*w->to));
    w->strength = array(w->arcs, sizeof(*w->strength));
    w->label = array(actors, sizeof(*w->label));
    w->table = weighted_table(actors, &w->seed);
    for (uint32_t i = 0; i < actors; i++)
        w->label[i] = (i / ORGANISATION * 2654435761U) >> 27;
    for (uint32_t i = 0; i < ties; i++)
        one_tie(w, i);
}

static uint32_t any_actor(struct world *w, bool hubs)
{
    return hubs ? w->table[next_random(&w->seed) % TABLE]
                : (uint32_t)(next_random(&w->seed) % w->actors);
}

static int compare_doubles(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

enum what { BEST, FIVE, DISJOINT, TO_REGION };

static void ask(struct world *w, const struct paths_query *q, enum what what, struct times *t)
{
    struct paths_chain chains[PATHS_CHAINS_MAX];
    uint32_t count = 0;
    double from = clock_ms(CLOCK_THREAD_CPUTIME_ID);
    if (what == FIVE)
        (void)paths_k_best(&w->graph, q, 5, w->work, NULL, chains, &count);
    else if (what == DISJOINT)
        (void)paths_disjoint(&w->graph, q, 3, PATHS_NODE_DISJOINT, w->work, NULL, chains, &count);
    else if (paths_best(&w->graph, q, w->work, NULL, chains) == 0)
        count = chains[0].hops > 0;
    t->ms[t->count++] = clock_ms(CLOCK_THREAD_CPUTIME_ID) - from;
    t->found += count > 0;
}

static struct times measure(struct world *w, uint32_t queries, enum what what, bool hubs)
{
    static uint32_t targets[REGION];
    struct times t = { .ms = array(queries, sizeof(double)) };
    struct paths_query q = { .targets = targets,
                             .target_count = 1,
                             .hops = PATHS_HOPS_MAX,
                             .filter = { w->label, &mask, NULL } };
    for (uint32_t i = 0; i < queries; i++) {
        q.source = any_actor(w, hubs);
        do
            targets[0] = any_actor(w, hubs);
        while (targets[0] == q.source || !(mask >> w->label[targets[0]] & 1));
        if (what == TO_REGION) {
            uint32_t first = targets[0] / REGION * REGION;
            q.target_count = 0;
            for (uint32_t v = first; v < first + REGION && v < w->actors; v++)
                targets[q.target_count++] = v;
        }
        ask(w, &q, what, &t);
    }
    qsort(t.ms, t.count, sizeof(*t.ms), compare_doubles);
    return t;
}

static double mean(const struct times *t)
{
    double sum = 0;
    for (uint32_t i = 0; i < t->count; i++)
        sum += t->ms[i];
    return sum / t->count;
}

static void show(const char *name, struct times *t)
{
    printf("\"%s\":{\"queries\":%u,\"found\":%u,\"mean_ms\":%.4f,\"p50_ms\":%.4f,\"p99_ms\":%.4f},",
           name, t->count, t->found, mean(t), t->ms[t->count / 2],
           t->ms[(size_t)(0.99 * t->count)]);
    free(t->ms);
}

/* The largest product of a walk of at most four hops, over all arcs, layer by layer. */
static uint64_t layered(const struct world *w, uint32_t source, uint32_t target, uint64_t labels)
{
    uint64_t *here = array(w->actors, sizeof(*here)), *next = array(w->actors, sizeof(*next));
    uint64_t best = 0, scale = (uint64_t)PATHS_ONE * PATHS_ONE * PATHS_ONE;
    here[source] = 1;
    for (int hop = 0; hop < PATHS_HOPS_MAX; hop++, scale /= PATHS_ONE) {
        memset(next, 0, w->actors * sizeof(*next));
        for (uint32_t i = 0; i < w->arcs; i++) {
            uint32_t v = w->to[i];
            uint64_t product = here[w->from[i]] * w->strength[i];
            if (v == target && product * scale > best)
                best = product * scale;
            if (v != target && (labels >> w->label[v] & 1) && product > next[v])
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

static uint32_t mismatches(struct world *w)
{
    uint32_t wrong = 0, target;
    for (uint32_t i = 0; i < CHECKED; i++) {
        struct paths_chain c;
        struct paths_query q = { .source = any_actor(w, i % 2),
                                 .targets = &target,
                                 .target_count = 1,
                                 .hops = PATHS_HOPS_MAX,
                                 .filter = { w->label, &mask, NULL } };
        do
            target = any_actor(w, i % 3 == 0);
        while (target == q.source || !(mask >> w->label[target] & 1));
        if (paths_best(&w->graph, &q, w->work, NULL, &c) < 0 ||
            c.product != layered(w, q.source, target, mask))
            wrong++;
    }
    return wrong;
}

#ifdef WITH_IGRAPH
struct peer {
    igraph_t graph;
    igraph_vector_t weights;
    double load_ms;
};

static void peer_make(const struct world *w, struct peer *p)
{
    igraph_vector_int_t ends;
    igraph_vector_int_init(&ends, 2 * (igraph_integer_t)w->arcs);
    igraph_vector_init(&p->weights, w->arcs);
    for (uint32_t i = 0; i < w->arcs; i++) {
        VECTOR(ends)[2 * (size_t)i] = w->from[i];
        VECTOR(ends)[2 * (size_t)i + 1] = w->to[i];
        VECTOR(p->weights)[i] = -log((double)w->strength[i] / PATHS_ONE);
    }
    double from = clock_ms(CLOCK_THREAD_CPUTIME_ID);
    igraph_create(&p->graph, &ends, w->actors, IGRAPH_DIRECTED);
    p->load_ms = clock_ms(CLOCK_THREAD_CPUTIME_ID) - from;
    igraph_vector_int_destroy(&ends);
}

static double peer_product(const struct peer *p, uint32_t source, uint32_t target, double *ret_ms)
{
    igraph_vector_int_t edges;
    double sum = 0, from;
    igraph_vector_int_init(&edges, 0);
    from = clock_ms(CLOCK_THREAD_CPUTIME_ID);
    igraph_get_shortest_path_dijkstra(&p->graph, NULL, &edges, source, target, &p->weights,
                                      IGRAPH_OUT);
    *ret_ms = clock_ms(CLOCK_THREAD_CPUTIME_ID) - from;
    igraph_integer_t count = igraph_vector_int_size(&edges);
    for (igraph_integer_t i = 0; i < count; i++)
        sum += VECTOR(p->weights)[VECTOR(edges)[i]];
    igraph_vector_int_destroy(&edges);
    return count ? exp(-sum) : 0;
}

/* The same pairs for both, without a mask. */
static void show_peer(struct world *w)
{
    struct peer p;
    uint32_t target, same = 0, worse = 0;
    struct times own = { .ms = array(PEER, sizeof(double)) };
    struct times other = { .ms = array(PEER, sizeof(double)), .count = PEER };
    peer_make(w, &p);
    for (uint32_t i = 0; i < PEER; i++) {
        struct paths_query q = { .source = any_actor(w, false),
                                 .targets = &target,
                                 .target_count = 1,
                                 .hops = PATHS_HOPS_MAX };
        struct paths_chain c = { 0 };
        do
            target = any_actor(w, false);
        while (target == q.source);
        ask(w, &q, BEST, &own);
        (void)paths_best(&w->graph, &q, w->work, NULL, &c);
        double product = peer_product(&p, q.source, target, &other.ms[i]);
        same += fabs(product - paths_probability(&c)) <= 1e-9;
        worse += product < paths_probability(&c) - 1e-9;
    }
    double mine = mean(&own), theirs = mean(&other);
    qsort(other.ms, PEER, sizeof(*other.ms), compare_doubles);
    printf("\"igraph\":{\"queries\":%d,\"mean_ms\":%.2f,\"p50_ms\":%.2f,\"own_mean_ms\":%.4f,"
           "\"same_product\":%u,\"worse_than_own\":%u,\"load_ms\":%.0f,\"ratio\":%.0f},",
           PEER, theirs, other.ms[PEER / 2], mine, same, worse, p.load_ms, theirs / mine);
    free(own.ms);
    free(other.ms);
    igraph_destroy(&p.graph);
    igraph_vector_destroy(&p.weights);
}
#else
static void show_peer(struct world *w)
{
    (void)w;
}
#endif

static void done(struct world *w)
{
    paths_work_free(w->work);
    paths_graph_done(&w->graph);
    free(w->from);
    free(w->to);
    free(w->label);
    free(w->table);
    free(w->strength);
}

int main(int argc, char **argv)
{
    unsigned long actors = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000;
    unsigned long ties = argc > 2 ? strtoul(argv[2], NULL, 10) : 10000000;
    unsigned long queries = argc > 3 ? strtoul(argv[3], NULL, 10) : 4000;
    struct world w;
    if (actors < ORGANISATION || actors > INT32_MAX || ties > INT32_MAX / 2 || queries < 100)
        return 2;
    make(&w, (uint32_t)actors, (uint32_t)ties);
    double from = clock_ms(CLOCK_THREAD_CPUTIME_ID);
    if (paths_graph_init(w.from, w.to, w.strength, w.arcs, w.actors, NULL, &w.graph) < 0 ||
        !(w.work = paths_work_new(&w.graph)))
        return 1;
    printf("{\"bench\":\"paths\",\"clock\":\"thread cpu\",\"actors\":%lu,\"ties\":%lu,"
           "\"graph_mb\":%.1f,\"labels_mb\":%.1f,\"make_ms\":%.0f,",
           actors, ties, (double)paths_graph_bytes(&w.graph) / 1e6, 4e-6 * (double)actors,
           clock_ms(CLOCK_THREAD_CPUTIME_ID) - from);
    uint32_t n = (uint32_t)queries;
    struct times warm = measure(&w, n / 4, BEST, false);
    free(warm.ms);
    struct times t = measure(&w, n, BEST, false);
    show("pairs", &t);
    t = measure(&w, n, BEST, true);
    show("hubs", &t);
    t = measure(&w, n / 4, FIVE, false);
    show("five_best", &t);
    t = measure(&w, n / 4, DISJOINT, false);
    show("three_disjoint", &t);
    t = measure(&w, n / 4, TO_REGION, false);
    show("region", &t);
    show_peer(&w);
    printf("\"checked\":%d,\"mismatches\":%u}\n", CHECKED, mismatches(&w));
    done(&w);
    return 0;
}
