/* The graph of structure.h: rows both ways, and plain breadth-first reach. */
#include "kernel/structure.h"

#include "base/fault.h"

#include <stdlib.h>

static int check_ties(const uint32_t *a, const uint32_t *b, const uint32_t *strength,
                      uint32_t tie_count, uint32_t node_count, struct error *err)
{
    if (tie_count > INT32_MAX)
        return error_set(err, EN_TOO_LARGE, "%u ties", tie_count);
    for (uint32_t i = 0; i < tie_count; i++) {
        if (a[i] >= node_count || b[i] >= node_count)
            return error_set(err, EN_INVALID, "tie %u: no such actor", i);
        if (strength[i] < 1 || strength[i] > STRUCTURE_ONE)
            return error_set(err, EN_INVALID, "tie %u: strength %u", i, strength[i]);
    }
    return 0;
}

/* Rows filled by going through the ties of each end in ascending order of the other: two passes of
 * counting, so that every row comes out sorted. */
struct filling {
    const uint32_t *a, *b, *strength;
    uint32_t tie_count, node_count;
    uint32_t *by_end; /* ties by one of their ends, 2 * tie + side */
    uint32_t *start, *next;
    struct structure_graph *graph;
};

static void count_ends(struct filling *f)
{
    for (uint32_t i = 0; i < f->tie_count; i++)
        if (f->a[i] != f->b[i]) {
            f->start[f->a[i] + 1]++;
            f->start[f->b[i] + 1]++;
        }
    for (uint32_t v = 0; v < f->node_count; v++)
        f->start[v + 1] += f->start[v];
}

static void reset_next(struct filling *f)
{
    for (uint32_t v = 0; v < f->node_count; v++)
        f->next[v] = f->start[v];
}

static void fill_rows(struct filling *f)
{
    struct structure_graph *g = f->graph;
    reset_next(f);
    for (uint32_t i = 0; i < f->tie_count; i++)
        if (f->a[i] != f->b[i]) {
            f->by_end[f->next[f->a[i]]++] = 2 * i;
            f->by_end[f->next[f->b[i]]++] = 2 * i + 1;
        }
    reset_next(f);
    for (uint32_t v = 0; v < f->node_count; v++)
        for (uint32_t k = f->start[v]; k < f->start[v + 1]; k++) {
            uint32_t tie = f->by_end[k] / 2;
            uint32_t other = f->by_end[k] % 2 ? f->a[tie] : f->b[tie];
            g->to[f->next[other]] = v;
            g->strength[f->next[other]++] = f->strength[tie];
        }
}

/* Ties between the same two become one. */
static void merge_rows(struct filling *f)
{
    struct structure_graph *g = f->graph;
    uint32_t at = 0;
    for (uint32_t v = 0; v < f->node_count; v++) {
        uint32_t from = at;
        for (uint32_t k = f->start[v]; k < f->start[v + 1]; k++) {
            if (at > from && g->to[at - 1] == g->to[k]) {
                g->several[at - 1] = 1;
                if (g->strength[k] > g->strength[at - 1])
                    g->strength[at - 1] = g->strength[k];
                continue;
            }
            g->to[at] = g->to[k];
            g->strength[at] = g->strength[k];
            g->several[at++] = 0;
        }
        g->start[v] = from;
    }
    g->start[f->node_count] = at;
    g->tie_count = at / 2;
}

int structure_graph_init(const uint32_t *a, const uint32_t *b, const uint32_t *strength,
                         uint32_t tie_count, uint32_t node_count, struct error *err,
                         struct structure_graph *ret)
{
    int code = check_ties(a, b, strength, tie_count, node_count, err);
    if (code < 0)
        return code;
    size_t ends = 2 * (size_t)tie_count + 1, nodes = (size_t)node_count + 1;
    struct structure_graph g = { .node_count = node_count,
                                 .start = base_calloc(nodes, sizeof(*g.start)),
                                 .to = base_calloc(ends, sizeof(*g.to)),
                                 .strength = base_calloc(ends, sizeof(*g.strength)),
                                 .several = base_calloc(ends, sizeof(*g.several)) };
    struct filling f = { a,         b,          strength,
                         tie_count, node_count, base_calloc(ends, sizeof(*f.by_end)),
                         NULL,      NULL,       &g };
    f.start = base_calloc(nodes, sizeof(*f.start));
    f.next = base_calloc(nodes, sizeof(*f.next));
    bool good = g.start && g.to && g.strength && g.several && f.by_end && f.start && f.next;
    if (good) {
        count_ends(&f);
        fill_rows(&f);
        merge_rows(&f);
    }
    base_free(f.by_end);
    base_free(f.start);
    base_free(f.next);
    if (!good) {
        structure_graph_done(&g);
        return error_set(err, EN_NO_MEMORY, "no memory for %u ties", tie_count);
    }
    *ret = g;
    return 0;
}

void structure_graph_done(struct structure_graph *g)
{
    base_free(g->start);
    base_free(g->to);
    base_free(g->strength);
    base_free(g->several);
    *g = (struct structure_graph){ 0 };
}

size_t structure_graph_bytes(const struct structure_graph *g)
{
    return ((size_t)g->node_count + 1) * sizeof(*g->start) +
           2 * (size_t)g->tie_count * (sizeof(*g->to) + sizeof(*g->strength) + 1);
}

int64_t structure_find(const struct structure_graph *g, uint32_t a, uint32_t b)
{
    uint32_t low = g->start[a], high = g->start[a + 1];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (g->to[middle] < b)
            low = middle + 1;
        else
            high = middle;
    }
    return low < g->start[a + 1] && g->to[low] == b ? (int64_t)low : STRUCTURE_NONE;
}

int structure_reach(const struct structure_graph *g, uint32_t from, uint32_t hops,
                    struct error *err, uint32_t *ret_hops, uint32_t *ret_count)
{
    if (from >= g->node_count)
        return error_set(err, EN_INVALID, "no such actor");
    uint32_t *queue = base_calloc(g->node_count, sizeof(*queue)), head = 0, tail = 0;
    uint32_t *distance = ret_hops ? ret_hops : base_calloc(g->node_count, sizeof(*distance));
    if (!queue || !distance) {
        base_free(queue);
        if (!ret_hops)
            base_free(distance);
        return error_set(err, EN_NO_MEMORY, "reach");
    }
    for (uint32_t v = 0; v < g->node_count; v++)
        distance[v] = structure_nobody;
    distance[from] = 0;
    queue[tail++] = from;
    while (head < tail) {
        uint32_t v = queue[head++];
        for (uint32_t k = g->start[v]; distance[v] < hops && k < g->start[v + 1]; k++)
            if (distance[g->to[k]] == structure_nobody) {
                distance[g->to[k]] = distance[v] + 1;
                queue[tail++] = g->to[k];
            }
    }
    *ret_count = tail - 1;
    base_free(queue);
    if (!ret_hops)
        base_free(distance);
    return 0;
}
