/*
 * Sending to a peer and fetching from it, over cut connections if need be.
 *
 * push: what the peer lacks is made into a bundle, kept in the depot, uploaded from where the peer
 * has it, and acknowledged by the receipt that comes back. pull: what the peer has for us is
 * fetched into the depot, from where we have it, taken, and the receipt goes back. A transfer that
 * was given up goes on at the next call, as long as the bundle is young (LIMIT_EXCHANGE_RESUME_S):
 * after that it is made anew, so that nothing leaves that was decided otherwise in between.
 */
#pragma once

#include "net/calls.h"
#include "net/client.h"
#include "net/depot.h"

struct carrier {
    const struct exchange_calls *calls;
    const struct tls_identity *identity;
    struct depot *depot;
    struct net_config config;
};

struct carrier_report {
    bool nothing; /* there was nothing to carry */
    char bundle[DEPOT_HASH_TEXT + 1];
    int64_t bytes;
    int64_t resumed_at; /* bytes that were there before the first request */
    int64_t attempts;   /* one for each bundle, and one for each time that a connection was lost */
    bool acknowledged;  /* push: the receipt was taken; pull: ours was delivered */
    struct slice outcome; /* JSON: what became of it; empty when nothing was carried */
    enum carry_again again;
    int64_t bundles; /* how many were carried; what is said above is of the last of them */
};

struct carrier_run {
    struct arena *arena;
    const struct net_peer *peer;
    int64_t now_ms;
    net_progress progress;
    void *progress_context;
};

/* EN_CONFLICT when the peer is not confirmed; EN_BUSY when it cannot be reached or the connection
 * was lost too often; EN_FORBIDDEN when a certificate or the peer's answer says no. */
int carrier_push(struct carrier *c, const struct carrier_run *run, struct error *err,
                 struct carrier_report *ret);
int carrier_pull(struct carrier *c, const struct carrier_run *run, struct error *err,
                 struct carrier_report *ret);
/* The card of the instance at the peer's address, whose certificate fits. */
int carrier_card(struct carrier *c, const struct carrier_run *run, struct error *err,
                 struct buf *ret);
