/*
 * Counters of the door: requests by operation name and status class, and how long answers took.
 *
 * Invariant: names come from the operation table and this folder only, never from a request, so
 * that the page says nothing about records and its size is bounded. Counting never locks.
 */
#pragma once

#include "base/buf.h"

struct metrics;

/* NULL when there is no memory. Rows get their names afterwards, before the first count. */
struct metrics *metrics_new(size_t rows);
void metrics_free(struct metrics *m);
void metrics_name(struct metrics *m, size_t row, const char *name);
/* micros < 0: not timed (streams). */
void metrics_count(struct metrics *m, size_t row, int status, int64_t micros);

struct gauge {
    const char *name; /* "entente_sessions" */
    const char *help;
    int64_t value;
};
/* Prometheus text 0.0.4. */
void metrics_write(struct metrics *m, const struct gauge *gauges, size_t gauge_count,
                   struct buf *out);
