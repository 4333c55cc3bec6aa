/*
 * What a partner has, what it would newly get, and what is held back and why.
 *
 * Invariant: it tells an officer nothing of records that the officer may not read; that there may
 * be such among what the partner reads follows from the two clearances alone (`narrowed`). What would
 * go and what would not is not judged here: the exchange is asked, with the officer's eyes.
 */
#pragma once

#include "picture/picture.h"
#include "service/exchange.h"

enum held_why { HELD_NOT, HELD_LABEL, HELD_ORCON, HELD_REASON };

struct difference_item {
    struct slice id;
    enum held_why why;
    bool has; /* a version of it: of one that it would get, the next bundle renews it; of one that
                 it may not read any more, takes it back */
    struct label_denial denial;  /* HELD_LABEL */
    enum exchange_reason reason; /* HELD_REASON */
};

/* The first items of a list, in order of id, and how many there are. */
struct difference_list {
    struct difference_item *items;
    size_t shown, count;
};

struct difference {
    struct slice peer, name, instance;
    bool narrowed;
    struct difference_list has, would_get, held_back;
};

/* Opens the officer's snapshot, which *ret and the answer live by; the caller closes it. */
int difference_read(struct node *n, struct arena *a, struct slice which,
                    const struct viewer *officer, int64_t now_ms, size_t limit, struct error *err,
                    struct snapshot **ret_snapshot, struct difference *ret);
