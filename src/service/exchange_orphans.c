/*
 * What a peer provides no longer without having said so.
 *
 * A bundle over base 0 says everything that there is to say: what it does not speak of is provided
 * no longer. So a sender that was set back to a backup leaves nothing behind that it does not know
 * of. When everything does not fit one bundle, those that follow belong to the same beginning, up
 * to the one that has no more; only that one tells what was left out of all of them.
 */
#include "service/exchange_internal.h"

#include "base/fault.h"
#include "base/limits.h"

#include <stdlib.h>

struct ids {
    struct uuid *list; /* heap */
    size_t count, capacity;
};

static int add(struct ids *of, struct uuid id)
{
    if (of->count == of->capacity) {
        size_t wider = of->capacity ? of->capacity * 2 : 64;
        struct uuid *more = base_realloc(of->list, wider * sizeof *more);
        if (!more)
            return EN_NO_MEMORY;
        of->list = more;
        of->capacity = wider;
    }
    of->list[of->count++] = id;
    return 0;
}

struct search {
    struct node *node;
    int64_t now_ms;
    struct snapshot *snapshot;
    struct slice peer;
    struct error *err;
    struct ids stated, orphans;
};

/* Was it stated in vain? What stands here of it from before is then provided no longer. Where
 * another source is the reason, or what stands here is not told of, it stays as it is. */
static bool in_vain(const struct bundle_row *row)
{
    switch ((enum exchange_reason)row->reason) {
    case EXCHANGE_UNKNOWN_KIND:
    case EXCHANGE_INVALID:
    case EXCHANGE_LABEL_UNMAPPED:
    case EXCHANGE_LABEL_UNKNOWN:
    case EXCHANGE_ABOVE_US:
    case EXCHANGE_TOO_LARGE:
        return true;
    default:
        return false;
    }
}

static int add_rows(struct ids *to, const struct bundle_row *rows, size_t count)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < count; i++)
        if (!in_vain(&rows[i]))
            code = add(to, rows[i].record);
    return code;
}

/* ---- the bundles of this beginning ---- */

struct beginning {
    struct slice *hashes; /* in the snapshot's arena */
    size_t count, capacity;
    bool ended; /* one of them had no more */
    struct arena *arena;
};

static int note_bundle(void *context, const struct slice *columns)
{
    struct beginning *b = context;
    if (b->count == b->capacity) {
        size_t wider = b->capacity ? b->capacity * 2 : 16;
        struct slice *more = arena_alloc_array(b->arena, wider, sizeof *more);
        if (!more)
            return EN_NO_MEMORY;
        if (b->count)
            memcpy(more, b->hashes, b->count * sizeof *more);
        b->hashes = more;
        b->capacity = wider;
    }
    b->hashes[b->count++] = arena_copy(b->arena, columns[0]);
    b->ended |= !slice_is(columns[1], "1");
    return 0;
}

#define TAKEN_FROM " FROM bundles_v WHERE peer = ?1 AND direction = 'taken' AND part = 0"

/* Those taken so far; none when nothing is open. */
static int find_beginning(struct search *s, struct beginning *ret)
{
    static const char last[] = "SELECT hash, more" TAKEN_FROM " ORDER BY number DESC LIMIT 1";
    static const char all[] =
        "SELECT hash, more" TAKEN_FROM " AND number >= (SELECT max(number)" TAKEN_FROM
        " AND coalesce(base, 0) = 0)";
    *ret = (struct beginning){ .arena = snapshot_arena(s->snapshot) };
    int code = snapshot_query(s->snapshot, last, &s->peer, 1, s->err, note_bundle, ret);
    if (code < 0 || ret->count == 0 || ret->ended) {
        ret->count = 0;
        return code;
    }
    ret->count = 0;
    code = snapshot_query(s->snapshot, all, &s->peer, 1, s->err, note_bundle, ret);
    ret->count = ret->ended ? 0 : ret->count;
    return code;
}

/* In memory of its own: a bundle may have very many. */
static int add_stated(struct search *s, struct slice hash)
{
    cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
    struct snapshot *one = NULL;
    struct row *parts;
    size_t part_count = 0, count;
    struct bundle_row *rows;
    int code = a ? node_snapshot(s->node, node_operator(s->node), a, s->now_ms, s->err, &one)
                 : EN_NO_MEMORY;
    if (code < 0)
        return code;
    code = bundle_record_find(one, s->peer, "taken", hash, s->err, &parts, &part_count);
    for (size_t i = 0; code == 0 && i < part_count; i++) {
        code = bundle_rows_unpack(a, parts[i].body, s->err, &rows, &count);
        if (code == 0)
            code = add_rows(&s->stated, rows, count);
    }
    snapshot_close(one);
    return code;
}

/* ---- what it did not speak of ---- */

static int note_provided(void *context, const struct slice *columns)
{
    struct search *s = context;
    struct uuid id;
    if (!uuid_parse(columns[0], &id) ||
        (s->stated.count && bsearch(&id, s->stated.list, s->stated.count, sizeof id, uuid_order)))
        return 0;
    return add(&s->orphans, id);
}

static int search(struct search *s, const struct opened_bundle *o, const struct bundle_row *rows,
                  size_t count)
{
    static const char sql[] = "SELECT record FROM holding_v WHERE peer = ?1 AND direction = 2"
                              " AND op <> 4";
    struct beginning b = { 0 };
    int code = o->manifest.base == 0 ? 0 : find_beginning(s, &b);
    if (code < 0 || (o->manifest.base > 0 && b.count == 0))
        return code;
    for (size_t i = 0; code == 0 && i < b.count; i++)
        code = add_stated(s, b.hashes[i]);
    if (code == 0)
        code = add_rows(&s->stated, rows, count);
    if (code < 0)
        return code;
    if (s->stated.count > 1)
        qsort(s->stated.list, s->stated.count, sizeof *s->stated.list, uuid_order);
    return snapshot_query(s->snapshot, sql, &s->peer, 1, s->err, note_provided, s);
}

int exchange_orphans(struct node *n, const struct opened_bundle *o, const struct bundle_row *rows,
                     size_t count, int64_t now_ms, struct error *err, struct uuid **ret,
                     size_t *ret_count)
{
    struct search s = { .node = n, .now_ms = now_ms, .peer = o->peer.id, .err = err };
    *ret = NULL;
    *ret_count = 0;
    if (o->summary.more || o->last.number == 0)
        return 0;
    cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
    int code = a ? node_snapshot(n, node_operator(n), a, now_ms, err, &s.snapshot) : EN_NO_MEMORY;
    if (code == 0) {
        code = search(&s, o, rows, count);
        snapshot_close(s.snapshot);
    }
    base_free(s.stated.list);
    if (code == 0) {
        *ret = s.orphans.list;
        *ret_count = s.orphans.count;
        return 0;
    }
    base_free(s.orphans.list);
    return code == EN_NO_MEMORY ? error_set(err, EN_NO_MEMORY, "bundle") : code;
}
