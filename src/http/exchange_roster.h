/*
 * The peers as they stand now, read again only when something was written since.
 *
 * Invariant: a roster never changes once it is handed out; it lives until its last user gives it
 * back. When the peers cannot be read there are none.
 */
#pragma once

#include "net/calls.h"

struct roster {
    struct arena *arena;
    struct net_peer *peers;
    size_t count;
    int64_t position;
    unsigned users; /* under the lock of the rosters */
};

struct rosters;

struct rosters *rosters_new(const struct exchange_calls *calls);
void rosters_free(struct rosters *r);
/* NULL when the peers cannot be read. */
struct roster *roster_take(struct rosters *r, int64_t now_ms);
void roster_give(struct rosters *r, struct roster *roster);

/* ---- one long piece of work at a time for each peer, and not too many of them ---- */

/* 0: go on, and say pace_end afterwards; else the seconds to wait. `costs`: it may write. */
int pace_begin(struct rosters *r, struct uuid peer, bool costs, int64_t now_ms);
void pace_end(struct rosters *r, struct uuid peer);
