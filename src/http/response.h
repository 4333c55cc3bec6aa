/*
 * Answers on their way out: headers, entity tags, compression.
 *
 * Invariant: every answer carries the same strict security headers; one with a body that a record
 * may have shaped is never stored by a cache. Building may fail (memory); then the connection is
 * closed rather than something half sent.
 */
#pragma once

#include "http/door.h"

/* Fills the answer with the problem that r->err states. */
void response_problem(struct request *r);
/* Queues the answer. MHD_NO closes the connection. */
enum MHD_Result response_send(struct request *r);

/* The representation's tag: the operation's own (may be empty), a dot, and a hash of the bytes, so
 * that it is strong whatever language, marking or reference titles the bytes show. */
struct slice response_etag(struct arena *a, struct slice own, struct slice bytes);
/* Turns such a tag back into the operation's own. */
struct slice response_etag_own(struct slice tag);
