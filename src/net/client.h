/*
 * An HTTPS client that talks to one peer and to nobody else.
 *
 * Invariant: not one byte of a request leaves before the certificate that the other end showed was
 * found to be the peer's (certificate.h). Neither redirects nor other protocols are followed; a
 * proxy only ever carries the encrypted connection.
 */
#pragma once

#include "base/buf.h"
#include "net/certificate.h"
#include "net/config.h"
#include "net/identity.h"

struct net_client;

typedef void (*net_progress)(void *context, int64_t done, int64_t total);

struct net_client_options {
    const struct tls_identity *identity;
    const struct net_peer *peer; /* both outlive the client */
    const struct net_config *config;
    int64_t now_ms;
    net_progress progress; /* NULL: nobody looks */
    void *progress_context;
};

int net_client_new(const struct net_client_options *options, struct error *err,
                   struct net_client **ret);
void net_client_free(struct net_client *c);

struct net_reply {
    long status;
    char etag[72];      /* without quotes, empty: none */
    int64_t range_from; /* of 206; -1 otherwise */
    int64_t length;     /* of the whole body or of the rest of it; -1: not stated */
    struct buf body;    /* unless a sink took it */
};

/* Who takes a body as it comes: begin once, when status and headers are known, then its bytes. */
struct net_sink {
    void *context;
    int (*begin)(void *context, const struct net_reply *reply, struct error *err);
    int (*take)(void *context, struct slice bytes, struct error *err);
};

struct net_request {
    const char *method; /* GET, PUT or POST */
    struct slice path;  /* behind the peer's address: "/exchange/v1/card" */
    const char *type;   /* Content-Type of the body */
    struct slice body;  /* of PUT and POST */
    int64_t from;       /* > 0: Range from here on, if if_range still names it */
    const char *if_range;
    const struct net_sink *sink; /* takes the bodies of 200 and 206 */
};

/* Sends it and receives all of the answer, whatever its status. *ret_cut tells, with an error, that
 * the connection was lost, so that another attempt may succeed. The caller frees with buf_done the
 * reply's body, which is always in order. */
int net_client_run(struct net_client *c, const struct net_request *r, struct error *err,
                   struct net_reply *ret, bool *ret_cut);
