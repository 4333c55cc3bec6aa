/*
 * How fast the evidence between two actors fades, from the relationships between them: strategic or
 * enduring, else situational or unknown, time-bound, interpersonal; the longest of those in force
 * at a date wins, and with none in force it is situational.
 *
 * Pure functions of a relationship's words and dates; who may read the relationship is decided
 * before.
 */
#pragma once

#include "base/when.h"
#include "record/weights.h"

struct tie_words {
    struct slice nature, horizon, term;
    struct slice from, until; /* dates of any precision; empty: open */
};

/* What one relationship asks for, and when it is in force. */
struct tie {
    int64_t first, last; /* seconds, both in force */
    int64_t half_life;   /* seconds */
};

struct tie tie_of(const struct weights *w, const struct tie_words *words);
bool tie_in_force(const struct tie *t, int64_t as_of);
int64_t ties_half_life(const struct weights *w, const struct tie *ties, size_t count,
                       int64_t as_of);
