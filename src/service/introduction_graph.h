/*
 * The ties along which a viewer may be introduced, as arrays for the kernel (kernel/paths.h).
 *
 * A tie u -> v says that u can introduce to v. Its strength is
 *   relationship  the trust forecast of u in v, folded for this viewer; times the policy's factor
 *                 when the relationship is dormant (priority T5 or posture dormant): weak, not
 *                 absent. Both ways, one for each side; interpersonal and institutional alike
 *   posting       between a person and the position held, both ways: stated in the policy
 *   unit          between an actor and the one it is part of, both ways: stated in the policy
 *   access        from its holder to whom, or to the thing, that the access is to: policy, by its
 *                 stated strength, and weak when none is stated
 * each from a readable record that is in force at the date. A membership alone introduces nobody.
 * Of several ties between two the strongest counts, then the sort first named above, then the lower
 * id of its record.
 *
 * Invariant: actors are numbered by the order of their ids, so that what the viewer may not read
 * changes neither an order nor a choice between equals.
 */
#pragma once

#include "kernel/paths.h"
#include "service/trust.h"

enum introduction_basis { BASIS_RELATIONSHIP, BASIS_POSTING, BASIS_UNIT, BASIS_ACCESS };

struct introduction_tie {
    uint32_t from, to;
    uint16_t strength; /* of PATHS_ONE */
    enum introduction_basis basis;
    bool dormant;
    bool interpersonal;
    struct slice record; /* that states it */
};

struct introduction_actor {
    struct slice id;
    struct slice country;
    uint32_t label;
    bool ended; /* has ceased to be: introduces nobody and is no one to be introduced to */
};

struct introduction_graph {
    struct node *node;
    struct snapshot *snapshot;
    struct arena *arena;
    int64_t as_of; /* seconds */
    struct introduction_actor *actors;
    uint32_t actor_count;
    struct introduction_tie *ties; /* after introduction_graph_settle: by from and to, once each */
    size_t tie_count, tie_capacity;
    struct paths_graph paths; /* of actor_count + 1 actors: the last is the thing asked for */
    uint32_t *labels;
    uint64_t *willing;
};

/* Reads actors and ties; d folds the trust. Everything but the kernel's arrays is in the snapshot's
 * arena. Free with introduction_graph_done, also after a failure. */
int introduction_graph_read(struct node *n, struct snapshot *s, struct trust_desk *d, int64_t as_of,
                            struct error *err, struct introduction_graph *ret);
/* A further tie; the thing asked for has the number actor_count. */
int introduction_graph_add(struct introduction_graph *g, const struct introduction_tie *tie);
/* Makes the kernel's graph of all ties added. */
int introduction_graph_settle(struct introduction_graph *g, struct error *err);
void introduction_graph_done(struct introduction_graph *g);

/* UINT32_MAX when there is no such actor that the viewer may read. */
uint32_t introduction_actor_find(const struct introduction_graph *g, struct slice id);
/* NULL when there is none; of a settled graph. */
const struct introduction_tie *introduction_tie_find(const struct introduction_graph *g,
                                                     uint32_t from, uint32_t to);
/* Do these dates ("": open) hold at the graph's date? */
bool introduction_in_force(const struct introduction_graph *g, struct slice from,
                           struct slice until);
/* The policy's strength of an access. */
uint16_t introduction_access_strength(const struct introduction_graph *g, struct slice word);
