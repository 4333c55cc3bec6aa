/*
 * What push and pull share: one conversation with a peer, its attempts, and answers that say no.
 */
#pragma once

#include "base/json.h"
#include "net/carrier.h"

struct talk {
    struct carrier *carrier;
    const struct carrier_run *run;
    struct net_client *client;
    struct error *err;
    struct carrier_report *report;
    struct slice receipt; /* push: the peer's */
    unsigned failures;    /* since something last went forward */
};

int talk_begin(struct carrier *c, const struct carrier_run *run, struct error *err,
               struct carrier_report *report, struct talk *ret);
void talk_end(struct talk *t);
/* A whole conversation; once more when one side turns out to lack more than was carried. */
int talk_carry(struct carrier *c, const struct carrier_run *run, int (*carry)(struct talk *t),
               struct error *err, struct carrier_report *ret);
/* Keeps what became of the bundle for the report. */
int talk_conclude(struct talk *t, const struct buf *outcome, bool acknowledged);

/* Sends a request until an answer comes; EN_BUSY when attempts are used up. again() decides, after
 * the connection was lost or the peer was busy, what the next attempt asks for; NULL: the same. */
int talk_once(struct talk *t, const struct net_request *r, struct net_reply *ret, bool *ret_again);
/* Waits before the next attempt; false when there have been enough of them. */
bool talk_wait(struct talk *t);
/* The request with as many attempts as there are. */
int talk_ask(struct talk *t, const struct net_request *r, struct net_reply *ret);
/* An answer that is not what was hoped for, as an error. */
int talk_refuse(struct talk *t, const struct net_reply *reply);
