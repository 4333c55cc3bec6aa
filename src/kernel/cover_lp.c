/*
 * min sum cost_j x_j  with  sum_j q_jr x_j >= d_r,  x >= 0; boxed: 0 <= x <= 1 and at most one mode
 * of a partner, sum_{j of P} x_j <= 1
 *
 * by the bounded dual simplex method with a dense inverse of the basis (Chvatal 1983, ch. 8 and 10;
 * Koberstein 2005). The slack basis is dual feasible at the start since costs are not negative, and
 * stays so, so the multipliers are of use whenever the iteration ends: at the optimum, at a basis
 * that arithmetic can no longer tell from it, or at the limit of iterations. What is made of them
 * (cover_bound.c) holds for any y >= 0.
 *
 * A partner's row is added when the optimum without it takes its modes more than once; the method
 * then goes on from the basis it has. Few partners need one.
 *
 * The row that violates its bounds most leaves; ties of the ratio test go to the larger pivot, then
 * to the lower index. Only + - * / and comparisons of doubles: IEEE 754 machines agree.
 * Cost: O(iterations * (parts + rows^2)).
 */
#include "kernel/cover_internal.h"

#include <math.h>

enum { AT_LOWER, AT_UPPER, IN_BASIS };
enum { PARTNER_ROWS_MAX = 64, ROWS_MAX = COVER_ROWS_MAX + PARTNER_ROWS_MAX };

int cover_lp_make(const struct cover_stage *st, struct cover_lp *ret)
{
    size_t rows = st->rows + (size_t)(st->pure ? 0 : PARTNER_ROWS_MAX);
    size_t all = st->count + rows;
    struct arena *a = st->temporary;
    *ret = (struct cover_lp){ .st = st,
                              .count = st->count,
                              .boxed = !st->pure,
                              .inverse = arena_array_of(a, double, rows *ROWS_MAX),
                              .basic = arena_array_of(a, double, rows),
                              .column = arena_array_of(a, double, rows),
                              .ratio = arena_array_of(a, double, all),
                              .cost = arena_array_of(a, double, all),
                              .head = arena_array_of(a, uint32_t, rows),
                              .place = arena_array_of(a, uint8_t, all) };
    ret->partner_row = arena_array_of(a, uint32_t, st->in->partner_count + 1);
    bool made = ret->inverse && ret->basic && ret->ratio && ret->cost && ret->column && ret->head &&
                ret->place && ret->partner_row;
    return made ? 0 : EN_NO_MEMORY;
}

static double *row_of(const struct cover_lp *lp, uint32_t r)
{
    return lp->inverse + (size_t)r * ROWS_MAX;
}

/* Surplus of row r is column count + r, with -1 in its row. cost[] becomes the reduced costs. */
static void begin(struct cover_lp *lp, const double *cost)
{
    lp->rows = lp->st->rows;
    memset(lp->partner_row, 0, lp->st->in->partner_count * sizeof(*lp->partner_row));
    for (uint32_t j = 0; j < lp->count; j++) {
        lp->cost[j] = cost[j];
        lp->place[j] = AT_LOWER;
    }
    for (uint32_t r = 0; r < lp->rows; r++) {
        memset(row_of(lp, r), 0, ROWS_MAX * sizeof(double));
        row_of(lp, r)[r] = -1;
        lp->head[r] = lp->count + r;
        lp->basic[r] = -lp->st->demand[r];
        lp->cost[lp->count + r] = 0;
        lp->place[lp->count + r] = IN_BASIS;
    }
}

/* The row that is furthest outside its bounds, or rows; *ret_below tells which bound. */
static uint32_t leaving(const struct cover_lp *lp, bool *ret_below)
{
    uint32_t found = lp->rows;
    double worst = 1e-7;
    for (uint32_t r = 0; r < lp->rows; r++) {
        double upper = lp->boxed && lp->head[r] < lp->count ? 1 : HUGE_VAL;
        double below = -lp->basic[r], above = lp->basic[r] - upper;
        if (below > worst || above > worst) {
            worst = below > above ? below : above;
            *ret_below = below > above;
            found = r;
        }
    }
    return found;
}

/* Row of the inverse times the column of an item. */
static double dot(const struct cover_lp *lp, const double *row, uint32_t item)
{
    const struct cover_item *it = &lp->st->item[item];
    uint32_t partner = lp->partner_row[it->partner];
    double sum = partner ? -row[partner] : 0;
    for (uint32_t i = 0; i < it->part_count; i++)
        sum += row[it->parts[i].requirement] * it->parts[i].quantity;
    return sum;
}

/* Row of the tableau into ratio[]; returns the entering column, or count + rows. */
static uint32_t entering(struct cover_lp *lp, const double *row, bool below)
{
    uint32_t all = lp->count + lp->rows, found = all;
    double best = HUGE_VAL, pivot = 0;
    for (uint32_t j = 0; j < all; j++) {
        if (lp->place[j] == IN_BASIS)
            continue;
        double a = j < lp->count ? dot(lp, row, j) : -row[j - lp->count];
        lp->ratio[j] = a;
        bool rising = (lp->place[j] == AT_LOWER) == below;
        if (fabs(a) < 1e-9 || (rising ? a >= 0 : a <= 0))
            continue;
        double step = fabs(lp->cost[j] / a);
        if (step < best - 1e-12 || (step < best + 1e-12 && fabs(a) > pivot)) {
            best = step;
            pivot = fabs(a);
            found = j;
        }
    }
    return found;
}

/* The column of the basis' inverse times column j. */
static void fetch(struct cover_lp *lp, uint32_t j)
{
    for (uint32_t r = 0; r < lp->rows; r++) {
        const double *row = row_of(lp, r);
        lp->column[r] = j < lp->count ? dot(lp, row, j) : -row[j - lp->count];
    }
}

static void exchange_inverse(struct cover_lp *lp, uint32_t leave)
{
    uint32_t rows = lp->rows;
    double *pivot = row_of(lp, leave);
    for (uint32_t k = 0; k < rows; k++)
        pivot[k] /= lp->column[leave];
    for (uint32_t r = 0; r < rows; r++) {
        double *row = row_of(lp, r), factor = lp->column[r];
        if (r == leave || factor == 0)
            continue;
        for (uint32_t k = 0; k < rows; k++)
            row[k] -= factor * pivot[k];
    }
}

static void exchange(struct cover_lp *lp, uint32_t leave, uint32_t enter, bool below)
{
    double primal = (lp->basic[leave] - (below ? 0 : 1)) / lp->column[leave];
    double dual = lp->cost[enter] / lp->column[leave];
    uint32_t out = lp->head[leave];
    for (uint32_t j = 0; j < lp->count + lp->rows; j++) {
        if (lp->place[j] != IN_BASIS)
            lp->cost[j] -= dual * lp->ratio[j];
    }
    for (uint32_t r = 0; r < lp->rows; r++)
        lp->basic[r] -= primal * lp->column[r];
    lp->basic[leave] = (lp->place[enter] == AT_UPPER ? 1 : 0) + primal;
    lp->place[out] = below ? AT_LOWER : AT_UPPER;
    lp->cost[out] = -dual;
    lp->place[enter] = IN_BASIS;
    lp->cost[enter] = 0;
    lp->head[leave] = enter;
    exchange_inverse(lp, leave);
}

/* Until no row is outside its bounds; false when it ends before. */
static bool iterate(struct cover_lp *lp, uint32_t *left)
{
    for (; *left > 0; (*left)--) {
        bool below = false;
        uint32_t leave = leaving(lp, &below);
        if (leave == lp->rows)
            return true;
        uint32_t enter = entering(lp, row_of(lp, leave), below);
        if (enter == lp->count + lp->rows)
            return false;
        fetch(lp, enter);
        exchange(lp, leave, enter, below);
    }
    return false;
}

static double value_of(const struct cover_lp *lp, uint32_t item)
{
    if (lp->place[item] != IN_BASIS)
        return lp->place[item] == AT_UPPER ? 1 : 0;
    for (uint32_t r = 0; r < lp->rows; r++) {
        if (lp->head[r] == item)
            return lp->basic[r];
    }
    return 0;
}

/* -sum x_j >= -1 over the partner's items, with its surplus basic: the inverse gains a row. */
static void add_partner_row(struct cover_lp *lp, uint32_t partner, double taken)
{
    uint32_t at = lp->rows++, surplus = lp->count + at;
    double *added = row_of(lp, at);
    memset(added, 0, ROWS_MAX * sizeof(double));
    for (uint32_t r = 0; r < at; r++) {
        row_of(lp, r)[at] = 0;
        if (lp->head[r] >= lp->count || lp->st->item[lp->head[r]].partner != partner)
            continue;
        for (uint32_t k = 0; k < at; k++)
            added[k] -= row_of(lp, r)[k];
    }
    added[at] = -1;
    lp->head[at] = surplus;
    lp->basic[at] = 1 - taken;
    lp->cost[surplus] = 0;
    lp->place[surplus] = IN_BASIS;
    lp->partner_row[partner] = at;
}

/* Rows for the partners whose modes are taken more than once; false when there is none. */
static bool add_partner_rows(struct cover_lp *lp)
{
    const struct cover_stage *st = lp->st;
    uint32_t before = lp->rows;
    for (uint32_t p = 0; p < st->in->partner_count; p++) {
        double taken = 0;
        if (st->partner_first[p + 1] - st->partner_first[p] < 2 || lp->partner_row[p])
            continue;
        for (uint32_t i = st->partner_first[p]; i < st->partner_first[p + 1]; i++)
            taken += value_of(lp, st->partner_item[i]);
        if (taken > 1 + 1e-6 && lp->rows < st->rows + PARTNER_ROWS_MAX)
            add_partner_row(lp, p, taken);
    }
    return lp->rows > before;
}

void cover_lp_duals(struct cover_lp *lp, const double *cost, double *y)
{
    uint32_t left = 200 + 30 * lp->st->rows;
    begin(lp, cost);
    while (iterate(lp, &left) && lp->boxed && add_partner_rows(lp))
        continue;
    for (uint32_t k = 0; k < lp->st->rows; k++) {
        double sum = 0;
        for (uint32_t r = 0; r < lp->rows; r++) {
            if (lp->head[r] < lp->count)
                sum += cost[lp->head[r]] * row_of(lp, r)[k];
        }
        y[k] = sum > 0 ? sum : 0;
    }
}
