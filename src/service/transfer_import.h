/*
 * What an import is made of: the file (transfer_csv.c) gives its rows one by one to be judged
 * (transfer_row.c), and each to be labelled (transfer_label.c). Internal to these files.
 */
#pragma once

#include "format/table.h"
#include "service/release.h"
#include "service/transfer_items.h"
#include "service/transfer_names.h"
#include "service/transfer_report.h"
#include "service/transfer_spool.h"

struct import {
    struct node *node;
    const struct viewer *viewer;
    const struct policy *policy;
    const struct kind *kind;
    const struct table *table;
    const char *const *fields; /* without a table: what the items may state */
    struct arena *keep;        /* the caller's: what the report holds */
    struct arena *step;        /* of the snapshot: given back with it */
    struct arena *row;         /* given back after every row */
    struct snapshot *s;
    int64_t now_ms;
    int64_t step_rows;
    const struct json *grounds; /* on which a row may lower a label */
    const struct label *usual;  /* of new records for which none is stated */
    bool withheld;              /* nobody stated that one: the importer alone reads them */
    int64_t unlabelled;         /* new records that are withheld */
    bool dry_run;
    bool titles;      /* rows may refer to each other by title */
    bool none_before; /* the kind has no record yet that a row could mean */
    struct slice user;
    struct names names;
    struct spool spool;
    struct csv_reader reader;
    const struct transfer_progress *progress;
    struct transfer_report report;
    /* most rows repeat the label above them; a default of one row alone lives no longer than it */
    struct slice label_cell, label_json;
    const struct label *label;
};

/* The record that a row changes, if any. */
struct target {
    struct row row;
    bool found;
    struct json *merged;
};

/* One row, or one item of another format: its record is found, merged, labelled, checked, and its
 * draft put aside. A code that report_is_row_error knows concerns this row alone. */
int import_judge_row(struct import *im, const struct csv_row *cells, struct error *err);
int import_judge_record(struct import *im, const struct table_record *record, unsigned line,
                        struct error *err);
/* A row that failed, in the report. */
void import_fail_row(struct import *im, unsigned line, const struct error *e);

/* The label that the import states for new records that state none (write_context); the policy's
 * for the importer alone when it states none. */
int import_read_usual(struct import *im, struct slice text, struct error *err);
/* The label of the new version; an empty cell leaves a record's label as it is. */
int import_row_label(struct import *im, struct slice cell, const struct json *body,
                     const struct target *t, struct error *err, struct slice *ret, bool *ret_same);
/* The decision that stands behind a row that lowers its record's label. */
int import_row_release(struct import *im, const struct target *t, struct error *err,
                       struct draft *ret, bool *ret_lowers);
/* Tells in the report how many new records the importer alone reads. */
void import_note_unlabelled(struct import *im);
