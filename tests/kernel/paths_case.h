/* A random small graph with filters and targets, and a slow and obvious enumerator of its chains:
 * every simple chain up to the hop limit, sorted by the order of paths.h. */
#pragma once

#include "kernel/paths.h"
#include "random.h"

#include <stdlib.h>
#include <string.h>

enum { CASE_ACTORS = 12, CASE_ARCS = 80, CASE_LABELS = 5, CASE_CHAINS = 40000 };

struct paths_case {
    uint32_t actors, arcs;
    uint32_t from[CASE_ARCS], to[CASE_ARCS];
    uint16_t strength[CASE_ARCS];
    uint32_t matrix[CASE_ACTORS][CASE_ACTORS]; /* strongest tie, 0 for none */
    uint32_t label[CASE_ACTORS];
    uint64_t allowed, willing;
    uint32_t targets[CASE_ACTORS];
    struct paths_query query;
};

struct enumeration {
    const struct paths_case *c;
    bool banned[CASE_ACTORS][CASE_ACTORS], avoided[CASE_ACTORS];
    struct paths_chain *chains;
    uint32_t count;
};

static inline void case_make(struct random *r, struct paths_case *c)
{
    static const uint16_t levels[] = { 10000, 9000, 5000, 2500, 10000, 1 };
    bool few = random_below(r, 3) > 0; /* few levels: many equal products */
    memset(c, 0, sizeof(*c));
    c->actors = 2 + (uint32_t)(random_below(r, 4) ? 5 + random_below(r, 6) : random_below(r, 5));
    c->arcs = random_below(r, 4) ? CASE_ARCS - (uint32_t)random_below(r, CASE_ARCS / 2)
                                 : (uint32_t)random_below(r, CASE_ARCS / 2);
    for (uint32_t i = 0; i < c->arcs; i++) {
        c->from[i] = (uint32_t)random_below(r, c->actors);
        c->to[i] = (uint32_t)random_below(r, c->actors);
        c->strength[i] = few ? levels[random_below(r, 6)] : (uint16_t)(1 + random_below(r, 10000));
        uint32_t *cell = &c->matrix[c->from[i]][c->to[i]];
        if (c->from[i] != c->to[i] && *cell < c->strength[i])
            *cell = c->strength[i];
    }
    bool filtered = random_below(r, 3) == 0;
    c->allowed = filtered ? random_next(r) | random_next(r) : UINT64_MAX;
    c->willing = filtered ? random_next(r) | random_next(r) : UINT64_MAX;
    for (uint32_t v = 0; v < c->actors; v++)
        c->label[v] = (uint32_t)random_below(r, CASE_LABELS);
    c->query =
        (struct paths_query){ .source = (uint32_t)random_below(r, c->actors),
                              .targets = c->targets,
                              .target_count = 1,
                              .hops = 1 + (uint32_t)(random_below(r, 2) ? 3 : random_below(r, 3)),
                              .filter = { c->label, &c->allowed, &c->willing } };
    if (random_below(r, 2))
        c->query.target_count = (uint32_t)random_below(r, c->actors);
    for (uint32_t i = 0; i < c->query.target_count; i++)
        c->targets[i] = (uint32_t)random_below(r, c->actors);
}

static inline bool case_is_target(const struct paths_case *c, uint32_t v)
{
    for (uint32_t i = 0; i < c->query.target_count; i++)
        if (c->targets[i] == v && v != c->query.source)
            return true;
    return false;
}

static inline bool case_allows(const struct paths_case *c, uint32_t v)
{
    return c->allowed >> c->label[v] & 1;
}

/* Goes on from the last actor of a chain in every way there is. */
static inline void enumerate_from(struct enumeration *e, struct paths_chain chain)
{
    const struct paths_case *c = e->c;
    uint32_t u = chain.actors[chain.hops];
    if (chain.hops > 0 && case_is_target(c, u)) {
        uint64_t product = 1;
        for (uint32_t i = 0; i < PATHS_HOPS_MAX; i++)
            product *= i < chain.hops ? chain.strength[i] : PATHS_ONE;
        chain.product = product;
        if (e->count < CASE_CHAINS)
            e->chains[e->count] = chain;
        e->count++;
        return;
    }
    if (chain.hops == c->query.hops || (chain.hops > 0 && !(c->willing >> u & 1)))
        return;
    for (uint32_t v = 0; v < c->actors; v++) {
        bool met = false;
        for (uint32_t i = 0; i <= chain.hops; i++)
            met |= chain.actors[i] == v;
        if (met || !c->matrix[u][v] || e->banned[u][v] || e->avoided[v] || !case_allows(c, v))
            continue;
        struct paths_chain next = chain;
        next.strength[next.hops++] = c->matrix[u][v];
        next.actors[next.hops] = v;
        enumerate_from(e, next);
    }
}

static inline int compare_chains(const void *a, const void *b)
{
    return paths_compare(a, b);
}

/* All chains of the case that keep to the bans of e, best first. */
static inline void enumerate(struct enumeration *e)
{
    struct paths_chain start = { .actors = { e->c->query.source } };
    e->count = 0;
    enumerate_from(e, start);
    if (e->count <= CASE_CHAINS)
        qsort(e->chains, e->count, sizeof(*e->chains), compare_chains);
}
