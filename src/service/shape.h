/*
 * The network as one viewer may read it, as arrays for the kernel (kernel/structure.h): every
 * readable actor, and the ties between them that are in force on a day (shape_network.h).
 *
 *   relationship  strength: the mean of the two sides' trust forecasts, folded for this viewer
 *   posting       between a person and the position held, as strong as a tie can be
 *   unit          between an actor and the one it is part of, as strong; not with a state, which
 *                 is no contact of all that is in it
 *
 * A membership is no tie here, nor is an access: the one is no contact that anybody keeps up, and
 * the other leads one way. A shape is one question's view of a network that others may look at,
 * too: nothing is changed through it.
 */
#pragma once

#include "service/bodies.h"
#include "service/shape_network.h"

enum { SHAPE_INSTRUMENTS = 6 };

struct shape {
    struct node *node;
    struct snapshot *snapshot;
    struct arena *arena; /* the snapshot's */
    int64_t as_of;       /* seconds */
    const struct shape_actor *actors;
    uint32_t actor_count, tied_count;
    const struct shape_tie *ties; /* by a, b, record */
    uint32_t tie_count;
    struct structure_graph graph;        /* the network's */
    const struct shape_network *network; /* released by shape_done */
};

/* as_of: seconds; those of shape_day are kept. Free with shape_done, also after a failure. */
int shape_open(struct node *n, struct snapshot *s, int64_t as_of, struct error *err,
               struct shape *ret);
/* The same for answers about the network as a whole: all that is in its graph is marked. */
int shape_read(struct node *n, struct snapshot *s, int64_t as_of, struct error *err,
               struct shape *ret);
void shape_done(struct shape *x);
/* structure_nobody when there is no such actor for this viewer. */
uint32_t shape_find(const struct shape *x, struct slice id);
/* The first tie that is stated from a to b, or NULL. */
const struct shape_tie *shape_tie_between(const struct shape *x, uint32_t a, uint32_t b);
/* Is the actor `top` or part of it? */
bool shape_under(const struct shape *x, uint32_t actor, uint32_t top);
/* Marks per actor: a relationship with `of` is in force. In the arena; NULL without memory. */
bool *shape_partners(const struct shape *x, uint32_t of);
/* What a priority weighs: T1 16, T2 8, T3 4, T4 2, T5 1, unset 2. */
int64_t shape_weight(struct slice priority);
/* Open needs that are not over, the most important first, at most LIMIT_HEALTH_NEEDS. */
int shape_needs(struct snapshot *s, int64_t as_of, struct error *err, struct bodies *ret);

/* The number of the actor among these, which stand by id; structure_nobody when it is not there. */
uint32_t shape_actor_find(const struct shape_actor *actors, uint32_t count, struct slice id);
