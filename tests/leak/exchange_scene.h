/*
 * A random world (world.h) that has exchanged with two partners: what the leak tests of exchange
 * look at. A is the world's own instance; B's records stand in it, some of them hidden.
 */
#pragma once

#include "service/exchange_sites.h"
#include "world.h"

#define SCENE_NOW_MS INT64_C(1780000000000) /* of the sites too */

/* What A gives each of them. */
#define SCENE_CLEARANCE_B "RESTRICTED; Releasable To: CAN; TLP:AMBER"
#define SCENE_CLEARANCE_C "SECRET; Releasable To: USA; TLP:AMBER+STRICT"

struct scene {
    struct world world;
    struct site sites[SITES]; /* A is the world's instance */
    struct slice theirs[64];  /* records of B */
    size_t their_count;
};

void scene_open(struct scene *x, uint64_t seed);
void scene_close(struct scene *x);
/* What is over ends before anything is compared: the end of a hidden release is a write. */
void scene_sweep(struct scene *x);
/* A bundle that is made and does not arrive. */
void scene_make_only(struct scene *x, int to);

/* An administrator of this site with this clearance, in short form. */
struct viewer officer_of(struct site *s, const char *clearance);
