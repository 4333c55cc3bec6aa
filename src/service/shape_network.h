/*
 * The network of one day as one mask reads it: what shape.h and introduction_graph.h look at, read
 * and folded once and then shared. Nothing in it is changed after it was made; whoever holds one
 * releases it. What belongs to a question (marks, whom to leave out) is not in here.
 *
 * The ties, each from a readable record that is in force at the date:
 *
 *   relationship  with the trust forecast of either side in the other, folded for this viewer
 *   posting       between a person and the position held
 *   unit          between an actor and the one it is part of
 *   membership    between a member and the body that it belongs to
 *   access        from its holder to the actor that can be reached
 *
 * What partners state is in the network of introductions, each step of which names its record; the
 * network of the health is made from our own records, since its figures are ours.
 *
 * Invariant: actors are numbered by the order of their ids, so that what the viewer may not read
 * changes neither an order nor a choice between equals.
 */
#pragma once

#include "kernel/paths.h"
#include "kernel/structure.h"
#include "service/trust.h"

enum tie_basis { TIE_RELATIONSHIP, TIE_POSTING, TIE_UNIT, TIE_MEMBERSHIP, TIE_ACCESS };

struct shape_actor {
    struct slice id, nature, country, audience; /* texts are empty when unset */
    uint32_t label, parent;                     /* parent: a number, or structure_nobody */
    unsigned instruments;                       /* bits, in the order of instrument_choices */
    const struct slice *regions;                /* codes as stated */
    uint32_t region_count;
    bool ended; /* has ceased to be */
    bool own;   /* else a partner states it */
    bool tied;  /* in the network of its health */
};

struct shape_tie {
    uint32_t a, b;
    enum tie_basis basis;
    struct slice record, priority; /* the record that states it; of a relationship */
    uint32_t label, strength;
    unsigned instruments;    /* of a relationship: stated on it, or 0 */
    double forecast, earned; /* of a relationship: of a in b, of b in a */
    int64_t half_life;       /* of a relationship */
    bool own;                /* else a partner states it */
    bool dormant, interpersonal;
};

/* A tie u -> v: u can introduce to v. */
struct introduction_tie {
    uint32_t from, to;
    uint16_t strength; /* of PATHS_ONE */
    enum tie_basis basis;
    bool dormant;
    bool interpersonal;
    struct slice record; /* that states it */
};

struct shape_network {
    struct arena *arena; /* of all but the kernels' arrays */
    int64_t as_of;       /* seconds */
    struct shape_actor *actors;
    uint32_t actor_count, tied_count;
    struct shape_tie *ties; /* of the health of the network: by a, b, record */
    uint32_t tie_count;
    struct structure_graph graph;
    struct introduction_tie *steps; /* of introductions: by from and to, once each */
    uint32_t step_count;
    struct paths_graph paths; /* of actor_count + 1 actors: the last is a thing asked for */
    uint32_t *labels;         /* per actor of `paths` */
    uint64_t *willing;
    uint32_t *marks; /* labels of all that is in the health of the network, each once */
    uint32_t mark_count;
    /* private to shape_cache.c */
    uint64_t *mask;
    uint32_t mask_count;
    int64_t position;
    uint64_t columns_id, generation, last_used;
    size_t bytes;
    unsigned uses;
};

/* The last second of the day: networks of whole days are kept. */
static inline int64_t shape_day(int64_t as_of)
{
    int64_t rest = as_of % 86400;
    return as_of - (rest < 0 ? rest + 86400 : rest) + 86399;
}

/* shape_read.c: reads it anew; d folds the trust. Free with shape_network_free. */
int shape_network_make(struct node *n, struct snapshot *s, struct trust_desk *d, int64_t as_of,
                       struct error *err, struct shape_network **ret);
void shape_network_free(struct shape_network *w);
