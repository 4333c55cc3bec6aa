/*
 * Value mode of the batch door: ratings are set in order of time into one value table
 * (kernel/values.h) and every query is answered when all ratings before its as_of, and none other,
 * stand in it.
 */
#include "kernel/values.h"
#include "service/predict_batch.h"

#include <math.h>
#include <stdlib.h>

/* What a pair's rating becomes at a time. */
struct change {
    int64_t at;
    uint32_t pair;
    int32_t rating;
};

static int compare_changes(const void *a, const void *b)
{
    const struct change *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->pair < y->pair ? -1 : x->pair > y->pair;
}

/* The mean of a run of ratings, half away from zero. */
static int32_t mean_rating(const struct batch_row *rows, size_t count)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += rows[i].rating;
    return (int32_t)llround((double)sum / (double)count);
}

/* One change per pair and time, in order of time. */
static size_t make_changes(const struct batch *b, const uint32_t *offset, uint32_t pairs,
                           struct change *ret)
{
    size_t count = 0;
    for (uint32_t pair = 0; pair < pairs; pair++) {
        uint32_t end = 0;
        for (uint32_t i = offset[pair]; i < offset[pair + 1]; i = end) {
            for (end = i + 1; end < offset[pair + 1] && b->rows[end].at == b->rows[i].at;)
                end++;
            ret[count++] =
                (struct change){ b->rows[i].at, pair, mean_rating(&b->rows[i], end - i) };
        }
    }
    qsort(ret, count, sizeof(*ret), compare_changes);
    return count;
}

static void write_answers(const struct batch *b, const double *answers, struct buf *out)
{
    static const char *const names[] = { "value", NULL };
    batch_write_header(b, names, out);
    for (size_t i = 0; i < b->query_count; i++) {
        batch_write_query(b, i, out);
        batch_write_figure(b, answers[i] * b->options->value_scale, out);
        buf_add_char(out, '\n');
    }
}

static void answer_all(const struct batch *b, const struct change *changes, size_t count,
                       struct value_table *table, double *ret)
{
    size_t done = 0;
    for (size_t i = 0; i < b->query_count; i++) {
        const struct batch_query *q = &b->queries[b->order[i]];
        for (; done < count && changes[done].at < q->as_of; done++)
            value_table_set(table, changes[done].pair, changes[done].rating);
        ret[b->order[i]] = value_predict(table, q->truster, q->trustee, b->options->leave_one_out,
                                         &b->options->parameters);
        batch_progress(b, i + 1);
    }
}

int predict_values(struct batch *b, struct buf *out, struct error *err)
{
    uint32_t *offset = NULL;
    struct pair_index index = { 0 };
    struct value_table table = { 0 };
    batch_sort_rows(b);
    int code = batch_pairs(b, err, &offset, &index);
    if (code == 0)
        code = value_table_init(&index, err, &table);
    struct change *changes = arena_array_of(b->arena, struct change, b->row_count + 1);
    double *answers = arena_array_of(b->arena, double, b->query_count + 1);
    if (code == 0 && (!changes || !answers))
        code = error_set(err, EN_NO_MEMORY, "the batch is too large for memory");
    if (code == 0) {
        size_t count = make_changes(b, offset, index.pair_count, changes);
        answer_all(b, changes, count, &table, answers);
        write_answers(b, answers, out);
    }
    value_table_done(&table);
    pair_index_done(&index);
    return code;
}
