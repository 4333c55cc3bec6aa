/*
 * A table for the batch door: a CSV file with a header line, row by row, each row also as it stands
 * in the text so that it can be passed through.
 *
 * Invariant: fields are slices into the text, or into the arena where quotes had to be undone. Rows
 * may be short (missing fields are empty), never longer than the header.
 */
#pragma once

#include "format/csv.h"

struct predict_table {
    const char *name; /* for error messages: "evidence", "queries" */
    struct csv_reader reader;
    struct arena *arena;
    size_t columns;
    struct slice header_row; /* as it stands in the text */
    struct slice header[LIMIT_CSV_COLUMNS];
    /* the present row */
    struct slice row;
    struct csv_row cells; /* count: fields present; missing ones are empty */
};

int predict_table_open(struct predict_table *t, const char *name, struct slice text,
                       struct arena *arena, struct error *err);
/* 1: a row stands in t->cells; 0: the end; negative: an error. */
int predict_table_next(struct predict_table *t, struct error *err);
/* The column of this name, or -1; with required, EN_INVALID in place of -1 (see ret_column). */
int predict_table_column(const struct predict_table *t, const char *name, bool required,
                         struct error *err, int *ret_column);
/* An error about one cell of the present row; returns EN_INVALID. */
int predict_table_wrong(const struct predict_table *t, const char *column, enum reason reason,
                        const char *expected, struct error *err);
/* At most this many rows can follow: one allocation suffices. */
size_t predict_table_rows_at_most(const struct predict_table *t);

/* A decimal number ("-0.5", "1e-05") in micro-units, rounded half away from zero; false when it is
 * none or beyond int64. In integers only. */
bool predict_parse_micro(struct slice s, int64_t *ret);
/* Integer seconds; a fraction is cut towards the past. */
bool predict_parse_seconds(struct slice s, int64_t *ret);
