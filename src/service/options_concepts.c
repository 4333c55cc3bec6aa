/*
 * Which concepts answer a capability: the one asked, all that are narrower, and what an exact
 * mapping says is the same, again and again. A chain through a concept or a mapping that the viewer
 * may not read is no chain. A close mapping covers nothing: what lies beyond it is remembered with
 * the mapping, for somebody to confirm.
 */
#include "service/options_internal.h"

#include <stdlib.h>

enum { CONCEPTS_MAX = LIMIT_OPTION_CONCEPTS };

struct walk {
    struct snapshot *snapshot;
    struct arena *arena;
    struct answering *items; /* found so far; the walk goes through them in order */
    size_t count;
    struct slice from, mapping; /* the one being looked at */
    bool close;                 /* look for close mappings instead of exact ones */
    int64_t as_of_ms;
};

static bool seen(const struct walk *w, struct slice concept)
{
    for (size_t i = 0; i < w->count; i++)
        if (slice_eq(w->items[i].concept, concept))
            return true;
    return false;
}

static int found(struct walk *w, struct slice concept, struct slice mapping)
{
    struct arena *a = w->arena;
    if (seen(w, concept))
        return 0;
    if (w->count == CONCEPTS_MAX)
        return EN_TOO_LARGE;
    struct answering *x = &w->items[w->count];
    *x = (struct answering){ .concept = arena_copy(a, concept),
                             .mapping = mapping.len ? arena_copy(a, mapping) : S("") };
    w->count++;
    return x->concept.ptr && x->mapping.ptr ? 0 : EN_NO_MEMORY;
}

static void mark(struct snapshot *s, struct slice label)
{
    int64_t number = 0;
    if (slice_to_int64(label, &number))
        snapshot_mark_number(s, (uint32_t)number);
}

static int take_narrower(void *context, const struct slice *c)
{
    struct walk *w = context;
    mark(w->snapshot, c[1]);
    return found(w, c[0], w->mapping);
}

/* The columns: id, from, to, relation, since, label. */
static int take_mapping(void *context, const struct slice *c)
{
    struct walk *w = context;
    struct when since;
    struct slice other = slice_eq(c[1], w->from) ? c[2] : c[1];
    if (!slice_is(c[3], w->close ? "close" : "exact") ||
        (when_parse(c[4], &since) && when_first_ms(since) > w->as_of_ms))
        return 0;
    mark(w->snapshot, c[5]);
    return found(w, other, w->close ? c[0] : w->mapping);
}

static int look_around(struct walk *w, bool narrower, struct error *err)
{
    static const char below[] =
        "SELECT r.id, r.label FROM item_v i JOIN record_v r ON r.num = i.num"
        " WHERE i.field = 'broader' AND i.value = ?1 AND r.kind = 'concept' AND r.retracted = 0"
        " ORDER BY r.id";
    /* both ends must be there to be read: the other one is joined as a record */
    static const char beside[] =
        "SELECT r.id, k.\"from\", k.\"to\", k.relation, k.since, r.label FROM mappings_v k"
        " JOIN record_v r ON r.num = k.num JOIN record_v o ON o.id ="
        " CASE k.\"from\" WHEN ?1 THEN k.\"to\" ELSE k.\"from\" END"
        " WHERE (k.\"from\" = ?1 OR k.\"to\" = ?1) AND r.retracted = 0 AND o.retracted = 0"
        " AND o.kind = 'concept' ORDER BY r.id";
    struct snapshot *s = w->snapshot;
    int code = narrower ? snapshot_query(s, below, &w->from, 1, err, take_narrower, w) : 0;
    return code == 0 ? snapshot_query(s, beside, &w->from, 1, err, take_mapping, w) : code;
}

static int compare(const void *x, const void *y)
{
    const struct answering *a = x, *b = y;
    return slice_compare(a->concept, b->concept);
}

/* From item `at` on: all that is narrower or the same. */
static int close_over(struct walk *w, size_t at, struct error *err)
{
    int code = 0;
    w->close = false;
    for (; code == 0 && at < w->count; at++) {
        w->from = w->items[at].concept;
        w->mapping = w->items[at].mapping;
        code = look_around(w, /* narrower= */ true, err);
    }
    return code;
}

int concepts_answering(struct snapshot *s, int64_t as_of_ms, struct slice concept, bool close,
                       struct error *err, struct answerings *ret)
{
    struct walk w = { .snapshot = s, .arena = snapshot_arena(s), .as_of_ms = as_of_ms };
    w.items = arena_array_of(w.arena, struct answering, CONCEPTS_MAX);
    if (!w.items)
        return error_set(err, EN_NO_MEMORY, "concepts");
    int code = found(&w, concept, S(""));
    if (code == 0)
        code = close_over(&w, 0, err);
    size_t covering = w.count;
    w.close = true;
    for (size_t i = 0; code == 0 && close && i < covering; i++) {
        w.from = w.items[i].concept;
        w.close = true;
        code = look_around(&w, /* narrower= */ false, err);
    }
    if (code == 0)
        code = close_over(&w, covering, err);
    if (code == EN_TOO_LARGE)
        return error_set(err, code, "more than %d concepts answer one capability", CONCEPTS_MAX);
    if (code < 0)
        return error_set(err, code, "the capabilities cannot be read");
    qsort(w.items, w.count, sizeof *w.items, compare);
    *ret = (struct answerings){ .items = w.items, .count = w.count };
    return 0;
}

int option_concepts(struct option_desk *d, struct slice concept, bool close, struct error *err,
                    struct answerings *ret)
{
    return concepts_answering(d->snapshot, d->query->as_of_ms, concept, close, err, ret);
}

const struct answering *answering_find(const struct answerings *all, struct slice concept)
{
    struct answering key = { .concept = concept };
    return all->count ? bsearch(&key, all->items, all->count, sizeof key, compare) : NULL;
}
