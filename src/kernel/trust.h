/*
 * Direct trust: folding dated evidence of directed pairs (truster -> trustee) into exact sums.
 *
 *   P = sum over kept items   w_micro * D(T - t)        N = the same over broken ones
 *
 * per pair and dimension, with D of decay.h. The sums are integers in units of 2^-32 micro-units
 * and fit 128 bits (one item is below 2^64), so they form an abelian group: any order, any
 * partition and any combine tree give the same integers, late evidence is just another term, and a
 * correction subtracts. That holds as long as all parts use the same T and half-lives. Never decay
 * a stored sum: rounding would make it depend on the order.
 *
 * Evidence later than the view's bound is invisible, and so are items whose label bit is not set:
 * the result is the same, bit for bit, as if they were not in the columns.
 *
 * Columns are arrays owned by the caller. O(items) time, no memory beyond the result, no
 * allocation.
 */
#pragma once

#include "kernel/decay.h"
#include "kernel/opinion.h"
#include "kernel/parameters.h"

typedef unsigned __int128 trust_integer;

enum trust_dimension { TRUST_ABILITY, TRUST_BENEVOLENCE, TRUST_INTEGRITY, TRUST_DIMENSIONS };

/* Dimension and valence in one byte: dimension * 2 + broken. */
enum { TRUST_SIDES = TRUST_DIMENSIONS * 2 };
static inline uint8_t trust_side(enum trust_dimension dimension, bool broken)
{
    return (uint8_t)((unsigned)dimension * 2U + (broken ? 1U : 0U));
}
static inline enum trust_dimension trust_side_dimension(uint8_t side)
{
    return (enum trust_dimension)(side / 2U);
}
static inline bool trust_side_broken(uint8_t side)
{
    return (side & 1U) != 0;
}

/* Evidence, grouped by directed pair: pair i owns items offset[i] .. offset[i+1]-1, in any order.
 */
struct trust_columns {
    size_t pair_count;
    const uint32_t *offset; /* pair_count + 1 */
    const int64_t *at;      /* seconds since 1970 */
    const uint32_t *since;  /* at - epoch, or NULL: optional, makes the fold faster */
    int64_t epoch;
    const uint32_t *weight; /* micro-units */
    const uint8_t *side;    /* trust_side(), below TRUST_SIDES */
    const uint32_t *label;  /* label numbers, or NULL when a view never has labels */
};

/* Fills since[] for n times and sets the epoch (the earliest); false when they span 2^32 s or more
 * (then leave `since` NULL). n = 0 gives epoch 0. */
bool trust_columns_since(const int64_t *at, size_t n, uint32_t *ret_since, int64_t *ret_epoch);

/* From when, and with what rights, one looks. */
struct trust_view {
    int64_t as_of;          /* T: decay counts back from here */
    int64_t seen_until;     /* items with at <= seen_until count; at most as_of */
    const uint64_t *labels; /* bit per label number, or NULL: everything is readable */
    size_t label_count;     /* numbers covered; at or past it: unreadable */
};

/* What has happened up to and including T. */
static inline struct trust_view trust_view_at(int64_t as_of)
{
    return (struct trust_view){ .as_of = as_of, .seen_until = as_of };
}
/* What had happened before T (evidence at T is unseen: it is what one wants to predict). */
static inline struct trust_view trust_view_before(int64_t as_of)
{
    return (struct trust_view){ .as_of = as_of, .seen_until = as_of - 1 };
}

/* Does item i count in this view? */
bool trust_visible(const struct trust_columns *c, const struct trust_view *v, size_t item);

struct trust_sum {
    trust_integer kept, broken; /* micro-units * 2^32 */
};
struct trust_state {
    struct trust_sum dimension[TRUST_DIMENSIONS];
};

static inline struct trust_sum trust_sum_add(struct trust_sum a, struct trust_sum b)
{
    return (struct trust_sum){ a.kept + b.kept, a.broken + b.broken };
}
/* All dimensions together. */
static inline struct trust_sum trust_state_total(const struct trust_state *s)
{
    return trust_sum_add(trust_sum_add(s->dimension[0], s->dimension[1]), s->dimension[2]);
}
/* Integer units to units of evidence. */
static inline double trust_units(trust_integer x)
{
    return (double)x / (4294967296.0 * 1e6);
}
static inline struct evidence trust_evidence(struct trust_sum s)
{
    return (struct evidence){ trust_units(s.kept), trust_units(s.broken) };
}

/* Folds pairs first .. first+count-1 into ret[0..count-1]. The two decays may be one object. */
void trust_fold(const struct trust_columns *c, size_t first, size_t count,
                const struct trust_view *v, const struct decay *kept, const struct decay *broken,
                struct trust_state *ret);

/* The same, all dimensions together (what the network form reads). */
void trust_fold_total(const struct trust_columns *c, size_t first, size_t count,
                      const struct trust_view *v, const struct decay *kept,
                      const struct decay *broken, struct trust_sum *ret);

/* The decayed weight of one visible item, micro-units * 2^32. */
uint64_t trust_item(const struct trust_columns *c, size_t item, int64_t as_of,
                    const struct decay *kept, const struct decay *broken);
