/*
 * Times. An instant is integer milliseconds since 1970-01-01T00:00:00Z. A `when` is a date as people
 * know it: to the year, the month, the day, or the instant, and it says which.
 *
 * Text forms: "2024", "2024-05", "2024-05-17", "2024-05-17T09:30:00Z" (RFC 3339; offsets accepted and
 * turned into Z; fractions of a second to the millisecond). Years 0001..9999. Only this file's functions open a `when`.
 */
#pragma once

#include "base/buf.h"
#include "base/slice.h"

enum when_precision { WHEN_YEAR, WHEN_MONTH, WHEN_DAY, WHEN_INSTANT };

struct when {
    int64_t ms;                    /* the first millisecond it can mean */
    enum when_precision precision;
};

/* The whole slice; false when it is none of the four forms. */
bool when_parse(struct slice text, struct when *ret);
/* The shortest form of its precision ("2024-05"; instants with milliseconds only when not zero). */
void when_write(struct when w, struct buf *out);
int64_t when_first_ms(struct when w);
int64_t when_last_ms(struct when w); /* the last millisecond it can mean */
/* True when a surely begins after b ends being possible: used by "until before from" checks. */
bool when_after(struct when a, struct when b);

/* RFC 3339 instant, "2024-05-17T09:30:00.123Z"; with_ms false drops the fraction. Needs 32 bytes. */
void when_format_ms(int64_t ms, bool with_ms, char ret[32]);
/* Civil date of an instant. */
void when_civil(int64_t ms, int *ret_year, int *ret_month, int *ret_day);
int64_t when_from_civil(int year, int month, int day); /* ms of 00:00 UTC */

/* "730d", "12h", "2w", "90m"(minutes), "30s" to seconds; false when it is no duration. */
bool when_parse_duration(struct slice text, int64_t *ret_seconds);

/* The real clock; only doors call it. */
int64_t when_clock_ms(void);
