/*
 * Viewers that were made before: who stands behind a token or a session, kept for as long as
 * nothing was written.
 *
 * A request begins by finding its viewer: two records, their JSON, and a clearance that may name
 * hundreds of values. The cache keeps the result together with the position of the picture it was
 * read at, and gives it out only at that position, so that a withdrawn token, a changed clearance
 * or an inactive user acts on the very next request, as without a cache. Secrets are kept as their
 * hashes. Safe for many threads; what is given out is a copy in the caller's arena, but for the
 * clearance, which lives as long as the cache.
 */
#pragma once

#include "picture/viewer.h"

struct viewer_cache;

enum { VIEWER_KEY = 32 };

/* NULL when there is no memory. */
struct viewer_cache *viewer_cache_new(const struct policy *p);
void viewer_cache_free(struct viewer_cache *c);

/* The key of a token's secret, or of a user. */
void viewer_key(struct slice what, struct slice secret, uint8_t ret[VIEWER_KEY]);

/* The viewer as of this position, if it was kept and has not ended; else NULL. */
const struct viewer *viewer_cache_find(struct viewer_cache *c, const uint8_t key[VIEWER_KEY],
                                       int64_t position, int64_t now_ms, struct arena *a);
/* Keeps a copy that holds at this position until the given time; a cache may always decline. */
void viewer_cache_keep(struct viewer_cache *c, const uint8_t key[VIEWER_KEY], int64_t position,
                       int64_t until_ms, const struct viewer *v);
