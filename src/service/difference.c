/*
 * The difference between what an officer reads and what a partner does: see difference.h.
 *
 * Two pictures are asked one after the other, since a thread holds one snapshot: first the
 * partner's for the numbers of all it reads, then the officer's. A write in between is met by
 * asking again.
 */
#include "service/difference.h"

#include "picture/holdings.h"
#include "service/partner.h"

#include <stdlib.h>

/* Ordinary records that stand. */
#define STANDING                                                                            \
    " FROM record_v r WHERE r.retracted = 0 AND r.kind NOT IN ('user', 'token', 'setting'," \
    " 'audit', 'peer', 'bundle', 'peer_release')"

struct partner_reads {
    struct arena *arena;
    uint64_t *words; /* a bit per record number */
    size_t bits;
    int64_t position;
};

static int take_number(void *context, const struct slice *c)
{
    struct partner_reads *r = context;
    int64_t number = 0;
    if (!slice_to_int64(c[0], &number) || number < 0)
        return EN_CORRUPT;
    if ((size_t)number >= r->bits) {
        size_t bits = r->bits ? r->bits : 4096;
        while (bits <= (size_t)number)
            bits *= 2;
        uint64_t *words = arena_array_of(r->arena, uint64_t, bits / 64);
        if (!words)
            return EN_NO_MEMORY;
        if (r->bits)
            memcpy(words, r->words, r->bits / 8);
        r->words = words;
        r->bits = bits;
    }
    r->words[number >> 6] |= UINT64_C(1) << (number & 63);
    return 0;
}

static bool reads(const struct partner_reads *r, int64_t number)
{
    return number >= 0 && (size_t)number < r->bits &&
           (r->words[number >> 6] >> (number & 63) & 1) != 0;
}

static int ask_partner(struct node *n, const struct viewer *partner, int64_t now_ms,
                       struct error *err, struct partner_reads *ret)
{
    static const char sql[] = "SELECT r.num" STANDING;
    struct snapshot *s = NULL;
    int code = node_snapshot(n, partner, ret->arena, now_ms, err, &s);
    if (code < 0)
        return code;
    code = snapshot_query(s, sql, NULL, 0, err, take_number, ret);
    ret->position = snapshot_position(s);
    snapshot_close(s);
    return code < 0 ? error_set(err, code, "the records cannot be read") : 0;
}

struct held_ids;

struct comparing {
    struct snapshot *snapshot;
    struct arena *arena;
    const struct viewer *partner;
    const struct partner_reads *reads;
    const struct json *kinds; /* sent to this peer; NULL: all */
    const struct held_ids *held;
    size_t limit;
    struct difference *difference;
};

static bool is_sent(const struct json *kinds, struct slice kind)
{
    if (!kinds || kinds->type != JSON_ARRAY || kinds->count == 0)
        return true;
    for (uint32_t i = 0; i < kinds->count; i++)
        if (slice_eq(kinds->items[i].text, kind))
            return true;
    return false;
}

/* Why the partner does not read it: its own clearance, or else an originator's silence. */
static int explain(struct comparing *x, int64_t label, struct difference_item *ret)
{
    const struct label *l = snapshot_label(x->snapshot, (uint32_t)label);
    int code = label_why(snapshot_policy(x->snapshot), x->arena, x->partner->clearance, l,
                         snapshot_now(x->snapshot), &ret->denial);
    ret->why = ret->denial.why == WHY_NOT ? HELD_ORCON : HELD_LABEL;
    return code;
}

/* What receipts acknowledged: ids in order. */
struct held_ids {
    struct arena *arena;
    struct uuid *ids;
    size_t count, capacity;
};

static int take_held(void *context, const struct slice *c)
{
    struct held_ids *h = context;
    if (h->count == h->capacity) {
        size_t wider = h->capacity ? h->capacity * 2 : 256;
        struct uuid *ids = arena_array_of(h->arena, struct uuid, wider);
        if (!ids)
            return EN_NO_MEMORY;
        if (h->count)
            memcpy(ids, h->ids, h->count * sizeof *ids);
        h->ids = ids;
        h->capacity = wider;
    }
    return uuid_parse(c[0], &h->ids[h->count]) ? (h->count++, 0) : EN_CORRUPT;
}

static int compare_ids(const void *x, const void *y)
{
    return uuid_compare(*(const struct uuid *)x, *(const struct uuid *)y);
}

static bool has_record(const struct comparing *x, struct slice record)
{
    struct uuid id;
    const struct held_ids *h = x->held;
    return h->count && uuid_parse(record, &id) &&
           bsearch(&id, h->ids, h->count, sizeof id, compare_ids) != NULL;
}

static int take_record(void *context, const struct slice *c)
{
    struct comparing *x = context;
    struct difference *d = x->difference;
    struct difference_item item = { .id = c[0] };
    int64_t number = 0, label = 0;
    if (!slice_to_int64(c[1], &number) || !slice_to_int64(c[2], &label))
        return EN_CORRUPT;
    bool readable = reads(x->reads, number), sent = is_sent(x->kinds, c[3]);
    item.has = has_record(x, c[0]);
    struct difference_list *list = !readable || !sent ? &d->held_back
                                   : item.has         ? &d->has
                                                      : &d->would_get;
    if (list->count++ >= x->limit)
        return 0;
    item.id = arena_copy(x->arena, c[0]);
    item.why = readable && !sent ? HELD_KIND : HELD_NOT;
    int code = item.id.ptr ? 0 : EN_NO_MEMORY;
    if (code == 0 && !readable)
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
    static const char sql[] = "SELECT r.id, r.num, r.label, r.kind" STANDING
                              " AND r.origin <> ?1 AND (r.kind <> 'release' OR EXISTS"
                              " (SELECT 1 FROM releases_v k WHERE k.num = r.num"
                              " AND k.nature = 'onward' AND k.state <> 'proposed')) ORDER BY r.id";
    char id[UUID_TEXT + 1];
    struct row peer;
    uuid_format(x->partner->user, id);
    int code = snapshot_get(x->snapshot, kinds_find(snapshot_kinds(x->snapshot), S("peer")),
                            slice_of(id), err, &peer);
    if (code == 0)
        code = snapshot_body(x->snapshot, &peer, err);
    if (code < 0)
        return code;
    x->kinds = json_get(peer.body, "kinds_out");
    x->difference->peer = peer.id;
    x->difference->name = json_get_text(peer.body, "name");
    x->difference->instance = json_get_text(peer.body, "instance");
    x->difference->narrowed = partner_narrowed(x->partner);
    struct held_ids held = { .arena = x->arena };
    x->held = &held;
    code = make_lists(x);
    if (code == 0)
        code = holding_acknowledged(x->snapshot, peer.id, err, take_held, &held);
    if (code == 0)
        code = snapshot_query(x->snapshot, sql, &x->difference->instance, 1, err, take_record, x);
    return code < 0 ? error_set(err, code, "the records cannot be read") : 0;
}

int difference_read(struct node *n, struct arena *a, struct slice which,
                    const struct viewer *officer, int64_t now_ms, size_t limit, struct error *err,
                    struct snapshot **ret_snapshot, struct difference *ret)
{
    enum { ATTEMPTS = 4 };
    const struct viewer *partner = NULL;
    struct snapshot *s = NULL;
    int code = partner_viewer(n, a, which, officer, now_ms, err, &partner);
    bool equal = false;
    for (int i = 0; code == 0 && !equal && i < ATTEMPTS; i++) {
        struct partner_reads r = { .arena = a };
        snapshot_close(s);
        s = NULL;
        code = ask_partner(n, partner, now_ms, err, &r);
        if (code == 0)
            code = node_snapshot(n, officer, a, now_ms, err, &s);
        equal = code == 0 && snapshot_position(s) == r.position;
        struct comparing x = { .snapshot = s,
                               .arena = a,
                               .partner = partner,
                               .reads = &r,
                               .limit = limit,
                               .difference = ret };
        if (equal)
            code = compare(&x, err);
    }
    if (code == 0 && !equal)
        code = error_set(err, EN_BUSY, "the picture is being made anew");
    if (code < 0) {
        snapshot_close(s);
        return code;
    }
    *ret_snapshot = s;
    return 0;
}
