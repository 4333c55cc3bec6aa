/*
 * Opening, following and rebuilding the picture.
 *
 * Invariant: position, rows, labels and columns move together: a snapshot opened at any moment sees
 * all of an entry or nothing of it. What memory holds belongs to one state of the file, named by
 * its epoch (a new one each time the tables are made) and position; another process may move the
 * file on, and then memory is loaded again before it is used (snapshot.c checks). A picture that
 * cannot be trusted (another fingerprint, damage) is emptied and made again, never repaired; one
 * that only cannot be reached now (memory, locks, disk) is left alone.
 */
#include "picture/internal.h"

#include "base/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    FOLLOW_BATCH = 20000,
    MANY_BATCHES = 3, /* from here on, making indexes afresh beats keeping them up */
};

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

/* EN_NOT_FOUND when the file has no such value, or no tables at all. */
static int meta_get(sqlite3 *db, const char *name, struct error *err, struct buf *out)
{
    sqlite3_stmt *s cleanup_stmt = NULL;
    int code = db_prepare(db, S("SELECT 1 FROM sqlite_master WHERE name = 'meta'"), err, &s);
    if (code < 0 || (code = db_step(s, err)) != 1)
        return code < 0 ? code : EN_NOT_FOUND;
    sqlite3_finalize(s);
    s = NULL;
    if ((code = db_prepare(db, S("SELECT value FROM meta WHERE name = ?1"), err, &s)) < 0)
        return code;
    db_bind_text(s, 1, slice_of(name));
    if ((code = db_step(s, err)) != 1)
        return code < 0 ? code : EN_NOT_FOUND;
    buf_clear(out);
    buf_add(out, db_text(s, 0));
    return buf_failed(out) ? error_set(err, EN_NO_MEMORY, "picture") : 0;
}

static int read_state(struct picture *p, struct error *err, struct picture_state *ret)
{
    struct buf value cleanup_buf;
    struct picture_state state = { 0 };
    buf_init(&value, 256);
    int code = meta_get(p->db, "position", err, &value);
    if (code == 0 && !slice_to_int64(buf_slice(&value), &state.position))
        code = error_set(err, EN_CORRUPT, "picture: position");
    if (code == 0)
        code = meta_get(p->db, "epoch", err, &value);
    if (code == 0 && value.len != sizeof state.epoch - 1)
        code = error_set(err, EN_CORRUPT, "picture: epoch");
    if (code < 0)
        return code;
    memcpy(state.epoch, value.ptr, sizeof state.epoch - 1);
    *ret = state;
    return 0;
}

bool picture_state_equal(const struct picture_state *a, const struct picture_state *b)
{
    return a->position == b->position && strcmp(a->epoch, b->epoch) == 0;
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

/* Deleted bytes are overwritten: a redacted body must not stay in a free page. */
static const char connection_settings[] =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;"
    "PRAGMA cache_size=-256000; PRAGMA wal_autocheckpoint=16000; PRAGMA secure_delete=ON;";

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

/* Were these tables made for the same policies and kinds? */
static int fits(struct picture *p, struct error *err, bool *ret)
{
    struct buf value cleanup_buf;
    buf_init(&value, 256);
    int code = meta_get(p->db, "fingerprint", err, &value);
    *ret = code == 0 && slice_is(buf_slice(&value), p->fingerprint);
    return code == EN_NOT_FOUND ? 0 : code;
}

/* Drops every table, in the open transaction: other processes keep what they see until COMMIT. */
static int drop_tables(sqlite3 *db, struct error *err)
{
    int code = db_exec(db, "DROP TABLE IF EXISTS words; DROP TABLE IF EXISTS place;", err);
    while (code == 0) {
        sqlite3_stmt *s cleanup_stmt = NULL;
        code = db_prepare(db,
                          S("SELECT 'DROP TABLE \"' || replace(name, '\"', '\"\"') || '\"'"
                            " FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
                            " LIMIT 1"),
                          err, &s);
        if (code < 0 || (code = db_step(s, err)) != 1)
            break;
        struct buf sql cleanup_buf;
        buf_init(&sql, 4096);
        buf_add(&sql, db_text(s, 0));
        sqlite3_reset(s);
        code =
            buf_failed(&sql) ? error_set(err, EN_NO_MEMORY, "picture") : db_exec(db, sql.ptr, err);
    }
    return code;
}

static int make_tables(struct picture *p, struct error *err)
{
    sqlite3_stmt *s cleanup_stmt = NULL;
    int code = drop_tables(p->db, err);
    if (code == 0)
        code = schema_create(p->db, p->kinds, err);
    if (code == 0)
        code = db_prepare(p->db,
                          S("INSERT INTO meta VALUES('fingerprint', ?1), ('position', 0),"
                            " ('epoch', lower(hex(randomblob(16))))"),
                          err, &s);
    if (code < 0)
        return code;
    db_bind_text(s, 1, slice_of(p->fingerprint));
    return db_run(s, err);
}

/* Memory as the file stands; the caller is inside a transaction and holds the lock for writing. */
static int load(struct picture *p, struct error *err)
{
    struct picture_state state;
    int code = read_state(p, err, &state);
    if (code == 0)
        code = apply_load(p, err);
    p->stale = code < 0;
    if (code < 0)
        return code;
    p->state = state;
    p->promised = state.position > p->promised ? state.position : p->promised;
    return 0;
}

/* An empty file that only its owner may read; SQLite gives its companions the same mode. */
static int make_private(const char *path, struct error *err)
{
    int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0)
        return error_set(err, EN_IO, "picture: %s: %s", path, strerror(errno));
    close(file);
    return 0;
}

/* Opens the file, whatever it is, and makes its tables when they do not fit or are wanted anew. */
static int open_tables(struct picture *p, bool anew, struct error *err)
{
    bool fit = false;
    int code = make_private(p->path, err);
    if (code == 0)
        code = db_open(p->path, /* create= */ true, err, &p->db);
    if (code == 0)
        code = db_exec(p->db, connection_settings, err);
    if (code == 0)
        code = db_exec(p->db, "BEGIN IMMEDIATE", err);
    if (code == 0)
        code = fits(p, err, &fit);
    if (code == 0 && (!fit || anew))
        code = make_tables(p, err);
    else if (code == 0) /* whoever took many entries in may not have come to an end */
        code = schema_indexes(p->db, p->kinds, /* drop= */ false, err);
    if (code == 0)
        code = load(p, err);
    if (code == 0)
        code = apply_new(p, err, &p->apply);
    if (code == 0)
        code = db_exec(p->db, "COMMIT", err);
    if (code < 0) {
        p->stale = true;
        close_database(p);
    }
    return code;
}

/* A file that only cannot be reached now must not be thrown away. */
static bool is_damage(int code)
{
    return code < 0 && code != EN_NO_MEMORY && code != EN_BUSY && code != EN_IO;
}

static int open_database(struct picture *p, bool anew, struct error *err)
{
    close_database(p);
    int code = open_tables(p, anew, err);
    if (!is_damage(code))
        return code;
    error_clear(err);
    remove_files(p->path);
    return open_tables(p, /* anew= */ true, err);
}

int picture_open(const struct picture_options *options, struct error *err, struct picture **ret)
{
    struct picture *p = base_calloc(1, sizeof *p);
    if (!p)
        return error_set(err, EN_NO_MEMORY, "picture");
    p->policy = options->policy;
    p->kinds = options->kinds;
    p->weights = options->weights;
    p->instance = options->instance;
    p->batch = options->batch > 0 ? options->batch : FOLLOW_BATCH;
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
    if (code == 0)
        code = open_database(p, /* anew= */ false, err);
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

/* ---- transactions of the writer connection ---- */

/* Closing the connection ends what ROLLBACK could not (for want of memory); begin opens it again.
 */
static void roll_back(struct picture *p)
{
    if (p->db && db_exec(p->db, "ROLLBACK", NULL) < 0 && !sqlite3_get_autocommit(p->db)) {
        pthread_rwlock_wrlock(&p->lock);
        p->stale = true;
        close_database(p);
        pthread_rwlock_unlock(&p->lock);
    }
}

/* Begins, and loads memory again when the file is not as memory knows it. */
static int begin(struct picture *p, struct error *err)
{
    struct picture_state state;
    int code = 0;
    if (!p->db) { /* opening failed earlier */
        pthread_rwlock_wrlock(&p->lock);
        code = open_database(p, /* anew= */ false, err);
        pthread_rwlock_unlock(&p->lock);
    }
    if (code == 0)
        code = db_exec(p->db, "BEGIN IMMEDIATE", err);
    if (code < 0)
        return code;
    code = read_state(p, err, &state);
    if (code == 0 && (p->stale || !picture_state_equal(&state, &p->state))) {
        pthread_rwlock_wrlock(&p->lock);
        code = load(p, err);
        pthread_rwlock_unlock(&p->lock);
    }
    if (code < 0)
        roll_back(p);
    return code;
}

/* Undoes what failed half-way: rows by ROLLBACK, labels and columns by loading again, now or, if
 * that fails too, before they are next used. */
static void undo(struct picture *p)
{
    roll_back(p);
    pthread_rwlock_wrlock(&p->lock);
    p->stale = true;
    bool begun = p->db && db_exec(p->db, "BEGIN", NULL) == 0;
    if (begun)
        load(p, NULL);
    pthread_rwlock_unlock(&p->lock);
    if (begun)
        roll_back(p);
}

/* Makes rows, columns and position visible together, or none of them. */
static int commit(struct picture *p, int64_t position, struct error *err)
{
    int code = set_position(p, position, err);
    pthread_rwlock_wrlock(&p->lock);
    if (code == 0 && columns_settle(p->columns) < 0)
        code = error_set(err, EN_NO_MEMORY, "picture: evidence");
    if (code == 0)
        code = db_exec(p->db, "COMMIT", err);
    if (code == 0) {
        p->state.position = position;
        p->promised = position > p->promised ? position : p->promised;
    } else {
        p->stale = true;
    }
    /* after a redaction the log must not keep what was destroyed; tried again until it succeeds */
    if (code == 0 && p->scrub)
        p->scrub = sqlite3_wal_checkpoint_v2(p->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) !=
                   SQLITE_OK;
    pthread_rwlock_unlock(&p->lock);
    if (code < 0)
        undo(p);
    return code;
}

int picture_hold(struct picture *p, bool reopen, struct error *err)
{
    pthread_mutex_lock(&p->apply_lock);
    int code = 0;
    if (reopen) { /* the path names another file than the one that is open */
        pthread_rwlock_wrlock(&p->lock);
        code = open_database(p, /* anew= */ false, err);
        pthread_rwlock_unlock(&p->lock);
    }
    if (code == 0)
        code = begin(p, err);
    if (code < 0)
        pthread_mutex_unlock(&p->apply_lock);
    return code;
}

void picture_release(struct picture *p)
{
    roll_back(p);
    pthread_mutex_unlock(&p->apply_lock);
}

/* ---- following ---- */

/* One batch of a follow. */
struct follow {
    struct picture *picture;
    struct ledger *ledger;
    struct error *err;
    int64_t last;
    int64_t taken;
    bool redacted;
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
    if (e->operation == ENTRY_REDACT) {
        code = ledger_read_record(f->ledger, e->record, f->err, note_redaction, f);
        f->redacted = true;
    }
    if (code == 0)
        code = apply_entry(f->picture->apply, e, f->err);
    if (code < 0)
        return code;
    f->last = e->seq;
    f->taken++;
    return 0;
}

static int follow_batch(struct picture *p, struct ledger *l, struct error *err, int64_t *ret_taken)
{
    struct follow f = { .picture = p, .ledger = l, .err = err };
    int code = begin(p, err);
    if (code < 0)
        return code;
    f.last = p->state.position;
    code = ledger_read(l, f.last, p->batch, err, take, &f);
    if (code == 0 && f.redacted)
        code = apply_scrub(p->apply, err);
    p->scrub |= f.redacted;
    if (code < 0) {
        undo(p);
        return code;
    }
    *ret_taken = f.taken;
    return commit(p, f.last, err);
}

int picture_take(struct picture *p, const struct entry *entries, size_t count, int64_t position,
                 struct error *err)
{
    pthread_mutex_lock(&p->apply_lock);
    int code = begin(p, err);
    bool begun = code == 0;
    for (size_t i = 0; code == 0 && i < count; i++)
        code = apply_entry(p->apply, &entries[i], err);
    if (code == 0)
        code = commit(p, position, err);
    else if (begun)
        undo(p);
    pthread_mutex_unlock(&p->apply_lock);
    return code;
}

/* The readers' indexes, taken away or made again in one transaction. */
static int reindex(struct picture *p, bool drop, struct error *err)
{
    int code = begin(p, err);
    if (code < 0)
        return code;
    code = schema_indexes(p->db, p->kinds, drop, err);
    if (code == 0)
        code = db_exec(p->db, "COMMIT", err);
    if (code < 0)
        db_exec(p->db, "ROLLBACK", NULL);
    return code;
}

static int follow_locked(struct picture *p, struct ledger *l, struct error *err)
{
    int64_t taken = 0, done = 0;
    struct ledger_head head = { 0 };
    int code = ledger_head_get(l, err, &head);
    int64_t total = head.seq - p->state.position;
    bool many = code == 0 && total >= MANY_BATCHES * p->batch && total > p->state.position;
    if (many)
        code = reindex(p, /* drop= */ true, err);
    do {
        if (code == 0)
            code = follow_batch(p, l, err, &taken);
        done += taken;
        if (code == 0 && p->progress && total > p->batch)
            p->progress(p->progress_context, "picture", done, total > done ? total : done);
    } while (code == 0 && taken == p->batch);
    if (many) {
        int made = reindex(p, /* drop= */ false, code == 0 ? err : NULL);
        code = code < 0 ? code : made;
    }
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
    int code = open_database(p, /* anew= */ true, err);
    pthread_rwlock_unlock(&p->lock);
    if (code == 0)
        code = follow_locked(p, l, err);
    if (code == 0) { /* the ledger may be a shorter one than before */
        pthread_rwlock_wrlock(&p->lock);
        p->promised = p->state.position;
        pthread_rwlock_unlock(&p->lock);
    }
    pthread_mutex_unlock(&p->apply_lock);
    return code;
}

/* ---- is this the ledger that the picture was made from? ---- */

struct expected_entry {
    struct slice id;
    bool found;
};

static int compare_entry(void *context, const struct entry *e)
{
    struct expected_entry *expected = context;
    char id[UUID_TEXT + 1];
    uuid_format(e->id, id);
    expected->found = slice_is(expected->id, id);
    return 0;
}

int picture_agrees(struct picture *p, struct ledger *l, struct error *err, bool *ret)
{
    sqlite3_stmt *s cleanup_stmt = NULL;
    pthread_mutex_lock(&p->apply_lock);
    bool agrees = true;
    int code =
        db_prepare(p->db, S("SELECT seq, entry FROM version ORDER BY seq DESC LIMIT 1"), err, &s);
    if (code == 0 && (code = db_step(s, err)) == 1) {
        struct expected_entry expected = { .id = db_text(s, 1) };
        code = ledger_read(l, db_int(s, 0) - 1, 1, err, compare_entry, &expected);
        agrees = expected.found;
    }
    pthread_mutex_unlock(&p->apply_lock);
    if (code == 0)
        *ret = agrees;
    return code;
}

int64_t picture_position(struct picture *p)
{
    pthread_rwlock_rdlock(&p->lock);
    int64_t position = p->state.position;
    pthread_rwlock_unlock(&p->lock);
    return position;
}
