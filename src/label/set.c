/*
 * Sets of atoms and conjunctions of clauses: see set.h.
 *
 * Invariant: every set that leaves this file is sorted without duplicates, every conjunction sorted
 * and minimal, so that equality of meaning (atoms taken as written) is equality of content.
 * Sizes are small (tens of atoms, a few clauses): the quadratic absorption is meant.
 */
#include "label/set.h"

#include <stdlib.h>

static int compare_atoms(const void *x, const void *y)
{
    uint16_t a = *(const uint16_t *)x;
    uint16_t b = *(const uint16_t *)y;
    return (a > b) - (a < b);
}

struct set set_normalise(uint16_t *atoms, uint32_t count)
{
    if (count > 1) {
        qsort(atoms, count, sizeof(*atoms), compare_atoms);
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (kept == 0 || atoms[kept - 1] != atoms[i]) {
            atoms[kept++] = atoms[i];
        }
    }
    return (struct set){ .atoms = atoms, .count = kept };
}

bool set_has(struct set s, uint16_t atom)
{
    uint32_t low = 0;
    uint32_t high = s.count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (s.atoms[middle] < atom) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < s.count && s.atoms[low] == atom;
}

bool set_within(struct set inner, struct set outer)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < inner.count; i++) {
        while (at < outer.count && outer.atoms[at] < inner.atoms[i]) {
            at++;
        }
        if (at == outer.count || outer.atoms[at] != inner.atoms[i]) {
            return false;
        }
    }
    return true;
}

int set_compare(struct set x, struct set y)
{
    for (uint32_t i = 0; i < x.count && i < y.count; i++) {
        if (x.atoms[i] != y.atoms[i]) {
            return x.atoms[i] < y.atoms[i] ? -1 : 1;
        }
    }
    return (x.count > y.count) - (x.count < y.count);
}

static int compare_sets(const void *x, const void *y)
{
    return set_compare(*(const struct set *)x, *(const struct set *)y);
}

/* Is items[at] met whenever another clause is? Of equal clauses only the first stays. */
static bool absorbed(const struct set *items, uint32_t count, uint32_t at)
{
    for (uint32_t i = 0; i < count; i++) {
        bool equal = set_compare(items[i], items[at]) == 0;
        if (i != at && set_within(items[i], items[at]) && (!equal || i < at)) {
            return true;
        }
    }
    return false;
}

struct clauses clauses_normalise(struct set *items, uint32_t count)
{
    if (count > 1) {
        qsort(items, count, sizeof(*items), compare_sets);
    }
    /* A clause that absorbs is itself never absorbed by what it absorbs, and what absorbs it
     * absorbs the same clauses: dropping from the end, one at a time, leaves the minimal ones. */
    uint32_t kept = count;
    for (uint32_t i = count; i > 0; i--) {
        if (absorbed(items, kept, i - 1)) {
            memmove(&items[i - 1], &items[i], (kept - i) * sizeof(*items));
            kept--;
        }
    }
    return (struct clauses){ .items = items, .count = kept };
}

bool clauses_equal(struct clauses x, struct clauses y)
{
    if (x.count != y.count) {
        return false;
    }
    for (uint32_t i = 0; i < x.count; i++) {
        if (set_compare(x.items[i], y.items[i]) != 0) {
            return false;
        }
    }
    return true;
}

bool set_union(struct arena *a, struct set x, struct set y, struct set *ret)
{
    uint16_t *atoms = arena_array_of(a, uint16_t, (size_t)x.count + y.count);
    if (!atoms) {
        return false;
    }
    if (x.count > 0) {
        memcpy(atoms, x.atoms, x.count * sizeof(*atoms));
    }
    if (y.count > 0) {
        memcpy(atoms + x.count, y.atoms, y.count * sizeof(*atoms));
    }
    *ret = set_normalise(atoms, x.count + y.count);
    return true;
}

bool set_common(struct arena *a, struct set x, struct set y, struct set *ret)
{
    uint16_t *atoms = arena_array_of(a, uint16_t, x.count);
    uint32_t count = 0;
    if (!atoms) {
        return false;
    }
    for (uint32_t i = 0; i < x.count; i++) {
        if (set_has(y, x.atoms[i])) {
            atoms[count++] = x.atoms[i];
        }
    }
    *ret = (struct set){ .atoms = atoms, .count = count };
    return true;
}

bool clauses_union(struct arena *a, struct clauses x, struct clauses y, struct clauses *ret)
{
    struct set *items = arena_array_of(a, struct set, (size_t)x.count + y.count);
    if (!items) {
        return false;
    }
    const struct set none = { 0 };
    for (uint32_t i = 0; i < x.count + y.count; i++) {
        struct set from = i < x.count ? x.items[i] : y.items[i - x.count];
        if (!set_union(a, from, none, &items[i])) {
            return false;
        }
    }
    *ret = clauses_normalise(items, x.count + y.count);
    return true;
}
