/*
 * Reading entries from ledger.db: rows become `struct store_row` without copying.
 *
 * Invariant: a row whose columns do not have the sizes of the format is EN_CORRUPT, never a guess.
 * It must never write.
 */
#include "ledger/sqlite.h"

/* In the order of the SELECTs in sqlite_connect.c. */
enum column {
    COLUMN_SEQ,
    COLUMN_ID,
    COLUMN_AT,
    COLUMN_INSTANCE,
    COLUMN_USER,
    COLUMN_OPERATION,
    COLUMN_KIND,
    COLUMN_RECORD,
    COLUMN_VERSION,
    COLUMN_REDACTS,
    COLUMN_LABEL,
    COLUMN_REQUEST,
    COLUMN_BODY_HASH,
    COLUMN_PREVIOUS,
    COLUMN_HASH,
    COLUMN_DESTROYED,
    COLUMN_SALT,
    COLUMN_BODY,
    COLUMN_ALG,
    COLUMN_SIGNATURE,
};

/* Both return false without memory too: sqlite3_errcode tells the difference. */
static bool read_fixed(sqlite3_stmt *st, enum column column, uint8_t *ret, size_t len)
{
    const void *blob = sqlite3_column_blob(st, (int)column);

    if (!blob || (size_t)sqlite3_column_bytes(st, (int)column) != len) {
        return false;
    }
    memcpy(ret, blob, len);
    return true;
}

static bool read_text(sqlite3_stmt *st, enum column column, struct slice *ret)
{
    const unsigned char *text;

    *ret = slice_make("", 0);
    if (sqlite3_column_type(st, (int)column) == SQLITE_NULL) {
        return true;
    }
    text = sqlite3_column_text(st, (int)column);
    if (text) {
        *ret = slice_make((const char *)text, (size_t)sqlite3_column_bytes(st, (int)column));
    }
    return text != NULL;
}

static struct slice read_blob(sqlite3_stmt *st, enum column column)
{
    const char *blob = sqlite3_column_blob(st, (int)column);

    return slice_make(blob, (size_t)sqlite3_column_bytes(st, (int)column));
}

static bool read_body(sqlite3_stmt *st, struct store_row *row)
{
    struct entry *e = &row->entry;

    row->has_body = sqlite3_column_type(st, COLUMN_DESTROYED) != SQLITE_NULL;
    e->redacted = row->has_body && sqlite3_column_int(st, COLUMN_DESTROYED) != 0;
    if (!row->has_body || e->redacted) {
        return true;
    }
    e->body = read_blob(st, COLUMN_BODY);
    row->salt = (const uint8_t *)read_blob(st, COLUMN_SALT).ptr;
    return row->salt && sqlite3_column_bytes(st, COLUMN_SALT) == SALT_SIZE && e->body.ptr;
}

static bool read_row(sqlite3_stmt *st, struct store_row *row)
{
    struct entry *e = &row->entry;

    e->seq = sqlite3_column_int64(st, COLUMN_SEQ);
    e->at_ms = sqlite3_column_int64(st, COLUMN_AT);
    e->operation = (enum entry_operation)sqlite3_column_int(st, COLUMN_OPERATION);
    e->version = sqlite3_column_int64(st, COLUMN_VERSION);
    e->redacts = sqlite3_column_int64(st, COLUMN_REDACTS);
    row->signature = read_blob(st, COLUMN_SIGNATURE);
    return e->operation >= ENTRY_PUT && e->operation <= ENTRY_REDACT &&
           read_fixed(st, COLUMN_ID, e->id.bytes, sizeof(e->id.bytes)) &&
           read_fixed(st, COLUMN_INSTANCE, e->instance.bytes, sizeof(e->instance.bytes)) &&
           read_fixed(st, COLUMN_RECORD, e->record.bytes, sizeof(e->record.bytes)) &&
           read_fixed(st, COLUMN_BODY_HASH, e->body_hash.bytes, HASH_SIZE) &&
           read_fixed(st, COLUMN_PREVIOUS, e->previous.bytes, HASH_SIZE) &&
           read_fixed(st, COLUMN_HASH, e->hash.bytes, HASH_SIZE) &&
           read_text(st, COLUMN_USER, &e->user) && read_text(st, COLUMN_KIND, &e->kind) &&
           read_text(st, COLUMN_LABEL, &e->label) && read_text(st, COLUMN_REQUEST, &e->request) &&
           read_text(st, COLUMN_ALG, &row->alg) && read_body(st, row);
}

static int bind_query(sqlite3_stmt *st, enum store_range range, const struct store_query *q)
{
    int rc = SQLITE_OK;

    switch (range) {
    case STORE_AFTER:
        rc = sqlite3_bind_int64(st, 1, q->after);
        return rc ? rc : sqlite3_bind_int64(st, 2, q->max);
    case STORE_CHAIN:
        return SQLITE_OK;
    case STORE_VERSION:
        rc = sqlite3_bind_int64(st, 4, q->version);
        __attribute__((fallthrough));
    case STORE_RECORD:
        return rc ? rc : sqlite3_bind_blob(st, 3, q->record.bytes, 16, SQLITE_STATIC);
    case STORE_REQUEST:
        return sqlite3_bind_text64(st, 5, q->request.ptr, q->request.len, SQLITE_STATIC,
                                   SQLITE_UTF8);
    }
    return SQLITE_MISUSE;
}

static int give_row(struct store_reader *c, sqlite3_stmt *st, struct error *err, store_each each,
                    void *context)
{
    struct store_row row = { .has_body = false };

    if (read_row(st, &row)) {
        return each(context, &row);
    }
    if (sqlite3_errcode(c->db) == SQLITE_NOMEM) {
        return sqlite_fail(c, SQLITE_NOMEM, err);
    }
    return error_set(err, EN_CORRUPT, "entry %lld is not in the form of an entry",
                     (long long)row.entry.seq);
}

int sqlite_read_select(struct store_reader *c, const struct store_query *q, struct error *err,
                       store_each each, void *context)
{
    sqlite3_stmt *st = NULL;
    int r = sqlite_statement(c, (enum statement)((int)SQL_SELECT + (int)q->range), err, &st);
    int rc;

    if (r != 0) {
        return r;
    }
    rc = bind_query(st, q->range, q);
    if (rc != SQLITE_OK) {
        return sqlite_fail(c, rc, err);
    }
    while (r == 0 && (rc = sqlite3_step(st)) == SQLITE_ROW) {
        r = give_row(c, st, err, each, context);
    }
    if (r == 0 && rc != SQLITE_DONE) {
        r = sqlite_fail(c, rc, err);
    }
    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
    return r;
}

int sqlite_read_head(struct store_reader *c, struct error *err, struct ledger_head *ret)
{
    struct ledger_head head = { .seq = 0 };
    sqlite3_stmt *st = NULL;
    int r = sqlite_statement(c, SQL_HEAD, err, &st);
    int rc;

    if (r != 0) {
        return r;
    }
    rc = sqlite3_step(st);
    if (rc == SQLITE_ROW) {
        head.seq = sqlite3_column_int64(st, 0);
        head.at_ms = sqlite3_column_int64(st, 2);
        if (!read_fixed(st, (enum column)1, head.hash.bytes, HASH_SIZE)) {
            r = error_set(err, EN_CORRUPT, "the last entry is not in the form of an entry");
        }
    } else if (rc != SQLITE_DONE) {
        r = sqlite_fail(c, rc, err);
    }
    sqlite3_reset(st);
    if (r == 0) {
        *ret = head;
    }
    return r;
}

/* One integer of a statement that always gives a row. */
static int read_int(struct store_reader *c, enum statement which, struct error *err, int64_t *ret)
{
    sqlite3_stmt *st = NULL;
    int r = sqlite_statement(c, which, err, &st);
    int rc;

    if (r != 0) {
        return r;
    }
    rc = sqlite3_step(st);
    if (rc == SQLITE_ROW) {
        *ret = sqlite3_column_int64(st, 0);
    } else {
        r = sqlite_fail(c, rc, err);
    }
    sqlite3_reset(st);
    return r;
}

int sqlite_read_data_version(struct store_reader *c, int64_t *ret)
{
    return read_int(c, SQL_DATA_VERSION, NULL, ret);
}

int sqlite_read_last_signed(struct store_reader *c, struct error *err, int64_t *ret)
{
    return read_int(c, SQL_LAST_SIGNED, err, ret);
}

/* SQLite reports a page it could not read as a finding, not as an error. */
static int structure_code(const char *finding)
{
    bool unread = strstr(finding, "failed to get page") || strstr(finding, "unable to get");

    return unread ? EN_IO : EN_CORRUPT;
}

int sqlite_read_check(struct store_reader *c, struct error *err)
{
    const unsigned char *text;
    sqlite3_stmt *st = NULL;
    int r = sqlite_statement(c, SQL_STRUCTURE, err, &st);
    int rc;

    if (r != 0) {
        return r;
    }
    rc = sqlite3_step(st);
    text = rc == SQLITE_ROW ? sqlite3_column_text(st, 0) : NULL;
    if (rc != SQLITE_ROW || !text) {
        r = sqlite_fail(c, rc == SQLITE_ROW ? SQLITE_NOMEM : rc, err);
    } else if (strcmp((const char *)text, "ok") != 0) {
        r = error_set(err, structure_code((const char *)text), "the ledger's database: %.150s",
                      (const char *)text);
    }
    sqlite3_reset(st);
    return r;
}
