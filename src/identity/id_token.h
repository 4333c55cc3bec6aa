/*
 * What an ID token must say before it is believed (OpenID Connect Core 3.1.3.7).
 *
 * Invariant: the claims come out only when the signature by a key of the provider holds and every
 * claim does: issuer, audience, party, times within IDENTITY_SKEW_MS, nonce, subject, and the hash
 * of the access token when there is one. The order is fixed, so a token that is wrong in one way
 * only is refused for that.
 */
#pragma once

#include "identity/key_set.h"

enum { IDENTITY_SKEW_MS = 60 * 1000, SUBJECT_MAX = 255 };

struct id_token_expected {
    struct slice issuer, client_id, nonce;
    struct slice access_token; /* that came with it, or empty */
    int64_t begun_ms;          /* when the sign-in began: the token cannot be older */
    int64_t now_ms;
};

int id_token_check(const struct key_set *keys, struct arena *a, struct slice token,
                   const struct id_token_expected *expected, enum identity_reason *ret_reason,
                   struct error *err, const struct json **ret_claims);
