/*
 * Sending by itself: when something was written and it has been quiet for a while, every confirmed
 * peer that has an address is sent what it lacks. Off unless exchange.json says {"push": true}.
 */
#pragma once

#include "base/error.h"
#include "net/carrier.h"

struct pusher;

/* Carrier and its calls outlive the pusher, and nobody else uses them meanwhile. */
int pusher_start(struct carrier *carrier, struct error *err, struct pusher **ret);
/* Waits for a transfer that runs. */
void pusher_stop(struct pusher *p);
