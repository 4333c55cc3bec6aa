/*
 * Sending: the preview, the bundle, the receipt that comes back. See exchange.h.
 *
 * Invariant: a bundle is recorded before it is handed out; so whatever leaves is known to have
 * left, and what may have arrived is withdrawn when it must be.
 */
#include "service/exchange_internal.h"

#include "base/fault.h"
#include "base/limits.h"
#include "format/bundle.h"
#include "service/records.h"
#include "service/release.h"

#include <sodium.h>

#define DAY_MS INT64_C(86400000)

int exchange_check_officer(const struct viewer *v, struct error *err)
{
    return v->permissions & PERMIT_DISCLOSE
               ? 0
               : error_set(err, EN_FORBIDDEN, "only a disclosure officer exchanges with peers");
}

int exchange_check_sender(const struct viewer *v, const struct peer *p, struct error *err)
{
    int code = exchange_check_officer(v, err);
    if (code < 0)
        return code;
    if (!slice_is(p->state, "confirmed"))
        return error_set(err, EN_CONFLICT, "the peer is not confirmed: compare fingerprints first");
    if (p->clearance && !clearance_within(p->clearance, v->clearance))
        return error_set(err, EN_FORBIDDEN, "the peer may read more than you may");
    return 0;
}

static int begin(struct node *n, const struct viewer *v, struct arena *a, struct slice which,
                 int64_t now_ms, struct error *err, struct exchange_diff *ret)
{
    struct peer *p = arena_new_of(a, struct peer);
    int code = p ? release_sweep(n, a, now_ms, err) : error_set(err, EN_NO_MEMORY, "peer");
    if (code == 0) /* what a decision gave it may be over */
        code = peer_find(n, a, which, now_ms, err, p);
    if (code == 0)
        code = exchange_check_sender(v, p, err);
    if (code < 0)
        return code;
    *ret = (struct exchange_diff){ .node = n, .peer = p, .now_ms = now_ms, .err = err };
    code = exchange_diff_begin(ret, a);
    if (code == 0 && !p->clearance && ret->id_count == 0)
        code = error_set(err, EN_CONFLICT, "the peer has no clearance: state what it may read");
    if (code < 0)
        exchange_diff_done(ret);
    return code;
}

/* ---- how much ---- */

/* What a bundle may still state. What ends a record always fits: it must not wait. */
struct room {
    int64_t puts;
    size_t bytes;
    bool more;
    char rest[UUID_TEXT + 1]; /* the first that did not fit; after it nothing does */
};

static struct room room_of(int64_t most)
{
    return (struct room){ .puts = most > 0 && most < LIMIT_BUNDLE_PUTS ? most : LIMIT_BUNDLE_PUTS,
                          .bytes = LIMIT_BUNDLE_PUT_BYTES };
}

static bool fits(struct room *r, struct exchange_diff *d, const struct exchange_item *item)
{
    if (item->operation != STATE_PUT)
        return true;
    if (!r->more && (r->puts == 0 || item->line.len > r->bytes)) {
        r->more = d->full = true;
        memcpy(r->rest, item->id, sizeof r->rest);
    }
    if (r->more)
        return false;
    r->puts--;
    r->bytes -= item->line.len;
    return true;
}

/* ---- preview ---- */

struct previewing {
    struct exchange_preview *ret;
    struct arena *arena;
    struct label_sum sum;
    struct room room;
    struct exchange_diff *diff;
    size_t change_capacity, held_capacity;
};

static void *widen(struct arena *a, void *items, size_t count, size_t *capacity, size_t size)
{
    size_t wider = *capacity ? *capacity * 2 : 32;
    void *more;
    if (count < *capacity)
        return items;
    more = arena_alloc_array(a, wider, size);
    if (more && count)
        memcpy(more, items, count * size);
    if (more)
        *capacity = wider;
    return more;
}

static int preview_held(struct previewing *p, const struct exchange_item *item)
{
    struct exchange_preview *r = p->ret;
    r->held = widen(p->arena, r->held, r->held_count, &p->held_capacity, sizeof *r->held);
    if (!r->held)
        return EN_NO_MEMORY;
    r->held[r->held_count++] =
        (struct exchange_held){ .record = arena_copy(p->arena, slice_of(item->id)),
                                .reason = item->held };
    return 0;
}

static int preview_item(void *context, const struct exchange_item *item)
{
    struct previewing *p = context;
    struct exchange_preview *r = p->ret;
    if (item->held && preview_held(p, item) < 0)
        return EN_NO_MEMORY;
    if (!item->operation || !fits(&p->room, p->diff, item))
        return 0;
    r->changes =
        widen(p->arena, r->changes, r->change_count, &p->change_capacity, sizeof *r->changes);
    if (!r->changes)
        return EN_NO_MEMORY;
    r->changes[r->change_count++] =
        (struct exchange_change){ .record = arena_copy(p->arena, slice_of(item->id)),
                                  .kind = item->kind,
                                  .operation = (enum statement_operation)item->operation,
                                  .is_new = item->is_new };
    return item->label ? label_sum_add(&p->sum, item->label) : 0;
}

static const struct label *sum_label(const struct node *n, const struct label_sum *sum)
{
    return sum->join ? sum->join : policy_lowest_label(n->policy);
}

static int count_one_had(void *context, const struct slice *columns)
{
    (void)columns;
    ++*(int64_t *)context;
    return 0;
}

/* What is withdrawn may have been raised above the officer: of that, nothing is said. */
static int keep_readable(struct exchange_diff *d, struct snapshot *s, void *context)
{
    struct exchange_preview *r = context;
    size_t changes = 0, held = 0;
    struct row row;
    for (size_t i = 0; i < r->change_count; i++)
        if (snapshot_get(s, NULL, r->changes[i].record, NULL, &row) == 0)
            r->changes[changes++] = r->changes[i];
    for (size_t i = 0; i < r->held_count; i++)
        if (snapshot_get(s, NULL, r->held[i].record, NULL, &row) == 0)
            r->held[held++] = r->held[i];
    r->change_count = changes;
    r->held_count = held;
    return holding_acknowledged(s, d->peer->id, d->err, count_one_had, &r->has);
}

int exchange_preview(struct node *n, const struct viewer *v, struct arena *a, struct slice peer,
                     int64_t most, int64_t now_ms, struct error *err, struct exchange_preview *ret)
{
    struct exchange_diff d;
    struct exchange_preview r = { 0 };
    struct previewing p = { .ret = &r,
                            .diff = &d,
                            .arena = a,
                            .sum = { .policy = n->policy, .arena = a },
                            .room = room_of(most) };
    int code = begin(n, v, a, peer, now_ms, err, &d);
    if (code < 0)
        return code;
    code = exchange_diff_run(&d, preview_item, &p);
    if (code == EN_NO_MEMORY)
        error_set(err, code, "the preview needs too much memory");
    if (code == 0)
        code = exchange_with_snapshot(&d, v, keep_readable, &r);
    r.number = d.state.last + 1;
    r.base = d.state.base;
    r.more = p.room.more;
    r.label = sum_label(n, &p.sum);
    exchange_diff_done(&d);
    if (code == 0)
        *ret = r;
    return code;
}

/* ---- making ---- */

struct making {
    struct exchange_diff diff;
    struct bundle_writer *writer;
    struct label_sum sum;
    struct room room;
    struct bundle_row *rows; /* heap */
    size_t row_count, row_capacity;
    struct exchange_counts counts;
    char hash[65];
};

static int add_row(struct making *m, const struct exchange_item *item)
{
    if (m->row_count == m->row_capacity) {
        size_t wider = m->row_capacity ? m->row_capacity * 2 : 256;
        struct bundle_row *more = base_realloc(m->rows, wider * sizeof *more);
        if (!more)
            return error_set(m->diff.err, EN_NO_MEMORY, "bundle");
        m->rows = more;
        m->row_capacity = wider;
    }
    struct bundle_row *row = &m->rows[m->row_count++];
    *row = (struct bundle_row){ .record = item->record, .operation = (uint8_t)item->operation };
    memcpy(row->hash, item->hash, STATEMENT_HASH);
    return 0;
}

static void count_one(struct exchange_counts *c, int operation)
{
    int64_t *const counts[] = { &c->put, &c->retract, &c->redact, &c->withdraw };
    ++*counts[operation - 1];
}

static int make_item(void *context, const struct exchange_item *item)
{
    struct making *m = context;
    if (!item->operation || !fits(&m->room, &m->diff, item))
        return 0;
    if (m->row_count >= LIMIT_BUNDLE_LINES - 2)
        return error_set(m->diff.err, EN_TOO_LARGE, "a bundle may have %d statements",
                         LIMIT_BUNDLE_LINES);
    int code = bundle_write(m->writer, item->line, m->diff.err);
    if (code == 0)
        code = add_row(m, item);
    if (code == 0 && item->label && label_sum_add(&m->sum, item->label) < 0)
        code = error_set(m->diff.err, EN_NO_MEMORY, "bundle");
    count_one(&m->counts, item->operation);
    return code;
}

static int write_manifest(struct making *m)
{
    const struct exchange_diff *d = &m->diff;
    struct manifest manifest = { .from = ledger_instance(d->node->ledger),
                                 .to = d->peer->instance,
                                 .number = d->state.last + 1,
                                 .base = d->state.base,
                                 .made_ms = d->now_ms,
                                 .previous = d->state.last_hash,
                                 .policy_name = policy_id(d->node->policy),
                                 .policy_oid = policy_oid(d->node->policy),
                                 .policy_digest = policy_digest(d->node->policy) };
    struct buf line cleanup_buf;
    buf_init(&line, LIMIT_STATEMENT);
    manifest_write(&manifest, &line);
    return buf_failed(&line) ? error_set(d->err, EN_NO_MEMORY, "bundle")
                             : bundle_write(m->writer, buf_slice(&line), d->err);
}

static int write_summary(struct making *m, struct slice label)
{
    struct summary summary = { .counts = { m->counts.put, m->counts.retract, m->counts.redact,
                                           m->counts.withdraw },
                               .label = label,
                               .more = m->room.more };
    struct buf line cleanup_buf;
    buf_init(&line, LIMIT_STATEMENT);
    summary_write(&summary, &line);
    return buf_failed(&line) ? error_set(m->diff.err, EN_NO_MEMORY, "bundle")
                             : bundle_write(m->writer, buf_slice(&line), m->diff.err);
}

static int sign_and_end(struct making *m)
{
    uint8_t hash[BUNDLE_HASH], signature[BUNDLE_SIGNATURE];
    bundle_writer_hash(m->writer, hash);
    sodium_bin2hex(m->hash, sizeof m->hash, hash, sizeof hash);
    int code = signer_sign(node_signer(m->diff.node), SIGN_BUNDLE, hash, m->diff.err, signature);
    return code < 0 ? code : bundle_writer_end(m->writer, signature, m->diff.err);
}

static int write_all(struct making *m, struct slice *ret_label)
{
    struct exchange_diff *d = &m->diff;
    int code = write_manifest(m);
    if (code == 0)
        code = exchange_diff_run(d, make_item, m);
    if (code < 0)
        return code;
    *ret_label = label_text(d->node->policy, d->arena, sum_label(d->node, &m->sum));
    code = ret_label->ptr ? write_summary(m, m->sum.join ? *ret_label : S(""))
                          : error_set(d->err, EN_NO_MEMORY, "bundle");
    return code < 0 ? code : sign_and_end(m);
}

static int record_made(struct making *m, const struct viewer *v, struct slice label, size_t size)
{
    const struct exchange_diff *d = &m->diff;
    struct bundle_facts facts = { .peer = d->peer->id,
                                  .state = "made",
                                  .number = d->state.last + 1,
                                  .base = d->state.base,
                                  .hash = slice_of(m->hash),
                                  .at_ms = d->now_ms,
                                  .size = (int64_t)size,
                                  .look = d->look,
                                  .basis = slice_of(d->basis),
                                  .more = m->room.more,
                                  .rest = slice_of(m->room.rest),
                                  .counts = m->counts,
                                  .label = label };
    return bundle_record_append(d->node, v, &facts, m->rows, m->row_count, d->now_ms, d->err);
}

static void tell_made(const struct making *m, struct exchange_made *ret)
{
    const struct exchange_diff *d = &m->diff;
    *ret = (struct exchange_made){ .peer = d->peer->id,
                                   .number = d->state.last + 1,
                                   .base = d->state.base,
                                   .counts = m->counts,
                                   .label = sum_label(d->node, &m->sum),
                                   .looked_at = d->looked_at,
                                   .more = m->room.more };
    memcpy(ret->hash, m->hash, sizeof ret->hash);
}

/* Must a bundle go although it says nothing? One over base 0 says that there is nothing, where
 * something may be; and a peer that was set back to a backup learns from the next bundle alone that
 * it lacks something, so there is one every day. */
static bool is_due(const struct exchange_diff *d)
{
    const struct exchange_state *s = &d->state;
    return s->last > 0 && (s->base == 0 || d->now_ms - s->base_ms >= DAY_MS);
}

int exchange_make(struct node *n, const struct viewer *v, struct arena *a, struct slice peer,
                  const struct exchange_wish *wish, int64_t now_ms, struct error *err,
                  struct buf *ret_bundle, struct exchange_made *ret)
{
    struct making m = { .sum = { .policy = n->policy, .arena = a },
                        .room = room_of(wish ? wish->most : 0) };
    struct slice label = S("");
    size_t start = ret_bundle->len;
    int code = begin(n, v, a, peer, now_ms, err, &m.diff);
    if (code < 0)
        return code;
    code = bundle_writer_new(m.diff.peer->box_key, ret_bundle, err, &m.writer);
    if (code == 0)
        code = write_all(&m, &label);
    bool leaves = code == 0 && (m.row_count > 0 || !wish || !wish->unless_empty || is_due(&m.diff));
    if (leaves)
        code = record_made(&m, v, label, ret_bundle->len - start);
    if (code == 0)
        tell_made(&m, ret);
    if (code < 0 || !leaves)
        buf_truncate(ret_bundle, start); /* what is not recorded does not leave */
    bundle_writer_free(m.writer);
    exchange_diff_done(&m.diff);
    base_free(m.rows);
    return code;
}
