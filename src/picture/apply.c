/*
 * Applying: one ledger entry becomes rows.
 *
 * Invariant: rows are a function of the entries alone, in their order, so that a picture followed
 * entry by entry equals one made anew. Nothing here decides who may read; the guard does.
 * Called only by the follower (picture.c), inside its transaction.
 */
#include "picture/apply_bundle.h"
#include "picture/internal.h"

#include "base/fault.h"
#include "base/limits.h"

#include <stdlib.h>

enum statement {
    FIND_RECORD,
    INSERT_RECORD,
    UPDATE_RECORD,
    CLEAR_RECORD,
    WIPE_RECORD,
    MOVE_RECORD,
    INSERT_VERSION,
    REDACT_VERSION,
    NEWEST_PUT,
    INSERT_LABEL,
    DELETE_ITEM,
    INSERT_ITEM,
    DELETE_EVIDENCE,
    INSERT_EVIDENCE,
    DELETE_WORDS,
    INSERT_WORDS,
    DELETE_PLACE,
    INSERT_PLACE,
    STATEMENT_COUNT
};

static const char *const statement_text[STATEMENT_COUNT] = {
    [FIND_RECORD] = "SELECT num, kind FROM record WHERE id = ?1",
    [INSERT_RECORD] = "INSERT INTO record(id, kind, version, label, retracted, title, title_fr, at,"
                      " updated, origin, user, body)"
                      " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    [UPDATE_RECORD] = "UPDATE record SET kind = ?2, version = ?3, label = ?4, retracted = ?5,"
                      " title = ?6, title_fr = ?7, at = ?8, updated = ?9, origin = ?10, user = ?11,"
                      " body = ?12 WHERE id = ?1",
    /* a tombstone keeps its last body, so that it can be restored */
    [CLEAR_RECORD] = "UPDATE record SET version = ?2, label = ?3, retracted = 1, updated = ?4,"
                     " user = ?5 WHERE num = ?1",
    [WIPE_RECORD] = "UPDATE record SET body = '{}', title = '', title_fr = '', at = ''"
                    " WHERE num = ?1",
    [MOVE_RECORD] = "UPDATE record SET version = ?2, updated = ?3 WHERE num = ?1",
    [INSERT_VERSION] = "INSERT OR REPLACE INTO version(record, version, seq, entry, at, user,"
                       " operation, label, redacted) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    [REDACT_VERSION] = "UPDATE version SET redacted = 1 WHERE record = ?1 AND version = ?2",
    [NEWEST_PUT] = "SELECT redacted FROM version WHERE record = ?1 AND operation = 1"
                   " ORDER BY version DESC LIMIT 1",
    [INSERT_LABEL] = "INSERT OR IGNORE INTO label(num, text) VALUES(?1, ?2)",
    [DELETE_ITEM] = "DELETE FROM item WHERE num = ?1",
    [INSERT_ITEM] = "INSERT OR IGNORE INTO item(field, value, num, label) VALUES(?1, ?2, ?3, ?4)",
    [DELETE_EVIDENCE] = "DELETE FROM evidence WHERE num = ?1",
    [INSERT_EVIDENCE] = "INSERT INTO evidence(num, ordinal, truster, trustee, at, side, w_micro,"
                        " event, stakes, label) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    [DELETE_WORDS] = "DELETE FROM words WHERE rowid = ?1",
    [INSERT_WORDS] = "INSERT INTO words(rowid, text) VALUES(?1, ?2)",
    [DELETE_PLACE] = "DELETE FROM place WHERE num = ?1",
    [INSERT_PLACE] = "INSERT INTO place(num, south, north, west, east) VALUES(?1, ?2, ?2, ?3, ?3)",
};

struct kind_statements {
    sqlite3_stmt *insert, *delete;
};

struct apply {
    struct picture *picture;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    struct kind_statements *kinds;
    struct apply_bundle *bundles;
    struct arena *arena; /* reset per entry */
    char *last_label;    /* most entries repeat the label before them */
    size_t last_label_len;
    uint32_t last_label_number;
};

static int prepare_kind(struct apply *ap, size_t at, struct error *err)
{
    const struct kind *k = ap->picture->kinds->items[at];
    struct buf sql cleanup_buf;
    buf_init(&sql, 1 << 16);
    buf_printf(&sql, "INSERT INTO \"%s\" VALUES(?1, ?2, ?3", k->plural);
    int column = 4;
    for (const struct field *f = k->fields; f->name; f++)
        if (schema_is_column(f))
            buf_printf(&sql, ", ?%d", column++);
    buf_add_char(&sql, ')');
    int code = db_prepare(ap->picture->db, buf_slice(&sql), err, &ap->kinds[at].insert);
    if (code < 0)
        return code;
    buf_clear(&sql);
    buf_printf(&sql, "DELETE FROM \"%s\" WHERE num = ?1", k->plural);
    return db_prepare(ap->picture->db, buf_slice(&sql), err, &ap->kinds[at].delete);
}

void apply_free(struct apply *ap)
{
    if (!ap)
        return;
    for (int i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(ap->statements[i]);
    for (size_t i = 0; ap->kinds && i < ap->picture->kinds->count; i++) {
        sqlite3_finalize(ap->kinds[i].insert);
        sqlite3_finalize(ap->kinds[i].delete);
    }
    base_free(ap->kinds);
    apply_bundle_free(ap->bundles);
    base_free(ap->last_label);
    arena_free(ap->arena);
    base_free(ap);
}

int apply_new(struct picture *p, struct error *err, struct apply **ret)
{
    struct apply *ap = base_calloc(1, sizeof *ap);
    if (!ap)
        return error_set(err, EN_NO_MEMORY, "picture: apply");
    ap->picture = p;
    ap->kinds = base_calloc(p->kinds->count + 1, sizeof *ap->kinds);
    ap->arena = arena_new(LIMIT_ARENA);
    int code = ap->kinds && ap->arena ? 0 : error_set(err, EN_NO_MEMORY, "picture: apply");
    for (int i = 0; code == 0 && i < STATEMENT_COUNT; i++)
        code = db_prepare(p->db, slice_of(statement_text[i]), err, &ap->statements[i]);
    for (size_t i = 0; code == 0 && i < p->kinds->count; i++)
        code = prepare_kind(ap, i, err);
    if (code == 0)
        code = apply_bundle_new(p->db, err, &ap->bundles);
    if (code < 0) {
        apply_free(ap);
        return code;
    }
    *ret = ap;
    return 0;
}

/* Number 0 is no label: it reads as nobody (label/intern.h). */
enum { LABEL_NOBODY = 0 };

static int intern_label(struct apply *ap, struct slice text, struct error *err, uint32_t *ret)
{
    if (ap->last_label && slice_eq(slice_make(ap->last_label, ap->last_label_len), text)) {
        *ret = ap->last_label_number;
        return 0;
    }
    struct picture *p = ap->picture;
    pthread_rwlock_wrlock(&p->lock);
    uint32_t before = label_table_count(p->labels);
    int code = label_table_intern(p->labels, text, err, ret);
    pthread_rwlock_unlock(&p->lock);
    if (code == EN_INVALID || code == EN_TOO_LARGE) {
        /* A label that this policy does not know (or one too many): nobody reads the record, and
         * the entries behind it still come in. Another policy makes another picture. */
        error_clear(err);
        *ret = LABEL_NOBODY;
        return 0;
    }
    if (code < 0)
        return code;
    if (*ret >= before) {
        sqlite3_stmt *s = ap->statements[INSERT_LABEL];
        db_bind_int(s, 1, *ret);
        db_bind_text(s, 2, text);
        code = db_run(s, err);
    }
    base_free(ap->last_label);
    ap->last_label = base_malloc(text.len + 1);
    if (ap->last_label)
        memcpy(ap->last_label, text.ptr, text.len);
    ap->last_label_len = text.len;
    ap->last_label_number = *ret;
    return code;
}

static int run_number(struct apply *ap, enum statement which, uint32_t number, struct error *err)
{
    db_bind_int(ap->statements[which], 1, number);
    return db_run(ap->statements[which], err);
}

static size_t kind_at(const struct apply *ap, const struct kind *k)
{
    size_t at = 0;
    while (ap->picture->kinds->items[at] != k)
        at++;
    return at;
}

/* Takes away everything that was derived from the record's body. */
static int clear_derived(struct apply *ap, uint32_t number, const struct kind *k, struct error *err)
{
    static const enum statement all[] = { DELETE_ITEM, DELETE_EVIDENCE, DELETE_WORDS,
                                          DELETE_PLACE };
    int code = 0;
    for (size_t i = 0; code == 0 && i < sizeof all / sizeof *all; i++)
        code = run_number(ap, all[i], number, err);
    if (code == 0 && k) {
        sqlite3_stmt *s = ap->kinds[kind_at(ap, k)].delete;
        db_bind_int(s, 1, number);
        code = db_run(s, err);
    }
    if (code == 0 && columns_drop(ap->picture->columns, number) < 0)
        code = error_set(err, EN_NO_MEMORY, "picture: evidence");
    return code;
}

/* One record being derived; the sinks below add its rows. */
struct derive {
    struct apply *apply;
    struct error *err;
    uint32_t number, label;
    bool foreign;
    int ordinal;
    int code;
};

static void add_item(struct derive *d, const char *field, struct slice value)
{
    sqlite3_stmt *s = d->apply->statements[INSERT_ITEM];
    if (d->code < 0)
        return;
    db_bind_text(s, 1, slice_of(field));
    db_bind_text(s, 2, value);
    db_bind_int(s, 3, d->number);
    db_bind_int(s, 4, d->label);
    d->code = db_run(s, d->err);
}

static void add_reference(void *context, const char *path, const struct field *f, struct slice id)
{
    (void)f;
    add_item(context, path, id);
}

static void add_value(void *context, const struct field *f, struct slice value)
{
    add_item(context, f->name, value);
}

static void add_evidence(void *context, const struct evidence_item *item)
{
    struct derive *d = context;
    struct column_item column = { .at = item->at_ms >= 0 ? item->at_ms / 1000
                                                         : (item->at_ms - 999) / 1000,
                                  .w_micro = item->w_micro,
                                  .label = d->label,
                                  .record = d->number };
    if (d->code < 0 || !uuid_parse(item->truster, &column.truster) ||
        !uuid_parse(item->trustee, &column.trustee))
        return;
    column.side = (uint8_t)(item->dimension * 2 + (item->valence < 0 ? 1 : 0));
    column.contact = strcmp(item->event, "engagement.held") == 0;
    sqlite3_stmt *s = d->apply->statements[INSERT_EVIDENCE];
    db_bind_int(s, 1, d->number);
    db_bind_int(s, 2, d->ordinal++);
    db_bind_text(s, 3, item->truster);
    db_bind_text(s, 4, item->trustee);
    db_bind_int(s, 5, column.at);
    db_bind_int(s, 6, column.side);
    db_bind_int(s, 7, column.w_micro);
    db_bind_text(s, 8, slice_of(item->event));
    db_bind_int(s, 9, item->stakes);
    db_bind_int(s, 10, d->label);
    d->code = db_run(s, d->err);
    if (d->code == 0 && columns_add(d->apply->picture->columns, &column) < 0)
        d->code = error_set(d->err, EN_NO_MEMORY, "picture: evidence");
}

static void bind_value(sqlite3_stmt *s, int at, const struct field *f, const struct json *v)
{
    if (!v || v->type == JSON_NULL)
        sqlite3_bind_null(s, at);
    else if (v->type == JSON_BOOL)
        sqlite3_bind_int(s, at, v->boolean);
    else if (v->type == JSON_NUMBER && f->type == FIELD_INTEGER)
        sqlite3_bind_int64(s, at, v->integer);
    else if (v->type == JSON_NUMBER)
        sqlite3_bind_double(s, at, v->number);
    else
        db_bind_text(s, at, v->text);
}

static int derive_columns(struct derive *d, const struct kind *k, const struct json *body)
{
    sqlite3_stmt *s = d->apply->kinds[kind_at(d->apply, k)].insert;
    db_bind_int(s, 1, d->number);
    db_bind_int(s, 2, d->label);
    db_bind_int(s, 3, !d->foreign);
    int column = 4;
    for (const struct field *f = k->fields; f->name; f++)
        if (schema_is_column(f))
            bind_value(s, column++, f, json_get(body, f->name));
    return db_run(s, d->err);
}

static int derive_words(struct derive *d, const struct kind *k, const struct json *body)
{
    if (k->system)
        return 0;
    struct buf words cleanup_buf;
    buf_init(&words, LIMIT_RECORD * 2);
    record_words(k, body, &words);
    if (buf_failed(&words))
        return error_set(d->err, EN_NO_MEMORY, "picture: words");
    if (words.len == 0)
        return 0;
    sqlite3_stmt *s = d->apply->statements[INSERT_WORDS];
    db_bind_int(s, 1, d->number);
    db_bind_text(s, 2, buf_slice(&words));
    return db_run(s, d->err);
}

static int derive_place(struct derive *d, const struct json *body)
{
    const struct json *lat = json_get(body, "latitude"), *lon = json_get(body, "longitude");
    if (!lat || !lon || lat->type != JSON_NUMBER || lon->type != JSON_NUMBER)
        return 0;
    sqlite3_stmt *s = d->apply->statements[INSERT_PLACE];
    db_bind_int(s, 1, d->number);
    sqlite3_bind_double(s, 2, lat->number);
    sqlite3_bind_double(s, 3, lon->number);
    return db_run(s, d->err);
}

static int derive_external_ids(struct derive *d, const struct json *body)
{
    const struct json *ids = json_get(body, "external_ids");
    for (uint32_t i = 0; ids && ids->type == JSON_ARRAY && i < ids->count; i++)
        if (ids->items[i].type == JSON_STRING)
            add_item(d, "external_ids", ids->items[i].text);
    return d->code;
}

/* Which bundles spoke of a record: found like its external ids. */
static void add_statement(void *context, struct uuid record)
{
    char id[UUID_TEXT + 1];
    uuid_format(record, id);
    add_item(context, "statement", slice_of(id));
}

static int derive_bundle(struct derive *d, const struct json *body)
{
    int code =
        apply_bundle(d->apply->bundles, d->apply->arena, body, d->label, d->err, add_statement, d);
    return code < 0 ? code : d->code;
}

/* What a partner states is theirs: shown as such, never evidence for our trust, and no part of our
 * figures (the column `own`). */
static bool is_foreign(const struct apply *ap, struct uuid instance)
{
    static const struct uuid none = { { 0 } };
    return !uuid_eq(ap->picture->instance, none) && !uuid_eq(ap->picture->instance, instance);
}

static int derive_all(struct apply *ap, uint32_t number, uint32_t label, const struct kind *k,
                      const struct json *body, bool foreign, struct error *err)
{
    struct derive d = {
        .apply = ap, .err = err, .number = number, .label = label, .foreign = foreign
    };
    d.code = derive_columns(&d, k, body);
    if (d.code == 0)
        d.code = derive_words(&d, k, body);
    if (d.code == 0)
        d.code = derive_place(&d, body);
    if (d.code == 0)
        d.code = derive_external_ids(&d, body);
    if (d.code == 0 && strcmp(k->name, "bundle") == 0)
        d.code = derive_bundle(&d, body);
    if (d.code == 0) {
        record_references(k, body, add_reference, &d);
        record_list_values(k, body, add_value, &d);
        if (!foreign)
            record_evidence(k, body, ap->picture->weights, add_evidence, &d);
    }
    return d.code;
}

/* 1 with its number and the kind it had, 0 when it is new. */
static int find_record(struct apply *ap, struct slice id, struct error *err, uint32_t *ret,
                       const struct kind **ret_kind)
{
    sqlite3_stmt *s = ap->statements[FIND_RECORD];
    db_bind_text(s, 1, id);
    int code = db_step(s, err);
    if (code == 1) {
        *ret = (uint32_t)db_int(s, 0);
        *ret_kind = kinds_find(ap->picture->kinds, db_text(s, 1));
    }
    sqlite3_reset(s);
    sqlite3_clear_bindings(s);
    return code;
}

static int write_version(struct apply *ap, uint32_t number, const struct entry *e, uint32_t label,
                         struct error *err)
{
    char id[UUID_TEXT + 1];
    uuid_format(e->id, id);
    sqlite3_stmt *s = ap->statements[INSERT_VERSION];
    db_bind_int(s, 1, number);
    db_bind_int(s, 2, e->version);
    db_bind_int(s, 3, e->seq);
    db_bind_text(s, 4, slice_of(id));
    db_bind_int(s, 5, e->at_ms);
    db_bind_text(s, 6, e->user);
    db_bind_int(s, 7, e->operation);
    db_bind_int(s, 8, label);
    db_bind_int(s, 9, e->redacted);
    return db_run(s, err);
}

static int apply_put(struct apply *ap, const struct entry *e, struct slice id, uint32_t label,
                     struct error *err)
{
    const struct kind *k = kinds_find(ap->picture->kinds, e->kind);
    struct json *body = NULL;
    struct slice text = e->body.ptr ? e->body : S("{}");
    int code = json_parse(ap->arena, text, err, &body);
    if (code < 0)
        return code;
    bool foreign = is_foreign(ap, e->instance);
    /* a partner states no users, tokens or peers of ours, whatever the ledger says */
    bool shown = e->body.ptr && k && !(foreign && k->system);
    uint32_t number = 0;
    const struct kind *before = NULL;
    /* a first version is of a record that nothing was said of */
    int found = e->version == 1 ? 0 : find_record(ap, id, err, &number, &before);
    if (found < 0)
        return found;
    if (found && (code = clear_derived(ap, number, before, err)) < 0)
        return code;
    char origin[UUID_TEXT + 1];
    uuid_format(e->instance, origin);
    sqlite3_stmt *s = ap->statements[found ? UPDATE_RECORD : INSERT_RECORD];
    db_bind_text(s, 1, id);
    db_bind_text(s, 2, e->kind);
    db_bind_int(s, 3, e->version);
    db_bind_int(s, 4, label);
    db_bind_int(s, 5, !shown);
    db_bind_text(s, 6, shown ? record_title(k, body, false) : S(""));
    db_bind_text(s, 7, shown ? record_title(k, body, true) : S(""));
    db_bind_text(s, 8, shown ? record_when(k, body) : S(""));
    db_bind_int(s, 9, e->at_ms);
    db_bind_text(s, 10, slice_of(origin));
    db_bind_text(s, 11, e->user);
    db_bind_text(s, 12, text);
    code = db_run(s, err);
    if (code == 0 && !found)
        number = (uint32_t)sqlite3_last_insert_rowid(ap->picture->db);
    if (code == 0)
        code = write_version(ap, number, e, label, err);
    if (code == 0 && shown)
        code = derive_all(ap, number, label, k, body, foreign, err);
    return code;
}

static int newest_put_redacted(struct apply *ap, uint32_t number, struct error *err, bool *ret)
{
    sqlite3_stmt *s = ap->statements[NEWEST_PUT];
    db_bind_int(s, 1, number);
    int code = db_step(s, err);
    *ret = code == 1 && db_int(s, 0) != 0;
    sqlite3_reset(s);
    return code < 0 ? code : 0;
}

/* Nothing of the record holds any more; after a REDACT its words are gone as well. */
static int make_tombstone(struct apply *ap, const struct entry *e, uint32_t number, uint32_t label,
                          struct error *err)
{
    sqlite3_stmt *s = ap->statements[CLEAR_RECORD];
    db_bind_int(s, 1, number);
    db_bind_int(s, 2, e->version);
    db_bind_int(s, 3, label);
    db_bind_int(s, 4, e->at_ms);
    db_bind_text(s, 5, e->user);
    int code = db_run(s, err);
    if (code == 0 && e->operation == ENTRY_REDACT)
        code = run_number(ap, WIPE_RECORD, number, err);
    return code;
}

/* RETRACT and REDACT leave a record whose derived rows are gone when its newest body is; when an
 * older body was destroyed, only the version moves on. */
static int apply_end(struct apply *ap, const struct entry *e, struct slice id, uint32_t label,
                     struct error *err)
{
    uint32_t number = 0;
    const struct kind *kind = NULL;
    int found = find_record(ap, id, err, &number, &kind);
    if (found <= 0)
        return found;
    int code = write_version(ap, number, e, label, err);
    bool gone = e->operation == ENTRY_RETRACT;
    if (code == 0 && e->operation == ENTRY_REDACT)
        code = newest_put_redacted(ap, number, err, &gone);
    if (code == 0 && gone)
        code = clear_derived(ap, number, kind, err);
    if (code < 0 || gone)
        return code < 0 ? code : make_tombstone(ap, e, number, label, err);
    sqlite3_stmt *s = ap->statements[MOVE_RECORD];
    db_bind_int(s, 1, number);
    db_bind_int(s, 2, e->version);
    db_bind_int(s, 3, e->at_ms);
    return db_run(s, err);
}

int apply_entry(struct apply *ap, const struct entry *e, struct error *err)
{
    char id[UUID_TEXT + 1];
    uint32_t label = 0;
    arena_reset(ap->arena);
    uuid_format(e->record, id);
    int code = intern_label(ap, e->label, err, &label);
    if (code < 0)
        return code;
    if (e->operation == ENTRY_PUT)
        return apply_put(ap, e, slice_of(id), label, err);
    return apply_end(ap, e, slice_of(id), label, err);
}

int apply_redactions(struct apply *ap, struct slice id, int64_t version, struct error *err)
{
    uint32_t number = 0;
    const struct kind *kind = NULL;
    int found = find_record(ap, id, err, &number, &kind);
    if (found <= 0)
        return found;
    db_bind_int(ap->statements[REDACT_VERSION], 1, number);
    db_bind_int(ap->statements[REDACT_VERSION], 2, version);
    return db_run(ap->statements[REDACT_VERSION], err);
}

int apply_scrub(struct apply *ap, struct error *err)
{
    return db_exec(ap->picture->db, "INSERT INTO words(words) VALUES('optimize')", err);
}

static int load_labels(sqlite3 *db, struct label_table *labels, struct error *err)
{
    sqlite3_stmt *s cleanup_stmt = NULL;
    int code = db_prepare(db, S("SELECT num, text FROM label ORDER BY num"), err, &s);
    while (code >= 0 && (code = db_step(s, err)) == 1)
        code = label_table_put(labels, (uint32_t)db_int(s, 0), db_text(s, 1), err);
    return code;
}

static int load_columns(sqlite3 *db, struct columns *columns, struct error *err)
{
    sqlite3_stmt *s cleanup_stmt = NULL;
    int code = db_prepare(db,
                          S("SELECT num, truster, trustee, at, side, w_micro, label,"
                            " event = 'engagement.held' FROM evidence ORDER BY num, ordinal"),
                          err, &s);
    while (code >= 0 && (code = db_step(s, err)) == 1) {
        struct column_item item = { .record = (uint32_t)db_int(s, 0),
                                    .at = db_int(s, 3),
                                    .side = (uint8_t)db_int(s, 4),
                                    .w_micro = (uint32_t)db_int(s, 5),
                                    .label = (uint32_t)db_int(s, 6),
                                    .contact = (uint8_t)db_int(s, 7) };
        if (!uuid_parse(db_text(s, 1), &item.truster) || !uuid_parse(db_text(s, 2), &item.trustee))
            return error_set(err, EN_CORRUPT, "picture: evidence names no actor");
        if (columns_add(columns, &item) < 0)
            return error_set(err, EN_NO_MEMORY, "picture: evidence");
    }
    if (code == 0 && columns_settle(columns) < 0)
        return error_set(err, EN_NO_MEMORY, "picture: evidence");
    return code;
}

int apply_load(struct picture *p, struct error *err)
{
    struct label_table *labels = label_table_new(p->policy);
    struct columns *columns = columns_new();
    int code = labels && columns ? 0 : error_set(err, EN_NO_MEMORY, "picture: load");
    if (code == 0)
        code = load_labels(p->db, labels, err);
    if (code == 0)
        code = load_columns(p->db, columns, err);
    if (code < 0) {
        label_table_free(labels);
        columns_free(columns);
        return code;
    }
    columns->generation += p->columns ? p->columns->generation : 0;
    label_table_free(p->labels);
    columns_free(p->columns);
    p->labels = labels;
    p->columns = columns;
    if (p->apply) {
        base_free(p->apply->last_label);
        p->apply->last_label = NULL;
    }
    return 0;
}
