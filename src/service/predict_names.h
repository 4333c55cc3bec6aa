/*
 * Names to dense numbers: the actors of a batch. Numbers follow first appearance while names are
 * taken in; predict_names_rank then gives the order of the names themselves, which no order of rows
 * changes. Names are borrowed from the text they were read from; memory comes from the arena.
 */
#pragma once

#include "base/arena.h"

struct predict_names {
    struct arena *arena;
    uint32_t count;
    uint32_t capacity;  /* of list */
    uint32_t slots;     /* power of two */
    uint32_t *slot;     /* number + 1, or 0 */
    uint64_t *hash;     /* per name */
    struct slice *list; /* per name */
};

/* False when there is no memory. */
bool predict_names_init(struct predict_names *n, struct arena *arena);
/* The name's number; false when there is no memory. */
bool predict_names_number(struct predict_names *n, struct slice name, uint32_t *ret);

/* Per number, the name's place in bytewise order; NULL when there is no memory. */
uint32_t *predict_names_rank(const struct predict_names *n);
