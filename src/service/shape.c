/* The network as arrays: see shape.h. */
#include "service/shape.h"

#include "base/limits.h"
#include "record/registry.h"
#include "service/half_life.h"

#include <stdlib.h>

enum { CHAIN_MAX = 32 };

/* Doubles a list in the arena when it is full; the old one stays where it is. */
static bool make_room(struct arena *a, void *list, uint32_t *capacity, uint32_t count, size_t size)
{
    void **items = list;
    if (count < *capacity)
        return true;
    uint32_t wider = *capacity ? *capacity * 2 : 256;
    void *moved = arena_alloc_array(a, wider, size);
    if (!moved)
        return false;
    if (count)
        memcpy(moved, *items, count * size);
    *items = moved;
    *capacity = wider;
    return true;
}

uint32_t shape_find(const struct shape *x, struct slice id)
{
    uint32_t low = 0, high = x->actor_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = slice_compare(x->actors[middle].id, id);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return structure_nobody;
}

const struct shape_tie *shape_tie_between(const struct shape *x, uint32_t a, uint32_t b)
{
    uint32_t low = 0, high = x->tie_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct shape_tie *t = &x->ties[middle];
        if (t->a < a || (t->a == a && t->b < b))
            low = middle + 1;
        else
            high = middle;
    }
    return low < x->tie_count && x->ties[low].a == a && x->ties[low].b == b ? &x->ties[low] : NULL;
}

bool shape_under(const struct shape *x, uint32_t actor, uint32_t top)
{
    for (int i = 0; i < CHAIN_MAX && actor != structure_nobody; i++) {
        if (actor == top)
            return true;
        actor = x->actors[actor].parent;
    }
    return false;
}

bool *shape_partners(const struct shape *x, uint32_t of)
{
    bool *partner = arena_array_of(x->arena, bool, x->actor_count + 1);
    for (uint32_t i = 0; partner && i < x->tie_count; i++) {
        const struct shape_tie *t = &x->ties[i];
        if (t->basis == SHAPE_RELATIONSHIP && (t->a == of || t->b == of))
            partner[t->a == of ? t->b : t->a] = true;
    }
    return partner;
}

int64_t shape_weight(struct slice priority)
{
    static const struct {
        const char *word;
        int64_t weight;
    } rows[] = { { "T1", 16 }, { "T2", 8 }, { "T3", 4 }, { "T4", 2 }, { "T5", 1 } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (slice_is(priority, rows[i].word))
            return rows[i].weight;
    return 2;
}

/* ---- actors ---- */

struct reading {
    struct shape *shape;
    uint32_t actor_capacity, tie_capacity, item_capacity;
    struct slice *parents, *items; /* items: regions, of one actor after the other */
    uint32_t parent_capacity, item_count;
};

static bool copy_texts(struct arena *a, const struct slice *c, struct slice *const *into, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(*into[i] = c[i].len ? arena_copy(a, c[i]) : S("")).ptr)
            return false;
    return true;
}

static bool is_over(int64_t as_of, struct slice until)
{
    struct when w;
    return when_parse(until, &w) && when_last_ms(w) < as_of * 1000;
}

/* The columns: id, nature, country, audience, parent, until, label. */
static int take_actor(void *context, const struct slice *c)
{
    struct reading *r = context;
    struct shape *x = r->shape;
    struct shape_actor actor = { .parent = structure_nobody, .ended = is_over(x->as_of, c[5]) };
    struct slice parent, *const into[] = { &actor.id, &actor.nature, &actor.country,
                                           &actor.audience, &parent };
    int64_t label = 0;
    if (!make_room(x->arena, &x->actors, &r->actor_capacity, x->actor_count, sizeof actor) ||
        !make_room(x->arena, &r->parents, &r->parent_capacity, x->actor_count, sizeof parent) ||
        !copy_texts(x->arena, c, into, sizeof into / sizeof *into))
        return EN_NO_MEMORY;
    slice_to_int64(c[6], &label);
    actor.label = (uint32_t)label;
    r->parents[x->actor_count] = parent;
    x->actors[x->actor_count++] = actor;
    return 0;
}

static unsigned instrument_bit(struct slice word)
{
    for (unsigned i = 0; instrument_choices[i].value && i < SHAPE_INSTRUMENTS; i++)
        if (slice_is(word, instrument_choices[i].value))
            return 1u << i;
    return 0;
}

/* The columns: id, field, value; by id. */
static int take_item(void *context, const struct slice *c)
{
    struct reading *r = context;
    struct shape *x = r->shape;
    uint32_t at = shape_find(x, c[0]);
    if (at == structure_nobody)
        return 0;
    struct shape_actor *actor = &x->actors[at];
    if (slice_is(c[1], "instruments")) {
        actor->instruments |= instrument_bit(c[2]);
        return 0;
    }
    /* a list that moves leaves the regions met so far where they are */
    if (!make_room(x->arena, &r->items, &r->item_capacity, r->item_count, sizeof *r->items))
        return EN_NO_MEMORY;
    struct slice code = arena_copy(x->arena, c[2]);
    r->items[r->item_count] = code;
    actor->regions = &r->items[r->item_count++ - actor->region_count];
    actor->region_count++;
    return code.ptr ? 0 : EN_NO_MEMORY;
}

static int read_actors(struct reading *r, struct error *err)
{
    static const char actors[] =
        "SELECT r.id, k.nature, k.country, k.audience, k.parent, k.until, r.label FROM actors_v k"
        " JOIN record_v r ON r.num = k.num ORDER BY r.id";
    static const char items[] =
        "SELECT r.id, i.field, i.value FROM item_v i JOIN record_v r ON r.num = i.num"
        " WHERE i.field IN ('instruments', 'regions') AND r.kind = 'actor' AND r.retracted = 0"
        " ORDER BY r.id, i.field, i.value";
    struct shape *x = r->shape;
    int code = snapshot_query(x->snapshot, actors, NULL, 0, err, take_actor, r);
    for (uint32_t i = 0; code == 0 && i < x->actor_count; i++)
        if (r->parents[i].len)
            x->actors[i].parent = shape_find(x, r->parents[i]);
    return code < 0 ? code : snapshot_query(x->snapshot, items, NULL, 0, err, take_item, r);
}

/* ---- ties ---- */

static int add_tie(struct reading *r, struct shape_tie tie)
{
    struct shape *x = r->shape;
    if (!make_room(x->arena, &x->ties, &r->tie_capacity, x->tie_count, sizeof tie))
        return EN_NO_MEMORY;
    x->ties[x->tie_count++] = tie;
    return 0;
}

static bool both_there(const struct shape *x, uint32_t a, uint32_t b)
{
    return a != structure_nobody && b != structure_nobody && a != b && !x->actors[a].ended &&
           !x->actors[b].ended;
}

/* The columns: id, one side, the other, from, until, label; priority and instruments, which a
 * posting has not. */
static int take_tie(struct reading *r, const struct slice *c, enum shape_basis basis)
{
    struct shape *x = r->shape;
    struct shape_tie tie = { .a = shape_find(x, c[1]),
                             .b = shape_find(x, c[2]),
                             .basis = basis,
                             .strength = STRUCTURE_ONE };
    struct tie dates =
        tie_of(node_weights(x->node), &(struct tie_words){ .from = c[3], .until = c[4] });
    struct slice *const into[] = { &tie.record };
    int64_t label = 0;
    if (!both_there(x, tie.a, tie.b) || !tie_in_force(&dates, x->as_of))
        return 0;
    slice_to_int64(c[5], &label);
    tie.label = (uint32_t)label;
    for (struct slice rest = c[7]; rest.len;)
        tie.instruments |= instrument_bit(slice_cut(&rest, ','));
    tie.priority = c[6].len ? arena_copy(x->arena, c[6]) : S("");
    if (!copy_texts(x->arena, c, into, 1) || !tie.priority.ptr)
        return EN_NO_MEMORY;
    return add_tie(r, tie);
}

static int take_relationship(void *context, const struct slice *c)
{
    return take_tie(context, c, SHAPE_RELATIONSHIP);
}

static int take_posting(void *context, const struct slice *c)
{
    return take_tie(context, c, SHAPE_POSTING);
}

static int add_units(struct reading *r)
{
    struct shape *x = r->shape;
    int code = 0;
    for (uint32_t i = 0; code == 0 && i < x->actor_count; i++) {
        uint32_t parent = x->actors[i].parent;
        if (both_there(x, i, parent) && !slice_is(x->actors[parent].nature, "state"))
            code = add_tie(r, (struct shape_tie){ .a = i,
                                                  .b = parent,
                                                  .basis = SHAPE_UNIT,
                                                  .record = x->actors[i].id,
                                                  .label = x->actors[i].label,
                                                  .strength = STRUCTURE_ONE });
    }
    return code;
}

static int compare_ties(const void *x, const void *y)
{
    const struct shape_tie *a = x, *b = y;
    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    if (a->b != b->b)
        return a->b < b->b ? -1 : 1;
    return slice_compare(a->record, b->record);
}

static int read_ties(struct reading *r, struct error *err)
{
    static const char relationships[] =
        "SELECT r.id, k.a, k.b, k.\"from\", k.until, r.label, k.priority, (SELECT"
        " group_concat(i.value) FROM item_v i WHERE i.num = k.num AND i.field = 'instruments')"
        " FROM relationships_v k JOIN record_v r ON r.num = k.num";
    static const char postings[] = "SELECT r.id, k.person, k.position, k.\"from\", k.until, "
                                   "r.label, NULL, NULL FROM postings_v k"
                                   " JOIN record_v r ON r.num = k.num";
    struct shape *x = r->shape;
    int code = snapshot_query(x->snapshot, relationships, NULL, 0, err, take_relationship, r);
    if (code == 0)
        code = snapshot_query(x->snapshot, postings, NULL, 0, err, take_posting, r);
    if (code == 0)
        code = add_units(r);
    if (code == 0 && x->tie_count > 1)
        qsort(x->ties, x->tie_count, sizeof *x->ties, compare_ties);
    return code;
}

/* ---- strengths ---- */

static int forecast_of(struct trust_desk *d, struct shape *x, struct shape_tie *t,
                       struct error *err)
{
    struct trust_query q = { .truster = x->actors[t->a].id,
                             .trustee = x->actors[t->b].id,
                             .as_of = x->as_of,
                             .dimension = TRUST_ALL };
    struct trust_figure there, back;
    q.half_life = trust_half_life(d, q.truster, q.trustee, x->as_of);
    int code = trust_figure(d, &q, err, &there);
    q.truster = x->actors[t->b].id;
    q.trustee = x->actors[t->a].id;
    if (code == 0)
        code = trust_figure(d, &q, err, &back);
    if (code < 0)
        return code;
    t->forecast = there.forecast.expectation;
    t->earned = back.forecast.expectation;
    double mean = (t->forecast + t->earned) / 2 * STRUCTURE_ONE;
    t->strength = mean < 1 ? 1 : mean > STRUCTURE_ONE ? STRUCTURE_ONE : (uint32_t)(mean + 0.5);
    return 0;
}

static int weigh(struct shape *x, struct error *err)
{
    struct trust_desk *d = NULL;
    int code = trust_open(x->node, x->snapshot, err, &d);
    for (uint32_t i = 0; code == 0 && i < x->tie_count; i++)
        if (x->ties[i].basis == SHAPE_RELATIONSHIP)
            code = forecast_of(d, x, &x->ties[i], err);
    trust_close(d);
    return code;
}

static void mark(struct shape *x)
{
    for (uint32_t i = 0; i < x->tie_count; i++) {
        const struct shape_tie *t = &x->ties[i];
        snapshot_mark_number(x->snapshot, t->label);
        x->actors[t->a].tied = x->actors[t->b].tied = true;
    }
    for (uint32_t i = 0; i < x->actor_count; i++)
        if (x->actors[i].tied) {
            snapshot_mark_number(x->snapshot, x->actors[i].label);
            x->tied_count++;
        }
}

static int make_graph(struct shape *x, struct error *err)
{
    uint32_t *columns = arena_array_of(x->arena, uint32_t, 3 * (size_t)x->tie_count + 1);
    if (!columns)
        return error_set(err, EN_NO_MEMORY, "network");
    uint32_t *a = columns, *b = a + x->tie_count, *strength = b + x->tie_count;
    for (uint32_t i = 0; i < x->tie_count; i++) {
        a[i] = x->ties[i].a;
        b[i] = x->ties[i].b;
        strength[i] = x->ties[i].strength;
    }
    return structure_graph_init(a, b, strength, x->tie_count, x->actor_count, err, &x->graph);
}

int shape_read(struct node *n, struct snapshot *s, int64_t as_of, struct error *err,
               struct shape *ret)
{
    *ret = (struct shape){ .node = n, .snapshot = s, .arena = snapshot_arena(s), .as_of = as_of };
    struct reading r = { .shape = ret };
    int code = read_actors(&r, err);
    if (code == 0)
        code = read_ties(&r, err);
    if (code < 0)
        return error_set(err, code, "the network cannot be read");
    code = weigh(ret, err);
    if (code == 0)
        code = make_graph(ret, err);
    if (code == 0)
        mark(ret);
    return code;
}

void shape_done(struct shape *x)
{
    structure_graph_done(&x->graph);
}

/* ---- needs ---- */

int shape_needs(struct snapshot *s, int64_t as_of, struct error *err, struct bodies *ret)
{
    static const char sql[] =
        "SELECT r.id, r.label, r.body FROM needs_v k JOIN record_v r ON r.num = k.num WHERE"
        " k.state = 'open' ORDER BY coalesce(k.priority, 'T9'), r.id";
    int code = bodies_read(s, sql, NULL, 0, err, ret);
    size_t kept = 0;
    for (size_t i = 0; code == 0 && i < ret->count && kept < LIMIT_HEALTH_NEEDS; i++) {
        if (is_over(as_of, json_get_text(ret->items[i].json, "until")))
            continue;
        snapshot_mark_number(s, ret->items[i].label);
        ret->items[kept++] = ret->items[i];
    }
    ret->count = code == 0 ? kept : 0;
    return code;
}
