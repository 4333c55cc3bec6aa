/*
 * The few SQLite calls the picture needs, with our error type. SQL is constant text or made from
 * kind tables (never from input); every value is bound. A statement is finalised by its cleanup.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"

#include <sqlite3.h>

int db_open(const char *path, bool create, struct error *err, sqlite3 **ret);
/* Runs statements without results. */
int db_exec(sqlite3 *db, const char *sql, struct error *err);
int db_prepare(sqlite3 *db, struct slice sql, struct error *err, sqlite3_stmt **ret);
/* Steps once: 1 a row, 0 done, negative error. */
int db_step(sqlite3_stmt *s, struct error *err);
/* Steps a statement without rows, then resets it and its bindings. */
int db_run(sqlite3_stmt *s, struct error *err);
int db_error(sqlite3 *db, struct error *err, const char *what);

void db_bind_text(sqlite3_stmt *s, int at, struct slice text); /* bytes must outlive the step */
void db_bind_text_or_null(sqlite3_stmt *s, int at, struct slice text);
void db_bind_int(sqlite3_stmt *s, int at, int64_t value);

/* Borrowed until the next step. */
struct slice db_text(sqlite3_stmt *s, int column);
int64_t db_int(sqlite3_stmt *s, int column);
/* Copied into the arena. */
struct slice db_copy(sqlite3_stmt *s, int column, struct arena *a);

static inline void db_finalizep(sqlite3_stmt **s)
{
    sqlite3_finalize(*s);
}
#define cleanup_stmt __attribute__((cleanup(db_finalizep)))
