/* What the files of the picture share; nothing outside this folder includes it. */
#pragma once

#include "picture/db.h"
#include "picture/picture.h"

#include <pthread.h>

enum { POOL_SIZE = 16, CACHED_STATEMENTS = 128 };

struct cached_statement {
    const char *sql; /* a constant: compared by address */
    sqlite3_stmt *statement;
};

/* One reader connection: the views exist on it, may_read asks `snapshot`. */
struct reader {
    sqlite3 *db;
    const struct snapshot *snapshot; /* NULL: nobody reads by it */
    bool guarded;                    /* the authorizer refuses bare tables from now on */
    struct cached_statement cache[CACHED_STATEMENTS];
    struct reader *next;
};

/* Which file, and how far: what memory must agree with. */
struct picture_state {
    int64_t position;
    char epoch[33]; /* made with the tables */
};

struct apply; /* prepared statements of the writer, apply.c */

struct picture {
    char *path;
    const struct policy *policy;
    const struct kinds *kinds;
    const struct weights *weights;
    struct uuid instance;
    char *fingerprint;
    int64_t batch; /* entries of one transaction while following */
    picture_progress progress;
    void *progress_context;

    pthread_mutex_t apply_lock; /* one follower at a time */
    sqlite3 *db;                /* the writer connection */
    struct apply *apply;
    bool scrub; /* a redaction's bytes may still be in the write-ahead log */

    pthread_rwlock_t lock; /* what follows; readers hold it while a snapshot is open */
    struct picture_state state;
    int64_t promised; /* the furthest position that a reader may have seen */
    bool stale;       /* labels and columns do not agree with the state: load them again */
    struct label_table *labels;
    struct columns *columns;

    pthread_mutex_t pool_lock;
    struct reader *idle;
    unsigned idle_count;
};

/* picture.c: keeps every writer, also of other processes, out until released, with memory loaded as
 * the file stands; reopen: the open file is no longer the one at the path. */
int picture_hold(struct picture *p, bool reopen, struct error *err);
void picture_release(struct picture *p);
bool picture_state_equal(const struct picture_state *a, const struct picture_state *b);

/* schema.c */
int schema_create(sqlite3 *db, const struct kinds *kinds, struct error *err);
/* Makes the indexes that only readers need where they are missing, or drops them. */
int schema_indexes(sqlite3 *db, const struct kinds *kinds, bool drop, struct error *err);
bool schema_is_column(const struct field *f);
const char *schema_column_type(const struct field *f);

/* apply.c */
int apply_new(struct picture *p, struct error *err, struct apply **ret);
void apply_free(struct apply *ap);
int apply_entry(struct apply *ap, const struct entry *e, struct error *err);
/* One version's body is gone from the ledger. */
int apply_redactions(struct apply *ap, struct slice id, int64_t version, struct error *err);
/* Makes the index of words forget deleted ones. */
int apply_scrub(struct apply *ap, struct error *err);
/* Labels and columns from the file; on failure the old ones stay. */
int apply_load(struct picture *p, struct error *err);

/* guard.c */
int reader_new(struct picture *p, struct error *err, struct reader **ret);
void reader_free(struct reader *r);

/* snapshot.c: shared by the files that read */
struct snapshot {
    struct picture *picture;
    const struct viewer *viewer;
    struct arena *arena;
    int64_t at_ms;
    struct reader *reader;
    uint32_t labels;        /* numbers of labels */
    struct label_mask mask; /* from `labels` on: the same labels, of records granted one by one */
    struct onward *onward;  /* a partner from whom labels are withheld, or NULL */
    const struct label *marking;
    uint64_t *marked; /* a bit per label number that entered the marking */
    struct audited *audited;
    size_t audited_count, audited_capacity;
    uint32_t *audited_numbers; /* open addressing: the same records by number, for not twice */
    size_t audited_slots;
    int failure; /* the first failure that a reading without an error code met */
};

/* onward.c: takes the labels out of a partner's mask whose originators have not consented, then,
 * with the reader at hand, puts in what they granted. */
int onward_withhold(struct snapshot *s, struct error *err);
int onward_grant(struct snapshot *s, struct error *err);
const struct columns *onward_columns(const struct snapshot *s);
bool snapshot_may_read(const struct snapshot *s, uint32_t label, uint32_t record);
/* The number by which the mask knows this label on this record. */
uint32_t snapshot_mask_number(const struct snapshot *s, uint32_t label, uint32_t record);

/* The columns every row query selects, from a view aliased r: row_v, found_v or place_v. */
#define ROW_COLUMNS                                                                               \
    "r.num, r.id, r.kind, r.version, r.label, r.retracted, r.title, r.title_fr, r.at, r.updated," \
    " r.origin, r.user, r.body, r.created"
enum { ROW_COLUMN_COUNT = 14 };

/* Statement from the reader's cache for a constant text; reset it when done. */
int snapshot_cached(struct snapshot *s, const char *sql, struct error *err, sqlite3_stmt **ret);
int snapshot_prepare_slice(struct snapshot *s, struct slice sql, struct error *err,
                           sqlite3_stmt **ret);
/* A row was handed out: its label (of this number) enters the marking, and above the lowest level
 * the record enters the audit, once. Of the row: number, id and label. */
void snapshot_saw(struct snapshot *s, uint32_t label, const struct row *row);
/* The current row of a statement that selects ROW_COLUMNS; enters marking and audit. False when its
 * kind is unknown. */
bool snapshot_row(struct snapshot *s, sqlite3_stmt *statement, struct row *ret);
/* The words a person typed as an FTS5 expression: every word must begin some word. Empty when
 * nothing can be searched; NULL without memory. */
struct slice snapshot_match(struct arena *a, struct slice words);
/* Opaque cursor of (key, id), and back; false when it is none of ours. */
struct slice cursor_write(struct arena *a, struct slice key, struct slice id);
bool cursor_read(struct arena *a, struct slice cursor, struct slice *ret_key, struct slice *ret_id);
