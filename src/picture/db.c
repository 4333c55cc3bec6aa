/* Implementation of db.h: see there. */
#include "picture/db.h"

#include "ledger/sqlite_process.h"

int db_error(sqlite3 *db, struct error *err, const char *what)
{
    int code = sqlite3_errcode(db) & 0xff;
    int ours = code == SQLITE_NOMEM                              ? EN_NO_MEMORY
               : code == SQLITE_BUSY || code == SQLITE_LOCKED    ? EN_BUSY
               : code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? EN_CORRUPT
               : code == SQLITE_FULL || code == SQLITE_IOERR || code == SQLITE_CANTOPEN ||
                       code == SQLITE_READONLY || code == SQLITE_PERM
                   ? EN_IO
                   : EN_INTERNAL;
    return error_set(err, ours, "picture: %s: %s", what, sqlite3_errmsg(db));
}

int db_open(const char *path, bool create, struct error *err, sqlite3 **ret)
{
    sqlite3 *db = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
    sqlite_prepare_process();
    if (sqlite3_open_v2(path, &db, flags, NULL) != SQLITE_OK) {
        int code = db ? db_error(db, err, "open") : error_set(err, EN_NO_MEMORY, "picture: open");
        sqlite3_close(db);
        return code;
    }
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, 10000);
    *ret = db;
    return 0;
}

int db_exec(sqlite3 *db, const char *sql, struct error *err)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return db_error(db, err, "statement");
    return 0;
}

int db_prepare(sqlite3 *db, struct slice sql, struct error *err, sqlite3_stmt **ret)
{
    if (sqlite3_prepare_v2(db, sql.ptr, (int)sql.len, ret, NULL) != SQLITE_OK)
        return db_error(db, err, "prepare");
    return 0;
}

int db_step(sqlite3_stmt *s, struct error *err)
{
    int code = sqlite3_step(s);
    if (code == SQLITE_ROW)
        return 1;
    if (code == SQLITE_DONE)
        return 0;
    return db_error(sqlite3_db_handle(s), err, "step");
}

int db_run(sqlite3_stmt *s, struct error *err)
{
    int code = db_step(s, err);
    sqlite3_reset(s);
    sqlite3_clear_bindings(s);
    return code < 0 ? code : 0;
}

void db_bind_text(sqlite3_stmt *s, int at, struct slice text)
{
    sqlite3_bind_text(s, at, text.ptr ? text.ptr : "", (int)text.len, SQLITE_STATIC);
}

void db_bind_text_or_null(sqlite3_stmt *s, int at, struct slice text)
{
    if (text.ptr)
        db_bind_text(s, at, text);
    else
        sqlite3_bind_null(s, at);
}

void db_bind_int(sqlite3_stmt *s, int at, int64_t value)
{
    sqlite3_bind_int64(s, at, value);
}

struct slice db_text(sqlite3_stmt *s, int column)
{
    const char *text = (const char *)sqlite3_column_text(s, column);
    return slice_make(text, text ? (size_t)sqlite3_column_bytes(s, column) : 0);
}

int64_t db_int(sqlite3_stmt *s, int column)
{
    return sqlite3_column_int64(s, column);
}

struct slice db_copy(sqlite3_stmt *s, int column, struct arena *a)
{
    struct slice text = db_text(s, column);
    return text.ptr ? arena_copy(a, text) : text;
}
