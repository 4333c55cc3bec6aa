/*
 * One-time codes; see code.h. Every attempt compares with every slot, whatever matches.
 */
#include "http/code.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

enum { HASH = 32 };

struct code {
    uint8_t hash[HASH];
    struct uuid user;
    int64_t until_ms; /* 0: free */
};

struct codes {
    pthread_mutex_t lock;
    struct code items[CODES_MAX];
};

struct codes *codes_new(void)
{
    struct codes *c = calloc(1, sizeof(*c));
    if (c && pthread_mutex_init(&c->lock, NULL) != 0) {
        free(c);
        c = NULL;
    }
    return c;
}

void codes_free(struct codes *c)
{
    if (c) {
        pthread_mutex_destroy(&c->lock);
        sodium_memzero(c->items, sizeof(c->items));
        free(c);
    }
}

static void hash_of(struct slice code, uint8_t ret[HASH])
{
    crypto_generichash(ret, HASH, (const uint8_t *)code.ptr, code.len, NULL, 0);
}

void codes_make(struct codes *c, struct uuid user, int64_t now_ms, char ret[CODE_TEXT + 1])
{
    uint8_t random[32];
    randombytes_buf(random, sizeof(random));
    sodium_bin2base64(ret, CODE_TEXT + 1, random, sizeof(random),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(random, sizeof(random));
    struct code made = { .user = user, .until_ms = now_ms + CODE_LIFE_MS };
    hash_of(slice_make(ret, CODE_TEXT), made.hash);
    pthread_mutex_lock(&c->lock);
    struct code *oldest = &c->items[0];
    for (size_t i = 1; i < CODES_MAX; i++) {
        oldest = c->items[i].until_ms < oldest->until_ms ? &c->items[i] : oldest;
    }
    *oldest = made;
    pthread_mutex_unlock(&c->lock);
}

bool codes_use(struct codes *c, struct slice code, int64_t now_ms, struct uuid *ret_user)
{
    uint8_t hash[HASH];
    hash_of(code, hash);
    bool found = false;
    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < CODES_MAX; i++) {
        struct code *one = &c->items[i];
        bool same = sodium_memcmp(one->hash, hash, HASH) == 0;
        if (same && one->until_ms > now_ms) {
            found = true;
            *ret_user = one->user;
        }
        if (same) {
            *one = (struct code){ 0 };
        }
    }
    pthread_mutex_unlock(&c->lock);
    return found;
}
