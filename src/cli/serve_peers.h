/* The peers' side of serve: the listener for them, and sending by itself. */
#pragma once

#include "cli/args.h"

struct serve_peers;

/* Starts what was asked for: --exchange-port, and "push" of exchange.json. *ret is NULL when that
 * is nothing. */
int serve_peers_start(struct cli *c, const struct arguments *args, struct node *n,
                      struct error *err, struct serve_peers **ret);
void serve_peers_stop(struct serve_peers *s);
