/*
 * The session table: an array of slots and an index of chains over the token hash; see session.h.
 */
#include "http/session.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

enum { HASH = 32, NONE = -1 };

struct session {
    uint8_t hash[HASH];
    struct session_of of;
    int64_t started_ms;
    int64_t used_ms;
    int32_t next; /* in its chain */
    bool live;
};

struct sessions {
    pthread_mutex_t lock;
    uint8_t key[crypto_generichash_KEYBYTES]; /* for CSRF tokens */
    size_t limit;
    size_t chain_count; /* a power of two */
    int32_t *chains;
    struct session *slots;
};

static size_t power_above(size_t n)
{
    size_t power = 16;
    while (power < n) {
        power *= 2;
    }
    return power;
}

struct sessions *sessions_new(size_t limit)
{
    struct sessions *s = calloc(1, sizeof(*s));
    if (!s) {
        return NULL;
    }
    s->limit = limit;
    s->chain_count = power_above(limit);
    s->slots = calloc(limit, sizeof(*s->slots));
    s->chains = calloc(s->chain_count, sizeof(*s->chains));
    if (!s->slots || !s->chains || pthread_mutex_init(&s->lock, NULL) != 0) {
        free(s->slots);
        free(s->chains);
        free(s);
        return NULL;
    }
    for (size_t i = 0; i < s->chain_count; i++) {
        s->chains[i] = NONE;
    }
    randombytes_buf(s->key, sizeof(s->key));
    return s;
}

void sessions_free(struct sessions *s)
{
    if (!s) {
        return;
    }
    pthread_mutex_destroy(&s->lock);
    sodium_memzero(s->key, sizeof(s->key));
    free(s->slots);
    free(s->chains);
    free(s);
}

static void hash_of(struct slice token, uint8_t ret[HASH])
{
    crypto_generichash(ret, HASH, (const uint8_t *)token.ptr, token.len, NULL, 0);
}

static int32_t *chain_of(struct sessions *s, const uint8_t hash[HASH])
{
    uint64_t word;
    memcpy(&word, hash, sizeof(word));
    return &s->chains[word & (s->chain_count - 1)];
}

static bool ended(const struct session *one, int64_t now_ms)
{
    return now_ms - one->used_ms > SESSION_IDLE_MS ||
           now_ms - one->started_ms > SESSION_ABSOLUTE_MS;
}

static void drop(struct sessions *s, struct session *one)
{
    int32_t at = (int32_t)(one - s->slots);
    int32_t *link = chain_of(s, one->hash);
    while (*link != NONE && *link != at) {
        link = &s->slots[*link].next;
    }
    if (*link == at) {
        *link = one->next;
    }
    *one = (struct session){ 0 };
}

static struct session *find(struct sessions *s, const uint8_t hash[HASH])
{
    for (int32_t at = *chain_of(s, hash); at != NONE; at = s->slots[at].next) {
        if (sodium_memcmp(s->slots[at].hash, hash, HASH) == 0) {
            return &s->slots[at];
        }
    }
    return NULL;
}

static struct session *older(struct session *a, struct session *b)
{
    return !a || b->used_ms < a->used_ms ? b : a;
}

/* A free slot; makes room when there is none, or when the user has too many. One pass over the
 * table is nothing beside the password hash that every sign-in computes. */
static struct session *make_room(struct sessions *s, struct uuid user, int64_t now_ms)
{
    struct session *spare = NULL;
    struct session *oldest = NULL;
    struct session *oldest_own = NULL;
    size_t own = 0;
    for (size_t i = 0; i < s->limit; i++) {
        struct session *one = &s->slots[i];
        if (one->live && ended(one, now_ms)) {
            drop(s, one);
        }
        if (!one->live) {
            spare = one;
            continue;
        }
        oldest = older(oldest, one);
        if (uuid_eq(one->of.user, user)) {
            own++;
            oldest_own = older(oldest_own, one);
        }
    }
    if (own >= SESSION_PER_USER) {
        spare = oldest_own;
    } else if (!spare) {
        spare = oldest;
    }
    assert(spare); /* limit is never 0 */
    if (spare->live) {
        drop(s, spare);
    }
    return spare;
}

void sessions_start(struct sessions *s, const struct session_of *of, int64_t now_ms,
                    char ret_token[SESSION_TOKEN_TEXT + 1])
{
    uint8_t random[32];
    randombytes_buf(random, sizeof(random));
    sodium_bin2base64(ret_token, SESSION_TOKEN_TEXT + 1, random, sizeof(random),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(random, sizeof(random));
    struct session made = { .of = *of, .started_ms = now_ms, .used_ms = now_ms, .live = true };
    hash_of(slice_make(ret_token, SESSION_TOKEN_TEXT), made.hash);
    pthread_mutex_lock(&s->lock);
    struct session *slot = make_room(s, of->user, now_ms);
    int32_t *chain = chain_of(s, made.hash);
    made.next = *chain;
    *slot = made;
    *chain = (int32_t)(slot - s->slots);
    pthread_mutex_unlock(&s->lock);
}

bool sessions_find(struct sessions *s, struct slice token, int64_t now_ms, bool touch,
                   struct session_of *ret)
{
    if (token.len != SESSION_TOKEN_TEXT) {
        return false;
    }
    uint8_t hash[HASH];
    hash_of(token, hash);
    pthread_mutex_lock(&s->lock);
    struct session *one = find(s, hash);
    if (one && ended(one, now_ms)) {
        drop(s, one);
        one = NULL;
    }
    if (one) {
        *ret = one->of;
        one->used_ms = touch ? now_ms : one->used_ms;
    }
    pthread_mutex_unlock(&s->lock);
    return one != NULL;
}

void sessions_end(struct sessions *s, struct slice token)
{
    uint8_t hash[HASH];
    hash_of(token, hash);
    pthread_mutex_lock(&s->lock);
    struct session *one = find(s, hash);
    if (one) {
        drop(s, one);
    }
    pthread_mutex_unlock(&s->lock);
}

void sessions_end_user(struct sessions *s, struct uuid user, struct slice but_token)
{
    uint8_t keep[HASH];
    hash_of(but_token, keep);
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->limit; i++) {
        struct session *one = &s->slots[i];
        if (one->live && uuid_eq(one->of.user, user) && sodium_memcmp(one->hash, keep, HASH) != 0) {
            drop(s, one);
        }
    }
    pthread_mutex_unlock(&s->lock);
}

size_t sessions_count(struct sessions *s, int64_t now_ms)
{
    size_t count = 0;
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->limit; i++) {
        count += s->slots[i].live && !ended(&s->slots[i], now_ms);
    }
    pthread_mutex_unlock(&s->lock);
    return count;
}

/* Keyed by a secret of this process, so that the token stays out of pages, logs and answers. */
void sessions_csrf(const struct sessions *s, struct slice token, char ret[SESSION_TOKEN_TEXT + 1])
{
    uint8_t mac[32];
    crypto_generichash(mac, sizeof(mac), (const uint8_t *)token.ptr, token.len, s->key,
                       sizeof(s->key));
    sodium_bin2base64(ret, SESSION_TOKEN_TEXT + 1, mac, sizeof(mac),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool sessions_csrf_holds(const struct sessions *s, struct slice token, struct slice csrf)
{
    char expected[SESSION_TOKEN_TEXT + 1];
    sessions_csrf(s, token, expected);
    return csrf.len == SESSION_TOKEN_TEXT &&
           sodium_memcmp(expected, csrf.ptr, SESSION_TOKEN_TEXT) == 0;
}
