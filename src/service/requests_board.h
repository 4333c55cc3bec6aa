/*
 * The board of requests: every request of an actor by its state, with what is left of the time to
 * answer, and for every partner how it has answered. Folded at the date asked about.
 */
#pragma once

#include "service/render.h"

/* of: whose board; as_of in ms. Writes the members of the answer into the open object. */
int requests_board_write(struct slice of, int64_t as_of_ms, struct render *r, struct error *err);
