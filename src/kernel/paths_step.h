/*
 * What the two searches of paths.h share: their marks, their bars and their steps along a row.
 * Internal to paths_search.c and paths_forward.c.
 *
 * Products are scaled to four factors throughout (a missing hop counts PATHS_ONE), so that chains
 * of any length compare as whole numbers. bar[h] is the least product with which a chain of h hops
 * can still matter: the best one known, or one more than it when that one has fewer hops (at
 * equality the lower numbers decide), and what the caller already has enough of. Whatever bound
 * falls below it ends a row.
 */
#pragma once

#include "kernel/paths_search.h"

static const uint64_t one1 = PATHS_ONE, one2 = one1 * PATHS_ONE, one3 = one2 * PATHS_ONE;

/* What the search under way knows of an actor; a field counts when its stamp is the present one. */
struct mark {
    uint32_t target;                     /* stamp of the query */
    uint32_t blocked;                    /* stamps of the search */
    uint32_t two, two_product, two_from; /* two hops from the source, through two_from */
    uint32_t one, one_strength, one_end; /* one hop: to target one_end, or, forward, from source */
};

struct three {
    uint64_t product;
    uint32_t stamp, first, second; /* three hops from the source, through these */
};

struct paths_work {
    uint32_t actor_count, query, search;
    uint64_t scanned;
    struct mark *marks;
    uint32_t *list, *list3; /* actors marked with two (forward) or one (backward); with three */
    struct three *threes;   /* made when first needed */
    enum paths_way way;
};

static inline bool has_bit(const uint64_t *bits, uint32_t i)
{
    return !bits || (bits[i / 64] >> (i % 64) & 1);
}

static inline bool allowed(const struct paths_filter *f, uint32_t actor)
{
    return !f->allowed || has_bit(f->allowed, f->label ? f->label[actor] : 0);
}

struct search {
    const struct paths_graph *g;
    const struct paths_query *q;
    const struct paths_avoid *avoid;
    struct paths_work *w;
    uint32_t source, hops, stamp;
    uint64_t best_end, best_two; /* most of one hop to a target; of two from the source */
    uint64_t bar[PATHS_HOPS_MAX + 1];
    struct mark *marks;
    struct paths_chain best;
};

static inline void set_bars(struct search *s)
{
    for (uint32_t h = 1; h <= PATHS_HOPS_MAX; h++) {
        uint64_t known = s->best.product + (s->best.hops < h);
        s->bar[h] = known > s->avoid->least ? known : s->avoid->least;
    }
}

static inline bool is_target(const struct search *s, uint32_t v)
{
    return s->marks[v].target == s->w->query;
}

/* May v stand between the source and the target? */
static inline bool passes(const struct search *s, uint32_t v)
{
    const struct mark *m = &s->marks[v];
    return m->blocked != s->stamp && m->target != s->w->query && allowed(&s->q->filter, v) &&
           has_bit(s->q->filter.willing, v);
}

static inline bool touches(const struct search *s, uint32_t actor)
{
    for (uint32_t i = 0; i < s->avoid->tie_count; i++)
        if (s->avoid->ties[i].from == actor || s->avoid->ties[i].to == actor)
            return true;
    return false;
}

static inline bool banned(const struct search *s, uint32_t from, uint32_t to)
{
    for (uint32_t i = 0; i < s->avoid->tie_count; i++)
        if (s->avoid->ties[i].from == from && s->avoid->ties[i].to == to)
            return true;
    return false;
}

/* Takes the chain source, a, b, ... of `hops` when it comes before the best one. */
static inline void offer(struct search *s, uint64_t product, uint32_t hops, uint32_t a, uint32_t b,
                         uint32_t c, uint32_t d)
{
    if (product < s->bar[hops])
        return;
    struct paths_chain chain = { .hops = hops,
                                 .actors = { s->source, a, b, c, d },
                                 .product = product };
    if (s->best.hops == 0 || paths_compare(&chain, &s->best) < 0)
        s->best = chain;
    set_bars(s);
}

/* A row of arcs from (or, inward, to) one actor. */
struct row_of {
    const struct paths_arc *at, *end;
    bool banned; /* some tie of it is */
};

static inline struct row_of row_out(const struct search *s, uint32_t u)
{
    return (struct row_of){ s->g->out + s->g->out_start[u], s->g->out + s->g->out_start[u + 1],
                            touches(s, u) };
}

static inline struct row_of row_in(const struct search *s, uint32_t v)
{
    return (struct row_of){ s->g->in + s->g->in_start[v], s->g->in + s->g->in_start[v + 1],
                            touches(s, v) };
}

/* Rows are read in order but the actors on them are anywhere in memory: what is needed a few steps
 * on is asked for now. */
enum { STEPS_AHEAD = 4 };

static inline void ask_for_mark(const struct search *s, const struct row_of *row)
{
    if (row->end - row->at <= STEPS_AHEAD)
        return;
    __builtin_prefetch(&s->marks[row->at[STEPS_AHEAD].actor], 1);
    if (s->q->filter.label)
        __builtin_prefetch(&s->q->filter.label[row->at[STEPS_AHEAD].actor], 0);
}

static inline void ask_for_row(const struct row_of *row, const uint32_t *start,
                               const struct paths_arc *arcs)
{
    if (row->end - row->at > 2 * STEPS_AHEAD)
        __builtin_prefetch(&start[row->at[2 * STEPS_AHEAD].actor], 0);
    if (row->end - row->at > STEPS_AHEAD)
        __builtin_prefetch(&arcs[start[row->at[STEPS_AHEAD].actor]], 0);
}

/* Forward layers alone: the best chain into s->best (paths_forward.c). */
void paths_search_forward(struct search *s);
