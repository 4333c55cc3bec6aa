/*
 * Pair index of pair_index.h: two stable counting sorts give rows in order. No comparison sort, so
 * the result depends on the pairs alone.
 */
#include "kernel/pair_index.h"

#include "base/fault.h"

#include <stdlib.h>

void pair_index_done(struct pair_index *x)
{
    base_free(x->truster);
    base_free(x->trustee);
    base_free(x->out_start);
    base_free(x->out);
    base_free(x->in_start);
    base_free(x->in);
    base_free(x->reverse);
    *x = (struct pair_index){ 0 };
}

static uint32_t *array_of(size_t count)
{
    return base_malloc((count ? count : 1) * sizeof(uint32_t));
}

static bool allocate(struct pair_index *x)
{
    x->truster = array_of(x->pair_count);
    x->trustee = array_of(x->pair_count);
    x->out = array_of(x->pair_count);
    x->in = array_of(x->pair_count);
    x->out_start = array_of((size_t)x->actor_count + 1);
    x->in_start = array_of((size_t)x->actor_count + 1);
    x->reverse = base_malloc((x->pair_count ? x->pair_count : 1) * sizeof(int64_t));
    return x->truster && x->trustee && x->out && x->in && x->out_start && x->in_start && x->reverse;
}

/* Stable counting sort of order[] (NULL: 0, 1, 2 ...) by key; leaves row starts in start[]. */
static void sort_by(const uint32_t *key, const uint32_t *order, uint32_t count, uint32_t keys,
                    uint32_t *start, uint32_t *ret)
{
    for (uint32_t k = 0; k <= keys; k++)
        start[k] = 0;
    for (uint32_t i = 0; i < count; i++)
        start[key[i] + 1]++;
    for (uint32_t k = 0; k < keys; k++)
        start[k + 1] += start[k];
    for (uint32_t i = 0; i < count; i++) {
        uint32_t pair = order ? order[i] : i;
        ret[start[key[pair]]++] = pair;
    }
    for (uint32_t k = keys; k > 0; k--)
        start[k] = start[k - 1];
    start[0] = 0;
}

/* Position in row[from, until) of the first pair whose far end is not below `end`. */
static uint32_t lower_bound(const uint32_t *row, const uint32_t *far_end, uint32_t from,
                            uint32_t until, uint32_t end)
{
    while (from < until) {
        uint32_t middle = from + (until - from) / 2;
        if (far_end[row[middle]] < end)
            from = middle + 1;
        else
            until = middle;
    }
    return from;
}

int64_t pair_index_find(const struct pair_index *x, uint32_t truster, uint32_t trustee)
{
    uint32_t until = x->out_start[truster + 1];
    uint32_t at = lower_bound(x->out, x->trustee, x->out_start[truster], until, trustee);
    return at < until && x->trustee[x->out[at]] == trustee ? (int64_t)x->out[at] : PAIR_NONE;
}

static bool has_duplicate(const struct pair_index *x)
{
    for (uint32_t i = 1; i < x->pair_count; i++) {
        uint32_t a = x->out[i - 1], b = x->out[i];
        if (x->truster[a] == x->truster[b] && x->trustee[a] == x->trustee[b])
            return true;
    }
    return false;
}

int pair_index_init(const uint32_t *truster, const uint32_t *trustee, uint32_t pair_count,
                    uint32_t actor_count, struct error *err, struct pair_index *ret)
{
    struct pair_index x = { .actor_count = actor_count, .pair_count = pair_count };
    for (uint32_t i = 0; i < pair_count; i++) {
        if (truster[i] >= actor_count || trustee[i] >= actor_count)
            return error_set(err, EN_INVALID, "pair %u names an unknown actor", i);
    }
    if (!allocate(&x)) {
        pair_index_done(&x);
        return error_set(err, EN_NO_MEMORY, "no memory for %u pairs", pair_count);
    }
    for (uint32_t i = 0; i < pair_count; i++) {
        x.truster[i] = truster[i];
        x.trustee[i] = trustee[i];
    }
    /* by trustee, then by truster: rows of out are ascending in trustee; and the other way round */
    sort_by(trustee, NULL, pair_count, actor_count, x.in_start, x.in);
    sort_by(truster, x.in, pair_count, actor_count, x.out_start, x.out);
    sort_by(trustee, x.out, pair_count, actor_count, x.in_start, x.in);
    if (has_duplicate(&x)) {
        pair_index_done(&x);
        return error_set(err, EN_INVALID, "a pair occurs twice");
    }
    for (uint32_t i = 0; i < pair_count; i++)
        x.reverse[i] = pair_index_find(&x, trustee[i], truster[i]);
    *ret = x;
    return 0;
}
