/*
 * One batch: what both modes of the batch door read and share. Internal to predict*.c.
 *
 * Rows become arrays of plain structs in the batch's arena; actors become dense numbers. Answers
 * are computed in the order of as_of and written in the order of the queries.
 */
#pragma once

#include "kernel/pair_index.h"
#include "service/predict.h"
#include "service/predict_names.h"
#include "service/predict_table.h"

/* A piece of evidence, or a rating. */
struct batch_row {
    uint32_t truster, trustee;
    int64_t at;
    int32_t rating;  /* values: micro-units */
    uint32_t weight; /* events: micro-units */
    uint8_t side;    /* events: trust_side() */
};

struct batch_query {
    uint32_t truster, trustee;
    int64_t as_of;
    struct slice row; /* as it stands in the text */
    size_t missing;   /* columns that the row lacks */
};

struct batch {
    const struct predict_options *options;
    struct arena *arena;
    struct predict_names names;
    struct batch_row *rows;
    size_t row_count;
    struct batch_query *queries;
    size_t query_count;
    uint32_t *order; /* queries by as_of, then as they stand */
    struct slice query_header;
    char separator; /* of the queries, and so of the answer */
    predict_progress progress;
    void *context;
};

/* Reads both tables; the mode is options->values. */
int batch_read(struct batch *b, struct slice evidence, struct slice queries, struct error *err);

/* Sorts rows by truster, trustee, at, side, rating: an order that depends on their content alone.
 */
void batch_sort_rows(struct batch *b);
/* The pairs of sorted rows; pair i owns rows offset[i] .. offset[i+1]-1. The caller ends the index.
 */
int batch_pairs(struct batch *b, struct error *err, uint32_t **ret_offset,
                struct pair_index *ret_index);

/* Calls the progress function now and then. */
void batch_progress(const struct batch *b, size_t done);
/* The query's own columns, missing ones filled up. */
void batch_write_query(const struct batch *b, size_t query, struct buf *out);
/* The queries' header and the names that are added, NULL at the end. */
void batch_write_header(const struct batch *b, const char *const *names, struct buf *out);
void batch_write_figure(const struct batch *b, double value, struct buf *out);

int predict_events(struct batch *b, struct buf *out, struct error *err);
int predict_values(struct batch *b, struct buf *out, struct error *err);
