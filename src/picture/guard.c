/*
 * The guard: the one mechanism between a reader and the tables.
 *
 * A reader connection has temporary views that filter on may_read(label, num): a bit test in the
 * viewer's mask, and for partners the grants of this one record (0: of none; onward.c). Once they
 * exist the authorizer refuses to read any table except through them, and refuses every write. A
 * forgotten WHERE cannot leak, because there is none to forget. The shadow tables of full text and
 * points are read by SQLite itself; snapshot_prepare refuses any statement that names them.
 */
#include "picture/internal.h"

#include "base/fault.h"

#include <stdio.h>
#include <stdlib.h>

/* Of a record r: when the first version of it that the viewer may read was stated. */
#define CREATED                                                    \
    "(SELECT min(v.at) FROM main.version v WHERE v.record = r.num" \
    " AND may_read(v.label, v.record)) AS created"

static const char shared_views[] =
    /* tells no record: a snapshot checks by it that memory and file agree */
    "CREATE TEMP VIEW state_v AS SELECT name, value FROM main.meta"
    " WHERE name IN ('position', 'epoch');"
    "CREATE TEMP VIEW record_v AS SELECT * FROM main.record WHERE may_read(label, num);"
    "CREATE TEMP VIEW row_v AS SELECT r.*, " CREATED " FROM main.record r"
    " WHERE may_read(r.label, r.num);"
    "CREATE TEMP VIEW version_v AS SELECT v.*, r.id, r.kind, r.retracted FROM main.version v"
    " JOIN main.record r ON r.num = v.record WHERE may_read(v.label, r.num)"
    " AND may_read(r.label, r.num);"
    "CREATE TEMP VIEW item_v AS SELECT * FROM main.item WHERE may_read(label, num);"
    "CREATE TEMP VIEW evidence_v AS SELECT * FROM main.evidence WHERE may_read(label, num);"
    "CREATE TEMP VIEW holding_v AS SELECT * FROM main.holding WHERE may_read(label, 0);"
    /* few, however many there are: without a word SQLite would walk all of a peer */
    "CREATE TEMP VIEW unsettled_v AS SELECT * FROM main.holding INDEXED BY holding_sent"
    " WHERE sent > 0 AND may_read(label, 0);"
    "CREATE TEMP VIEW acked_v AS SELECT * FROM main.acked WHERE may_read(label, 0);"
    "CREATE TEMP VIEW found_v AS SELECT r.*, " CREATED ", w.words AS query,"
    " snippet(words, 0, char(2), char(3), '…', 24) AS snippet"
    " FROM main.words w JOIN main.record r ON r.num = w.rowid"
    " WHERE may_read(r.label, r.num);"
    "CREATE TEMP VIEW place_v AS SELECT p.south, p.west, p.north, p.east, r.*, " CREATED
    " FROM main.place p JOIN main.record r ON r.num = p.num"
    " WHERE may_read(r.label, r.num);"
    /* onward releases in force, of records that the reader need not be able to read: onward.c */
    "CREATE TEMP VIEW grant_v AS SELECT i.value AS partner, r.origin AS originator, k.record,"
    " (SELECT x.num FROM main.record x WHERE x.id = k.record) AS number, k.until"
    " FROM main.item i JOIN main.releases k ON k.num = i.num JOIN main.record r ON r.num = i.num"
    " WHERE i.field = 'to' AND k.nature = 'onward' AND k.state = 'approved' AND r.retracted = 0"
    " AND may_read(r.label, r.num);";

static void may_read(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    const struct reader *r = sqlite3_user_data(context);
    sqlite3_int64 label = sqlite3_value_int64(values[0]);
    sqlite3_int64 record = sqlite3_value_int64(values[1]);
    bool yes = r->snapshot && label > 0 && label < UINT32_MAX && record >= 0 &&
               record < UINT32_MAX &&
               snapshot_may_read(r->snapshot, (uint32_t)label, (uint32_t)record);
    sqlite3_result_int(context, yes);
}

/* mask_label(label, num): the number by which the mask knows a readable record's label. */
static void mask_label(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    const struct reader *r = sqlite3_user_data(context);
    uint32_t label = (uint32_t)sqlite3_value_int64(values[0]);
    uint32_t record = (uint32_t)sqlite3_value_int64(values[1]);
    sqlite3_result_int64(context,
                         r->snapshot ? snapshot_mask_number(r->snapshot, label, record) : 0);
}

static int make_functions(struct reader *r, struct error *err)
{
    enum { FLAGS = SQLITE_UTF8 | SQLITE_INNOCUOUS | SQLITE_DETERMINISTIC };
    if (sqlite3_create_function_v2(r->db, "may_read", 2, FLAGS, r, may_read, NULL, NULL, NULL) !=
            SQLITE_OK ||
        sqlite3_create_function_v2(r->db, "mask_label", 2, FLAGS, r, mask_label, NULL, NULL,
                                   NULL) != SQLITE_OK)
        return db_error(r->db, err, "function");
    return 0;
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
    buf_add_cstr(&sql, "BEGIN;"); /* one transaction for all of them, not one for each */
    buf_add_cstr(&sql, shared_views);
    for (size_t i = 0; i < p->kinds->count; i++)
        buf_printf(
            &sql,
            "CREATE TEMP VIEW \"%s_v\" AS SELECT * FROM main.\"%s\" WHERE may_read(label, num);",
            p->kinds->items[i]->plural, p->kinds->items[i]->plural);
    buf_add_cstr(&sql, "COMMIT;");
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
    if (code == 0)
        code = make_functions(r, err);
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
