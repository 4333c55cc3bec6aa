/*
 * The network: actors and their readable relationships around one actor, with trust on each tie.
 */
#pragma once

#include "service/trust.h"

/* Writes "nodes", "edges", "truncated" into the open object. depth 1..2 hops from the centre. */
int network_write(struct node *n, struct snapshot *s, struct slice center, int depth, int64_t as_of,
                  struct render *r, struct error *err);
