/*
 * Keys for the tests of bindings, made by GnuTLS. Include after cmocka's headers.
 */
#pragma once

#include "format/binding.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>

struct test_key {
    gnutls_x509_privkey_t x509;
    gnutls_privkey_t key;
    struct binding_signer signer;
};

void test_key_new(struct test_key *k);
void test_key_import(struct test_key *k, struct slice pem);
/* PKCS 8, unencrypted; the caller frees with gnutls_free. */
void test_key_export(struct test_key *k, gnutls_datum_t *ret);
/* A certificate that it signs itself. */
void test_key_certificate(struct test_key *k, gnutls_datum_t *ret);
void test_key_free(struct test_key *k);
