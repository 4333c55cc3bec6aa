/*
 * Signing in by way of an OpenID provider: two addresses that a browser visits.
 *
 * GET /oidc/login sends it to the provider; GET /oidc/callback takes it back, trades the code,
 * applies the administrator's rules and starts a session. Invariant: a session starts only for the
 * browser that began the sign-in, by an answer of the configured provider whose token holds. What
 * goes wrong is one word in the address of the sign-in page, which says it in a sentence, and the
 * same word in the log; never a text that the provider chose.
 */
#pragma once

#include "http/door.h"

/* Reads the configuration and the client's secret; s->oidc stays NULL when there is none. */
int oidc_open(struct http_server *s, struct error *err);
void oidc_close(struct http_server *s);

int oidc_begin(struct request *r);
int oidc_finish(struct request *r);
