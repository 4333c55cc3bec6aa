/*
 * What the files of this folder share: the server, one request on its way, and its answer.
 *
 * A request lives from its first line to the end of its answer. The threads that read sockets own
 * it, but for the time it is handed to a worker; then its connection is suspended, so exactly one
 * thread touches it at any moment.
 */
#pragma once

#include "base/limits.h"
#include "http/code.h"
#include "http/metrics.h"
#include "http/server.h"
#include "http/session.h"
#include "http/throttle.h"
#include "http/url.h"
#include "http/work.h"
#include "ops/ops.h"

#include <microhttpd.h>
#include <stdatomic.h>

struct chain;
struct oidc;
struct streams;
struct stream;
struct door_route;

/* A body made once and kept: the OpenAPI document. */
struct kept {
    char *bytes;
    size_t len;
    char *gzip;
    size_t gzip_len;
    char etag[17];
};

struct http_server {
    struct http_options options;
    struct MHD_Daemon *daemon;
    uint16_t port;
    bool secure; /* over TLS, ours or a proxy's */
    struct sessions *sessions;
    struct throttle *throttle;
    struct codes *codes;
    struct workers *workers;
    struct metrics *metrics;
    struct streams *streams;
    struct oidc *oidc; /* NULL: not configured */
    struct kept openapi;
    char *tls_certificate; /* PEM texts */
    char *tls_key;
    char *client_anchors; /* PEM; asked for by TLS when certificates sign in here */
    _Atomic int running;    /* requests begun and not completed */
    _Atomic int signing_in; /* password hashes being computed */
};

/* Rows of the metrics before those of the operations. */
enum door_row {
    ROW_UNROUTED,
    ROW_PAGES,
    ROW_HEALTH,
    ROW_READY,
    ROW_METRICS,
    ROW_OPENAPI,
    ROW_LOGIN,
    ROW_LOGIN_LINK,
    ROW_LOGOUT,
    ROW_EVENTS,
    ROW_FEED,
    ROW_OIDC_LOGIN,
    ROW_OIDC_CALLBACK,
    ROW_CERTIFICATE,
    ROW_COUNT,
};

struct answer {
    int status;
    struct buf body;        /* what is sent, unless: */
    struct slice constant;  /* bytes that outlive the answer */
    struct slice gzip_twin; /* the same, compressed already */
    bool may_gzip;          /* compress when the client agrees and it is worth it */
    const char *type;       /* Content-Type; NULL: no body */
    const char *cache;      /* Cache-Control; NULL: no-store */
    const char *policy;     /* Content-Security-Policy; NULL: that of the pages */
    struct slice etag;      /* without quotes */
    struct slice location;
    struct slice marking;
    struct slice allow;
    struct slice next;     /* Link: rel=next */
    struct slice as;       /* Entente-As: the peer as which it was read */
    bool as_narrowed;      /* the peer may see more */
    struct slice cookie;   /* Set-Cookie */
    struct slice binding;  /* Binding-Data: STANAG 4778, base64 */
    struct slice filename; /* Content-Disposition: attachment */
    int retry_after;       /* seconds */
    bool language;         /* its words depend on the language */
    bool is_stream;        /* the body ends when the connection does */
    struct stream *stream; /* an event stream instead of a body */
};

enum stage { STAGE_HEAD, STAGE_BODY, STAGE_WORK, STAGE_SENT };

/* Header texts; they live as long as the request. */
struct headers {
    struct slice accept_language, accept_encoding, authorization, content_type, cookie, csrf;
    struct slice host, idempotency_key, if_match, if_none_match, last_event_id, origin;
    struct slice sec_fetch_site, sec_purpose, prefer;
    struct slice as; /* Entente-As: a peer with whose eyes to read */
    int64_t content_length; /* -1: not stated */
    bool chunked;
};

struct request {
    struct job job; /* first, so that a job is its request */
    struct http_server *server;
    struct MHD_Connection *connection;
    struct arena *arena;
    enum stage stage;
    struct slice target; /* as sent */
    struct slice method; /* GET for HEAD */
    bool is_head;
    struct headers headers;
    struct slice address; /* the client's, for throttling (IPv6: its /64) */
    struct url url;
    struct json *parameters;

    /* where it goes: one of the two, or neither for pages */
    const struct operation *operation;
    const struct door_route *route;
    size_t row; /* of the metrics */

    /* who asks */
    const struct viewer *viewer; /* NULL: nobody */
    struct slice session;        /* the cookie's token, when it is a live session */
    struct chain *certificates;  /* what the connection showed, for ROW_CERTIFICATE */
    struct slice bearer;         /* the API token, when it holds */
    bool french;

    struct buf body;
    size_t body_max;
    uint64_t discarded; /* body bytes dropped since the request was refused */
    bool refused;       /* err says why; the rest of the body is dropped */

    struct error err;
    int status; /* overrides the status of err's code; 0: not */
    struct answer answer;
    int64_t now_ms;    /* wall clock when it was begun */
    int64_t begun_us;  /* steady clock */
    int64_t answer_us; /* from begin to answer */
    uint64_t sent;     /* bytes of the answer's body */
};

/* Steady microseconds. */
int64_t door_clock_us(void);
