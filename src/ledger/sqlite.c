/*
 * The SQLite store: one file ledger.db in write-ahead mode, one writing connection, a pool of
 * reading ones.
 *
 * Invariant: a reader belongs to one thread from take to give, and sees one snapshot in between.
 * The pool has no upper bound while in use (a callback may read while it is being read to), only
 * while idle. It must never let a reading connection write (query_only).
 */
#include "ledger/sqlite.h"

#include "base/fault.h"
#include "ledger/file.h"

static void store_close(struct store *s)
{
    struct sqlite_store *q = (struct sqlite_store *)s;
    struct store_reader *next;

    for (struct store_reader *c = q->idle; c; c = next) {
        next = c->next;
        sqlite_disconnect(c);
    }
    sqlite_disconnect(q->watch);
    sqlite_disconnect(s->own); /* last: the closing checkpoint needs no reader left */
    pthread_mutex_destroy(&q->lock);
    pthread_mutex_destroy(&q->watch_lock);
    base_free(q->path);
    base_free(q);
}

static int open_reader(const struct sqlite_store *q, struct error *err, struct store_reader **ret)
{
    struct store_reader *c = NULL;
    int r = sqlite_connect(q->path, SQLITE_OPEN_READWRITE, q->patience_ms, err, &c);

    if (r == 0) {
        r = sqlite_run(c, "PRAGMA query_only = ON", err);
        if (r != 0) {
            sqlite_disconnect(c);
            return r;
        }
        *ret = c;
    }
    return r;
}

static int reader_take(struct store *s, struct error *err, struct store_reader **ret)
{
    struct sqlite_store *q = (struct sqlite_store *)s;
    struct store_reader *c;
    int r = 0;

    pthread_mutex_lock(&q->lock);
    c = q->idle;
    if (c) {
        q->idle = c->next;
        q->idle_count--;
    }
    pthread_mutex_unlock(&q->lock);
    if (!c) {
        r = open_reader(q, err, &c);
    }
    if (r == 0) {
        r = sqlite_do(c, SQL_BEGIN_READ, err);
        if (r != 0) {
            sqlite_disconnect(c);
            return r;
        }
        *ret = c;
    }
    return r;
}

static void reader_give(struct store *s, struct store_reader *c)
{
    struct sqlite_store *q = (struct sqlite_store *)s;
    bool keep = sqlite_do(c, SQL_COMMIT, NULL) == 0;

    pthread_mutex_lock(&q->lock);
    keep = keep && q->idle_count < POOL_MAX;
    if (keep) {
        c->next = q->idle;
        q->idle = c;
        q->idle_count++;
    }
    pthread_mutex_unlock(&q->lock);
    if (!keep) {
        sqlite_disconnect(c);
    }
}

/* data_version changes when another connection commits, so an idle poll reads no table. */
static int poll_last(struct sqlite_store *q)
{
    struct ledger_head head;
    int64_t version = 0;
    int r = 0;

    if (!q->watch) {
        q->data_version = -1;
        r = open_reader(q, NULL, &q->watch);
    }
    if (r == 0) {
        r = sqlite_read_data_version(q->watch, &version);
    }
    if (r == 0 && version != q->data_version) {
        r = sqlite_read_head(q->watch, NULL, &head);
        if (r == 0) {
            q->last = head.seq;
            q->data_version = version;
        }
    }
    return r;
}

static int store_last(struct store *s, int64_t *ret)
{
    struct sqlite_store *q = (struct sqlite_store *)s;
    int r;

    pthread_mutex_lock(&q->watch_lock);
    r = poll_last(q);
    if (r == 0) {
        *ret = q->last;
    }
    pthread_mutex_unlock(&q->watch_lock);
    return r;
}

static const struct store_ops sqlite_ops = {
    .name = "sqlite",
    .close = store_close,
    .begin = sqlite_write_begin,
    .mark = sqlite_write_mark,
    .undo = sqlite_write_undo,
    .keep = sqlite_write_keep,
    .version = sqlite_write_version,
    .append = sqlite_write_append,
    .destroy = sqlite_write_destroy,
    .sign = sqlite_write_sign,
    .commit = sqlite_write_commit,
    .rollback = sqlite_write_rollback,
    .scrub = sqlite_write_scrub,
    .reader_take = reader_take,
    .reader_give = reader_give,
    .select = sqlite_read_select,
    .head = sqlite_read_head,
    .last_signed = sqlite_read_last_signed,
    .check = sqlite_read_check,
    .last = store_last,
    .backup = sqlite_backup_write,
};

/* Write-ahead mode is kept in the file; the change needs the file for itself for a moment. */
static int ensure_wal(struct store_reader *c, struct error *err)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(c->db, "PRAGMA journal_mode = WAL", -1, &st, NULL);
    const unsigned char *mode;
    int r = 0;

    if (rc == SQLITE_OK) {
        for (int waited = 0; (rc = sqlite3_step(st)) == SQLITE_BUSY; waited += 2) {
            sqlite3_reset(st);
            if (waited >= c->patience_ms) {
                break;
            }
            sqlite3_sleep(2);
        }
    }
    mode = rc == SQLITE_ROW ? sqlite3_column_text(st, 0) : NULL;
    if (rc != SQLITE_ROW) {
        r = sqlite_fail(c, rc, err);
    } else if (!mode || strcmp((const char *)mode, "wal") != 0) {
        r = error_set(err, EN_IO, "the file system cannot hold a write-ahead log");
    }
    sqlite3_finalize(st);
    return r;
}

static int open_writer(struct sqlite_store *q, bool create, const struct identity *identity,
                       struct error *err)
{
    int flags = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
    int r = sqlite_connect(q->path, flags, q->patience_ms, err, &q->store.own);

    if (r == 0) {
        r = ensure_wal(q->store.own, err);
    }
    return r ? r : sqlite_schema_ensure(q->store.own, create, identity, err);
}

int sqlite_store_open(const char *path, bool create, int patience_ms,
                      const struct identity *identity, struct error *err, struct store **ret)
{
    struct sqlite_store *q = base_calloc(1, sizeof(*q));
    int r;

    if (!q) {
        return error_set(err, EN_NO_MEMORY, "out of memory");
    }
    q->store.ops = &sqlite_ops;
    q->patience_ms = patience_ms;
    pthread_mutex_init(&q->lock, NULL);
    pthread_mutex_init(&q->watch_lock, NULL);
    q->path = base_malloc(strlen(path) + 1);
    if (!q->path) {
        store_close(&q->store);
        return error_set(err, EN_NO_MEMORY, "out of memory");
    }
    memcpy(q->path, path, strlen(path) + 1);
    r = open_writer(q, create, identity, err);
    if (r != 0) {
        store_close(&q->store);
        return r;
    }
    *ret = &q->store;
    return 0;
}
