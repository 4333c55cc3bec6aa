/*
 * Agreements as they stand on a day: see agreements.h.
 *
 * Reading all of them hands nothing out: what an answer shows enters its marking where it is shown.
 * A status is that of the whole record, whether or not the viewer may read each party: it is a fact
 * of the agreement, which the viewer may read.
 */
#include "service/agreements.h"

#include "service/bodies.h"

#include <stdlib.h>

enum { PARENTS_MAX = 8, BROADER_MAX = 256, COVER_SLOTS = 1024 };

struct item {
    struct slice id;
    const struct json *body;
    struct agreement_status status;
    int64_t superseded_on;
    size_t superseded_by; /* index, or SIZE_MAX */
};

/* A party that is bound by an agreement in force. */
struct binding {
    struct slice party;
    size_t agreement;
};

/* The actors that stand for an actor: itself, its parents, the state of its country. */
struct cover {
    struct slice actor;
    struct slice *ids;
    size_t count;
};

struct list {
    struct arena *arena;
    struct slice *ids;
    size_t count, capacity;
};

/* A capability and all that is broader. */
struct broader {
    struct slice capability;
    struct list concepts;
};

struct agreements {
    struct snapshot *snapshot;
    struct arena *arena;
    struct item *items; /* by id */
    size_t count;
    struct binding *bindings; /* by party, then agreement */
    size_t binding_count;
    struct cover *covers;    /* open addressing by actor; what finds no place is not kept */
    struct broader *broader; /* of the capability asked for last */
};

/* ---- reading ---- */

static int read_items(struct agreements *g, struct error *err)
{
    static const char sql[] = "SELECT r.id, r.label, r.body FROM record_v r"
                              " WHERE r.kind = 'agreement' AND r.retracted = 0 ORDER BY r.id";
    struct bodies all = { 0 };
    int code = bodies_read(g->snapshot, sql, NULL, 0, err, &all);
    g->items = code == 0 ? arena_array_of(g->arena, struct item, all.count + 1) : NULL;
    if (code == 0 && !g->items)
        code = error_set(err, EN_NO_MEMORY, "agreements");
    for (size_t i = 0; code == 0 && i < all.count; i++)
        g->items[g->count++] = (struct item){ .id = all.items[i].id,
                                              .body = all.items[i].json,
                                              .superseded_on = DAY_NEVER,
                                              .superseded_by = SIZE_MAX };
    return code;
}

/* From when each is replaced by another: the first day on which that one is in force. */
static int find_superseded(struct agreements *g, int64_t at_ms, struct error *err)
{
    for (size_t i = 0; i < g->count; i++) {
        struct slice old = json_get_text(g->items[i].body, "supersedes");
        struct agreement_status s;
        size_t at;
        if (!old.len || !agreements_find(g, old, &at) || at == i)
            continue;
        int code = agreement_status(g->arena, g->items[i].body, at_ms, DAY_NEVER, err, &s);
        if (code < 0)
            return code;
        if (s.in_force_on < g->items[at].superseded_on) {
            g->items[at].superseded_on = s.in_force_on;
            g->items[at].superseded_by = i;
        }
    }
    return 0;
}

static int compare_bindings(const void *x, const void *y)
{
    const struct binding *a = x, *b = y;
    int by_party = slice_compare(a->party, b->party);
    return by_party ? by_party : a->agreement < b->agreement ? -1 : a->agreement > b->agreement;
}

static int list_bindings(struct agreements *g, struct error *err)
{
    size_t most = 0;
    for (size_t i = 0; i < g->count; i++)
        most += g->items[i].status.party_count;
    g->bindings = arena_array_of(g->arena, struct binding, most + 1);
    if (!g->bindings)
        return error_set(err, EN_NO_MEMORY, "agreements");
    for (size_t i = 0; i < g->count; i++) {
        const struct agreement_status *s = &g->items[i].status;
        for (size_t p = 0; agreement_state_binds(s->state) && p < s->party_count; p++)
            if (s->parties[p].state == PARTY_BOUND && !s->parties[p].suspended)
                g->bindings[g->binding_count++] = (struct binding){ s->parties[p].party, i };
    }
    if (g->binding_count > 1)
        qsort(g->bindings, g->binding_count, sizeof *g->bindings, compare_bindings);
    return 0;
}

int agreements_open(struct snapshot *s, int64_t as_of, struct error *err, struct agreements **ret)
{
    struct arena *a = snapshot_arena(s);
    struct agreements *g = arena_new_of(a, struct agreements);
    struct cover *covers = g ? arena_array_of(a, struct cover, COVER_SLOTS) : NULL;
    struct broader *broader = covers ? arena_new_of(a, struct broader) : NULL;
    if (!broader)
        return error_set(err, EN_NO_MEMORY, "agreements");
    *g = (struct agreements){ .snapshot = s, .arena = a, .covers = covers, .broader = broader };
    broader->concepts.arena = a;
    int code = read_items(g, err);
    if (code == 0)
        code = find_superseded(g, as_of * 1000, err);
    for (size_t i = 0; code == 0 && i < g->count; i++)
        code = agreement_status(a, g->items[i].body, as_of * 1000, g->items[i].superseded_on, err,
                                &g->items[i].status);
    if (code == 0)
        code = list_bindings(g, err);
    if (code == 0)
        *ret = g;
    return code;
}

/* ---- one agreement ---- */

size_t agreements_count(const struct agreements *g)
{
    return g->count;
}

bool agreements_find(const struct agreements *g, struct slice id, size_t *ret)
{
    size_t low = 0, high = g->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = slice_compare(g->items[middle].id, id);
        if (order == 0) {
            *ret = middle;
            return true;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

struct slice agreements_id(const struct agreements *g, size_t agreement)
{
    return g->items[agreement].id;
}

const struct json *agreements_body(const struct agreements *g, size_t agreement)
{
    return g->items[agreement].body;
}

const struct agreement_status *agreements_status_of(const struct agreements *g, size_t agreement)
{
    return &g->items[agreement].status;
}

struct slice agreements_superseded_by(const struct agreements *g, size_t agreement)
{
    const struct item *item = &g->items[agreement];
    bool replaced = item->status.end == AGREEMENT_END_SUPERSEDED && item->superseded_by != SIZE_MAX;
    return replaced ? g->items[item->superseded_by].id : S("");
}

/* ---- who stands for whom ---- */

static int list_add(struct list *l, struct slice id)
{
    for (size_t i = 0; i < l->count; i++)
        if (slice_eq(l->ids[i], id))
            return 0;
    if (l->count == l->capacity) {
        size_t wider = l->capacity ? l->capacity * 2 : 8;
        struct slice *ids = arena_array_of(l->arena, struct slice, wider);
        if (!ids)
            return EN_NO_MEMORY;
        if (l->count)
            memcpy(ids, l->ids, l->count * sizeof *ids);
        l->ids = ids;
        l->capacity = wider;
    }
    struct slice own = arena_copy(l->arena, id);
    l->ids[l->count] = own;
    l->count += own.ptr != NULL;
    return own.ptr ? 0 : EN_NO_MEMORY;
}

static int take_id(void *context, const struct slice *columns)
{
    return columns[0].len ? list_add(context, columns[0]) : 0;
}

/* A failure is kept by the snapshot: the answer does not leave. */
static struct cover make_cover(const struct agreements *g, struct slice actor)
{
    static const char parent[] = "SELECT k.parent FROM record_v r JOIN actors_v k ON k.num = r.num"
                                 " WHERE r.id = ?1";
    static const char state[] =
        "SELECT s.id FROM record_v r JOIN actors_v k ON k.num = r.num JOIN actors_v c"
        " ON c.country = k.country AND c.nature = 'state' JOIN record_v s ON s.num = c.num"
        " WHERE r.id = ?1 ORDER BY s.id";
    struct list l = { .arena = g->arena };
    int code = list_add(&l, actor);
    for (size_t i = 0; code == 0 && i < l.count && i < PARENTS_MAX; i++)
        code = snapshot_query(g->snapshot, parent, &l.ids[i], 1, NULL, take_id, &l);
    if (code == 0)
        code = snapshot_query(g->snapshot, state, &actor, 1, NULL, take_id, &l);
    if (code < 0)
        snapshot_fail(g->snapshot, code);
    return (struct cover){ .actor = l.count ? l.ids[0] : S(""), .ids = l.ids, .count = l.count };
}

static struct cover cover_of(const struct agreements *g, struct slice actor)
{
    uint64_t h = 1469598103934665603u;
    for (size_t i = 0; i < actor.len; i++)
        h = (h ^ (unsigned char)actor.ptr[i]) * 1099511628211u;
    size_t at = (size_t)(h ^ h >> 29) % COVER_SLOTS;
    for (size_t tries = 0; tries < COVER_SLOTS; tries++, at = (at + 1) % COVER_SLOTS) {
        if (slice_eq(g->covers[at].actor, actor) && actor.len)
            return g->covers[at];
        if (!g->covers[at].actor.len)
            return g->covers[at] = make_cover(g, actor);
    }
    return make_cover(g, actor);
}

/* The first binding of a party, and how many there are. */
static const struct binding *bindings_of(const struct agreements *g, struct slice party,
                                         size_t *ret_count)
{
    size_t low = 0, high = g->binding_count, end;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (slice_compare(g->bindings[middle].party, party) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low; end < g->binding_count && slice_eq(g->bindings[end].party, party);)
        end++;
    *ret_count = end - low;
    return g->bindings + low;
}

bool agreements_bound(const struct agreements *g, size_t agreement, struct slice actor)
{
    struct cover c = cover_of(g, actor);
    for (size_t i = 0; i < c.count; i++) {
        size_t count;
        const struct binding *b = bindings_of(g, c.ids[i], &count);
        for (size_t at = 0; at < count; at++)
            if (b[at].agreement == agreement)
                return true;
    }
    return false;
}

/* ---- what binds two ---- */

static int find_broader(const struct agreements *g, struct slice capability)
{
    static const char sql[] = "SELECT i.value FROM record_v r JOIN item_v i ON i.num = r.num"
                              " WHERE r.id = ?1 AND r.kind = 'concept' AND r.retracted = 0"
                              " AND i.field = 'broader' ORDER BY i.value";
    struct broader *b = g->broader;
    if (slice_eq(capability, b->capability))
        return 0;
    b->concepts.count = 0;
    b->capability = arena_copy(g->arena, capability);
    int code = b->capability.ptr ? list_add(&b->concepts, capability) : EN_NO_MEMORY;
    for (size_t i = 0; code == 0 && i < b->concepts.count && i < BROADER_MAX; i++)
        code =
            snapshot_query(g->snapshot, sql, &b->concepts.ids[i], 1, NULL, take_id, &b->concepts);
    return code;
}

static bool covers(const struct agreements *g, size_t agreement)
{
    const struct json *list = json_get(g->items[agreement].body, "covers");
    for (uint32_t i = 0; list && i < list->count; i++)
        for (size_t b = 0; b < g->broader->concepts.count; b++)
            if (slice_eq(list->items[i].text, g->broader->concepts.ids[b]))
                return true;
    return false;
}

/* Two different parties, one for each. */
static bool binds_both(const struct agreements *g, size_t agreement, const struct cover *a,
                       const struct cover *b)
{
    const struct agreement_status *s = &g->items[agreement].status;
    size_t of_a = 0, of_b = 0, of_both = 0;
    for (size_t p = 0; p < s->party_count; p++) {
        bool for_a = false, for_b = false;
        if (s->parties[p].state != PARTY_BOUND || s->parties[p].suspended)
            continue;
        for (size_t i = 0; i < a->count; i++)
            for_a |= slice_eq(a->ids[i], s->parties[p].party);
        for (size_t i = 0; i < b->count; i++)
            for_b |= slice_eq(b->ids[i], s->parties[p].party);
        of_a += for_a;
        of_b += for_b;
        of_both += for_a && for_b;
    }
    return of_a && of_b && !(of_a == 1 && of_b == 1 && of_both == 1);
}

static int compare_numbers(const void *x, const void *y)
{
    const size_t *a = x, *b = y;
    return *a < *b ? -1 : *a > *b;
}

/* The agreements in force to which one of the cover is a party, each once, in order. */
static size_t *agreements_of(const struct agreements *g, const struct cover *c, size_t *ret_count)
{
    size_t most = 0, count = 0, kept = 0, found;
    for (size_t i = 0; i < c->count; i++) {
        bindings_of(g, c->ids[i], &found);
        most += found;
    }
    size_t *list = arena_array_of(g->arena, size_t, most + 1);
    for (size_t i = 0; list && i < c->count; i++) {
        const struct binding *b = bindings_of(g, c->ids[i], &found);
        for (size_t at = 0; at < found; at++)
            list[count++] = b[at].agreement;
    }
    if (count > 1)
        qsort(list, count, sizeof *list, compare_numbers);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || list[i] != list[i - 1])
            list[kept++] = list[i];
    *ret_count = kept;
    return list;
}

static struct agreement_link link_of(const struct agreements *g, size_t at)
{
    const struct item *item = &g->items[at];
    return (struct agreement_link){ .agreement = item->id,
                                    .index = at,
                                    .state = item->status.state,
                                    .binding = json_get_bool(item->body, "binding", false),
                                    .instrument = json_get_text(item->body, "instrument"),
                                    .ends_on = item->status.ends_on };
}

int agreements_between(const struct agreements *g, struct slice a, struct slice b,
                       struct slice capability, const struct agreement_link **ret,
                       size_t *ret_count)
{
    struct cover cover_a = cover_of(g, a), cover_b = cover_of(g, b);
    size_t count = 0, kept = 0;
    size_t *list = agreements_of(g, &cover_a, &count);
    struct agreement_link *links =
        list ? arena_array_of(g->arena, struct agreement_link, count + 1) : NULL;
    int code = links ? 0 : EN_NO_MEMORY;
    if (code == 0 && capability.len)
        code = find_broader(g, capability);
    for (size_t i = 0; code == 0 && i < count; i++)
        if (binds_both(g, list[i], &cover_a, &cover_b) && (!capability.len || covers(g, list[i])))
            links[kept++] = link_of(g, list[i]);
    if (code < 0)
        return code;
    *ret = links;
    *ret_count = kept;
    return 0;
}
