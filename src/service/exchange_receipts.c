/*
 * Receipts: what a receiver signs of a bundle, and what that means to the sender.
 *
 * {"at","base","bundle","counts","format":"entente receipt 1","from","head","last","number",
 *  "outcome","refused":[{"reason","record","statement"}],"since"?:[],"taken_up_to","to",
 *  "signature"}
 *
 * Invariant: a receipt moves the account of what a peer has only when the peer signed it, for us,
 * over a bundle of ours, and it is not older than what is known already. "head" binds it to the
 * receiver's ledger, so the receiver cannot later say that it never took the bundle. "since" names
 * what was taken between the base and this bundle: who does not know all of that was set back to a
 * backup, and what it knows of the peer is not all.
 */
#include "service/exchange_internal.h"

#include "base/limits.h"
#include "service/records.h"

#include <sodium.h>

#define RECEIPT_FORMAT "entente receipt 1"

enum { RECEIPT_TEXT = 15 * 1024, RECEIPT_KEPT = 90 * 1024 };

static int set_uuid(struct arena *a, struct json *o, const char *name, struct uuid id)
{
    char text[UUID_TEXT + 1];
    uuid_format(id, text);
    return json_set_text(a, o, name, arena_copy(a, slice_of(text)));
}

/* ---- writing ---- */

static struct json *refused_list(struct arena *a, const struct bundle_row *rows, size_t count)
{
    struct json *list = json_new_array(a);
    for (size_t i = 0; list && i < count; i++) {
        struct json *one;
        if (!rows[i].reason || rows[i].reason == EXCHANGE_SET_ASIDE)
            continue;
        one = json_new_object(a);
        const char *word = exchange_reason_word((enum exchange_reason)rows[i].reason);
        if (!one || json_set_text(a, one, "reason", slice_of(word)) < 0 ||
            set_uuid(a, one, "record", rows[i].record) < 0 ||
            json_set_text(a, one, "statement", hex_write(a, rows[i].hash, STATEMENT_HASH)) < 0 ||
            json_array_add(a, list, one) < 0)
            return NULL;
    }
    return list;
}

static struct json *counts_object(struct arena *a, const struct exchange_counts *c)
{
    struct json *o = json_new_object(a);
    if (!o || json_set_int(a, o, "put", c->put) < 0 ||
        json_set_int(a, o, "retract", c->retract) < 0 ||
        json_set_int(a, o, "redact", c->redact) < 0 ||
        json_set_int(a, o, "withdraw", c->withdraw) < 0 ||
        json_set_int(a, o, "refused", c->refused) < 0)
        return NULL;
    return o;
}

/* Nothing is said where nothing was taken in between, as it mostly is. */
static int set_since(struct arena *a, struct json *o, const struct receipt_facts *f)
{
    struct json *list = json_new_array(a);
    if (f->since_count == 0)
        return 0;
    for (size_t i = 0; list && i < f->since_count; i++) {
        struct json *v = json_new_text(a, f->since[i]);
        if (!v || json_array_add(a, list, v) < 0)
            return EN_NO_MEMORY;
    }
    return list ? json_object_set(a, o, S("since"), list) : EN_NO_MEMORY;
}

int exchange_receipt_write(struct node *n, struct arena *a, const struct receipt_facts *f,
                           const struct bundle_row *rows, size_t count, struct error *err,
                           struct buf *out)
{
    struct json *o = json_new_object(a);
    struct json *refused = refused_list(a, rows, count), *counts = counts_object(a, &f->counts);
    if (!o || !refused || !counts || json_set_int(a, o, "at", f->at_ms) < 0 ||
        json_set_int(a, o, "base", f->base) < 0 || json_set_text(a, o, "bundle", f->bundle) < 0 ||
        json_object_set(a, o, S("counts"), counts) < 0 ||
        json_set_text(a, o, "format", S(RECEIPT_FORMAT)) < 0 ||
        set_uuid(a, o, "from", ledger_instance(n->ledger)) < 0 ||
        json_set_text(a, o, "head", f->head) < 0 || json_set_text(a, o, "last", f->last) < 0 ||
        json_set_int(a, o, "number", f->number) < 0 ||
        json_set_text(a, o, "outcome", slice_of(f->outcome)) < 0 ||
        json_object_set(a, o, S("refused"), refused) < 0 || set_since(a, o, f) < 0 ||
        json_set_int(a, o, "taken_up_to", f->taken_up_to) < 0 ||
        set_uuid(a, o, "to", f->peer->instance) < 0)
        return error_set(err, EN_NO_MEMORY, "receipt");
    return signed_json_write(node_signer(n), SIGN_RECEIPT, a, o, err, out);
}

/* All rows of a bundle's parts. */
static int rows_of(struct arena *a, const struct row *parts, size_t count, struct error *err,
                   struct bundle_row **ret, size_t *ret_count)
{
    struct bundle_row *all = NULL;
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        struct bundle_row *rows, *more;
        size_t got = 0;
        int code = bundle_rows_unpack(a, parts[i].body, err, &rows, &got);
        if (code < 0)
            return code;
        more = arena_array_of(a, struct bundle_row, total + got + 1);
        if (!more)
            return error_set(err, EN_NO_MEMORY, "receipt");
        if (total)
            memcpy(more, all, total * sizeof *more);
        memcpy(more + total, rows, got * sizeof *more);
        all = more;
        total += got;
    }
    *ret = all;
    *ret_count = total;
    return 0;
}

static struct exchange_counts counts_of(const struct json *body)
{
    const struct json *c = json_get(body, "counts");
    return (struct exchange_counts){ .put = json_get_int(c, "put", 0),
                                     .retract = json_get_int(c, "retract", 0),
                                     .redact = json_get_int(c, "redact", 0),
                                     .withdraw = json_get_int(c, "withdraw", 0),
                                     .refused = json_get_int(c, "refused", 0) };
}

static int receipt_of_parts(struct node *n, struct arena *a, const struct peer *p,
                            const struct row *parts, size_t count, int64_t now_ms,
                            struct error *err, struct buf *out)
{
    const struct json *body = parts[0].body;
    struct bundle_row *rows = NULL;
    struct when at = { 0 };
    size_t row_count = 0;
    int code = rows_of(a, parts, count, err, &rows, &row_count);
    if (code < 0)
        return code;
    when_parse(json_get_text(body, "at"), &at);
    struct receipt_facts facts = { .peer = p,
                                   .bundle = json_get_text(body, "hash"),
                                   .outcome = "taken",
                                   .number = json_get_int(body, "number", 0),
                                   .base = json_get_int(body, "base", 0),
                                   .taken_up_to = json_get_int(body, "number", 0),
                                   .last = json_get_text(body, "hash"),
                                   .head = json_get_text(body, "head"),
                                   .at_ms = when_first_ms(at),
                                   .counts = counts_of(body) };
    struct slice *since = NULL;
    if (facts.base > 0)
        code = exchange_taken_between(n, a, p->id, facts.base, facts.number, now_ms, err, &since,
                                      &facts.since_count);
    facts.since = since;
    return code < 0 ? code : exchange_receipt_write(n, a, &facts, rows, row_count, err, out);
}

int exchange_receipt_again(struct node *n, struct arena *a, const struct peer *p,
                           struct slice bundle, int64_t now_ms, struct error *err, struct buf *out)
{
    struct snapshot *s = NULL;
    struct row *parts = NULL;
    size_t count = 0;
    int code = node_snapshot(n, &n->operator, a, now_ms, err, &s);
    if (code < 0)
        return code;
    code = bundle_record_find(s, p->id, "taken", bundle, err, &parts, &count);
    snapshot_close(s);
    return code < 0 ? code : receipt_of_parts(n, a, p, parts, count, now_ms, err, out);
}

/* ---- reading ---- */

struct reading {
    struct node *node;
    const struct viewer *viewer;
    struct arena *arena;
    struct slice text;
    int64_t now_ms;
    struct error *err;
    struct peer peer;
    const struct json *receipt;
    struct row *parts;
    size_t part_count;
    struct exchange_state state;
};

static int malformed(struct error *err)
{
    return error_set(err, EN_INVALID, "this is not a receipt");
}

static int check_receipt(struct reading *r)
{
    struct json *o = NULL;
    struct uuid to;
    int code = signed_json_read(r->arena, r->text, LIMIT_RECEIPT, r->err, &o);
    if (code < 0)
        return code;
    r->receipt = o;
    if (!slice_is(json_get_text(o, "format"), RECEIPT_FORMAT) ||
        !uuid_parse(json_get_text(o, "to"), &to))
        return malformed(r->err);
    if (!uuid_eq(to, ledger_instance(r->node->ledger)))
        return error_set(r->err, EN_CONFLICT, "the receipt is for another instance");
    code = peer_find(r->node, r->arena, json_get_text(o, "from"), r->now_ms, r->err, &r->peer);
    if (code < 0)
        return code;
    code = signed_json_verify(r->arena, o, SIGN_RECEIPT, r->peer.sign_key, r->err);
    if (code == EN_CORRUPT) {
        error_clear(r->err);
        error_set(r->err, code, "the receipt's signature is not the peer's");
    }
    return code;
}

static int find_made(struct reading *r)
{
    struct snapshot *s = NULL;
    int code = node_snapshot(r->node, &r->node->operator, r->arena, r->now_ms, r->err, &s);
    if (code < 0)
        return code;
    code = bundle_record_find(s, r->peer.id, "made", json_get_text(r->receipt, "bundle"), r->err,
                              &r->parts, &r->part_count);
    if (code == 0)
        code = exchange_state_made(s, r->peer.id, r->err, &r->state);
    snapshot_close(s);
    if (code == EN_NOT_FOUND) {
        error_clear(r->err);
        error_set(r->err, code, "the receipt is for a bundle that we did not make");
    }
    return code;
}

static enum exchange_reason reason_of(struct slice word)
{
    for (int i = 1; i < EXCHANGE_REASONS; i++)
        if (slice_is(word, exchange_reason_word((enum exchange_reason)i)))
            return (enum exchange_reason)i;
    return EXCHANGE_INVALID; /* a newer partner may have reasons that we do not know */
}

static struct bundle_row *find_statement(struct bundle_row *rows, size_t count, const uint8_t *hash)
{
    for (size_t i = 0; i < count; i++)
        if (memcmp(rows[i].hash, hash, STATEMENT_HASH) == 0)
            return &rows[i];
    return NULL;
}

/* Both are in order of record; the statement that is refused is found by its hash. */
static void mark_refused(const struct json *refused, uint32_t *at, struct bundle_row *rows,
                         size_t count)
{
    while (refused && refused->type == JSON_ARRAY && *at < refused->count) {
        uint8_t hash[STATEMENT_HASH];
        const struct json *one = &refused->items[*at];
        if (hex_read(json_get_text(one, "statement"), hash, sizeof hash)) {
            struct bundle_row *row = find_statement(rows, count, hash);
            if (!row)
                return; /* of a later part */
            row->reason = (uint8_t)reason_of(json_get_text(one, "reason"));
        }
        ++*at;
    }
}

/* The receipt in texts that a field may hold; a very long one is kept by what it did. */
static int keep_text(struct reading *r, struct json *patch)
{
    struct json *list = json_new_array(r->arena);
    if (r->text.len > RECEIPT_KEPT)
        return 0;
    for (size_t at = 0; list && at < r->text.len;) {
        size_t n = r->text.len - at < RECEIPT_TEXT ? r->text.len - at : RECEIPT_TEXT;
        while (at + n < r->text.len && (r->text.ptr[at + n] & 0xC0) == 0x80)
            n--;
        struct json *v = json_new_text(r->arena, slice_make(r->text.ptr + at, n));
        if (!v || json_array_add(r->arena, list, v) < 0)
            list = NULL;
        at += n;
    }
    return list ? json_object_set(r->arena, patch, S("receipt"), list) : EN_NO_MEMORY;
}

static int receipt_patch(struct reading *r, const char *state, struct json **ret)
{
    struct arena *a = r->arena;
    struct json *patch = json_new_object(a);
    struct json *counts = json_new_object(a);
    char at[32];
    when_format_ms(json_get_int(r->receipt, "at", 0), true, at);
    if (!patch || !counts || json_set_text(a, patch, "state", slice_of(state)) < 0 ||
        json_set_text(a, patch, "receipted_at", arena_copy(a, slice_of(at))) < 0 ||
        json_set_int(a, patch, "taken_up_to", json_get_int(r->receipt, "taken_up_to", 0)) < 0 ||
        json_set_text(a, patch, "head", json_get_text(r->receipt, "head")) < 0 ||
        json_set_int(a, counts, "refused",
                     json_get_int(json_get(r->receipt, "counts"), "refused", 0)) < 0 ||
        json_object_set(a, patch, S("counts"), counts) < 0)
        return EN_NO_MEMORY;
    *ret = patch;
    return 0;
}

static int part_draft(struct reading *r, const struct row *part, const struct json *patch,
                      struct draft *ret)
{
    *ret = (struct draft){ .operation = ENTRY_PUT,
                           .kind = S("bundle"),
                           .expected = part->version,
                           .user = records_user(r->viewer, r->arena) };
    ret->label = label_text(r->node->policy, r->arena, part->label);
    if (!ret->label.ptr || !uuid_parse(part->id, &ret->record))
        return error_set(r->err, EN_NO_MEMORY, "receipt");
    return bundle_record_body(r->arena, part->body, patch, r->err, &ret->body);
}

static int receipted_part(struct reading *r, size_t i, uint32_t *at, struct draft *ret)
{
    struct bundle_row *rows = NULL;
    struct json *patch = NULL, *list;
    size_t count = 0;
    int code = bundle_rows_unpack(r->arena, r->parts[i].body, r->err, &rows, &count);
    if (code < 0)
        return code;
    mark_refused(json_get(r->receipt, "refused"), at, rows, count);
    list = bundle_rows_pack(r->arena, rows, count, /* taken= */ false);
    if (!list || receipt_patch(r, "receipted", &patch) < 0 ||
        (count && json_object_set(r->arena, patch, S("statements"), list) < 0) ||
        (i == 0 && keep_text(r, patch) < 0))
        return error_set(r->err, EN_NO_MEMORY, "receipt");
    return part_draft(r, &r->parts[i], patch, ret);
}

static int append_drafts(struct reading *r, const struct draft *drafts, size_t count)
{
    struct appended *done = arena_array_of(r->arena, struct appended, count);
    if (!done)
        return error_set(r->err, EN_NO_MEMORY, "receipt");
    int code = ledger_append(r->node->ledger, drafts, count, r->now_ms, r->err, done);
    if (code == EN_STALE)
        code = error_set(r->err, EN_BUSY, "this receipt is being handled; try again");
    return code;
}

static int apply_taken(struct reading *r)
{
    struct draft *drafts = arena_array_of(r->arena, struct draft, r->part_count);
    uint32_t at = 0;
    int code = drafts ? 0 : error_set(r->err, EN_NO_MEMORY, "receipt");
    for (size_t i = 0; code == 0 && i < r->part_count; i++)
        code = receipted_part(r, i, &at, &drafts[i]);
    return code < 0 ? code : append_drafts(r, drafts, r->part_count);
}

/* What the peer had is in doubt: the next bundle begins from nothing. */
static int apply_gap(struct reading *r)
{
    struct json *patch = NULL;
    struct draft d;
    if (receipt_patch(r, "gap", &patch) < 0 || keep_text(r, patch) < 0)
        return error_set(r->err, EN_NO_MEMORY, "receipt");
    int code = part_draft(r, &r->parts[0], patch, &d);
    return code < 0 ? code : append_drafts(r, &d, 1);
}

/* Is this a bundle of ours? They took it: if not, we were set back. */
static int is_known(struct reading *r, struct slice hash, bool *ret)
{
    struct snapshot *s = NULL;
    struct row *parts;
    size_t count;
    int code = node_snapshot(r->node, &r->node->operator, r->arena, r->now_ms, r->err, &s);
    if (code < 0)
        return code;
    code = bundle_record_find(s, r->peer.id, "made", hash, NULL, &parts, &count);
    snapshot_close(s);
    *ret = code == 0;
    return code == EN_NOT_FOUND ? 0 : code;
}

/* Everything that they took since the base. When the receipt names as many as it may, there may be
 * more that it does not name. */
static int is_all_known(struct reading *r, bool *ret)
{
    const struct json *since = json_get(r->receipt, "since");
    uint32_t count = since && since->type == JSON_ARRAY ? since->count : 0;
    int code = 0;
    *ret = count < LIMIT_RECEIPT_SINCE;
    for (uint32_t i = 0; code == 0 && *ret && i < count; i++) {
        const struct json *one = &since->items[i];
        code = is_known(r, one->type == JSON_STRING ? one->text : S(""), ret);
    }
    return code;
}

static int apply(struct reading *r)
{
    const struct json *body = r->parts[0].body;
    struct slice outcome = json_get_text(r->receipt, "outcome");
    bool open = slice_is(json_get_text(body, "state"), "made"), known = true;
    int code = 0;
    int64_t number = json_get_int(body, "number", 0);
    if (json_get_int(r->receipt, "number", -1) != number)
        return malformed(r->err);
    if (!open || number < r->state.base)
        return 0; /* known already, or overtaken */
    if (slice_is(outcome, "gap"))
        return apply_gap(r);
    if (slice_is(outcome, "taken")) {
        code = is_all_known(r, &known);
        return code < 0 ? code : known ? apply_taken(r) : apply_gap(r);
    }
    if (!slice_is(outcome, "old"))
        return malformed(r->err);
    code = is_known(r, json_get_text(r->receipt, "last"), &known);
    return code < 0 || known ? code : apply_gap(r);
}

int exchange_receipt(struct node *n, const struct viewer *v, struct arena *a, struct slice receipt,
                     int64_t now_ms, struct error *err, struct exchange_receipted *ret)
{
    struct reading r = { .node = n,
                         .viewer = v,
                         .arena = a,
                         .text = slice_trim(receipt),
                         .now_ms = now_ms,
                         .err = err };
    int code = exchange_check_officer(v, err);
    if (code == 0)
        code = check_receipt(&r);
    if (code == 0)
        code = find_made(&r);
    if (code == 0)
        code = apply(&r);
    if (code < 0)
        return code;
    *ret = (struct exchange_receipted){ .peer = r.peer.id,
                                        .number = json_get_int(r.receipt, "number", 0),
                                        .outcome = json_get_text(r.receipt, "outcome"),
                                        .counts = counts_of(r.receipt),
                                        .more = json_get_bool(r.parts[0].body, "more", false) };
    return 0;
}
