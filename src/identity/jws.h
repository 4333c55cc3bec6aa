/*
 * Signed tokens in the compact form (RFC 7515, RFC 7519), taken apart.
 *
 * Invariant: the algorithm is one of a fixed list of signatures by public keys; "none" and every
 * keyed hash are refused before a key is looked for, so that no public key can be passed off as a
 * secret. Keys and addresses that a token brings itself (jwk, jku, x5c, x5u) are never looked at; a
 * token that names something as critical is refused. Nothing here is trusted until
 * key_set_verify says so.
 */
#pragma once

#include "base/error.h"
#include "base/json.h"
#include "identity/reason.h"

enum { JWS_MAX = 32 * 1024 };

enum jws_algorithm { JWS_RS256 = 1, JWS_PS256, JWS_ES256, JWS_EDDSA };

struct jws {
    enum jws_algorithm algorithm;
    struct slice key_id;      /* empty: none was named */
    struct slice signed_part; /* the bytes that the signature covers */
    struct slice signature;
    const struct json *claims; /* an object */
};

/* EN_INVALID (too large, not three parts, not canonical base64url, not JSON), EN_UNSUPPORTED (the
 * algorithm), EN_NO_MEMORY. */
int jws_parse(struct arena *a, struct slice token, enum identity_reason *ret_reason,
              struct error *err, struct jws *ret);
/* "RS256", or NULL. */
const char *jws_algorithm_word(enum jws_algorithm algorithm);
bool jws_algorithm_parse(struct slice word, enum jws_algorithm *ret);

/* URL-safe base64 without padding, the one canonical form only; false otherwise. */
bool base64url_decode(struct arena *a, struct slice text, struct slice *ret);
