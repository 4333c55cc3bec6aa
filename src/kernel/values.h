/*
 * Value form: predicting a rating between -1 and 1 from other ratings.
 *
 *   m = mu + b_u + g_v          damped means: b_u = sum over u's ratings of (w - mu) / (count + k),
 *                               g_v the same over the ratings of v; mu the mean of all
 *   v = m + [ rho (r_vu - m) + delta sum_x t_x (w_xv - mu - b_x - (m - mu - b_u/2)) ]
 *           / (W + rho + delta sum_x t_x),      t_x = max(0, w_ux)
 *
 * rho counts only where v has rated u; x runs over everyone u rated above 0 who rated v. The result
 * is held within -1..1. The pair's own rating is never used as such: only through the means, and
 * not even there when it is left out. Leaving it out is exact, not an approximation: the sums
 * without it are formed by subtraction of integers.
 *
 * Source: damped two-way means as in item-user baselines (Koren 2008, eq. 1), the closed form and
 * its constants as measured in the project's trust study. Units: ratings in micro-units
 * (-1e6..1e6), so sums are exact integers; the prediction is a double, summed in ascending order of
 * x. One prediction costs O(min(degree) log degree).
 */
#pragma once

#include "kernel/pair_index.h"
#include "kernel/parameters.h"

enum { VALUE_ONE = 1000000 };

/* Ratings that are present now; pairs come from an index and may be set and unset at any time. */
struct value_table {
    const struct pair_index *index;
    int32_t *rating;                        /* per pair, micro-units */
    uint8_t *present;                       /* per pair */
    int64_t *given, *received;              /* per actor: sums */
    uint32_t *given_count, *received_count; /* per actor */
    int64_t total;
    uint32_t count;
};

/* No rating is present. Borrows the index. EN_NO_MEMORY. Free with value_table_done. */
int value_table_init(const struct pair_index *index, struct error *err, struct value_table *ret);
void value_table_done(struct value_table *t);

/* Sets or replaces the rating of a pair; held within -VALUE_ONE..VALUE_ONE (asserted). */
void value_table_set(struct value_table *t, uint32_t pair, int32_t rating);
void value_table_unset(struct value_table *t, uint32_t pair);

/* What truster would rate trustee. leave_out: as if the pair's own rating were not there. */
double value_predict(const struct value_table *t, uint32_t truster, uint32_t trustee,
                     bool leave_out, const struct trust_parameters *p);
