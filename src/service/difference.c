/*
 * The difference between what an officer reads and what a partner does: see difference.h.
 *
 * The exchange itself is asked what it would say of each record (a survey: nothing is made), then
 * the officer's picture which records there are. A record that arrives in between was not looked
 * at, and is judged by its label alone.
 */
#include "service/difference.h"

#include "base/fault.h"
#include "picture/holdings.h"
#include "service/exchange_internal.h"
#include "service/partner.h"
#include "service/release.h"

#include <stdlib.h>

/* ---- what the next bundle would say of each record ---- */

struct verdict {
    struct uuid record;
    bool readable, goes, said, has;
    enum exchange_reason held;
};

/* What receipts acknowledged: ids in order. */
struct held_ids {
    struct uuid *ids; /* heap */
    size_t count, capacity;
};

static int take_held(void *context, const struct slice *c)
{
    struct held_ids *h = context;
    if (h->count == h->capacity) {
        size_t wider = h->capacity ? h->capacity * 2 : 256;
        struct uuid *ids = base_realloc(h->ids, wider * sizeof *ids);
        if (!ids)
            return EN_NO_MEMORY;
        h->ids = ids;
        h->capacity = wider;
    }
    return uuid_parse(c[0], &h->ids[h->count]) ? (h->count++, 0) : EN_CORRUPT;
}

static int read_held(struct exchange_diff *d, struct snapshot *s, void *context)
{
    return holding_acknowledged(s, d->peer->id, d->err, take_held, context);
}

struct survey {
    struct exchange_diff diff;
    struct peer peer;
    struct held_ids held;
    struct verdict *all; /* heap, in order of record */
    size_t count, capacity;
};

static int take_verdict(void *context, const struct exchange_item *item)
{
    struct survey *v = context;
    if (v->count == v->capacity) {
        size_t wider = v->capacity ? v->capacity * 2 : 256;
        struct verdict *more = base_realloc(v->all, wider * sizeof *more);
        if (!more)
            return error_set(v->diff.err, EN_NO_MEMORY, "difference");
        v->all = more;
        v->capacity = wider;
    }
    v->all[v->count++] = (struct verdict){ .record = item->record,
                                           .readable = item->readable,
                                           .goes = item->goes,
                                           .said = item->operation != 0,
                                           .has = item->has,
                                           .held = item->held };
    return 0;
}

static int take_survey(struct node *n, struct arena *a, struct slice which,
                       const struct viewer *officer, int64_t now_ms, struct error *err,
                       struct survey *v)
{
    int code = release_sweep(n, a, now_ms, err); /* what a decision gave it may be over */
    if (code == 0)
        code = peer_find(n, a, which, now_ms, err, &v->peer);
    if (code == 0 && !v->peer.clearance)
        code = error_set(err, EN_CONFLICT, "the peer has no clearance: state what it may read");
    if (code < 0)
        return code;
    v->diff = (struct exchange_diff){
        .node = n, .peer = &v->peer, .now_ms = now_ms, .err = err, .officer = officer
    };
    code = exchange_diff_begin(&v->diff, a);
    if (code == 0)
        code = exchange_with_snapshot(&v->diff, officer, read_held, &v->held);
    if (code == 0)
        code = exchange_diff_add_missing(&v->diff, v->held.ids, v->held.count);
    if (code == 0)
        code = exchange_diff_run(&v->diff, take_verdict, v);
    exchange_diff_done(&v->diff);
    return code;
}

static int compare_verdicts(const void *key, const void *item)
{
    return uuid_compare(*(const struct uuid *)key, ((const struct verdict *)item)->record);
}

static const struct verdict *find_verdict(const struct survey *v, struct slice record)
{
    struct uuid id;
    return v->count && uuid_parse(record, &id)
               ? bsearch(&id, v->all, v->count, sizeof *v->all, compare_verdicts)
               : NULL;
}

/* ---- in three lists ---- */

struct comparing {
    struct snapshot *snapshot;
    struct arena *arena;
    const struct survey *survey;
    size_t limit;
    struct difference *difference;
};

/* Why the partner does not read it: its own clearance, or else an originator's silence. */
static int explain(struct comparing *x, int64_t label, struct difference_item *ret)
{
    const struct label *l = snapshot_label(x->snapshot, (uint32_t)label);
    int code = label_why(snapshot_policy(x->snapshot), x->arena, x->survey->diff.partner->clearance,
                         l, snapshot_now(x->snapshot), &ret->denial);
    ret->why = ret->denial.why == WHY_NOT ? HELD_ORCON : HELD_LABEL;
    return code;
}

static bool has_record(const struct comparing *x, struct slice record)
{
    struct uuid id;
    const struct held_ids *h = &x->survey->held;
    return h->count && uuid_parse(record, &id) &&
           bsearch(&id, h->ids, h->count, sizeof id, uuid_order) != NULL;
}

/* Written after the exchange looked: no demand of its label keeps it from the partner. */
static bool arrived_since(const struct comparing *x, int64_t label)
{
    const struct label *l = snapshot_label(x->snapshot, (uint32_t)label);
    return !label_has_originators(l) &&
           label_may_read(snapshot_policy(x->snapshot), x->survey->diff.partner->clearance, l,
                          snapshot_now(x->snapshot));
}

/* Which list it belongs to; NULL when to none: another than we has it from its originator. */
static struct difference_list *place(struct comparing *x, const struct verdict *v, int64_t label,
                                     struct difference_item *item)
{
    struct difference *d = x->difference;
    if (!v && !item->has && arrived_since(x, label))
        return &d->would_get;
    if (!v && !x->survey->diff.all && item->has)
        return &d->has; /* not looked at, since nothing changed */
    if (!v || !v->readable) {
        item->why = HELD_LABEL; /* to be explained */
        return &d->held_back;
    }
    item->has = v->has;
    if (v->held) {
        item->why = HELD_REASON;
        item->reason = v->held;
        return &d->held_back;
    }
    if (!v->goes)
        return NULL;
    return v->said ? &d->would_get : &d->has;
}

static int take_record(void *context, const struct slice *c)
{
    struct comparing *x = context;
    struct difference_item item = { .has = has_record(x, c[0]) };
    int64_t label = 0;
    if (!slice_to_int64(c[1], &label))
        return EN_CORRUPT;
    struct difference_list *list = place(x, find_verdict(x->survey, c[0]), label, &item);
    if (!list || list->count++ >= x->limit)
        return 0;
    item.id = arena_copy(x->arena, c[0]);
    int code = item.id.ptr ? 0 : EN_NO_MEMORY;
    if (code == 0 && item.why == HELD_LABEL)
        code = explain(x, label, &item);
    list->items[list->shown++] = item;
    return code;
}

static int make_lists(struct comparing *x)
{
    struct difference_list *lists[] = { &x->difference->has, &x->difference->would_get,
                                        &x->difference->held_back };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        *lists[i] = (struct difference_list){ 0 };
        lists[i]->items = arena_array_of(x->arena, struct difference_item, x->limit + 1);
        if (!lists[i]->items)
            return EN_NO_MEMORY;
    }
    return 0;
}

static int compare(struct comparing *x, struct error *err)
{
    /* what the peer stated itself never goes back to it, and decisions to lower a label stay */
    static const char sql[] =
        "SELECT r.id, r.label FROM record_v r WHERE r.retracted = 0 AND r.kind NOT IN"
        " ('user', 'token', 'setting', 'audit', 'peer', 'bundle', 'peer_release')"
        " AND r.origin <> ?1 AND (r.kind <> 'release' OR r.origin = ?2 AND EXISTS"
        " (SELECT 1 FROM releases_v k WHERE k.num = r.num"
        " AND k.nature = 'onward' AND k.state <> 'proposed')) ORDER BY r.id";
    const struct peer *peer = &x->survey->peer;
    char *instance = arena_alloc(x->arena, UUID_TEXT + 1), own[UUID_TEXT + 1];
    if (!instance)
        return error_set(err, EN_NO_MEMORY, "difference");
    uuid_format(peer->instance, instance);
    x->difference->peer = peer->id;
    x->difference->name = peer->name;
    x->difference->instance = slice_of(instance);
    x->difference->narrowed = partner_narrowed(x->survey->diff.partner);
    uuid_format(snapshot_instance(x->snapshot), own);
    struct slice values[] = { x->difference->instance, slice_make(own, UUID_TEXT) };
    int code = make_lists(x);
    if (code == 0)
        code = snapshot_query(x->snapshot, sql, values, 2, err, take_record, x);
    return code < 0 ? error_set(err, code, "the records cannot be read") : 0;
}

int difference_read(struct node *n, struct arena *a, struct slice which,
                    const struct viewer *officer, int64_t now_ms, size_t limit, struct error *err,
                    struct snapshot **ret_snapshot, struct difference *ret)
{
    struct survey v = { 0 };
    struct snapshot *s = NULL;
    int code = take_survey(n, a, which, officer, now_ms, err, &v);
    if (code == 0)
        code = node_snapshot(n, officer, a, now_ms, err, &s);
    struct comparing x = {
        .snapshot = s, .arena = a, .survey = &v, .limit = limit, .difference = ret
    };
    if (code == 0)
        code = compare(&x, err);
    base_free(v.held.ids);
    base_free(v.all);
    if (code < 0) {
        snapshot_close(s);
        return code;
    }
    *ret_snapshot = s;
    return 0;
}
