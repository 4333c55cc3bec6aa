/*
 * Who stands between whom: betweenness and constraint (formulas in structure.h).
 *
 * One search from a source costs O(actors + ties); numbers of shortest chains are doubles, exact up
 * to 2^53 and rounded past it. Constraint looks at each contact's contacts: O(sum of degrees
 * squared). Sums run in the order of rows, so they do not depend on anything but the graph.
 */
#include "kernel/structure.h"

#include "base/fault.h"

#include <math.h>
#include <stdlib.h>

struct brandes {
    const struct structure_graph *graph;
    uint32_t *queue, *distance;
    double *chains, *share; /* shortest chains from the source; dependency of the source */
    uint32_t seen;
};

static void search_from(struct brandes *b, uint32_t source)
{
    const struct structure_graph *g = b->graph;
    for (uint32_t v = 0; v < g->node_count; v++) {
        b->distance[v] = structure_nobody;
        b->chains[v] = b->share[v] = 0;
    }
    b->distance[source] = 0;
    b->chains[source] = 1;
    b->queue[0] = source;
    b->seen = 1;
    for (uint32_t head = 0; head < b->seen; head++) {
        uint32_t v = b->queue[head];
        for (uint32_t k = g->start[v]; k < g->start[v + 1]; k++) {
            uint32_t u = g->to[k];
            if (b->distance[u] == structure_nobody) {
                b->distance[u] = b->distance[v] + 1;
                b->queue[b->seen++] = u;
            }
            if (b->distance[u] == b->distance[v] + 1)
                b->chains[u] += b->chains[v];
        }
    }
}

/* Backwards, from the farthest: an actor's share goes to those just before it. */
static void gather_shares(struct brandes *b, double *sum)
{
    const struct structure_graph *g = b->graph;
    for (uint32_t at = b->seen; at-- > 1;) {
        uint32_t v = b->queue[at];
        double part = (1 + b->share[v]) / b->chains[v];
        for (uint32_t k = g->start[v]; k < g->start[v + 1]; k++) {
            uint32_t u = g->to[k];
            if (b->distance[u] + 1 == b->distance[v])
                b->share[u] += b->chains[u] * part;
        }
        sum[v] += b->share[v];
    }
}

static double quantised(double x)
{
    return nearbyint(x * 1e9) / 1e9;
}

int structure_betweenness(const struct structure_graph *g, uint32_t pivots, struct error *err,
                          double *ret)
{
    uint32_t n = g->node_count;
    if (n == 0)
        return 0;
    if (pivots == 0)
        return error_set(err, EN_INVALID, "no pivots");
    size_t room = (size_t)n + 1;
    struct brandes b = { g,
                         base_calloc(room, sizeof(uint32_t)),
                         base_calloc(room, sizeof(uint32_t)),
                         base_calloc(room, sizeof(double)),
                         base_calloc(room, sizeof(double)),
                         0 };
    double *sum = base_calloc(room, sizeof(*sum));
    bool good = b.queue && b.distance && b.chains && b.share && sum;
    uint32_t sources = pivots < n ? pivots : n;
    for (uint32_t i = 0; good && i < sources; i++) {
        search_from(&b, (uint32_t)((uint64_t)i * n / sources));
        gather_shares(&b, sum);
    }
    for (uint32_t v = 0; good && v < n; v++) /* each pair was met from both of its ends */
        ret[v] = quantised(sum[v] * ((double)n / sources) / 2);
    base_free(b.queue);
    base_free(b.distance);
    base_free(b.chains);
    base_free(b.share);
    base_free(sum);
    return good ? 0 : error_set(err, EN_NO_MEMORY, "no memory for %u actors", n);
}

uint32_t structure_pivots(const struct structure_graph *g, uint64_t steps)
{
    uint64_t one = 4 * (uint64_t)g->tie_count + g->node_count + 1; /* there and back, both ways */
    uint64_t most = steps / one;
    return most < 1 ? 1 : most > g->node_count ? g->node_count + !g->node_count : (uint32_t)most;
}

/* ---- constraint ---- */

static double *weights_of(const struct structure_graph *g)
{
    double *all = base_calloc((size_t)g->node_count + 1, sizeof(*all));
    for (uint32_t v = 0; all && v < g->node_count; v++) {
        uint64_t sum = 0;
        for (uint32_t k = g->start[v]; k < g->start[v + 1]; k++)
            sum += g->strength[k];
        all[v] = (double)sum;
    }
    return all;
}

static double constraint_of(const struct structure_graph *g, const double *all, uint32_t i,
                            double *invested, uint32_t *mark)
{
    for (uint32_t k = g->start[i]; k < g->start[i + 1]; k++) {
        mark[g->to[k]] = i + 1;
        invested[g->to[k]] = g->strength[k] / all[i];
    }
    for (uint32_t k = g->start[i]; k < g->start[i + 1]; k++) {
        uint32_t q = g->to[k];
        double share = g->strength[k] / all[i] / all[q];
        for (uint32_t l = g->start[q]; l < g->start[q + 1]; l++)
            if (mark[g->to[l]] == i + 1)
                invested[g->to[l]] += share * g->strength[l];
    }
    double sum = 0;
    for (uint32_t k = g->start[i]; k < g->start[i + 1]; k++)
        sum += invested[g->to[k]] * invested[g->to[k]];
    return structure_degree(g, i) ? quantised(sum) : (double)NAN;
}

int structure_constraint(const struct structure_graph *g, struct error *err, double *ret)
{
    size_t room = (size_t)g->node_count + 1;
    double *all = weights_of(g), *invested = base_calloc(room, sizeof(*invested));
    uint32_t *mark = base_calloc(room, sizeof(*mark));
    bool good = all && invested && mark;
    for (uint32_t i = 0; good && i < g->node_count; i++)
        ret[i] = constraint_of(g, all, i, invested, mark);
    base_free(all);
    base_free(invested);
    base_free(mark);
    return good ? 0 : error_set(err, EN_NO_MEMORY, "no memory for %u actors", g->node_count);
}
