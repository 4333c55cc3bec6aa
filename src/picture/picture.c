/*
 * Opening, following, rebuilding and dumping the picture.
 *
 * Invariant: position, rows, labels and columns move together: a snapshot opened at any moment sees
 * all of an entry or nothing of it. A picture that cannot be trusted (another fingerprint, damage)
 * is emptied and made again, never repaired.
 */
#include "picture/internal.h"

#include "base/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FOLLOW_BATCH = 20000 };

static char *heap_copy(struct slice s)
{
    char *copy = base_malloc(s.len + 1);
    if (copy) {
        memcpy(copy, s.ptr, s.len);
        copy[s.len] = '\0';
    }
    return copy;
}

static int set_position(struct picture *p, int64_t position, struct error *err)
{
    sqlite3_stmt *s cleanup_stmt = NULL;
    int code = db_prepare(p->db, S("INSERT OR REPLACE INTO meta VALUES('position', ?1)"), err, &s);
    if (code < 0)
        return code;
    db_bind_int(s, 1, position);
    return db_run(s, err);
}

static int meta_get(sqlite3 *db, const char *name, struct buf *out)
{
    sqlite3_stmt *s cleanup_stmt = NULL;
    if (db_prepare(db, S("SELECT value FROM meta WHERE name = ?1"), NULL, &s) < 0)
        return EN_CORRUPT;
    db_bind_text(s, 1, slice_of(name));
    if (db_step(s, NULL) != 1)
        return EN_NOT_FOUND;
    buf_clear(out);
    buf_add(out, db_text(s, 0));
    return 0;
}

static int read_position(struct picture *p, int64_t *ret)
{
    struct buf value cleanup_buf;
    buf_init(&value, 64);
    int code = meta_get(p->db, "position", &value);
    if (code == 0 && !slice_to_int64(buf_slice(&value), ret))
        code = EN_CORRUPT;
    return code;
}

static void remove_files(const char *path)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    char name[4096];
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        int n = snprintf(name, sizeof name, "%s%s", path, ends[i]);
        if (n > 0 && (size_t)n < sizeof name)
            unlink(name);
    }
}

static const char connection_settings[] =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;"
    "PRAGMA cache_size=-64000; PRAGMA wal_autocheckpoint=4000;";

/* Opens what is there; EN_CORRUPT when it must be made anew. */
static int open_existing(struct picture *p, struct error *err)
{
    struct buf value cleanup_buf;
    buf_init(&value, 256);
    int code = db_open(p->path, /* create= */ false, err, &p->db);
    if (code == 0)
        code = db_exec(p->db, connection_settings, err);
    if (code == 0)
        code = meta_get(p->db, "fingerprint", &value);
    if (code == 0 && !slice_is(buf_slice(&value), p->fingerprint))
        code = EN_CORRUPT;
    if (code == 0)
        code = read_position(p, &p->position);
    if (code == 0)
        code = apply_new(p, err, &p->apply);
    if (code == 0)
        code = apply_load(p, err);
    return code;
}

static void close_database(struct picture *p)
{
    apply_free(p->apply);
    p->apply = NULL;
    while (p->idle) {
        struct reader *r = p->idle;
        p->idle = r->next;
        reader_free(r);
    }
    p->idle_count = 0;
    sqlite3_close(p->db);
    p->db = NULL;
}

static int create(struct picture *p, struct error *err)
{
    close_database(p);
    remove_files(p->path);
    int code = db_open(p->path, /* create= */ true, err, &p->db);
    if (code == 0)
        code = db_exec(p->db, connection_settings, err);
    if (code == 0)
        code = db_exec(p->db, "BEGIN IMMEDIATE", err);
    if (code == 0)
        code = schema_create(p->db, p->kinds, err);
    sqlite3_stmt *s cleanup_stmt = NULL;
    if (code == 0)
        code = db_prepare(p->db, S("INSERT INTO meta VALUES('fingerprint', ?1), ('position', 0)"),
                          err, &s);
    if (code == 0) {
        db_bind_text(s, 1, slice_of(p->fingerprint));
        code = db_run(s, err);
    }
    if (code == 0)
        code = db_exec(p->db, "COMMIT", err);
    p->position = 0;
    if (code == 0)
        code = apply_new(p, err, &p->apply);
    if (code == 0)
        code = apply_load(p, err);
    return code;
}

int picture_open(const struct picture_options *options, struct error *err, struct picture **ret)
{
    struct picture *p = base_calloc(1, sizeof *p);
    if (!p)
        return error_set(err, EN_NO_MEMORY, "picture");
    p->policy = options->policy;
    p->kinds = options->kinds;
    p->weights = options->weights;
    p->progress = options->progress;
    p->progress_context = options->progress_context;
    pthread_mutex_init(&p->apply_lock, NULL);
    pthread_mutex_init(&p->pool_lock, NULL);
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&p->lock, &attributes);
    pthread_rwlockattr_destroy(&attributes);
    p->path = heap_copy(slice_of(options->path));
    p->fingerprint = heap_copy(options->fingerprint);
    int code = p->path && p->fingerprint ? 0 : error_set(err, EN_NO_MEMORY, "picture");
    if (code == 0 && open_existing(p, err) < 0) {
        error_clear(err);
        code = create(p, err);
    }
    if (code < 0) {
        picture_close(p);
        return code;
    }
    *ret = p;
    return 0;
}

void picture_close(struct picture *p)
{
    if (!p)
        return;
    close_database(p);
    label_table_free(p->labels);
    columns_free(p->columns);
    pthread_mutex_destroy(&p->apply_lock);
    pthread_mutex_destroy(&p->pool_lock);
    pthread_rwlock_destroy(&p->lock);
    base_free(p->path);
    base_free(p->fingerprint);
    base_free(p);
}

/* One batch of a follow. */
struct follow {
    struct picture *picture;
    struct ledger *ledger;
    struct error *err;
    int64_t last;
    int64_t taken;
};

static int note_redaction(void *context, const struct entry *e)
{
    struct follow *f = context;
    char id[UUID_TEXT + 1];
    uuid_format(e->record, id);
    return e->redacted ? apply_redactions(f->picture->apply, slice_of(id), e->version, f->err) : 0;
}

static int take(void *context, const struct entry *e)
{
    struct follow *f = context;
    int code = 0;
    if (e->operation == ENTRY_REDACT)
        code = ledger_read_record(f->ledger, e->record, f->err, note_redaction, f);
    if (code == 0)
        code = apply_entry(f->picture->apply, e, f->err);
    if (code < 0)
        return code;
    f->last = e->seq;
    f->taken++;
    return 0;
}

/* Undoes a batch that failed half-way: rows by ROLLBACK, labels and columns by loading again. */
static int undo(struct picture *p)
{
    db_exec(p->db, "ROLLBACK", NULL);
    pthread_rwlock_wrlock(&p->lock);
    int code = apply_load(p, NULL);
    pthread_rwlock_unlock(&p->lock);
    return code;
}

static int follow_batch(struct picture *p, struct ledger *l, struct error *err, int64_t *ret_taken)
{
    struct follow f = { .picture = p, .ledger = l, .err = err };
    int64_t stored = 0;
    int code = db_exec(p->db, "BEGIN IMMEDIATE", err);
    if (code < 0)
        return code;
    /* another process may have moved the file on: then our columns must be read again */
    if (read_position(p, &stored) == 0 && stored != p->position) {
        pthread_rwlock_wrlock(&p->lock);
        code = apply_load(p, err);
        p->position = stored;
        pthread_rwlock_unlock(&p->lock);
    }
    f.last = p->position;
    if (code == 0)
        code = ledger_read(l, p->position, FOLLOW_BATCH, err, take, &f);
    if (code == 0 && f.taken > 0)
        code = set_position(p, f.last, err);
    if (code < 0) {
        undo(p);
        return code;
    }
    pthread_rwlock_wrlock(&p->lock);
    code = db_exec(p->db, "COMMIT", err);
    if (code == 0)
        p->position = f.last;
    if (code == 0 && f.taken < FOLLOW_BATCH && columns_settle(p->columns) < 0)
        code = error_set(err, EN_NO_MEMORY, "picture: evidence");
    pthread_rwlock_unlock(&p->lock);
    *ret_taken = f.taken;
    return code;
}

int picture_take(struct picture *p, const struct entry *entries, size_t count, int64_t position,
                 struct error *err)
{
    pthread_mutex_lock(&p->apply_lock);
    int code = db_exec(p->db, "BEGIN IMMEDIATE", err);
    for (size_t i = 0; code == 0 && i < count; i++)
        code = apply_entry(p->apply, &entries[i], err);
    if (code == 0)
        code = set_position(p, position, err);
    if (code < 0)
        undo(p);
    pthread_rwlock_wrlock(&p->lock);
    if (code == 0)
        code = db_exec(p->db, "COMMIT", err);
    if (code == 0)
        p->position = position;
    if (code == 0 && columns_settle(p->columns) < 0)
        code = error_set(err, EN_NO_MEMORY, "picture: evidence");
    pthread_rwlock_unlock(&p->lock);
    pthread_mutex_unlock(&p->apply_lock);
    return code;
}

static int follow_locked(struct picture *p, struct ledger *l, struct error *err)
{
    int64_t taken = 0, done = 0;
    struct ledger_head head = { 0 };
    int code = ledger_head_get(l, err, &head);
    int64_t total = head.seq - p->position;
    do {
        if (code == 0)
            code = follow_batch(p, l, err, &taken);
        done += taken;
        if (p->progress && total > FOLLOW_BATCH)
            p->progress(p->progress_context, "picture", done, total > done ? total : done);
    } while (code == 0 && taken == FOLLOW_BATCH);
    return code;
}

int picture_follow(struct picture *p, struct ledger *l, struct error *err)
{
    pthread_mutex_lock(&p->apply_lock);
    int code = follow_locked(p, l, err);
    pthread_mutex_unlock(&p->apply_lock);
    return code;
}

int picture_rebuild(struct picture *p, struct ledger *l, struct error *err)
{
    pthread_mutex_lock(&p->apply_lock);
    pthread_rwlock_wrlock(&p->lock);
    int code = create(p, err);
    pthread_rwlock_unlock(&p->lock);
    if (code == 0)
        code = follow_locked(p, l, err);
    pthread_mutex_unlock(&p->apply_lock);
    return code;
}

int64_t picture_position(struct picture *p)
{
    pthread_rwlock_rdlock(&p->lock);
    int64_t position = p->position;
    pthread_rwlock_unlock(&p->lock);
    return position;
}
