/*
 * Shared by the files of the SQLite store only: a connection with its prepared statements.
 *
 * A connection is used by one thread at a time, so SQLite's own mutexes are off. Statements are
 * prepared on first use and kept.
 */
#pragma once

#include "ledger/store.h"

#include <pthread.h>
#include <sqlite3.h>

enum statement {
    SQL_BEGIN_WRITE,
    SQL_BEGIN_READ,
    SQL_COMMIT,
    SQL_ROLLBACK,
    SQL_MARK,
    SQL_UNDO,
    SQL_KEEP,
    SQL_HEAD,
    SQL_VERSION,
    SQL_APPEND_ENTRY,
    SQL_APPEND_BODY,
    SQL_DESTROY,
    SQL_SIGN,
    SQL_DATA_VERSION,
    SQL_LAST_SIGNED,
    SQL_STRUCTURE,
    SQL_SELECT, /* one per enum store_range, in its order */
    SQL_COUNT_ = SQL_SELECT + STORE_REQUEST + 1
};

/* A connection. The store's interface calls it a reader; the writer's own is one too. */
struct store_reader {
    sqlite3 *db;
    int patience_ms; /* how long a locked database is waited for */
    sqlite3_stmt *statements[SQL_COUNT_];
    struct store_reader *next; /* in the pool */
};

struct sqlite_store {
    struct store store;
    char *path;
    int patience_ms;
    pthread_mutex_t lock; /* guards the pool */
    struct store_reader *idle;
    unsigned idle_count;
    pthread_mutex_t watch_lock; /* guards the rest */
    struct store_reader *watch;
    int64_t data_version;
    int64_t last;
};

enum { PATIENCE_SCRUB_MS = 100, POOL_MAX = 8 };

/* Maps an SQLite code, with the connection's message. Returns the en_code. */
int sqlite_fail_at(struct store_reader *c, int rc, const char *origin, struct error *err);
#define sqlite_fail(c, rc, err) sqlite_fail_at((c), (rc), ERROR_ORIGIN, (err))

/* Opens a connection with the pragmas every connection of a ledger has. flags: SQLITE_OPEN_*. */
int sqlite_connect(const char *path, int flags, int patience_ms, struct error *err,
                   struct store_reader **ret);
void sqlite_disconnect(struct store_reader *c);
/* Runs constant SQL without parameters or results. */
int sqlite_run(struct store_reader *c, const char *sql, struct error *err);
/* The statement, prepared, reset and without bindings. */
int sqlite_statement(struct store_reader *c, enum statement which, struct error *err,
                     sqlite3_stmt **ret);
/* Runs a statement without results and resets it. */
int sqlite_finish(struct store_reader *c, sqlite3_stmt *statement, struct error *err);
int sqlite_do(struct store_reader *c, enum statement which, struct error *err);

/* sqlite_schema.c: makes or checks the tables; with create, the instance row is written. */
int sqlite_schema_ensure(struct store_reader *c, bool create, const struct identity *identity,
                         struct error *err);

/* sqlite_read.c */
int sqlite_read_select(struct store_reader *c, const struct store_query *q, struct error *err,
                       store_each each, void *context);
int sqlite_read_head(struct store_reader *c, struct error *err, struct ledger_head *ret);
int sqlite_read_last_signed(struct store_reader *c, struct error *err, int64_t *ret);
int sqlite_read_check(struct store_reader *c, struct error *err);
int sqlite_read_data_version(struct store_reader *c, int64_t *ret);

/* sqlite_write.c */
int sqlite_write_begin(struct store *s, struct error *err, struct ledger_head *ret);
int sqlite_write_mark(struct store *s, struct error *err);
int sqlite_write_undo(struct store *s, struct error *err);
int sqlite_write_keep(struct store *s, struct error *err);
int sqlite_write_version(struct store *s, struct uuid record, struct error *err, int64_t *ret,
                         struct uuid *ret_instance);
int sqlite_write_append(struct store *s, const struct entry *e, const uint8_t *salt,
                        struct error *err);
int sqlite_write_destroy(struct store *s, struct uuid record, int64_t version, struct error *err);
int sqlite_write_sign(struct store *s, int64_t seq, struct slice alg, struct slice signature,
                      struct error *err);
int sqlite_write_commit(struct store *s, struct error *err);
void sqlite_write_rollback(struct store *s);
int sqlite_write_scrub(struct store *s);

/* sqlite_backup.c */
int sqlite_backup_write(struct store *s, const char *path, const struct key *key,
                        const struct ledger_progress *progress, struct error *err);

static inline sqlite3_int64 sqlite_length(struct slice s)
{
    return (sqlite3_int64)s.len;
}
