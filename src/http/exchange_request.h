/*
 * One request of a peer, from its first line to the end of its answer; see exchange_door.h.
 */
#pragma once

#include "http/exchange_door.h"

struct exchange_request *exchange_request_new(struct exchange_server *s, const char *target);
void exchange_request_free(struct exchange_request *r);

/* Finds out who asks and for what. Nothing of a body has been read. */
void exchange_request_begin(struct exchange_request *r, struct MHD_Connection *connection,
                            const char *method);
/* Refused, and the body is not worth waiting for. */
bool exchange_request_refuse_now(const struct exchange_request *r);
/* Takes part of the body; false ends the connection. */
bool exchange_request_collect(struct exchange_request *r, struct slice bytes);
/* There is work to be done, and this peer may have it done now. */
bool exchange_request_works(struct exchange_request *r);
/* Does it: on a worker. */
void exchange_request_run(struct exchange_request *r);
