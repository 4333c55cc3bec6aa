/*
 * 2^-(r/H) to 240 bits, in integers only: the arithmetic under the decay tables and their judge of
 * last resort. Slow (some microseconds); called when tables are made and when the low bits of a
 * table product lie too near an integer to decide a floor.
 */
#pragma once

#include <stdint.h>

enum { WIDE_LIMBS = 4, WIDE_ERROR_BITS = 240 };

/* A fraction in [0,1): limb[0] is the most significant; value = sum limb[i] * 2^(-64 (i+1)). */
struct wide {
    uint64_t limb[WIDE_LIMBS];
};

/* A lower bound of 2^-(numerator/half_life), less than 2^-240 below the true value.
 * Needs 0 < numerator < half_life <= 2^62. */
struct wide wide_half_power(uint64_t numerator, uint64_t half_life);
