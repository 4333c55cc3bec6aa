/*
 * The key of an instance: its Ed25519 key pair and its id, in one private file made on first use.
 */
#pragma once

#include "base/error.h"
#include "base/uuid.h"
#include "ledger/ledger.h"

enum { KEY_SEED_SIZE = 32, KEY_PUBLIC_SIZE = 32, KEY_SECRET_SIZE = 64, SIGNATURE_SIZE = 64 };

/* What anybody may know of a key. */
struct identity {
    struct uuid instance;
    int64_t created_ms;
    uint8_t public_key[KEY_PUBLIC_SIZE];
};

static inline bool identity_eq(const struct identity *a, const struct identity *b)
{
    return uuid_eq(a->instance, b->instance) && a->created_ms == b->created_ms &&
           memcmp(a->public_key, b->public_key, KEY_PUBLIC_SIZE) == 0;
}

struct key {
    struct uuid instance;
    int64_t created_ms;
    uint8_t seed[KEY_SEED_SIZE];
    uint8_t public_key[KEY_PUBLIC_SIZE];
    uint8_t secret_key[KEY_SECRET_SIZE];
};

/* A new key pair and instance id. */
void key_make(int64_t now_ms, struct key *ret);
/* The key pair of a known seed. */
void key_from_seed(struct uuid instance, int64_t created_ms, const uint8_t seed[KEY_SEED_SIZE],
                   struct key *ret);
struct identity key_identity(const struct key *key);
/* Allocates nothing. EN_NOT_FOUND, EN_FORBIDDEN when others may read it, EN_CORRUPT. */
int key_load(const char *path, struct error *err, struct key *ret);
/* EN_CONFLICT when the file exists. */
int key_save(const char *path, const struct key *key, struct error *err);
/* Loads the key, or makes it; two processes that start together end up with the same one. */
int key_load_or_make(const char *path, int64_t now_ms, struct error *err, struct key *ret);
/* Wipes the secret from memory. */
void key_done(struct key *key);

void key_sign_head(const struct key *key, const struct ledger_head *head,
                   uint8_t ret[SIGNATURE_SIZE]);
bool key_verify_head(const uint8_t public_key[KEY_PUBLIC_SIZE], struct uuid instance,
                     const struct ledger_head *head, const uint8_t signature[SIGNATURE_SIZE]);
