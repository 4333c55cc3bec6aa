/*
 * An arena gives memory to one operation and takes all of it back at once.
 *
 * Invariant: never more than `budget` bytes are handed out. Past the budget, or when the system has
 * no memory, arena_alloc returns NULL and the arena remembers it (`arena_failed`), so that a caller
 * building many small things may check once at the end. Memory is zeroed and aligned to 16 bytes.
 * It must never be shared by two threads.
 */
#pragma once

#include "base/slice.h"

#include <stdarg.h>

struct arena;

/* NULL when there is no memory. The caller frees with arena_free. */
struct arena *arena_new(size_t budget);
void arena_free(struct arena *a);
static inline void arena_freep(struct arena **a)
{
    arena_free(*a);
}
#define cleanup_arena __attribute__((cleanup(arena_freep)))

/* Gives all memory back but keeps the arena usable; clears the failure. */
void arena_reset(struct arena *a);

void *arena_alloc(struct arena *a, size_t size);
void *arena_alloc_array(struct arena *a, size_t count, size_t size); /* overflow-checked */
bool arena_failed(const struct arena *a);
size_t arena_used(const struct arena *a);

#define arena_new_of(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_array_of(a, type, count) ((type *)arena_alloc_array((a), (count), sizeof(type)))

/* Copies; the copy is NUL-terminated (not counted). On failure the slice is empty with ptr NULL. */
struct slice arena_copy(struct arena *a, struct slice s);
/* NUL-terminated copy for the libc edge, or NULL. */
char *arena_cstr(struct arena *a, struct slice s);
struct slice arena_printf(struct arena *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
struct slice arena_vprintf(struct arena *a, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
