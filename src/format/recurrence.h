/*
 * Recurrence rules (RFC 5545, 3.3.10) into days, by libical.
 *
 * Only rules of days are taken (record/recurrence.h judges the form). A rule may be hostile: the
 * days that are looked at, and those that are given back, are limited, and so is the horizon; a
 * rule that names no day in any year is refused at once.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"

struct occurrences {
    int64_t *days; /* in ms, at midnight UTC, ascending */
    size_t count;
    bool cut; /* there are more within the horizon than were asked for */
};

/* The days from `from` to `until` (both included, ms) that the rule names, counted from its first
 * day `start`; `most` at most, the earliest. EN_INVALID for what is no rule of days, EN_TOO_LARGE
 * when a limit comes before `from`. */
int recurrence_expand(struct slice rule, int64_t start, int64_t from, int64_t until, size_t most,
                      struct arena *a, struct error *err, struct occurrences *ret);
