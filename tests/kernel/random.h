/* Seeded numbers for generated cases: splitmix64 (Steele, Lea, Flood 2014). The same seed, the same
 * cases. */
#pragma once

#include <stdint.h>

struct random {
    uint64_t state;
};

static inline uint64_t random_next(struct random *r)
{
    uint64_t z = r->state += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

/* 0 .. below-1 */
static inline uint64_t random_below(struct random *r, uint64_t below)
{
    return random_next(r) % below;
}

/* [0, 1) */
static inline double random_unit(struct random *r)
{
    return (double)(random_next(r) >> 11) * 0x1p-53;
}
