/*
 * The guard: the one mechanism between a reader and the tables.
 *
 * A reader connection has temporary views that filter on may_read(label), a bit test in the
 * viewer's mask. Once they exist the authorizer refuses to read any table except through them, and
 * refuses every write. A forgotten WHERE cannot leak, because there is none to forget. The shadow
 * tables of full text and points are read by SQLite itself; snapshot_prepare refuses any statement
 * that names them.
 */
#include "picture/internal.h"

#include "base/fault.h"

#include <stdio.h>
#include <stdlib.h>

static const char shared_views[] =
    /* tells no record: a snapshot checks by it that memory and file agree */
    "CREATE TEMP VIEW state_v AS SELECT name, value FROM main.meta"
    " WHERE name IN ('position', 'epoch');"
    "CREATE TEMP VIEW record_v AS SELECT * FROM main.record WHERE may_read(label);"
    "CREATE TEMP VIEW version_v AS SELECT v.*, r.id, r.kind, r.retracted FROM main.version v"
    " JOIN main.record r ON r.num = v.record WHERE may_read(v.label) AND may_read(r.label);"
    "CREATE TEMP VIEW item_v AS SELECT * FROM main.item WHERE may_read(label);"
    "CREATE TEMP VIEW evidence_v AS SELECT * FROM main.evidence WHERE may_read(label);"
    "CREATE TEMP VIEW holding_v AS SELECT * FROM main.holding WHERE may_read(label);"
    "CREATE TEMP VIEW found_v AS SELECT r.*, w.words AS query,"
    " snippet(words, 0, char(2), char(3), '…', 24) AS snippet"
    " FROM main.words w JOIN main.record r ON r.num = w.rowid WHERE may_read(r.label);"
    "CREATE TEMP VIEW place_v AS SELECT p.south, p.west, p.north, p.east, r.*"
    " FROM main.place p JOIN main.record r ON r.num = p.num WHERE may_read(r.label);";

static void may_read(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    const struct reader *r = sqlite3_user_data(context);
    sqlite3_int64 number = sqlite3_value_int64(values[0]);
    bool yes =
        r->mask && number > 0 && number < UINT32_MAX && label_mask_has(r->mask, (uint32_t)number);
    sqlite3_result_int(context, yes);
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static bool is_shadow(const char *table)
{
    return sqlite3_strnicmp(table, "words_", 6) == 0 || sqlite3_strnicmp(table, "place_", 6) == 0;
}

static int authorize(void *context, int action, const char *a, const char *b, const char *database,
                     const char *view)
{
    (void)b;
    (void)database;
    const struct reader *r = context;
    if (!r->guarded)
        return SQLITE_OK;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_TRANSACTION:
        return SQLITE_OK;
    case SQLITE_READ:
        if (!a || !*a) /* a SELECT that names no column of a table */
            return SQLITE_OK;
        if (ends_with(a, "_v") || (view && ends_with(view, "_v")) || is_shadow(a))
            return SQLITE_OK;
        return SQLITE_DENY;
    case SQLITE_PRAGMA: /* FTS5 asks for the schema's data version */
        return a && strcmp(a, "data_version") == 0 ? SQLITE_OK : SQLITE_DENY;
    default:
        return SQLITE_DENY;
    }
}

static int make_views(struct picture *p, struct reader *r, struct error *err)
{
    struct buf sql cleanup_buf;
    buf_init(&sql, 1 << 16);
    buf_add_cstr(&sql, shared_views);
    for (size_t i = 0; i < p->kinds->count; i++)
        buf_printf(&sql,
                   "CREATE TEMP VIEW \"%s_v\" AS SELECT * FROM main.\"%s\" WHERE may_read(label);",
                   p->kinds->items[i]->plural, p->kinds->items[i]->plural);
    if (buf_failed(&sql))
        return error_set(err, EN_NO_MEMORY, "picture: views");
    return db_exec(r->db, sql.ptr, err);
}

void reader_free(struct reader *r)
{
    if (!r)
        return;
    for (int i = 0; i < CACHED_STATEMENTS; i++)
        sqlite3_finalize(r->cache[i].statement);
    sqlite3_close(r->db);
    base_free(r);
}

int reader_new(struct picture *p, struct error *err, struct reader **ret)
{
    struct reader *r = base_calloc(1, sizeof *r);
    if (!r)
        return error_set(err, EN_NO_MEMORY, "picture: reader");
    int code = db_open(p->path, /* create= */ false, err, &r->db);
    if (code == 0 &&
        sqlite3_create_function_v2(r->db, "may_read", 1,
                                   SQLITE_UTF8 | SQLITE_INNOCUOUS | SQLITE_DETERMINISTIC, r,
                                   may_read, NULL, NULL, NULL) != SQLITE_OK)
        code = db_error(r->db, err, "function");
    if (code == 0)
        code = db_exec(r->db,
                       "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000;"
                       "PRAGMA mmap_size=1073741824;",
                       err);
    if (code == 0)
        code = make_views(p, r, err);
    if (code == 0)
        code = db_exec(r->db, "PRAGMA query_only=1", err);
    if (code == 0 && sqlite3_set_authorizer(r->db, authorize, r) != SQLITE_OK)
        code = db_error(r->db, err, "authorizer");
    if (code < 0) {
        reader_free(r);
        return code;
    }
    r->guarded = true;
    *ret = r;
    return 0;
}
