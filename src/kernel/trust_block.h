/*
 * The inner loop of the fold: decayed weights of a run of items, whatever pair they belong to.
 *
 * Internal to trust.c; exported so that tests can compare its two forms, which give the same
 * integers: the portable one by decay_of, and one for AVX2 by a proven estimate (trust_block.c).
 */
#pragma once

#include "kernel/trust.h"

enum { TRUST_BLOCK = 512 };

struct trust_run {
    const uint32_t *since, *weight, *label; /* label: NULL when the view has no labels */
    const uint8_t *side;
    const struct trust_view *view;
    uint32_t now;        /* as_of - epoch */
    uint32_t seen_until; /* seen_until - epoch, at most now */
    const struct decay *kept, *broken;
};

/* ret[i] = w_micro * D of item i, 0 where the view hides it; n <= TRUST_BLOCK. Returns the bitwise
 * or of the weights that count. */
uint32_t trust_products(const struct trust_run *run, size_t n, uint64_t *ret);

/* The portable form, used where there is no AVX2. */
uint32_t trust_products_portable(const struct trust_run *run, size_t n, uint64_t *ret);

/* Adds products of kept items to sums[0] and of broken ones to sums[1], whatever their dimension.
 * For n <= TRUST_BLOCK products of weights below 2^24. */
void trust_add_total(const uint8_t *side, const uint64_t *product, size_t n, trust_integer *sums);
