/* What the files of the service share about a node; nothing outside this folder includes it. */
#pragma once

#include "kernel/decay.h"
#include "picture/picture.h"
#include "service/config.h"
#include "service/fold_cache.h"
#include "service/node.h"
#include "service/nurture.h"
#include "service/portfolio_rows.h"
#include "service/shape_cache.h"
#include "service/viewer_cache.h"

#include <pthread.h>
#include <stdatomic.h>

struct node {
    char *directory;
    struct arena *arena; /* kinds and the operator; lives as long as the node */
    struct ledger *ledger;
    struct picture *picture;
    struct policy *policy;
    struct policies *policies; /* it and those of others */
    const struct kinds *kinds;
    struct weights weights;
    struct nurture nurture;
    struct config config;
    struct viewer operator;
    atomic_int bulk; /* imports under way: readers follow, commits do not */

    pthread_mutex_t decay_lock;
    struct decay **decays; /* by half-life, made once; as many as the policy has */
    size_t decay_count;
    struct fold_cache *folds;
    struct viewer_cache *viewers;
    struct row_cache *rows; /* of portfolios */
    struct shape_cache *networks;
};

/* The decay of a half-life in seconds (0: none); NULL without memory or out of range. */
const struct decay *node_decay(struct node *n, int64_t half_life);
