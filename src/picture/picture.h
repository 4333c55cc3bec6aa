/*
 * The picture: what the ledger shows, as SQL tables made from the kinds, with full text, points and
 * the evidence columns. It is disposable: delete picture.db and it is made again.
 *
 * The guard: readers get a snapshot, which sees only temporary views that filter on
 * may_read(label, num); an SQLite authorizer refuses every bare table. Nothing returns a record
 * without a snapshot, and a snapshot exists only for a viewer.
 *
 * Readable: an entry is readable when its own label and the label of the newest version of its
 * record both are. Raising a record's label hides its past; lowering it shows only what was
 * written below.
 */
#pragma once

#include "label/intern.h"
#include "ledger/ledger.h"
#include "picture/columns.h"
#include "picture/viewer.h"
#include "record/record.h"
#include "record/weights.h"

struct picture;

typedef void (*picture_progress)(void *context, const char *what, int64_t done, int64_t total);

struct picture_options {
    const char *path;
    const struct policy *policy;
    const struct kinds *kinds;
    const struct weights *weights;
    struct uuid instance;     /* ours: records of others give no evidence; all zero: whoever's do */
    struct slice fingerprint; /* hash of all that shapes the tables; another one means rebuild */
    int64_t batch;            /* entries of one transaction while following; 0: 20000 */
    picture_progress progress;
    void *progress_context;
};

/* Opens or makes the file; a file of another fingerprint or a damaged one is made anew. */
int picture_open(const struct picture_options *options, struct error *err, struct picture **ret);
void picture_close(struct picture *p);

/* Takes in the ledger's entries that it has not seen. */
int picture_follow(struct picture *p, struct ledger *l, struct error *err);
/* Takes in entries from elsewhere than a ledger, in one transaction, and moves to `position`: what
 * a picture made of only some of a ledger's entries needs (the non-interference test). */
int picture_take(struct picture *p, const struct entry *entries, size_t count, int64_t position,
                 struct error *err);
/* Empties all tables and follows from the start. */
int picture_rebuild(struct picture *p, struct ledger *l, struct error *err);
/* False when the ledger holds another entry where the picture's newest came from: another ledger's
 * picture. */
int picture_agrees(struct picture *p, struct ledger *l, struct error *err, bool *ret);
/* Last position taken in. */
int64_t picture_position(struct picture *p);
/* Writes every row in an order that depends on content alone: the same ledger gives the same bytes.
 * For the console (whole-instance maintenance); it has no viewer because it never leaves as
 * records. */
int picture_dump(struct picture *p, struct buf *out, struct error *err);

/* ---- reading ---- */

struct snapshot;

/* The viewer's picture as it stands now; the viewer and the arena outlive it. at_ms dates group
 * membership. EN_BUSY while another process makes the picture anew. A thread that holds a snapshot
 * may not open a second one. */
int snapshot_open(struct picture *p, const struct viewer *v, struct arena *a, int64_t at_ms,
                  struct error *err, struct snapshot **ret);
void snapshot_close(struct snapshot *s);
const struct viewer *snapshot_viewer(const struct snapshot *s);
struct arena *snapshot_arena(const struct snapshot *s);
const struct kinds *snapshot_kinds(const struct snapshot *s);
const struct policy *snapshot_policy(const struct snapshot *s);
int64_t snapshot_now(const struct snapshot *s);
/* The instance whose picture it is; all zero when it was not told. */
struct uuid snapshot_instance(const struct snapshot *s);

struct row {
    uint32_t number; /* local; never shown */
    struct slice id;
    const struct kind *kind;
    int64_t version;
    const struct label *label;
    bool retracted;
    struct slice title, title_fr; /* empty when references name it: see snapshot_title */
    struct slice at;              /* the kind's date, or empty */
    int64_t created_ms, updated_ms;
    struct slice origin, user;
    struct slice body_text;
    const struct json *body; /* parsed; NULL until snapshot_body */
};

/* EN_NOT_FOUND alike for absent and unreadable. kind NULL: any. Retracted ones are found too. */
int snapshot_get(struct snapshot *s, const struct kind *kind, struct slice id, struct error *err,
                 struct row *ret);
/* kind NULL: any that is offered as records. Users, tokens, settings and audits are found only by
 * those who ask for their kind: operations guard them by permission, not by label. */
bool snapshot_readable(struct snapshot *s, struct slice id, const struct kind *kind);
int snapshot_body(struct snapshot *s, struct row *row, struct error *err);
/* By external id, e.g. "sample:state-can": ours before a partner's, who may use the same. */
int snapshot_find_external(struct snapshot *s, const struct kind *kind, struct slice external_id,
                           struct error *err, struct row *ret);
/* One of ours alone: what is written must never be taken for a partner's record. */
int snapshot_find_own(struct snapshot *s, const struct kind *kind, struct slice external_id,
                      struct error *err, struct row *ret);

struct filter {
    struct slice
        field; /* name, or name with _from / _until for dates; nested "participants.actor" */
    struct slice value;
};

enum list_order { LIST_UPDATED, LIST_WHEN, LIST_TITLE };

struct list_query {
    const struct kind *kind;
    const struct filter *filters;
    size_t filter_count;
    struct slice words; /* full text, or empty */
    enum list_order order;
    bool descending;
    bool retracted; /* only retracted ones */
    size_t limit;
    struct slice after; /* opaque cursor */
};

struct page {
    struct row *rows;
    size_t count;
    struct slice next; /* empty at the end */
};

int snapshot_list(struct snapshot *s, const struct list_query *q, struct error *err,
                  struct page *ret);

struct hit {
    struct row row;
    struct slice snippet; /* hits between \x02 and \x03 */
};
/* Newest first; the order depends on the documents found alone. kind NULL: all. */
int snapshot_search(struct snapshot *s, struct slice words, const struct kind *kind, size_t limit,
                    struct slice after, struct error *err, struct hit **ret, size_t *ret_count,
                    struct slice *ret_next);

struct version_row {
    int64_t version;
    int64_t at_ms;
    struct slice user;
    struct slice entry;
    enum entry_operation operation;
    bool redacted;
    const struct label *label;
    struct slice id; /* of the record */
    const struct kind *kind;
    int64_t seq;
    uint32_t number, label_number; /* of the record and of its label; never shown */
};
/* The content of a version was handed out: its own label counts for marking and audit, which may be
 * above the record's newest. */
void snapshot_saw_version(struct snapshot *s, const struct version_row *v);
/* Readable versions of one record, oldest first. */
int snapshot_versions(struct snapshot *s, struct slice id, struct error *err,
                      struct version_row **ret, size_t *ret_count);
/* Readable versions with position > after, ascending (for streams); *ret_last: position looked
 * at last. */
int snapshot_changes(struct snapshot *s, int64_t after, size_t max, struct error *err,
                     struct version_row **ret, size_t *ret_count, int64_t *ret_last);
/* Position of an entry by its id, 0 when unknown or unreadable. */
int64_t snapshot_seq_of(struct snapshot *s, struct slice entry);
/* The newest readable versions, newest first, of records that are not retracted; each record once.
 */
int snapshot_recent(struct snapshot *s, size_t max, struct error *err, struct version_row **ret,
                    size_t *ret_count);

/* The title of a readable record ("" when absent), references resolved; french picks the twin. */
struct slice snapshot_title(struct snapshot *s, const struct row *row, bool french);
/* What a reference shows of the record that it names: much less to read than the record. */
struct reference {
    const struct kind *kind;
    struct slice origin;          /* its instance */
    struct slice title, title_fr; /* of records named by references too */
};
/* False alike when it is absent, unreadable, retracted or of another kind; kind NULL: any that is
 * offered as records. */
bool snapshot_reference(struct snapshot *s, struct slice id, const struct kind *kind,
                        struct reference *ret);

/* Evidence: the columns with this viewer's mask. Valid while the snapshot is open. */
const struct columns *snapshot_columns(const struct snapshot *s);
/* The last entry of the ledger that it shows. Tells how much was written, so never show it. */
int64_t snapshot_position(const struct snapshot *s);
const struct label_mask *snapshot_mask(const struct snapshot *s);
/* What one item came from, for explanations. A record may give several items: of other events, at
 * other times. */
struct evidence_note {
    struct slice event;
    uint8_t stakes;
};
/* The readable record behind an item; EN_NOT_FOUND never happens for an item whose label is
 * readable, unless the record itself is not. */
int snapshot_record(struct snapshot *s, uint32_t number, struct error *err, struct row *ret);
/* The note of item `item` of the snapshot's columns. */
int snapshot_evidence_note(struct snapshot *s, size_t item, struct error *err,
                           struct evidence_note *ret);

/* Points within a box, nearest question for maps; ids only of readable records. */
int snapshot_points(struct snapshot *s, double south, double west, double north, double east,
                    size_t limit, struct error *err, struct row **ret, size_t *ret_count);

/* 0, or the first failure met by a reading that cannot say so itself (a title, a reference, a
 * marking): then the answer made from this snapshot must not leave. */
int snapshot_failure(const struct snapshot *s);
void snapshot_fail(struct snapshot *s, int code);

/* The join of labels seen so far: every row handed out enters it. */
const struct label *snapshot_marking(const struct snapshot *s);
/* Lets a label enter the marking (figures computed from evidence). */
void snapshot_mark(struct snapshot *s, const struct label *l);
void snapshot_mark_number(struct snapshot *s, uint32_t label);
/* The label of this number, or NULL. */
const struct label *snapshot_label(struct snapshot *s, uint32_t label);
/* The rows handed out above the lowest level, each record once, with the number of its label: what
 * the audit writes. */
struct audited {
    struct slice id;
    uint32_t label;
};
size_t snapshot_audited(const struct snapshot *s, const struct audited **ret);
/* The ids of readable records that name one of these by any field; some may be given twice. */
int snapshot_referring(struct snapshot *s, const struct uuid *ids, size_t count, struct error *err,
                       int (*each)(void *context, struct uuid id), void *context);
/* Asks a constant question over the guarded views: `each` gets the columns of every row as texts
 * (empty for NULL), valid until it returns; a non-zero return stops and is returned. The text is
 * compared by address: a static constant. */
typedef int (*snapshot_each)(void *context, const struct slice *columns);
int snapshot_query(struct snapshot *s, const char *sql, const struct slice *values, int value_count,
                   struct error *err, snapshot_each each, void *context);
/* A prepared statement over the guarded views, for services with a question of their own. The text
 * is a constant; it may name only views (record_v, version_v, <kind>_v, item_v, evidence_v). */
struct sqlite3_stmt;
int snapshot_prepare(struct snapshot *s, const char *sql, struct error *err,
                     struct sqlite3_stmt **ret);
