/*
 * Errors as their readers get them: application/problem+json (RFC 9457), in English or French.
 *
 * Invariant: a fault of the program or the disk says nothing but its title: what went wrong inside
 * is for the log. The text tells no more about a record than the error it is made from.
 */
#pragma once

#include "base/error.h"
#include "base/json.h"

/* status 0: the code's own. instance: the path asked for, or empty. */
void problem_write(const struct error *err, int status, struct slice instance, bool french,
                   struct buf *out);

/* True for the codes whose message stays inside. */
bool problem_is_fault(int code);
