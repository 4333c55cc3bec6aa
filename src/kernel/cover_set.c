/*
 * Points found so far: burden, risk, partners and, as the key, readiness where it is an objective.
 *
 * Invariant: no point is at most as bad as another in all four, so two points never have the same
 * objectives, and of coalitions with the same ones the first stays.
 */
#include "kernel/cover_internal.h"

#include "base/fault.h"

#include <stdlib.h>

static bool at_most(const struct cover_found *a, const struct cover_found *b)
{
    return a->burden <= b->burden && a->risk <= b->risk && a->partners <= b->partners &&
           a->key <= b->key;
}

static void remove_worse(struct cover_set *s, const struct cover_found *f)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        if (at_most(f, &s->at[i]))
            base_free(s->at[i].columns);
        else
            s->at[kept++] = s->at[i];
    }
    s->count = kept;
}

static bool make_room(struct cover_set *s)
{
    if (s->count < s->capacity)
        return true;
    uint32_t capacity = s->capacity ? 2 * s->capacity : 64;
    struct cover_found *at = base_realloc(s->at, capacity * sizeof(*at));
    if (!at)
        return false;
    s->at = at;
    s->capacity = capacity;
    return true;
}

int cover_set_add(struct cover_set *s, const struct cover_found *f)
{
    for (uint32_t i = 0; i < s->count; i++) {
        if (at_most(&s->at[i], f))
            return 0;
    }
    size_t size = (size_t)f->partners * sizeof(uint32_t);
    uint32_t *columns = base_malloc(size ? size : 1);
    if (!columns || !make_room(s)) {
        base_free(columns);
        return EN_NO_MEMORY;
    }
    remove_worse(s, f);
    memcpy(columns, f->columns, size);
    s->at[s->count] = *f;
    s->at[s->count++].columns = columns;
    return 1;
}

static int compare(const void *a, const void *b)
{
    const struct cover_found *x = a, *y = b;
    if (x->burden != y->burden)
        return x->burden < y->burden ? -1 : 1;
    if (x->risk != y->risk)
        return x->risk < y->risk ? -1 : 1;
    if (x->partners != y->partners)
        return x->partners < y->partners ? -1 : 1;
    return x->key < y->key ? -1 : x->key > y->key;
}

void cover_set_sort(struct cover_set *s)
{
    if (s->count > 1)
        qsort(s->at, s->count, sizeof(*s->at), compare);
}

void cover_set_done(struct cover_set *s)
{
    for (uint32_t i = 0; i < s->count; i++)
        base_free(s->at[i].columns);
    base_free(s->at);
    *s = (struct cover_set){ 0 };
}
