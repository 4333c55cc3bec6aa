/*
 * A few instances that have met: what the tests of exchange begin with, and how they end.
 */
#pragma once

#include "exchange_world.h"

enum { A, B, C, SITES };

/* What everybody may have who is given the most that a peer can be given here. */
#define SITES_ALL "SECRET; TLP:AMBER+STRICT"

/* Of an array that the caller has. */
void sites_open(struct site *all, int count);
void sites_sound(struct site *all, int count);
void sites_close(struct site *all, int count);

/* An array on the heap, of instances that have met nobody; sites_end ends it. */
struct site *sites_new(int count);

/* Set-ups and the end of a test of cmocka: *state is the array.
 *
 * A gives B a clearance, and B gives A another; pair_and_stranger: and C has met nobody. */
int sites_pair(void **state);
int sites_pair_and_stranger(void **state);
/* A and B have met, and B and C; each gives the other all. */
int sites_row(void **state);
/* Every one of them is sound, and closed. */
int sites_end(void **state);
