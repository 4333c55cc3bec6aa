/*
 * The writing half of the SQLite store: one transaction at a time, on the writer's own connection.
 *
 * Invariant: what commit returned 0 for is on disk (write-ahead log, synchronous=FULL), and after
 * any failure no transaction is left open. It must never read the chain's tail outside the
 * transaction: another process may have appended.
 */
#include "ledger/sqlite.h"

int sqlite_write_begin(struct store *s, struct error *err, struct ledger_head *ret)
{
    int r = sqlite_do(s->own, SQL_BEGIN_WRITE, err);

    if (r == 0) {
        r = sqlite_read_head(s->own, err, ret);
        if (r != 0) {
            sqlite_write_rollback(s);
        }
    }
    return r;
}

int sqlite_write_mark(struct store *s, struct error *err)
{
    return sqlite_do(s->own, SQL_MARK, err);
}

int sqlite_write_undo(struct store *s, struct error *err)
{
    int r = sqlite_do(s->own, SQL_UNDO, err);

    return r ? r : sqlite_do(s->own, SQL_KEEP, err);
}

int sqlite_write_keep(struct store *s, struct error *err)
{
    return sqlite_do(s->own, SQL_KEEP, err);
}

int sqlite_write_version(struct store *s, struct uuid record, struct error *err, int64_t *ret,
                         struct uuid *ret_instance)
{
    sqlite3_stmt *st = NULL;
    int r = sqlite_statement(s->own, SQL_VERSION, err, &st);
    int rc;

    if (r != 0) {
        return r;
    }
    rc = sqlite3_bind_blob(st, 1, record.bytes, sizeof(record.bytes), SQLITE_STATIC);
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(st);
    }
    if (rc == SQLITE_DONE) {
        *ret = 0;
    } else if (rc == SQLITE_ROW) {
        const void *instance = sqlite3_column_blob(st, 1);
        *ret = sqlite3_column_int64(st, 0);
        if (instance && sqlite3_column_bytes(st, 1) == sizeof(ret_instance->bytes)) {
            memcpy(ret_instance->bytes, instance, sizeof(ret_instance->bytes));
        } else {
            r = sqlite_fail(s->own, SQLITE_NOMEM, err); /* the table checks its length */
        }
    } else {
        r = sqlite_fail(s->own, rc, err);
    }
    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
    return r;
}

/* Bindings return SQLITE_OK (0) or a code; the first failure wins. */
struct binder {
    sqlite3_stmt *st;
    int next;
    int rc;
};

static void bind_int(struct binder *b, int64_t value)
{
    int rc = sqlite3_bind_int64(b->st, b->next++, value);

    b->rc = b->rc ? b->rc : rc;
}

static void bind_bytes(struct binder *b, const void *bytes, size_t len)
{
    int rc = sqlite3_bind_blob64(b->st, b->next++, bytes, len, SQLITE_STATIC);

    b->rc = b->rc ? b->rc : rc;
}

/* An empty request is no request: NULL, which the unique index leaves alone. */
static void bind_text(struct binder *b, struct slice text, bool null_when_empty)
{
    int rc;

    if (slice_empty(text) && null_when_empty) {
        rc = sqlite3_bind_null(b->st, b->next++);
    } else {
        rc = sqlite3_bind_text64(b->st, b->next++, text.ptr ? text.ptr : "", text.len,
                                 SQLITE_STATIC, SQLITE_UTF8);
    }
    b->rc = b->rc ? b->rc : rc;
}

static int run(struct store *s, const struct binder *b, struct error *err)
{
    if (b->rc != SQLITE_OK) {
        sqlite3_clear_bindings(b->st);
        return sqlite_fail(s->own, b->rc, err);
    }
    return sqlite_finish(s->own, b->st, err);
}

static int append_entry(struct store *s, const struct entry *e, struct error *err)
{
    struct binder b = { .next = 1 };
    int r = sqlite_statement(s->own, SQL_APPEND_ENTRY, err, &b.st);

    if (r != 0) {
        return r;
    }
    bind_int(&b, e->seq);
    bind_bytes(&b, e->id.bytes, sizeof(e->id.bytes));
    bind_int(&b, e->at_ms);
    bind_bytes(&b, e->instance.bytes, sizeof(e->instance.bytes));
    bind_text(&b, e->user, /* null_when_empty= */ false);
    bind_int(&b, (int64_t)e->operation);
    bind_text(&b, e->kind, /* null_when_empty= */ false);
    bind_bytes(&b, e->record.bytes, sizeof(e->record.bytes));
    bind_int(&b, e->version);
    bind_int(&b, e->redacts);
    bind_text(&b, e->label, /* null_when_empty= */ false);
    bind_text(&b, e->request, /* null_when_empty= */ true);
    bind_bytes(&b, e->body_hash.bytes, HASH_SIZE);
    bind_bytes(&b, e->previous.bytes, HASH_SIZE);
    bind_bytes(&b, e->hash.bytes, HASH_SIZE);
    return run(s, &b, err);
}

int sqlite_write_append(struct store *s, const struct entry *e, const uint8_t *salt,
                        struct error *err)
{
    struct binder b = { .next = 1 };
    int r = append_entry(s, e, err);

    if (r != 0 || !salt) {
        return r;
    }
    r = sqlite_statement(s->own, SQL_APPEND_BODY, err, &b.st);
    if (r != 0) {
        return r;
    }
    bind_int(&b, e->seq);
    bind_bytes(&b, salt, SALT_SIZE);
    bind_bytes(&b, e->body.ptr, e->body.len);
    return run(s, &b, err);
}

int sqlite_write_destroy(struct store *s, struct uuid record, int64_t version, struct error *err)
{
    struct binder b = { .next = 1 };
    int r = sqlite_statement(s->own, SQL_DESTROY, err, &b.st);

    if (r != 0) {
        return r;
    }
    bind_bytes(&b, record.bytes, sizeof(record.bytes));
    bind_int(&b, version);
    return run(s, &b, err);
}

int sqlite_write_sign(struct store *s, int64_t seq, struct slice alg, struct slice signature,
                      struct error *err)
{
    struct binder b = { .next = 1 };
    int r = sqlite_statement(s->own, SQL_SIGN, err, &b.st);

    if (r != 0) {
        return r;
    }
    bind_int(&b, seq);
    bind_text(&b, alg, /* null_when_empty= */ false);
    bind_bytes(&b, signature.ptr, signature.len);
    return run(s, &b, err);
}

int sqlite_write_commit(struct store *s, struct error *err)
{
    int r = sqlite_do(s->own, SQL_COMMIT, err);

    if (r != 0) {
        sqlite_write_rollback(s);
    }
    return r;
}

void sqlite_write_rollback(struct store *s)
{
    /* Some failures have rolled back already; a ROLLBACK then would only be refused. Its own
     * failure leaves nothing behind either: SQLite undoes what it could not undo when the file is
     * next opened. */
    if (!sqlite3_get_autocommit(s->own->db)) {
        sqlite_do(s->own, SQL_ROLLBACK, NULL);
    }
}

int sqlite_write_scrub(struct store *s)
{
    int patience_ms = s->own->patience_ms;
    int rc;

    s->own->patience_ms = patience_ms < PATIENCE_SCRUB_MS ? patience_ms : PATIENCE_SCRUB_MS;
    rc = sqlite3_wal_checkpoint_v2(s->own->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    s->own->patience_ms = patience_ms;
    return rc == SQLITE_OK ? 0 : sqlite_fail(s->own, rc, NULL);
}
