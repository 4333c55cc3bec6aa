/*
 * Generated needs for the tests of coverage, and their judge: every setting of the causes times
 * every set of members that deliver, in long double. It shares nothing with the kernel.
 */
#pragma once

#include "kernel/coverage.h"
#include "random.h"

#include <stdlib.h>
#include <string.h>

enum { CASE_COLUMNS = 24, CASE_REQUIREMENTS = 24, CASE_CAUSES = 8 };

struct coverage_case {
    int32_t demands[CASE_REQUIREMENTS];
    double causes[CASE_CAUSES];
    struct coverage_column columns[CASE_COLUMNS];
    struct coverage_part parts[CASE_COLUMNS][CASE_REQUIREMENTS];
    struct coverage_need need;
};

/* The sizes of a case; demand_max 1 is pure cover. */
struct case_size {
    uint32_t columns, requirements, causes;
    int32_t demand_max;
};

static inline double case_probability(struct random *r)
{
    uint64_t pick = random_below(r, 12);
    return pick == 0 ? 0 : pick == 1 ? 1 : random_unit(r);
}

static inline void case_column(struct random *r, const struct case_size *z, uint32_t j,
                               struct coverage_case *ret)
{
    struct coverage_column *c = &ret->columns[j];
    *c = (struct coverage_column){ .partner = j,
                                   .burden = (int32_t)random_below(r, 5),
                                   .probability = case_probability(r),
                                   .parts = ret->parts[j] };
    c->low = c->probability * random_unit(r);
    c->high = c->probability + (1 - c->probability) * random_unit(r);
    for (uint32_t k = 0; k < z->causes; k++)
        c->causes |= (uint64_t)(random_below(r, 3) == 0) << k;
    for (uint32_t i = 0; i < z->requirements; i++) {
        if (random_below(r, 2) == 0)
            ret->parts[j][c->part_count++] =
                (struct coverage_part){ i, (int32_t)random_below(r, (uint64_t)z->demand_max + 1) };
    }
}

static inline void case_make(struct random *r, const struct case_size *z, struct coverage_case *ret)
{
    memset(ret, 0, sizeof(*ret));
    for (uint32_t i = 0; i < z->requirements; i++)
        ret->demands[i] =
            z->demand_max > 1 ? (int32_t)random_below(r, (uint64_t)z->demand_max * 3 / 2 + 1) : 1;
    for (uint32_t k = 0; k < z->causes; k++)
        ret->causes[k] = case_probability(r);
    for (uint32_t j = 0; j < z->columns; j++)
        case_column(r, z, j, ret);
    ret->need = (struct coverage_need){ .demands = ret->demands,
                                        .requirement_count = z->requirements,
                                        .causes = ret->causes,
                                        .cause_count = z->causes,
                                        .columns = ret->columns,
                                        .column_count = z->columns };
}

static inline bool case_covers(const struct coverage_need *n, const uint32_t *members,
                               uint32_t count, uint64_t delivered)
{
    int64_t sum[CASE_REQUIREMENTS] = { 0 };
    for (uint32_t i = 0; i < count; i++) {
        const struct coverage_column *c = &n->columns[members[i]];
        for (uint32_t k = 0; (delivered >> i & 1) && k < c->part_count; k++)
            sum[c->parts[k].requirement] += c->parts[k].quantity;
    }
    for (uint32_t r = 0; r < n->requirement_count; r++) {
        if (sum[r] < n->demands[r])
            return false;
    }
    return true;
}

static inline long double case_given(const struct coverage_need *n, const uint32_t *members,
                                     uint32_t count, uint64_t holding)
{
    long double sum = 0;
    for (uint64_t d = 0; d < (uint64_t)1 << count; d++) {
        long double p = 1;
        for (uint32_t i = 0; i < count && p > 0; i++) {
            const struct coverage_column *c = &n->columns[members[i]];
            long double held = (c->causes & ~holding) ? 0 : (long double)c->probability;
            p *= d >> i & 1 ? held : 1 - held;
        }
        if (p > 0 && case_covers(n, members, count, d))
            sum += p;
    }
    return sum;
}

static inline double case_exact(const struct coverage_need *n, const uint32_t *members,
                                uint32_t count)
{
    long double sum = 0;
    for (uint64_t holding = 0; holding < (uint64_t)1 << n->cause_count; holding++) {
        long double p = 1;
        for (uint32_t k = 0; k < n->cause_count; k++)
            p *= holding >> k & 1 ? (long double)n->causes[k] : 1 - (long double)n->causes[k];
        if (p > 0)
            sum += p * case_given(n, members, count, holding);
    }
    return (double)sum;
}
