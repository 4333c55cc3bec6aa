/*
 * Taking a bundle: see exchange.h.
 *
 * Invariant: a bundle that may not be taken changes nothing. One that may is taken in batches; the
 * record of the bundle comes last, so a crash in between leaves a bundle that was not taken yet and
 * is taken again, which changes nothing twice.
 *
 * Bundles are taken one at a time, from before it is asked what was taken last until the record of
 * the bundle stands: who provides what is told by these records alone, so what another bundle is
 * about to provide could neither be compared with nor be kept from a withdrawal. The versions that
 * the drafts expect do not do that by themselves; they see to what takes no turns.
 */
#include "service/exchange_internal.h"

#include "base/fault.h"
#include "base/limits.h"
#include "ledger/turn.h"
#include "service/records.h"

#include <sodium.h>

enum { BATCH = LIMIT_BATCH, BATCH_BYTES = 4 * 1024 * 1024 };

struct take {
    struct taking taking;
    struct opened_bundle opened;
    struct exchange_taken *ret;
    struct exchange_counts told; /* to the peer: what is set aside counts as taken */
    struct arena *arena;         /* the caller's */
    struct bundle_row *rows;     /* heap */
    size_t row_count;
    size_t at; /* in the lines */
    int64_t left;
    struct uuid last;
    size_t size; /* of the sealed bytes */
    bool write;
    int64_t known;        /* entries up to here are in the picture or made by this bundle; 0: ask */
    struct uuid *orphans; /* heap */
    size_t orphan_count, orphan_at;
};

static void add_refusal(struct take *t, const struct bundle_row *row)
{
    struct exchange_taken *r = t->ret;
    char id[UUID_TEXT + 1];
    if (r->refusal_count == LIMIT_REFUSALS)
        return;
    uuid_format(row->record, id);
    r->refusals[r->refusal_count++] =
        (struct exchange_refusal){ .record = arena_copy(t->arena, slice_of(id)),
                                   .statement = hex_write(t->arena, row->hash, STATEMENT_HASH),
                                   .reason = (enum exchange_reason)row->reason };
}

static void add_change(struct take *t, const struct statement *st, const struct judged *j)
{
    struct exchange_taken *r = t->ret;
    char id[UUID_TEXT + 1];
    if (r->change_count == LIMIT_REFUSALS)
        return;
    uuid_format(st->record, id);
    r->changes[r->change_count++] =
        (struct exchange_change){ .record = arena_copy(t->arena, slice_of(id)),
                                  .kind = j->kind,
                                  .operation = (enum statement_operation)st->operation,
                                  .is_new = j->is_new,
                                  .title = arena_copy(t->arena, j->title),
                                  .title_fr = arena_copy(t->arena, j->title_fr) };
}

static void count_one(struct exchange_counts *c, int operation)
{
    int64_t *const counts[] = { &c->put, &c->retract, &c->redact, &c->withdraw };
    ++*counts[operation - 1];
}

/* Who passes on another's record is a relay, also when it does not say so. */
static int relays_of(const struct take *t, const struct statement *st)
{
    bool own = uuid_eq(st->instance, t->opened.peer.instance);
    return st->operation != STATE_PUT || own ? 0 : st->relays ? st->relays : 1;
}

/* What whoever takes it is told. What it may not read answers as if it were not there. */
static void tell(struct take *t, const struct statement *st, const struct judged *j,
                 const struct bundle_row *row)
{
    struct exchange_counts *c = &t->ret->counts;
    struct judged as_new = *j;
    bool absent = j->hidden && (!j->reason || j->reason == EXCHANGE_SET_ASIDE);
    as_new.is_new |= absent;
    if (j->reason && !absent) {
        c->refused++;
        add_refusal(t, row);
        return;
    }
    count_one(c, st->operation);
    if (absent ? st->operation == STATE_PUT : j->changes)
        add_change(t, st, &as_new);
    else
        c->unchanged++;
}

static void note(struct take *t, const struct statement *st, const struct judged *j,
                 struct slice line)
{
    struct bundle_row *row = &t->rows[t->row_count++];
    *row = (struct bundle_row){ .record = st->record,
                                .operation = (uint8_t)st->operation,
                                .reason = (uint8_t)j->reason,
                                .at_ms = st->at_ms,
                                .relays = (uint8_t)relays_of(t, st),
                                .entry = st->entry };
    statement_hash(line, row->hash);
    if (j->reason && j->reason != EXCHANGE_SET_ASIDE)
        t->told.refused++;
    else
        count_one(&t->told, st->operation);
    if (line.len || !j->hidden) /* the bundle itself says nothing of an orphan */
        tell(t, st, j, row);
}

/* What stands here of the records is held, too, until the batch is written. */
static bool has_room(const struct taking *k)
{
    return arena_used(snapshot_arena(k->snapshot)) < LIMIT_ARENA / 4;
}

/* Judges up to a batch of statements, as many as are taken in durably at once, within one snapshot.
 */
static int judge_batch(struct take *t)
{
    struct taking *k = &t->taking;
    size_t start = t->at;
    int code = 0;
    for (int i = 0;
         code == 0 && i < BATCH && t->left > 0 && t->at - start < BATCH_BYTES && has_room(k);
         i++, t->left--) {
        struct statement st;
        struct judged j;
        struct slice line;
        if (!parsed_bundle_line(&t->opened.parsed, &t->at, &line))
            return error_set(k->err, EN_CORRUPT, "the bundle ends early");
        code = statement_parse(snapshot_arena(k->snapshot), line, k->err, &st);
        if (code == 0 && t->row_count && uuid_compare(t->last, st.record) >= 0)
            code = error_set(k->err, EN_INVALID, "the statements of the bundle are not in order");
        if (code == 0)
            code = exchange_judge(k, &st, &j);
        if (code < 0)
            return code;
        t->last = st.record;
        note(t, &st, &j, line);
    }
    return code;
}

static int not_now(const struct taking *k)
{
    return error_set(k->err, EN_BUSY, "another bundle is being taken; try again");
}

static int append_batch(struct take *t, struct arena *a)
{
    struct taking *k = &t->taking;
    int code = 0;
    for (size_t at = 0; code == 0 && at < k->draft_count; at += LIMIT_BATCH) {
        size_t rest = k->draft_count - at, count = rest < LIMIT_BATCH ? rest : LIMIT_BATCH;
        struct appended *done = arena_array_of(a, struct appended, count);
        if (!done)
            return error_set(k->err, EN_NO_MEMORY, "bundle");
        code = ledger_append(k->node->ledger, k->drafts + at, count, k->now_ms, k->err, done);
        /* it changed, it came to be, it came to be another's: it is judged anew */
        if (code == EN_STALE || code == EN_CONFLICT || code == EN_FORBIDDEN)
            code = not_now(k);
        if (code == 0) /* nobody else wrote in between? */
            t->known = done[0].seq == t->known + 1 ? done[count - 1].seq : 0;
    }
    return code;
}

/* What this bundle has written itself need not be in the picture: no statement is judged by another
 * one of the same bundle. Whatever anybody else wrote must be. */
static int open_snapshot(struct take *t, struct arena *a)
{
    struct taking *k = &t->taking;
    struct picture *p = k->node->picture;
    int64_t last = 0;
    if (t->known && ledger_wait(k->node->ledger, t->known, /* timeout_ms= */ 0, &last) == 0 &&
        last == t->known &&
        snapshot_open(p, &k->node->operator, a, k->now_ms, NULL, &k->snapshot) == 0)
        return 0;
    int code = node_snapshot(k->node, &k->node->operator, a, k->now_ms, k->err, &k->snapshot);
    t->known = picture_position(p);
    return code;
}

static int with_batch(struct take *t, int (*judge)(struct take *t))
{
    cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
    struct taking *k = &t->taking;
    int code = a ? open_snapshot(t, a) : error_set(k->err, EN_NO_MEMORY, "bundle");
    if (code < 0)
        return code;
    k->label_known = NULL; /* it lived in the memory of the batch before */
    k->drafts = NULL;
    k->draft_count = k->draft_capacity = 0;
    code = judge(t);
    int failure = snapshot_failure(k->snapshot);
    snapshot_close(k->snapshot);
    k->snapshot = NULL;
    if (failure < 0 && code == 0)
        code = error_set(k->err, failure, "the records cannot be read");
    return code == 0 && t->write ? append_batch(t, a) : code;
}

/* The picture takes them in at the end, all at once. */
static int take_all(struct take *t)
{
    struct taking *k = &t->taking;
    int code = 0;
    t->at = t->opened.first;
    t->left = t->opened.count;
    node_bulk_begin(k->node);
    while (code == 0 && t->left > 0)
        code = with_batch(t, judge_batch);
    int followed = node_bulk_end(k->node, code == 0 ? k->err : NULL);
    return code == 0 ? followed : code;
}

/* ---- what a beginning from nothing leaves behind ---- */

static int withdraw_orphan(struct take *t, struct uuid id)
{
    struct taking *k = &t->taking;
    struct judged j = { 0 };
    struct statement st = { .operation = STATE_WITHDRAW, .record = id };
    struct row row;
    char text[UUID_TEXT + 1];
    uuid_format(id, text);
    int code = snapshot_get(k->snapshot, NULL, slice_of(text), NULL, &row);
    if (code == EN_NOT_FOUND)
        return 0;
    if (code < 0 || !uuid_parse(row.origin, &st.instance))
        return error_set(k->err, code < 0 ? code : EN_CORRUPT, "a record cannot be read");
    st.kind = slice_of(row.kind->name);
    code = exchange_judge(k, &st, &j);
    if (code == 0)
        note(t, &st, &j, S(""));
    return code;
}

static int grow_rows(struct take *t, size_t more)
{
    struct bundle_row *rows = base_realloc(t->rows, (t->row_count + more + 1) * sizeof *rows);
    if (!rows)
        return error_set(t->taking.err, EN_NO_MEMORY, "bundle");
    t->rows = rows;
    return 0;
}

static int judge_orphans(struct take *t)
{
    const struct taking *k = &t->taking;
    int code = 0;
    for (int i = 0; code == 0 && i < BATCH && t->orphan_at < t->orphan_count && has_room(k); i++)
        code = withdraw_orphan(t, t->orphans[t->orphan_at++]);
    return code;
}

static int drop_orphans(struct take *t)
{
    const struct taking *k = &t->taking;
    int code = exchange_orphans(k->node, &t->opened, t->rows, t->row_count, k->now_ms, k->err,
                                &t->orphans, &t->orphan_count);
    if (code == 0 && t->orphan_count)
        code = grow_rows(t, t->orphan_count);
    while (code == 0 && t->orphan_at < t->orphan_count)
        code = with_batch(t, judge_orphans);
    return code;
}

/* ---- what is left behind ---- */

static const struct label *whole_label(struct take *t)
{
    struct label_sum *sum = &t->taking.sum;
    if (t->ret->label && label_sum_add(sum, t->ret->label) < 0)
        return NULL;
    return sum->join ? sum->join : policy_lowest_label(t->taking.node->policy);
}

static struct slice head_hex(struct node *n, struct arena *a, struct error *err)
{
    struct ledger_head head;
    if (ledger_head_get(n->ledger, err, &head) < 0)
        return slice_make(NULL, 0);
    return hex_write(a, head.hash.bytes, HASH_SIZE);
}

static int record_taken(struct take *t, const struct viewer *v, struct slice head)
{
    struct taking *k = &t->taking;
    const struct label *label = whole_label(t);
    struct slice text = label ? label_text(k->node->policy, t->arena, label) : slice_make(NULL, 0);
    struct bundle_facts facts = { .peer = t->opened.peer.id,
                                  .taken = true,
                                  .state = "taken",
                                  .number = t->ret->number,
                                  .base = t->ret->base,
                                  .hash = slice_of(t->ret->hash),
                                  .at_ms = k->now_ms,
                                  .size = (int64_t)t->size,
                                  .basis = exchange_wanted_basis(t->arena, k->peer),
                                  .head = head,
                                  .more = t->ret->more,
                                  .counts = t->told,
                                  .label = text };
    if (!text.ptr || !facts.basis.ptr)
        return error_set(k->err, EN_NO_MEMORY, "bundle");
    return bundle_record_append(k->node, v, &facts, t->rows, t->row_count, k->now_ms, k->err);
}

static struct receipt_facts receipt_of(const struct take *t, const char *outcome, struct slice last,
                                       struct slice head)
{
    return (struct receipt_facts){ .peer = &t->opened.peer,
                                   .bundle = slice_of(t->ret->hash),
                                   .outcome = outcome,
                                   .number = t->ret->number,
                                   .base = t->ret->base,
                                   .taken_up_to = t->ret->taken_up_to,
                                   .last = last,
                                   .head = head,
                                   .at_ms = t->taking.now_ms,
                                   .counts = t->told };
}

static int finish(struct take *t, const struct viewer *v, struct buf *ret_receipt)
{
    struct taking *k = &t->taking;
    struct slice head = head_hex(k->node, t->arena, k->err);
    if (!head.ptr)
        return error_set(k->err, EN_IO, "the ledger cannot be read");
    struct slice *since = NULL;
    size_t since_count = 0;
    int64_t base = t->ret->base, number = t->ret->number;
    int code = record_taken(t, v, head);
    if (code == 0 && base > 0 && t->opened.last.number > base)
        code = exchange_taken_between(k->node, t->arena, k->peer->id, base, number, k->now_ms,
                                      k->err, &since, &since_count);
    if (code < 0)
        return code;
    t->ret->outcome = BUNDLE_TAKEN;
    t->ret->taken_up_to = number;
    struct receipt_facts facts = receipt_of(t, "taken", slice_of(t->ret->hash), head);
    facts.since = since;
    facts.since_count = since_count;
    return exchange_receipt_write(k->node, t->arena, &facts, t->rows, t->row_count, k->err,
                                  ret_receipt);
}

/* Old ones and gaps are answered too: the sender must learn where we stand. */
static int answer_not_taken(struct take *t, struct buf *ret_receipt)
{
    struct taking *k = &t->taking;
    struct slice hash = slice_of(t->ret->hash);
    int code = EN_NOT_FOUND;
    if (t->ret->outcome == BUNDLE_OLD)
        code = exchange_receipt_again(k->node, t->arena, &t->opened.peer, hash, k->now_ms, k->err,
                                      ret_receipt);
    if (code != EN_NOT_FOUND)
        return code;
    error_clear(k->err);
    struct slice head = head_hex(k->node, t->arena, k->err);
    if (!head.ptr)
        return error_set(k->err, EN_IO, "the ledger cannot be read");
    struct receipt_facts facts =
        receipt_of(t, bundle_outcome_word(t->ret->outcome), t->opened.last.hash, head);
    return exchange_receipt_write(k->node, t->arena, &facts, NULL, 0, k->err, ret_receipt);
}

static int prepare(struct take *t, const struct viewer *v)
{
    struct taking *k = &t->taking;
    struct peer *peers = NULL;
    k->viewer = v;
    k->peer = &t->opened.peer;
    k->user = records_user(v, t->arena);
    k->sum = (struct label_sum){ .policy = k->node->policy, .arena = t->arena };
    int code = peer_list(k->node, t->arena, k->now_ms, k->err, &peers, &k->peer_count);
    k->peers = peers;
    t->rows = base_calloc((size_t)t->opened.count + 1, sizeof *t->rows);
    if (code == 0 && (!t->rows || !k->user.ptr))
        code = error_set(k->err, EN_NO_MEMORY, "bundle");
    return code;
}

/* In its turn, when it is to be written. */
static int place_and_take(struct take *t, const struct viewer *v, struct buf *ret_receipt)
{
    const struct taking *k = &t->taking;
    struct exchange_taken *r = t->ret;
    int code = exchange_place(k->node, t->arena, k->now_ms, k->err, &t->opened, r);
    if (code < 0)
        return code;
    if (r->outcome)
        return t->write ? answer_not_taken(t, ret_receipt) : 0;
    code = prepare(t, v);
    if (code == 0)
        code = take_all(t);
    if (code == 0)
        code = drop_orphans(t);
    if (code == 0 && t->write)
        return finish(t, v, ret_receipt);
    if (code == 0)
        r->outcome = BUNDLE_TAKEN; /* it would be */
    return code;
}

static int run(struct take *t, const struct viewer *v, struct slice bundle, struct buf *ret_receipt)
{
    const struct taking *k = &t->taking;
    struct exchange_taken *r = t->ret;
    struct turn turn = { .fd = -1 };
    *r = (struct exchange_taken){ .peer = S(""), .peer_name = S("") };
    r->refusals = arena_array_of(t->arena, struct exchange_refusal, LIMIT_REFUSALS);
    r->changes = arena_array_of(t->arena, struct exchange_change, LIMIT_REFUSALS);
    if (!r->refusals || !r->changes)
        return error_set(k->err, EN_NO_MEMORY, "bundle");
    int code = exchange_open(k->node, v, t->arena, bundle, k->now_ms, k->err, &t->opened, r);
    if (code < 0 || r->outcome)
        return code;
    if (t->write)
        code = turn_take(k->node->ledger, k->err, &turn);
    if (code == EN_BUSY)
        code = not_now(k);
    if (code == 0)
        code = place_and_take(t, v, ret_receipt);
    turn_give(&turn);
    return code;
}

static int start(struct node *n, const struct viewer *v, struct arena *a, struct slice bundle,
                 int64_t now_ms, struct error *err, bool write, struct exchange_taken *ret,
                 struct buf *ret_receipt)
{
    struct take *t = base_calloc(1, sizeof *t);
    struct exchange_taken taken;
    if (!t)
        return error_set(err, EN_NO_MEMORY, "bundle");
    t->taking = (struct taking){ .node = n, .now_ms = now_ms, .err = err };
    t->arena = a;
    t->ret = &taken;
    t->write = write;
    t->size = bundle.len;
    int code = exchange_check_officer(v, err);
    if (code == 0)
        code = run(t, v, bundle, ret_receipt);
    opened_bundle_done(&t->opened);
    base_free(t->rows);
    base_free(t->orphans);
    base_free(t);
    if (code == 0)
        *ret = taken;
    return code;
}

int exchange_inspect(struct node *n, const struct viewer *v, struct arena *a, struct slice bundle,
                     int64_t now_ms, struct error *err, struct exchange_taken *ret)
{
    return start(n, v, a, bundle, now_ms, err, /* write= */ false, ret, NULL);
}

int exchange_take(struct node *n, const struct viewer *v, struct arena *a, struct slice bundle,
                  int64_t now_ms, struct error *err, struct exchange_taken *ret,
                  struct buf *ret_receipt)
{
    return start(n, v, a, bundle, now_ms, err, /* write= */ true, ret, ret_receipt);
}
