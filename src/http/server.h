/*
 * The HTTP door: one listening server onto the operation table, the event stream and the pages.
 *
 * Invariant: everything a client may do through it is an operation of the table, run as the viewer
 * that the request's session or token names at that moment; the door itself decides nothing about
 * records. It must never log or count anything that comes from a record or a query.
 */
#pragma once

#include "base/error.h"
#include "base/log.h"
#include "base/uuid.h"
#include "http/static.h"

struct http_server;
struct node;
struct operations;

struct http_options {
    struct node *node;
    const struct operations *operations;
    const char *address;         /* numeric; NULL: 127.0.0.1 */
    uint16_t port;               /* 0: any free port, see http_port */
    const char *tls_certificate; /* PEM files, both or neither */
    const char *tls_key;
    bool https_in_front;             /* a proxy ends TLS: cookies are Secure all the same */
    const struct static_file *files; /* NULL: the embedded interface */
    size_t file_count;
    unsigned threads; /* 0: from the number of processors */
    enum log_level log_level;
};

/* Listens and returns; requests are answered by its own threads. Node and operations must outlive
 * the server. */
int http_serve(const struct http_options *options, struct error *err, struct http_server **ret);
uint16_t http_port(const struct http_server *s);
/* Ends streams, lets running requests finish (a few seconds at most), closes and frees. */
void http_stop(struct http_server *s);

enum { HTTP_CODE_TEXT = 43 };
/* Makes a code for /login?code=...: it signs this user in, once, within 15 minutes. */
void http_login_code(struct http_server *s, struct uuid user, char ret[HTTP_CODE_TEXT + 1]);
