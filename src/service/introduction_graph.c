/* The ties along which a viewer may be introduced: see introduction_graph.h. */
#include "service/introduction_graph.h"

#include "service/half_life.h"

#include <stdlib.h>
#include <string.h>

/* Doubles a list in the arena when it is full; the old one stays where it is. */
static bool make_room(struct arena *a, void *list, size_t *capacity, size_t count, size_t size)
{
    void **items = list;
    if (count < *capacity)
        return true;
    size_t wider = *capacity ? *capacity * 2 : 256;
    void *moved = arena_alloc_array(a, wider, size);
    if (!moved)
        return false;
    if (count)
        memcpy(moved, *items, count * size);
    *items = moved;
    *capacity = wider;
    return true;
}

bool introduction_in_force(const struct introduction_graph *g, struct slice from,
                           struct slice until)
{
    struct tie t =
        tie_of(node_weights(g->node), &(struct tie_words){ .from = from, .until = until });
    return tie_in_force(&t, g->as_of);
}

uint16_t introduction_access_strength(const struct introduction_graph *g, struct slice word)
{
    const struct weights *w = node_weights(g->node);
    return (uint16_t)paths_strength(slice_is(word, "strong") ? w->access_strong
                                    : slice_is(word, "fair") ? w->access_fair
                                                             : w->access_weak);
}

uint32_t introduction_actor_find(const struct introduction_graph *g, struct slice id)
{
    uint32_t low = 0, high = g->actor_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = slice_compare(g->actors[middle].id, id);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return UINT32_MAX;
}

int introduction_graph_add(struct introduction_graph *g, const struct introduction_tie *tie)
{
    if (!make_room(g->arena, &g->ties, &g->tie_capacity, g->tie_count, sizeof *g->ties))
        return EN_NO_MEMORY;
    g->ties[g->tie_count++] = *tie;
    return 0;
}

static int add_both_ways(struct introduction_graph *g, struct introduction_tie tie)
{
    int code = introduction_graph_add(g, &tie);
    uint32_t from = tie.from;
    tie.from = tie.to;
    tie.to = from;
    return code < 0 ? code : introduction_graph_add(g, &tie);
}

/* ---- actors and what they are part of ---- */

struct belonging {
    struct slice child, parent;
};

struct reading {
    struct introduction_graph *graph;
    size_t actor_capacity;
    struct belonging *belongings;
    size_t belonging_count, belonging_capacity;
};

static bool is_over(const struct introduction_graph *g, struct slice until)
{
    struct when w;
    return when_parse(until, &w) && when_last_ms(w) < g->as_of * 1000;
}

static int take_actor(void *context, const struct slice *c)
{
    struct reading *r = context;
    struct introduction_graph *g = r->graph;
    int64_t label = 0;
    if (!make_room(g->arena, &g->actors, &r->actor_capacity, g->actor_count, sizeof *g->actors) ||
        !slice_to_int64(c[1], &label))
        return EN_NO_MEMORY;
    struct slice id = arena_copy(g->arena, c[0]);
    g->actors[g->actor_count++] =
        (struct introduction_actor){ .id = id,
                                     .label = (uint32_t)label,
                                     .country = arena_copy(g->arena, c[2]),
                                     .ended = is_over(g, c[4]) };
    if (!id.ptr)
        return EN_NO_MEMORY;
    if (!c[3].len)
        return 0;
    if (!make_room(g->arena, &r->belongings, &r->belonging_capacity, r->belonging_count,
                   sizeof *r->belongings))
        return EN_NO_MEMORY;
    r->belongings[r->belonging_count++] = (struct belonging){ id, arena_copy(g->arena, c[3]) };
    return 0;
}

/* A retracted record has no row in its kind's view. */
static int read_actors(struct introduction_graph *g, struct error *err)
{
    static const char sql[] =
        "SELECT r.id, mask_label(r.label, r.num), k.country, k.parent,"
        " k.until FROM actors_v k JOIN record_v r ON r.num = k.num ORDER BY r.id";
    struct reading r = { .graph = g };
    uint16_t strength = (uint16_t)paths_strength(node_weights(g->node)->tie_unit);
    int code = snapshot_query(g->snapshot, sql, NULL, 0, err, take_actor, &r);
    for (size_t i = 0; code == 0 && i < r.belonging_count; i++) {
        uint32_t child = introduction_actor_find(g, r.belongings[i].child);
        uint32_t parent = introduction_actor_find(g, r.belongings[i].parent);
        if (child != UINT32_MAX && parent != UINT32_MAX && child != parent)
            code = add_both_ways(g, (struct introduction_tie){ .from = child,
                                                               .to = parent,
                                                               .strength = strength,
                                                               .basis = BASIS_UNIT,
                                                               .record = r.belongings[i].child });
    }
    return code;
}

/* ---- postings and accesses to actors ---- */

static int take_posting(void *context, const struct slice *c)
{
    struct introduction_graph *g = context;
    uint32_t person = introduction_actor_find(g, c[1]), position = introduction_actor_find(g, c[2]);
    if (person == UINT32_MAX || position == UINT32_MAX || !introduction_in_force(g, c[3], c[4]))
        return 0;
    return add_both_ways(g, (struct introduction_tie){ .from = person,
                                                       .to = position,
                                                       .strength = (uint16_t)paths_strength(
                                                           node_weights(g->node)->tie_posting),
                                                       .basis = BASIS_POSTING,
                                                       .record = arena_copy(g->arena, c[0]) });
}

static int take_access(void *context, const struct slice *c)
{
    struct introduction_graph *g = context;
    uint32_t holder = introduction_actor_find(g, c[1]), target = introduction_actor_find(g, c[2]);
    if (holder == UINT32_MAX || target == UINT32_MAX || !introduction_in_force(g, c[4], c[5]))
        return 0;
    return introduction_graph_add(
        g, &(struct introduction_tie){ .from = holder,
                                       .to = target,
                                       .strength = introduction_access_strength(g, c[3]),
                                       .basis = BASIS_ACCESS,
                                       .record = arena_copy(g->arena, c[0]) });
}

static int read_stated(struct introduction_graph *g, struct error *err)
{
    static const char postings[] = "SELECT r.id, k.person, k.position, k.\"from\", k.until"
                                   " FROM postings_v k JOIN record_v r ON r.num = k.num";
    static const char accesses[] = "SELECT r.id, k.holder, k.target, k.strength, k.\"from\","
                                   " k.until FROM accesses_v k JOIN record_v r ON r.num = k.num"
                                   " WHERE k.target <> ''";
    int code = snapshot_query(g->snapshot, postings, NULL, 0, err, take_posting, g);
    if (code == 0)
        code = snapshot_query(g->snapshot, accesses, NULL, 0, err, take_access, g);
    return code;
}

/* ---- relationships ---- */

struct related {
    uint32_t low, high; /* the two, in order of number */
    struct tie tie;
    bool dormant, interpersonal;
    struct slice record;
};

struct relating {
    struct introduction_graph *graph;
    struct related *items;
    size_t count, capacity;
};

static int take_relationship(void *context, const struct slice *c)
{
    struct relating *r = context;
    struct introduction_graph *g = r->graph;
    uint32_t a = introduction_actor_find(g, c[1]), b = introduction_actor_find(g, c[2]);
    struct tie tie =
        tie_of(node_weights(g->node), &(struct tie_words){ c[3], c[4], c[5], c[6], c[7] });
    if (a == UINT32_MAX || b == UINT32_MAX || a == b || !tie_in_force(&tie, g->as_of))
        return 0;
    if (!make_room(g->arena, &r->items, &r->capacity, r->count, sizeof *r->items))
        return EN_NO_MEMORY;
    r->items[r->count++] =
        (struct related){ .low = a < b ? a : b,
                          .high = a < b ? b : a,
                          .tie = tie,
                          .dormant = slice_is(c[8], "T5") || slice_is(c[9], "dormant"),
                          .interpersonal = slice_is(c[3], "interpersonal"),
                          .record = arena_copy(g->arena, c[0]) };
    return r->items[r->count - 1].record.ptr ? 0 : EN_NO_MEMORY;
}

static int compare_related(const void *x, const void *y)
{
    const struct related *a = x, *b = y;
    if (a->low != b->low)
        return a->low < b->low ? -1 : 1;
    if (a->high != b->high)
        return a->high < b->high ? -1 : 1;
    return slice_compare(a->record, b->record);
}

static int forecast(const struct introduction_graph *g, struct trust_desk *d, uint32_t from,
                    uint32_t to, int64_t half_life, struct error *err, double *ret)
{
    struct trust_query q = { .truster = g->actors[from].id,
                             .trustee = g->actors[to].id,
                             .as_of = g->as_of,
                             .dimension = TRUST_ALL,
                             .half_life = half_life };
    struct trust_figure figure;
    int code = trust_figure(d, &q, err, &figure);
    if (code == 0)
        *ret = figure.forecast.expectation;
    return code;
}

/* The relationships of one pair: its half-life is that of the longest of them, as everywhere. */
static int add_pair(struct introduction_graph *g, struct trust_desk *d, const struct related *all,
                    size_t count, struct error *err)
{
    double there = 0, back = 0, factor = node_weights(g->node)->tie_dormant;
    int64_t half_life = 0;
    for (size_t i = 0; i < count; i++)
        if (all[i].tie.half_life > half_life)
            half_life = all[i].tie.half_life;
    int code = forecast(g, d, all->low, all->high, half_life, err, &there);
    if (code == 0)
        code = forecast(g, d, all->high, all->low, half_life, err, &back);
    for (size_t i = 0; code == 0 && i < count; i++) {
        double share = all[i].dormant ? factor : 1;
        struct introduction_tie tie = { .from = all[i].low,
                                        .to = all[i].high,
                                        .strength = (uint16_t)paths_strength(there * share),
                                        .basis = BASIS_RELATIONSHIP,
                                        .dormant = all[i].dormant,
                                        .interpersonal = all[i].interpersonal,
                                        .record = all[i].record };
        code = introduction_graph_add(g, &tie);
        tie.from = all[i].high;
        tie.to = all[i].low;
        tie.strength = (uint16_t)paths_strength(back * share);
        if (code == 0)
            code = introduction_graph_add(g, &tie);
    }
    return code;
}

static int read_relationships(struct introduction_graph *g, struct trust_desk *d, struct error *err)
{
    static const char sql[] =
        "SELECT r.id, k.a, k.b, k.nature, k.horizon, k.term, k.\"from\", k.until, k.priority,"
        " k.posture FROM relationships_v k JOIN record_v r ON r.num = k.num";
    struct relating r = { .graph = g };
    int code = snapshot_query(g->snapshot, sql, NULL, 0, err, take_relationship, &r);
    if (code == 0 && r.count > 1)
        qsort(r.items, r.count, sizeof *r.items, compare_related);
    for (size_t first = 0, end; code == 0 && first < r.count; first = end) {
        for (end = first; end < r.count && r.items[end].low == r.items[first].low &&
                          r.items[end].high == r.items[first].high;
             end++)
            ;
        code = add_pair(g, d, r.items + first, end - first, err);
    }
    return code;
}

int introduction_graph_read(struct node *n, struct snapshot *s, struct trust_desk *d, int64_t as_of,
                            struct error *err, struct introduction_graph *ret)
{
    *ret = (struct introduction_graph){
        .node = n, .snapshot = s, .arena = snapshot_arena(s), .as_of = as_of
    };
    int code = read_actors(ret, err);
    if (code == 0)
        code = read_stated(ret, err);
    if (code == 0)
        code = read_relationships(ret, d, err);
    return code < 0 ? error_set(err, code, "introductions") : 0;
}

/* ---- settling ---- */

static int compare_ties(const void *x, const void *y)
{
    const struct introduction_tie *a = x, *b = y;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    if (a->to != b->to)
        return a->to < b->to ? -1 : 1;
    if (a->strength != b->strength)
        return a->strength > b->strength ? -1 : 1;
    if (a->basis != b->basis)
        return a->basis < b->basis ? -1 : 1;
    return slice_compare(a->record, b->record);
}

static void keep_the_strongest(struct introduction_graph *g)
{
    size_t kept = 0;
    if (g->tie_count > 1)
        qsort(g->ties, g->tie_count, sizeof *g->ties, compare_ties);
    for (size_t i = 0; i < g->tie_count; i++)
        if (kept == 0 || g->ties[i].from != g->ties[kept - 1].from ||
            g->ties[i].to != g->ties[kept - 1].to)
            g->ties[kept++] = g->ties[i];
    g->tie_count = kept;
}

/* Labels and willingness by actor. The thing asked for is not a record: its label is the readable
 * one of any actor, so that the mask lets it pass. */
static bool make_filters(struct introduction_graph *g)
{
    uint32_t count = g->actor_count + 1;
    g->labels = arena_array_of(g->arena, uint32_t, count);
    g->willing = arena_array_of(g->arena, uint64_t, (size_t)count / 64 + 1);
    if (!g->labels || !g->willing)
        return false;
    for (uint32_t i = 0; i < g->actor_count; i++) {
        g->labels[i] = g->actors[i].label;
        if (!g->actors[i].ended)
            g->willing[i / 64] |= (uint64_t)1 << (i % 64);
    }
    g->labels[g->actor_count] = g->actor_count ? g->actors[0].label : 0;
    return true;
}

int introduction_graph_settle(struct introduction_graph *g, struct error *err)
{
    keep_the_strongest(g);
    uint32_t *from = arena_array_of(g->arena, uint32_t, g->tie_count + 1);
    uint32_t *to = arena_array_of(g->arena, uint32_t, g->tie_count + 1);
    uint16_t *strength = arena_array_of(g->arena, uint16_t, g->tie_count + 1);
    if (!from || !to || !strength || !make_filters(g) || g->tie_count > UINT32_MAX / 2)
        return error_set(err, EN_NO_MEMORY, "introductions");
    for (size_t i = 0; i < g->tie_count; i++) {
        from[i] = g->ties[i].from;
        to[i] = g->ties[i].to;
        strength[i] = g->ties[i].strength;
    }
    return paths_graph_init(from, to, strength, (uint32_t)g->tie_count, g->actor_count + 1, err,
                            &g->paths);
}

void introduction_graph_done(struct introduction_graph *g)
{
    paths_graph_done(&g->paths);
}

const struct introduction_tie *introduction_tie_find(const struct introduction_graph *g,
                                                     uint32_t from, uint32_t to)
{
    size_t low = 0, high = g->tie_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct introduction_tie *t = &g->ties[middle];
        if (t->from == from && t->to == to)
            return t;
        if (t->from < from || (t->from == from && t->to < to))
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
