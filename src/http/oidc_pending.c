/*
 * The table of sign-ins under way; see oidc_pending.h. Every look passes over the whole table,
 * whatever matches.
 */
#include "http/oidc_pending.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

enum { HASH = 32 };

struct slot {
    uint8_t state[HASH], cookie[HASH], address[HASH];
    struct pending kept; /* without state and cookie */
    bool live;
};

struct pending_table {
    pthread_mutex_t lock;
    struct slot slots[PENDING_MAX];
};

struct pending_table *pending_new(void)
{
    struct pending_table *t = calloc(1, sizeof(*t));
    if (t && pthread_mutex_init(&t->lock, NULL) != 0) {
        free(t);
        t = NULL;
    }
    return t;
}

void pending_free(struct pending_table *t)
{
    if (t) {
        pthread_mutex_destroy(&t->lock);
        sodium_memzero(t->slots, sizeof(t->slots));
        free(t);
    }
}

static void hash_of(struct slice text, uint8_t ret[HASH])
{
    crypto_generichash(ret, HASH, (const uint8_t *)text.ptr, text.len, NULL, 0);
}

static void random_text(char ret[PENDING_TEXT + 1])
{
    uint8_t random[32];
    randombytes_buf(random, sizeof(random));
    sodium_bin2base64(ret, PENDING_TEXT + 1, random, sizeof(random),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(random, sizeof(random));
}

/* A path on this server, in plain ASCII: "//host" and "/\host" are elsewhere. */
bool pending_fits(struct slice next)
{
    if (next.len == 0 || next.len > PENDING_NEXT || next.ptr[0] != '/' ||
        (next.len > 1 && (next.ptr[1] == '/' || next.ptr[1] == '\\'))) {
        return false;
    }
    for (size_t i = 0; i < next.len; i++) {
        if (next.ptr[i] <= 0x20 || next.ptr[i] >= 0x7F || next.ptr[i] == '\\') {
            return false;
        }
    }
    return true;
}

/* Under the lock: a free slot; else the oldest of this address when it has too many, else the
 * oldest of all. */
static struct slot *make_room(struct pending_table *t, const uint8_t address[HASH], int64_t now_ms)
{
    struct slot *oldest = NULL, *oldest_own = NULL, *spare = NULL;
    size_t own = 0;
    for (size_t i = 0; i < PENDING_MAX; i++) {
        struct slot *one = &t->slots[i];
        if (!one->live || now_ms - one->kept.begun_ms > PENDING_LIFE_MS) {
            spare = one;
            continue;
        }
        oldest = !oldest || one->kept.begun_ms < oldest->kept.begun_ms ? one : oldest;
        if (memcmp(one->address, address, HASH) == 0) {
            own++;
            oldest_own =
                !oldest_own || one->kept.begun_ms < oldest_own->kept.begun_ms ? one : oldest_own;
        }
    }
    return own >= PENDING_PER_ADDRESS ? oldest_own : spare ? spare : oldest;
}

void pending_make(struct pending_table *t, struct slice address, struct slice next, int64_t now_ms,
                  struct pending *ret)
{
    struct slot made = { .live = true };
    struct pending p = { .next = "/", .begun_ms = now_ms };
    random_text(p.nonce);
    random_text(p.verifier);
    if (pending_fits(next)) {
        memcpy(p.next, next.ptr, next.len);
        p.next[next.len] = '\0';
    }
    made.kept = p;
    random_text(p.state);
    random_text(p.cookie);
    hash_of(slice_of(p.state), made.state);
    hash_of(slice_of(p.cookie), made.cookie);
    hash_of(address, made.address);
    pthread_mutex_lock(&t->lock);
    *make_room(t, made.address, now_ms) = made;
    pthread_mutex_unlock(&t->lock);
    *ret = p;
}

bool pending_take(struct pending_table *t, struct slice state, struct slice cookie, int64_t now_ms,
                  struct pending *ret)
{
    uint8_t state_hash[HASH], cookie_hash[HASH];
    bool found = false;
    hash_of(state, state_hash);
    hash_of(cookie, cookie_hash);
    pthread_mutex_lock(&t->lock);
    for (size_t i = 0; i < PENDING_MAX; i++) {
        struct slot *one = &t->slots[i];
        if (!one->live || sodium_memcmp(one->state, state_hash, HASH) != 0) {
            continue;
        }
        int64_t age = now_ms - one->kept.begun_ms;
        if (age >= 0 && age <= PENDING_LIFE_MS &&
            sodium_memcmp(one->cookie, cookie_hash, HASH) == 0) {
            *ret = one->kept;
            found = true;
        }
        *one = (struct slot){ 0 };
    }
    pthread_mutex_unlock(&t->lock);
    return found;
}
