/*
 * Alternatives of paths.h: the k best chains, and chains that share nothing.
 *
 * Invariant: every chain handed out is the best of all that the ones before it leave open.
 */
#include "kernel/paths_search.h"

#include <stdlib.h>
#include <string.h>

/* A chain found but not yet taken; it leaves the taken ones it came from at `deviation`. */
struct candidate {
    struct paths_chain chain;
    uint32_t deviation;
};

struct yen {
    const struct paths_graph *g;
    const struct paths_query *q;
    struct paths_work *w;
    struct paths_chain *taken;
    uint32_t deviation[PATHS_CHAINS_MAX];
    uint32_t taken_count, wanted;
    struct candidate waiting[PATHS_CHAINS_MAX * PATHS_HOPS_MAX];
    uint32_t waiting_count;
};

int paths_best(const struct paths_graph *g, const struct paths_query *q, struct paths_work *w,
               struct error *err, struct paths_chain *ret)
{
    struct paths_avoid nothing;
    nothing.least = nothing.tie_count = nothing.actor_count = 0;
    int code = paths_begin(g, q, w, err);
    if (code == 0)
        paths_search(g, q, q->source, q->hops, &nothing, w, ret);
    return code;
}

/* The product of the whole, scaled to four factors. */
static uint64_t product_of(const struct paths_chain *c)
{
    uint64_t product = 1;
    for (uint32_t i = 0; i < PATHS_HOPS_MAX; i++)
        product *= i < c->hops ? c->strength[i] : PATHS_ONE;
    return product;
}

static struct paths_chain join(const struct paths_chain *prefix, uint32_t at,
                               const struct paths_chain *rest)
{
    struct paths_chain c = { .hops = at + rest->hops };
    for (uint32_t i = 0; i <= c.hops; i++)
        c.actors[i] = i < at ? prefix->actors[i] : rest->actors[i - at];
    for (uint32_t i = 0; i < c.hops; i++)
        c.strength[i] = i < at ? prefix->strength[i] : rest->strength[i - at];
    c.product = product_of(&c);
    return c;
}

static bool same_prefix(const struct paths_chain *a, const struct paths_chain *b, uint32_t at)
{
    return a->hops > at && memcmp(a->actors, b->actors, (at + 1) * sizeof(*a->actors)) == 0;
}

static int compare_products(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return *x > *y ? -1 : *x < *y;
}

/* As many chains wait as are still wanted: a smaller product than the last of them is not taken. */
static uint64_t least_wanted(const struct yen *y)
{
    uint64_t products[PATHS_CHAINS_MAX * PATHS_HOPS_MAX];
    uint32_t missing = y->wanted - y->taken_count;
    if (y->waiting_count < missing)
        return 0;
    for (uint32_t i = 0; i < y->waiting_count; i++)
        products[i] = y->waiting[i].chain.product;
    qsort(products, y->waiting_count, sizeof(*products), compare_products);
    return products[missing - 1];
}

/* The least product of the rest, scaled to four factors, with which the whole is not below it. */
static uint64_t least_rest(uint64_t whole, const struct paths_chain *prefix, uint32_t at)
{
    unsigned __int128 scaled = whole;
    uint64_t before = 1;
    for (uint32_t i = 0; i < at; i++) {
        before *= prefix->strength[i];
        scaled *= PATHS_ONE;
    }
    scaled = (scaled + before - 1) / before;
    return scaled > UINT64_MAX ? UINT64_MAX : (uint64_t)scaled;
}

/* The best chain that begins like the last one taken up to hop `at` and then leaves all taken. */
static void branch(struct yen *y, uint32_t at)
{
    const struct paths_chain *last = &y->taken[y->taken_count - 1];
    struct paths_avoid avoid;
    struct paths_chain rest;
    avoid.least = least_rest(least_wanted(y), last, at);
    avoid.tie_count = 0;
    avoid.actor_count = at;
    memcpy(avoid.actors, last->actors, at * sizeof(*avoid.actors));
    for (uint32_t i = 0; i < y->taken_count; i++)
        if (same_prefix(&y->taken[i], last, at))
            avoid.ties[avoid.tie_count++] =
                (struct paths_ban){ last->actors[at], y->taken[i].actors[at + 1] };
    paths_search(y->g, y->q, last->actors[at], y->q->hops - at, &avoid, y->w, &rest);
    if (rest.hops)
        y->waiting[y->waiting_count++] = (struct candidate){ join(last, at, &rest), at };
}

/* Moves the best waiting chain to the taken ones; false when none waits. */
static bool take(struct yen *y)
{
    uint32_t best = 0;
    if (y->waiting_count == 0)
        return false;
    for (uint32_t i = 1; i < y->waiting_count; i++)
        if (paths_compare(&y->waiting[i].chain, &y->waiting[best].chain) < 0)
            best = i;
    y->taken[y->taken_count] = y->waiting[best].chain;
    y->deviation[y->taken_count++] = y->waiting[best].deviation;
    y->waiting[best] = y->waiting[--y->waiting_count];
    return true;
}

static int check_count(uint32_t count, struct error *err)
{
    if (count < 1 || count > PATHS_CHAINS_MAX)
        return error_set(err, EN_INVALID, "the number of chains must be 1 to %d", PATHS_CHAINS_MAX);
    return 0;
}

int paths_k_best(const struct paths_graph *g, const struct paths_query *q, uint32_t count,
                 struct paths_work *w, struct error *err, struct paths_chain *ret,
                 uint32_t *ret_count)
{
    struct yen y;
    y.g = g;
    y.q = q;
    y.w = w;
    y.taken = ret;
    y.wanted = count;
    y.taken_count = y.waiting_count = 0;
    int code = check_count(count, err);
    if (code == 0)
        code = paths_begin(g, q, w, err);
    if (code < 0)
        return code;
    struct paths_avoid nothing;
    nothing.least = nothing.tie_count = nothing.actor_count = 0;
    paths_search(g, q, q->source, q->hops, &nothing, w, &y.waiting[0].chain);
    y.waiting[0].deviation = 0;
    y.waiting_count = y.waiting[0].chain.hops > 0;
    while (take(&y) && y.taken_count < count) {
        /* before its deviation the chain's branches are those of the ones it came from */
        uint32_t last = y.taken_count - 1;
        for (uint32_t at = ret[last].hops; at > y.deviation[last]; at--)
            branch(&y, at - 1);
    }
    *ret_count = y.taken_count;
    return 0;
}

static void avoid_chain(struct paths_avoid *a, const struct paths_chain *c, enum paths_disjoint how)
{
    for (uint32_t i = 0; i < c->hops; i++)
        a->ties[a->tie_count++] = (struct paths_ban){ c->actors[i], c->actors[i + 1] };
    for (uint32_t i = 1; how == PATHS_NODE_DISJOINT && i < c->hops; i++)
        a->actors[a->actor_count++] = c->actors[i];
}

int paths_disjoint(const struct paths_graph *g, const struct paths_query *q, uint32_t count,
                   enum paths_disjoint how, struct paths_work *w, struct error *err,
                   struct paths_chain *ret, uint32_t *ret_count)
{
    struct paths_avoid avoid;
    avoid.least = avoid.tie_count = avoid.actor_count = 0;
    uint32_t found = 0;
    int code = check_count(count, err);
    if (code == 0)
        code = paths_begin(g, q, w, err);
    if (code < 0)
        return code;
    while (found < count) {
        paths_search(g, q, q->source, q->hops, &avoid, w, &ret[found]);
        if (ret[found].hops == 0)
            break;
        avoid_chain(&avoid, &ret[found++], how);
    }
    *ret_count = found;
    return 0;
}
