/*
 * How this instance uses the network for exchange: DIR/exchange.json, all of it optional.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"

struct net_config {
    const char *proxy;    /* http://host:port or socks5h://host:port; "": none, even if the
                             environment names one; NULL: what the environment says */
    const char *no_proxy; /* host names that are reached directly, "a.example,b.example" */
    int64_t connect_s;    /* seconds to wait for a connection */
    int64_t stall_s;      /* seconds without a byte after which a transfer is given up */
    unsigned attempts;    /* in a row that may fail */
    int64_t retry_ms;     /* before the second attempt; twice as long before each further one */
    bool push;            /* serve sends to confirmed peers when something changed */
    int64_t push_after_s; /* seconds without a change before it does */
};

/* Defaults where the file is absent. EN_INVALID names what is wrong in it. */
int net_config_load(const char *directory, struct arena *a, struct error *err,
                    struct net_config *ret);
