/*
 * What is to be said of each record: the statement that the peer should have, against what it has.
 *
 * Invariant: nothing is stated that the partner viewer may not read at this moment. What the peer
 * may have and should not have any more is withdrawn, without a word about the record as it is now:
 * a withdrawal bears no time, no revision and no label.
 */
#include "service/exchange_internal.h"

#include "base/fault.h"
#include "base/limits.h"

#include <sodium.h>

enum { CHUNK = 400 };

struct look {
    struct exchange_item item;
    struct uuid origin;
    bool known;   /* a record is here */
    bool foreign; /* its revision is the originator's */
    int relays;   /* foreign: to be said of it; 0: it is not ours to pass on to this peer */
    bool blind;   /* survey, foreign: who provides it stands in no bundle that the officer reads */
    struct exchange_revision revision;
    bool held; /* the peer has a row */
    struct holding holding;
    bool may_go;
    bool destroys; /* an end that orders content to be destroyed */
};

struct chunk {
    struct exchange_diff *diff;
    struct arena *arena; /* of one chunk */
    struct look looks[CHUNK];
    size_t count;
    exchange_sink sink;
    void *context;
};

/* ---- with the operator's eyes, or a survey's: whose it is, and what the peer has of it ---- */

/* A survey takes it that somebody provides what stands here. */
static int look_provider(struct exchange_diff *d, struct snapshot *s, struct slice id,
                         struct look *l)
{
    struct holding *sources = NULL;
    size_t count = 0;
    int code = exchange_relays(s, id, d->peer->id, d->err, &l->relays);
    if (code < 0 || l->relays || !d->officer)
        return code;
    code = holding_sources(s, id, d->err, &sources, &count);
    l->blind = count == 0;
    l->relays = l->blind;
    return code;
}

static int look_origin(struct exchange_diff *d, struct snapshot *s, struct look *l)
{
    struct row row;
    int code = snapshot_get(s, NULL, slice_of(l->item.id), NULL, &row);
    if (code == EN_NOT_FOUND)
        return 0;
    if (code < 0 || !uuid_parse(row.origin, &l->origin))
        return error_set(d->err, code < 0 ? code : EN_CORRUPT, "a record cannot be read");
    l->known = true;
    l->item.kind = row.kind;
    l->foreign = !uuid_eq(l->origin, ledger_instance(d->node->ledger));
    if (!l->foreign)
        return 0;
    code = exchange_revision_foreign(s, row.id, d->err, &l->revision);
    return code < 0 ? code : look_provider(d, s, row.id, l);
}

static int look_held(struct exchange_diff *d, struct snapshot *s, void *context)
{
    struct chunk *c = context;
    int code = 0;
    for (size_t i = 0; code == 0 && i < c->count; i++) {
        struct look *l = &c->looks[i];
        struct slice id = slice_of(l->item.id);
        int found = d->officer ? holding_seen(s, d->peer->id, id, d->err, &l->holding)
                               : holding_get(s, d->peer->id, HOLDING_MADE, id, d->err, &l->holding);
        l->held = found == 1;
        if (l->held) { /* the snapshot's memory goes, the looks stay */
            l->holding.hash = arena_copy(c->arena, l->holding.hash);
            l->holding.sent_hash = arena_copy(c->arena, l->holding.sent_hash);
            l->holding.refused_hash = arena_copy(c->arena, l->holding.refused_hash);
        }
        code = found < 0 ? found : look_origin(d, s, l);
    }
    return code < 0 || !arena_failed(c->arena) ? code : error_set(d->err, EN_NO_MEMORY, "bundle");
}

/* ---- with the partner's eyes: what may be said ---- */

static bool wanted_kind(const struct peer *p, const struct kind *k)
{
    if (!p->kinds_out)
        return true;
    for (uint32_t i = 0; i < p->kinds_out->count; i++)
        if (slice_is(p->kinds_out->items[i].text, k->name))
            return true;
    return false;
}

/* Decisions to lower a label stay at home; consent to onward release must reach who needs it, from
 * the originator itself: nobody passes on what another consented to. */
static bool is_internal(struct snapshot *s, const struct look *l, struct row *row)
{
    return strcmp(row->kind->name, "release") == 0 &&
           (l->foreign || snapshot_body(s, row, NULL) < 0 ||
            !slice_is(json_get_text(row->body, "nature"), "onward") ||
            slice_is(json_get_text(row->body, "state"), "proposed"));
}

/* May this record go to the peer at all? `held` says why not, where that is no secret. */
static bool may_go(struct exchange_diff *d, struct snapshot *s, struct look *l, struct row *row)
{
    if (!d->peer->clearance || row->kind->system || uuid_eq(l->origin, d->peer->instance) ||
        is_internal(s, l, row))
        return false;
    if (wanted_kind(d->peer, row->kind))
        return true;
    l->item.held = EXCHANGE_KIND;
    return false;
}

static int write_line(struct exchange_diff *d, struct arena *a, struct look *l,
                      const struct statement *st)
{
    struct buf line cleanup_buf;
    buf_init(&line, LIMIT_STATEMENT);
    statement_write(st, &line);
    if (line.failed && !line.no_memory) {
        l->item.held = EXCHANGE_TOO_LARGE;
        l->item.line = S("");
        return 0;
    }
    l->item.line = arena_copy(a, buf_slice(&line));
    if (buf_failed(&line) || !l->item.line.ptr)
        return error_set(d->err, EN_NO_MEMORY, "statement");
    statement_hash(l->item.line, l->item.hash);
    l->item.operation = st->operation;
    l->may_go = true;
    return 0;
}

static int state_put(struct exchange_diff *d, struct snapshot *s, struct look *l, struct row *row,
                     struct statement *st)
{
    enum exchange_reason reason = EXCHANGE_FINE;
    int code = exchange_body(s, row, d->err, &st->body, &reason);
    if (code < 0)
        return code;
    if (reason != EXCHANGE_FINE) {
        l->item.held = reason;
        return 0;
    }
    st->operation = STATE_PUT;
    st->label = label_text(d->node->policy, snapshot_arena(s), row->label);
    if (!st->label.ptr)
        return error_set(d->err, EN_NO_MEMORY, "statement");
    l->item.label = row->label;
    return write_line(d, snapshot_arena(s), l, st);
}

static int state_record(struct exchange_diff *d, struct snapshot *s, struct look *l)
{
    struct row row;
    struct exchange_revision own = { 0 };
    int code = snapshot_get(s, NULL, slice_of(l->item.id), NULL, &row);
    l->item.readable = code == 0;
    if (code == EN_NOT_FOUND || (code == 0 && !may_go(d, s, l, &row)))
        return 0;
    if (code == 0)
        code = exchange_revision_own(s, &row, d->err, &own);
    if (code < 0)
        return error_set(d->err, code, "a record cannot be read");
    const struct exchange_revision *of = l->foreign ? &l->revision : &own;
    struct statement st = { .record = l->item.record,
                            .instance = l->origin,
                            .kind = slice_of(row.kind->name),
                            .at_ms = of->at_ms,
                            .entry = of->entry,
                            .past_redacted = own.past_redacted,
                            .relays = l->relays };
    if (!row.retracted)
        return l->foreign && !l->relays ? 0 : state_put(d, s, l, &row, &st);
    if (l->foreign && l->revision.operation != STATE_RETRACT &&
        l->revision.operation != STATE_REDACT)
        return 0; /* nobody provides it any more, and so do we not */
    st.operation = slice_is(row.body_text, "{}") ? STATE_REDACT : STATE_RETRACT;
    l->destroys = st.operation == STATE_REDACT || st.past_redacted;
    return write_line(d, snapshot_arena(s), l, &st);
}

/* ---- the decision ---- */

static bool same_hash(const struct look *l, struct slice hex)
{
    char text[2 * STATEMENT_HASH + 1];
    sodium_bin2hex(text, sizeof text, l->item.hash, STATEMENT_HASH);
    return slice_is(hex, text);
}

/* Nothing is on its way. While something is, another thing may have been sent between what was
 * acknowledged and what was sent last, and may be what arrived: so it is said again. */
static bool settled(const struct look *l)
{
    return l->holding.sent == 0;
}

static bool should_put(struct look *l)
{
    const struct holding *h = &l->holding;
    l->item.is_new = !l->held || h->op != STATE_PUT;
    if (!l->held)
        return true;
    if (h->refused && h->sent == 0 && same_hash(l, h->refused_hash)) {
        l->item.held = (enum exchange_reason)h->refused; /* it would be refused again */
        return false;
    }
    return !(h->op == STATE_PUT && same_hash(l, h->hash) && settled(l));
}

/* A tombstone is for those who have the record, or may have it; the order to destroy also for those
 * from whom it was withdrawn, because they keep its history. */
static bool should_end(const struct look *l)
{
    const struct holding *h = &l->holding;
    bool withdrawn = h->op == STATE_WITHDRAW && !l->destroys;
    if (!l->held || (h->sent == 0 && (h->op == 0 || withdrawn)))
        return false;
    return !(h->op == l->item.operation && same_hash(l, h->hash) && settled(l));
}

static bool should_withdraw(const struct look *l)
{
    return l->known && l->held && (l->holding.sent > 0 || l->holding.op == STATE_PUT);
}

static int withdraw(struct exchange_diff *d, struct arena *a, struct look *l)
{
    struct statement st = { .operation = STATE_WITHDRAW,
                            .record = l->item.record,
                            .instance = l->origin,
                            .kind = slice_of(l->item.kind->name) };
    enum exchange_reason held = l->item.held;
    int code = write_line(d, a, l, &st);
    l->item.held = held;
    return code;
}

static int give(struct chunk *c, struct arena *a, struct look *l)
{
    bool say;
    l->item.goes = l->may_go;
    l->item.has = l->held && l->holding.op == STATE_PUT;
    if (!l->may_go) {
        say = should_withdraw(l);
        if (say) {
            int code = withdraw(c->diff, a, l);
            if (code < 0)
                return code;
        }
    } else {
        say = l->item.operation == STATE_PUT ? should_put(l) : should_end(l);
        say = say && !(l->blind && l->item.has); /* which revision, nobody tells the officer */
    }
    if (!say)
        l->item.operation = 0;
    return say || c->diff->officer || l->item.held ? c->sink(c->context, &l->item) : 0;
}

static int look_partner(struct exchange_diff *d, struct snapshot *s, void *context)
{
    struct chunk *c = context;
    int code = 0;
    for (size_t i = 0; code == 0 && i < c->count; i++) {
        if (d->full && !c->looks[i].held)
            continue;
        if (c->looks[i].known)
            code = state_record(d, s, &c->looks[i]);
        if (code == 0)
            code = give(c, snapshot_arena(s), &c->looks[i]);
    }
    return code;
}

static void take_chunk(struct chunk *c, size_t at)
{
    size_t left = c->diff->id_count - at;
    c->count = left < CHUNK ? left : CHUNK;
    for (size_t i = 0; i < c->count; i++) {
        struct look *l = &c->looks[i];
        *l = (struct look){ .item = { .record = c->diff->ids[at + i] } };
        uuid_format(l->item.record, l->item.id);
    }
}

int exchange_diff_run(struct exchange_diff *d, exchange_sink sink, void *context)
{
    struct chunk *c = base_calloc(1, sizeof *c);
    int code = c ? 0 : error_set(d->err, EN_NO_MEMORY, "bundle");
    if (c)
        c->arena = arena_new(LIMIT_ARENA);
    if (c && !c->arena)
        code = error_set(d->err, EN_NO_MEMORY, "bundle");
    for (size_t at = 0; code == 0 && at < d->id_count; at += CHUNK) {
        c->diff = d;
        c->sink = sink;
        c->context = context;
        arena_reset(c->arena);
        take_chunk(c, at);
        code = exchange_with_snapshot(d, exchange_diff_eyes(d), look_held, c);
        if (code == 0)
            code = exchange_with_snapshot(d, d->partner, look_partner, c);
    }
    if (c)
        arena_free(c->arena);
    base_free(c);
    return code;
}
