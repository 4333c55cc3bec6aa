/*
 * The picture's tables: eight that every kind shares, and one per kind made from its field table.
 * All of it may be dropped and made again at any time. Numbers (num) are local to one file.
 */
#include "picture/internal.h"

static const char shared_tables[] =
    /* how far the ledger was taken in, and what the tables were made from */
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    /* interned labels: canonical JSON */
    "CREATE TABLE label(num INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);"
    /* the newest version of every record */
    "CREATE TABLE record(num INTEGER PRIMARY KEY,"
    " id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, version INTEGER NOT NULL,"
    " label INTEGER NOT NULL,"
    " retracted INTEGER NOT NULL," /* 1: a tombstone, or its newest body was destroyed */
    " title TEXT NOT NULL, title_fr TEXT NOT NULL," /* empty when references name it */
    " at TEXT NOT NULL," /* the kind's date as stated; empty when unset */
    " updated INTEGER NOT NULL, origin TEXT NOT NULL, user TEXT NOT NULL,"
    " body TEXT NOT NULL);"
    /* every version ever, without its body (the ledger keeps it) */
    "CREATE TABLE version(record INTEGER NOT NULL, version INTEGER NOT NULL,"
    " seq INTEGER NOT NULL, entry TEXT NOT NULL, at INTEGER NOT NULL, user TEXT NOT NULL,"
    " operation INTEGER NOT NULL, label INTEGER NOT NULL, redacted INTEGER NOT NULL,"
    " PRIMARY KEY(record, version)) WITHOUT ROWID;"
    "CREATE UNIQUE INDEX version_seq ON version(seq);"
    /* references, list values and external ids of a record; found by value through item_value */
    "CREATE TABLE item(num INTEGER NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL,"
    " label INTEGER NOT NULL, PRIMARY KEY(num, field, value)) WITHOUT ROWID;"
    /* what the records say about trust, weighed by the policy */
    "CREATE TABLE evidence(num INTEGER NOT NULL, ordinal INTEGER NOT NULL,"
    " truster TEXT NOT NULL, trustee TEXT NOT NULL, at INTEGER NOT NULL," /* seconds */
    " side INTEGER NOT NULL, w_micro INTEGER NOT NULL, event TEXT NOT NULL,"
    " stakes INTEGER NOT NULL, label INTEGER NOT NULL,"
    " PRIMARY KEY(num, ordinal)) WITHOUT ROWID;"
    /* what peers have of ours (1) and provide to us (2): holdings.h */
    "CREATE TABLE holding(peer TEXT NOT NULL, direction INTEGER NOT NULL, record TEXT NOT NULL,"
    " label INTEGER NOT NULL, op INTEGER NOT NULL DEFAULT 0, hash TEXT NOT NULL DEFAULT '',"
    " sent INTEGER NOT NULL DEFAULT 0, sent_op INTEGER NOT NULL DEFAULT 0,"
    " sent_hash TEXT NOT NULL DEFAULT '', refused INTEGER NOT NULL DEFAULT 0,"
    " refused_hash TEXT NOT NULL DEFAULT '', put_sent INTEGER NOT NULL DEFAULT 0,"
    " put_acked INTEGER NOT NULL DEFAULT 0, end_sent INTEGER NOT NULL DEFAULT 0,"
    " end_acked INTEGER NOT NULL DEFAULT 0, end_op INTEGER NOT NULL DEFAULT 0,"
    " at INTEGER NOT NULL DEFAULT 0, entry TEXT NOT NULL DEFAULT '',"
    " relays INTEGER NOT NULL DEFAULT 0,"
    " PRIMARY KEY(peer, direction, record)) WITHOUT ROWID;"
    "CREATE INDEX holding_source ON holding(record) WHERE direction = 2;"
    "CREATE INDEX holding_sent ON holding(peer, record) WHERE sent > 0;"
    /* the last acknowledged statement of a record among bundles of one label; record '': a gap */
    "CREATE TABLE acked(peer TEXT NOT NULL, record TEXT NOT NULL, label INTEGER NOT NULL,"
    " op INTEGER NOT NULL, number INTEGER NOT NULL, hash TEXT NOT NULL DEFAULT '',"
    " PRIMARY KEY(peer, record, label)) WITHOUT ROWID;"
    "CREATE VIRTUAL TABLE words USING fts5(text, tokenize='unicode61 remove_diacritics 2',"
    " prefix='2 3');"
    /* bytes that a transaction keeps in memory before it writes a segment: many segments are merged
     * again and again */
    "INSERT INTO words(words, rank) VALUES('hashsize', 33554432);"
    "CREATE VIRTUAL TABLE place USING rtree(num, south, north, west, east);";

/* Indexes that only readers need: taken away while very much is taken in (picture.c). */
static const struct {
    const char *name, *on;
} reader_indexes[] = {
    { "record_at", "record(kind, retracted, at, id)" },
    { "record_updated", "record(kind, retracted, updated, id)" },
    { "record_title", "record(kind, retracted, title, id)" },
    { "version_entry", "version(entry)" },
    { "item_value", "item(field, value, num, label)" },
};

bool schema_is_column(const struct field *f)
{
    return !(f->flags & FIELD_MANY) && f->type != FIELD_OBJECT && f->type != FIELD_LABEL &&
           f->type != FIELD_LONGTEXT;
}

const char *schema_column_type(const struct field *f)
{
    switch (f->type) {
    case FIELD_BOOL:
    case FIELD_INTEGER:
        return "INTEGER";
    case FIELD_DECIMAL:
        return "REAL";
    default:
        return "TEXT";
    }
}

static void kind_table(const struct kind *k, struct buf *sql)
{
    /* own 0: a partner states it, so that our figures leave it out */
    buf_printf(sql,
               "CREATE TABLE \"%s\"(num INTEGER PRIMARY KEY, label INTEGER NOT NULL,"
               " own INTEGER NOT NULL",
               k->plural);
    for (const struct field *f = k->fields; f->name; f++)
        if (schema_is_column(f))
            buf_printf(sql, ", \"%s\" %s", f->name, schema_column_type(f));
    buf_add_cstr(sql, ");");
}

static void kind_indexes(const struct kind *k, bool drop, struct buf *sql)
{
    for (const struct field *f = k->fields; f->name; f++) {
        if (!schema_is_column(f) || !(f->flags & FIELD_INDEXED))
            continue;
        if (drop)
            buf_printf(sql, "DROP INDEX IF EXISTS \"%s_%s\";", k->plural, f->name);
        else
            buf_printf(sql,
                       "CREATE INDEX IF NOT EXISTS \"%s_%s\" ON \"%s\"(\"%s\")"
                       " WHERE \"%s\" IS NOT NULL;",
                       k->plural, f->name, k->plural, f->name, f->name);
    }
}

int schema_indexes(sqlite3 *db, const struct kinds *kinds, bool drop, struct error *err)
{
    struct buf sql cleanup_buf;
    buf_init(&sql, 1 << 20);
    for (size_t i = 0; i < sizeof reader_indexes / sizeof *reader_indexes; i++) {
        if (drop)
            buf_printf(&sql, "DROP INDEX IF EXISTS %s;", reader_indexes[i].name);
        else
            buf_printf(&sql, "CREATE INDEX IF NOT EXISTS %s ON %s;", reader_indexes[i].name,
                       reader_indexes[i].on);
    }
    for (size_t i = 0; i < kinds->count; i++)
        kind_indexes(kinds->items[i], drop, &sql);
    if (buf_failed(&sql))
        return error_set(err, EN_NO_MEMORY, "picture: schema");
    return db_exec(db, sql.ptr, err);
}

int schema_create(sqlite3 *db, const struct kinds *kinds, struct error *err)
{
    struct buf sql cleanup_buf;
    buf_init(&sql, 1 << 20);
    buf_add_cstr(&sql, shared_tables);
    for (size_t i = 0; i < kinds->count; i++)
        kind_table(kinds->items[i], &sql);
    if (buf_failed(&sql))
        return error_set(err, EN_NO_MEMORY, "picture: schema");
    int code = db_exec(db, sql.ptr, err);
    return code < 0 ? code : schema_indexes(db, kinds, /* drop= */ false, err);
}
