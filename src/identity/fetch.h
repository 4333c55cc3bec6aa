/*
 * One HTTPS request to an identity provider, by libcurl.
 *
 * Invariant: only https, certificates always checked, no redirect followed, TLS 1.2 or later, a
 * bounded time and a bounded answer. It must never send anything to an address that was not checked
 * by fetch_url_fits.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

enum { FETCH_BYTES = 256 * 1024, FETCH_TIMEOUT_MS = 10000, FETCH_CONNECT_MS = 5000 };

struct fetch {
    struct slice url;
    const char *ca_file;       /* PEM trust anchors; NULL: the system's */
    struct slice form;         /* a body to post, or empty: GET */
    struct slice user, secret; /* HTTP Basic, or empty; encoded as RFC 6749 2.3.1 says */
    struct slice bearer;       /* Authorization: Bearer, or empty */
};

struct fetched {
    long status;
    struct slice type; /* media type without parameters */
    struct slice body;
};

/* Once, before any thread fetches. */
int fetch_begin(struct error *err);
/* https, a host, no user or fragment, no control characters, at most 2 KiB. */
bool fetch_url_fits(struct slice url);
/* EN_IO when there is no whole answer. */
int fetch_run(const struct fetch *f, struct arena *a, struct error *err, struct fetched *ret);
