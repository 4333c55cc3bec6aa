/*
 * The throttle's table: sets of eight slots under a keyed hash; see throttle.h. A set is scanned
 * whole and replaces its quietest entry, so work and memory are bounded whatever is thrown at it.
 */
#include "http/throttle.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

enum { WAYS = 8, SETS = THROTTLE_SLOTS / WAYS };

struct tally {
    uint64_t key; /* 0: free */
    int64_t last_ms;
    int64_t until_ms; /* no attempt before this */
    unsigned failures;
};

struct throttle {
    pthread_mutex_t lock;
    uint8_t secret[crypto_shorthash_KEYBYTES];
    struct tally tallies[SETS][WAYS];
};

struct throttle *throttle_new(void)
{
    struct throttle *t = calloc(1, sizeof(*t));
    if (t && pthread_mutex_init(&t->lock, NULL) != 0) {
        free(t);
        t = NULL;
    }
    if (t) {
        randombytes_buf(t->secret, sizeof(t->secret));
    }
    return t;
}

void throttle_free(struct throttle *t)
{
    if (t) {
        pthread_mutex_destroy(&t->lock);
        free(t);
    }
}

/* Names are compared as the user types them but for ASCII case; long ones share their beginning. */
static uint64_t key_of(const struct throttle *t, char space, struct slice text)
{
    char plain[256] = { space };
    size_t len = text.len < sizeof(plain) - 1 ? text.len : sizeof(plain) - 1;
    for (size_t i = 0; i < len; i++) {
        char c = text.ptr[i];
        plain[i + 1] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    uint8_t out[crypto_shorthash_BYTES];
    crypto_shorthash(out, (const uint8_t *)plain, len + 1, t->secret);
    uint64_t key;
    memcpy(&key, out, sizeof(key));
    return key ? key : 1;
}

/* The key's tally, or the slot it may take over. */
static struct tally *place(struct throttle *t, uint64_t key)
{
    struct tally *set = t->tallies[key % SETS];
    struct tally *quietest = &set[0];
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].key == key) {
            return &set[i];
        }
        if (set[i].key == 0 || (quietest->key != 0 && set[i].last_ms < quietest->last_ms)) {
            quietest = &set[i];
        }
    }
    return quietest;
}

static int64_t wait_of(struct throttle *t, uint64_t key, int64_t now_ms)
{
    const struct tally *one = place(t, key);
    return one->key == key && one->until_ms > now_ms ? one->until_ms - now_ms : 0;
}

static void count(struct throttle *t, uint64_t key, unsigned free_attempts, int64_t now_ms)
{
    struct tally *one = place(t, key);
    if (one->key != key || now_ms - one->last_ms > THROTTLE_FORGET_MS) {
        *one = (struct tally){ .key = key };
    }
    one->last_ms = now_ms;
    one->failures++;
    if (one->failures >= free_attempts) {
        unsigned doublings = one->failures - free_attempts;
        int64_t wait =
            doublings > 20 ? THROTTLE_LONGEST_MS : (int64_t)THROTTLE_FIRST_MS << doublings;
        one->until_ms = now_ms + (wait < THROTTLE_LONGEST_MS ? wait : THROTTLE_LONGEST_MS);
    }
}

int throttle_begin(struct throttle *t, struct slice name, struct slice address, int64_t now_ms)
{
    uint64_t by_name = key_of(t, 'n', name);
    uint64_t by_address = key_of(t, 'a', address);
    pthread_mutex_lock(&t->lock);
    int64_t wait = wait_of(t, by_name, now_ms);
    int64_t other = wait_of(t, by_address, now_ms);
    wait = other > wait ? other : wait;
    if (wait == 0) {
        count(t, by_name, THROTTLE_FREE_NAME, now_ms);
        count(t, by_address, THROTTLE_FREE_ADDRESS, now_ms);
    }
    pthread_mutex_unlock(&t->lock);
    return (int)((wait + 999) / 1000);
}

static void uncount(struct throttle *t, uint64_t key, bool wholly)
{
    struct tally *one = place(t, key);
    if (one->key != key) {
        return;
    }
    one->failures = wholly || one->failures == 0 ? 0 : one->failures - 1;
    one->until_ms = 0;
}

static void give_back(struct throttle *t, struct slice name, struct slice address, bool wholly)
{
    uint64_t by_name = key_of(t, 'n', name);
    uint64_t by_address = key_of(t, 'a', address);
    pthread_mutex_lock(&t->lock);
    uncount(t, by_name, wholly);
    uncount(t, by_address, /* wholly= */ false);
    pthread_mutex_unlock(&t->lock);
}

void throttle_success(struct throttle *t, struct slice name, struct slice address)
{
    give_back(t, name, address, /* wholly= */ true);
}

void throttle_undo(struct throttle *t, struct slice name, struct slice address)
{
    give_back(t, name, address, /* wholly= */ false);
}
