/*
 * Slowing down password guessing, per name and per address.
 *
 * Invariant: an attempt is counted before it is tried and forgiven when it succeeds, so that many
 * at once gain nothing. After THROTTLE_FREE_NAME (THROTTLE_FREE_ADDRESS) failures each further one
 * doubles the wait, up to THROTTLE_LONGEST_MS; an hour of quiet forgets. The table is bounded: when
 * it is full the longest-quiet entry gives way. Names are kept as keyed hashes only.
 */
#pragma once

#include "base/slice.h"

enum {
    THROTTLE_FREE_NAME = 5,
    THROTTLE_FREE_ADDRESS = 20,
    THROTTLE_FIRST_MS = 1000,
    THROTTLE_LONGEST_MS = 15 * 60 * 1000,
    THROTTLE_FORGET_MS = 60 * 60 * 1000,
    THROTTLE_SLOTS = 4096,
};

struct throttle;

struct throttle *throttle_new(void); /* NULL when there is no memory */
void throttle_free(struct throttle *t);

/* 0: go on (and the attempt is counted); else the seconds to wait. */
int throttle_begin(struct throttle *t, struct slice name, struct slice address, int64_t now_ms);
/* The attempt succeeded: forget the name's failures and this one of the address. */
void throttle_success(struct throttle *t, struct slice name, struct slice address);
/* The attempt was not made after all: as if it had not been counted. */
void throttle_undo(struct throttle *t, struct slice name, struct slice address);
