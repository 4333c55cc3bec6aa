/*
 * The TLS identity of an instance: a P-256 key and a certificate, made on first use and kept in
 * DIR/tls.key (mode 0600) and DIR/tls.crt.
 *
 * Peers pin the key, not the certificate: a certificate of our own that nears its end is made anew
 * from the same key, and no peer notices. An operator may put a key and a certificate of a public
 * key infrastructure in their place; those are left alone.
 */
#pragma once

#include "base/error.h"
#include "base/uuid.h"

#include <gnutls/abstract.h>

enum { TLS_PIN_TEXT = 44 }; /* base64 of the SHA-256 of a public key (SubjectPublicKeyInfo) */

struct tls_identity;

/* Loads or makes it. EN_FORBIDDEN when others may read the key, EN_CORRUPT when key and certificate
 * do not belong together. */
int tls_identity_open(const char *directory, struct uuid instance, int64_t now_ms,
                      struct error *err, struct tls_identity **ret);
void tls_identity_free(struct tls_identity *t);

const char *tls_identity_pin(const struct tls_identity *t);
const char *tls_identity_key_path(const struct tls_identity *t);
const char *tls_identity_certificate_path(const struct tls_identity *t);
/* What a server shows in a handshake; valid as long as the identity. */
void tls_identity_offer(struct tls_identity *t, gnutls_pcert_st **ret, unsigned *ret_count,
                        gnutls_privkey_t *ret_key);

/* The pin of a certificate in DER; false when it is none. */
bool tls_pin_of(const gnutls_datum_t *der, char ret[TLS_PIN_TEXT + 1]);
