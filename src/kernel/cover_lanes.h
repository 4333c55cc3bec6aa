/*
 * Thirty-two integers side by side: one for each scalarisation direction of the options kernel.
 *
 * Vectors of four are written in the compiler's own vector extension, which every target has in
 * some form; no instruction set is assumed. All of it is integer arithmetic, so all targets agree
 * bit for bit. Values stay below 2^30 in size, so a difference of two never overflows.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { LANES = 32, QUADS = LANES / 4 };

typedef int32_t cover_quad __attribute__((vector_size(16)));

struct lanes {
    cover_quad q[QUADS];
};

#define LANES_INLINE __attribute__((always_inline)) static inline

LANES_INLINE int32_t lanes_get(const struct lanes *a, uint32_t k)
{
    return a->q[k / 4][k % 4];
}

LANES_INLINE void lanes_set(struct lanes *a, uint32_t k, int32_t value)
{
    a->q[k / 4][k % 4] = value;
}

LANES_INLINE void lanes_add(struct lanes *a, const struct lanes *b)
{
    for (int i = 0; i < QUADS; i++)
        a->q[i] += b->q[i];
}

LANES_INLINE void lanes_sub(struct lanes *a, const struct lanes *b)
{
    for (int i = 0; i < QUADS; i++)
        a->q[i] -= b->q[i];
}

/* a -= n b */
LANES_INLINE void lanes_sub_times(struct lanes *a, const struct lanes *b, int32_t n)
{
    if (n == 1) {
        lanes_sub(a, b);
        return;
    }
    for (int i = 0; i < QUADS; i++)
        a->q[i] -= b->q[i] * n;
}

LANES_INLINE void lanes_max(struct lanes *a, const struct lanes *b)
{
    for (int i = 0; i < QUADS; i++) {
        cover_quad above = a->q[i] > b->q[i];
        a->q[i] = (above & a->q[i]) | (~above & b->q[i]);
    }
}

LANES_INLINE void lanes_min(struct lanes *a, const struct lanes *b)
{
    for (int i = 0; i < QUADS; i++) {
        cover_quad above = a->q[i] > b->q[i];
        a->q[i] = (above & b->q[i]) | (~above & a->q[i]);
    }
}

LANES_INLINE void lanes_fill(struct lanes *a, int32_t value)
{
    for (int i = 0; i < QUADS; i++)
        a->q[i] = (cover_quad){ value, value, value, value };
}

/* Any lane below 0? */
LANES_INLINE bool quad_any_negative(cover_quad x)
{
    uint64_t w[2];
    memcpy(w, &x, sizeof(w));
    return ((w[0] | w[1]) & 0x8000000080000000U) != 0;
}

/* Is some lane of a above the same lane of b? */
LANES_INLINE bool lanes_any_above(const struct lanes *a, const struct lanes *b)
{
    cover_quad x = b->q[0] - a->q[0];
    for (int i = 1; i < QUADS / 2; i++)
        x |= b->q[i] - a->q[i];
    if (quad_any_negative(x))
        return true;
    x = b->q[QUADS / 2] - a->q[QUADS / 2];
    for (int i = QUADS / 2 + 1; i < QUADS; i++)
        x |= b->q[i] - a->q[i];
    return quad_any_negative(x);
}

LANES_INLINE bool lanes_any_negative(const struct lanes *a)
{
    cover_quad x = a->q[0];
    for (int i = 1; i < QUADS; i++)
        x |= a->q[i];
    return quad_any_negative(x);
}
