/*
 * Who can introduce us: the most reliable chain of ties from one actor to another, or to any of a
 * set, of at most four hops.
 *
 * A chain source = v0 -> v1 -> ... -> vh holds when every tie of it does; ties hold independently,
 * so its reliability is the product of their strengths. Strengths are whole numbers 1..PATHS_ONE
 * (a ten-thousandth: no trust is known better), so a product of four is exact in 64 bits and no
 * rounding decides anything. Chains are ordered totally:
 *
 *   the larger product, then fewer hops, then the lower numbers v1, v2, ... (call actors in order
 *   of their ids, and the lower id comes first)
 *
 * which makes every answer here one particular answer. Chains are loopless and end at the first
 * target they meet. Filters are tested in the innermost loop: `allowed` (label numbers the viewer
 * may read) binds everyone but the source, `willing` (who introduces) the intermediaries only.
 *
 * Search (paths_search.c, paths_forward.c), exact: rows of arcs are sorted by falling strength, so
 * a row is left at its first arc that cannot reach the best product known. Two hops forward and two
 * backward meet in the middle (Pohl 1971), O(d^2) arcs scanned at mean degree d instead of O(d^4),
 * mostly far fewer; to a large set forward layers alone, since a member is soon met. A partial
 * chain to v is dominated by one to v with no more hops and no smaller product: a chain that the
 * better one would meet twice is itself worse than the one that leaves out the circle, as no
 * product grows.
 *
 * Alternatives (paths_alternatives.c): the k best loopless chains (Yen 1971, without repeats as
 * Lawler 1972); and chains disjoint in ties or in intermediaries, taken greedily: the best, then
 * the best that shares nothing with those before. Greedy, since the best pair of bounded length
 * is NP-hard (Itai, Perl, Shiloach 1982); the first chain is always the best one there is.
 *
 * Memory: 8 bytes an arc and direction, 8 bytes an actor; 10 M ties trusted both ways among 1 M
 * actors take 328 MB, and 4 MB of labels. Work memory: 36 bytes an actor, 64 once a large set is
 * asked for. No I/O, no clock, no labels beyond their numbers.
 */
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    PATHS_HOPS_MAX = 4,
    PATHS_ONE = 10000,     /* strength 1 */
    PATHS_CHAINS_MAX = 16, /* alternatives of one answer */
};

struct paths_arc {
    uint32_t actor; /* the other end */
    uint32_t strength;
};

/* Rows of arcs both ways; within a row by falling strength, then by rising number. */
struct paths_graph {
    uint32_t actor_count, arc_count;
    uint32_t *out_start, *in_start; /* actor_count + 1 each */
    struct paths_arc *out, *in;
};

/* A real strength in (0, 1] as a whole number; what rounds to 0 is 1. */
uint32_t paths_strength(double strength);

/* Arcs from[i] -> to[i]. Of arcs between the same two the strongest counts; an arc from an actor to
 * itself does not. EN_INVALID for an unknown actor or a strength outside 1..PATHS_ONE;
 * EN_NO_MEMORY. On failure *ret is untouched. Free with paths_graph_done. */
int paths_graph_init(const uint32_t *from, const uint32_t *to, const uint16_t *strength,
                     uint32_t arc_count, uint32_t actor_count, struct error *err,
                     struct paths_graph *ret);
void paths_graph_done(struct paths_graph *g);
size_t paths_graph_bytes(const struct paths_graph *g);
/* The strength of the arc, 0 when there is none. */
uint32_t paths_arc_strength(const struct paths_graph *g, uint32_t from, uint32_t to);

struct paths_filter {
    const uint32_t *label;   /* number of each actor's label; NULL: all 0 */
    const uint64_t *allowed; /* bit per label number; NULL: all */
    const uint64_t *willing; /* bit per actor; NULL: all */
};

/* Which search; both give the same. AUTO picks by the ties that end at the targets. */
enum paths_way { PATHS_AUTO, PATHS_FROM_BOTH_ENDS, PATHS_FORWARD };

struct paths_query {
    uint32_t source;
    const uint32_t *targets; /* the source among them is no target */
    uint32_t target_count;
    uint32_t hops; /* 1..PATHS_HOPS_MAX */
    struct paths_filter filter;
    enum paths_way way;
};

struct paths_chain {
    uint32_t hops; /* 0: there is none */
    uint32_t actors[PATHS_HOPS_MAX + 1];
    uint32_t strength[PATHS_HOPS_MAX]; /* of each tie */
    uint64_t product;                  /* of PATHS_ONE^4 */
};

double paths_probability(const struct paths_chain *c);
/* Below 0 when a comes first. */
int paths_compare(const struct paths_chain *a, const struct paths_chain *b);

/* Memory that one search leaves to the next; for one graph, of one thread at a time. */
struct paths_work;
struct paths_work *paths_work_new(const struct paths_graph *g);
void paths_work_free(struct paths_work *w);
uint64_t paths_work_scanned(const struct paths_work *w); /* arcs looked at, ever */

/* EN_INVALID for a query out of range, EN_NO_MEMORY; *ret with hops 0 when there is no chain. */
int paths_best(const struct paths_graph *g, const struct paths_query *q, struct paths_work *w,
               struct error *err, struct paths_chain *ret);

/* Up to `count` (1..PATHS_CHAINS_MAX) chains in order, into ret[count]. */
int paths_k_best(const struct paths_graph *g, const struct paths_query *q, uint32_t count,
                 struct paths_work *w, struct error *err, struct paths_chain *ret,
                 uint32_t *ret_count);

enum paths_disjoint { PATHS_NODE_DISJOINT, PATHS_EDGE_DISJOINT };
/* The first is the best; no later one uses a tie of an earlier one or, node-disjoint, passes
 * through one of its intermediaries. */
int paths_disjoint(const struct paths_graph *g, const struct paths_query *q, uint32_t count,
                   enum paths_disjoint how, struct paths_work *w, struct error *err,
                   struct paths_chain *ret, uint32_t *ret_count);
