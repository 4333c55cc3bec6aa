/*
 * What actors are worth to the open needs, as numbers: for each need, the Shapley value of each
 * actor that could bring something to it (options_worth.c tells the same of one need in full).
 *
 * Whose offer it is stands with all it is part of, so that the worth of a unit counts for its
 * organisation. Needs that cannot be valued (too large, nobody who needs it) are left out. The
 * first LIMIT_PLAN_NEEDS by priority and id are looked at.
 */
#pragma once

#include "base/limits.h"
#include "picture/picture.h"
#include "service/node.h"

enum { NEED_CHAIN_MAX = 8 };

struct actor_worth {
    struct slice chain[NEED_CHAIN_MAX]; /* the actor, its parent, ... */
    uint32_t chain_count;
    double worth; /* of the probability that the need is covered */
};

struct need_worth {
    struct slice need, priority;
    struct actor_worth *actors;
    uint32_t count;
};

struct need_worths {
    struct need_worth *needs;
    size_t count;
};

int need_worths_read(struct node *n, struct snapshot *s, int64_t as_of_ms, struct error *err,
                     struct need_worths *ret);
/* What the actor and all that is part of it are worth to the need; 0 for nothing. */
double need_worth_of(const struct need_worth *w, struct slice actor);
