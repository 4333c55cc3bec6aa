/*
 * Folds that were made before: the same question over the same evidence has the same answer.
 *
 * A fold is a pure function of (evidence columns, label mask, half-life, as-of, dimension); the
 * cache is keyed by all of them, the mask compared bit by bit, so one viewer never gets what
 * another's mask produced. Only round dates (whole days) are kept: they come again. Bounded; the
 * least recently used goes first. Entries in use are counted and outlive their eviction.
 * Thread-safe.
 */
#pragma once

#include "kernel/network.h"
#include "picture/picture.h"

struct fold_cache;

/* Actors by order of id, and the index of pairs over them: one per state of the columns. */
struct ranking {
    struct pair_index index;
    uint32_t *rank;  /* party number -> actor number */
    uint32_t *party; /* the inverse */
    uint64_t columns_id, generation;
    unsigned uses; /* private */
};

struct fold {
    struct ranking *ranking;
    int64_t half_life, as_of;
    int dimension;
    struct trust_sum *sum; /* per pair */
    struct network network;
    uint64_t *mask; /* private */
    uint32_t mask_count;
    uint64_t last_used;
    unsigned uses;
};

struct fold_cache *fold_cache_new(void);
void fold_cache_free(struct fold_cache *c);

/* The ranking of these columns, made if needed; release it. */
int fold_cache_ranking(struct fold_cache *c, const struct columns *columns, struct error *err,
                       struct ranking **ret);
void fold_cache_release_ranking(struct fold_cache *c, struct ranking *r);

/* A fold made earlier with exactly this key, or NULL; release it. */
struct fold *fold_cache_find(struct fold_cache *c, const struct ranking *r,
                             const struct label_mask *mask, int64_t half_life, int64_t as_of,
                             int dimension);
/* An empty fold with its arrays and its own use of the ranking; NULL without memory. */
struct fold *fold_new(struct fold_cache *c, struct ranking *r, int64_t half_life, int64_t as_of,
                      int dimension);
/* Offers a complete fold to the cache (kept when round and it fits); the caller keeps its use. */
void fold_cache_offer(struct fold_cache *c, struct fold *f, const struct label_mask *mask);
void fold_cache_release(struct fold_cache *c, struct fold *f);
