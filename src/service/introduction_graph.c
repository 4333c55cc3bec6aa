/* The ties along which a viewer may be introduced: see introduction_graph.h. */
#include "service/introduction_graph.h"

#include "base/fault.h"
#include "service/half_life.h"

#include <stdlib.h>

bool introduction_in_force(const struct introduction_graph *g, struct slice from,
                           struct slice until)
{
    struct tie t =
        tie_of(node_weights(g->shape.node), &(struct tie_words){ .from = from, .until = until });
    return tie_in_force(&t, g->as_of);
}

uint16_t introduction_access_strength(const struct introduction_graph *g, struct slice word)
{
    const struct weights *w = node_weights(g->shape.node);
    return (uint16_t)paths_strength(slice_is(word, "strong") ? w->access_strong
                                    : slice_is(word, "fair") ? w->access_fair
                                                             : w->access_weak);
}

uint32_t introduction_actor_find(const struct introduction_graph *g, struct slice id)
{
    return shape_actor_find(g->actors, g->actor_count, id);
}

int introduction_graph_read(struct node *n, struct snapshot *s, int64_t as_of, struct error *err,
                            struct introduction_graph *ret)
{
    *ret = (struct introduction_graph){ .snapshot = s, .arena = snapshot_arena(s), .as_of = as_of };
    int code = shape_open(n, s, as_of, err, &ret->shape);
    if (code < 0)
        return code;
    ret->actors = ret->shape.actors;
    ret->actor_count = ret->shape.actor_count;
    ret->willing = ret->shape.network->willing;
    return 0;
}

int introduction_graph_add(struct introduction_graph *g, const struct introduction_tie *tie)
{
    if (g->extra_count == g->extra_capacity) {
        uint32_t wider = g->extra_capacity ? 2 * g->extra_capacity : 64;
        struct introduction_tie *moved = arena_array_of(g->arena, struct introduction_tie, wider);
        if (!moved)
            return EN_NO_MEMORY;
        if (g->extra_count)
            memcpy(moved, g->extra, g->extra_count * sizeof *moved);
        g->extra = moved;
        g->extra_capacity = wider;
    }
    g->extra[g->extra_count++] = *tie;
    return 0;
}

/* The network's own words are everybody's: a question that changes one has a copy. */
int introduction_graph_leave_out(struct introduction_graph *g, uint32_t actor)
{
    size_t words = (size_t)(g->actor_count + 1) / 64 + 1;
    uint64_t *own = arena_array_of(g->arena, uint64_t, words);
    if (!own)
        return EN_NO_MEMORY;
    memcpy(own, g->willing, words * sizeof *own);
    own[actor / 64] &= ~((uint64_t)1 << (actor % 64));
    g->willing = own;
    return 0;
}

struct paths_filter introduction_filter(const struct introduction_graph *g)
{
    return (struct paths_filter){ g->shape.network->labels, snapshot_mask(g->snapshot)->words,
                                  g->willing };
}

/* ---- settling ---- */

static int compare_extra(const void *x, const void *y)
{
    const struct introduction_tie *a = x, *b = y;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    if (a->strength != b->strength)
        return a->strength > b->strength ? -1 : 1;
    return slice_compare(a->record, b->record);
}

static void keep_the_strongest(struct introduction_graph *g)
{
    uint32_t kept = 0;
    if (g->extra_count > 1)
        qsort(g->extra, g->extra_count, sizeof *g->extra, compare_extra);
    for (uint32_t i = 0; i < g->extra_count; i++)
        if (kept == 0 || g->extra[i].from != g->extra[kept - 1].from)
            g->extra[kept++] = g->extra[i];
    g->extra_count = kept;
}

static int make_paths(struct introduction_graph *g, struct error *err)
{
    const struct shape_network *w = g->shape.network;
    uint32_t count = w->step_count + g->extra_count;
    uint32_t *from = base_malloc((2 * (size_t)count + 1) * sizeof *from);
    uint16_t *strength = base_malloc(((size_t)count + 1) * sizeof *strength);
    uint32_t *to = from ? from + count : NULL;
    int code = from && strength ? 0 : error_set(err, EN_NO_MEMORY, "introductions");
    for (uint32_t i = 0; code == 0 && i < count; i++) {
        const struct introduction_tie *t =
            i < w->step_count ? &w->steps[i] : &g->extra[i - w->step_count];
        from[i] = t->from;
        to[i] = t->to;
        strength[i] = t->strength;
    }
    if (code == 0)
        code = paths_graph_init(from, to, strength, count, g->actor_count + 1, err, &g->paths);
    g->has_own_paths = code == 0;
    base_free(from);
    base_free(strength);
    return code;
}

int introduction_graph_settle(struct introduction_graph *g, struct error *err)
{
    keep_the_strongest(g);
    if (g->extra_count > 0)
        return make_paths(g, err);
    g->paths = g->shape.network->paths;
    return 0;
}

void introduction_graph_done(struct introduction_graph *g)
{
    if (g->has_own_paths)
        paths_graph_done(&g->paths);
    g->has_own_paths = false;
    shape_done(&g->shape);
}

const struct introduction_tie *introduction_tie_find(const struct introduction_graph *g,
                                                     uint32_t from, uint32_t to)
{
    bool to_thing = to == g->actor_count;
    const struct introduction_tie *all = to_thing ? g->extra : g->shape.network->steps;
    uint32_t low = 0, high = to_thing ? g->extra_count : g->shape.network->step_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct introduction_tie *t = &all[middle];
        if (t->from == from && t->to == to)
            return t;
        if (t->from < from || (t->from == from && t->to < to))
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
