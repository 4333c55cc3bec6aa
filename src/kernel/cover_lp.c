/*
 * min sum cost_j x_j  with  sum_j q_jr x_j >= d_r,  x >= 0 (boxed: 0 <= x <= 1)
 *
 * by the bounded dual simplex method with a dense inverse of the basis (Chvatal 1983, ch. 8 and 10;
 * Koberstein 2005). The slack basis is dual feasible at the start since costs are not negative, and
 * stays so, so the multipliers are of use whenever the iteration ends: at the optimum, at a basis
 * that arithmetic can no longer tell from it, or at the limit of iterations. What is made of them
 * (cover_bound.c) holds for any y >= 0.
 *
 * The row that violates its bounds most leaves; ties of the ratio test go to the larger pivot, then
 * to the lower index. Only + - * / and comparisons of doubles: IEEE 754 machines agree.
 * Cost: O(iterations * (parts + rows^2)).
 */
#include "kernel/cover_internal.h"

#include <math.h>

enum { AT_LOWER, AT_UPPER, IN_BASIS };

int cover_lp_make(const struct cover_stage *st, struct cover_lp *ret)
{
    size_t rows = st->rows, all = (size_t)st->count + rows;
    *ret = (struct cover_lp){ .rows = st->rows,
                              .count = st->count,
                              .demand = st->demand,
                              .item = st->item,
                              .boxed = !st->pure,
                              .inverse = arena_array_of(st->temporary, double, rows *rows),
                              .basic = arena_array_of(st->temporary, double, rows),
                              .ratio = arena_array_of(st->temporary, double, all),
                              .cost = arena_array_of(st->temporary, double, all),
                              .column = arena_array_of(st->temporary, double, rows),
                              .head = arena_array_of(st->temporary, uint32_t, rows),
                              .place = arena_array_of(st->temporary, uint8_t, all) };
    bool made = ret->inverse && ret->basic && ret->ratio && ret->cost && ret->column && ret->head &&
                ret->place;
    return made ? 0 : EN_NO_MEMORY;
}

/* Surplus of row r is column count + r, with -1 in its row. cost[] becomes the reduced costs. */
static void begin(struct cover_lp *lp, const double *cost)
{
    memset(lp->inverse, 0, (size_t)lp->rows * lp->rows * sizeof(double));
    for (uint32_t j = 0; j < lp->count; j++) {
        lp->cost[j] = cost[j];
        lp->place[j] = AT_LOWER;
    }
    for (uint32_t r = 0; r < lp->rows; r++) {
        lp->inverse[r * lp->rows + r] = -1;
        lp->head[r] = lp->count + r;
        lp->basic[r] = -lp->demand[r];
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

static double dot(const double *row, const struct cover_item *it)
{
    double sum = 0;
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
        double a = j < lp->count ? dot(row, &lp->item[j]) : -row[j - lp->count];
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
        const double *row = lp->inverse + (size_t)r * lp->rows;
        lp->column[r] = j < lp->count ? dot(row, &lp->item[j]) : -row[j - lp->count];
    }
}

static void exchange_inverse(struct cover_lp *lp, uint32_t leave)
{
    uint32_t rows = lp->rows;
    double *pivot = lp->inverse + (size_t)leave * rows;
    for (uint32_t k = 0; k < rows; k++)
        pivot[k] /= lp->column[leave];
    for (uint32_t r = 0; r < rows; r++) {
        double *row = lp->inverse + (size_t)r * rows, factor = lp->column[r];
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

void cover_lp_duals(struct cover_lp *lp, const double *cost, double *y)
{
    uint32_t limit = 200 + 30 * lp->rows;
    begin(lp, cost);
    for (uint32_t i = 0; i < limit; i++) {
        bool below = false;
        uint32_t leave = leaving(lp, &below);
        if (leave == lp->rows)
            break;
        uint32_t enter = entering(lp, lp->inverse + (size_t)leave * lp->rows, below);
        if (enter == lp->count + lp->rows)
            break;
        fetch(lp, enter);
        exchange(lp, leave, enter, below);
    }
    for (uint32_t k = 0; k < lp->rows; k++) {
        double sum = 0;
        for (uint32_t r = 0; r < lp->rows; r++) {
            if (lp->head[r] < lp->count)
                sum += cost[lp->head[r]] * lp->inverse[(size_t)r * lp->rows + k];
        }
        y[k] = sum > 0 ? sum : 0;
    }
}
