/*
 * Bounds of a stage: for each direction k, weights w_j and multipliers y_r >= 0 of the rows.
 *
 *   pure:     every coalition that covers the rows U weighs at least sum_{r in U} y_r, since
 *             w_j >= sum_r q_jr y_r for every item
 *   general:  ... that meets the rest d' at least sum_r d'_r y_r + sum_partners min(0, best reduced
 *             weight of a mode), w_j - sum_r q_jr y_r being the reduced weight (each partner once)
 *
 * The multipliers come from a linear program in floating point and are then rounded down to
 * integers: in the general form any y >= 0 is valid; in the pure form they are lowered until no
 * item weighs less than its parts are worth. So the bounds hold exactly, whatever the rounding.
 *
 * Weights are floor((a burden + b risk + g) / 2^F), so a coalition's sum of weights is at most the
 * weight of its sums, which is what the thresholds of cover_levels.c compare with. Sums of
 * multipliers and credits are kept below 2^29, weights below 2^28: 32 bits suffice.
 */
#include "kernel/cover_internal.h"

#include <math.h>
#include <stdlib.h>

enum { DUAL_SUM_MAX = 1 << 29, BALANCED = 3 };

static void weigh(struct cover_stage *st)
{
    const struct cover_directions *d = &st->directions;
    for (uint32_t j = 0; j < st->count; j++) {
        const struct cover_item *it = &st->item[j];
        for (uint32_t k = 0; k < LANES; k++) {
            int64_t w = d->a[k] * it->burden + d->b[k] * it->risk + d->g[k];
            lanes_set(&st->weight[j], k, (int32_t)(w >> COVER_FRACTION));
        }
    }
}

static int64_t worth(const struct cover_item *it, const int64_t *y)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < it->part_count; i++)
        sum += y[it->parts[i].requirement] * it->parts[i].quantity;
    return sum;
}

/* Pure: lower the multipliers of an item's rows, the first ones first, until it is worth no more
 * than it weighs. */
static void lower_to_weights(const struct cover_stage *st, uint32_t k, int64_t *y)
{
    for (uint32_t j = 0; j < st->count; j++) {
        const struct cover_item *it = &st->item[j];
        int64_t excess = worth(it, y) - lanes_get(&st->weight[j], k);
        for (uint32_t i = 0; i < it->part_count && excess > 0; i++) {
            int64_t *one = &y[it->parts[i].requirement];
            int64_t cut = excess < *one ? excess : *one;
            *one -= cut;
            excess -= cut;
        }
    }
}

/* The most that a mode of the partner is worth above its weight. */
static int64_t credit_of(const struct cover_stage *st, uint32_t partner, uint32_t k,
                         const int64_t *y)
{
    int64_t most = 0;
    for (uint32_t i = st->partner_first[partner]; i < st->partner_first[partner + 1]; i++) {
        uint32_t j = st->partner_item[i];
        int64_t excess = worth(&st->item[j], y) - lanes_get(&st->weight[j], k);
        most = excess > most ? excess : most;
    }
    return most;
}

/* General: halve until the sums fit. */
static void lower_to_fit(const struct cover_stage *st, uint32_t k, int64_t *y)
{
    for (;;) {
        int64_t sum = 0, credit = 0;
        for (uint32_t r = 0; r < st->rows; r++)
            sum += y[r] * st->demand[r];
        for (uint32_t p = 0; p < st->in->partner_count; p++)
            credit += credit_of(st, p, k, y);
        if (sum <= DUAL_SUM_MAX && credit <= DUAL_SUM_MAX)
            return;
        for (uint32_t r = 0; r < st->rows; r++)
            y[r] /= 2;
    }
}

static void round_down(const struct cover_stage *st, const double *from, int64_t *y)
{
    for (uint32_t r = 0; r < st->rows; r++) {
        double most = (double)DUAL_SUM_MAX / st->demand[r];
        y[r] = from[r] >= most ? (int64_t)most : from[r] > 0 ? (int64_t)floor(from[r]) : 0;
    }
}

static void price_direction(struct cover_stage *st, struct cover_lp *lp, uint32_t k, double *cost)
{
    double duals[COVER_ROWS_MAX];
    int64_t y[COVER_ROWS_MAX];
    for (uint32_t j = 0; j < st->count; j++)
        cost[j] = lanes_get(&st->weight[j], k);
    cover_lp_duals(lp, cost, duals);
    round_down(st, duals, y);
    if (st->pure)
        lower_to_weights(st, k, y);
    else
        lower_to_fit(st, k, y);
    for (uint32_t r = 0; r < st->rows; r++)
        lanes_set(&st->dual[r], k, (int32_t)y[r]);
}

static void reduce(struct cover_stage *st)
{
    for (uint32_t j = 0; j < st->count; j++) {
        const struct cover_item *it = &st->item[j];
        struct lanes left = st->weight[j];
        for (uint32_t i = 0; i < it->part_count; i++)
            lanes_sub_times(&left, &st->dual[it->parts[i].requirement], it->parts[i].quantity);
        st->reduced[j] = left;
    }
}

struct promise {
    double value;
    uint32_t item;
};

static int compare_promises(const void *a, const void *b)
{
    const struct promise *x = a, *y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return x->item < y->item ? -1 : x->item > y->item;
}

/* Items by balanced weight for the share of the demands they bring. */
static int order_items(struct cover_stage *st)
{
    struct promise *p = arena_array_of(st->temporary, struct promise, st->count + 1);
    if (!p)
        return EN_NO_MEMORY;
    for (uint32_t j = 0; j < st->count; j++) {
        const struct cover_item *it = &st->item[j];
        double share = 0;
        for (uint32_t i = 0; i < it->part_count; i++)
            share += (double)it->parts[i].quantity / st->demand[it->parts[i].requirement];
        p[j].value = lanes_get(&st->weight[j], BALANCED) / (share + 1e-3);
        p[j].item = j;
    }
    qsort(p, st->count, sizeof(*p), compare_promises);
    for (uint32_t j = 0; j < st->count; j++)
        st->order[j] = p[j].item;
    return 0;
}

int cover_price(struct cover_stage *st)
{
    struct cover_lp lp;
    double *cost = arena_array_of(st->temporary, double, st->count + 1);
    if (!cost || cover_lp_make(st, &lp) < 0)
        return EN_NO_MEMORY;
    weigh(st);
    for (uint32_t k = 0; k < LANES; k++)
        price_direction(st, &lp, k, cost);
    reduce(st);
    int code = order_items(st);
    if (code == 0 && st->pure)
        code = cover_groups_price(st);
    st->priced = code == 0;
    return code;
}

/* The best a partner can save: the least reduced weight of its modes, 0 when none is below. */
static void add_credit(const struct cover_stage *st, uint32_t partner, struct lanes *sum)
{
    struct lanes best = { 0 };
    for (uint32_t i = st->partner_first[partner]; i < st->partner_first[partner + 1]; i++)
        lanes_min(&best, &st->reduced[st->partner_item[i]]);
    lanes_add(sum, &best);
}

void cover_root(const struct cover_stage *st, struct lanes *ret)
{
    struct lanes sum = { 0 };
    for (uint32_t r = 0; r < st->rows; r++)
        lanes_sub_times(&sum, &st->dual[r], -st->demand[r]);
    for (uint32_t p = 0; !st->pure && p < st->in->partner_count; p++)
        add_credit(st, p, &sum);
    if (st->pure) {
        struct lanes most = { 0 };
        for (uint32_t g = 0; g < st->group_count; g++) {
            uint32_t all = (1U << (st->group_first[g + 1] - st->group_first[g])) - 1;
            lanes_max(&most, &st->group[g][all]);
        }
        lanes_add(&sum, &most);
    }
    *ret = sum;
}
