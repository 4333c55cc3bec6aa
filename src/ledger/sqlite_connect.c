/*
 * Connections to ledger.db: opening, pragmas, patience with locks, prepared statements, error
 * codes.
 *
 * Invariant: every connection has synchronous=FULL and secure_delete on, so that a commit is a
 * durable commit whichever connection makes it. It must never hide an SQLite error as success.
 */
#include "base/fault.h"
#include "ledger/sqlite.h"
#include "ledger/sqlite_process.h"

#include <time.h>

#define COLUMNS                                                                                  \
    "SELECT e.seq, e.id, e.at_ms, e.instance, e.user, e.operation, e.kind, e.record, e.version," \
    " e.redacts, e.label, e.request, e.body_hash, e.previous, e.hash, b.destroyed, b.salt, b.body"
#define FROM_ENTRY " FROM entry e LEFT JOIN body b ON b.seq = e.seq"

static const char *const sql_text[SQL_COUNT_] = {
    [SQL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [SQL_BEGIN_READ] = "BEGIN",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",
    [SQL_MARK] = "SAVEPOINT batch",
    [SQL_UNDO] = "ROLLBACK TO batch",
    [SQL_KEEP] = "RELEASE batch",
    [SQL_HEAD] = "SELECT seq, hash, at_ms FROM entry ORDER BY seq DESC LIMIT 1",
    [SQL_VERSION] = "SELECT version, instance FROM entry WHERE record = ?1"
                    " ORDER BY version DESC LIMIT 1",
    [SQL_APPEND_ENTRY] =
        "INSERT INTO entry (seq, id, at_ms, instance, user, operation, kind, record, version,"
        " redacts, label, request, body_hash, previous, hash)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    [SQL_APPEND_BODY] = "INSERT INTO body (seq, destroyed, salt, body) VALUES (?1, 0, ?2, ?3)",
    [SQL_DESTROY] =
        "UPDATE body SET destroyed = 1, salt = zeroblob(16), body = zeroblob(length(body))"
        " WHERE destroyed = 0 AND seq IN (SELECT seq FROM entry"
        " WHERE record = ?1 AND operation IN (1, 2) AND (?2 = 0 OR version = ?2))",
    [SQL_SIGN] = "INSERT INTO head (seq, alg, signature) VALUES (?1, ?2, ?3)",
    [SQL_DATA_VERSION] = "PRAGMA data_version",
    [SQL_LAST_SIGNED] = "SELECT coalesce(max(seq), 0) FROM head",
    [SQL_STRUCTURE] = "PRAGMA integrity_check(1)",
    [SQL_SELECT + STORE_AFTER] =
        COLUMNS ", NULL, NULL" FROM_ENTRY " WHERE e.seq > ?1 ORDER BY e.seq LIMIT ?2",
    [SQL_SELECT + STORE_CHAIN] = COLUMNS ", h.alg, h.signature" FROM_ENTRY
                                         " LEFT JOIN head h ON h.seq = e.seq ORDER BY e.seq",
    [SQL_SELECT + STORE_RECORD] =
        COLUMNS ", NULL, NULL" FROM_ENTRY " WHERE e.record = ?3 ORDER BY e.version",
    [SQL_SELECT + STORE_VERSION] =
        COLUMNS ", NULL, NULL" FROM_ENTRY " WHERE e.record = ?3 AND e.version = ?4",
    [SQL_SELECT + STORE_REQUEST] =
        COLUMNS ", NULL, NULL" FROM_ENTRY " WHERE e.request = ?5 AND e.request IS NOT NULL",
};

static int code_of(int rc)
{
    if (rc == SQLITE_IOERR_NOMEM) {
        return EN_NO_MEMORY;
    }
    switch (rc & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:
    case SQLITE_PROTOCOL: /* lost the race for the write-ahead log's locks too often */
        return EN_BUSY;
    case SQLITE_NOMEM:
        return EN_NO_MEMORY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CONSTRAINT:
        return EN_CORRUPT;
    case SQLITE_TOOBIG:
        return EN_TOO_LARGE;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_NOLFS:
        return EN_IO;
    default:
        return EN_INTERNAL;
    }
}

int sqlite_fail_at(struct store_reader *c, int rc, const char *origin, struct error *err)
{
    const char *message = c && c->db ? sqlite3_errmsg(c->db) : sqlite3_errstr(rc);

    return error_set_at(err, origin, code_of(rc), "the ledger's database: %s (%d)", message, rc);
}

/* Short naps, because a commit elsewhere takes about a millisecond and SQLite's own handler
 * sleeps up to a hundred. */
static int wait_for_lock(void *context, int attempt)
{
    const struct store_reader *c = context;
    struct timespec nap = { .tv_nsec = attempt < 10 ? 200000 : 2000000 };
    int waited_ms = attempt < 10 ? attempt / 5 : 2 + 2 * (attempt - 10);

    if (waited_ms >= c->patience_ms) {
        return 0;
    }
    nanosleep(&nap, NULL);
    return 1;
}

static int configure(struct store_reader *c, struct error *err)
{
    int rc = sqlite3_busy_handler(c->db, wait_for_lock, c);

    sqlite3_extended_result_codes(c->db, 1);
    if (rc == SQLITE_OK) {
        rc = sqlite3_db_config(c->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    }
    if (rc != SQLITE_OK) {
        return sqlite_fail(c, rc, err);
    }
    return sqlite_run(c,
                      "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
                      "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
                      "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000",
                      err);
}

static void set_up(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

void sqlite_prepare_process(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, set_up);
}

int sqlite_connect(const char *path, int flags, int patience_ms, struct error *err,
                   struct store_reader **ret)
{
    struct store_reader *c = base_calloc(1, sizeof(*c));
    int rc;
    int r;

    if (!c) {
        return error_set(err, EN_NO_MEMORY, "out of memory");
    }
    sqlite_prepare_process();
    c->patience_ms = patience_ms;
    rc = sqlite3_open_v2(path, &c->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    r = rc == SQLITE_OK ? configure(c, err) : sqlite_fail(c, rc, err);
    if (r != 0) {
        sqlite_disconnect(c);
        return r;
    }
    *ret = c;
    return 0;
}

void sqlite_disconnect(struct store_reader *c)
{
    if (!c) {
        return;
    }
    for (size_t i = 0; i < SQL_COUNT_; i++) {
        sqlite3_finalize(c->statements[i]);
    }
    sqlite3_close(c->db);
    base_free(c);
}

int sqlite_run(struct store_reader *c, const char *sql, struct error *err)
{
    int rc = sqlite3_exec(c->db, sql, NULL, NULL, NULL);

    return rc == SQLITE_OK ? 0 : sqlite_fail(c, rc, err);
}

int sqlite_statement(struct store_reader *c, enum statement which, struct error *err,
                     sqlite3_stmt **ret)
{
    sqlite3_stmt **slot = &c->statements[which];

    if (!*slot) {
        int rc =
            sqlite3_prepare_v3(c->db, sql_text[which], -1, SQLITE_PREPARE_PERSISTENT, slot, NULL);
        if (rc != SQLITE_OK) {
            return sqlite_fail(c, rc, err);
        }
    }
    *ret = *slot;
    return 0;
}

int sqlite_finish(struct store_reader *c, sqlite3_stmt *statement, struct error *err)
{
    int rc = sqlite3_step(statement);
    int r = rc == SQLITE_DONE || rc == SQLITE_ROW ? 0 : sqlite_fail(c, rc, err);

    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return r;
}

int sqlite_do(struct store_reader *c, enum statement which, struct error *err)
{
    sqlite3_stmt *st = NULL;
    int r = sqlite_statement(c, which, err, &st);

    return r ? r : sqlite_finish(c, st, err);
}
