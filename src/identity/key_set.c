/*
 * Reading key sets and checking signatures, by GnuTLS; see key_set.h.
 *
 * A token that names its key is checked against the keys of that name alone; one that names none
 * only when exactly one key of the set can be meant (OpenID Connect Core 10.1).
 */
#include "identity/key_set.h"

#include "base/fault.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>

enum {
    RSA_BITS_MIN = 2048,
    RSA_BITS_MAX = 8192,
    EXPONENT_BYTES = 4,
    FIELD = 32,
    SET_ARENA = 1 << 23
};

enum family { FAMILY_RSA = 1, FAMILY_P256, FAMILY_ED25519 };

struct key {
    gnutls_pubkey_t pubkey;
    enum family family;
    struct slice id;
    enum jws_algorithm only; /* 0: whatever the family can */
};

struct key_set {
    struct arena *arena;
    struct key keys[KEY_SET_KEYS];
    size_t count;
};

static gnutls_datum_t datum(struct slice s)
{
    /* GnuTLS reads only; its type has no const */
    return (gnutls_datum_t){ .data = (unsigned char *)(uintptr_t)s.ptr, .size = (unsigned)s.len };
}

static struct slice without_zeros(struct slice number)
{
    while (number.len > 1 && number.ptr[0] == 0) {
        number = slice_make(number.ptr + 1, number.len - 1);
    }
    return number;
}

static size_t bits_of(struct slice number)
{
    size_t bits = number.len * 8;
    for (unsigned top = (unsigned char)number.ptr[0]; bits > 0 && !(top & 0x80); top <<= 1) {
        bits--;
    }
    return bits;
}

static bool member_bytes(struct arena *a, const struct json *jwk, const char *name,
                         struct slice *ret)
{
    return base64url_decode(a, json_get_text(jwk, name), ret);
}

static bool import_rsa(struct arena *a, const struct json *jwk, struct key *k)
{
    struct slice n, e;
    if (!member_bytes(a, jwk, "n", &n) || !member_bytes(a, jwk, "e", &e)) {
        return false;
    }
    n = without_zeros(n);
    e = without_zeros(e);
    size_t bits = bits_of(n);
    bool odd = (e.ptr[e.len - 1] & 1) && (n.ptr[n.len - 1] & 1);
    bool one = e.len == 1 && e.ptr[0] == 1;
    if (bits < RSA_BITS_MIN || bits > RSA_BITS_MAX || e.len > EXPONENT_BYTES || !odd || one) {
        return false;
    }
    gnutls_datum_t modulus = datum(n), exponent = datum(e);
    k->family = FAMILY_RSA;
    return gnutls_pubkey_import_rsa_raw(k->pubkey, &modulus, &exponent) == 0;
}

static bool import_p256(struct arena *a, const struct json *jwk, struct key *k)
{
    struct slice x, y;
    if (!slice_is(json_get_text(jwk, "crv"), "P-256") || !member_bytes(a, jwk, "x", &x) ||
        !member_bytes(a, jwk, "y", &y) || x.len != FIELD || y.len != FIELD) {
        return false;
    }
    gnutls_datum_t px = datum(x), py = datum(y);
    k->family = FAMILY_P256;
    return gnutls_pubkey_import_ecc_raw(k->pubkey, GNUTLS_ECC_CURVE_SECP256R1, &px, &py) == 0;
}

static bool import_ed25519(struct arena *a, const struct json *jwk, struct key *k)
{
    struct slice x;
    if (!slice_is(json_get_text(jwk, "crv"), "Ed25519") || !member_bytes(a, jwk, "x", &x) ||
        x.len != FIELD) {
        return false;
    }
    gnutls_datum_t point = datum(x);
    k->family = FAMILY_ED25519;
    return gnutls_pubkey_import_ecc_raw(k->pubkey, GNUTLS_ECC_CURVE_ED25519, &point, NULL) == 0;
}

static bool is_for_signatures(const struct json *jwk)
{
    const struct json *use = json_get(jwk, "use");
    const struct json *operations = json_get(jwk, "key_ops");
    if (use && !(use->type == JSON_STRING && slice_is(use->text, "sig"))) {
        return false;
    }
    if (!operations) {
        return true;
    }
    for (uint32_t i = 0; operations->type == JSON_ARRAY && i < operations->count; i++) {
        if (operations->items[i].type == JSON_STRING &&
            slice_is(operations->items[i].text, "verify")) {
            return true;
        }
    }
    return false;
}

static enum family family_of(enum jws_algorithm algorithm)
{
    return algorithm == JWS_ES256   ? FAMILY_P256
           : algorithm == JWS_EDDSA ? FAMILY_ED25519
                                    : FAMILY_RSA;
}

/* An algorithm that the key states must be one that we take, and fit the key. */
static bool read_only(const struct json *jwk, struct key *k)
{
    const struct json *stated = json_get(jwk, "alg");
    if (!stated) {
        return true;
    }
    return stated->type == JSON_STRING && jws_algorithm_parse(stated->text, &k->only) &&
           family_of(k->only) == k->family;
}

static bool import(struct arena *a, const struct json *jwk, struct key *k)
{
    struct slice type = json_get_text(jwk, "kty");
    return slice_is(type, "RSA")   ? import_rsa(a, jwk, k)
           : slice_is(type, "EC")  ? import_p256(a, jwk, k)
           : slice_is(type, "OKP") ? import_ed25519(a, jwk, k)
                                   : false;
}

/* Takes the key in, or leaves it out. */
static int take(struct key_set *set, const struct json *jwk)
{
    struct key k = { .id = json_get_text(jwk, "kid") };
    if (jwk->type != JSON_OBJECT || !is_for_signatures(jwk)) {
        return 0;
    }
    if (gnutls_pubkey_init(&k.pubkey) != 0) {
        return EN_NO_MEMORY;
    }
    if (!import(set->arena, jwk, &k) || !read_only(jwk, &k) ||
        gnutls_pubkey_verify_params(k.pubkey) != 0) { /* a point off its curve */
        gnutls_pubkey_deinit(k.pubkey);
        return arena_failed(set->arena) ? EN_NO_MEMORY : 0;
    }
    set->keys[set->count++] = k;
    return 0;
}

static int take_all(struct key_set *set, struct slice text, struct error *err)
{
    struct json *json = NULL;
    struct slice own = arena_copy(set->arena, text);
    if (!own.ptr) {
        return error_set(err, EN_NO_MEMORY, "keys");
    }
    int code = json_parse(set->arena, own, err, &json);
    const struct json *keys = code == 0 ? json_get(json, "keys") : NULL;
    if (code == 0 && (!keys || keys->type != JSON_ARRAY)) {
        return error_set(err, EN_INVALID, "the provider's keys are no key set");
    }
    for (uint32_t i = 0; code == 0 && i < keys->count && set->count < KEY_SET_KEYS; i++) {
        code = take(set, &keys->items[i]);
    }
    return code == EN_NO_MEMORY ? error_set(err, code, "keys") : code;
}

int key_set_parse(struct slice json, struct error *err, struct key_set **ret)
{
    if (json.len > KEY_SET_BYTES) {
        return error_set(err, EN_TOO_LARGE, "the provider's keys are larger than %d bytes",
                         KEY_SET_BYTES);
    }
    struct key_set *set = base_calloc(1, sizeof(*set));
    if (set) {
        set->arena = arena_new(SET_ARENA);
    }
    if (!set || !set->arena) {
        base_free(set);
        return error_set(err, EN_NO_MEMORY, "keys");
    }
    int code = take_all(set, json, err);
    if (code == 0 && set->count == 0) {
        code = error_set(err, EN_INVALID, "the provider has no key that we can use");
    }
    if (code != 0) {
        key_set_free(set);
        return code;
    }
    *ret = set;
    return 0;
}

void key_set_free(struct key_set *set)
{
    if (!set) {
        return;
    }
    for (size_t i = 0; i < set->count; i++) {
        gnutls_pubkey_deinit(set->keys[i].pubkey);
    }
    arena_free(set->arena);
    base_free(set);
}

size_t key_set_count(const struct key_set *set)
{
    return set->count;
}

static bool serves(const struct key *k, const struct jws *j)
{
    return k->family == family_of(j->algorithm) && (k->only == 0 || k->only == j->algorithm) &&
           (j->key_id.len == 0 || slice_eq(k->id, j->key_id));
}

/* The two halves of an ECDSA signature as the structure that GnuTLS takes. */
static bool encode_ecdsa(struct slice signature, gnutls_datum_t *ret)
{
    if (signature.len != 2 * FIELD) {
        return false;
    }
    gnutls_datum_t r = datum(without_zeros(slice_make(signature.ptr, FIELD)));
    gnutls_datum_t s = datum(without_zeros(slice_make(signature.ptr + FIELD, FIELD)));
    return gnutls_encode_rs_value(ret, &r, &s) == 0;
}

static bool holds(const struct key *k, const struct jws *j)
{
    static const gnutls_sign_algorithm_t methods[] = {
        [JWS_RS256] = GNUTLS_SIGN_RSA_SHA256,
        [JWS_PS256] = GNUTLS_SIGN_RSA_PSS_RSAE_SHA256,
        [JWS_ES256] = GNUTLS_SIGN_ECDSA_SHA256,
        [JWS_EDDSA] = GNUTLS_SIGN_EDDSA_ED25519,
    };
    gnutls_datum_t data = datum(j->signed_part), signature = datum(j->signature);
    bool encoded = j->algorithm == JWS_ES256;
    if (encoded && !encode_ecdsa(j->signature, &signature)) {
        return false;
    }
    int rc = gnutls_pubkey_verify_data2(k->pubkey, methods[j->algorithm], 0, &data, &signature);
    if (encoded) {
        gnutls_free(signature.data);
    }
    return rc >= 0;
}

int key_set_verify(const struct key_set *set, const struct jws *j, enum identity_reason *ret_reason,
                   struct error *err)
{
    size_t candidates = 0;
    bool good = false;
    for (size_t i = 0; i < set->count; i++) {
        if (serves(&set->keys[i], j)) {
            candidates++;
            good = good || holds(&set->keys[i], j);
        }
    }
    if (candidates == 0 || (j->key_id.len == 0 && candidates > 1)) {
        *ret_reason = IDENTITY_KEY;
        return error_set(err, EN_NOT_FOUND, "the provider has no key that fits the token");
    }
    if (!good) {
        *ret_reason = IDENTITY_SIGNATURE;
        return error_set(err, EN_CORRUPT, "the token's signature does not hold");
    }
    return 0;
}
