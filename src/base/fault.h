/*
 * The heap of the lower layers, with a switch that makes one allocation fail.
 *
 * Arenas, buffers and everything else below the doors allocate through these four functions, so
 * that a test can fail the 1st, 2nd, 3rd ... allocation until the operation under test succeeds.
 * They are malloc, calloc, realloc and free: memory may be given back with either free() or
 * base_free().
 *
 * Unarmed, the switch costs one relaxed load and one predictable branch. It is the one global of
 * the base layer: an allocator has no context argument through which a test could reach it, and a
 * failing system does not ask which operation called either.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

void *base_malloc(size_t size);
void *base_calloc(size_t count, size_t size);
void *base_realloc(void *old, size_t size);
void base_free(void *ptr);

/* For tests: the n-th following allocation (1 is the next) of this process returns NULL, once.
 * 0 disarms. */
void fault_arm_allocation(long n);
/* Disarms; true when the armed allocation came and was refused. */
bool fault_disarm(void);
