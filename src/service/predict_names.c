/*
 * Open addressing, at most half full (predict_names.h). The arena keeps outgrown tables until the
 * batch ends: at most as much again as the last one.
 */
#include "service/predict_names.h"

#include <stdlib.h>

enum { FIRST_SLOTS = 1024 };

static uint64_t hash_of(struct slice s)
{
    uint64_t h = 0xcbf29ce484222325U; /* FNV-1a, then mixed: slots use the low bits */
    for (size_t i = 0; i < s.len; i++)
        h = (h ^ (unsigned char)s.ptr[i]) * 0x100000001b3U;
    h ^= h >> 32;
    return h * 0x9e3779b97f4a7c15U >> 16;
}

static void place(struct predict_names *n, uint32_t number)
{
    uint32_t mask = n->slots - 1;
    uint32_t at = (uint32_t)n->hash[number] & mask;
    while (n->slot[at])
        at = (at + 1) & mask;
    n->slot[at] = number + 1;
}

static bool grow(struct predict_names *n)
{
    uint32_t slots = n->slots * 2, capacity = slots / 2;
    uint32_t *slot = arena_array_of(n->arena, uint32_t, slots);
    uint64_t *hash = arena_array_of(n->arena, uint64_t, capacity);
    struct slice *list = arena_array_of(n->arena, struct slice, capacity);
    if (!slot || !hash || !list)
        return false;
    if (n->count) {
        memcpy(hash, n->hash, n->count * sizeof(*hash));
        memcpy(list, n->list, n->count * sizeof(*list));
    }
    n->slot = slot;
    n->hash = hash;
    n->list = list;
    n->slots = slots;
    n->capacity = capacity;
    for (uint32_t i = 0; i < n->count; i++)
        place(n, i);
    return true;
}

bool predict_names_init(struct predict_names *n, struct arena *arena)
{
    *n = (struct predict_names){ .arena = arena, .slots = FIRST_SLOTS / 2 };
    return grow(n);
}

bool predict_names_number(struct predict_names *n, struct slice name, uint32_t *ret)
{
    uint64_t hash = hash_of(name);
    uint32_t mask = n->slots - 1;
    for (uint32_t at = (uint32_t)hash & mask; n->slot[at]; at = (at + 1) & mask) {
        uint32_t number = n->slot[at] - 1;
        if (n->hash[number] == hash && slice_eq(n->list[number], name)) {
            *ret = number;
            return true;
        }
    }
    if (n->count == n->capacity && (n->slots >= UINT32_MAX / 4 || !grow(n)))
        return false;
    n->hash[n->count] = hash;
    n->list[n->count] = name;
    place(n, n->count);
    *ret = n->count++;
    return true;
}

struct ranked {
    struct slice name;
    uint32_t number;
};

static int compare_names(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    return slice_compare(x->name, y->name);
}

uint32_t *predict_names_rank(const struct predict_names *n)
{
    struct ranked *sorted = arena_array_of(n->arena, struct ranked, (size_t)n->count + 1);
    uint32_t *rank = arena_array_of(n->arena, uint32_t, (size_t)n->count + 1);
    if (!sorted || !rank)
        return NULL;
    for (uint32_t i = 0; i < n->count; i++)
        sorted[i] = (struct ranked){ n->list[i], i };
    qsort(sorted, n->count, sizeof(*sorted), compare_names);
    for (uint32_t i = 0; i < n->count; i++)
        rank[sorted[i].number] = i;
    return rank;
}
