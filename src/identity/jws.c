/*
 * Taking a signed token apart; see jws.h.
 */
#include "identity/jws.h"

#include <sodium.h>

static const struct {
    enum jws_algorithm algorithm;
    const char *word;
} algorithms[] = {
    { JWS_RS256, "RS256" },
    { JWS_PS256, "PS256" },
    { JWS_ES256, "ES256" },
    { JWS_EDDSA, "EdDSA" },
};
enum { ALGORITHMS = sizeof(algorithms) / sizeof(algorithms[0]) };

const char *jws_algorithm_word(enum jws_algorithm algorithm)
{
    for (size_t i = 0; i < ALGORITHMS; i++) {
        if (algorithms[i].algorithm == algorithm) {
            return algorithms[i].word;
        }
    }
    return NULL;
}

bool jws_algorithm_parse(struct slice word, enum jws_algorithm *ret)
{
    for (size_t i = 0; i < ALGORITHMS; i++) {
        if (slice_is(word, algorithms[i].word)) {
            *ret = algorithms[i].algorithm;
            return true;
        }
    }
    return false;
}

bool base64url_decode(struct arena *a, struct slice text, struct slice *ret)
{
    size_t max = text.len / 4 * 3 + 3, len = 0;
    unsigned char *bytes = arena_alloc(a, max);
    if (!bytes || text.len == 0 ||
        sodium_base642bin(bytes, max, text.ptr, text.len, NULL, &len, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
        return false;
    }
    *ret = slice_make((const char *)bytes, len);
    return true;
}

static int malformed(enum identity_reason *ret_reason, struct error *err, const char *what)
{
    *ret_reason = IDENTITY_MALFORMED;
    return error_set(err, EN_INVALID, "the token is malformed: %s", what);
}

static int decode_object(struct arena *a, struct slice part, const struct json **ret)
{
    struct slice text;
    struct json *value = NULL;
    if (!base64url_decode(a, part, &text) || !slice_is_utf8(text)) {
        return EN_INVALID;
    }
    int code = json_parse(a, text, NULL, &value);
    if (code == 0 && value->type != JSON_OBJECT) {
        code = EN_INVALID;
    }
    *ret = value;
    return code;
}

/* An ID token is typed "JWT" or not at all: an access or logout token is not one. */
static bool type_fits(const struct json *header)
{
    const struct json *type = json_get(header, "typ");
    return !type || (type->type == JSON_STRING && slice_eq_fold(type->text, S("JWT")));
}

static int read_header(const struct json *header, enum identity_reason *ret_reason,
                       struct error *err, struct jws *ret)
{
    const struct json *key_id = json_get(header, "kid");
    if (!jws_algorithm_parse(json_get_text(header, "alg"), &ret->algorithm)) {
        *ret_reason = IDENTITY_ALGORITHM;
        return error_set(err, EN_UNSUPPORTED, "the token's algorithm is not accepted");
    }
    if (json_get(header, "crit")) {
        return malformed(ret_reason, err, "it names something critical that is not known");
    }
    if (!type_fits(header)) {
        return malformed(ret_reason, err, "it is of another type");
    }
    if (key_id && (key_id->type != JSON_STRING || key_id->text.len == 0)) {
        return malformed(ret_reason, err, "the key's name is no text");
    }
    ret->key_id = key_id ? key_id->text : S("");
    return 0;
}

int jws_parse(struct arena *a, struct slice token, enum identity_reason *ret_reason,
              struct error *err, struct jws *ret)
{
    struct jws j = { 0 };
    const struct json *header = NULL;
    if (token.len > JWS_MAX) {
        return malformed(ret_reason, err, "it is too large");
    }
    struct slice rest = token;
    struct slice head = slice_cut(&rest, '.');
    struct slice body = slice_cut(&rest, '.');
    if (head.len == 0 || body.len == 0 || !rest.ptr || memchr(rest.ptr, '.', rest.len)) {
        return malformed(ret_reason, err, "it has not three parts");
    }
    j.signed_part = slice_make(token.ptr, head.len + 1 + body.len);
    if (decode_object(a, head, &header) != 0) {
        return malformed(ret_reason, err, "its header is no object");
    }
    int code = read_header(header, ret_reason, err, &j);
    if (code != 0) {
        return code;
    }
    if (decode_object(a, body, &j.claims) != 0) {
        return malformed(ret_reason, err, "its claims are no object");
    }
    if (!base64url_decode(a, rest, &j.signature)) {
        return malformed(ret_reason, err, "its signature is not base64url");
    }
    *ret = j;
    return 0;
}
