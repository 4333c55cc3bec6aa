/*
 * Who has evidence about whom: directed pairs of dense actor numbers, found by truster, by trustee
 * and in reverse (compressed sparse rows, both ways).
 *
 * Invariant: within a truster's row pairs are in ascending order of trustee, within a trustee's row
 * in ascending order of truster, so that sums over a row do not depend on how pairs are numbered.
 * Each pair occurs once. O(pairs + actors) to make, O(log degree) to find.
 */
#pragma once

#include "base/error.h"

enum { PAIR_NONE = -1 };

struct pair_index {
    uint32_t actor_count, pair_count;
    uint32_t *truster, *trustee; /* per pair (copies) */
    uint32_t *out_start, *out; /* pairs of truster u: out[out_start[u]] .. out[out_start[u+1]-1] */
    uint32_t *in_start, *in;   /* pairs about trustee v */
    int64_t *reverse;          /* the pair the other way round, or PAIR_NONE */
};

/* EN_INVALID when an actor is out of range or a pair occurs twice; EN_NO_MEMORY. On failure *ret is
 * untouched. Free with pair_index_done. */
int pair_index_init(const uint32_t *truster, const uint32_t *trustee, uint32_t pair_count,
                    uint32_t actor_count, struct error *err, struct pair_index *ret);
void pair_index_done(struct pair_index *x);

/* The pair truster -> trustee, or PAIR_NONE. */
int64_t pair_index_find(const struct pair_index *x, uint32_t truster, uint32_t trustee);
