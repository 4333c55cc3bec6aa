/*
 * Tables and scalar read-out of decay.h (formula and error analysis there).
 *
 * Table entries come from running products in 128 fraction bits: each step is cut downwards and
 * errs by at most two units of 2^-128, so after 2048 steps an entry is still exact to 2^-116 and
 * its cut to 64 bits is less than one unit and a bit low. Must never round up: the one-sided error
 * is what lets decay_of look at one side only.
 */
#include "kernel/decay.h"

#include "base/fault.h"
#include "kernel/decay_wide.h"

#include <assert.h>
#include <stdlib.h>

typedef unsigned __int128 u128;

enum {
    HALF_LIVES = 32, /* D = 0 after more than this many */
    NEAR = 8,        /* units of 2^-64: the table product is at most 7 low */
};

static u128 multiply_high(u128 a, u128 b)
{
    u128 a1 = a >> 64, a0 = (uint64_t)a, b1 = b >> 64, b0 = (uint64_t)b;
    u128 middle = a1 * b0;
    u128 other = a0 * b1;
    u128 carry = ((a0 * b0) >> 64) + (uint64_t)middle + (uint64_t)other;
    return a1 * b1 + (middle >> 64) + (other >> 64) + (carry >> 64);
}

/* 2^(-dt/H) in 128 fraction bits, cut; dt > 0. */
static u128 power_128(uint64_t half_life, uint64_t dt)
{
    uint64_t halvings = dt / half_life;
    uint64_t rest = dt % half_life;
    if (halvings >= 128)
        return 0;
    if (rest == 0)
        return (u128)1 << (128 - halvings);
    struct wide y = wide_half_power(rest, half_life);
    return (((u128)y.limb[0] << 64) | y.limb[1]) >> halvings;
}

static void digit_table(uint64_t *table, unsigned bits, uint64_t half_life, uint64_t place)
{
    u128 step = power_128(half_life, place);
    u128 value = ~(u128)0; /* 1, one unit low */
    for (size_t i = 0; i < (size_t)1 << bits; i++) {
        table[i] = (uint64_t)(value >> 64);
        value = multiply_high(value, step);
    }
}

/* coarse[k] = 2^32 * 2^(-(k 2^bits + half)/H): the middle of each block of 2^bits seconds. */
static void coarse_table(struct decay *d, uint64_t half_life)
{
    uint64_t block = (uint64_t)1 << d->coarse_bits;
    u128 value = block > 1 ? power_128(half_life, block / 2) : ~(u128)0;
    u128 step = power_128(half_life, block);
    for (size_t k = 0; k < DECAY_COARSE_SIZE; k++) {
        /* past 32 H, D is 0; a half keeps the estimate away from an integer */
        d->coarse[k] = k * block > d->last ? 0.5 : (double)value * 0x1p-96;
        value = multiply_high(value, step);
    }
    d->coarse[DECAY_COARSE_SIZE] = 0.5;
}

static unsigned bit_length(uint64_t x)
{
    return x == 0 ? 0 : 64U - (unsigned)__builtin_clzll(x);
}

bool decay_init(struct decay *d, int64_t half_life)
{
    if (half_life < 0 || half_life > DECAY_HALF_LIFE_MAX)
        return false;
    d->half_life = half_life;
    if (half_life == DECAY_NONE) {
        d->last = UINT64_MAX;
        return true;
    }
    uint64_t h = (uint64_t)half_life;
    d->last = HALF_LIVES * h;
    unsigned bits = bit_length(d->last);
    d->digit_bits = (bits + DECAY_DIGITS - 1) / DECAY_DIGITS;
    for (unsigned i = 0; i < DECAY_DIGITS; i++)
        digit_table(d->digit[i], d->digit_bits, h, (uint64_t)1 << (i * d->digit_bits));
    d->coarse_bits = bits > 11 ? bits - 11 : 0;
    d->rate = -0.693147180559945309417232 / (double)half_life;
    coarse_table(d, h);
    return true;
}

struct decay *decay_new(int64_t half_life)
{
    struct decay *d = base_malloc(sizeof(*d));
    if (d && !decay_init(d, half_life)) {
        base_free(d);
        return NULL;
    }
    return d;
}

uint64_t decay_exact(int64_t half_life, uint64_t dt)
{
    assert(half_life >= 0);
    if (half_life == DECAY_NONE)
        return DECAY_ONE;
    uint64_t halvings = dt / (uint64_t)half_life;
    uint64_t rest = dt % (uint64_t)half_life;
    if (halvings > HALF_LIVES)
        return 0;
    if (rest == 0)
        return DECAY_ONE >> halvings;
    struct wide y = wide_half_power(rest, (uint64_t)half_life);
    /* Undecided only if 200 bits past the point are all ones: no such case can be met by chance. */
    assert(!(y.limb[1] == UINT64_MAX && y.limb[2] == UINT64_MAX));
    /* y.limb[0] >> 32 is floor(2^32 y); shifting on halves exactly, floor of floor. */
    return (y.limb[0] >> 32) >> halvings;
}

uint64_t decay_of(const struct decay *d, int64_t dt)
{
    assert(dt >= 0);
    if (d->half_life == DECAY_NONE)
        return DECAY_ONE;
    uint64_t t = dt < DECAY_TIME_MAX ? (uint64_t)dt : (uint64_t)DECAY_TIME_MAX;
    if (t > d->last)
        return 0;
    uint64_t mask = ((uint64_t)1 << d->digit_bits) - 1;
    unsigned bits = d->digit_bits;
    uint64_t p = d->digit[0][t & mask];
    p = (uint64_t)(((u128)p * d->digit[1][(t >> bits) & mask]) >> 64);
    p = (uint64_t)(((u128)p * d->digit[2][(t >> (2 * bits)) & mask]) >> 64);
    p = (uint64_t)(((u128)p * d->digit[3][(t >> (3 * bits)) & mask]) >> 64);
    if ((uint32_t)p >= (uint32_t)0 - NEAR)
        return decay_exact(d->half_life, t);
    return p >> 32;
}
