/* Networks that were read before: see shape_cache.h. */
#include "service/shape_cache.h"

#include "base/fault.h"
#include "service/node_internal.h"

#include <pthread.h>

enum { NETWORKS_MAX = 32 };
static const size_t cache_bytes = (size_t)384 << 20;

struct shape_cache {
    pthread_mutex_t lock;
    struct shape_network *networks[NETWORKS_MAX]; /* each counted once for its place here */
    size_t count, bytes;
    int64_t position; /* the newest met */
    uint64_t clock, kept, made;
};

struct shape_cache *shape_cache_new(void)
{
    struct shape_cache *c = base_calloc(1, sizeof *c);
    if (c)
        pthread_mutex_init(&c->lock, NULL);
    return c;
}

/* The lock is held. */
static void drop(struct shape_network *w)
{
    if (--w->uses == 0)
        shape_network_free(w);
}

static void evict(struct shape_cache *c, size_t at)
{
    c->bytes -= c->networks[at]->bytes;
    drop(c->networks[at]);
    c->networks[at] = c->networks[--c->count];
}

void shape_cache_free(struct shape_cache *c)
{
    if (!c)
        return;
    while (c->count)
        evict(c, c->count - 1);
    pthread_mutex_destroy(&c->lock);
    base_free(c);
}

static size_t words_of(const struct label_mask *mask)
{
    return (size_t)(mask->count + 63) / 64;
}

static bool fits(const struct shape_network *w, const struct snapshot *s, int64_t as_of)
{
    const struct label_mask *mask = snapshot_mask(s);
    const struct columns *columns = snapshot_columns(s);
    return w->as_of == as_of && w->position == snapshot_position(s) &&
           w->columns_id == columns->id && w->generation == columns->generation &&
           w->mask_count == mask->count &&
           memcmp(w->mask, mask->words, words_of(mask) * sizeof *w->mask) == 0;
}

/* The lock is held. */
static struct shape_network *find(struct shape_cache *c, const struct snapshot *s, int64_t as_of)
{
    for (size_t i = 0; i < c->count; i++)
        if (fits(c->networks[i], s, as_of)) {
            c->networks[i]->last_used = ++c->clock;
            return c->networks[i];
        }
    return NULL;
}

static void make_room(struct shape_cache *c, size_t bytes)
{
    while (c->count && (c->count == NETWORKS_MAX || c->bytes + bytes > cache_bytes)) {
        size_t oldest = 0;
        for (size_t i = 1; i < c->count; i++)
            if (c->networks[i]->last_used < c->networks[oldest]->last_used)
                oldest = i;
        evict(c, oldest);
    }
}

/* Only what may be asked for again: a whole day, of the newest position. The lock is held. */
static void offer(struct shape_cache *c, struct shape_network *w)
{
    if (w->as_of != shape_day(w->as_of) || w->bytes > cache_bytes / 2 || w->position < c->position)
        return;
    for (size_t i = c->count; w->position > c->position && i > 0; i--)
        evict(c, i - 1);
    c->position = w->position;
    make_room(c, w->bytes);
    w->last_used = ++c->clock;
    w->uses++;
    c->bytes += w->bytes;
    c->networks[c->count++] = w;
}

/* The key, while nobody else has it. */
static bool set_key(struct shape_network *w, const struct snapshot *s)
{
    const struct label_mask *mask = snapshot_mask(s);
    const struct columns *columns = snapshot_columns(s);
    w->mask = arena_array_of(w->arena, uint64_t, words_of(mask) + 1);
    if (!w->mask)
        return false;
    memcpy(w->mask, mask->words, words_of(mask) * sizeof *w->mask);
    w->mask_count = mask->count;
    w->position = snapshot_position(s);
    w->columns_id = columns->id;
    w->generation = columns->generation;
    w->bytes = arena_used(w->arena) + paths_graph_bytes(&w->paths) +
               structure_graph_bytes(&w->graph) + sizeof *w;
    w->uses = 1;
    return true;
}

int shape_cache_get(struct node *n, struct snapshot *s, struct trust_desk *d, int64_t as_of,
                    struct error *err, const struct shape_network **ret)
{
    struct shape_cache *c = n->networks;
    pthread_mutex_lock(&c->lock);
    struct shape_network *w = find(c, s, as_of);
    if (w) {
        w->uses++;
        c->kept++;
    }
    pthread_mutex_unlock(&c->lock);
    if (!w) { /* two who ask at once both make it, and the second is not kept */
        int code = shape_network_make(n, s, d, as_of, err, &w);
        if (code < 0)
            return code;
        if (!set_key(w, s)) {
            shape_network_free(w);
            return error_set(err, EN_NO_MEMORY, "network");
        }
        pthread_mutex_lock(&c->lock);
        c->made++;
        if (!find(c, s, as_of))
            offer(c, w);
        pthread_mutex_unlock(&c->lock);
    }
    *ret = w;
    return 0;
}

void shape_cache_release(struct node *n, const struct shape_network *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&n->networks->lock);
    drop((struct shape_network *)(uintptr_t)w);
    pthread_mutex_unlock(&n->networks->lock);
}

void shape_cache_counts(const struct node *n, uint64_t *ret_kept, uint64_t *ret_made)
{
    pthread_mutex_lock(&n->networks->lock);
    *ret_kept = n->networks->kept;
    *ret_made = n->networks->made;
    pthread_mutex_unlock(&n->networks->lock);
}
