/*
 * Moving many records: CSV in and out, JSON Lines in and out, and the sample network.
 *
 * Imports check every row before anything is written, report per row (line, column, reason), and
 * are idempotent by external id: a row whose record exists changes it only if it differs.
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

struct transfer_report {
    int64_t rows, created, changed, unchanged, failed;
    bool dry_run;
    struct transfer_row_error *errors; /* the first of them, in the arena */
    size_t error_count;
};
enum { TRANSFER_ERRORS_MAX = 200 };

/* CSV of one kind. All or nothing: with one bad row nothing is written. The snapshot of w is closed. */
int transfer_import_csv(struct write_context *w, const struct kind *k, struct slice text,
                        bool dry_run, const struct transfer_progress *progress, struct error *err,
                        struct transfer_report *ret);
/* All records of the kind that the filters leave, as CSV. */
int transfer_export_csv(struct snapshot *s, const struct list_query *q, struct buf *out,
                        struct error *err);

/* Everything the viewer may read, with all its readable versions, one JSON object a line; users and
 * tokens only for administrators. */
int transfer_export(struct node *n, struct snapshot *s, const struct transfer_progress *progress,
                    struct buf *out, struct error *err);
/* Restores an export: entries with their ids, times, labels and versions. Refuses records that exist. */
int transfer_import(struct write_context *w, struct slice lines,
                    const struct transfer_progress *progress, struct error *err,
                    struct transfer_report *ret);

/* Hash of what the viewer may read (id, kind, version, label, body, times), 64 hex digits: two
 * instances with the same records have the same digest. */
int transfer_digest(struct node *n, struct snapshot *s, struct error *err, char ret[65]);

/* The files of a sample directory (data/sample or data/exercise): CSV files by known names. Sets
 * the home actor when none is set and `home` names one by external id. */
int transfer_sample(struct write_context *w, const char *directory, struct slice home,
                    const struct transfer_progress *progress, struct error *err,
                    struct transfer_report *ret);

/* {"rows","created","changed","unchanged","failed","dry_run","errors":[{"line","column","code","detail"}]} members. */
void transfer_write_report(const struct transfer_report *r, bool french, struct json_writer *out);
