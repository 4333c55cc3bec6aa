/*
 * Copies ledger.db while it is written to, and takes such a copy apart again.
 *
 * The source's read transaction is held over the whole copy: without it SQLite would start over at
 * every commit and never end under load; with it the copy is exactly one commit's state. In a
 * backup, and only there, table backup_key holds the secret seed. Invariant: an unpacked ledger has
 * neither that table nor its bytes.
 */
#include "ledger/key.h"
#include "ledger/sqlite.h"

#include <sodium.h>

enum { STEP_PAGES = 1024, COPY_PATIENCE_MS = 1000 };

static int copy_pages(struct store_reader *from, struct store_reader *to,
                      const struct ledger_progress *progress, struct error *err)
{
    sqlite3_backup *b = sqlite3_backup_init(to->db, "main", from->db, "main");
    int rc;
    int done;

    if (!b) {
        return sqlite_fail(to, sqlite3_errcode(to->db), err);
    }
    do {
        int total;

        rc = sqlite3_backup_step(b, STEP_PAGES);
        total = sqlite3_backup_pagecount(b);
        if (progress && progress->step && (rc == SQLITE_OK || rc == SQLITE_DONE)) {
            progress->step(progress->context, total - sqlite3_backup_remaining(b), total);
        }
    } while (rc == SQLITE_OK);
    done = sqlite3_backup_finish(b);
    if (rc != SQLITE_DONE || done != SQLITE_OK) {
        return sqlite_fail(to, done != SQLITE_OK ? done : rc, err);
    }
    return 0;
}

static int insert_key(struct store_reader *c, const struct key *key, struct error *err)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(c->db, "INSERT INTO backup_key VALUES (1, ?1, ?2, 'ed25519', ?3)",
                                -1, &st, NULL);

    if (rc == SQLITE_OK) {
        rc = sqlite3_bind_blob(st, 1, key->instance.bytes, sizeof(key->instance.bytes),
                               SQLITE_STATIC);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_bind_int64(st, 2, key->created_ms);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_bind_blob(st, 3, key->seed, sizeof(key->seed), SQLITE_STATIC);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(st);
    }
    sqlite3_finalize(st);
    return rc == SQLITE_DONE ? 0 : sqlite_fail(c, rc, err);
}

static int add_key(struct store_reader *c, const struct key *key, struct error *err)
{
    /* A copy of a write-ahead database says so too; a backup must be one file. */
    int r = sqlite_run(c,
                       "PRAGMA journal_mode = DELETE; BEGIN IMMEDIATE;"
                       "CREATE TABLE backup_key ("
                       " one INTEGER PRIMARY KEY CHECK (one = 1),"
                       " instance BLOB NOT NULL," /* UUID */
                       " created_ms INTEGER NOT NULL,"
                       " alg TEXT NOT NULL," /* ed25519 */
                       " seed BLOB NOT NULL" /* SECRET: whoever has it can sign as the instance */
                       ") STRICT",
                       err);

    if (r == 0) {
        r = insert_key(c, key, err);
    }
    return r ? r : sqlite_do(c, SQL_COMMIT, err);
}

int sqlite_backup_write(struct store *s, const char *path, const struct key *key,
                        const struct ledger_progress *progress, struct error *err)
{
    struct store_reader *from = NULL;
    struct store_reader *to = NULL;
    struct ledger_head head;
    int r = s->ops->reader_take(s, err, &from);

    if (r != 0) {
        return r;
    }
    r = sqlite_read_head(from, err, &head); /* the snapshot begins with the first read */
    if (r == 0) {
        r = sqlite_connect(path, SQLITE_OPEN_READWRITE, COPY_PATIENCE_MS, err, &to);
    }
    if (r == 0) {
        r = copy_pages(from, to, progress, err);
    }
    if (r == 0) {
        r = add_key(to, key, err);
    }
    sqlite_disconnect(to);
    s->ops->reader_give(s, from);
    return r;
}

static int take_key(struct store_reader *c, struct error *err, struct key *ret)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(
        c->db, "SELECT instance, created_ms, seed FROM backup_key WHERE alg = 'ed25519'", -1, &st,
        NULL);
    struct uuid instance;
    int r = 0;

    if (rc == SQLITE_OK) {
        rc = sqlite3_step(st);
    }
    if (rc == SQLITE_ROW && sqlite3_column_bytes(st, 0) == (int)sizeof(instance.bytes) &&
        sqlite3_column_bytes(st, 2) == KEY_SEED_SIZE) {
        memcpy(instance.bytes, sqlite3_column_blob(st, 0), sizeof(instance.bytes));
        key_from_seed(instance, sqlite3_column_int64(st, 1), sqlite3_column_blob(st, 2), ret);
    } else if (rc == SQLITE_ROW || rc == SQLITE_DONE || rc == SQLITE_ERROR) {
        r = error_set(err, EN_CORRUPT, "the file is not a backup of a ledger");
    } else {
        r = sqlite_fail(c, rc, err);
    }
    sqlite3_finalize(st);
    return r;
}

int sqlite_backup_unpack(const char *backup, const char *path, struct error *err,
                         struct key *ret_key)
{
    struct store_reader *from = NULL;
    struct store_reader *to = NULL;
    int r = sqlite_connect(backup, SQLITE_OPEN_READONLY, COPY_PATIENCE_MS, err, &from);

    if (r == 0) {
        r = take_key(from, err, ret_key);
    }
    if (r == 0) {
        r = sqlite_connect(path, SQLITE_OPEN_READWRITE, COPY_PATIENCE_MS, err, &to);
    }
    if (r == 0) {
        r = copy_pages(from, to, NULL, err);
    }
    if (r == 0) {
        r = sqlite_run(to, "DROP TABLE backup_key", err); /* secure_delete writes zeros over it */
    }
    sqlite_disconnect(to);
    sqlite_disconnect(from);
    return r;
}
