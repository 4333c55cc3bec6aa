/*
 * Which few new relationships to seek: the candidates that together cover most of what is missing.
 *
 *   value(S) = sum of the weights of the cells that some candidate of S covers
 *
 * The value is monotone and submodular, so taking the largest gain each time reaches at least
 * 1 - 1/e = 63 % of the best set of that size (Nemhauser, Wolsey, Fisher 1978, theorem 4.2); gains
 * only shrink, so most need not be computed again (lazy evaluation: Minoux 1978). The answer is
 * that of the plain greedy method with the lower number first among equals. `bound` is a value that
 * no set of that size exceeds: min over the first and the last step of value + the largest gains
 * left, so value / bound is what is proven for this very instance, mostly far more than 63 %.
 *
 * Weights are whole numbers >= 0 in any unit; their sum must stay below 2^62. Candidates that add
 * nothing are not picked. Memory: 24 bytes a candidate, 1 a cell. No I/O, no clock.
 */
#pragma once

#include "base/error.h"

#include <stdint.h>

struct seek_problem {
    const int64_t *weight; /* per cell */
    uint32_t cell_count, candidate_count;
    const uint32_t *start; /* candidate_count + 1 */
    const uint32_t *cell;  /* of candidate i: start[i] .. start[i + 1] - 1, ascending */
};

struct seek_pick {
    uint32_t candidate;
    int64_t gain;
};

struct seek_result {
    uint32_t count;       /* picks */
    uint32_t evaluations; /* gains that were computed */
    int64_t value, bound;
};

/* Up to `count` picks in order into ret_picks. EN_INVALID for a cell out of range or order or a
 * weight below 0; EN_NO_MEMORY. */
int seek_greedy(const struct seek_problem *p, uint32_t count, struct error *err,
                struct seek_pick *ret_picks, struct seek_result *ret);
