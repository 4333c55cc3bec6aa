/*
 * What the tests of the running door share: a server over the fake node, and requests in one line.
 */
#pragma once

#include "client.h"
#include "fake.h"
#include "http/server.h"

struct harness {
    struct node *node;
    struct http_server *server;
    uint16_t port;
    struct buf reply; /* of the last request */
};

/* cmocka group fixtures; *state is the harness. */
int harness_start(void **state);
int harness_stop(void **state);

/* Sends "METHOD PATH HTTP/1.1" with Host, Connection: close, the given header lines (each ending in
 * \r\n) and body (with its Content-Length unless NULL); returns the status. */
int ask(struct harness *h, const char *method, const char *path, const char *headers,
        const char *body);
/* Did the last reply's body hold this text? */
bool reply_has(const struct harness *h, const char *text);

/* A signed-in browser: its header lines. */
struct browser {
    char cookie[128]; /* "Cookie: entente=...\r\n" */
    char both[256];   /* the cookie and X-Entente-CSRF */
};
struct browser sign_in(struct harness *h, const char *name);
