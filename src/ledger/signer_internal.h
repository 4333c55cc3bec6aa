/*
 * What the two ends of the signing process say to each other; for signer*.c only.
 *
 * Both ends are one program, so structs are sent as they are; each message is one packet.
 */
#pragma once

#include "ledger/signer.h"

#include <sodium.h>

enum signer_work { WORK_HEAD = 1, WORK_SIGN, WORK_UNSEAL, WORK_ECDSA, WORK_ECDSA_PUBLIC };

enum { SIGNER_SEALED_MAX = SIGNER_UNSEALED_MAX + crypto_box_SEALBYTES };

struct signer_request {
    enum signer_work work;
    enum signer_purpose purpose;
    int64_t seq;
    uint8_t hash[SIGNER_HASH];
    size_t sealed_len;
    uint8_t sealed[SIGNER_SEALED_MAX];
};

struct signer_answer {
    int code;
    size_t len;
    uint8_t bytes[64];
};

/* The first message: what became of the start. */
struct signer_hello {
    int code;
    struct error error;
    struct identity identity;
    uint8_t box_public[32];
};

/* Serves on this socket until its other end is closed; never returns. Allocates nothing. */
void signer_child(int socket, const char *key_path) __attribute__((noreturn));

/* What is signed for a purpose other than a head. */
enum { SIGNER_MESSAGE_SIZE = 16 + SIGNER_HASH };
bool signer_message(enum signer_purpose purpose, const uint8_t hash[SIGNER_HASH],
                    uint8_t ret[SIGNER_MESSAGE_SIZE]);

/* signer_ecdsa.c: P-256 in memory that is given to it. Only in the signing process. */
struct signer_pool {
    uint8_t *bytes;
    size_t size;
    size_t used;
};
bool signer_ecdsa_sign(struct signer_pool *pool, const uint8_t seed[KEY_SEED_SIZE],
                       const uint8_t sha256[SIGNER_HASH], uint8_t ret[SIGNER_SIGNATURE]);
bool signer_ecdsa_point(struct signer_pool *pool, const uint8_t seed[KEY_SEED_SIZE],
                        uint8_t ret[64]);
