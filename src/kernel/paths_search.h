/*
 * One search for the best chain, some ties and actors left out: what paths_best and the
 * alternatives of paths.h are made of.
 */
#pragma once

#include "kernel/paths.h"

enum { PATHS_BANNED_MAX = PATHS_CHAINS_MAX * PATHS_HOPS_MAX };

struct paths_ban {
    uint32_t from, to;
};

/* What one search must avoid beside the query's filters. */
struct paths_avoid {
    uint64_t least; /* chains of a smaller product, scaled to four factors, do not matter */
    uint32_t tie_count, actor_count;
    struct paths_ban ties[PATHS_BANNED_MAX];
    uint32_t actors[PATHS_BANNED_MAX]; /* no intermediaries and no targets */
};

/* Checks the query and marks its targets: they stay marked for the searches that follow. */
int paths_begin(const struct paths_graph *g, const struct paths_query *q, struct paths_work *w,
                struct error *err);

/* The best chain from `source` in at most `hops`; *ret with hops 0 when there is none. Filters and
 * targets are those of paths_begin. */
void paths_search(const struct paths_graph *g, const struct paths_query *q, uint32_t source,
                  uint32_t hops, const struct paths_avoid *avoid, struct paths_work *w,
                  struct paths_chain *ret);
