/*
 * The public keys of a provider (RFC 7517), and the one question asked of them.
 *
 * Invariant: a key serves one algorithm family only, the one its type says: RSA of 2048 to 8192
 * bits, P-256, Ed25519. Symmetric keys, keys for encryption and keys of other types are left out
 * when the set is read, so nothing secret or weak is ever a candidate. A set is immutable.
 */
#pragma once

#include "identity/jws.h"

enum { KEY_SET_BYTES = 256 * 1024, KEY_SET_KEYS = 64 };

struct key_set;

/* EN_INVALID when it is no key set or holds no usable key; EN_NO_MEMORY. */
int key_set_parse(struct slice json, struct error *err, struct key_set **ret);
void key_set_free(struct key_set *set);
size_t key_set_count(const struct key_set *set);

/* 0 when a key of the set made this signature. IDENTITY_KEY: no key fits (the provider may have new
 * ones); IDENTITY_SIGNATURE: it does not hold. */
int key_set_verify(const struct key_set *set, const struct jws *j, enum identity_reason *ret_reason,
                   struct error *err);
