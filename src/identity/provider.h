/*
 * An OpenID provider as this instance knows it: its discovery document and its keys, fetched when
 * needed and kept for an hour, and the two steps of the authorization code flow with PKCE S256.
 *
 * Invariant: everything the provider says about itself is checked against the issuer that the
 * administrator configured; claims come out of provider_exchange only when the ID token holds
 * (id_token.h). Keys are fetched anew when a token names one that is not there, a few times a
 * minute at most. Calls may come from any thread; they may wait for the network, one at a time.
 */
#pragma once

#include "identity/id_token.h"

struct provider;

/* Copied. */
struct provider_options {
    struct slice issuer, client_id, redirect;
    struct slice secret; /* empty: a public client */
    struct slice scopes; /* separated by spaces, "openid" among them */
    struct slice ca_file;
    bool userinfo; /* ask for the claims that are not in the ID token */
};

int provider_new(const struct provider_options *o, struct error *err, struct provider **ret);
void provider_free(struct provider *p);

/* What ties an answer to the browser that asked: random texts of the door. */
struct sign_in {
    struct slice state, nonce, verifier;
    int64_t begun_ms;
};

/* The address to send the browser to. */
int provider_authorize(struct provider *p, struct arena *a, const struct sign_in *s, bool french,
                       int64_t now_ms, enum identity_reason *ret_reason, struct error *err,
                       struct slice *ret_url);
/* May this answer come from the provider (RFC 9207)? issuer: the "iss" of the answer, or empty. */
int provider_answers(struct provider *p, struct slice issuer, enum identity_reason *ret_reason,
                     struct error *err);
/* Trades the code for claims. */
int provider_exchange(struct provider *p, struct arena *a, const struct sign_in *s,
                      struct slice code, int64_t now_ms, enum identity_reason *ret_reason,
                      struct error *err, const struct json **ret_claims);
