/*
 * The exchange of a node as the carrier needs it (calls.h), in the name of one viewer: the officer
 * who pushes or pulls, or the instance itself when it listens.
 */
#pragma once

#include "net/calls.h"
#include "net/carrier.h"
#include "service/exchange.h"

struct node_calls {
    struct exchange_calls calls; /* their context is this */
    struct node *node;
    const struct viewer *viewer;
    const char *tls_pin; /* for our card */
    bool french;         /* reasons in outcomes */
};

void node_calls_init(struct node *n, const struct viewer *v, const char *tls_pin, bool french,
                     struct node_calls *ret);
/* A peer as the carrier sees it; texts stay where they are. */
struct net_peer node_calls_peer(const struct peer *p);

/* All that a node needs to carry bundles: TLS identity, depot, settings. */
struct node_carrier {
    struct node_calls calls;
    struct tls_identity *identity;
    struct carrier carrier;
};
/* The settings live in the arena. */
int node_carrier_open(struct node *n, const struct viewer *v, struct arena *a, int64_t now_ms,
                      bool french, struct error *err, struct node_carrier *ret);
void node_carrier_close(struct node_carrier *c);
