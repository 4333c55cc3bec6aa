/*
 * The latest version of every record seen so far: an open-addressing table for one pass over a
 * chain.
 */
#pragma once

#include "base/uuid.h"

struct record_slot {
    struct uuid record;
    struct uuid instance; /* whose it is */
    int64_t version; /* 0: the slot is free */
};

struct record_map {
    struct record_slot *slots;
    size_t capacity; /* a power of two, or 0 */
    size_t count;
};

void record_map_done(struct record_map *m);
/* The slot of a record, added with version 0 when new; the caller sets the version at once.
 * NULL without memory. Good until the next call. */
struct record_slot *record_map_at(struct record_map *m, struct uuid record);
