/*
 * The fold of trust.h. Items are taken in blocks of TRUST_BLOCK that run across pairs: first the
 * product w * D of every item of the block (trust_products), then the sums pair by pair.
 *
 * Within a block the products of one pair are added in 64 bits, in four lanes so that one sum need
 * not wait for the last; with weights below 2^24 a lane stays below 2^63. A block with a heavier
 * item adds in 128 bits. Either way the sums are the exact integers.
 */
#include "kernel/trust.h"

#include "kernel/trust_block.h"

#include <assert.h>

enum { LANES = 4, SLOTS = 8 };
_Static_assert(TRUST_BLOCK / LANES <= 128, "a lane takes 128 products below 2^56");

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

/* Running sums of one pair in one block; all zero between uses. */
struct lanes {
    uint64_t sum[LANES][SLOTS];
};

/* Moves what the lanes hold into the sums. Two lanes together stay below 2^64. */
static void collect(struct lanes *l, trust_integer *sums)
{
    for (size_t s = 0; s < TRUST_SIDES; s++) {
        sums[s] += (trust_integer)(l->sum[0][s] + l->sum[1][s]) + (l->sum[2][s] + l->sum[3][s]);
        l->sum[0][s] = l->sum[1][s] = l->sum[2][s] = l->sum[3][s] = 0;
    }
}

/* Adds the products of items of one pair. */
static void add_light(const uint8_t *side, const uint64_t *product, size_t n, struct lanes *l,
                      trust_integer *sums)
{
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        l->sum[0][side[i]] += product[i];
        l->sum[1][side[i + 1]] += product[i + 1];
        l->sum[2][side[i + 2]] += product[i + 2];
        l->sum[3][side[i + 3]] += product[i + 3];
    }
    for (; i < n; i++)
        l->sum[i % LANES][side[i]] += product[i];
    collect(l, sums);
}

static void add_heavy(const uint8_t *side, const uint64_t *product, size_t n, trust_integer *sums)
{
    for (size_t i = 0; i < n; i++)
        sums[side[i]] += product[i];
}

/* Where the sums of a pair go, and which one is next. */
struct sink {
    struct trust_state *states; /* or NULL */
    struct trust_sum *totals;   /* or NULL */
    size_t next;
};

/* Stores the sums of the next pair and clears them. */
static void put(struct sink *k, trust_integer *sums)
{
    struct trust_state s;
    for (size_t d = 0; d < TRUST_DIMENSIONS; d++)
        s.dimension[d] = (struct trust_sum){ sums[2 * d], sums[2 * d + 1] };
    for (size_t i = 0; i < TRUST_SIDES; i++)
        sums[i] = 0;
    if (k->states)
        k->states[k->next] = s;
    if (k->totals)
        k->totals[k->next] = trust_state_total(&s);
    k->next++;
}

/* Every pair by the definition. */
static void fold_all_plain(const struct trust_columns *c, size_t first, size_t count,
                           const struct trust_view *v, const struct decay *kept,
                           const struct decay *broken, struct sink *k)
{
    trust_integer sums[TRUST_SIDES] = { 0 };
    for (size_t pair = first; pair < first + count; pair++) {
        fold_plain(c, c->offset[pair], c->offset[pair + 1], v, kept, broken, sums);
        put(k, sums);
    }
}

/* The products of up to a block of items; returns how many. */
static size_t next_block(const struct trust_columns *c, struct trust_run *run, size_t from,
                         size_t until, uint64_t *product, uint32_t *ret_all)
{
    size_t n = until - from < TRUST_BLOCK ? until - from : TRUST_BLOCK;
    run->since = c->since + from;
    run->weight = c->weight + from;
    run->side = c->side + from;
    run->label = run->view->labels ? c->label + from : NULL;
    *ret_all = trust_products(run, n, product);
    return n;
}

static void fold_blocks(const struct trust_columns *c, size_t first, size_t count,
                        struct trust_run *run, struct sink *k)
{
    uint64_t product[TRUST_BLOCK];
    struct lanes lanes = { { { 0 } } };
    uint32_t all = 0;
    size_t from = c->offset[first], until = c->offset[first + count], end = from;
    trust_integer sums[TRUST_SIDES] = { 0 };
    for (size_t pair = first, item = from; pair < first + count;) {
        size_t pair_end = c->offset[pair + 1];
        if (item == pair_end) {
            put(k, sums);
            pair++;
            continue;
        }
        if (item == end) {
            from = item;
            end = from + next_block(c, run, from, until, product, &all);
        }
        size_t stop = pair_end < end ? pair_end : end;
        if (!(all >> 24) && !k->states)
            trust_add_total(c->side + item, product + (item - from), stop - item, sums);
        else if (all >> 24)
            add_heavy(c->side + item, product + (item - from), stop - item, sums);
        else
            add_light(c->side + item, product + (item - from), stop - item, &lanes, sums);
        item = stop;
    }
}

static void fold(const struct trust_columns *c, size_t first, size_t count,
                 const struct trust_view *v, const struct decay *kept, const struct decay *broken,
                 struct sink *k)
{
    assert(v->seen_until <= v->as_of);
    bool compact =
        c->since && v->seen_until >= c->epoch && v->as_of <= c->epoch + (int64_t)UINT32_MAX;
    if (!compact) {
        fold_all_plain(c, first, count, v, kept, broken, k);
        return;
    }
    struct trust_run run = { .view = v,
                             .now = (uint32_t)(v->as_of - c->epoch),
                             .seen_until = (uint32_t)(v->seen_until - c->epoch),
                             .kept = kept,
                             .broken = broken };
    fold_blocks(c, first, count, &run, k);
}

void trust_fold(const struct trust_columns *c, size_t first, size_t count,
                const struct trust_view *v, const struct decay *kept, const struct decay *broken,
                struct trust_state *ret)
{
    struct sink k = { .states = ret };
    fold(c, first, count, v, kept, broken, &k);
}

void trust_fold_total(const struct trust_columns *c, size_t first, size_t count,
                      const struct trust_view *v, const struct decay *kept,
                      const struct decay *broken, struct trust_sum *ret)
{
    struct sink k = { .totals = ret };
    fold(c, first, count, v, kept, broken, &k);
}
