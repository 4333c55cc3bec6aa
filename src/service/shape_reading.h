/* What the files that make a network share; nothing outside this folder includes it. */
#pragma once

#include "service/shape.h"

struct shape_reading {
    struct node *node;
    struct snapshot *snapshot;
    struct arena *arena; /* the network's */
    struct shape_network *network;
    struct shape_tie *ties; /* all of them, as they are read */
    uint32_t tie_count, tie_capacity;
    uint32_t actor_capacity, parent_capacity, item_count, item_capacity;
    struct slice *parents, *items; /* items: regions, of one actor after the other */
};

/* shape_read.c: actors and ties, each tie weighed. */
int shape_read_all(struct shape_reading *r, struct trust_desk *d, struct error *err);
/* shape_networks.c: of them the two networks, as arrays for the kernels. */
int shape_make_networks(struct shape_reading *r, struct error *err);
