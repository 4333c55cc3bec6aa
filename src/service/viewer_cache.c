/*
 * Viewers that were made before: see viewer_cache.h.
 *
 * Places are found by hash in sets of a few, the longest unused of a set gives way. Clearances are
 * interned by their canonical text and never given back before the cache is, because viewers that
 * were handed out may still point to them; their number is bounded, and past the bound viewers
 * with a new clearance are not kept. Must never give out a viewer of another position.
 */
#include "service/viewer_cache.h"

#include "base/fault.h"
#include "base/json.h"
#include "base/limits.h"

#include <pthread.h>
#include <sodium.h>

enum { SETS = 64, WAYS = 4, CLEARANCES_MAX = 1024, NAME_MAX_BYTES = 256, HASH = 32 };
static const size_t clearance_memory = (size_t)64 << 20;

struct place {
    uint8_t key[VIEWER_KEY];
    bool taken;
    int64_t position, until_ms;
    uint64_t last_used;
    struct viewer viewer; /* its texts are in `names` */
    char names[2][NAME_MAX_BYTES];
};

struct known_clearance {
    uint8_t hash[HASH];
    const struct clearance *clearance;
};

struct viewer_cache {
    pthread_mutex_t lock;
    const struct policy *policy;
    struct arena *arena; /* of the clearances */
    struct known_clearance clearances[CLEARANCES_MAX];
    size_t clearance_count;
    uint64_t clock;
    struct place places[SETS][WAYS];
};

struct viewer_cache *viewer_cache_new(const struct policy *p)
{
    struct viewer_cache *c = base_calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->policy = p;
    c->arena = arena_new(clearance_memory);
    if (!c->arena) {
        base_free(c);
        return NULL;
    }
    pthread_mutex_init(&c->lock, NULL);
    return c;
}

void viewer_cache_free(struct viewer_cache *c)
{
    if (!c)
        return;
    pthread_mutex_destroy(&c->lock);
    arena_free(c->arena);
    base_free(c);
}

void viewer_key(struct slice what, struct slice secret, uint8_t ret[VIEWER_KEY])
{
    crypto_generichash_state h;
    crypto_generichash_init(&h, NULL, 0, VIEWER_KEY);
    crypto_generichash_update(&h, (const uint8_t *)what.ptr, what.len);
    crypto_generichash_update(&h, (const uint8_t *)":", 1);
    crypto_generichash_update(&h, (const uint8_t *)secret.ptr, secret.len);
    crypto_generichash_final(&h, ret, VIEWER_KEY);
}

static struct place *set_of(struct viewer_cache *c, const uint8_t key[VIEWER_KEY])
{
    return c->places[key[0] % SETS];
}

static bool copy_viewer(const struct place *p, struct arena *a, struct viewer *ret)
{
    *ret = p->viewer;
    ret->username = arena_copy(a, p->viewer.username);
    ret->display_name = arena_copy(a, p->viewer.display_name);
    return ret->username.ptr && ret->display_name.ptr;
}

const struct viewer *viewer_cache_find(struct viewer_cache *c, const uint8_t key[VIEWER_KEY],
                                       int64_t position, int64_t now_ms, struct arena *a)
{
    struct viewer *v = arena_new_of(a, struct viewer);
    bool found = false;
    if (!v)
        return NULL;
    pthread_mutex_lock(&c->lock);
    struct place *set = set_of(c, key);
    for (int i = 0; !found && i < WAYS; i++) {
        struct place *p = &set[i];
        if (!p->taken || sodium_memcmp(p->key, key, VIEWER_KEY) != 0)
            continue;
        found = p->position == position && now_ms <= p->until_ms && copy_viewer(p, a, v);
        p->last_used = ++c->clock;
    }
    pthread_mutex_unlock(&c->lock);
    return found ? v : NULL;
}

/* The same clearance in the cache's memory, or NULL; the lock is held. */
static const struct clearance *intern(struct viewer_cache *c, const struct clearance *clearance)
{
    struct buf text cleanup_buf;
    struct json *json = NULL;
    struct known_clearance made = { 0 };
    buf_init(&text, LIMIT_RECORD);
    clearance_write(c->policy, clearance, &text);
    if (buf_failed(&text))
        return NULL;
    crypto_generichash(made.hash, HASH, (const uint8_t *)text.ptr, text.len, NULL, 0);
    for (size_t i = 0; i < c->clearance_count; i++)
        if (memcmp(c->clearances[i].hash, made.hash, HASH) == 0)
            return c->clearances[i].clearance;
    if (c->clearance_count == CLEARANCES_MAX ||
        json_parse(c->arena, buf_slice(&text), NULL, &json) < 0 ||
        clearance_parse(c->policy, c->arena, json, S(""), NULL, &made.clearance) < 0)
        return NULL;
    c->clearances[c->clearance_count++] = made;
    return made.clearance;
}

static struct slice take_name(struct slice name, char *place)
{
    if (name.len)
        memcpy(place, name.ptr, name.len);
    return slice_make(place, name.len);
}

/* The place of this key, or the one that gives way to it. */
static struct place *place_for(struct place *set, const uint8_t key[VIEWER_KEY])
{
    struct place *oldest = &set[0];
    for (int i = 0; i < WAYS; i++) {
        if (set[i].taken && sodium_memcmp(set[i].key, key, VIEWER_KEY) == 0)
            return &set[i];
        if (set[i].last_used < oldest->last_used)
            oldest = &set[i];
    }
    return oldest;
}

void viewer_cache_keep(struct viewer_cache *c, const uint8_t key[VIEWER_KEY], int64_t position,
                       int64_t until_ms, const struct viewer *v)
{
    if (v->username.len > NAME_MAX_BYTES || v->display_name.len > NAME_MAX_BYTES)
        return;
    pthread_mutex_lock(&c->lock);
    const struct clearance *clearance = intern(c, v->clearance);
    if (clearance) {
        struct place *p = place_for(set_of(c, key), key);
        memcpy(p->key, key, VIEWER_KEY);
        p->viewer = *v;
        p->viewer.clearance = clearance;
        p->viewer.username = take_name(v->username, p->names[0]);
        p->viewer.display_name = take_name(v->display_name, p->names[1]);
        p->position = position;
        p->until_ms = until_ms;
        p->last_used = ++c->clock;
        p->taken = true;
    }
    pthread_mutex_unlock(&c->lock);
}
