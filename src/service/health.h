/*
 * The health of the network: where it would break, who stands between whom, who belongs together,
 * how far it reaches, how each audience is trusted; what is covered, who is depended on, and whom
 * to seek. Everything per viewer, from shape.h; what the viewer may not read is no part of it.
 *
 * Each writes the members of its answer into the open object. of: an actor, or empty: then there is
 * nobody to look from, and no relationships to count. as_of in seconds.
 */
#pragma once

#include "service/shape.h"

struct health_query {
    struct slice of;
    int64_t as_of;
    size_t limit; /* of discovery; 0: LIMIT_HEALTH_SHOWN */
};

int health_write(struct node *n, const struct health_query *q, struct render *r, struct error *err);
/* Instruments of power x region x audience: coverage_view.c. */
int coverage_write(struct node *n, const struct health_query *q, struct render *r,
                   struct error *err);
/* Whose loss takes which options away, and cuts off whom: dependence.c. */
int dependence_write(struct node *n, const struct health_query *q, struct render *r,
                     struct error *err);
/* Which new relationship would add most, and why: discovery.c. */
int discovery_write(struct node *n, const struct health_query *q, struct render *r,
                    struct error *err);

/* "as_of" and "of". */
void health_write_head(const struct shape *x, uint32_t of, struct render *r);
/* The actor's id as a text of an open array, or as a member; false when it is not shown. */
bool health_write_actor(const struct shape *x, uint32_t actor, const char *name, struct render *r);
