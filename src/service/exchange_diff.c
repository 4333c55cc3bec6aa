/*
 * The difference between what a peer should have and what it has.
 *
 * What is looked at: normally the records that the ledger changed since the last receipted bundle
 * was made, the records whose rendering they touch (they name one whose readability may have
 * changed), those that a changed release names, those that a bundle taken since spoke of (another
 * may provide them by now), those that wait for a receipt, and those from `rest` on, for which the
 * last bundle had no room. When the basis changed (clearance, policy, kinds, a group's membership
 * by date) or there is none: everything.
 *
 * Invariant: a record that the peer has, or may have, and that may no longer go to it, is
 * withdrawn, whatever the reason. A record that a peer originated never goes back to it. Work is
 * done in chunks, each with memory and snapshots of its own; a change that comes in between is
 * behind `look` and is looked at again next time. What is done with each record: exchange_items.c.
 */
#include "service/exchange_internal.h"

#include "base/fault.h"
#include "base/limits.h"
#include "service/partner.h"

#include <sodium.h>
#include <stdlib.h>

/* More changed records than this, and looking at everything is cheaper. */
enum { WIDE_CHANGE = 20000 };

static int no_memory(struct exchange_diff *d)
{
    return error_set(d->err, EN_NO_MEMORY, "out of memory");
}

/* ---- which records ---- */

static int add_id(struct exchange_diff *d, struct uuid id)
{
    if (d->id_count == d->id_capacity) {
        size_t wider = d->id_capacity ? d->id_capacity * 2 : 256;
        struct uuid *more = base_realloc(d->ids, wider * sizeof *more);
        if (!more)
            return no_memory(d);
        d->ids = more;
        d->id_capacity = wider;
    }
    d->ids[d->id_count++] = id;
    return 0;
}

static int add_text(struct exchange_diff *d, struct slice text)
{
    struct uuid id;
    return uuid_parse(text, &id) ? add_id(d, id) : 0;
}

static void sort_ids(struct exchange_diff *d)
{
    size_t kept = 0;
    if (d->id_count > 1)
        qsort(d->ids, d->id_count, sizeof *d->ids, uuid_order);
    for (size_t i = 0; i < d->id_count; i++)
        if (kept == 0 || !uuid_eq(d->ids[kept - 1], d->ids[i]))
            d->ids[kept++] = d->ids[i];
    d->id_count = kept;
}

struct changes {
    struct exchange_diff *diff;
    struct uuid *touching; /* heap: whose readability may have changed */
    size_t touching_count, touching_capacity;
    struct arena *arena; /* of one entry */
    bool all;            /* a release of everything changed */
};

static int add_touching(struct changes *c, struct uuid id)
{
    if (c->touching_count == c->touching_capacity) {
        size_t wider = c->touching_capacity ? c->touching_capacity * 2 : 256;
        struct uuid *more = base_realloc(c->touching, wider * sizeof *more);
        if (!more)
            return no_memory(c->diff);
        c->touching = more;
        c->touching_capacity = wider;
    }
    c->touching[c->touching_count++] = id;
    return 0;
}

/* A release decides over the record that it names; without one, over all of its originator. */
static int note_release(struct changes *c, const struct entry *e)
{
    struct json *body = NULL;
    struct uuid id;
    if (!e->body.ptr || json_parse(c->arena, e->body, NULL, &body) < 0 ||
        !uuid_parse(json_get_text(body, "record"), &id)) {
        c->all = true;
        return 0;
    }
    int code = add_id(c->diff, id);
    return code < 0 ? code : add_touching(c, id);
}

static bool kept_label(struct changes *c, const struct entry *e)
{
    struct entry before;
    if (e->version == 1 || e->operation != ENTRY_PUT)
        return e->version > 1;
    return ledger_read_version(c->diff->node->ledger, c->arena, e->record, e->version - 1, NULL,
                               &before) == 0 &&
           slice_eq(before.label, e->label);
}

/* Who provides a foreign record decides whether it is ours to pass on, also when nothing was
 * written into it. */
static int note_taken(struct changes *c, const struct entry *e)
{
    struct json *body = NULL;
    struct bundle_row *rows = NULL;
    size_t count = 0;
    if (!e->body.ptr || json_parse(c->arena, e->body, NULL, &body) < 0 ||
        !slice_is(json_get_text(body, "direction"), "taken"))
        return 0;
    int code = bundle_rows_unpack(c->arena, body, c->diff->err, &rows, &count);
    for (size_t i = 0; code == 0 && i < count; i++)
        code = add_id(c->diff, rows[i].record);
    return code;
}

static int note_entry(void *context, const struct entry *e)
{
    struct changes *c = context;
    const struct kind *k = kinds_find(c->diff->node->kinds, e->kind);
    arena_reset(c->arena);
    if (k && strcmp(k->name, "bundle") == 0)
        return note_taken(c, e);
    if (!k || k->system)
        return 0;
    int code = add_id(c->diff, e->record);
    if (code == 0 && strcmp(k->name, "release") == 0)
        code = note_release(c, e);
    if (code == 0 && !kept_label(c, e))
        code = add_touching(c, e->record);
    return code;
}

static int add_referrer(void *context, struct uuid id)
{
    return add_id(context, id);
}

/* What the ledger changed since the base was made. */
static int find_changed(struct exchange_diff *d, struct changes *c)
{
    c->arena = arena_new(LIMIT_RECORD * 8);
    if (!c->arena)
        return no_memory(d);
    return ledger_read(d->node->ledger, d->state.look, d->look - d->state.look, d->err, note_entry,
                       c);
}

static int note_record(void *context, const struct slice *columns)
{
    return add_text(context, columns[0]);
}

static int find_held(struct exchange_diff *d, struct snapshot *s)
{
    static const char sql[] = "SELECT record FROM holding_v WHERE peer = ?1 AND direction = 1";
    return snapshot_query(s, sql, &d->peer->id, 1, d->err, note_record, d);
}

static int find_unsettled(struct exchange_diff *d, struct snapshot *s)
{
    static const char sql[] = "SELECT record FROM unsettled_v WHERE peer = ?1 AND direction = 1";
    return snapshot_query(s, sql, &d->peer->id, 1, d->err, note_record, d);
}

static int find_readable(struct exchange_diff *d, struct snapshot *s, struct slice from)
{
    static const char sql[] = "SELECT id FROM record_v WHERE id >= ?1";
    return snapshot_query(s, sql, &from, 1, d->err, note_record, d);
}

int exchange_with_snapshot(struct exchange_diff *d, const struct viewer *v, exchange_step step,
                           void *context)
{
    cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
    struct snapshot *s = NULL;
    int code = a ? node_snapshot(d->node, v, a, d->now_ms, d->err, &s) : no_memory(d);
    if (code < 0)
        return code;
    code = step(d, s, context);
    int failure = snapshot_failure(s);
    snapshot_close(s);
    if (failure < 0 && code >= 0) {
        error_clear(d->err);
        code = error_set(d->err, failure, "the records cannot be read");
    }
    return code;
}

/* ---- the basis ---- */

static int write_basis(struct exchange_diff *d)
{
    struct buf text cleanup_buf;
    unsigned char hash[32];
    buf_init(&text, LIMIT_RECORD);
    if (d->peer->clearance)
        clearance_write(d->node->policy, d->peer->clearance, &text);
    buf_add(&text, policy_digest(d->node->policy));
    if (d->peer->kinds_out)
        json_write_value(d->peer->kinds_out, &text);
    if (buf_failed(&text))
        return no_memory(d);
    crypto_generichash(hash, sizeof hash, (const uint8_t *)text.ptr, text.len, NULL, 0);
    sodium_bin2hex(d->basis, sizeof d->basis, hash, sizeof hash);
    return 0;
}

/* Did the passing of time alone change which labels the peer may read? */
static bool same_by_date(struct exchange_diff *d, struct snapshot *s)
{
    const struct policy *p = d->node->policy;
    uint32_t count = snapshot_mask(s)->count;
    for (uint32_t i = 1; i < count; i++) {
        const struct label *l = snapshot_label(s, i);
        if (l && label_may_read(p, d->peer->clearance, l, d->state.base_ms) !=
                     label_may_read(p, d->peer->clearance, l, d->now_ms))
            return false;
    }
    return true;
}

/* ---- gathering ---- */

struct gathering {
    const struct viewer *partner;
    struct changes changes;
};

const struct viewer *exchange_diff_eyes(const struct exchange_diff *d)
{
    return d->officer ? d->officer : &d->node->operator;
}

static int read_state(struct exchange_diff *d, struct snapshot *s, void *context)
{
    (void)context;
    d->look = snapshot_position(s);
    int code = exchange_state_made(s, d->peer->id, d->err, &d->state);
    if (code < 0)
        return code;
    d->state.basis = arena_copy(d->arena, d->state.basis);
    d->state.rest = arena_copy(d->arena, d->state.rest);
    d->state.last_hash = arena_copy(d->arena, d->state.last_hash);
    d->all = !d->peer->clearance || d->state.base == 0 || !slice_is(d->state.basis, d->basis) ||
             d->state.look > d->look || !same_by_date(d, s);
    return d->all ? find_held(d, s) : find_unsettled(d, s);
}

static int read_partner(struct exchange_diff *d, struct snapshot *s, void *context)
{
    struct gathering *g = context;
    if (!d->peer->clearance) /* what it has is withdrawn */
        return 0;
    if (d->all)
        return find_readable(d, s, S(""));
    int code = snapshot_referring(s, g->changes.touching, g->changes.touching_count, d->err,
                                  add_referrer, d);
    return code == 0 && d->state.rest.len ? find_readable(d, s, d->state.rest) : code;
}

static int read_held(struct exchange_diff *d, struct snapshot *s, void *context)
{
    (void)context;
    return find_held(d, s);
}

static int gather(struct exchange_diff *d, struct gathering *g)
{
    int code = write_basis(d);
    if (code == 0)
        code = exchange_with_snapshot(d, exchange_diff_eyes(d), read_state, NULL);
    if (code == 0 && !d->all)
        code = find_changed(d, &g->changes);
    if (code == 0 && !d->all && (g->changes.all || g->changes.touching_count > WIDE_CHANGE)) {
        d->all = true;
        code = exchange_with_snapshot(d, exchange_diff_eyes(d), read_held, NULL);
    }
    if (code == 0)
        code = exchange_with_snapshot(d, g->partner, read_partner, g);
    return code;
}

int exchange_diff_begin(struct exchange_diff *d, struct arena *a)
{
    struct gathering g = { .changes = { .diff = d } };
    d->arena = a;
    int code = partner_viewer(d->node, a, d->peer->id, d->officer, d->now_ms, d->err, &d->partner);
    g.partner = d->partner;
    d->state = (struct exchange_state){ 0 };
    d->all = false;
    if (code == 0)
        code = gather(d, &g);
    arena_free(g.changes.arena);
    base_free(g.changes.touching);
    sort_ids(d);
    d->looked_at = (int64_t)d->id_count;
    return code;
}

/* ---- surveys ---- */

struct known {
    const struct uuid *ids; /* in order */
    size_t count;
};

static int read_missing(struct exchange_diff *d, struct snapshot *s, void *context)
{
    const struct known *k = context;
    size_t kept = d->id_count;
    int code = find_readable(d, s, S(""));
    for (size_t i = kept; code == 0 && i < d->id_count; i++)
        if (k->count == 0 || !bsearch(&d->ids[i], k->ids, k->count, sizeof *k->ids, uuid_order))
            d->ids[kept++] = d->ids[i];
    if (code == 0)
        d->id_count = kept;
    return code;
}

int exchange_diff_add_missing(struct exchange_diff *d, const struct uuid *known, size_t count)
{
    struct known k = { .ids = known, .count = count };
    int code = d->all ? 0 : exchange_with_snapshot(d, d->partner, read_missing, &k);
    sort_ids(d);
    return code;
}

void exchange_diff_done(struct exchange_diff *d)
{
    base_free(d->ids);
    d->ids = NULL;
    d->id_count = d->id_capacity = 0;
}
