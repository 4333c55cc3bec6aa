/*
 * Definition: y = 2^-f = exp(-f ln 2) with f = numerator / half_life, 0 < f < 1, so 1/2 < y < 1.
 *
 * Derivation. Numbers are fractions of 256 bits. f is the floor of the exact quotient (long
 * division, one limb at a time; the remainder stays below half_life <= 2^62). x = f ln 2 with ln 2
 * = sum 1/(k 2^k) cut at 256 bits. Then the Taylor series 1 - x + x^2/2! - ... until a term
 * vanishes (at most 60 terms as x < 0.6932); arithmetic is modulo 1, which is right because the
 * result lies in (0,1).
 *
 * Error, in units of 2^-256: f 1 low, ln 2 1 low, product 4 low (cut), so x is at most 6 off; each
 * term is a cut product divided by an integer (at most 6 more), at most 60 terms: fewer than 500
 * together, that is 2^-247. Subtracting 2^-244 once makes the result a lower bound, within 2^-243.
 *
 * It must never use floating point: every platform must get the same bits.
 */
#include "kernel/decay_wide.h"

#include <assert.h>
#include <stdbool.h>

typedef unsigned __int128 u128;

enum { TERMS_MAX = 80 };

/* ln 2, first 256 bits */
static const struct wide ln2 = { { 0xb17217f7d1cf79abU, 0xc9e3b39803f2f6afU, 0x40f343267298b62dU,
                                   0x8a0d175b8baafa2bU } };

static struct wide quotient(uint64_t numerator, uint64_t divisor)
{
    struct wide q;
    u128 rest = numerator;
    for (int i = 0; i < WIDE_LIMBS; i++) {
        u128 part = rest << 64;
        q.limb[i] = (uint64_t)(part / divisor);
        rest = part % divisor;
    }
    return q;
}

/* The upper half of the 512-bit product, carries of the lower half included. */
static struct wide product(const struct wide *a, const struct wide *b)
{
    uint64_t full[2 * WIDE_LIMBS] = { 0 }; /* most significant first */
    for (int i = WIDE_LIMBS - 1; i >= 0; i--) {
        uint64_t carry = 0;
        for (int j = WIDE_LIMBS - 1; j >= 0; j--) {
            u128 sum = (u128)a->limb[i] * b->limb[j] + full[i + j + 1] + carry;
            full[i + j + 1] = (uint64_t)sum;
            carry = (uint64_t)(sum >> 64);
        }
        full[i] = carry;
    }
    struct wide high;
    for (int i = 0; i < WIDE_LIMBS; i++)
        high.limb[i] = full[i];
    return high;
}

static void divide_small(struct wide *a, uint64_t divisor)
{
    u128 rest = 0;
    for (int i = 0; i < WIDE_LIMBS; i++) {
        u128 part = (rest << 64) | a->limb[i];
        a->limb[i] = (uint64_t)(part / divisor);
        rest = part % divisor;
    }
}

static void add_to(struct wide *a, const struct wide *b)
{
    uint64_t carry = 0;
    for (int i = WIDE_LIMBS - 1; i >= 0; i--) {
        u128 sum = (u128)a->limb[i] + b->limb[i] + carry;
        a->limb[i] = (uint64_t)sum;
        carry = (uint64_t)(sum >> 64);
    }
}

static void subtract_from(struct wide *a, const struct wide *b)
{
    uint64_t borrow = 0;
    for (int i = WIDE_LIMBS - 1; i >= 0; i--) {
        u128 difference = (u128)a->limb[i] - b->limb[i] - borrow;
        a->limb[i] = (uint64_t)difference;
        borrow = (uint64_t)(difference >> 64) & 1;
    }
}

static bool is_zero(const struct wide *a)
{
    return (a->limb[0] | a->limb[1] | a->limb[2] | a->limb[3]) == 0;
}

struct wide wide_half_power(uint64_t numerator, uint64_t half_life)
{
    assert(numerator > 0 && numerator < half_life && half_life <= (uint64_t)1 << 62);
    static const struct wide margin = { { 0, 0, 0, (uint64_t)1 << 12 } };
    struct wide f = quotient(numerator, half_life);
    struct wide x = product(&f, &ln2);
    struct wide term = x;
    struct wide sum = { { 0 } }; /* 1 modulo 1 */
    for (uint64_t n = 2; n < TERMS_MAX && !is_zero(&term); n++) {
        if (n % 2 == 0)
            subtract_from(&sum, &term);
        else
            add_to(&sum, &term);
        term = product(&term, &x);
        divide_small(&term, n);
    }
    subtract_from(&sum, &margin);
    return sum;
}
