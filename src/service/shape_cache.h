/*
 * Networks that were read before: the same question over the same records has the same network.
 *
 * A network is a pure function of (records, label mask, date), and is kept under the position of
 * the ledger that it shows, the state of the evidence and of the labels' numbers, the mask,
 * compared bit by bit, and the date: one viewer never gets what another's mask produced, and nobody
 * gets what was true before the newest write that he may see. Only whole days are kept, since they
 * come again. Bounded in number and in bytes; the least recently used goes first, and all of an
 * older position when a newer one comes. What is in use outlives its eviction. Thread-safe.
 */
#pragma once

#include "service/shape_network.h"

struct shape_cache;

struct shape_cache *shape_cache_new(void);
void shape_cache_free(struct shape_cache *c);

/* The network of this snapshot at this date, kept or made now; d folds the trust, when it is made.
 * Release it. */
int shape_cache_get(struct node *n, struct snapshot *s, struct trust_desk *d, int64_t as_of,
                    struct error *err, const struct shape_network **ret);
void shape_cache_release(struct node *n, const struct shape_network *w);
/* Of this node: networks given out that were kept, and that were made. */
void shape_cache_counts(const struct node *n, uint64_t *ret_kept, uint64_t *ret_made);
