/*
 * Lists, search and versions over the guarded views.
 *
 * Invariant: order and cursors depend on the listed records alone (a date, a title, a time, then
 * the random id), never on hidden ones. SQL is made from field tables; values are bound.
 */
#include "picture/internal.h"

#include "base/limits.h"

#include <sodium.h>

enum { BINDINGS_MAX = 48 };

struct statement_text {
    struct buf sql;
    struct slice values[BINDINGS_MAX];
    int count;
    bool full; /* more values than places: the statement must not run */
};

static int bind(struct statement_text *t, struct slice value)
{
    if (t->count == BINDINGS_MAX) {
        t->full = true;
        return BINDINGS_MAX;
    }
    t->values[t->count++] = value;
    return t->count;
}

struct slice snapshot_match(struct arena *a, struct slice words)
{
    struct buf out cleanup_buf;
    buf_init(&out, LIMIT_QUERY * 4 + 64);
    size_t at = 0;
    while (at < words.len) {
        size_t start = at;
        while (at < words.len && (unsigned char)words.ptr[at] > ' ' && words.ptr[at] != '"')
            at++;
        if (at > start) {
            buf_add_cstr(&out, out.len ? " \"" : "\"");
            buf_add(&out, slice_make(words.ptr + start, at - start));
            buf_add_cstr(&out, "\"*");
        }
        at += at < words.len;
    }
    if (out.no_memory)
        return slice_make(NULL, 0);
    return buf_failed(&out) ? S("") : arena_copy(a, buf_slice(&out));
}

struct slice cursor_write(struct arena *a, struct slice key, struct slice id)
{
    struct slice plain = arena_printf(a, SLICE_FMT "\x1f" SLICE_FMT, SLICE_ARG(id), SLICE_ARG(key));
    size_t size = sodium_base64_ENCODED_LEN(plain.len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *text = arena_alloc(a, size);
    if (!text || !plain.ptr)
        return S("");
    sodium_bin2base64(text, size, (const unsigned char *)plain.ptr, plain.len,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return slice_of(text);
}

bool cursor_read(struct arena *a, struct slice cursor, struct slice *ret_key, struct slice *ret_id)
{
    char *plain = arena_alloc(a, cursor.len + 1);
    size_t len = 0;
    if (!plain ||
        sodium_base642bin((unsigned char *)plain, cursor.len, cursor.ptr, cursor.len, NULL, &len,
                          NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return false;
    struct slice rest = slice_make(plain, len);
    if (!memchr(plain, '\x1f', len) || !slice_is_utf8(rest))
        return false;
    *ret_id = slice_cut(&rest, '\x1f');
    *ret_key = rest.ptr ? rest : S("");
    return true;
}

/* "due_from" of the field "due": gives the field and the comparison. */
static const struct field *filter_field(const struct kind *k, struct slice name, int *ret_side)
{
    static const struct {
        const char *end;
        int side;
    } ends[] = { { "_from", -1 }, { "_until", 1 } };
    *ret_side = 0;
    const struct field *f = kind_field(k, name);
    for (size_t i = 0; !f && i < 2; i++) {
        size_t n = strlen(ends[i].end);
        if (name.len > n && memcmp(name.ptr + name.len - n, ends[i].end, n) == 0) {
            f = kind_field(k, slice_make(name.ptr, name.len - n));
            *ret_side = ends[i].side;
        }
    }
    return f;
}

static int add_filter(struct snapshot *s, const struct list_query *q, const struct filter *filter,
                      struct statement_text *t, struct error *err)
{
    int side = 0;
    const struct field *f = filter_field(q->kind, filter->field, &side);
    bool nested = memchr(filter->field.ptr, '.', filter->field.len) != NULL;
    bool own = f && field_find(q->kind->fields, slice_of(f->name)) == f;
    if (!f && !nested)
        return error_field(err, filter->field, REASON_UNKNOWN_FIELD, "no such filter");
    const struct kind *target =
        f && f->target ? kinds_find(s->picture->kinds, slice_of(f->target)) : NULL;
    if ((nested || (f && f->type == FIELD_REF)) &&
        uuid_parse(filter->value, &(struct uuid){ { 0 } }) &&
        !snapshot_readable(s, filter->value, target)) {
        buf_add_cstr(&t->sql, " AND 0"); /* what you may not read names nothing */
        return 0;
    }
    if (own && schema_is_column(f)) {
        struct slice value = filter->value;
        if (f->type == FIELD_BOOL)
            value = slice_is(value, "true") ? S("1") : S("0");
        const char *affinity = schema_column_type(f);
        if (side == 0)
            buf_printf(&t->sql, " AND k.\"%s\" = CAST(?%d AS %s)", f->name, bind(t, value),
                       affinity);
        else if (side < 0)
            buf_printf(&t->sql, " AND k.\"%s\" >= ?%d", f->name, bind(t, value));
        else
            buf_printf(&t->sql, " AND k.\"%s\" <= ?%d || '~'", f->name, bind(t, value));
        return 0;
    }
    int field = bind(t, filter->field);
    buf_printf(&t->sql, " AND r.num IN (SELECT num FROM item_v WHERE field = ?%d AND value = ?%d)",
               field, bind(t, filter->value));
    return 0;
}

static const char *order_column(enum list_order order)
{
    return order == LIST_UPDATED ? "r.updated" : order == LIST_WHEN ? "r.at" : "r.title";
}

static int add_words(struct snapshot *s, struct slice words, struct statement_text *t,
                     struct error *err)
{
    struct slice match = snapshot_match(s->arena, words);
    if (!match.ptr)
        return error_set(err, EN_NO_MEMORY, "list");
    if (match.len)
        buf_printf(&t->sql, " AND r.num IN (SELECT num FROM found_v WHERE query MATCH ?%d)",
                   bind(t, match));
    else
        buf_add_cstr(&t->sql, " AND 0");
    return 0;
}

/* What follows the cursor, in order, one more than the page. */
static int add_order(struct snapshot *s, const struct list_query *q, struct statement_text *t,
                     struct error *err)
{
    enum list_order order = q->retracted ? LIST_UPDATED : q->order;
    bool descending = q->descending || q->retracted;
    const char *key = order_column(order), *direction = descending ? "DESC" : "ASC";
    struct slice after_key, after_id;
    if (q->after.len) {
        if (!cursor_read(s->arena, q->after, &after_key, &after_id))
            return error_field(err, S("cursor"), REASON_FORMAT, "a cursor of an earlier answer");
        int k = bind(t, after_key);
        buf_printf(&t->sql, " AND (%s, r.id) %s (CAST(?%d AS %s), ?%d)", key,
                   descending ? "<" : ">", k, order == LIST_UPDATED ? "INTEGER" : "TEXT",
                   bind(t, after_id));
    }
    buf_printf(&t->sql, " ORDER BY %s %s, r.id %s LIMIT %zu", key, direction, direction,
               q->limit + 1);
    if (t->full)
        return error_set(err, EN_TOO_LARGE, "more filters than a list takes");
    return buf_failed(&t->sql) ? error_set(err, EN_NO_MEMORY, "list") : 0;
}

static int build_list(struct snapshot *s, const struct list_query *q, struct statement_text *t,
                      struct error *err)
{
    buf_printf(&t->sql,
               "SELECT " ROW_COLUMNS ", CAST(%s AS TEXT) FROM row_v r"
               " JOIN \"%s_v\" k ON k.num = r.num WHERE r.kind = ?%d AND r.retracted = 0",
               order_column(q->order), q->kind->plural, bind(t, slice_of(q->kind->name)));
    int code = 0;
    for (size_t i = 0; code == 0 && i < q->filter_count; i++)
        code = add_filter(s, q, &q->filters[i], t, err);
    if (code == 0 && q->words.len)
        code = add_words(s, q->words, t, err);
    return code < 0 ? code : add_order(s, q, t, err);
}

/* A tombstone has no row in its kind's table and no words: the list of them asks the records alone,
 * the latest first, and takes no filter. */
static int build_retracted(struct snapshot *s, const struct list_query *q, struct statement_text *t,
                           struct error *err)
{
    if (q->filter_count > 0 || q->words.len > 0)
        return error_field(err, S("retracted"), REASON_RULE, "not together with filters or words");
    buf_printf(&t->sql,
               "SELECT " ROW_COLUMNS ", CAST(r.updated AS TEXT) FROM row_v r WHERE r.kind = ?%d"
               " AND r.retracted = 1",
               bind(t, slice_of(q->kind->name)));
    return add_order(s, q, t, err);
}

/* Room for more rows: most lists are a page, a few are everything. */
static bool grow_rows(struct arena *a, struct page *page, size_t *capacity, size_t limit)
{
    size_t wider = *capacity ? *capacity * 2 : limit < LIMIT_PAGE ? limit + 1 : LIMIT_PAGE;
    struct row *rows = arena_array_of(a, struct row, wider);
    if (!rows)
        return false;
    if (page->count)
        memcpy(rows, page->rows, page->count * sizeof *rows);
    page->rows = rows;
    *capacity = wider;
    return true;
}

int snapshot_list(struct snapshot *s, const struct list_query *q, struct error *err,
                  struct page *ret)
{
    struct statement_text t = { .count = 0 };
    buf_init(&t.sql, 64 * 1024);
    int code = q->retracted ? build_retracted(s, q, &t, err) : build_list(s, q, &t, err);
    sqlite3_stmt *st cleanup_stmt = NULL;
    if (code == 0)
        code = snapshot_prepare_slice(s, buf_slice(&t.sql), err, &st);
    buf_done(&t.sql);
    if (code < 0)
        return code;
    for (int i = 0; i < t.count; i++)
        db_bind_text(st, i + 1, t.values[i]);
    struct page page = { 0 };
    size_t capacity = 0;
    struct slice key = S("");
    while (page.count < q->limit && (code = db_step(st, err)) == 1) {
        if (page.count == capacity && !grow_rows(s->arena, &page, &capacity, q->limit))
            return error_set(err, EN_NO_MEMORY, "list");
        if (!snapshot_row(s, st, &page.rows[page.count]))
            continue;
        if (++page.count == q->limit)
            key = db_copy(st, ROW_COLUMN_COUNT, s->arena);
    }
    if (code == 1 && page.count == q->limit && page.count > 0 && (code = db_step(st, err)) == 1)
        page.next = cursor_write(s->arena, key, page.rows[page.count - 1].id);
    if (code < 0)
        return code;
    *ret = page;
    return 0;
}

int snapshot_search(struct snapshot *s, struct slice words, const struct kind *kind, size_t limit,
                    struct slice after, struct error *err, struct hit **ret, size_t *ret_count,
                    struct slice *ret_next)
{
    struct slice match = snapshot_match(s->arena, words), key = S(""), id = S("");
    struct hit *hits = arena_array_of(s->arena, struct hit, limit + 1);
    sqlite3_stmt *st cleanup_stmt = NULL;
    size_t count = 0;
    if (after.len && !cursor_read(s->arena, after, &key, &id))
        return error_field(err, S("cursor"), REASON_FORMAT, "a cursor of an earlier answer");
    *ret_next = S("");
    *ret_count = 0;
    *ret = hits;
    if (!hits || !match.ptr)
        return error_set(err, EN_NO_MEMORY, "search");
    if (!match.len)
        return 0;
    int code =
        snapshot_prepare(s,
                         "SELECT " ROW_COLUMNS ", r.snippet, CAST(r.updated AS TEXT) FROM found_v r"
                         " WHERE r.query MATCH ?1 AND r.retracted = 0 AND (?2 = '' OR r.kind = ?2)"
                         " AND (?3 = '' OR (r.updated, r.id) < (CAST(?3 AS INTEGER), ?4))"
                         " ORDER BY r.updated DESC, r.id DESC LIMIT ?5",
                         err, &st);
    if (code < 0)
        return code;
    db_bind_text(st, 1, match);
    db_bind_text(st, 2, kind ? slice_of(kind->name) : S(""));
    db_bind_text(st, 3, key);
    db_bind_text(st, 4, id);
    db_bind_int(st, 5, (int64_t)limit + 1);
    while (count < limit && (code = db_step(st, err)) == 1)
        if (snapshot_row(s, st, &hits[count].row)) {
            hits[count++].snippet = db_copy(st, ROW_COLUMN_COUNT, s->arena);
            key = db_copy(st, ROW_COLUMN_COUNT + 1, s->arena);
        }
    if (code == 1 && count == limit && count > 0 && (code = db_step(st, err)) == 1)
        *ret_next = cursor_write(s->arena, key, hits[count - 1].row.id);
    *ret_count = count;
    return code < 0 ? code : 0;
}

static void version_from(struct snapshot *s, sqlite3_stmt *st, struct version_row *v)
{
    *v = (struct version_row){ .version = db_int(st, 0),
                               .at_ms = db_int(st, 1),
                               .user = db_copy(st, 2, s->arena),
                               .entry = db_copy(st, 3, s->arena),
                               .operation = (enum entry_operation)db_int(st, 4),
                               .redacted = db_int(st, 5) != 0,
                               .label =
                                   label_table_label(s->picture->labels, (uint32_t)db_int(st, 6)),
                               .id = db_copy(st, 7, s->arena),
                               .kind = kinds_find(s->picture->kinds, db_text(st, 8)),
                               .seq = db_int(st, 9),
                               .number = (uint32_t)db_int(st, 10),
                               .label_number = (uint32_t)db_int(st, 6) };
    snapshot_mark_number(s, v->label_number);
}

#define VERSION_COLUMNS                                                                        \
    "v.version, v.at, v.user, v.entry, v.operation, v.redacted, v.label, v.id, v.kind, v.seq," \
    " v.record"

static int collect_versions(struct snapshot *s, sqlite3_stmt *st, size_t max, struct error *err,
                            struct version_row **ret, size_t *ret_count)
{
    size_t count = 0, capacity = 16;
    struct version_row *rows = arena_array_of(s->arena, struct version_row, capacity);
    int code = 0;
    while (rows && count < max && (code = db_step(st, err)) == 1) {
        if (count == capacity) {
            struct version_row *wider = arena_array_of(s->arena, struct version_row, capacity * 2);
            if (wider)
                memcpy(wider, rows, count * sizeof *rows);
            rows = wider;
            capacity *= 2;
        }
        if (rows)
            version_from(s, st, &rows[count]);
        count += rows && rows[count].kind;
    }
    if (!rows)
        return error_set(err, EN_NO_MEMORY, "versions");
    *ret = rows;
    *ret_count = count;
    return code < 0 ? code : 0;
}

int snapshot_versions(struct snapshot *s, struct slice id, struct error *err,
                      struct version_row **ret, size_t *ret_count)
{
    static const char sql[] = "SELECT " VERSION_COLUMNS " FROM record_v r JOIN version_v v"
                              " ON v.record = r.num WHERE r.id = ?1 ORDER BY v.version";
    sqlite3_stmt *st = NULL;
    int code = snapshot_cached(s, sql, err, &st);
    if (code < 0)
        return code;
    db_bind_text(st, 1, id);
    code = collect_versions(s, st, SIZE_MAX, err, ret, ret_count);
    sqlite3_reset(st);
    return code;
}

int snapshot_changes(struct snapshot *s, int64_t after, size_t max, struct error *err,
                     struct version_row **ret, size_t *ret_count, int64_t *ret_last)
{
    sqlite3_stmt *st cleanup_stmt = NULL;
    int code = snapshot_prepare(s,
                                "SELECT " VERSION_COLUMNS " FROM version_v v WHERE v.seq > ?1"
                                " ORDER BY v.seq",
                                err, &st);
    if (code < 0)
        return code;
    db_bind_int(st, 1, after);
    code = collect_versions(s, st, max, err, ret, ret_count);
    if (code == 0)
        *ret_last = *ret_count == max && max > 0 ? (*ret)[max - 1].seq : s->picture->state.position;
    return code;
}

int64_t snapshot_seq_of(struct snapshot *s, struct slice entry)
{
    sqlite3_stmt *st cleanup_stmt = NULL;
    if (snapshot_prepare(s, "SELECT v.seq FROM version_v v WHERE v.entry = ?1", NULL, &st) < 0)
        return 0;
    db_bind_text(st, 1, entry);
    return db_step(st, NULL) == 1 ? db_int(st, 0) : 0;
}

int snapshot_recent(struct snapshot *s, size_t max, struct error *err, struct version_row **ret,
                    size_t *ret_count)
{
    sqlite3_stmt *st cleanup_stmt = NULL;
    /* positions are not shown, and among readable versions their order is the same without the
     * others */
    int code = snapshot_prepare(
        s,
        "SELECT " VERSION_COLUMNS " FROM version_v v JOIN record_v r"
        " ON r.num = v.record AND r.version = v.version"
        " WHERE r.retracted = 0 AND r.kind NOT IN ('user', 'token', 'setting', 'audit', 'peer',"
        " 'bundle', 'peer_release')"
        " ORDER BY v.seq DESC LIMIT ?1",
        err, &st);
    if (code < 0)
        return code;
    db_bind_int(st, 1, (int64_t)max);
    return collect_versions(s, st, max, err, ret, ret_count);
}

int snapshot_points(struct snapshot *s, double south, double west, double north, double east,
                    size_t limit, struct error *err, struct row **ret, size_t *ret_count)
{
    sqlite3_stmt *st cleanup_stmt = NULL;
    int code = snapshot_prepare(s,
                                "SELECT " ROW_COLUMNS " FROM place_v r WHERE r.south >= ?1"
                                " AND r.west >= ?2 AND r.north <= ?3 AND r.east <= ?4"
                                " ORDER BY r.id LIMIT ?5",
                                err, &st);
    struct row *rows = arena_array_of(s->arena, struct row, limit + 1);
    if (!rows)
        return error_set(err, EN_NO_MEMORY, "points");
    if (code < 0)
        return code;
    sqlite3_bind_double(st, 1, south);
    sqlite3_bind_double(st, 2, west);
    sqlite3_bind_double(st, 3, north);
    sqlite3_bind_double(st, 4, east);
    db_bind_int(st, 5, (int64_t)limit);
    size_t count = 0;
    while (count < limit && (code = db_step(st, err)) == 1)
        count += snapshot_row(s, st, &rows[count]);
    *ret = rows;
    *ret_count = count;
    return code < 0 ? code : 0;
}
