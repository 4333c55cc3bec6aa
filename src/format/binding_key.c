/*
 * Keys on P-256 by GnuTLS, the TLS library of the program: verifying, certificates, PEM.
 *
 * A certificate is taken as a wrapping of its key; whether its issuer is to be believed is not
 * asked here. Must never see a private key.
 */
#include "format/binding_internal.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <sodium.h>

/* SubjectPublicKeyInfo of a point on P-256 is this head, then 04, x and y (RFC 5480). */
static const uint8_t spki_head[] = { 0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                     0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                     0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04 };

enum { SPKI_SIZE = sizeof(spki_head) + BINDING_POINT };

static void write_spki(const uint8_t point[BINDING_POINT], uint8_t ret[SPKI_SIZE])
{
    memcpy(ret, spki_head, sizeof(spki_head));
    memcpy(ret + sizeof(spki_head), point, BINDING_POINT);
}

static gnutls_datum_t datum(const uint8_t *bytes, size_t len)
{
    union {
        const uint8_t *in;
        unsigned char *out; /* GnuTLS does not write to what it is given */
    } u = { .in = bytes };

    return (gnutls_datum_t){ .data = u.out, .size = (unsigned)len };
}

static gnutls_pubkey_t import_point(const uint8_t point[BINDING_POINT])
{
    gnutls_datum_t x = datum(point, 32);
    gnutls_datum_t y = datum(point + 32, 32);
    gnutls_pubkey_t key = NULL;

    if (gnutls_pubkey_init(&key) < 0) {
        return NULL;
    }
    if (gnutls_pubkey_import_ecc_raw(key, GNUTLS_ECC_CURVE_SECP256R1, &x, &y) < 0) {
        gnutls_pubkey_deinit(key);
        return NULL;
    }
    return key;
}

bool binding_holds(const uint8_t point[BINDING_POINT], const uint8_t sha256[32],
                   const uint8_t signature[BINDING_SIGN])
{
    gnutls_datum_t hash = datum(sha256, 32);
    gnutls_datum_t r = datum(signature, 32);
    gnutls_datum_t s = datum(signature + 32, 32);
    gnutls_datum_t der = { 0 };
    gnutls_pubkey_t key = import_point(point);
    bool holds = false;

    if (!key) {
        return false;
    }
    if (gnutls_encode_rs_value(&der, &r, &s) >= 0) {
        holds = gnutls_pubkey_verify_hash2(key, GNUTLS_SIGN_ECDSA_SHA256, 0, &hash, &der) >= 0;
        gnutls_free(der.data);
    }
    gnutls_pubkey_deinit(key);
    return holds;
}

/* Right-aligned: exported numbers may be shorter, or have a leading zero. */
static bool take_number(const gnutls_datum_t *n, uint8_t ret[32])
{
    size_t skip = n->size > 32 ? n->size - 32 : 0;

    if (skip > 1 || (skip == 1 && n->data[0] != 0)) {
        return false;
    }
    memset(ret, 0, 32);
    memcpy(ret + 32 - (n->size - skip), n->data + skip, n->size - skip);
    return true;
}

static bool export_point(gnutls_pubkey_t key, uint8_t ret[BINDING_POINT])
{
    gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;
    gnutls_datum_t x = { 0 };
    gnutls_datum_t y = { 0 };
    bool ok = gnutls_pubkey_export_ecc_raw2(key, &curve, &x, &y, 0) >= 0 &&
              curve == GNUTLS_ECC_CURVE_SECP256R1 && take_number(&x, ret) &&
              take_number(&y, ret + 32);

    gnutls_free(x.data);
    gnutls_free(y.data);
    return ok;
}

static bool point_of_crt(const gnutls_datum_t *bytes, gnutls_x509_crt_fmt_t form,
                         uint8_t ret[BINDING_POINT])
{
    gnutls_x509_crt_t crt = NULL;
    gnutls_pubkey_t key = NULL;
    bool ok = false;

    if (gnutls_x509_crt_init(&crt) < 0) {
        return false;
    }
    if (gnutls_pubkey_init(&key) >= 0) {
        ok = gnutls_x509_crt_import(crt, bytes, form) >= 0 &&
             gnutls_pubkey_import_x509(key, crt, 0) >= 0 && export_point(key, ret);
        gnutls_pubkey_deinit(key);
    }
    gnutls_x509_crt_deinit(crt);
    return ok;
}

bool binding_point_of_certificate(const uint8_t *der, size_t len, uint8_t ret[BINDING_POINT])
{
    gnutls_datum_t bytes = datum(der, len);

    return point_of_crt(&bytes, GNUTLS_X509_FMT_DER, ret);
}

int binding_key_from_pem(struct slice pem, struct error *err, uint8_t ret[BINDING_POINT])
{
    gnutls_datum_t bytes = datum((const uint8_t *)pem.ptr, pem.len);
    gnutls_pubkey_t key = NULL;
    uint8_t point[BINDING_POINT];
    bool ok = false;

    if (pem.len > BINDING_BYTES) {
        return error_set(err, EN_TOO_LARGE, "a key has at most %d bytes", BINDING_BYTES);
    }
    if (gnutls_pubkey_init(&key) >= 0) {
        ok =
            gnutls_pubkey_import(key, &bytes, GNUTLS_X509_FMT_PEM) >= 0 && export_point(key, point);
        gnutls_pubkey_deinit(key);
    }
    if (!ok && !point_of_crt(&bytes, GNUTLS_X509_FMT_PEM, point)) {
        return error_set(err, EN_INVALID, "not a PEM public key or certificate on P-256");
    }
    memcpy(ret, point, sizeof(point));
    return 0;
}

void binding_fingerprint(const uint8_t point[BINDING_POINT], char ret[65])
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    uint8_t spki[SPKI_SIZE];

    write_spki(point, spki);
    crypto_hash_sha256(hash, spki, sizeof(spki));
    sodium_bin2hex(ret, 65, hash, sizeof(hash));
}

void binding_write_pem(const uint8_t point[BINDING_POINT], struct buf *out)
{
    char text[sodium_base64_ENCODED_LEN(SPKI_SIZE, sodium_base64_VARIANT_ORIGINAL)];
    uint8_t spki[SPKI_SIZE];

    write_spki(point, spki);
    sodium_bin2base64(text, sizeof(text), spki, sizeof(spki), sodium_base64_VARIANT_ORIGINAL);
    buf_printf(out, "-----BEGIN PUBLIC KEY-----\n%.64s\n%s\n-----END PUBLIC KEY-----\n", text,
               text + 64);
}
