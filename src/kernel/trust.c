/*
 * The fold of trust.h. Items are taken in blocks: first all decays of a block (decay_block), then
 * the sums.
 *
 * Within a block the products w * D are added in 64 bits as long as that cannot overflow (weights
 * below 2^24, 128 items: below 2^63) and carried to 128 bits at the end of the block; a block with
 * a heavier item takes the wide path. Either way the sums are the exact integers.
 */
#include "kernel/trust.h"

#include <string.h>

enum { BLOCK = 128, LANES = 2, SLOTS = 8 };

bool trust_columns_since(const int64_t *at, size_t n, uint32_t *ret_since, int64_t *ret_epoch)
{
    int64_t low = n ? at[0] : 0, high = low;
    for (size_t i = 1; i < n; i++) {
        low = at[i] < low ? at[i] : low;
        high = at[i] > high ? at[i] : high;
    }
    if ((uint64_t)high - (uint64_t)low > UINT32_MAX)
        return false;
    for (size_t i = 0; i < n; i++)
        ret_since[i] = (uint32_t)((uint64_t)at[i] - (uint64_t)low);
    *ret_epoch = low;
    return true;
}

static inline bool readable(const struct trust_view *v, uint32_t label)
{
    return label < v->label_count && (v->labels[label >> 6] >> (label & 63U) & 1U) != 0;
}

bool trust_visible(const struct trust_columns *c, const struct trust_view *v, size_t item)
{
    return c->at[item] <= v->seen_until && (!v->labels || readable(v, c->label[item]));
}

uint64_t trust_item(const struct trust_columns *c, size_t item, int64_t as_of,
                    const struct decay *kept, const struct decay *broken)
{
    const struct decay *d = trust_side_broken(c->side[item]) ? broken : kept;
    return c->weight[item] * decay_of(d, as_of - c->at[item]);
}

/* The slow, plain form: for times that do not fit 32 bits. */
static void fold_plain(const struct trust_columns *c, size_t from, size_t until,
                       const struct trust_view *v, const struct decay *kept,
                       const struct decay *broken, trust_integer *sums)
{
    for (size_t i = from; i < until; i++) {
        if (trust_visible(c, v, i))
            sums[c->side[i]] += trust_item(c, i, v->as_of, kept, broken);
    }
}

/* What a fold needs that does not change from block to block. */
struct bounds {
    uint32_t now;        /* as_of - epoch */
    uint32_t seen_until; /* seen_until - epoch */
};

/* The weights of a block, 0 where the view hides the item; returns the bitwise or of them all. */
static uint32_t block_weights(const struct trust_columns *c, size_t from, size_t n,
                              const struct trust_view *v, struct bounds b, uint32_t *ret)
{
    const uint32_t *since = c->since + from, *weight = c->weight + from;
    uint32_t all = 0;
    for (size_t i = 0; i < n; i++) {
        ret[i] = since[i] <= b.seen_until ? weight[i] : 0;
        all |= ret[i];
    }
    if (v->labels) {
        const uint32_t *label = c->label + from;
        for (size_t i = 0; i < n; i++)
            ret[i] = readable(v, label[i]) ? ret[i] : 0;
    }
    return all;
}

static void block_sum(const uint8_t *side, const uint32_t *weight, const uint64_t *decay, size_t n,
                      uint32_t all, trust_integer *sums)
{
    if (all >> 24) {
        for (size_t i = 0; i < n; i++)
            sums[side[i]] += weight[i] * decay[i];
        return;
    }
    uint64_t lane[LANES][SLOTS] = { { 0 } };
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        lane[0][side[i]] += weight[i] * decay[i];
        lane[1][side[i + 1]] += weight[i + 1] * decay[i + 1];
    }
    if (i < n)
        lane[0][side[i]] += weight[i] * decay[i];
    for (size_t s = 0; s < TRUST_SIDES; s++)
        sums[s] += lane[0][s] + lane[1][s];
}

static void fold_range(const struct trust_columns *c, size_t from, size_t until,
                       const struct trust_view *v, struct bounds b, const struct decay *kept,
                       const struct decay *broken, trust_integer *sums)
{
    uint64_t decay[BLOCK], other[BLOCK];
    uint32_t weight[BLOCK];
    while (from < until) {
        size_t n = until - from < BLOCK ? until - from : BLOCK;
        decay_block(kept, b.now, c->since + from, n, decay);
        if (kept != broken) {
            decay_block(broken, b.now, c->since + from, n, other);
            for (size_t i = 0; i < n; i++)
                decay[i] = trust_side_broken(c->side[from + i]) ? other[i] : decay[i];
        }
        uint32_t all = block_weights(c, from, n, v, b, weight);
        block_sum(c->side + from, weight, decay, n, all, sums);
        from += n;
    }
}

static void fold_pair(const struct trust_columns *c, size_t pair, const struct trust_view *v,
                      const struct decay *kept, const struct decay *broken, trust_integer *sums)
{
    size_t from = c->offset[pair], until = c->offset[pair + 1];
    memset(sums, 0, sizeof(*sums) * TRUST_SIDES);
    if (v->seen_until < c->epoch && c->since)
        return;
    if (c->since && v->as_of <= c->epoch + (int64_t)UINT32_MAX) {
        struct bounds b = { .now = (uint32_t)(v->as_of - c->epoch),
                            .seen_until = (uint32_t)(v->seen_until - c->epoch) };
        fold_range(c, from, until, v, b, kept, broken, sums);
    } else {
        fold_plain(c, from, until, v, kept, broken, sums);
    }
}

void trust_fold(const struct trust_columns *c, size_t first, size_t count,
                const struct trust_view *v, const struct decay *kept, const struct decay *broken,
                struct trust_state *ret)
{
    for (size_t i = 0; i < count; i++) {
        trust_integer sums[TRUST_SIDES];
        fold_pair(c, first + i, v, kept, broken, sums);
        for (size_t d = 0; d < TRUST_DIMENSIONS; d++)
            ret[i].dimension[d] = (struct trust_sum){ sums[2 * d], sums[2 * d + 1] };
    }
}

void trust_fold_total(const struct trust_columns *c, size_t first, size_t count,
                      const struct trust_view *v, const struct decay *kept,
                      const struct decay *broken, struct trust_sum *ret)
{
    for (size_t i = 0; i < count; i++) {
        struct trust_state state;
        trust_fold(c, first + i, 1, v, kept, broken, &state);
        ret[i] = trust_state_total(&state);
    }
}
