/*
 * The shape of a network: where it would break, who stands between whom, who belongs together, and
 * which tie would be natural to add. Actors are numbers in order of their ids, ties are undirected.
 *
 * Cuts (structure_cuts.c). A point is an actor, a bridge a tie, without which its component falls
 * apart (Tarjan 1972, one depth-first search with its own stack: O(actors + ties), any depth).
 * What is cut off is told from `root`: the actors that it no longer reaches. Where the root is the
 * point itself or in another component, all but the largest piece are cut off, and of equals the
 * one that is first in the order of the search stays. Between two actors with several ties none is
 * a bridge.
 *
 * Brokers (structure_brokers.c). Betweenness (Freeman 1977, by Brandes 2001, equations 2-4): over
 * unordered pairs of others, the share of their shortest chains, counted in hops, that pass. With
 * fewer pivots than actors the sources are every n/k-th actor and the sums are stretched by n/k
 * (Brandes, Pich 2007): an estimate, the same one every time. Constraint (Burt 1992, equation 2.4):
 *
 *   c_i = sum over j != i of (p_ij + sum over q of p_iq p_qj)^2,   p_ij = w_ij / sum over k of w_ik
 *
 * near 0 for whoever joins people who do not know each other; 1 and more inside one clique. As in
 * Burt's equation j runs over the contacts of i. An actor without ties has none: NAN.
 *
 * Communities (structure_groups.c). Louvain's method (Blondel, Guillaume, Lambiotte, Lefebvre 2008)
 * on weights, made one particular answer: actors move in order of number, to the community of the
 * largest gain in modularity (Newman, Girvan 2004), only when it gains, of equals to the lowest
 * number; gains are compared as whole numbers. A community that came out in pieces (Traag, Waltman,
 * van Eck 2019) is split into them, which never lowers modularity.
 *
 * Links (structure_links.c). Who to meet through whom: Adamic and Adar's index (2003) with each
 * common contact counted by how far both sides trust it,
 *
 *   score(u, v) = sum over common w of s_uw s_wv / ln(degree w)
 *
 * where s is the tie's strength; trust decays, so contacts who are losing touch count less.
 *
 * Units: strengths are whole numbers 1..STRUCTURE_ONE. Memory: 9 bytes a tie and direction, 4 an
 * actor; work memory of a search up to 40 bytes an actor, 20 of links. No I/O, no clock, no labels:
 * what a viewer may not read must not be among the ties. Figures are quantised to 1e-9.
 */
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum { STRUCTURE_ONE = 10000, STRUCTURE_NONE = -1, STRUCTURE_VIA_MAX = 3 };
static const uint32_t structure_nobody = UINT32_MAX;

/* Rows of ties both ways, in ascending order of the other end; each pair once. */
struct structure_graph {
    uint32_t node_count, tie_count;
    uint32_t *start; /* node_count + 1 */
    uint32_t *to, *strength;
    uint8_t *several; /* more than one tie between the two */
};

/* Ties a[i] - b[i]. Of ties between the same two the strongest counts; a tie of an actor to itself
 * does not. EN_INVALID for an actor or strength out of range; EN_TOO_LARGE; EN_NO_MEMORY. On
 * failure *ret is untouched. Free with structure_graph_done. */
int structure_graph_init(const uint32_t *a, const uint32_t *b, const uint32_t *strength,
                         uint32_t tie_count, uint32_t node_count, struct error *err,
                         struct structure_graph *ret);
void structure_graph_done(struct structure_graph *g);
size_t structure_graph_bytes(const struct structure_graph *g);
static inline uint32_t structure_degree(const struct structure_graph *g, uint32_t node)
{
    return g->start[node + 1] - g->start[node];
}
/* Where the tie stands in a's row, or STRUCTURE_NONE. */
int64_t structure_find(const struct structure_graph *g, uint32_t a, uint32_t b);
/* How many actors are at most so many hops from `from`, itself not counted. ret_hops: each actor's
 * distance (structure_nobody when it is farther), or NULL. EN_NO_MEMORY. */
int structure_reach(const struct structure_graph *g, uint32_t from, uint32_t hops,
                    struct error *err, uint32_t *ret_hops, uint32_t *ret_count);

/* ---- cuts ---- */

/* Actors order[first] .. order[first + count - 1]. */
struct structure_range {
    uint32_t first, count;
};

struct structure_cut {
    uint32_t a, b;                /* a point: a, and b is structure_nobody; a bridge: a < b */
    uint32_t ranges, range_count; /* whom it cuts off, in `ranges` */
    uint32_t cut_off;             /* how many that is */
    uint32_t pieces;              /* that the component falls into */
};

struct structure_cuts {
    uint32_t *order;     /* all actors, each component together, the root's first */
    uint32_t *component; /* per actor, numbered in that order */
    uint32_t component_count;
    struct structure_range *ranges;
    uint32_t range_count;
    struct structure_cut *points;  /* in ascending order of actor */
    struct structure_cut *bridges; /* in ascending order of a, b */
    uint32_t point_count, bridge_count;
};

/* root: an actor or structure_nobody. EN_INVALID, EN_NO_MEMORY; free with structure_cuts_done. */
int structure_cuts_init(const struct structure_graph *g, uint32_t root, struct error *err,
                        struct structure_cuts *ret);
void structure_cuts_done(struct structure_cuts *c);

/* ---- brokers ---- */

/* pivots: sources to search from; as many as there are actors or more is exact. */
int structure_betweenness(const struct structure_graph *g, uint32_t pivots, struct error *err,
                          double *ret);
/* The most pivots whose searches look at no more than this many ties in all, at least 1. */
uint32_t structure_pivots(const struct structure_graph *g, uint64_t steps);
int structure_constraint(const struct structure_graph *g, struct error *err, double *ret);

/* ---- communities ---- */

/* ret_group: each actor's community, numbered by their lowest members. */
int structure_communities(const struct structure_graph *g, struct error *err, uint32_t *ret_group,
                          uint32_t *ret_count);
/* (inside - expected) / all; 0 without ties. */
double structure_modularity(const struct structure_graph *g, const uint32_t *group);

/* ---- links ---- */

struct structure_link {
    uint32_t node;
    double score;
    uint32_t common;                 /* contacts that both have */
    uint32_t via[STRUCTURE_VIA_MAX]; /* those that count most, in order */
    uint32_t via_count;
};

/* Memory that one question leaves to the next; for graphs of as many actors, of one thread at a
 * time. NULL without memory. */
struct structure_links_work;
struct structure_links_work *structure_links_work_new(const struct structure_graph *g);
void structure_links_work_free(struct structure_links_work *w);

/* The best `count` actors that `of` has no tie with; in order of score, then number. EN_INVALID for
 * an unknown actor, or work memory of another size. */
int structure_links(const struct structure_graph *g, uint32_t of, uint32_t count,
                    struct structure_links_work *w, struct error *err, struct structure_link *ret,
                    uint32_t *ret_count);
