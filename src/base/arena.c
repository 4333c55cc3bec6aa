/*
 * The arena: chunks from the heap, handed out from front to back, freed together.
 *
 * Invariant: `used` is the sum of all pieces handed out, rounded up to 16 bytes each, and never
 * exceeds `budget`. Chunks come zeroed from calloc and no byte is handed out twice before they are
 * given back, so every piece is zeroed without a second pass. Chunks double up to a megabyte; a
 * large piece gets a chunk of its own. Under AddressSanitizer the bytes not handed out are poisoned
 * and a gap follows every piece, so that an overrun is caught as it would be on the heap.
 */
#include "base/arena.h"

#include "base/fault.h"

#include <assert.h>
#include <stdio.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
enum { GAP = 16 };
#define poison(ptr, size) ASAN_POISON_MEMORY_REGION((ptr), (size))
#define unpoison(ptr, size) ASAN_UNPOISON_MEMORY_REGION((ptr), (size))
#else
enum { GAP = 0 };
#define poison(ptr, size) ((void)0)
#define unpoison(ptr, size) ((void)0)
#endif

enum { ALIGNMENT = 16, FIRST_CHUNK = 4096, LARGEST_CHUNK = 1024 * 1024 };

struct chunk {
    struct chunk *next;
    size_t size; /* of the bytes after this head */
};
_Static_assert(sizeof(struct chunk) == ALIGNMENT, "the bytes after the head must be aligned");

struct arena {
    struct chunk *chunks;
    char *next; /* first free byte of the newest chunk */
    size_t left;
    size_t grow; /* size of the next ordinary chunk */
    size_t used;
    size_t budget;
    bool failed;
};

struct arena *arena_new(size_t budget)
{
    struct arena *a = base_calloc(1, sizeof(*a));
    if (!a) {
        return NULL;
    }
    a->budget = budget < SIZE_MAX / 2 ? budget : SIZE_MAX / 2; /* so that rounding up cannot wrap */
    a->grow = FIRST_CHUNK;
    return a;
}

void arena_reset(struct arena *a)
{
    struct chunk *chunk = a->chunks;
    while (chunk) {
        struct chunk *next = chunk->next;
        unpoison(chunk + 1, chunk->size);
        base_free(chunk);
        chunk = next;
    }
    *a = (struct arena){ .budget = a->budget, .grow = FIRST_CHUNK };
}

void arena_free(struct arena *a)
{
    if (!a) {
        return;
    }
    arena_reset(a);
    base_free(a);
}

static void *fail(struct arena *a)
{
    a->failed = true;
    return NULL;
}

static struct chunk *add_chunk(struct arena *a, size_t size)
{
    struct chunk *chunk = base_calloc(1, sizeof(*chunk) + size);
    if (!chunk) {
        return NULL;
    }
    chunk->size = size;
    chunk->next = a->chunks;
    a->chunks = chunk;
    poison(chunk + 1, size);
    return chunk;
}

/* A piece that the newest chunk cannot hold. */
static void *alloc_from_new_chunk(struct arena *a, size_t size)
{
    bool own_chunk = size > a->grow / 4;
    struct chunk *chunk = add_chunk(a, own_chunk ? size : a->grow);
    if (!chunk) {
        return fail(a);
    }
    char *piece = (char *)(chunk + 1);
    if (!own_chunk) {
        a->next = piece + size;
        a->left = a->grow - size;
    }
    if (a->grow < LARGEST_CHUNK) {
        a->grow *= 2;
    }
    return piece;
}

void *arena_alloc(struct arena *a, size_t size)
{
    if (size > a->budget) {
        return fail(a);
    }
    size_t rounded = size == 0 ? ALIGNMENT : (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (rounded > a->budget - a->used) {
        return fail(a);
    }
    size_t step = rounded + GAP;
    char *piece = a->next;
    if (step <= a->left) {
        a->next += step;
        a->left -= step;
    } else {
        piece = alloc_from_new_chunk(a, step);
    }
    if (piece) {
        a->used += rounded;
        unpoison(piece, size);
    }
    return piece;
}

void *arena_alloc_array(struct arena *a, size_t count, size_t size)
{
    size_t total = 0;
    if (__builtin_mul_overflow(count, size, &total)) {
        return fail(a);
    }
    return arena_alloc(a, total);
}

bool arena_failed(const struct arena *a)
{
    return a->failed;
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}

struct slice arena_copy(struct arena *a, struct slice s)
{
    char *copy = arena_cstr(a, s);
    return copy ? slice_make(copy, s.len) : (struct slice){ 0 };
}

char *arena_cstr(struct arena *a, struct slice s)
{
    if (s.len == SIZE_MAX) {
        return fail(a);
    }
    char *copy = arena_alloc(a, s.len + 1);
    if (copy && s.len > 0) {
        memcpy(copy, s.ptr, s.len);
    }
    return copy;
}

struct slice arena_printf(struct arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct slice text = arena_vprintf(a, format, args);
    va_end(args);
    return text;
}

struct slice arena_vprintf(struct arena *a, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    assert(len >= 0); /* only a broken format string can fail here */
    char *text = arena_alloc(a, (size_t)len + 1);
    if (text) {
        vsnprintf(text, (size_t)len + 1, format, again);
    }
    va_end(again);
    return text ? slice_make(text, (size_t)len) : (struct slice){ 0 };
}
