/*
 * One request, read strictly: where it goes, who asks, and the bytes of its body.
 *
 * Invariant: whoever asks is known, and may ask this way (session with its CSRF token, or token),
 * before a byte of the body is kept. It must never trust a length that the client states.
 */
#pragma once

#include "http/door.h"

/* NULL when memory fails. target is copied. */
struct request *request_new(struct http_server *s, const char *target);
void request_free(struct request *r);

/* Head read: routes it, finds out who asks, and refuses early what must be refused. */
void request_begin(struct request *r, struct MHD_Connection *connection, const char *method);
/* True when the refusal should be sent before the body, which closes the connection. */
bool request_refuse_now(const struct request *r);
/* Takes body bytes. False: the client sends far more than it may; drop the connection. */
bool request_collect(struct request *r, const char *bytes, size_t size);
/* The whole body is here: does it belong to a worker? */
bool request_is_long(const struct request *r);
/* Does the address it goes to take a JSON body? */
bool request_takes_json(const struct request *r);

/* Refuses with err as it stands (status 0: the code's own). Returns err.code. */
int request_refuse(struct request *r, int status);
