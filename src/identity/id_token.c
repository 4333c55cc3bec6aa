/*
 * Checking ID tokens; see id_token.h.
 */
#include "identity/id_token.h"

#include <math.h>
#include <sodium.h>

struct check {
    const struct jws *token;
    const struct id_token_expected *expected;
    enum identity_reason *reason;
    struct error *err;
};

static int refuse(const struct check *c, enum identity_reason reason, const char *why)
{
    *c->reason = reason;
    return error_set(c->err, EN_FORBIDDEN, "the token is not for us: %s", why);
}

static int check_issuer(const struct check *c)
{
    return slice_eq(json_get_text(c->token->claims, "iss"), c->expected->issuer)
               ? 0
               : refuse(c, IDENTITY_TOKEN_ISSUER, "another issuer");
}

/* We are the one audience: a token that others may use too could have been handed on by them. */
static int check_audience(const struct check *c)
{
    const struct json *audience = json_get(c->token->claims, "aud");
    const struct json *one = audience;
    if (audience && audience->type == JSON_ARRAY) {
        one = audience->count == 1 ? &audience->items[0] : NULL;
    }
    return one && one->type == JSON_STRING && slice_eq(one->text, c->expected->client_id)
               ? 0
               : refuse(c, IDENTITY_AUDIENCE, "another audience");
}

static int check_party(const struct check *c)
{
    const struct json *party = json_get(c->token->claims, "azp");
    return !party || (party->type == JSON_STRING && slice_eq(party->text, c->expected->client_id))
               ? 0
               : refuse(c, IDENTITY_PARTY, "issued to another party");
}

/* Seconds since 1970, whole or not, as milliseconds. */
static bool instant_of(const struct json *claims, const char *name, int64_t *ret_ms)
{
    const struct json *value = json_get(claims, name);
    if (!value || value->type != JSON_NUMBER || !(value->number >= 0) || !(value->number < 1e11)) {
        return false;
    }
    *ret_ms = (int64_t)floor(value->number * 1000);
    return true;
}

static int check_times(const struct check *c)
{
    const struct id_token_expected *e = c->expected;
    const struct json *claims = c->token->claims;
    int64_t expires = 0, issued = 0, not_before = 0;
    if (!instant_of(claims, "exp", &expires) || e->now_ms >= expires + IDENTITY_SKEW_MS) {
        return refuse(c, IDENTITY_EXPIRED, "expired");
    }
    if (!instant_of(claims, "iat", &issued) || issued > e->now_ms + IDENTITY_SKEW_MS ||
        issued + IDENTITY_SKEW_MS < e->begun_ms) {
        return refuse(c, IDENTITY_ISSUED, "not issued for this sign-in");
    }
    if (json_get(claims, "nbf") &&
        (!instant_of(claims, "nbf", &not_before) || not_before > e->now_ms + IDENTITY_SKEW_MS)) {
        return refuse(c, IDENTITY_ISSUED, "not valid yet");
    }
    return 0;
}

static int check_nonce(const struct check *c)
{
    struct slice nonce = json_get_text(c->token->claims, "nonce");
    return nonce.len > 0 && nonce.len == c->expected->nonce.len &&
                   sodium_memcmp(nonce.ptr, c->expected->nonce.ptr, nonce.len) == 0
               ? 0
               : refuse(c, IDENTITY_NONCE, "another sign-in's");
}

static int check_subject(const struct check *c)
{
    struct slice subject = json_get_text(c->token->claims, "sub");
    bool clean = subject.len > 0 && subject.len <= SUBJECT_MAX;
    for (size_t i = 0; clean && i < subject.len; i++) {
        clean = subject.ptr[i] >= 0x20 && subject.ptr[i] < 0x7F;
    }
    return clean ? 0 : refuse(c, IDENTITY_SUBJECT, "no subject");
}

/* The left half of the hash that the algorithm uses; Ed25519 uses SHA-512. */
static int check_access_hash(const struct check *c)
{
    const struct json *stated = json_get(c->token->claims, "at_hash");
    struct slice token = c->expected->access_token;
    unsigned char hash[crypto_hash_sha512_BYTES];
    char text[sodium_base64_ENCODED_LEN(crypto_hash_sha512_BYTES / 2,
                                        sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
    if (!stated) {
        return 0;
    }
    bool long_hash = c->token->algorithm == JWS_EDDSA;
    if (long_hash) {
        crypto_hash_sha512(hash, (const unsigned char *)token.ptr, token.len);
    } else {
        crypto_hash_sha256(hash, (const unsigned char *)token.ptr, token.len);
    }
    sodium_bin2base64(text, sizeof(text), hash,
                      (long_hash ? crypto_hash_sha512_BYTES : crypto_hash_sha256_BYTES) / 2,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return stated->type == JSON_STRING && slice_is(stated->text, text)
               ? 0
               : refuse(c, IDENTITY_ACCESS_HASH, "its access token is another");
}

int id_token_check(const struct key_set *keys, struct arena *a, struct slice token,
                   const struct id_token_expected *expected, enum identity_reason *ret_reason,
                   struct error *err, const struct json **ret_claims)
{
    static int (*const checks[])(const struct check *) = {
        check_issuer, check_audience, check_party,       check_times,
        check_nonce,  check_subject,  check_access_hash,
    };
    struct jws j;
    int code = jws_parse(a, token, ret_reason, err, &j);
    if (code == 0) {
        code = key_set_verify(keys, &j, ret_reason, err);
    }
    struct check c = { .token = &j, .expected = expected, .reason = ret_reason, .err = err };
    for (size_t i = 0; code == 0 && i < sizeof(checks) / sizeof(checks[0]); i++) {
        code = checks[i](&c);
    }
    if (code == 0) {
        *ret_claims = j.claims;
    }
    return code;
}
