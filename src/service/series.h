/*
 * Trust over time: evenly spaced points, each folded as of its own date, and the events between.
 */
#pragma once

#include "service/trust.h"

struct series_query {
    struct trust_query pair;
    int64_t from, until; /* seconds */
    int points;          /* 2 .. LIMIT_SERIES */
};

/* Writes "points" and "events" into the open object. */
int series_write(struct trust_desk *d, struct snapshot *s, const struct series_query *q,
                 struct render *r, struct error *err);
