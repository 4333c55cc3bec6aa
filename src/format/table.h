/*
 * Tables of one kind: which column is which field, a row to a record's fields, a record to a row.
 *
 * Columns are found by the field's name or its label in English or French, without regard to case,
 * accents, spaces and underscores. Beside the kind's fields and the common ones there are: id,
 * label (short text form), and the columns of our own exports that say what the product sets (kind,
 * version, origin, marking, created, updated), which are read over.
 *
 * Invariant: table_row makes typed values but judges nothing across fields: record_check does, and
 * its errors are turned into column names by table_column_name.
 */
#pragma once

#include "format/csv.h"
#include "record/record.h"

struct table;

/* header: the first row of a file. Errors name the column as the file does: unknown (unless
 * ignored), twice, or no column of the kind at all. The table lives in the arena. */
int table_open(const struct kind *k, const struct csv_row *header, bool ignore_unknown,
               struct arena *a, struct error *err, struct table **ret);

/* Finds the record that a reference cell names: an id, an external id such as sample:state-can, or
 * an exact title. kind NULL: any. False when there is none, or more than one. */
typedef bool (*table_resolve)(void *context, const char *kind, struct slice text,
                              struct slice *ret_id);

struct table_record {
    struct json *body;  /* the fields, for record_check; empty cells are absent */
    struct slice id;    /* the id column's text, or empty */
    struct slice label; /* the label column's text, or empty */
    bool empty;         /* a row without any text */
};

/* Errors carry the column name as their pointer ("participants/2/actor" inside a list); the line is
 * the row's. resolve NULL: references stay as they are written. */
int table_row(const struct table *t, struct arena *a, const struct csv_row *row,
              table_resolve resolve, void *context, struct error *err, struct table_record *ret);

/* The file's name of the column that a JSON pointer of record_check ("/from", "/parties/1/left")
 * speaks of; the pointer itself when no column does. */
struct slice table_column_name(const struct table *t, struct slice pointer);

/* The other way: the header, with field names (which every version of the product reads back) or
 * labels, and a row. label: short text form. Secrets are left out. */
enum table_names { TABLE_NAMES, TABLE_LABELS_EN, TABLE_LABELS_FR };
void table_write_header(const struct kind *k, enum table_names names, struct csv_writer *w);
void table_write_row(const struct kind *k, struct slice id, struct slice label,
                     const struct json *body, struct csv_writer *w);
