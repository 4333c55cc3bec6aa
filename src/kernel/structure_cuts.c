/*
 * Points and bridges: Tarjan's search with a stack of its own (formulas in structure.h).
 *
 * In a depth-first tree the actors below one form a range of the order of first visits, and below a
 * point v the subtrees of its children c with low(c) >= place(v) are exactly the pieces that v
 * holds together, beside the rest that holds the tree's root. So everything cut off is told by a
 * few ranges, and no list of actors is made per point.
 */
#include "kernel/structure.h"

#include "base/fault.h"

#include <stdlib.h>
#include <string.h>

enum { AHEAD = 12 }; /* ties looked ahead: their actors' places arrive while others are tested */

struct search {
    const struct structure_graph *graph;
    struct structure_cuts *cuts;
    uint32_t root;
    uint32_t *place;  /* per actor: where in the order */
    uint32_t *low;    /* per place: the lowest place that its subtree is tied to */
    uint32_t *parent; /* per place: the place above, or structure_nobody */
    uint32_t *size;   /* per place: of its subtree */
    uint32_t *next;   /* per place: the next tie to look at */
    uint32_t *first;  /* per place: where its pieces begin among `pieces`; one more at the end */
    uint32_t *pieces; /* places of the children that it holds */
    uint32_t placed;
};

static void enter(struct search *s, uint32_t actor, uint32_t above)
{
    uint32_t at = s->placed++;
    s->cuts->order[at] = actor;
    s->cuts->component[actor] = s->cuts->component_count;
    s->place[actor] = s->low[at] = at;
    s->parent[at] = above;
    s->next[at] = s->graph->start[actor];
}

static void leave(struct search *s, uint32_t at)
{
    uint32_t above = s->parent[at];
    s->size[at] = s->placed - at;
    if (above != structure_nobody && s->low[at] < s->low[above])
        s->low[above] = s->low[at];
}

/* Goes on along the ties of the actor at this place, until one leads to somebody not met before:
 * that one, or structure_nobody. Nearly all the time goes into waiting for place[], so the next
 * ones are fetched ahead. */
static uint32_t go_on(struct search *s, uint32_t at)
{
    const struct structure_graph *g = s->graph;
    const uint32_t *place = s->place, *to = g->to;
    uint32_t k = s->next[at], end = g->start[s->cuts->order[at] + 1];
    uint32_t low = s->low[at], above = s->parent[at], met = structure_nobody;
    for (uint32_t i = k; i < end && i < k + AHEAD; i++)
        __builtin_prefetch(&place[to[i]]);
    while (k < end && met == structure_nobody) {
        uint32_t u = to[k++], p = place[u];
        if (k + AHEAD <= end)
            __builtin_prefetch(&place[to[k + AHEAD - 1]]);
        if (p == structure_nobody)
            met = u;
        else if (p != above && p < low)
            low = p;
    }
    s->next[at] = k;
    s->low[at] = low;
    return met;
}

/* One component, from its first actor. */
static void visit(struct search *s, uint32_t first)
{
    uint32_t at = s->placed;
    enter(s, first, structure_nobody);
    while (at != structure_nobody) {
        uint32_t u = go_on(s, at);
        if (u == structure_nobody) {
            leave(s, at);
            at = s->parent[at];
        } else {
            uint32_t below = s->placed;
            enter(s, u, at);
            at = below;
        }
    }
    s->cuts->component_count++;
}

static bool holds(const struct search *s, uint32_t child)
{
    return s->parent[child] != structure_nobody && s->low[child] >= s->parent[child];
}

/* Children whose pieces their parents hold, by parent, each in order of place. */
static void gather_pieces(struct search *s)
{
    uint32_t n = s->graph->node_count;
    memset(s->first, 0, (n + 1) * sizeof(*s->first));
    for (uint32_t c = 0; c < n; c++)
        if (holds(s, c))
            s->first[s->parent[c] + 1]++;
    for (uint32_t p = 0; p < n; p++)
        s->first[p + 1] += s->first[p];
    for (uint32_t c = 0; c < n; c++) /* shifts each beginning to the next one's */
        if (holds(s, c))
            s->pieces[s->first[s->parent[c]]++] = c;
    for (uint32_t p = n; p > 0; p--)
        s->first[p] = s->first[p - 1];
    s->first[0] = 0;
}

static void add_range(struct structure_cuts *c, struct structure_cut *cut, uint32_t from,
                      uint32_t until)
{
    if (from >= until)
        return;
    c->ranges[c->range_count++] = (struct structure_range){ from, until - from };
    cut->range_count++;
    cut->cut_off += until - from;
}

/* The piece that stays: index among the point's pieces, or their number for the rest. */
static uint32_t staying(const struct search *s, uint32_t at, uint32_t top, bool rooted)
{
    uint32_t from = s->first[at], count = s->first[at + 1] - from, held = 0;
    for (uint32_t i = 0; i < count; i++)
        held += s->size[s->pieces[from + i]];
    uint32_t best = count, size = s->size[top] - 1 - held; /* the rest, none under the top */
    if (rooted && at != top)
        return count;
    for (uint32_t i = 0; i < count; i++)
        if (s->size[s->pieces[from + i]] > size) {
            size = s->size[s->pieces[from + i]];
            best = i;
        }
    return best;
}

static void add_point(struct search *s, uint32_t at, uint32_t top)
{
    struct structure_cuts *c = s->cuts;
    uint32_t from = s->first[at], count = s->first[at + 1] - from;
    bool rooted = s->root != structure_nobody && top == s->place[s->root];
    uint32_t stays = staying(s, at, top, rooted), end = top + s->size[top], gap = at + 1;
    struct structure_cut cut = { .a = c->order[at],
                                 .b = structure_nobody,
                                 .ranges = c->range_count,
                                 .pieces = count + (at != top) };
    if (stays != count)
        add_range(c, &cut, top, at);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t child = s->pieces[from + i];
        if (stays != count)
            add_range(c, &cut, gap, child);
        if (stays != i)
            add_range(c, &cut, child, child + s->size[child]);
        gap = child + s->size[child];
    }
    if (stays != count)
        add_range(c, &cut, gap, end);
    c->points[c->point_count++] = cut;
}

static void add_bridge(struct search *s, uint32_t child, uint32_t top)
{
    struct structure_cuts *c = s->cuts;
    uint32_t x = c->order[s->parent[child]], y = c->order[child];
    uint32_t below = s->size[child], above = s->size[top] - below;
    bool rooted = s->root != structure_nobody && top == s->place[s->root];
    struct structure_cut cut = {
        .a = x < y ? x : y, .b = x < y ? y : x, .ranges = c->range_count, .pieces = 2
    };
    if (rooted || below <= above) {
        add_range(c, &cut, child, child + below);
    } else {
        add_range(c, &cut, top, child);
        add_range(c, &cut, child + below, top + s->size[top]);
    }
    c->bridges[c->bridge_count++] = cut;
}

static bool is_bridge(const struct search *s, uint32_t child)
{
    uint32_t above = s->parent[child];
    if (above == structure_nobody || s->low[child] <= above)
        return false;
    int64_t tie = structure_find(s->graph, s->cuts->order[above], s->cuts->order[child]);
    return tie != STRUCTURE_NONE && !s->graph->several[tie];
}

static bool is_point(const struct search *s, uint32_t at)
{
    uint32_t count = s->first[at + 1] - s->first[at];
    return count > (s->parent[at] == structure_nobody);
}

static int compare_cuts(const void *x, const void *y)
{
    const struct structure_cut *a = x, *b = y;
    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    return a->b < b->b ? -1 : a->b > b->b;
}

/* Counted first, so that what few cuts there are takes little memory. */
static bool make_room(struct search *s)
{
    struct structure_cuts *c = s->cuts;
    size_t points = 0, bridges = 0, ranges = 0;
    for (uint32_t at = 0; at < s->graph->node_count; at++) {
        bool bridge = is_bridge(s, at), point = is_point(s, at);
        points += point;
        bridges += bridge;
        ranges += 2 * bridge + (point ? 2 * (s->first[at + 1] - s->first[at]) + 2 : 0);
    }
    c->points = base_calloc(points + 1, sizeof(*c->points));
    c->bridges = base_calloc(bridges + 1, sizeof(*c->bridges));
    c->ranges = base_calloc(ranges + 1, sizeof(*c->ranges));
    return c->points && c->bridges && c->ranges;
}

static bool collect(struct search *s)
{
    struct structure_cuts *c = s->cuts;
    uint32_t top = 0;
    gather_pieces(s);
    if (!make_room(s))
        return false;
    for (uint32_t at = 0; at < s->graph->node_count; at++) {
        if (s->parent[at] == structure_nobody)
            top = at;
        if (is_point(s, at))
            add_point(s, at, top);
        if (is_bridge(s, at))
            add_bridge(s, at, top);
    }
    qsort(c->points, c->point_count, sizeof(*c->points), compare_cuts);
    qsort(c->bridges, c->bridge_count, sizeof(*c->bridges), compare_cuts);
    return true;
}

static bool search_all(struct search *s)
{
    uint32_t n = s->graph->node_count;
    uint32_t **arrays[] = { &s->place, &s->low,    &s->parent,      &s->size,           &s->next,
                            &s->first, &s->pieces, &s->cuts->order, &s->cuts->component };
    bool good = true;
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        *arrays[i] = base_calloc((size_t)n + 1, sizeof(uint32_t));
        good &= *arrays[i] != NULL;
    }
    for (uint32_t v = 0; good && v < n; v++)
        s->place[v] = structure_nobody;
    if (good && s->root != structure_nobody)
        visit(s, s->root);
    for (uint32_t v = 0; good && v < n; v++)
        if (s->place[v] == structure_nobody)
            visit(s, v);
    good = good && collect(s);
    for (size_t i = 0; i < 7; i++)
        base_free(*arrays[i]);
    return good;
}

int structure_cuts_init(const struct structure_graph *g, uint32_t root, struct error *err,
                        struct structure_cuts *ret)
{
    struct structure_cuts cuts = { 0 };
    struct search s = { .graph = g, .cuts = &cuts, .root = root };
    if (root != structure_nobody && root >= g->node_count)
        return error_set(err, EN_INVALID, "no such actor");
    if (!search_all(&s)) {
        structure_cuts_done(&cuts);
        return error_set(err, EN_NO_MEMORY, "no memory for the cuts of %u actors", g->node_count);
    }
    *ret = cuts;
    return 0;
}

void structure_cuts_done(struct structure_cuts *c)
{
    base_free(c->order);
    base_free(c->component);
    base_free(c->ranges);
    base_free(c->points);
    base_free(c->bridges);
    *c = (struct structure_cuts){ 0 };
}
