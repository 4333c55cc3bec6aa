/*
 * Durations as agreements and offers state them: ISO 8601, "P5Y", "P6M", "P2W", "P30D", "PT36H",
 * "P1DT12H". Years, months and days are of the calendar: how long they are depends on where they
 * begin.
 *
 * Adding a duration to a date adds years and months first, and takes the last day of the month when
 * the day does not exist there (2024-02-29 + P1Y = 2025-02-28); then days; then hours, minutes and
 * seconds. Repeated addition drifts (31 January + P1M twice is 28 March): add a multiple instead.
 */
#pragma once

#include "base/buf.h"
#include "base/slice.h"

struct duration {
    int32_t months; /* years count twelve */
    int32_t days;   /* weeks count seven */
    int64_t seconds;
};

/* The whole slice; false when it is no duration: nothing stated, a sign, a fraction, weeks beside
 * other parts, or more than DURATION_YEARS_MAX years. */
enum { DURATION_YEARS_MAX = 1000 };
bool duration_parse(struct slice text, struct duration *ret);
/* Shortest form: "P1Y6M", "P14D", "PT36H"; "P0D" for none. */
void duration_write(struct duration d, struct buf *out);
bool duration_is_zero(struct duration d);

/* The instant `times` durations after (times < 0: before) an instant in ms; clamped to years
 * 0001..9999. */
int64_t duration_after(int64_t ms, struct duration d, int times);
/* Seconds it lasts when it begins at this instant. */
int64_t duration_seconds_from(int64_t ms, struct duration d);
