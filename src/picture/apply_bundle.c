/*
 * A bundle record becomes holdings (holdings.h).
 *
 * Invariant: rows depend on the entries alone, in their order. A bundle that was made only says
 * that its statements may have arrived; a receipt says which did, and which were refused. A gap
 * means that what was acknowledged before may be lost: everything is in doubt again.
 */
#include "picture/apply_bundle.h"

#include "base/fault.h"
#include "picture/holdings.h"

#include <sodium.h>

enum { PUT = 1 }; /* the first operation of a statement; the others end what a put began */

enum which { SENT, ACKED, KNOWN, REFUSED, DOUBTED, UNKNOWN, TAKEN, ENDED, WHICH_COUNT };

static const char *const texts[WHICH_COUNT] = {
    /* ?1 peer, ?2 record, ?3 label, ?4 number, ?5 operation, ?6 hash */
    [SENT] = "INSERT INTO holding(peer, direction, record, label, sent, sent_op, sent_hash,"
             " put_sent, end_sent) VALUES(?1, 1, ?2, ?3, ?4, ?5, ?6, iif(?5 = 1, ?4, 0),"
             " iif(?5 = 1, 0, ?4)) ON CONFLICT(peer, direction, record) DO UPDATE SET label = ?3,"
             " sent = ?4, sent_op = ?5, sent_hash = ?6, put_sent = iif(?5 = 1, ?4, put_sent),"
             " end_sent = iif(?5 = 1, end_sent, ?4)",
    [ACKED] = "UPDATE holding SET op = ?5, hash = ?6, refused = 0, refused_hash = '',"
              " sent = iif(sent <= ?4, 0, sent), put_acked = iif(?5 = 1, ?4, put_acked),"
              " end_acked = iif(?5 = 1, end_acked, ?4), end_op = iif(?5 = 1, end_op, ?5)"
              " WHERE peer = ?1 AND direction = 1 AND record = ?2",
    [KNOWN] = "INSERT INTO acked(peer, record, label, op, number, hash)"
              " VALUES(?1, ?2, ?3, ?5, ?4, ?6) ON CONFLICT(peer, record, label)"
              " DO UPDATE SET op = ?5, number = ?4, hash = ?6 WHERE number <= ?4",
    /* ?7 reason */
    [REFUSED] = "UPDATE holding SET refused = ?7, refused_hash = ?6,"
                " sent = iif(sent <= ?4, 0, sent)"
                " WHERE peer = ?1 AND direction = 1 AND record = ?2",
    /* What it had it may still have, so the operation stays: if it refuses to hear it again, the
     * end must be said all the same. What was refused may be wanted by now. */
    [DOUBTED] = "UPDATE holding SET sent = iif(op > 0, ?4, 0), sent_op = op, sent_hash = '',"
                " hash = '', refused = 0, refused_hash = '' WHERE peer = ?1 AND direction = 1"
                " AND sent = 0 AND (op > 0 OR refused > 0)",
    [UNKNOWN] = "INSERT INTO acked(peer, record, label, op, number) VALUES(?1, '', ?3, 0, ?4)"
                " ON CONFLICT(peer, record, label) DO UPDATE SET number = max(number, ?4)",
    /* ?8 time, ?9 entry, ?10 relays */
    [TAKEN] = "INSERT INTO holding(peer, direction, record, label, op, hash, at, entry, relays,"
              " put_acked, end_acked, end_op) VALUES(?1, 2, ?2, ?3, ?5, ?6, ?8, ?9, ?10, iif(?5 = "
              "1, ?4, 0),"
              " iif(?5 = 1, 0, ?4), iif(?5 = 1, 0, ?5))"
              " ON CONFLICT(peer, direction, record) DO UPDATE SET label = ?3, op = ?5, hash = ?6,"
              " at = ?8, entry = ?9, relays = ?10, put_acked = iif(?5 = 1, ?4, put_acked),"
              " end_acked = iif(?5 = 1, end_acked, ?4), end_op = iif(?5 = 1, end_op, ?5)",
    /* a withdrawal names no revision: the last one that was provided stays known */
    [ENDED] = ("UPDATE holding SET op = ?5, hash = ?6, end_acked = ?4, end_op = ?5"
               " WHERE peer = ?1 AND direction = 2 AND record = ?2"),
};

struct apply_bundle {
    sqlite3_stmt *statements[WHICH_COUNT];
};

int apply_bundle_new(sqlite3 *db, struct error *err, struct apply_bundle **ret)
{
    struct apply_bundle *b = base_calloc(1, sizeof *b);
    int code = b ? 0 : error_set(err, EN_NO_MEMORY, "picture: apply");
    for (int i = 0; code == 0 && i < WHICH_COUNT; i++)
        code = db_prepare(db, slice_of(texts[i]), err, &b->statements[i]);
    if (code < 0) {
        apply_bundle_free(b);
        return code;
    }
    *ret = b;
    return 0;
}

void apply_bundle_free(struct apply_bundle *b)
{
    if (!b)
        return;
    for (int i = 0; i < WHICH_COUNT; i++)
        sqlite3_finalize(b->statements[i]);
    base_free(b);
}

struct applied {
    struct slice peer;
    int64_t number;
    uint32_t label;
};

static int run(struct apply_bundle *b, enum which which, const struct applied *of,
               const struct bundle_row *row, struct error *err)
{
    sqlite3_stmt *st = b->statements[which];
    char record[UUID_TEXT + 1], entry[UUID_TEXT + 1], hash[2 * STATEMENT_HASH + 1];
    uuid_format(row->record, record);
    uuid_format(row->entry, entry);
    sodium_bin2hex(hash, sizeof hash, row->hash, STATEMENT_HASH);
    db_bind_text(st, 1, of->peer);
    db_bind_text(st, 2, slice_of(record));
    if (which == SENT || which == TAKEN || which == KNOWN)
        db_bind_int(st, 3, of->label);
    db_bind_int(st, 4, of->number);
    db_bind_int(st, 5, row->operation);
    db_bind_text(st, 6, slice_of(hash));
    if (which == REFUSED)
        db_bind_int(st, 7, row->reason);
    if (which == TAKEN) {
        db_bind_int(st, 8, row->at_ms);
        db_bind_text(st, 9, slice_of(entry));
        db_bind_int(st, 10, row->relays);
    }
    return db_run(st, err);
}

static int doubt(struct apply_bundle *b, const struct applied *of, struct error *err)
{
    sqlite3_stmt *st = b->statements[DOUBTED];
    db_bind_text(st, 1, of->peer);
    db_bind_int(st, 4, of->number);
    int code = db_run(st, err);
    st = b->statements[UNKNOWN];
    db_bind_text(st, 1, of->peer);
    db_bind_int(st, 3, of->label);
    db_bind_int(st, 4, of->number);
    return code < 0 ? code : db_run(st, err);
}

enum { WITHDRAW = 4 };

static enum which which_of(struct slice state, const struct bundle_row *row)
{
    if (slice_is(state, "made"))
        return SENT;
    if (slice_is(state, "receipted"))
        return row->reason ? REFUSED : ACKED;
    return row->operation == WITHDRAW ? ENDED : TAKEN;
}

int apply_bundle(struct apply_bundle *b, struct arena *a, const struct json *body, uint32_t label,
                 struct error *err, bundle_sink each, void *context)
{
    struct applied of = { .peer = json_get_text(body, "peer"),
                          .number = json_get_int(body, "number", 0),
                          .label = label };
    struct slice state = json_get_text(body, "state");
    struct bundle_row *rows = NULL;
    size_t count = 0;
    bool gap = slice_is(state, "gap");
    int code = gap && json_get_int(body, "part", 0) == 0 ? doubt(b, &of, err) : 0;
    if (code == 0)
        code = bundle_rows_unpack(a, body, err, &rows, &count);
    for (size_t i = 0; code == 0 && i < count; i++) {
        if (!gap && !(slice_is(state, "taken") && rows[i].reason))
            code = run(b, which_of(state, &rows[i]), &of, &rows[i], err);
        if (code == 0 && !gap && which_of(state, &rows[i]) == ACKED)
            code = run(b, KNOWN, &of, &rows[i], err);
        if (code == 0)
            each(context, rows[i].record);
    }
    return code;
}
