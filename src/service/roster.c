/* The roster: see roster.h. */
#include "service/roster.h"

#include "service/render.h"

#include <stdlib.h>

enum { CLIMB_MAX = 12 };

/* An actor whose parent was asked for. */
struct known {
    struct slice id, parent, nature;
};

struct roster {
    struct snapshot *snapshot;
    struct arena *arena;
    struct tour *tours; /* by position, first day, id */
    size_t tour_count, tour_capacity;
    struct known *known; /* open addressing by id */
    size_t known_count, known_capacity;
};

/* ---- postings ---- */

static struct slice kept(struct roster *r, struct slice text)
{
    return text.len ? arena_copy(r->arena, text) : S("");
}

static bool grow_tours(struct roster *r)
{
    if (r->tour_count < r->tour_capacity)
        return true;
    size_t wider = r->tour_capacity ? r->tour_capacity * 2 : 64;
    struct tour *items = arena_array_of(r->arena, struct tour, wider);
    if (!items)
        return false;
    if (r->tour_count)
        memcpy(items, r->tours, r->tour_count * sizeof *items);
    r->tours = items;
    r->tour_capacity = wider;
    return true;
}

static int take_tour(void *context, const struct slice *c)
{
    struct roster *r = context;
    struct when from, until;
    int64_t label = 0;
    slice_to_int64(c[5], &label);
    struct tour t = { .posting = kept(r, c[0]),
                      .person = kept(r, c[1]),
                      .position = kept(r, c[2]),
                      .from = kept(r, c[3]),
                      .until = kept(r, c[4]),
                      .first_ms = INT64_MIN,
                      .last_ms = INT64_MAX,
                      .label = (uint32_t)label };
    if (!grow_tours(r) || !t.posting.ptr || !t.person.ptr || !t.position.ptr || !t.from.ptr ||
        !t.until.ptr)
        return EN_NO_MEMORY;
    if (when_parse(t.from, &from))
        t.first_ms = when_first_ms(from);
    if (when_parse(t.until, &until))
        t.last_ms = when_last_ms(until);
    r->tours[r->tour_count++] = t;
    return 0;
}

static int compare_tours(const void *x, const void *y)
{
    const struct tour *a = x, *b = y;
    int by_position = slice_compare(a->position, b->position);
    if (by_position)
        return by_position;
    if (a->first_ms != b->first_ms)
        return a->first_ms < b->first_ms ? -1 : 1;
    return slice_compare(a->posting, b->posting);
}

int roster_open(struct snapshot *s, struct error *err, struct roster **ret)
{
    static const char sql[] =
        "SELECT r.id, k.person, k.position, k.\"from\", k.until, r.label FROM postings_v k"
        " JOIN record_v r ON r.num = k.num"
        " JOIN record_v p ON p.id = k.person AND p.retracted = 0"
        " JOIN record_v q ON q.id = k.position AND q.retracted = 0"
        /* who holds a post of ours, and which post somebody of ours holds, is ours to state */
        " WHERE k.own OR NOT EXISTS (SELECT 1 FROM actors_v o WHERE o.num IN (p.num, q.num)"
        " AND o.own)";
    struct arena *a = snapshot_arena(s);
    struct roster *r = arena_new_of(a, struct roster);
    if (!r)
        return error_set(err, EN_NO_MEMORY, "roster");
    *r = (struct roster){ .snapshot = s, .arena = a, .known_capacity = 256 };
    r->known = arena_array_of(a, struct known, r->known_capacity);
    int code = r->known ? snapshot_query(s, sql, NULL, 0, err, take_tour, r) : EN_NO_MEMORY;
    if (code == EN_NO_MEMORY)
        return error_set(err, EN_NO_MEMORY, "roster");
    if (code < 0)
        return code;
    if (r->tour_count > 1)
        qsort(r->tours, r->tour_count, sizeof *r->tours, compare_tours);
    *ret = r;
    return 0;
}

/* The tours of a position: a run of the sorted list. */
static const struct tour *tours_of(const struct roster *r, struct slice position, size_t *ret_count)
{
    size_t low = 0, high = r->tour_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (slice_compare(r->tours[middle].position, position) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    size_t end = low;
    while (end < r->tour_count && slice_eq(r->tours[end].position, position))
        end++;
    *ret_count = end - low;
    return r->tours + low;
}

const struct tour *roster_holder(const struct roster *r, struct slice position, int64_t at_ms)
{
    size_t count;
    const struct tour *all = tours_of(r, position, &count), *found = NULL;
    for (size_t i = 0; i < count; i++)
        if (all[i].first_ms <= at_ms && at_ms <= all[i].last_ms)
            found = &all[i];
    return found;
}

const struct tour *roster_next(const struct roster *r, struct slice position, int64_t at_ms)
{
    size_t count;
    const struct tour *all = tours_of(r, position, &count);
    for (size_t i = 0; i < count; i++)
        if (all[i].first_ms > at_ms)
            return &all[i];
    return NULL;
}

const struct tour *roster_before(const struct roster *r, const struct tour *t)
{
    size_t count;
    const struct tour *all = tours_of(r, t->position, &count), *found = NULL;
    for (size_t i = 0; i < count && all[i].first_ms < t->first_ms; i++)
        if (!slice_eq(all[i].person, t->person))
            found = &all[i];
    return found;
}

/* Of two tours that begin on one day the order of ids decides. */
static bool begins_later(const struct tour *a, const struct tour *b)
{
    return !b || a->first_ms > b->first_ms ||
           (a->first_ms == b->first_ms && slice_compare(a->posting, b->posting) > 0);
}

const struct tour *roster_post(const struct roster *r, struct slice person, int64_t at_ms)
{
    const struct tour *found = NULL;
    for (size_t i = 0; i < r->tour_count; i++) {
        const struct tour *t = &r->tours[i];
        if (t->first_ms <= at_ms && at_ms <= t->last_ms && slice_eq(t->person, person) &&
            begins_later(t, found))
            found = t;
    }
    return found;
}

const struct tour *roster_latest(const struct roster *r, struct slice person, int64_t at_ms)
{
    const struct tour *begun = NULL, *coming = NULL;
    for (size_t i = 0; i < r->tour_count; i++) {
        const struct tour *t = &r->tours[i];
        if (!slice_eq(t->person, person))
            continue;
        if (t->first_ms <= at_ms && begins_later(t, begun))
            begun = t;
        if (t->first_ms > at_ms && (!coming || begins_later(coming, t)))
            coming = t;
    }
    return begun ? begun : coming;
}

/* ---- parents ---- */

static struct known *slot_of(struct known *items, size_t capacity, struct slice id)
{
    uint64_t h = 1469598103934665603u;
    for (size_t i = 0; i < id.len; i++)
        h = (h ^ (unsigned char)id.ptr[i]) * 1099511628211u;
    size_t at = (size_t)(h ^ h >> 29) & (capacity - 1);
    while (items[at].id.ptr && !slice_eq(items[at].id, id))
        at = (at + 1) & (capacity - 1);
    return &items[at];
}

static bool grow_known(struct roster *r)
{
    if (2 * (r->known_count + 1) <= r->known_capacity)
        return true;
    struct known *wider = arena_array_of(r->arena, struct known, r->known_capacity * 2);
    for (size_t i = 0; wider && i < r->known_capacity; i++)
        if (r->known[i].id.ptr)
            *slot_of(wider, r->known_capacity * 2, r->known[i].id) = r->known[i];
    if (!wider)
        return false;
    r->known = wider;
    r->known_capacity *= 2;
    return true;
}

struct asking {
    struct roster *roster;
    struct known found;
};

static int take_known(void *context, const struct slice *c)
{
    struct asking *k = context;
    k->found.parent = kept(k->roster, c[0]);
    k->found.nature = kept(k->roster, c[1]);
    return 0;
}

/* What is known of an actor: nothing of one that the viewer may not read. */
static struct known look_up(struct roster *r, struct slice id)
{
    static const char sql[] = "SELECT k.parent, k.nature FROM actors_v k JOIN record_v r"
                              " ON r.num = k.num WHERE r.id = ?1";
    struct asking k = { .roster = r, .found = { .parent = S(""), .nature = S("") } };
    struct known *slot = grow_known(r) ? slot_of(r->known, r->known_capacity, id) : NULL;
    if (slot && slot->id.ptr)
        return *slot;
    k.found.id = arena_copy(r->arena, id);
    snapshot_query(r->snapshot, sql, &id, 1, NULL, take_known, &k); /* it keeps a failure */
    if (slot && k.found.id.ptr) {
        *slot = k.found;
        r->known_count++;
    } else {
        snapshot_fail(r->snapshot, EN_NO_MEMORY);
    }
    return k.found;
}

struct slice roster_climb(struct roster *r, struct slice actor, int64_t at_ms, roster_test test,
                          void *context)
{
    for (int step = 0; actor.len && step < CLIMB_MAX; step++) {
        struct known k = look_up(r, actor);
        if (!k.nature.len)
            break;
        if (test(context, actor, k.nature))
            return actor;
        const struct tour *t = slice_is(k.nature, "person") ? roster_post(r, actor, at_ms) : NULL;
        actor = t ? t->position : k.parent;
    }
    return S("");
}

static bool is_the_one(void *context, struct slice actor, struct slice nature)
{
    (void)nature;
    return slice_eq(actor, *(const struct slice *)context);
}

bool roster_belongs(struct roster *r, struct slice actor, struct slice to, int64_t at_ms)
{
    return roster_climb(r, actor, at_ms, is_the_one, &to).len != 0;
}

/* ---- what is under an actor ---- */

struct gathering {
    struct roster *roster;
    struct ids all;
    struct known *seen;
    size_t capacity;
};

static int gather(struct gathering *g, struct slice id)
{
    struct known *slot = slot_of(g->seen, g->capacity, id);
    if (slot->id.ptr || g->all.count == ROSTER_UNDER_MAX)
        return 0;
    slot->id = arena_copy(g->roster->arena, id);
    g->all.items[g->all.count++] = slot->id;
    return slot->id.ptr ? 0 : EN_NO_MEMORY;
}

static int take_child(void *context, const struct slice *c)
{
    return gather(context, c[0]);
}

int roster_under(struct roster *r, struct slice actor, struct error *err, struct ids *ret)
{
    static const char sql[] = "SELECT r.id FROM actors_v k JOIN record_v r ON r.num = k.num"
                              " WHERE k.parent = ?1 ORDER BY r.id";
    struct gathering g = { .roster = r, .capacity = 4 * 1024 };
    g.all.items = arena_array_of(r->arena, struct slice, ROSTER_UNDER_MAX);
    g.seen = arena_array_of(r->arena, struct known, g.capacity);
    int code = g.all.items && g.seen ? gather(&g, actor) : EN_NO_MEMORY;
    for (size_t i = 0; code == 0 && i < g.all.count; i++) {
        size_t count;
        const struct tour *tours = tours_of(r, g.all.items[i], &count);
        code = snapshot_query(r->snapshot, sql, &g.all.items[i], 1, err, take_child, &g);
        for (size_t t = 0; code == 0 && t < count; t++)
            code = gather(&g, tours[t].person);
    }
    if (code == EN_NO_MEMORY)
        return error_set(err, EN_NO_MEMORY, "roster");
    if (code < 0)
        return code;
    *ret = g.all;
    return 0;
}

bool tour_write(const struct tour *t, struct render *r)
{
    if (!refs_add(r->refs, t->posting) || !refs_add(r->refs, t->person) ||
        !refs_add(r->refs, t->position))
        return false;
    snapshot_mark_number(r->snapshot, t->label);
    jw_key_text(r->out, "posting", t->posting);
    jw_key_text(r->out, "person", t->person);
    jw_key_text(r->out, "position", t->position);
    if (t->from.len)
        jw_key_text(r->out, "from", t->from);
    if (t->until.len)
        jw_key_text(r->out, "until", t->until);
    return true;
}
