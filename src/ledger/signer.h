/*
 * The signing process: it holds the instance's secret keys and does nothing but use them.
 *
 * It is forked when the ledger is opened, reads the key file, gives up all system calls but read,
 * write, randomness and exit, and answers requests over a socket until the other end is closed or
 * its parent dies. The process that listens to the network and parses what strangers send has no
 * secret in its memory. All calls may come from any thread.
 */
#pragma once

#include "ledger/key.h"

#include <sys/types.h>

enum {
    SIGNER_HASH = 32,
    SIGNER_SIGNATURE = 64,
    SIGNER_UNSEALED_MAX = 64, /* a sealed box holds a session key, nothing longer */
};

/* What is signed: a signature for one purpose never passes for another. */
enum signer_purpose { SIGN_HEAD = 1, SIGN_BUNDLE, SIGN_RECEIPT, SIGN_CARD };

struct signer;

/* Starts it on this key file; with create, an absent key is made first. now_ms dates a new key.
 * The codes of key_load, and EN_IO when there can be no such process. */
int signer_start(const char *key_path, bool create, int64_t now_ms, struct error *err,
                 struct signer **ret);
void signer_stop(struct signer *s);

struct uuid signer_instance(const struct signer *s);
const struct identity *signer_identity(const struct signer *s);
/* Ed25519, and X25519 derived from the same seed. */
void signer_public_keys(const struct signer *s, uint8_t ret_sign[32], uint8_t ret_box[32]);
/* Of the process; it changes when a new one had to be started. */
pid_t signer_process(struct signer *s);

/* Every request below that finds the process gone starts another one, if the key file still holds
 * the same key; EN_IO, naming the signing process, when that fails. */

/* The signature over a head of this instance's ledger, as key_sign_head makes it. */
int signer_sign_head(struct signer *s, const struct ledger_head *head, struct error *err,
                     uint8_t ret[SIGNER_SIGNATURE]);
/* For every purpose but SIGN_HEAD, which signs more than a hash (EN_INVALID). */
int signer_sign(struct signer *s, enum signer_purpose purpose, const uint8_t hash[SIGNER_HASH],
                struct error *err, uint8_t ret[SIGNER_SIGNATURE]);
bool signer_verify(const uint8_t public_key[32], enum signer_purpose purpose,
                   const uint8_t hash[SIGNER_HASH], const uint8_t signature[SIGNER_SIGNATURE]);
/* Opens a sealed box (crypto_box_seal) made for this instance's X25519 key. EN_CORRUPT when it was
 * not, or does not hold exactly ret_len bytes. */
int signer_unseal(struct signer *s, const uint8_t *sealed, size_t len, struct error *err,
                  uint8_t *ret, size_t ret_len);
/* ECDSA on P-256 over a SHA-256: r and s, 32 bytes each; for XML signatures. The key is derived
 * from the seed. */
int signer_ecdsa(struct signer *s, const uint8_t sha256[SIGNER_HASH], struct error *err,
                 uint8_t ret[SIGNER_SIGNATURE]);
/* Its public point: x and y, 32 bytes each. */
int signer_ecdsa_public(struct signer *s, struct error *err, uint8_t ret[64]);
