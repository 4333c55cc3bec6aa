/*
 * What the carrier needs of the exchange itself: a bundle to send, a bundle taken, a receipt taken.
 * The carrier moves bytes and knows whose connection it is; what the bytes say is decided behind
 * these functions (node_calls.c; a stand-in in tests).
 */
#pragma once

#include "net/certificate.h"

/* The words of the protocol: docs/exchange-network.md. */
#define EXCHANGE_PATH "/exchange/v1"
#define BUNDLE_MEDIA "application/vnd.entente.bundle"
#define RECEIPT_MEDIA "application/vnd.entente.receipt+json"

/* Whether to carry once more. */
enum carry_again {
    CARRY_DONE,
    CARRY_GAP, /* something before it never came: it is sent too, but not for ever */
    CARRY_MORE /* one bundle did not hold all: the next has more */
};

struct exchange_calls {
    void *context;
    /* Moves whenever anything was written: peers read at the same position are the same. */
    int64_t (*position)(void *context);
    int (*peers)(void *context, struct arena *a, int64_t now_ms, struct error *err,
                 struct net_peer **ret, size_t *ret_count);
    /* Our own card, JSON. */
    int (*card)(void *context, struct arena *a, int64_t now_ms, struct error *err, struct buf *ret);
    /* Everything the peer may see and lacks, as a bundle; nothing is appended when it lacks
     * nothing. */
    int (*make)(void *context, struct arena *a, const struct net_peer *peer, int64_t now_ms,
                struct error *err, struct buf *ret);
    /* Takes a bundle that came over this peer's connection; the receipt goes back to it, the
     * outcome (JSON) is for our own eyes. */
    int (*take)(void *context, struct arena *a, const struct net_peer *peer, struct slice bundle,
                int64_t now_ms, struct error *err, struct buf *ret_receipt, struct buf *ret_outcome,
                enum carry_again *ret_again);
    /* Takes what the peer acknowledges; the outcome (JSON) is for our own eyes. */
    int (*receipt)(void *context, struct arena *a, const struct net_peer *peer,
                   struct slice receipt, int64_t now_ms, struct error *err, struct buf *ret_outcome,
                   enum carry_again *ret_again);
};
