/*
 * A batch of drafts becomes entries.
 *
 * Invariant: versions of a record count 1, 2, 3 ... without gaps, checked against the store inside
 * the transaction; time never falls along the chain; a request key has one entry for ever. Hashing
 * a body happens in the caller's thread, before the writer's turn. It must never change a draft,
 * nor the tail when it refuses.
 */
#include "ledger/batch.h"

#include "base/fault.h"
#include "base/json.h"
#include "base/limits.h"
#include "ledger/chain.h"

#include <sodium.h>

enum { LABEL_MAX = 64 * 1024, LABEL_ARENA = 16 * 1024 * 1024 };

#define AT_MAX INT64_C(253402300799999) /* the last millisecond of the year 9999 */

static bool is_name(struct slice s)
{
    return s.len > 0 && s.len <= LIMIT_NAME && slice_is_utf8(s);
}

/* The label goes into the header as it is, so it must be exactly one canonical JSON value. */
static int check_label(struct slice label, struct error *err)
{
    cleanup_arena struct arena *a = NULL;
    cleanup_buf struct buf again = { 0 };
    struct json *value = NULL;
    int r;

    if (label.len > LABEL_MAX) {
        return error_set(err, EN_TOO_LARGE, "a label is longer than %d bytes", LABEL_MAX);
    }
    buf_init(&again, LABEL_ARENA);
    a = arena_new(LABEL_ARENA);
    if (!a) {
        return error_set(err, EN_NO_MEMORY, "out of memory");
    }
    r = json_parse(a, label, err, &value);
    if (r != 0) {
        return r;
    }
    json_write_canonical(a, value, &again);
    if (buf_failed(&again)) {
        return error_set(err, EN_NO_MEMORY, "out of memory");
    }
    if (!slice_eq(buf_slice(&again), label)) {
        return error_set(err, EN_INVALID, "a label is not in canonical form");
    }
    return 0;
}

static int check_texts(const struct draft *d, struct error *err)
{
    if (!is_name(d->kind) || !is_name(d->user)) {
        return error_set(err, EN_INVALID, "an entry needs a kind and a user of 1 to %d bytes",
                         LIMIT_NAME);
    }
    if (slice_empty(d->label)) {
        return error_set(err, EN_INVALID, "an entry needs a label");
    }
    if (!slice_empty(d->request) && !is_name(d->request)) {
        return error_set(err, EN_INVALID, "a request key is text of at most %d bytes", LIMIT_NAME);
    }
    return 0;
}

static int check_draft(const struct draft *d, int64_t now_ms, struct error *err)
{
    bool put = d->operation == ENTRY_PUT;

    if (d->operation < ENTRY_PUT || d->operation > ENTRY_REDACT) {
        return error_set(err, EN_INVALID, "an entry puts, retracts or redacts");
    }
    if (d->expected < -1 || d->redacts < 0 || (d->redacts != 0 && d->operation != ENTRY_REDACT)) {
        return error_set(err, EN_INVALID, "a version of the draft is out of range");
    }
    if (put && slice_empty(d->body)) {
        return error_set(err, EN_INVALID, "an entry that puts has a body");
    }
    if (d->operation == ENTRY_REDACT && !slice_empty(d->body)) {
        return error_set(err, EN_INVALID, "an entry that redacts has no body");
    }
    if (d->at_ms < 0 || d->at_ms > AT_MAX) {
        return error_set(err, EN_INVALID, "the time of a draft is out of range");
    }
    /* the chain's time never falls: every later entry would be stamped as late */
    if (d->at_ms > now_ms + LIMIT_AHEAD_MS) {
        return error_set(err, EN_INVALID, "the time of a draft is in the future");
    }
    if (d->body.len > LIMIT_RECORD) {
        return error_set(err, EN_TOO_LARGE, "the record is larger than %d bytes", LIMIT_RECORD);
    }
    return check_texts(d, err);
}

static void seal(const struct draft *d, int64_t now_ms, struct seal *ret)
{
    ret->id = uuid_v7(now_ms, ret->random);
    if (!slice_empty(d->body)) {
        chain_body_hash(ret->salt, d->body, &ret->body_hash);
    } else {
        chain_body_hash(NULL, d->body, &ret->body_hash);
    }
}

int batch_prepare(const struct draft *drafts, size_t count, int64_t now_ms, struct error *err,
                  struct pending *ret)
{
    struct pending p = { .drafts = drafts, .count = count, .now_ms = now_ms };
    struct slice checked = { 0 };

    if (count > LIMIT_BATCH) {
        return error_set(err, EN_TOO_LARGE, "more than %d entries in one batch", LIMIT_BATCH);
    }
    if (now_ms < 0 || now_ms > AT_MAX) {
        return error_set(err, EN_INVALID, "the time of the batch is out of range");
    }
    for (size_t i = 0; i < count; i++) {
        int r = check_draft(&drafts[i], now_ms, err);
        if (r == 0 && !slice_eq(drafts[i].label, checked)) { /* an import has few labels */
            r = check_label(drafts[i].label, err);
        }
        if (r != 0) {
            return r;
        }
        checked = drafts[i].label;
        p.destroys = p.destroys || drafts[i].operation == ENTRY_REDACT;
    }
    p.seals = base_calloc(count, sizeof(*p.seals));
    p.results = base_calloc(count, sizeof(*p.results));
    if (!p.seals || !p.results) {
        batch_done(&p);
        return error_set(err, EN_NO_MEMORY, "out of memory");
    }
    randombytes_buf(p.seals, count * sizeof(*p.seals)); /* one system call for ids and salts */
    for (size_t i = 0; i < count; i++) {
        seal(&drafts[i], now_ms, &p.seals[i]);
    }
    *ret = p;
    return 0;
}

void batch_done(struct pending *p)
{
    base_free(p->seals);
    base_free(p->results);
}

bool batch_is_refusal(int code)
{
    return code == EN_STALE || code == EN_CONFLICT || code == EN_NOT_FOUND || code == EN_INVALID ||
           code == EN_FORBIDDEN;
}

struct replay {
    const struct draft *draft;
    struct appended *result;
    bool found;
};

static int note_replay(void *context, const struct store_row *row)
{
    struct replay *replay = context;
    const struct draft *d = replay->draft;
    const struct entry *e = &row->entry;
    struct hash body_hash;
    bool same = d->operation == e->operation && uuid_eq(d->record, e->record) &&
                slice_eq(d->kind, e->kind) && slice_eq(d->label, e->label) &&
                d->redacts == e->redacts;

    if (same && row->has_body) {
        chain_body_hash(row->salt, d->body, &body_hash);
        same = row->salt && hash_eq(&body_hash, &e->body_hash);
    } else if (same) {
        same = slice_empty(d->body);
    }
    *replay->result = (struct appended){ .seq = e->seq,
                                         .version = e->version,
                                         .id = e->id,
                                         .at_ms = e->at_ms,
                                         .replayed = true,
                                         .body_hash = e->body_hash,
                                         .differs = !same };
    replay->found = true;
    return 0;
}

static int find_replay(struct pending *p, size_t i, const struct chain_tail *tail, bool *ret)
{
    struct replay replay = { .draft = &p->drafts[i], .result = &p->results[i] };
    struct store_query q = { .range = STORE_REQUEST, .request = p->drafts[i].request };
    int r = 0;

    if (!slice_empty(q.request)) {
        r = tail->store->ops->select(tail->store->own, &q, &p->error, note_replay, &replay);
    }
    *ret = replay.found;
    return r;
}

static struct uuid originator_of(const struct draft *d, const struct chain_tail *tail)
{
    static const struct uuid own = { { 0 } };

    return uuid_eq(d->instance, own) ? tail->instance : d->instance;
}

/* A record belongs to the instance that stated it first, for ever. */
static int check_originator(const struct draft *d, const struct chain_tail *tail,
                            struct uuid originator, struct error *err)
{
    char id[UUID_TEXT + 1];

    if (uuid_eq(originator_of(d, tail), originator)) {
        return 0;
    }
    uuid_format(d->record, id);
    return error_set(err, EN_FORBIDDEN, "record %s is another instance's; annotate it instead", id);
}

static int check_version(const struct draft *d, int64_t version, struct error *err)
{
    char id[UUID_TEXT + 1];

    uuid_format(d->record, id);
    if (d->expected == 0 && version > 0) {
        return error_set(err, EN_CONFLICT, "record %s exists already", id);
    }
    if (d->expected > 0 && d->expected != version) {
        return error_set(err, EN_STALE, "record %s is at version %lld, not %lld", id,
                         (long long)version, (long long)d->expected);
    }
    if (d->operation != ENTRY_PUT && version == 0) {
        return error_set(err, EN_NOT_FOUND, "there is no record %s", id);
    }
    if (d->redacts > version) {
        return error_set(err, EN_NOT_FOUND, "record %s has no version %lld", id,
                         (long long)d->redacts);
    }
    return 0;
}

static struct entry make_entry(const struct pending *p, size_t i, const struct chain_tail *tail,
                               int64_t version)
{
    const struct draft *d = &p->drafts[i];
    int64_t at_ms = d->at_ms ? d->at_ms : p->now_ms;

    return (struct entry){
        .seq = tail->head.seq + 1,
        .id = p->seals[i].id,
        .at_ms = at_ms > tail->head.at_ms ? at_ms : tail->head.at_ms,
        .instance = originator_of(d, tail),
        .user = d->user,
        .operation = d->operation,
        .kind = d->kind,
        .record = d->record,
        .version = version,
        .label = d->label,
        .body = d->body,
        .redacts = d->redacts,
        .request = d->request,
        .body_hash = p->seals[i].body_hash,
        .previous = tail->head.hash,
    };
}

static int append_entry(struct pending *p, size_t i, struct chain_tail *tail, int64_t version)
{
    const struct draft *d = &p->drafts[i];
    struct entry e = make_entry(p, i, tail, version);
    const uint8_t *salt = slice_empty(d->body) ? NULL : p->seals[i].salt;
    int r = chain_hash(&e, tail->scratch, &e.hash);

    if (r != 0) {
        return error_set(&p->error, r, "out of memory");
    }
    r = tail->store->ops->append(tail->store, &e, salt, &p->error);
    if (r == 0 && d->operation == ENTRY_REDACT) {
        r = tail->store->ops->destroy(tail->store, d->record, d->redacts, &p->error);
    }
    if (r == 0) {
        tail->head = (struct ledger_head){ .seq = e.seq, .hash = e.hash, .at_ms = e.at_ms };
        p->results[i] = (struct appended){
            .seq = e.seq, .version = version, .id = e.id, .at_ms = e.at_ms, .body_hash = e.body_hash
        };
    }
    return r;
}

int batch_append(struct pending *p, struct chain_tail *tail)
{
    struct chain_tail t = *tail;

    for (size_t i = 0; i < p->count; i++) {
        struct uuid originator;
        int64_t version = 0;
        bool replayed = false;
        int r = find_replay(p, i, &t, &replayed);

        if (r == 0 && replayed) {
            continue;
        }
        if (r == 0) {
            r = t.store->ops->version(t.store, p->drafts[i].record, &p->error, &version,
                                      &originator);
        }
        if (r == 0 && version > 0) {
            r = check_originator(&p->drafts[i], &t, originator, &p->error);
        }
        if (r == 0) {
            r = check_version(&p->drafts[i], version, &p->error);
        }
        if (r == 0) {
            r = append_entry(p, i, &t, version + 1);
        }
        if (r != 0) {
            return r;
        }
    }
    tail->head = t.head;
    return 0;
}
