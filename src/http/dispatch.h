/*
 * From a request that was read to its answer: parses the body, runs the operation or the door's own
 * route, and turns the outcome, or the refusal, into what will be sent.
 *
 * Invariant: it touches no connection, so a worker may run it while the connection is suspended.
 */
#pragma once

#include "http/door.h"

/* Makes the answer, also of a request that was refused while it was read. */
void dispatch_run(struct request *r);
/* Runs an operation as the request's viewer and makes the answer from it. */
int dispatch_operation(struct request *r, const struct operation *op, const struct json *body);
