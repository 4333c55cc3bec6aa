/*
 * Walks the chain once and stops at the first entry that is not as it was written.
 *
 * What is proved, in the order of the checks: no position is missing; the entry names the hash of
 * the entry before; its own hash is that of its columns; its body has the hash the header binds, or
 * is gone; versions count without gaps, and one instance has stated them all; time does not fall;
 * signed heads verify; a body is gone exactly when a REDACT says so; the last entry is under a
 * signed head; an anchor known from elsewhere is in the chain. A cut at the end with its heads
 * leaves a sound shorter chain: only an anchor shows it. It must never trust an index or a flag of
 * the store where it can compute.
 */
#include "ledger/verify.h"

#include "ledger/chain.h"
#include "ledger/record_map.h"
#include "ledger/redactions.h"

enum { HEADER_MAX = 1024 * 1024, PROGRESS_EVERY = 2048 };

struct verifier {
    struct store *store;
    struct store_reader *reader;
    const struct identity *identity;
    const struct hash *anchor; /* NULL once found */
    const struct ledger_progress *progress;
    struct error *err;
    int64_t total;
    int64_t last_signed;
    struct uuid first_unsigned; /* id of the entry after the last signed one */
    struct record_map records;
    struct redactions redactions;
    struct buf scratch;
    struct ledger_report report;
};

static int bad(struct verifier *v, int64_t seq, const struct uuid *id, const char *why)
{
    v->report.first_bad = seq;
    v->report.first_bad_id = id ? *id : (struct uuid){ { 0 } };
    v->report.why = why;
    return error_set(v->err, EN_CORRUPT, "entry %lld does not hold: %s", (long long)seq, why);
}

static int check_body(struct verifier *v, const struct store_row *row)
{
    const struct entry *e = &row->entry;
    struct hash hash;

    if (e->operation == ENTRY_PUT && !row->has_body) {
        return bad(v, e->seq, &e->id, "its body is missing");
    }
    if (e->operation == ENTRY_REDACT && row->has_body) {
        return bad(v, e->seq, &e->id, "it has a body");
    }
    if (!redactions_note(&v->redactions, e)) {
        return error_set(v->err, EN_NO_MEMORY, "out of memory");
    }
    if (e->redacted) {
        v->report.redacted++;
        return 0; /* whether it may be: see check_redactions */
    }
    chain_body_hash(row->salt, e->body, &hash);
    return hash_eq(&hash, &e->body_hash) ? 0 : bad(v, e->seq, &e->id, "hash of the body");
}

static int check_version(struct verifier *v, const struct entry *e)
{
    struct record_slot *slot = record_map_at(&v->records, e->record);

    if (!slot) {
        return error_set(v->err, EN_NO_MEMORY, "out of memory");
    }
    if (e->version != slot->version + 1) {
        slot->version = 1; /* the map must not keep a free slot counted */
        return bad(v, e->seq, &e->id, "version of the record");
    }
    if (slot->version > 0 && !uuid_eq(e->instance, slot->instance)) {
        return bad(v, e->seq, &e->id, "instance");
    }
    slot->instance = e->instance;
    slot->version = e->version;
    return 0;
}

/* An entry whose only change is that it now bears another instance. */
static bool changed_instance(struct verifier *v, const struct entry *e)
{
    struct entry own = *e;
    struct hash hash;

    own.instance = v->identity->instance;
    return chain_hash(&own, &v->scratch, &hash) == 0 && hash_eq(&hash, &e->hash);
}

static int check_link(struct verifier *v, const struct entry *e)
{
    const struct ledger_head *before = &v->report.head;
    struct hash hash;

    if (e->seq != before->seq + 1) {
        return bad(v, before->seq + 1, NULL, "the entry is missing");
    }
    if (!hash_eq(&e->previous, &before->hash)) {
        return bad(v, e->seq, &e->id, "link to the previous entry");
    }
    if (chain_hash(e, &v->scratch, &hash) != 0) {
        return error_set(v->err, EN_NO_MEMORY, "out of memory");
    }
    if (!hash_eq(&hash, &e->hash)) {
        return bad(v, e->seq, &e->id, changed_instance(v, e) ? "instance" : "hash of the header");
    }
    return e->at_ms < before->at_ms ? bad(v, e->seq, &e->id, "time falls") : 0;
}

static int check_head(struct verifier *v, const struct store_row *row)
{
    const struct entry *e = &row->entry;

    if (slice_empty(row->alg)) {
        if (v->last_signed == e->seq - 1) {
            v->first_unsigned = e->id;
        }
        return 0;
    }
    if (!slice_is(row->alg, "ed25519") || row->signature.len != SIGNATURE_SIZE ||
        !key_verify_head(v->identity->public_key, v->identity->instance, &v->report.head,
                         (const uint8_t *)row->signature.ptr)) {
        return bad(v, e->seq, &e->id, "signature of the head");
    }
    v->last_signed = e->seq;
    v->report.heads++;
    return 0;
}

static void tell(const struct verifier *v, bool end)
{
    if (v->progress && v->progress->step && (end || v->report.entries % PROGRESS_EVERY == 0)) {
        v->progress->step(v->progress->context, v->report.entries, v->total);
    }
}

static int check_row(void *context, const struct store_row *row)
{
    struct verifier *v = context;
    const struct entry *e = &row->entry;
    int r = check_link(v, e);

    if (r == 0) {
        r = check_body(v, row);
    }
    if (r == 0) {
        r = check_version(v, e);
    }
    if (r != 0) {
        return r;
    }
    v->report.head = (struct ledger_head){ .seq = e->seq, .hash = e->hash, .at_ms = e->at_ms };
    v->report.entries++;
    if (v->anchor && hash_eq(v->anchor, &e->hash)) {
        v->anchor = NULL;
    }
    tell(v, /* end= */ false);
    return check_head(v, row);
}

static int check_redactions(struct verifier *v)
{
    struct redaction_finding finding;
    int r = redactions_check(&v->redactions, v->store, v->reader, v->err, &finding);

    return r == 0 && finding.why ? bad(v, finding.seq, &finding.id, finding.why) : r;
}

static int check_end(struct verifier *v)
{
    int64_t last_signed = 0;
    int64_t last = v->report.head.seq;
    int r = v->store->ops->last_signed(v->reader, v->err, &last_signed);

    if (r == 0 && last_signed > last) {
        return bad(v, last + 1, NULL, "the entry is missing, its signed head is there");
    }
    if (r == 0 && v->last_signed < last) {
        return bad(v, v->last_signed + 1, &v->first_unsigned, "no signed head covers it");
    }
    if (r == 0 && v->anchor) {
        return bad(v, last + 1, NULL, "the anchor is not in the chain");
    }
    if (r == 0) {
        r = v->store->ops->check(v->reader, v->err);
        if (r == EN_CORRUPT) {
            v->report.why = "structure of the database";
        }
    }
    return r;
}

static int walk(struct verifier *v)
{
    struct store_query q = { .range = STORE_CHAIN };
    struct ledger_head head;
    int r = v->store->ops->head(v->reader, v->err, &head);

    if (r == 0) {
        v->total = head.seq;
        r = v->store->ops->select(v->reader, &q, v->err, check_row, v);
    }
    if (r == 0) {
        tell(v, /* end= */ true);
        r = check_redactions(v);
    }
    if (r == 0) {
        r = check_end(v);
    }
    if (r == EN_CORRUPT && !v->report.why) {
        v->report.first_bad = v->report.head.seq + 1;
        v->report.why = "its stored form cannot be read";
    }
    return r;
}

int verify_store(struct store *s, const struct identity *identity, const struct hash *anchor,
                 const struct ledger_progress *progress, struct error *err,
                 struct ledger_report *ret)
{
    struct verifier v = {
        .store = s, .identity = identity, .anchor = anchor, .progress = progress, .err = err
    };
    int r = s->ops->reader_take(s, err, &v.reader);

    if (r != 0) {
        return r;
    }
    buf_init(&v.scratch, HEADER_MAX);
    r = walk(&v);
    s->ops->reader_give(s, v.reader);
    record_map_done(&v.records);
    redactions_done(&v.redactions);
    buf_done(&v.scratch);
    if (r == 0 || r == EN_CORRUPT) {
        *ret = v.report;
    }
    return r;
}
