/*
 * Introductions: who can introduce us to an actor, or to anyone who gives access to a region, a
 * capability or a topic; the most reliable chains of ties (introduction_graph.h, kernel/paths.h),
 * each explained.
 *
 * Who gives access: to a region, actors there (their country or a region of theirs lies in it) and
 * holders of an access to it, or to an area that contains it or lies in it; to a capability,
 * whoever brings an offer of it or of what answers it (options_concepts.c: narrower ones, and what
 * an exact mapping says is the same), and holders of an access that names one of them; to a topic,
 * holders of accesses and bringers of offers that have its words. An access is itself the last tie
 * of a chain, with its own strength; being there and offering are named beside the chain.
 *
 * Nobody is introduced through an actor that has ceased to be, nor through the one left out.
 */
#pragma once

#include "service/introduction_graph.h"

enum introduction_what {
    INTRODUCE_TO_ACTOR,
    INTRODUCE_TO_REGION,
    INTRODUCE_TO_CAPABILITY,
    INTRODUCE_TO_TOPIC,
};

struct introduction_query {
    struct slice of;
    enum introduction_what what;
    struct slice asked;   /* id, code or words */
    struct slice without; /* an actor who is not to introduce, or empty */
    uint32_t hops, count; /* within the kernel's limits */
    int64_t as_of;        /* seconds */
};

/* Why an actor is an end of a chain, beside a tie. */
struct introduction_giving {
    const char *basis;   /* "place", "offer"; NULL: the actor is the one asked for */
    struct slice record; /* the actor or the offer */
};

struct introduction_answer {
    struct introduction_graph graph;
    uint32_t source;
    struct introduction_giving *givings; /* by actor */
    struct paths_chain best[PATHS_CHAINS_MAX], node_disjoint[PATHS_CHAINS_MAX],
        edge_disjoint[PATHS_CHAINS_MAX];
    uint32_t best_count, node_disjoint_count, edge_disjoint_count;
    const char *none_reason; /* NULL when there is a chain */
};

/* of and, for an actor or a capability, asked are ids of records that the viewer may read. */
int introductions_find(struct node *n, struct snapshot *s, const struct introduction_query *q,
                       struct error *err, struct introduction_answer *ret);
/* Writes "paths", "disjoint", "edge_disjoint" and, without any, "none_reason" into the open object.
 */
int introductions_write(const struct introduction_answer *a, struct trust_desk *d, struct render *r,
                        struct error *err);
void introductions_done(struct introduction_answer *a);

/* A chain as an object, in the open array or behind the open key; gives: why its last actor counts,
 * or NULL. */
int introductions_write_chain(const struct introduction_graph *g, struct trust_desk *d,
                              struct render *r, const struct paths_chain *c,
                              const struct introduction_giving *gives, struct error *err);

/* Do these actors make a chain of ties now? EN_INVALID names the first that does not. *ret_label is
 * the join of the actors' labels and those of the records behind the ties. */
int introductions_check_path(struct node *n, struct snapshot *s, const struct slice *actors,
                             uint32_t count, int64_t as_of, struct error *err,
                             const struct label **ret_label);
