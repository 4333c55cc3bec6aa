/*
 * The listener for peers: a port of its own, over mutual TLS, that carries bundles and receipts.
 *
 * Invariant: a connection whose certificate is not that of a confirmed peer ends in the handshake,
 * before a request is read, and whoever shows it learns nothing: an unknown peer, one that is not
 * confirmed, one whose certificate was revoked are refused alike. The decision is made again at
 * every request, so that a peer that is suspended is cut off at once.
 */
#pragma once

#include "base/error.h"
#include "base/log.h"
#include "net/calls.h"
#include "net/depot.h"
#include "net/identity.h"

struct exchange_server;

struct exchange_options {
    const struct exchange_calls *calls;
    struct tls_identity *identity;
    struct depot *depot;
    const char *address; /* numeric; NULL: 127.0.0.1 */
    uint16_t port;       /* 0: any free port, see exchange_port */
    unsigned timeout_s;  /* seconds without a byte after which a connection ends; 0: 20 */
};

/* Listens and returns. Calls, identity and depot must outlive the server. */
int exchange_serve(const struct exchange_options *options, struct error *err,
                   struct exchange_server **ret);
uint16_t exchange_port(const struct exchange_server *s);
/* Lets running work finish (a few seconds at most), closes and frees. */
void exchange_stop(struct exchange_server *s);
