/*
 * Any bytes as an ID token or, when they begin with {, as the keys of a provider. What must hold: a
 * refusal says why and gives nothing; what is accepted is one of the four algorithms; and under
 * keys whose private halves nobody has, only the tokens that were made with them are accepted.
 */
#include "fuzz.h"

#include "../identity/vectors.h"

#include "identity/id_token.h"

enum { MEMORY = 8 * 1024 * 1024 };

static void read_keys(struct slice text)
{
    struct key_set *keys = NULL;
    struct error err = { 0 };
    int code = key_set_parse(text, &err, &keys);
    must((code == 0) == (keys != NULL) && (code == 0 || err.code == code));
    must(!keys || (key_set_count(keys) > 0 && key_set_count(keys) <= KEY_SET_KEYS));
    key_set_free(keys);
}

static bool was_made(struct slice token)
{
    return slice_is(token, vector_rs256) || slice_is(token, vector_ps256) ||
           slice_is(token, vector_es256) || slice_is(token, vector_eddsa);
}

static void read_token(struct slice token)
{
    cleanup_arena struct arena *a = arena_new(MEMORY);
    struct key_set *keys = NULL;
    enum identity_reason reason = IDENTITY_OK;
    struct error err = { 0 };
    struct jws j = { 0 };
    must(a && key_set_parse(slice_of(vector_keys), NULL, &keys) == 0);
    int code = jws_parse(a, token, &reason, &err, &j);
    must((code == 0) == (reason == IDENTITY_OK) && (code == 0) == (j.claims != NULL));
    if (code == 0) {
        must(jws_algorithm_word(j.algorithm) && j.claims->type == JSON_OBJECT);
        must(j.signed_part.len < token.len);
        code = key_set_verify(keys, &j, &reason, &err);
        must(code == 0 || reason == IDENTITY_KEY || reason == IDENTITY_SIGNATURE);
        /* ECDSA has a second form of every signature; what it signs is the same */
        must(code != 0 || was_made(token) || j.algorithm == JWS_ES256);
    }
    must(code == 0 || err.code == code);
    key_set_free(keys);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_make((const char *)data, size);
    if (size > 0 && data[0] == '{') {
        read_keys(text);
    } else {
        read_token(text);
    }
    return 0;
}
