/* Generated needs for the options kernel: seeded, of every kind, small enough to enumerate. */
#pragma once

#include "kernel/cover.h"
#include "random.h"

enum {
    CASE_COLUMNS = 13,
    CASE_ROWS = 6,
};

enum case_kind {
    CASE_COVER,
    CASE_REDUNDANT,
    CASE_POOLED,
    CASE_MODES,
    CASE_COMPLEMENTS,
    CASE_KINDS
};

struct cover_case {
    uint32_t hours; /* few, or more than the kernel has stages for */
    struct cover_instance in;
    int32_t demands[CASE_ROWS];
    struct cover_column columns[CASE_COLUMNS];
    struct cover_part parts[CASE_COLUMNS][CASE_ROWS];
};

static inline uint32_t case_pick(struct random *r, uint32_t from, uint32_t to)
{
    return from + (uint32_t)random_below(r, to - from + 1);
}

/* Quantities and modes by kind; now and then larger than the demand, or without any part. */
static inline void case_column(struct random *r, enum case_kind kind, uint32_t j,
                               struct cover_case *ret)
{
    struct cover_column *c = &ret->columns[j];
    uint32_t rows = ret->in.requirement_count, values = case_pick(r, 0, 3) ? 30 : 3;
    *c = (struct cover_column){ .partner = j,
                                .burden = (int32_t)case_pick(r, 0, values),
                                .risk = (int32_t)case_pick(r, 0, 2 * values),
                                .readiness = (int32_t)case_pick(r, 0, ret->hours),
                                .parts = ret->parts[j] };
    if (kind == CASE_MODES)
        c->partner = case_pick(r, 0, ret->in.partner_count - 1);
    for (uint32_t row = 0; row < rows; row++) {
        if (random_below(r, 3) == 0)
            ret->parts[j][c->part_count++] =
                (struct cover_part){ row, kind == CASE_POOLED ? (int32_t)case_pick(r, 1, 5) : 1 };
    }
    for (uint32_t i = c->part_count; i > 1; i--) { /* parts come in any order */
        uint32_t other = (uint32_t)random_below(r, i);
        struct cover_part p = ret->parts[j][i - 1];
        ret->parts[j][i - 1] = ret->parts[j][other];
        ret->parts[j][other] = p;
    }
    if (kind == CASE_COMPLEMENTS) {
        c->wants = random_below(r, 3) ? 0 : 1U << case_pick(r, 0, 2) * 15;
        c->gives = random_below(r, 3) ? 0 : 1U << case_pick(r, 0, 2) * 15;
    }
}

static inline void case_make(struct random *r, enum case_kind kind, struct cover_case *ret)
{
    *ret = (struct cover_case){ 0 };
    ret->hours = random_below(r, 2) ? 4 : 60;
    ret->in.requirement_count = case_pick(r, 1, CASE_ROWS);
    ret->in.column_count = case_pick(r, 0, CASE_COLUMNS);
    ret->in.partner_count = kind == CASE_MODES ? case_pick(r, 1, 8) : CASE_COLUMNS;
    ret->in.demands = ret->demands;
    ret->in.columns = ret->columns;
    for (uint32_t row = 0; row < ret->in.requirement_count; row++) {
        uint32_t most = kind == CASE_COVER ? 1 : kind == CASE_POOLED ? 8 : 2;
        ret->demands[row] = (int32_t)case_pick(r, 1, most);
    }
    for (uint32_t j = 0; j < ret->in.column_count; j++)
        case_column(r, kind, j, ret);
}
