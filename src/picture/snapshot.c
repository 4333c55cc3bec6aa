/*
 * Snapshots: one viewer's picture at one moment, and single records in it.
 *
 * Invariant: while a snapshot is open no commit becomes visible to it, in rows or in columns (it
 * holds the picture's lock for reading), so close it before waiting for a write. Every row handed
 * out enters the marking and, above the lowest label, the audit.
 */
#include "picture/internal.h"

#include "base/fault.h"

#include <assert.h>

enum { QUERY_COLUMNS_MAX = 24 };

static int take_reader(struct picture *p, struct error *err, struct reader **ret)
{
    pthread_mutex_lock(&p->pool_lock);
    struct reader *r = p->idle;
    if (r) {
        p->idle = r->next;
        p->idle_count--;
    }
    pthread_mutex_unlock(&p->pool_lock);
    if (!r)
        return reader_new(p, err, ret);
    *ret = r;
    return 0;
}

static void give_reader(struct picture *p, struct reader *r)
{
    r->snapshot = NULL;
    pthread_mutex_lock(&p->pool_lock);
    /* one whose ROLLBACK failed is still inside its transaction: closing it ends that */
    bool keep = p->idle_count < POOL_SIZE && sqlite3_get_autocommit(r->db);
    if (keep) {
        r->next = p->idle;
        p->idle = r;
        p->idle_count++;
    }
    pthread_mutex_unlock(&p->pool_lock);
    if (!keep)
        reader_free(r);
}

/* Only what both clearances read. */
static int narrow_mask(struct snapshot *s)
{
    struct label_mask also = { 0 };
    int code = label_mask_make(s->picture->labels, s->viewer->also, NULL, s->at_ms, &also);
    for (uint32_t i = 0; code == 0 && i <= s->mask.count / 64; i++)
        s->mask.words[i] &= also.words[i];
    label_mask_done(&also);
    return code;
}

static int make_mask(struct snapshot *s, struct error *err)
{
    struct picture *p = s->picture;
    const struct viewer *v = s->viewer;
    int code = label_mask_make(p->labels, v->clearance, viewer_person(v), s->at_ms, &s->mask);
    if (code == 0 && s->viewer->also)
        code = narrow_mask(s);
    if (code < 0)
        return error_set(err, code, "snapshot: labels");
    s->labels = s->mask.count;
    s->marked = arena_array_of(s->arena, uint64_t, (size_t)s->labels / 64 + 1);
    return s->marked ? onward_withhold(s, err) : error_set(err, EN_NO_MEMORY, "snapshot");
}

/* Begins the reader's transaction: 1 when the file stands as memory does, 0 when another process
 * has moved it on. */
static int begin(struct snapshot *s, struct error *err)
{
    static const char sql[] = "SELECT (SELECT value FROM state_v WHERE name = 'position'),"
                              " (SELECT value FROM state_v WHERE name = 'epoch')";
    const struct picture_state *known = &s->picture->state;
    sqlite3_stmt *st = NULL;
    int64_t position = 0;
    int code = db_exec(s->reader->db, "BEGIN", err);
    if (code == 0)
        code = snapshot_cached(s, sql, err, &st);
    if (code < 0)
        return code;
    code = db_step(st, err);
    bool same = code == 1 && slice_to_int64(db_text(st, 0), &position) &&
                position == known->position && slice_is(db_text(st, 1), known->epoch);
    sqlite3_reset(st);
    return code < 0 ? code : same;
}

/* One attempt: 1 when s is open, 0 when memory and file do not agree. */
static int try_open(struct snapshot *s, struct picture *p, struct error *err)
{
    s->picture = p;
    pthread_rwlock_rdlock(&p->lock);
    int code = p->stale ? 0 : 1;
    if (code == 1 && p->state.position < p->promised)
        code = error_set(err, EN_BUSY, "the picture is being made anew");
    if (code == 1) {
        int made = make_mask(s, err);
        code = made < 0 ? made : 1;
    }
    if (code == 1) {
        int taken = take_reader(p, err, &s->reader);
        code = taken < 0 ? taken : 1;
    }
    if (code == 1) {
        s->reader->snapshot = s;
        code = begin(s, err);
    }
    if (code == 1) {
        int read = onward_grant(s, err);
        code = read < 0 ? read : 1;
    }
    if (code != 1)
        snapshot_close(s);
    return code;
}

int snapshot_open(struct picture *p, const struct viewer *v, struct arena *a, int64_t at_ms,
                  struct error *err, struct snapshot **ret)
{
    struct snapshot *s = arena_new_of(a, struct snapshot);
    if (!s)
        return error_set(err, EN_NO_MEMORY, "snapshot");
    *s = (struct snapshot){ .viewer = v, .arena = a, .at_ms = at_ms };
    s->marking = policy_lowest_label(p->policy);
    int code = try_open(s, p, err);
    /* then with all writers kept out; then with the path opened again, as it may name a new file */
    for (int attempt = 1; code == 0 && attempt < 3; attempt++) {
        code = picture_hold(p, /* reopen= */ attempt == 2, err);
        if (code < 0)
            return code;
        code = try_open(s, p, err);
        picture_release(p);
    }
    if (code == 0)
        code = error_set(err, EN_BUSY, "the picture is being made anew");
    if (code < 0)
        return code;
    *ret = s;
    return 0;
}

void snapshot_close(struct snapshot *s)
{
    if (!s || !s->picture)
        return;
    if (s->reader) {
        for (int i = 0; i < CACHED_STATEMENTS; i++)
            sqlite3_reset(s->reader->cache[i].statement);
        db_exec(s->reader->db, "ROLLBACK", NULL); /* nothing was written; a failed BEGIN is fine */
        give_reader(s->picture, s->reader);
    }
    label_mask_done(&s->mask);
    pthread_rwlock_unlock(&s->picture->lock);
    s->reader = NULL;
    s->picture = NULL;
}

const struct viewer *snapshot_viewer(const struct snapshot *s)
{
    return s->viewer;
}

struct arena *snapshot_arena(const struct snapshot *s)
{
    return s->arena;
}

const struct kinds *snapshot_kinds(const struct snapshot *s)
{
    return s->picture->kinds;
}

const struct policy *snapshot_policy(const struct snapshot *s)
{
    return s->picture->policy;
}

int64_t snapshot_now(const struct snapshot *s)
{
    return s->at_ms;
}

struct uuid snapshot_instance(const struct snapshot *s)
{
    return s->picture->instance;
}

const struct columns *snapshot_columns(const struct snapshot *s)
{
    return onward_columns(s);
}

int64_t snapshot_position(const struct snapshot *s)
{
    return s->picture->state.position;
}

const struct label_mask *snapshot_mask(const struct snapshot *s)
{
    return &s->mask;
}

const struct label *snapshot_marking(const struct snapshot *s)
{
    return s->marking;
}

void snapshot_mark(struct snapshot *s, const struct label *l)
{
    const struct label *joined = label_join(s->picture->policy, s->arena, s->marking, l);
    if (joined)
        s->marking = joined;
    else
        snapshot_fail(s, EN_NO_MEMORY); /* an answer without its marking must not leave */
}

void snapshot_fail(struct snapshot *s, int code)
{
    if (s->failure == 0)
        s->failure = code;
}

int snapshot_failure(const struct snapshot *s)
{
    return s->failure < 0 ? s->failure : arena_failed(s->arena) ? EN_NO_MEMORY : 0;
}

size_t snapshot_audited(const struct snapshot *s, const struct audited **ret)
{
    *ret = s->audited;
    return s->audited_count;
}

/* Names a shadow table of full text or points? They are open to SQLite itself (guard.c). */
static bool names_shadow(struct slice sql)
{
    static const char *const starts[] = { "words_", "place_" };
    for (size_t at = 0; at + 6 <= sql.len; at++)
        for (int i = 0; i < 2; i++)
            if (sqlite3_strnicmp(sql.ptr + at, starts[i], 6) == 0 &&
                !(at + 8 <= sql.len && memcmp(sql.ptr + at, "place_v ", 8) == 0))
                return true;
    return false;
}

int snapshot_prepare_slice(struct snapshot *s, struct slice sql, struct error *err,
                           sqlite3_stmt **ret)
{
    if (names_shadow(sql))
        return error_set(err, EN_INTERNAL, "a statement names a bare table");
    return db_prepare(s->reader->db, sql, err, ret);
}

int snapshot_prepare(struct snapshot *s, const char *sql, struct error *err, sqlite3_stmt **ret)
{
    return snapshot_prepare_slice(s, slice_of(sql), err, ret);
}

int snapshot_cached(struct snapshot *s, const char *sql, struct error *err, sqlite3_stmt **ret)
{
    struct cached_statement *c = s->reader->cache;
    for (int i = 0; i < CACHED_STATEMENTS; i++) {
        if (c[i].sql && c[i].sql != sql)
            continue;
        if (!c[i].sql) {
            int code = snapshot_prepare(s, sql, err, &c[i].statement);
            if (code < 0) {
                snapshot_fail(s, code);
                return code;
            }
            c[i].sql = sql;
        }
        *ret = c[i].statement;
        return 0;
    }
    /* who cannot tell of an error would answer as if there were no such record */
    snapshot_fail(s, EN_INTERNAL);
    return error_set(err, EN_INTERNAL, "more cached statements than places");
}

int snapshot_query(struct snapshot *s, const char *sql, const struct slice *values, int value_count,
                   struct error *err, snapshot_each each, void *context)
{
    struct slice columns[QUERY_COLUMNS_MAX];
    sqlite3_stmt *st = NULL;
    int stop = 0, code = snapshot_cached(s, sql, err, &st);
    if (code < 0)
        return code;
    for (int i = 0; i < value_count; i++)
        db_bind_text(st, i + 1, values[i]);
    int count = sqlite3_column_count(st);
    assert(count <= QUERY_COLUMNS_MAX);
    while (stop == 0 && (code = db_step(st, err)) == 1) {
        for (int i = 0; i < count; i++)
            columns[i] = db_text(st, i);
        stop = each(context, columns);
    }
    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
    if (code < 0)
        snapshot_fail(s, code);
    return code < 0 ? code : stop;
}

void snapshot_mark_number(struct snapshot *s, uint32_t number)
{
    const struct label *l = snapshot_label(s, number);
    number = number >= s->labels ? number - s->labels : number;
    if (l && number < s->labels && !(s->marked[number >> 6] >> (number & 63) & 1)) {
        s->marked[number >> 6] |= 1ull << (number & 63);
        snapshot_mark(s, l);
    }
}

const struct label *snapshot_label(struct snapshot *s, uint32_t number)
{
    return label_table_label(s->picture->labels, number >= s->labels ? number - s->labels : number);
}

static uint32_t *audit_slot(uint32_t *numbers, size_t slots, uint32_t record)
{
    size_t at = (record * 2654435761u) & (slots - 1);
    while (numbers[at] != 0 && numbers[at] != record)
        at = (at + 1) & (slots - 1);
    return &numbers[at];
}

static bool audit_grow(struct snapshot *s)
{
    size_t wider = s->audited_capacity ? s->audited_capacity * 2 : 32;
    struct audited *ids = arena_array_of(s->arena, struct audited, wider);
    uint32_t *numbers = arena_array_of(s->arena, uint32_t, wider * 2);
    if (!ids || !numbers)
        return false;
    if (s->audited_count)
        memcpy(ids, s->audited, s->audited_count * sizeof *ids);
    for (size_t i = 0; i < s->audited_slots; i++)
        if (s->audited_numbers[i])
            *audit_slot(numbers, wider * 2, s->audited_numbers[i]) = s->audited_numbers[i];
    s->audited = ids;
    s->audited_capacity = wider;
    s->audited_numbers = numbers;
    s->audited_slots = wider * 2;
    return true;
}

void snapshot_saw(struct snapshot *s, uint32_t label, const struct row *row)
{
    snapshot_mark_number(s, label);
    /* a person who reads their own notes needs no witness, and no other could read of it */
    if (viewer_person(s->viewer) ? label_is_lowest_for_persons(s->picture->policy, row->label)
                                 : label_is_lowest(s->picture->policy, row->label))
        return;
    if (s->audited_count == s->audited_capacity && !audit_grow(s)) {
        snapshot_fail(s, EN_NO_MEMORY);
        return;
    }
    uint32_t *slot = audit_slot(s->audited_numbers, s->audited_slots, row->number);
    if (*slot == row->number)
        return;
    *slot = row->number;
    s->audited[s->audited_count++] = (struct audited){ .id = row->id, .label = label };
}

void snapshot_saw_version(struct snapshot *s, const struct version_row *v)
{
    struct row row = { .number = v->number, .id = v->id, .label = v->label };
    snapshot_saw(s, v->label_number, &row);
}

bool snapshot_row(struct snapshot *s, sqlite3_stmt *st, struct row *ret)
{
    struct row r = { .number = (uint32_t)db_int(st, 0),
                     .id = db_copy(st, 1, s->arena),
                     .kind = kinds_find(s->picture->kinds, db_text(st, 2)),
                     .version = db_int(st, 3),
                     .retracted = db_int(st, 5) != 0,
                     .title = db_copy(st, 6, s->arena),
                     .title_fr = db_copy(st, 7, s->arena),
                     .at = db_copy(st, 8, s->arena),
                     .updated_ms = db_int(st, 9),
                     .origin = db_copy(st, 10, s->arena),
                     .user = db_copy(st, 11, s->arena),
                     .body_text = db_copy(st, 12, s->arena),
                     .created_ms = db_int(st, 13) };
    uint32_t label = (uint32_t)db_int(st, 4);
    r.label = label_table_label(s->picture->labels, label);
    if (!r.kind || !r.label)
        return false;
    snapshot_saw(s, label, &r);
    *ret = r;
    return true;
}

/* The row of a bound statement, or EN_NOT_FOUND; resets it. */
static int take_row(struct snapshot *s, sqlite3_stmt *st, const struct kind *kind,
                    struct error *err, struct row *ret)
{
    struct row r = { 0 };
    int code = db_step(st, err);
    bool found = code == 1 && snapshot_row(s, st, &r);
    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
    if (code < 0) {
        snapshot_fail(s, code);
        return code;
    }
    if (!found || (kind && r.kind != kind))
        return error_set(err, EN_NOT_FOUND, "there is no such record");
    *ret = r;
    return 0;
}

int snapshot_get(struct snapshot *s, const struct kind *kind, struct slice id, struct error *err,
                 struct row *ret)
{
    static const char sql[] = "SELECT " ROW_COLUMNS " FROM row_v r WHERE r.id = ?1";
    sqlite3_stmt *st = NULL;
    int code = snapshot_cached(s, sql, err, &st);
    if (code < 0)
        return code;
    db_bind_text(st, 1, id);
    return take_row(s, st, kind, err, ret);
}

int snapshot_find_external(struct snapshot *s, const struct kind *kind, struct slice external_id,
                           struct error *err, struct row *ret)
{
    /* ours before a partner's, then the smallest id, so that a duplicate changes nothing for those
     * who cannot read it; the + keep SQLite from walking all records of the kind in that order */
    static const char sql[] = "SELECT " ROW_COLUMNS " FROM row_v r WHERE r.num IN (SELECT num"
                              " FROM item_v WHERE field = 'external_ids' AND value = ?1)"
                              " AND +r.retracted = 0 AND +r.kind = ?2"
                              " ORDER BY +r.origin <> ?3, +r.id LIMIT 1";
    char own[UUID_TEXT + 1];
    sqlite3_stmt *st = NULL;
    int code = snapshot_cached(s, sql, err, &st);
    if (code < 0)
        return code;
    uuid_format(s->picture->instance, own);
    db_bind_text(st, 1, external_id);
    db_bind_text(st, 2, slice_of(kind->name));
    db_bind_text(st, 3, slice_of(own));
    return take_row(s, st, kind, err, ret);
}

int snapshot_find_own(struct snapshot *s, const struct kind *kind, struct slice external_id,
                      struct error *err, struct row *ret)
{
    static const struct uuid none = { { 0 } };
    struct row row;
    char own[UUID_TEXT + 1];
    int code = snapshot_find_external(s, kind, external_id, err, &row);
    uuid_format(s->picture->instance, own);
    if (code == 0 && !uuid_eq(s->picture->instance, none) && !slice_is(row.origin, own))
        return error_set(err, EN_NOT_FOUND, "there is no such record");
    if (code == 0)
        *ret = row;
    return code;
}

int snapshot_record(struct snapshot *s, uint32_t number, struct error *err, struct row *ret)
{
    static const char sql[] = "SELECT " ROW_COLUMNS " FROM row_v r WHERE r.num = ?1";
    sqlite3_stmt *st = NULL;
    int code = snapshot_cached(s, sql, err, &st);
    if (code < 0)
        return code;
    db_bind_int(st, 1, number);
    return take_row(s, st, NULL, err, ret);
}

int snapshot_evidence_note(struct snapshot *s, size_t item, struct error *err,
                           struct evidence_note *ret)
{
    static const char sql[] = "SELECT event, stakes FROM evidence_v WHERE num = ?1 AND at = ?2"
                              " AND side = ?3 AND w_micro = ?4 ORDER BY ordinal LIMIT 1";
    const struct columns *c = snapshot_columns(s);
    sqlite3_stmt *st = NULL;
    int code = snapshot_cached(s, sql, err, &st);
    if (code < 0)
        return code;
    db_bind_int(st, 1, c->record[item]);
    db_bind_int(st, 2, c->at[item]);
    db_bind_int(st, 3, c->side[item]);
    db_bind_int(st, 4, c->w_micro[item]);
    code = db_step(st, err);
    *ret = (struct evidence_note){ 0 };
    if (code == 1) {
        ret->event = db_copy(st, 0, s->arena);
        ret->stakes = (uint8_t)db_int(st, 1);
    }
    sqlite3_reset(st);
    return code < 0 ? code : 0;
}

bool snapshot_readable(struct snapshot *s, struct slice id, const struct kind *kind)
{
    static const char sql[] = "SELECT kind FROM record_v WHERE id = ?1 AND retracted = 0";
    sqlite3_stmt *st = NULL;
    if (snapshot_cached(s, sql, NULL, &st) < 0)
        return false;
    db_bind_text(st, 1, id);
    int code = db_step(st, NULL);
    const struct kind *found = code == 1 ? kinds_find(s->picture->kinds, db_text(st, 0)) : NULL;
    bool yes = found && (kind ? strcmp(found->name, kind->name) == 0 : !found->system);
    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
    if (code < 0)
        snapshot_fail(s, code);
    return yes;
}

int snapshot_body(struct snapshot *s, struct row *row, struct error *err)
{
    struct json *body = NULL;
    if (row->body)
        return 0;
    /* a row whose text found no room holds none of it */
    int code = arena_failed(s->arena) ? error_set(err, EN_NO_MEMORY, "no memory for a record")
                                      : json_parse(s->arena, row->body_text, err, &body);
    if (code < 0)
        snapshot_fail(s, code);
    row->body = body;
    return code;
}
