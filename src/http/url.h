/*
 * The request target, taken apart strictly: percent-decoding, path and query.
 *
 * Invariant: what comes out is well-formed UTF-8 without NUL or control characters; an encoded
 * slash in a path and a parameter given twice are refused, not interpreted, so that no two readers
 * of one URL can disagree. Everything lives in the arena.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"

struct url {
    struct slice path;  /* decoded */
    struct slice query; /* as sent, without '?' */
};

/* EN_INVALID or EN_NO_MEMORY. */
int url_split(struct arena *a, struct slice target, struct error *err, struct url *ret);

/* Adds every name=value of the query to the object as texts; also refuses names it already has. */
int url_query(struct arena *a, struct slice query, struct error *err, struct json *parameters);
