/*
 * The tables of ledger.db.
 *
 * FIXED FOR EVER: these tables are the only truth an organisation has. A column is never removed,
 * renamed or given another meaning; user_version counts additions. Everything that can be derived
 * (what a record is now, who may see it, what it says about trust) is in the picture, which may be
 * deleted at any time. The triggers keep a wrong statement from changing what was stated; they are
 * no defence against someone who owns the file: that is what the chain and its signatures are for.
 */
#include "ledger/key.h"
#include "ledger/sqlite.h"

enum { SCHEMA_VERSION = 1 };

static const char schema[] =
    /* Whose ledger this is: exactly one row. The secret half is in the file `key`. */
    "CREATE TABLE instance ("
    " one INTEGER PRIMARY KEY CHECK (one = 1),"
    " id BLOB NOT NULL CHECK (length(id) = 16)," /* UUID */
    " alg TEXT NOT NULL,"                        /* of the key: ed25519 */
    " public_key BLOB NOT NULL,"
    " created_ms INTEGER NOT NULL"
    ") STRICT;"
    /* The chain. A row never changes and never goes. */
    "CREATE TABLE entry ("
    " seq INTEGER PRIMARY KEY," /* position, from 1 without gaps; local to this file, in no hash */
    " id BLOB NOT NULL CHECK (length(id) = 16),"             /* UUIDv7 of the entry */
    " at_ms INTEGER NOT NULL,"                               /* when; never falls along the chain */
    " instance BLOB NOT NULL CHECK (length(instance) = 16)," /* who hosts the user */
    " user TEXT NOT NULL,"                                   /* who states it */
    " operation INTEGER NOT NULL CHECK (operation BETWEEN 1 AND 3)," /* put, retract, redact */
    " kind TEXT NOT NULL,"                                           /* kind of the record */
    " record BLOB NOT NULL CHECK (length(record) = 16),"             /* UUID of the record */
    " version INTEGER NOT NULL CHECK (version > 0)," /* of the record, from 1 without gaps */
    " redacts INTEGER NOT NULL," /* redact: the version destroyed, 0 all; else 0 */
    " label TEXT NOT NULL,"      /* canonical JSON */
    " request TEXT,"             /* idempotency key, or none */
    " body_hash BLOB NOT NULL CHECK (length(body_hash) = 32)," /* BLAKE2b-256(salt, body) */
    " previous BLOB NOT NULL CHECK (length(previous) = 32),"   /* hash of the entry before; zeros */
    " hash BLOB NOT NULL CHECK (length(hash) = 32)"            /* BLAKE2b-256(header) */
    ") STRICT;"
    /* Also answers "which version is the record at": no table of tips that could disagree. */
    "CREATE UNIQUE INDEX entry_version ON entry (record, version);"
    "CREATE UNIQUE INDEX entry_request ON entry (request) WHERE request IS NOT NULL;"
    /* What put entries say. The only thing that may be destroyed: by overwriting in place, never by
     * deleting, because a delete would move neighbours about and leave stale copies of them. */
    "CREATE TABLE body ("
    " seq INTEGER PRIMARY KEY,"
    " destroyed INTEGER NOT NULL CHECK (destroyed IN (0, 1)),"
    " salt BLOB NOT NULL CHECK (length(salt) = 16)," /* random; zeros when destroyed */
    " body BLOB NOT NULL"                            /* canonical JSON; zeros when destroyed */
    ") STRICT;"
    /* One signature per commit, over the hash of its last entry, by the instance. */
    "CREATE TABLE head ("
    " seq INTEGER PRIMARY KEY,"
    " alg TEXT NOT NULL," /* ed25519 */
    " signature BLOB NOT NULL"
    ") STRICT;"
    "CREATE TRIGGER entry_stays BEFORE DELETE ON entry"
    " BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;"
    "CREATE TRIGGER entry_fixed BEFORE UPDATE ON entry"
    " BEGIN SELECT RAISE(ABORT, 'entries never change'); END;"
    "CREATE TRIGGER head_stays BEFORE DELETE ON head"
    " BEGIN SELECT RAISE(ABORT, 'heads are never deleted'); END;"
    "CREATE TRIGGER head_fixed BEFORE UPDATE ON head"
    " BEGIN SELECT RAISE(ABORT, 'heads never change'); END;"
    "CREATE TRIGGER body_stays BEFORE DELETE ON body"
    " BEGIN SELECT RAISE(ABORT, 'bodies are never deleted'); END;"
    "CREATE TRIGGER body_fixed BEFORE UPDATE ON body"
    " WHEN NOT (NEW.seq = OLD.seq AND NEW.destroyed = 1 AND NEW.salt = zeroblob(16)"
    " AND NEW.body = zeroblob(length(OLD.body)))"
    " BEGIN SELECT RAISE(ABORT, 'bodies are destroyed, never changed'); END;";

static int read_int(struct store_reader *c, const char *sql, struct error *err, int64_t *ret)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(c->db, sql, -1, &st, NULL);

    if (rc == SQLITE_OK) {
        rc = sqlite3_step(st);
    }
    if (rc == SQLITE_ROW) {
        *ret = sqlite3_column_int64(st, 0);
    }
    sqlite3_finalize(st);
    return rc == SQLITE_ROW ? 0 : sqlite_fail(c, rc, err);
}

static int insert_instance(struct store_reader *c, const struct identity *identity,
                           struct error *err)
{
    static const char sql[] = "INSERT INTO instance (one, id, alg, public_key, created_ms)"
                              " VALUES (1, ?1, 'ed25519', ?2, ?3)";
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(c->db, sql, -1, &st, NULL);

    if (rc == SQLITE_OK) {
        rc = sqlite3_bind_blob(st, 1, identity->instance.bytes, sizeof(identity->instance.bytes),
                               SQLITE_STATIC);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_bind_blob(st, 2, identity->public_key, sizeof(identity->public_key),
                               SQLITE_STATIC);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_bind_int64(st, 3, identity->created_ms);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(st);
    }
    sqlite3_finalize(st);
    return rc == SQLITE_DONE ? 0 : sqlite_fail(c, rc, err);
}

static bool blob_is(sqlite3_stmt *st, int column, const uint8_t *bytes, size_t len)
{
    const void *blob = sqlite3_column_blob(st, column);

    return blob && (size_t)sqlite3_column_bytes(st, column) == len && memcmp(blob, bytes, len) == 0;
}

static int check_instance(struct store_reader *c, const struct identity *identity,
                          struct error *err)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(c->db, "SELECT id, public_key FROM instance", -1, &st, NULL);
    int r = 0;

    if (rc == SQLITE_OK) {
        rc = sqlite3_step(st);
    }
    if (rc == SQLITE_DONE) {
        r = error_set(err, EN_CORRUPT, "the ledger names no instance");
    } else if (rc != SQLITE_ROW) {
        r = sqlite_fail(c, rc, err);
    } else if (!blob_is(st, 0, identity->instance.bytes, sizeof(identity->instance.bytes)) ||
               !blob_is(st, 1, identity->public_key, sizeof(identity->public_key))) {
        r = error_set(err, EN_CONFLICT, "the key beside this ledger is not its key");
    }
    sqlite3_finalize(st);
    return r;
}

/* Inside a write transaction, so that two processes cannot both make the tables. */
static int make_or_check(struct store_reader *c, bool create, const struct identity *identity,
                         struct error *err)
{
    int64_t version = 0;
    int64_t tables = 0;
    int r = read_int(c, "PRAGMA user_version", err, &version);

    if (r == 0) {
        r = read_int(c, "SELECT count(*) FROM sqlite_schema", err, &tables);
    }
    if (r != 0) {
        return r;
    }
    if (version > SCHEMA_VERSION) {
        return error_set(err, EN_UNSUPPORTED, "the ledger was written by a newer version");
    }
    if (version == SCHEMA_VERSION) {
        return check_instance(c, identity, err);
    }
    if (!create || tables > 0) {
        return error_set(err, EN_CORRUPT, "the file is not a ledger");
    }
    r = sqlite_run(c, schema, err);
    if (r == 0) {
        /* The id reads "Entl" in the file's header. */
        r = sqlite_run(c, "PRAGMA application_id = 1164866668; PRAGMA user_version = 1", err);
    }
    return r ? r : insert_instance(c, identity, err);
}

int sqlite_schema_ensure(struct store_reader *c, bool create, const struct identity *identity,
                         struct error *err)
{
    int r = sqlite_do(c, SQL_BEGIN_WRITE, err);

    if (r == 0) {
        r = make_or_check(c, create, identity, err);
        if (r == 0) {
            r = sqlite_do(c, SQL_COMMIT, err);
        }
        if (r != 0 && !sqlite3_get_autocommit(c->db)) {
            sqlite_do(c, SQL_ROLLBACK, NULL);
        }
    }
    return r;
}
