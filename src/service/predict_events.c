/*
 * Event mode of the batch door: the network form of trust (kernel/network.h) for many queries at
 * many dates.
 *
 * Per query only the pairs that leave the truster or enter the trustee are folded, with items cut
 * to those seen and not yet faded; per date once, the base rate over everything. Items of one pair,
 * time and sign are merged beforehand, which changes no sum (splitting changes nothing). Every sum
 * is the exact integer of the definition; nothing is carried from one date to the next.
 */
#include "base/fault.h"
#include "kernel/network.h"
#include "kernel/trust.h"
#include "service/predict_batch.h"

#include <stdlib.h>

/* Evidence as columns with items in order of time within each group. */
struct timeline {
    struct trust_columns columns;
    uint32_t *offset;
};

struct events {
    struct batch *b;
    struct decay *kept, *broken;
    bool same_half_life;
    struct pair_index index;
    struct timeline pairs; /* grouped by pair */
    struct timeline whole; /* one group: all evidence, for the base rate */
    struct trust_sum *sum; /* per pair, valid where stamp is the present date's */
    uint32_t *stamp;
    uint32_t date; /* number of the present date, from 1 */
    double base_rate;
};

static int no_memory(struct error *err)
{
    return error_set(err, EN_NO_MEMORY, "the batch is too large for memory");
}

/* Makes columns of rows sorted by group and time: merges rows of equal group, time and side as long
 * as the weight fits. group[i]: first row of group i, groups + 1 entries. */
static int make_timeline(struct arena *a, const struct batch_row *rows, const uint32_t *group,
                         size_t groups, struct error *err, struct timeline *ret)
{
    size_t n = group[groups];
    int64_t *at = arena_array_of(a, int64_t, n + 1);
    uint32_t *since = arena_array_of(a, uint32_t, n + 1);
    uint32_t *weight = arena_array_of(a, uint32_t, n + 1);
    uint8_t *side = arena_array_of(a, uint8_t, n + 1);
    uint32_t *offset = arena_array_of(a, uint32_t, groups + 1);
    if (!at || !since || !weight || !side || !offset)
        return no_memory(err);
    uint32_t m = 0;
    for (size_t g = 0; g < groups; g++) {
        offset[g] = m;
        for (uint32_t i = group[g]; i < group[g + 1]; i++) {
            const struct batch_row *r = &rows[i];
            if (m > offset[g] && at[m - 1] == r->at && side[m - 1] == r->side &&
                weight[m - 1] <= UINT32_MAX - r->weight) {
                weight[m - 1] += r->weight;
                continue;
            }
            at[m] = r->at;
            weight[m] = r->weight;
            side[m++] = r->side;
        }
    }
    offset[groups] = m;
    struct trust_columns c = {
        .pair_count = groups, .offset = offset, .at = at, .weight = weight, .side = side
    };
    if (trust_columns_since(at, m, since, &c.epoch))
        c.since = since;
    *ret = (struct timeline){ .columns = c, .offset = offset };
    return 0;
}

static int compare_times(const void *a, const void *b)
{
    const struct batch_row *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return (int)x->side - (int)y->side;
}

static int prepare(struct events *e, struct error *err)
{
    struct batch *b = e->b;
    const struct trust_parameters *p = &b->options->parameters;
    e->kept = decay_new(p->half_life_kept);
    e->same_half_life = p->half_life_kept == p->half_life_broken;
    e->broken = e->same_half_life ? e->kept : decay_new(p->half_life_broken);
    if (!e->kept || !e->broken)
        return no_memory(err);
    uint32_t *group = NULL;
    batch_sort_rows(b);
    int code = batch_pairs(b, err, &group, &e->index);
    if (code == 0)
        code = make_timeline(b->arena, b->rows, group, e->index.pair_count, err, &e->pairs);
    if (code < 0)
        return code;
    qsort(b->rows, b->row_count, sizeof(*b->rows), compare_times);
    uint32_t all[2] = { 0, (uint32_t)b->row_count };
    code = make_timeline(b->arena, b->rows, all, 1, err, &e->whole);
    e->sum = arena_array_of(b->arena, struct trust_sum, (size_t)e->index.pair_count + 1);
    e->stamp = arena_array_of(b->arena, uint32_t, (size_t)e->index.pair_count + 1);
    return code == 0 && (!e->sum || !e->stamp) ? no_memory(err) : code;
}

/* The first item of [from, until) at or after `at`. */
static uint32_t first_from(const int64_t *times, uint32_t from, uint32_t until, int64_t at)
{
    while (from < until) {
        uint32_t middle = from + (until - from) / 2;
        if (times[middle] < at)
            from = middle + 1;
        else
            until = middle;
    }
    return from;
}

/* Folds the part of a group that is seen before as_of and not wholly faded. */
static struct trust_sum fold_seen(const struct events *e, const struct timeline *t, size_t group,
                                  int64_t as_of)
{
    const int64_t *at = t->columns.at;
    uint32_t range[2] = { t->offset[group], t->offset[group + 1] };
    range[1] = first_from(at, range[0], range[1], as_of);
    uint64_t last = e->kept->last > e->broken->last ? e->kept->last : e->broken->last;
    if (last <= (uint64_t)DECAY_TIME_MAX)
        range[0] = first_from(at, range[0], range[1], as_of - (int64_t)last);
    struct trust_sum sum = { 0, 0 };
    if (range[0] == range[1])
        return sum;
    struct trust_columns part = t->columns;
    part.offset = range;
    part.pair_count = 1;
    struct trust_view view = trust_view_before(as_of);
    trust_fold_total(&part, 0, 1, &view, e->kept, e->broken, &sum);
    return sum;
}

static void need(struct events *e, int64_t pair, int64_t as_of)
{
    if (pair < 0 || e->stamp[pair] == e->date)
        return;
    e->stamp[pair] = e->date;
    e->sum[pair] = fold_seen(e, &e->pairs, (size_t)pair, as_of);
}

static void need_rows(struct events *e, const struct batch_query *q)
{
    const struct pair_index *x = &e->index;
    need(e, pair_index_find(x, q->trustee, q->truster), q->as_of);
    for (uint32_t i = x->out_start[q->truster]; i < x->out_start[q->truster + 1]; i++)
        need(e, x->out[i], q->as_of);
    for (uint32_t i = x->in_start[q->trustee]; i < x->in_start[q->trustee + 1]; i++)
        need(e, x->in[i], q->as_of);
}

struct answer {
    struct opinion trust;
    double forecast;
};

static struct answer answer_query(struct events *e, const struct batch_query *q)
{
    const struct trust_parameters *p = &e->b->options->parameters;
    int64_t pair = pair_index_find(&e->index, q->truster, q->trustee);
    if (p->network)
        need_rows(e, q);
    else
        need(e, pair, q->as_of);
    struct network n = network_plain(&e->index, e->sum, e->base_rate, p);
    struct network_reading r = network_read(&n, q->truster, q->trustee, pair);
    return (struct answer){
        .trust = opinion_read(r.total, r.prior.prior, p->lambda, p),
        .forecast = opinion_read(r.total, r.prior.prior, 1, p).expectation,
    };
}

static void new_date(struct events *e, int64_t as_of)
{
    e->date++;
    struct trust_sum total = { 0, 0 };
    if (!e->b->options->parameters.base_rate_fixed)
        total = fold_seen(e, &e->whole, 0, as_of);
    e->base_rate = network_base_rate(total, &e->b->options->parameters);
}

static void write_answers(const struct batch *b, const struct answer *answers, struct buf *out)
{
    static const char *const names[] = { "belief", "disbelief", "uncertainty", "prior",
                                         "trust",  "forecast",  NULL };
    batch_write_header(b, names, out);
    for (size_t i = 0; i < b->query_count; i++) {
        const struct opinion *o = &answers[i].trust;
        const double figures[] = { o->belief, o->disbelief,   o->uncertainty,
                                   o->prior,  o->expectation, answers[i].forecast };
        batch_write_query(b, i, out);
        for (size_t k = 0; k < sizeof(figures) / sizeof(figures[0]); k++)
            batch_write_figure(b, figures[k], out);
        buf_add_char(out, '\n');
    }
}

static int answer_all(struct events *e, struct buf *out, struct error *err)
{
    struct batch *b = e->b;
    struct answer *answers = arena_array_of(b->arena, struct answer, b->query_count + 1);
    if (!answers)
        return no_memory(err);
    for (size_t i = 0; i < b->query_count; i++) {
        const struct batch_query *q = &b->queries[b->order[i]];
        if (i == 0 || b->queries[b->order[i - 1]].as_of != q->as_of)
            new_date(e, q->as_of);
        answers[b->order[i]] = answer_query(e, q);
        batch_progress(b, i + 1);
    }
    write_answers(b, answers, out);
    return 0;
}

int predict_events(struct batch *b, struct buf *out, struct error *err)
{
    struct events e = { .b = b };
    int code = prepare(&e, err);
    if (code == 0)
        code = answer_all(&e, out, err);
    pair_index_done(&e.index);
    if (!e.same_half_life)
        base_free(e.broken);
    base_free(e.kept);
    return code;
}
