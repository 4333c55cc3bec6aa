/*
 * Torment: an operation while memory fails, each allocation in turn, until the answer gets through.
 * It is the same answer then; before that there is none, and the failure is one of memory.
 */
#pragma once

#include "../../ops/desk.h"

extern const struct fault torment_heap;   /* the program's own allocations */
extern const struct fault torment_sqlite; /* those of SQLite; fault_memory_install first */

/* Is it what a failure of memory may be called? */
bool torment_explained(int code);
/* Refuses the allocations of one question. Returns how often it failed. */
int torment(struct desk *d, const struct fault *f, const char *operation, const char *parameters);
