/*
 * Decay: how much of a piece of evidence is left after dt seconds, as an exact integer.
 *
 *   D(dt) = floor(2^32 * 2^(-dt/H))        H: half-life in seconds, dt >= 0
 *
 * The floor is the true one, for every dt up to 2^40 s and every H up to 2^36 s: D(0) = 2^32, D
 * never rises, D(kH) = 2^(32-k), D = 0 from the first second past 32 H. Every platform gives the
 * same bits, because D is defined by its value and not by the way it is found. Without a half-life
 * nothing fades: D = 2^32 always.
 *
 * How: dt is cut into four digits; for each digit a table of 2^(-digit*place/H) in 64 fraction
 * bits, cut downwards. The product of four entries is at most 7 units of 2^-64 low (one per entry,
 * one per cut product), so its upper 32 bits are the floor unless the lower 32 bits are within 8 of
 * overflowing: then, once in 5e8 times, decay_wide decides with 240 bits. 2^-(r/H) is irrational
 * unless H divides dt, so there is always a side; whole half-lives are handled as integers.
 *
 * A struct decay is made once per half-life (some 0.1 ms) and is read-only after that: threads may
 * share it. It is about 80 KB: keep it on the heap or in a long-lived object, not on the stack.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DECAY_ONE ((uint64_t)1 << 32)          /* D(0) */
#define DECAY_NONE ((int64_t)0)                /* as a half-life: nothing fades */
#define DECAY_HALF_LIFE_MAX ((int64_t)1 << 36) /* seconds; 2,177 years */
#define DECAY_TIME_MAX ((int64_t)1 << 40)      /* seconds; longer times count as this */

enum { DECAY_DIGITS = 4, DECAY_DIGIT_SIZE = 2048, DECAY_COARSE_SIZE = 2048 };

struct decay {
    int64_t half_life; /* seconds, or DECAY_NONE */
    uint64_t last;     /* the last dt with D > 0: 32 H (UINT64_MAX when nothing fades) */
    unsigned digit_bits;
    uint64_t digit[DECAY_DIGITS][DECAY_DIGIT_SIZE];
    /* for the estimate in doubles of trust_block.c, which says how it is bounded: 2^32 * 2^(-t/H)
     * at the middle of each block of 2^coarse_bits seconds, 1/2 for blocks past 32 H and in the
     * last entry */
    unsigned coarse_bits;
    double rate; /* -ln 2 / H */
    double coarse[DECAY_COARSE_SIZE + 1];
};

/* half_life in seconds, 1..DECAY_HALF_LIFE_MAX, or DECAY_NONE; false for anything else. */
bool decay_init(struct decay *d, int64_t half_life);

/* The same on the heap; NULL when out of range or without memory. Free with base_free(). */
struct decay *decay_new(int64_t half_life);

/* D by 240-bit arithmetic alone: the slow path of decay_of, and its judge. */
uint64_t decay_exact(int64_t half_life, uint64_t dt);

/* D(dt), 0..2^32. dt >= 0 (asserted). */
uint64_t decay_of(const struct decay *d, int64_t dt);
