/*
 * The graph of paths.h: arcs in rows both ways, sorted by strength, without parallel arcs.
 */
#include "kernel/paths.h"

#include "base/fault.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SHORT_ROW = 24 };

uint32_t paths_strength(double strength)
{
    double whole = nearbyint(strength * PATHS_ONE);
    return whole >= PATHS_ONE ? PATHS_ONE : whole >= 1 ? (uint32_t)whole : 1;
}

double paths_probability(const struct paths_chain *c)
{
    const double one = PATHS_ONE;
    return c->hops ? (double)c->product / (one * one * one * one) : 0;
}

int paths_compare(const struct paths_chain *a, const struct paths_chain *b)
{
    if (a->product != b->product)
        return a->product > b->product ? -1 : 1;
    if (a->hops != b->hops)
        return a->hops < b->hops ? -1 : 1;
    for (uint32_t i = 0; i <= a->hops && i <= PATHS_HOPS_MAX; i++)
        if (a->actors[i] != b->actors[i])
            return a->actors[i] < b->actors[i] ? -1 : 1;
    return 0;
}

void paths_graph_done(struct paths_graph *g)
{
    base_free(g->out_start);
    base_free(g->in_start);
    base_free(g->out);
    base_free(g->in);
    *g = (struct paths_graph){ 0 };
}

size_t paths_graph_bytes(const struct paths_graph *g)
{
    return 2 * ((size_t)g->arc_count * sizeof(*g->out) +
                ((size_t)g->actor_count + 1) * sizeof(*g->out_start));
}

static bool before(struct paths_arc a, struct paths_arc b)
{
    return a.strength != b.strength ? a.strength > b.strength : a.actor < b.actor;
}

static int compare_arcs(const void *a, const void *b)
{
    const struct paths_arc *x = a, *y = b;
    return before(*x, *y) ? -1 : before(*y, *x);
}

static void sort_row(struct paths_arc *row, uint32_t count)
{
    if (count > SHORT_ROW) {
        qsort(row, count, sizeof(*row), compare_arcs);
        return;
    }
    for (uint32_t i = 1; i < count; i++) {
        struct paths_arc arc = row[i];
        uint32_t j = i;
        for (; j > 0 && before(arc, row[j - 1]); j--)
            row[j] = row[j - 1];
        row[j] = arc;
    }
}

/* Puts arcs into the rows of their near end, start[u] .. start[u+1]-1. */
static void fill(const uint32_t *near, const uint32_t *far, const uint16_t *strength,
                 uint32_t arc_count, uint32_t actor_count, uint32_t *start, struct paths_arc *row)
{
    memset(start, 0, ((size_t)actor_count + 1) * sizeof(*start));
    for (uint32_t i = 0; i < arc_count; i++)
        start[near[i] + 1] += near[i] != far[i];
    for (uint32_t u = 0; u < actor_count; u++)
        start[u + 1] += start[u];
    for (uint32_t i = 0; i < arc_count; i++)
        if (near[i] != far[i])
            row[start[near[i]]++] = (struct paths_arc){ far[i], strength[i] };
    for (uint32_t u = actor_count; u > 0; u--)
        start[u] = start[u - 1];
    start[0] = 0;
}

/* Sorts every row and keeps the strongest of parallel arcs; returns how many are left. seen holds
 * the last row in which an actor was met. */
static uint32_t settle(uint32_t actor_count, uint32_t *start, struct paths_arc *row, uint32_t *seen)
{
    uint32_t kept = 0, from = 0;
    memset(seen, 0, (size_t)actor_count * sizeof(*seen));
    for (uint32_t u = 0; u < actor_count; u++) {
        uint32_t until = start[u + 1];
        sort_row(row + from, until - from);
        for (uint32_t i = from; i < until; i++) {
            if (seen[row[i].actor] == u + 1)
                continue;
            seen[row[i].actor] = u + 1;
            row[kept++] = row[i];
        }
        from = until;
        start[u + 1] = kept;
    }
    return kept;
}

static int check(const uint32_t *from, const uint32_t *to, const uint16_t *strength,
                 uint32_t arc_count, uint32_t actor_count, struct error *err)
{
    if (actor_count == UINT32_MAX)
        return error_set(err, EN_TOO_LARGE, "too many actors");
    for (uint32_t i = 0; i < arc_count; i++) {
        if (from[i] >= actor_count || to[i] >= actor_count)
            return error_set(err, EN_INVALID, "arc %u names an unknown actor", i);
        if (strength[i] < 1 || strength[i] > PATHS_ONE)
            return error_set(err, EN_INVALID, "the strength of arc %u is out of range", i);
    }
    return 0;
}

int paths_graph_init(const uint32_t *from, const uint32_t *to, const uint16_t *strength,
                     uint32_t arc_count, uint32_t actor_count, struct error *err,
                     struct paths_graph *ret)
{
    struct paths_graph g = { .actor_count = actor_count };
    int code = check(from, to, strength, arc_count, actor_count, err);
    if (code < 0)
        return code;
    size_t starts = ((size_t)actor_count + 1) * sizeof(uint32_t);
    size_t arcs = ((size_t)arc_count + 1) * sizeof(struct paths_arc);
    uint32_t *seen = base_malloc(starts);
    g.out_start = base_malloc(starts);
    g.in_start = base_malloc(starts);
    g.out = base_malloc(arcs);
    g.in = base_malloc(arcs);
    if (!seen || !g.out_start || !g.in_start || !g.out || !g.in) {
        base_free(seen);
        paths_graph_done(&g);
        return error_set(err, EN_NO_MEMORY, "no memory for %u arcs", arc_count);
    }
    fill(from, to, strength, arc_count, actor_count, g.out_start, g.out);
    fill(to, from, strength, arc_count, actor_count, g.in_start, g.in);
    g.arc_count = settle(actor_count, g.out_start, g.out, seen);
    (void)settle(actor_count, g.in_start, g.in, seen);
    base_free(seen);
    *ret = g;
    return 0;
}

uint32_t paths_arc_strength(const struct paths_graph *g, uint32_t from, uint32_t to)
{
    for (uint32_t i = g->out_start[from]; i < g->out_start[from + 1]; i++)
        if (g->out[i].actor == to)
            return g->out[i].strength;
    return 0;
}
