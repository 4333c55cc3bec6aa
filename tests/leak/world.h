/*
 * A random world: records of every kind with random labels, changes that raise and lower them,
 * retractions and redactions, in a real ledger; and the same world with only what one viewer may
 * read.
 */
#pragma once

#include "ops/ops.h"
#include "picture/picture.h"
#include "service/node_internal.h"

enum { WORLD_RECORDS_MAX = 4000 };

struct world;

/* What a world is made of: how many of which kinds, and their bodies. */
struct world_recipe {
    const char *const *kinds; /* beside actors; drawn from at random, so that repeats weigh */
    size_t kind_count;
    int actors, others, changes;
    struct slice (*body)(struct world *w, const char *kind);
};

struct world {
    const struct world_recipe *recipe;
    char directory[64];
    struct node *node;    /* ledger and full picture */
    struct node filtered; /* a copy of the ledger; its picture holds what the viewer may read */
    int64_t filtered_at;  /* the last of the ledger's entries that the filter looked at */
    struct arena *arena;
    const struct operations *operations;
    struct slice ids[WORLD_RECORDS_MAX]; /* of all records, readable or not */
    const char *kinds[WORLD_RECORDS_MAX];
    struct slice labels[WORLD_RECORDS_MAX]; /* of their newest version, canonical */
    struct uuid origins[WORLD_RECORDS_MAX]; /* all zero: ours */
    size_t count;
    uint64_t seed;
};

/* Instances that labels name as originators, and one that is granted onward release. */
#define WORLD_ORIGINATOR_A "aaaaaaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa"
#define WORLD_ORIGINATOR_B "bbbbbbbb-bbbb-7bbb-8bbb-bbbbbbbbbbbb"
/* A user whom labels name. */
#define WORLD_PERSON "dddddddd-dddd-7ddd-8ddd-dddddddddddd"
#define WORLD_PARTNER "cccccccc-cccc-7ccc-8ccc-cccccccccccc"

uint32_t world_random(struct world *w, uint32_t below);
/* A world of some hundred records; NULL seed state is set by `seed`. */
void world_make(struct world *w, uint64_t seed);
void world_make_of(struct world *w, uint64_t seed, const struct world_recipe *recipe);
/* So many records more are changed, retracted or redacted at random. */
void world_change(struct world *w, int changes);
void world_free(struct world *w);
/* Makes the filtered picture for this viewer; for a partner with all bundles and peers. */
void world_filter(struct world *w, const struct viewer *v, int64_t now_ms);
/* The same for the same viewer when something was added meanwhile. */
void world_filter_again(struct world *w, const struct viewer *v, int64_t now_ms);
void world_unfilter(struct world *w);
/* A record id of this kind, readable or not; any kind when NULL. */
struct slice world_id(struct world *w, const char *kind);
