/*
 * Reading a batch (predict_batch.h): every cell is checked once, here, and an error names file,
 * line, column and reason. Sorting is by content, so that answers never depend on the order of rows
 * in a file.
 */
#include "service/predict_batch.h"

#include "kernel/trust.h"
#include "kernel/values.h"

#include <math.h>
#include <stdlib.h>

/* Columns of a table by position, -1: absent. */
struct places {
    int truster, trustee, time, valence, weight, value;
};

static int no_memory(struct error *err)
{
    return error_set(err, EN_NO_MEMORY, "the batch is too large for memory");
}

static int read_actor(struct batch *b, const struct predict_table *t, int column, const char *name,
                      struct error *err, uint32_t *ret)
{
    struct slice text = slice_trim(t->cells.cells[column]);
    if (slice_empty(text))
        return predict_table_wrong(t, name, REASON_REQUIRED, "a name is required", err);
    return predict_names_number(&b->names, text, ret) ? 0 : no_memory(err);
}

/* absent: what a missing time means; 0: it may not be missing. */
static int read_time(const struct predict_table *t, int column, const char *name, int64_t absent,
                     struct error *err, int64_t *ret)
{
    bool optional = absent != 0;
    if (column < 0 || (optional && slice_empty(slice_trim(t->cells.cells[column])))) {
        *ret = absent;
        return 0;
    }
    const int64_t limit = (int64_t)1 << 60;
    if (!predict_parse_seconds(t->cells.cells[column], ret) || *ret > limit || *ret < -limit)
        return predict_table_wrong(t, name, REASON_FORMAT, "expected integer seconds", err);
    return 0;
}

/* Valence and weight into side and w_micro; *ret_counts is false where it is no evidence. */
static int read_event(const struct predict_table *t, const struct places *p, struct error *err,
                      struct batch_row *row, bool *ret_counts)
{
    int64_t valence = 0, weight = 1000000;
    if (!predict_parse_micro(t->cells.cells[p->valence], &valence))
        return predict_table_wrong(t, "valence", REASON_FORMAT, "expected a number", err);
    if (p->weight >= 0 && !predict_parse_micro(t->cells.cells[p->weight], &weight))
        return predict_table_wrong(t, "weight", REASON_FORMAT, "expected a decimal number", err);
    if (weight < 0 || weight > UINT32_MAX)
        return predict_table_wrong(t, "weight", REASON_RANGE, "expected 0 to 4294.967295", err);
    row->side = trust_side(TRUST_ABILITY, valence < 0);
    row->weight = (uint32_t)weight;
    *ret_counts = valence != 0 && weight != 0;
    return 0;
}

static int read_value(const struct batch *b, const struct predict_table *t, const struct places *p,
                      struct error *err, struct batch_row *row)
{
    int64_t micro = 0;
    if (!predict_parse_micro(t->cells.cells[p->value], &micro))
        return predict_table_wrong(t, "value", REASON_FORMAT, "expected a number", err);
    double rating = round((double)micro / b->options->value_scale);
    if (!(fabs(rating) <= VALUE_ONE))
        return predict_table_wrong(t, "value", REASON_RANGE,
                                   "expected a rating between -1 and 1 (see --value-scale)", err);
    row->rating = (int32_t)rating;
    return 0;
}

static int read_row(struct batch *b, const struct predict_table *t, const struct places *p,
                    struct error *err)
{
    struct batch_row row = { 0 };
    bool counts = true;
    int code = read_actor(b, t, p->truster, "truster", err, &row.truster);
    if (code == 0)
        code = read_actor(b, t, p->trustee, "trustee", err, &row.trustee);
    if (code == 0)
        code = read_time(t, p->time, "time", b->options->values ? INT64_MIN : 0, err, &row.at);
    if (code == 0)
        code = b->options->values ? read_value(b, t, p, err, &row)
                                  : read_event(t, p, err, &row, &counts);
    if (code == 0 && counts)
        b->rows[b->row_count++] = row;
    return code;
}

static int find_places(const struct predict_table *t, bool values, struct error *err,
                       struct places *p)
{
    int code = predict_table_column(t, "truster", true, err, &p->truster);
    if (code == 0)
        code = predict_table_column(t, "trustee", true, err, &p->trustee);
    if (code == 0)
        code = predict_table_column(t, "time", !values, err, &p->time);
    if (code == 0)
        code = predict_table_column(t, "valence", !values, err, &p->valence);
    if (code == 0)
        code = predict_table_column(t, "weight", false, err, &p->weight);
    if (code == 0)
        code = predict_table_column(t, "value", values, err, &p->value);
    return code;
}

static int read_evidence(struct batch *b, struct slice text, struct predict_table *t,
                         struct error *err)
{
    struct places places;
    int code = predict_table_open(t, "evidence", text, b->arena, err);
    if (code == 0)
        code = find_places(t, b->options->values, err, &places);
    if (code < 0)
        return code;
    size_t most = predict_table_rows_at_most(t);
    if (most > UINT32_MAX)
        return error_set(err, EN_TOO_LARGE, "evidence has too many rows");
    b->rows = arena_array_of(b->arena, struct batch_row, most);
    if (!b->rows)
        return no_memory(err);
    while ((code = predict_table_next(t, err)) > 0) {
        code = read_row(b, t, &places, err);
        if (code < 0)
            return code;
    }
    return code;
}

static int read_query(struct batch *b, const struct predict_table *t, const struct places *p,
                      struct error *err)
{
    struct batch_query q = { .row = t->row, .missing = t->columns - t->cells.count };
    int code = read_actor(b, t, p->truster, "truster", err, &q.truster);
    if (code == 0)
        code = read_actor(b, t, p->trustee, "trustee", err, &q.trustee);
    if (code == 0)
        code = read_time(t, p->time, "as_of", b->options->values ? INT64_MAX : 0, err, &q.as_of);
    if (code == 0)
        b->queries[b->query_count++] = q;
    return code;
}

static int read_queries(struct batch *b, struct slice text, struct predict_table *t,
                        struct error *err)
{
    struct places places = { 0 };
    int code = predict_table_open(t, "queries", text, b->arena, err);
    if (code == 0)
        code = predict_table_column(t, "truster", true, err, &places.truster);
    if (code == 0)
        code = predict_table_column(t, "trustee", true, err, &places.trustee);
    if (code == 0)
        code = predict_table_column(t, "as_of", !b->options->values, err, &places.time);
    if (code < 0)
        return code;
    size_t most = predict_table_rows_at_most(t);
    if (most > UINT32_MAX)
        return error_set(err, EN_TOO_LARGE, "queries has too many rows");
    b->query_header = t->header_row;
    b->separator = t->reader.separator;
    b->queries = arena_array_of(b->arena, struct batch_query, most);
    b->order = arena_array_of(b->arena, uint32_t, most);
    if (!b->queries || !b->order)
        return no_memory(err);
    while ((code = predict_table_next(t, err)) > 0) {
        code = read_query(b, t, &places, err);
        if (code < 0)
            return code;
    }
    return code;
}

/* qsort without a context: the keys stand in the elements. */
struct order_key {
    int64_t as_of;
    uint32_t query;
};

static int compare_keys(const void *a, const void *b)
{
    const struct order_key *x = a, *y = b;
    if (x->as_of != y->as_of)
        return x->as_of < y->as_of ? -1 : 1;
    return x->query < y->query ? -1 : x->query > y->query;
}

static int order_queries(struct batch *b, struct error *err)
{
    struct order_key *keys = arena_array_of(b->arena, struct order_key, b->query_count + 1);
    if (!keys)
        return no_memory(err);
    for (size_t i = 0; i < b->query_count; i++)
        keys[i] = (struct order_key){ b->queries[i].as_of, (uint32_t)i };
    qsort(keys, b->query_count, sizeof(*keys), compare_keys);
    for (size_t i = 0; i < b->query_count; i++)
        b->order[i] = keys[i].query;
    return 0;
}

/* Numbers actors in the order of their names. */
static int renumber(struct batch *b, struct error *err)
{
    const uint32_t *rank = predict_names_rank(&b->names);
    if (!rank)
        return no_memory(err);
    for (size_t i = 0; i < b->row_count; i++) {
        b->rows[i].truster = rank[b->rows[i].truster];
        b->rows[i].trustee = rank[b->rows[i].trustee];
    }
    for (size_t i = 0; i < b->query_count; i++) {
        b->queries[i].truster = rank[b->queries[i].truster];
        b->queries[i].trustee = rank[b->queries[i].trustee];
    }
    return 0;
}

int batch_read(struct batch *b, struct slice evidence, struct slice queries, struct error *err)
{
    if (!predict_names_init(&b->names, b->arena))
        return no_memory(err);
    struct predict_table *t = arena_new_of(b->arena, struct predict_table);
    if (!t)
        return no_memory(err);
    int code = read_evidence(b, evidence, t, err);
    if (code == 0)
        code = read_queries(b, queries, t, err);
    if (code == 0)
        code = renumber(b, err);
    return code == 0 ? order_queries(b, err) : code;
}

static int order_of(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static int compare_rows(const void *a, const void *b)
{
    const struct batch_row *x = a, *y = b;
    int order = order_of(x->truster, y->truster);
    if (order == 0)
        order = order_of(x->trustee, y->trustee);
    if (order == 0)
        order = order_of(x->at, y->at);
    if (order == 0)
        order = order_of(x->side, y->side);
    if (order == 0)
        order = order_of(x->rating, y->rating);
    return order;
}

void batch_sort_rows(struct batch *b)
{
    qsort(b->rows, b->row_count, sizeof(*b->rows), compare_rows);
}

int batch_pairs(struct batch *b, struct error *err, uint32_t **ret_offset,
                struct pair_index *ret_index)
{
    size_t n = b->row_count;
    uint32_t *offset = arena_array_of(b->arena, uint32_t, n + 1);
    uint32_t *truster = arena_array_of(b->arena, uint32_t, n + 1);
    uint32_t *trustee = arena_array_of(b->arena, uint32_t, n + 1);
    if (!offset || !truster || !trustee)
        return no_memory(err);
    uint32_t pairs = 0;
    for (size_t i = 0; i < n; i++) {
        const struct batch_row *row = &b->rows[i];
        if (pairs && truster[pairs - 1] == row->truster && trustee[pairs - 1] == row->trustee)
            continue;
        offset[pairs] = (uint32_t)i;
        truster[pairs] = row->truster;
        trustee[pairs++] = row->trustee;
    }
    offset[pairs] = (uint32_t)n;
    *ret_offset = offset;
    return pair_index_init(truster, trustee, pairs, b->names.count, err, ret_index);
}

void batch_progress(const struct batch *b, size_t done)
{
    enum { EVERY = 256 };
    if (b->progress && (done % EVERY == 0 || done == b->query_count))
        b->progress(b->context, done, b->query_count);
}

void batch_write_query(const struct batch *b, size_t query, struct buf *out)
{
    const struct batch_query *q = &b->queries[query];
    buf_add(out, q->row);
    for (size_t i = 0; i < q->missing; i++)
        buf_add_char(out, b->separator);
}

void batch_write_header(const struct batch *b, const char *const *names, struct buf *out)
{
    buf_add(out, b->query_header);
    for (; *names; names++) {
        buf_add_char(out, b->separator);
        buf_add_cstr(out, *names);
    }
    buf_add_char(out, '\n');
}

void batch_write_figure(const struct batch *b, double value, struct buf *out)
{
    buf_add_char(out, b->separator);
    buf_printf(out, "%.9f", value);
}
