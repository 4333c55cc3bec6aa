/*
 * Sets of atoms and conjunctions of clauses: the arithmetic under labels.
 *
 * An atom is the index of a value (or group) in its tag; a set is sorted and without duplicates; a
 * clause is a set of which a reader must be at least one; `clauses` are all to be met, sorted and
 * minimal: no clause holds another one. Atoms are compared as they are written: a group is an atom
 * like any other here, because what it stands for changes with the date.
 * Must never look at a policy or a date.
 */
#pragma once

#include "base/arena.h"

struct set {
    const uint16_t *atoms;
    uint32_t count;
};

struct clauses {
    const struct set *items;
    uint32_t count;
};

/* Sorts and removes duplicates, in place. */
struct set set_normalise(uint16_t *atoms, uint32_t count);
bool set_has(struct set s, uint16_t atom);
bool set_within(struct set inner, struct set outer);
/* By atoms from the first, the shorter first on a tie: -1, 0 or 1. */
int set_compare(struct set x, struct set y);

/* Sorts, and drops every clause that holds another (it is met whenever the other is); in place.
 * A clause without atoms is met by nobody, so it alone remains. */
struct clauses clauses_normalise(struct set *items, uint32_t count);
bool clauses_equal(struct clauses x, struct clauses y);

/* Into the arena, never sharing memory with x and y; false when memory fails. */
bool set_union(struct arena *a, struct set x, struct set y, struct set *ret);
bool set_common(struct arena *a, struct set x, struct set y, struct set *ret);
bool clauses_union(struct arena *a, struct clauses x, struct clauses y, struct clauses *ret);
