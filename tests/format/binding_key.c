/* See binding_key.h. What fails here ends the test. */
#include "../label/check.h"

#include "binding_key.h"

#include <gnutls/crypto.h>

#define need(call)                                  \
    do {                                            \
        if ((call) < 0) {                           \
            fprintf(stderr, "failed: %s\n", #call); \
            abort();                                \
        }                                           \
    } while (0)

static void take(const gnutls_datum_t *n, uint8_t ret[32])
{
    size_t skip = n->size > 32 ? n->size - 32 : 0;

    memset(ret, 0, 32);
    memcpy(ret + 32 - (n->size - skip), n->data + skip, n->size - skip);
}

static int sign(void *context, const uint8_t sha256[32], struct error *err, uint8_t ret[64])
{
    struct test_key *k = context;
    uint8_t copy[32];
    gnutls_datum_t hash = { .data = copy, .size = 32 };
    gnutls_datum_t der = { 0 };
    gnutls_datum_t r = { 0 };
    gnutls_datum_t s = { 0 };

    (void)err;
    memcpy(copy, sha256, 32);
    need(gnutls_privkey_sign_hash2(k->key, GNUTLS_SIGN_ECDSA_SHA256, 0, &hash, &der));
    need(gnutls_decode_rs_value(&der, &r, &s));
    take(&r, ret);
    take(&s, ret + 32);
    gnutls_free(der.data);
    gnutls_free(r.data);
    gnutls_free(s.data);
    return 0;
}

static void prepare(struct test_key *k)
{
    gnutls_ecc_curve_t curve;
    gnutls_datum_t x = { 0 };
    gnutls_datum_t y = { 0 };
    gnutls_datum_t d = { 0 };

    need(gnutls_x509_privkey_export_ecc_raw(k->x509, &curve, &x, &y, &d));
    take(&x, k->signer.point);
    take(&y, k->signer.point + 32);
    gnutls_free(x.data);
    gnutls_free(y.data);
    gnutls_free(d.data);
    need(gnutls_privkey_init(&k->key));
    need(gnutls_privkey_import_x509(k->key, k->x509, GNUTLS_PRIVKEY_IMPORT_COPY));
    k->signer.sign = sign;
    k->signer.context = k;
}

void test_key_new(struct test_key *k)
{
    need(gnutls_x509_privkey_init(&k->x509));
    need(gnutls_x509_privkey_generate(k->x509, GNUTLS_PK_ECDSA,
                                      GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
    prepare(k);
}

void test_key_import(struct test_key *k, struct slice pem)
{
    char copy[4096];
    gnutls_datum_t bytes = { .data = (unsigned char *)copy, .size = (unsigned)pem.len };

    memcpy(copy, pem.ptr, pem.len);
    need(gnutls_x509_privkey_init(&k->x509));
    need(gnutls_x509_privkey_import2(k->x509, &bytes, GNUTLS_X509_FMT_PEM, NULL, 0));
    prepare(k);
}

void test_key_export(struct test_key *k, gnutls_datum_t *ret)
{
    need(gnutls_x509_privkey_export2_pkcs8(k->x509, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN,
                                           ret));
}

void test_key_certificate(struct test_key *k, gnutls_datum_t *ret)
{
    gnutls_x509_crt_t crt;

    need(gnutls_x509_crt_init(&crt));
    need(gnutls_x509_crt_set_version(crt, 3));
    need(gnutls_x509_crt_set_serial(crt, "\1", 1));
    need(gnutls_x509_crt_set_activation_time(crt, 1700000000));
    need(gnutls_x509_crt_set_expiration_time(crt, 2000000000));
    need(gnutls_x509_crt_set_dn(crt, "CN=a partner", NULL));
    need(gnutls_x509_crt_set_key(crt, k->x509));
    need(gnutls_x509_crt_privkey_sign(crt, crt, k->key, GNUTLS_DIG_SHA256, 0));
    need(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, ret));
    gnutls_x509_crt_deinit(crt);
}

void test_key_free(struct test_key *k)
{
    gnutls_privkey_deinit(k->key);
    gnutls_x509_privkey_deinit(k->x509);
}
