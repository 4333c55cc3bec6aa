/*
 * The network as one viewer may read it, as arrays for the kernel (kernel/structure.h): every
 * readable actor, and the ties between them that are in force at a date.
 *
 *   relationship  strength: the mean of the two sides' trust forecasts, folded for this viewer
 *   posting       between a person and the position held, as strong as a tie can be
 *   unit          between an actor and the one it is part of, as strong; not with a state, which
 *                 is no contact of all that is in it
 *
 * Invariant: actors are numbered by the order of their ids, so that what the viewer may not read
 * changes neither an order nor a choice between equals. Everything that enters the graph enters the
 * answer's marking.
 */
#pragma once

#include "kernel/structure.h"
#include "service/bodies.h"
#include "service/trust.h"

enum shape_basis { SHAPE_RELATIONSHIP, SHAPE_POSTING, SHAPE_UNIT };
enum { SHAPE_INSTRUMENTS = 6 };

struct shape_actor {
    struct slice id, nature, country, audience; /* texts are empty when unset */
    uint32_t label, parent;                     /* parent: a number, or structure_nobody */
    unsigned instruments;                       /* bits, in the order of instrument_choices */
    const struct slice *regions;                /* codes as stated */
    uint32_t region_count;
    bool ended, tied;
};

struct shape_tie {
    uint32_t a, b;
    enum shape_basis basis;
    struct slice record, priority; /* the record that states it; of a relationship */
    uint32_t label, strength;
    unsigned instruments;    /* of a relationship: stated on it, or 0 */
    double forecast, earned; /* of a relationship: of a in b, of b in a */
};

struct shape {
    struct node *node;
    struct snapshot *snapshot;
    struct arena *arena;
    int64_t as_of; /* seconds */
    struct shape_actor *actors;
    uint32_t actor_count, tied_count;
    struct shape_tie *ties; /* by a, b, record */
    uint32_t tie_count;
    struct structure_graph graph;
};

/* All but the kernel's arrays lives in the snapshot's arena. Free with shape_done, also after a
 * failure. */
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
