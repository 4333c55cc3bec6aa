/*
 * Reading a network for a viewer: the guarded views, and the trust desk. See shape_network.h. A
 * retracted record has no row in its kind's view.
 */
#include "base/fault.h"
#include "base/limits.h"
#include "record/registry.h"
#include "service/half_life.h"
#include "service/shape_reading.h"

#include <stdlib.h>

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

static uint32_t number_of(const struct shape_reading *r, struct slice id)
{
    return shape_actor_find(r->network->actors, r->network->actor_count, id);
}

/* ---- actors ---- */

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

/* The columns: id, nature, country, audience, parent, until, label, own. */
static int take_actor(void *context, const struct slice *c)
{
    struct shape_reading *r = context;
    struct shape_network *w = r->network;
    struct shape_actor actor = { .parent = structure_nobody, .ended = is_over(w->as_of, c[5]) };
    struct slice parent, *const into[] = { &actor.id, &actor.nature, &actor.country,
                                           &actor.audience, &parent };
    int64_t label = 0;
    if (!make_room(r->arena, &w->actors, &r->actor_capacity, w->actor_count, sizeof actor) ||
        !make_room(r->arena, &r->parents, &r->parent_capacity, w->actor_count, sizeof parent) ||
        !copy_texts(r->arena, c, into, sizeof into / sizeof *into))
        return EN_NO_MEMORY;
    slice_to_int64(c[6], &label);
    actor.label = (uint32_t)label;
    actor.own = slice_is(c[7], "1");
    r->parents[w->actor_count] = parent;
    w->actors[w->actor_count++] = actor;
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
    struct shape_reading *r = context;
    uint32_t at = number_of(r, c[0]);
    if (at == structure_nobody)
        return 0;
    struct shape_actor *actor = &r->network->actors[at];
    if (slice_is(c[1], "instruments")) {
        actor->instruments |= instrument_bit(c[2]);
        return 0;
    }
    /* a list that moves leaves the regions met so far where they are */
    if (!make_room(r->arena, &r->items, &r->item_capacity, r->item_count, sizeof *r->items))
        return EN_NO_MEMORY;
    struct slice code = arena_copy(r->arena, c[2]);
    r->items[r->item_count] = code;
    actor->regions = &r->items[r->item_count++ - actor->region_count];
    actor->region_count++;
    return code.ptr ? 0 : EN_NO_MEMORY;
}

static int read_actors(struct shape_reading *r, struct error *err)
{
    static const char actors[] = "SELECT r.id, k.nature, k.country, k.audience, k.parent, k.until, "
                                 "mask_label(r.label, r.num), k.own FROM actors_v k"
                                 " JOIN record_v r ON r.num = k.num ORDER BY r.id";
    static const char items[] =
        "SELECT r.id, i.field, i.value FROM item_v i JOIN record_v r ON r.num = i.num"
        " WHERE i.field IN ('instruments', 'regions') AND r.kind = 'actor' AND r.retracted = 0"
        " ORDER BY r.id, i.field, i.value";
    struct shape_network *w = r->network;
    int code = snapshot_query(r->snapshot, actors, NULL, 0, err, take_actor, r);
    for (uint32_t i = 0; code == 0 && i < w->actor_count; i++)
        if (r->parents[i].len)
            w->actors[i].parent = number_of(r, r->parents[i]);
    return code < 0 ? code : snapshot_query(r->snapshot, items, NULL, 0, err, take_item, r);
}

/* ---- ties ---- */

static int add_tie(struct shape_reading *r, struct shape_tie tie)
{
    if (!make_room(r->arena, &r->ties, &r->tie_capacity, r->tie_count, sizeof tie))
        return EN_NO_MEMORY;
    r->ties[r->tie_count++] = tie;
    return 0;
}

/* The columns of all: id, one side, the other, from, until, label, own. */
static int take_tie(struct shape_reading *r, const struct slice *c, struct shape_tie tie)
{
    struct tie dates =
        tie_of(node_weights(r->node), &(struct tie_words){ .from = c[3], .until = c[4] });
    int64_t label = 0;
    tie.a = number_of(r, c[1]);
    tie.b = number_of(r, c[2]);
    if (tie.a == structure_nobody || tie.b == structure_nobody || tie.a == tie.b ||
        !tie_in_force(&dates, r->network->as_of))
        return 0;
    slice_to_int64(c[5], &label);
    tie.label = (uint32_t)label;
    tie.own = slice_is(c[6], "1");
    tie.record = arena_copy(r->arena, c[0]);
    tie.priority = tie.priority.len ? arena_copy(r->arena, tie.priority) : S("");
    return tie.record.ptr && tie.priority.ptr ? add_tie(r, tie) : EN_NO_MEMORY;
}

/* And: priority, instruments, nature, horizon, term, posture. */
static int take_relationship(void *context, const struct slice *c)
{
    struct shape_reading *r = context;
    struct tie words =
        tie_of(node_weights(r->node),
               &(struct tie_words){ .nature = c[9], .horizon = c[10], .term = c[11] });
    struct shape_tie tie = { .basis = TIE_RELATIONSHIP,
                             .priority = c[7],
                             .half_life = words.half_life,
                             .dormant = slice_is(c[7], "T5") || slice_is(c[12], "dormant"),
                             .interpersonal = slice_is(c[9], "interpersonal") };
    for (struct slice rest = c[8]; rest.len;)
        tie.instruments |= instrument_bit(slice_cut(&rest, ','));
    return take_tie(r, c, tie);
}

static int take_posting(void *context, const struct slice *c)
{
    struct shape_reading *r = context;
    uint32_t strength = paths_strength(node_weights(r->node)->tie_posting);
    return take_tie(r, c, (struct shape_tie){ .basis = TIE_POSTING, .strength = strength });
}

static int take_membership(void *context, const struct slice *c)
{
    struct shape_reading *r = context;
    uint32_t strength = paths_strength(node_weights(r->node)->tie_membership);
    return take_tie(r, c, (struct shape_tie){ .basis = TIE_MEMBERSHIP, .strength = strength });
}

/* And: its strength. */
static int take_access(void *context, const struct slice *c)
{
    struct shape_reading *r = context;
    const struct weights *w = node_weights(r->node);
    double strength = slice_is(c[7], "strong") ? w->access_strong
                      : slice_is(c[7], "fair") ? w->access_fair
                                               : w->access_weak;
    return take_tie(
        r, c, (struct shape_tie){ .basis = TIE_ACCESS, .strength = paths_strength(strength) });
}

static int add_units(struct shape_reading *r)
{
    const struct shape_network *w = r->network;
    uint32_t strength = paths_strength(node_weights(r->node)->tie_unit);
    int code = 0;
    for (uint32_t i = 0; code == 0 && i < w->actor_count; i++) {
        uint32_t parent = w->actors[i].parent;
        if (parent != structure_nobody && parent != i)
            code = add_tie(r, (struct shape_tie){ .a = i,
                                                  .b = parent,
                                                  .basis = TIE_UNIT,
                                                  .record = w->actors[i].id,
                                                  .priority = S(""),
                                                  .label = w->actors[i].label,
                                                  .own = w->actors[i].own,
                                                  .strength = strength });
    }
    return code;
}

static int read_ties(struct shape_reading *r, struct error *err)
{
    static const char relationships[] =
        "SELECT r.id, k.a, k.b, k.\"from\", k.until, mask_label(r.label, r.num), k.own,"
        " k.priority, (SELECT"
        " group_concat(i.value) FROM item_v i WHERE i.num = k.num AND i.field = 'instruments'),"
        " k.nature, k.horizon, k.term, k.posture"
        " FROM relationships_v k JOIN record_v r ON r.num = k.num";
    static const char postings[] = "SELECT r.id, k.person, k.position, k.\"from\", k.until, "
                                   "mask_label(r.label, r.num), k.own FROM postings_v k"
                                   " JOIN record_v r ON r.num = k.num";
    static const char memberships[] = "SELECT r.id, k.member, k.\"group\", k.\"from\", k.until, "
                                      "mask_label(r.label, r.num), k.own FROM memberships_v k"
                                      " JOIN record_v r ON r.num = k.num";
    static const char accesses[] =
        "SELECT r.id, k.holder, k.target, k.\"from\", k.until, mask_label(r.label, r.num), k.own,"
        " k.strength FROM accesses_v k JOIN record_v r ON r.num = k.num WHERE k.target <> ''";
    static const struct {
        const char *sql;
        snapshot_each take;
    } questions[] = { { relationships, take_relationship },
                      { postings, take_posting },
                      { memberships, take_membership },
                      { accesses, take_access } };
    int code = 0;
    for (size_t i = 0; code == 0 && i < sizeof questions / sizeof *questions; i++)
        code = snapshot_query(r->snapshot, questions[i].sql, NULL, 0, err, questions[i].take, r);
    return code < 0 ? code : add_units(r);
}

/* ---- trust ---- */

static uint32_t low_end(const struct shape_tie *t)
{
    return t->a < t->b ? t->a : t->b;
}

static uint32_t high_end(const struct shape_tie *t)
{
    return t->a < t->b ? t->b : t->a;
}

/* Relationships first, those of one pair together. */
static int compare_pairs(const void *x, const void *y)
{
    const struct shape_tie *a = x, *b = y;
    if (a->basis != b->basis)
        return a->basis < b->basis ? -1 : 1;
    if (low_end(a) != low_end(b))
        return low_end(a) < low_end(b) ? -1 : 1;
    if (high_end(a) != high_end(b))
        return high_end(a) < high_end(b) ? -1 : 1;
    return slice_compare(a->record, b->record);
}

static int forecast(const struct shape_reading *r, struct trust_desk *d, uint32_t from, uint32_t to,
                    int64_t half_life, struct error *err, double *ret)
{
    const struct shape_network *w = r->network;
    struct trust_query q = { .truster = w->actors[from].id,
                             .trustee = w->actors[to].id,
                             .as_of = w->as_of,
                             .dimension = TRUST_ALL,
                             .half_life = half_life };
    struct trust_figure figure;
    int code = trust_figure(d, &q, err, &figure);
    if (code == 0)
        *ret = figure.forecast.expectation;
    return code;
}

/* The relationships of one pair: its half-life is that of the longest of ours, as everywhere; with
 * none of ours it is found as for any two. */
static int weigh_pair(const struct shape_reading *r, struct trust_desk *d, struct shape_tie *all,
                      uint32_t count, struct error *err)
{
    uint32_t low = low_end(all), high = high_end(all);
    double there = 0, back = 0;
    int64_t half_life = 0;
    for (uint32_t i = 0; i < count; i++)
        if (all[i].own && all[i].half_life > half_life)
            half_life = all[i].half_life;
    int code = forecast(r, d, low, high, half_life, err, &there);
    if (code == 0)
        code = forecast(r, d, high, low, half_life, err, &back);
    double mean = (there + back) / 2 * STRUCTURE_ONE;
    for (uint32_t i = 0; code == 0 && i < count; i++) {
        all[i].forecast = all[i].a == low ? there : back;
        all[i].earned = all[i].a == low ? back : there;
        all[i].strength = mean < 1               ? 1
                          : mean > STRUCTURE_ONE ? STRUCTURE_ONE
                                                 : (uint32_t)(mean + 0.5);
    }
    return code;
}

static int weigh(struct shape_reading *r, struct trust_desk *d, struct error *err)
{
    int code = 0;
    if (r->tie_count > 1)
        qsort(r->ties, r->tie_count, sizeof *r->ties, compare_pairs);
    for (uint32_t first = 0, end;
         code == 0 && first < r->tie_count && r->ties[first].basis == TIE_RELATIONSHIP;
         first = end) {
        const struct shape_tie *t = &r->ties[first];
        for (end = first + 1;
             end < r->tie_count && r->ties[end].basis == TIE_RELATIONSHIP &&
             low_end(&r->ties[end]) == low_end(t) && high_end(&r->ties[end]) == high_end(t);
             end++)
            ;
        code = weigh_pair(r, d, &r->ties[first], end - first, err);
    }
    return code;
}

int shape_read_all(struct shape_reading *r, struct trust_desk *d, struct error *err)
{
    int code = read_actors(r, err);
    if (code == 0)
        code = read_ties(r, err);
    return code < 0 ? error_set(err, code, "the network cannot be read") : weigh(r, d, err);
}

int shape_network_make(struct node *n, struct snapshot *s, struct trust_desk *d, int64_t as_of,
                       struct error *err, struct shape_network **ret)
{
    struct shape_network *w = base_calloc(1, sizeof *w);
    struct arena *a = arena_new(LIMIT_ARENA);
    if (!w || !a) {
        base_free(w);
        arena_free(a);
        return error_set(err, EN_NO_MEMORY, "network");
    }
    *w = (struct shape_network){ .arena = a, .as_of = as_of };
    struct shape_reading r = { .node = n, .snapshot = s, .arena = a, .network = w };
    int code = shape_read_all(&r, d, err);
    if (code == 0)
        code = shape_make_networks(&r, err);
    if (code < 0) {
        shape_network_free(w);
        return code;
    }
    *ret = w;
    return 0;
}

void shape_network_free(struct shape_network *w)
{
    structure_graph_done(&w->graph);
    paths_graph_done(&w->paths);
    arena_free(w->arena);
    base_free(w);
}
