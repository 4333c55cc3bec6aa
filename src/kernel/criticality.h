/*
 * What each partner is worth to a need: its Shapley and its Banzhaf value.
 *
 * The game: v(S) is the probability that the partners S cover all R requirements, partner i
 * delivering its whole cover mask m_i with probability p_i, independently. Its multilinear
 * extension on the diagonal (everyone present with probability t), by inclusion and exclusion over
 * the sets M of requirements, and its slope towards i:
 *
 *   f(t)   = sum_M (-1)^(R-|M|) prod over j with m_j not in M of (1 - t p_j)
 *   f_i(t) = -p_i / (1 - t p_i) * the same sum over M that do not contain m_i
 *   Shapley_i = integral of f_i over t from 0 to 1        Banzhaf_i = f_i(1/2)
 *
 * Source: Owen 1972 for the extension, Shapley 1953, Banzhaf 1965. Products over the j inside M are
 * subset sums of logarithms, sums over the M around m_i superset sums (zeta transforms), so a node
 * costs O(R 2^R + n) and nothing depends on 2^n. f_i is a polynomial of degree n-1 in t: Gauss and
 * Legendre's rule with n/2 nodes is exact, and past CRITICALITY_NODES_MAX nodes the error is still
 * measured by `gap`.
 *
 * Laws: values are >= 0, Shapley values add up to v(all), and a partner with an empty mask or p = 0
 * has 0. Where no set of partners covers the need every value is 0. Units: probabilities. Values
 * pass through log and exp and are quantised to 1e-9. A pooled demand has no mask: its requirement
 * is left to whoever asks (a bit for whoever brings a share is the usual reading).
 */
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum { CRITICALITY_REQUIREMENTS_MAX = 20, CRITICALITY_NODES_MAX = 64 };

struct criticality_partner {
    uint32_t mask; /* bit r: covers requirement r */
    double probability;
};

struct criticality {
    double coverage; /* v of all partners together */
    double gap;      /* |sum of the Shapley values - coverage|, before they are quantised */
    uint32_t nodes;
    bool exact; /* the rule is exact for this many partners */
};

/* One partner of its columns: the union of their masks, and the least of their probabilities (so
 * that a partner is not shown as worth more than its weakest promise). Partners without a column
 * get an empty mask and probability 0. */
void criticality_merge(const uint32_t *partner, const struct criticality_partner *column,
                       uint32_t column_count, uint32_t partner_count,
                       struct criticality_partner *ret);

/* ret_shapley, ret_banzhaf: one value a partner. EN_INVALID: a probability or mask out of range;
 * EN_TOO_LARGE: more requirements than CRITICALITY_REQUIREMENTS_MAX; EN_NO_MEMORY. */
int criticality_values(const struct criticality_partner *partners, uint32_t count,
                       uint32_t requirement_count, struct error *err, double *ret_shapley,
                       double *ret_banzhaf, struct criticality *ret);
