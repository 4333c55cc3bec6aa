/*
 * Moving many records: CSV in and out, JSON Lines in and out, and the sample network.
 *
 * Imports check every row before anything is written, report per row (line, column, reason), and
 * are idempotent by external id: a row whose record exists changes it only if it differs. What they
 * write goes in batches of LIMIT_BATCH entries; each stands whole or not at all. A crash between
 * two batches leaves the first of them, and a CSV imported again then writes the rest.
 */
#pragma once

#include "service/records.h"

struct transfer_progress {
    void (*step)(void *context, const char *what, int64_t done, int64_t total);
    void *context;
};

struct transfer_row_error {
    int64_t line;
    struct slice column;
    enum reason reason;
    struct slice detail;
};

struct transfer_note {
    struct slice en, fr; /* e.g. that a file was not loaded, and why */
};

struct transfer_report {
    int64_t rows, created, changed, unchanged, failed;
    bool dry_run;
    struct transfer_row_error *errors; /* the first of them, in the arena */
    size_t error_count;
    struct transfer_note *notes;
    size_t note_count;
};
enum { TRANSFER_ERRORS_MAX = 200, TRANSFER_NOTES_MAX = 32 };

/* CSV of one kind. With one bad row nothing is written and created and changed are
 * 0; a dry run counts what would become of the rows. A column that the file has sets its field, an
 * empty cell unsets it, a field without a column stays as it is; external ids are only added. The
 * snapshot of w is closed. 0 also with bad rows: see ret->failed. */
int transfer_import_csv(struct write_context *w, const struct kind *k, struct slice text,
                        bool dry_run, const struct transfer_progress *progress, struct error *err,
                        struct transfer_report *ret);
/* All records of the kind that the filters leave, as CSV. */
int transfer_export_csv(struct snapshot *s, const struct list_query *q, struct buf *out,
                        struct error *err);

/* Everything the viewer may read, with all its readable versions, one JSON object a line, in the
 * order of the ledger; not what was audited. A viewer who may read everything and administer gets
 * bodies as they stand, users and tokens with their secrets: what restores the instance. Everyone
 * else gets what lists show, without users and tokens. */
int transfer_export(struct node *n, struct snapshot *s, const struct transfer_progress *progress,
                    struct buf *out, struct error *err);
/* Restores an export: entries with their ids, times, users, labels and versions; nothing with one
 * bad line. A crash between two batches leaves the first of them, and the restore is begun anew in
 * an empty instance. Refuses times in the future. Refuses records that exist. Versions count from 1
 * without gaps: those of an export that hid some from its reader are counted anew, and what cannot
 * stand without the rest is left out and noted. */
int transfer_import(struct write_context *w, struct slice lines,
                    const struct transfer_progress *progress, struct error *err,
                    struct transfer_report *ret);

/* Hash of what the viewer may read (id, kind, version, label, body, times), 64 hex digits: two
 * instances with the same records have the same digest. */
int transfer_digest(struct node *n, struct snapshot *s, struct error *err, char ret[65]);

/* The files of a sample directory (data/sample or one that data/exercise/generate.py made): CSV
 * files by known names, in the order in which they refer to each other. Sets the home actor when
 * none is set and `home` names one by id, external id or title. Stops at the first file with bad
 * rows; what came before it stays. */
int transfer_sample(struct write_context *w, const char *directory, struct slice home,
                    const struct transfer_progress *progress, struct error *err,
                    struct transfer_report *ret);

/* {"rows","created","changed","unchanged","failed","dry_run","errors":[{"line","column","code","detail"}],
 * "notes":[text]} members. */
void transfer_write_report(const struct transfer_report *r, bool french, struct json_writer *out);
