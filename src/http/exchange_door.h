/*
 * What the files of the listener for peers share: one request on its way.
 *
 * As with the other door, exactly one thread touches a request at any moment: a thread of the
 * library, or a worker while the connection is suspended.
 */
#pragma once

#include "base/json.h"
#include "base/limits.h"
#include "base/when.h"
#include "http/exchange_roster.h"
#include "http/exchange_server.h"
#include "http/work.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

struct exchange_server {
    struct exchange_options options;
    struct MHD_Daemon *daemon;
    uint16_t port;
    struct rosters *rosters;
    struct workers *workers;
    _Atomic int running; /* requests begun and not completed */
    pthread_mutex_t uploads_lock;
    struct exchange_request *uploads; /* those that have a part */
};

enum exchange_stage { EXCHANGE_HEAD, EXCHANGE_BODY, EXCHANGE_WORK, EXCHANGE_SENT };

struct exchange_request;

/* A thing that may be asked for. */
struct exchange_route {
    const char *method;
    const char *path;  /* behind /exchange/v1; ends with '/': a hash follows */
    const char *takes; /* media of the body, or NULL */
    /* Checks the head, makes ready for a body. */
    int (*begin)(struct exchange_request *r);
    int (*collect)(struct exchange_request *r, struct slice bytes);
    /* The whole request is there: on a worker. NULL: begin has answered. */
    int (*run)(struct exchange_request *r);
    bool costs; /* counts for the pace of the peer */
};
/* NULL with the methods that the path has, when it has others. */
const struct exchange_route *exchange_route_find(struct slice method, struct slice path,
                                                 struct slice *ret_name, const char **ret_allow);

struct exchange_request {
    struct job job; /* first, so that a job is its request */
    struct exchange_server *server;
    struct MHD_Connection *connection;
    struct arena *arena;
    enum exchange_stage stage;
    int64_t now_ms;
    struct slice target, method;
    struct json *parameters;
    const struct exchange_route *route;
    struct slice name; /* hash of a bundle */
    struct roster *roster;
    const struct net_peer *peer; /* of the roster */

    /* body */
    int64_t body_length; /* as stated; -1: not */
    bool chunked;
    struct depot_part *part; /* an upload; under uploads_lock while it is among the uploads */
    struct exchange_request *next_upload;
    int64_t part_length; /* of the whole bundle */
    struct buf body;
    uint64_t received;

    /* answer */
    struct error err;
    int status; /* 0: from err */
    struct buf answer;
    const char *type;
    int fd; /* a kept bundle instead of `answer`; -1: none */
    int64_t fd_from, fd_size;
    char etag[DEPOT_HASH_TEXT + 1];
    const char *allow;
    int retry_after;
    bool paced;
};

/* ---- uploads (exchange_uploads.c): a peer that begins an upload again takes it over from its own
 * earlier connection, which may be dead without our knowing ---- */

/* Opens the part of r->name, or takes it over; EN_BUSY while it is being looked at. */
int upload_begin(struct exchange_request *r, int64_t *ret_size);
int upload_append(struct exchange_request *r, struct slice bytes);
/* From here on nobody takes it over: EN_BUSY when somebody has. */
int upload_seal(struct exchange_request *r);
/* Closes it, if it is still ours. */
void upload_end(struct exchange_request *r, bool keep);

/* The header's value, or empty. */
struct slice exchange_header(const struct exchange_request *r, const char *name);
/* Makes err the answer; returns its code. status 0: that of the code. */
int exchange_refuse(struct exchange_request *r, int status);
/* What a failure inside the exchange tells the peer: that it failed, or that it was refused. */
int exchange_refuse_taking(struct exchange_request *r, const char *text);
/* Queues the answer. */
enum MHD_Result exchange_answer(struct exchange_request *r);
