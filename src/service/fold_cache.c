/* Folds that were made before: see fold_cache.h. */
#include "service/fold_cache.h"

#include "base/fault.h"

#include <pthread.h>
#include <stdlib.h>

enum { FOLDS_MAX = 96, ROUND_SECONDS = 86400 };
static const size_t cache_bytes = (size_t)256 << 20;

struct fold_cache {
    pthread_mutex_t lock;
    struct fold *folds[FOLDS_MAX]; /* each counted once for its place here */
    size_t count, bytes;
    struct ranking *ranking; /* of the newest columns, counted once */
    uint64_t clock;
};

struct fold_cache *fold_cache_new(void)
{
    struct fold_cache *c = base_calloc(1, sizeof *c);
    if (c)
        pthread_mutex_init(&c->lock, NULL);
    return c;
}

/* ---- counted objects; the lock is held ---- */

static void drop_ranking(struct ranking *r)
{
    if (!r || --r->uses > 0)
        return;
    pair_index_done(&r->index);
    base_free(r->rank);
    base_free(r->party);
    base_free(r);
}

static void drop_fold(struct fold *f)
{
    if (!f || --f->uses > 0)
        return;
    network_done(&f->network);
    drop_ranking(f->ranking);
    base_free(f->sum);
    base_free(f->mask);
    base_free(f);
}

static size_t fold_bytes(const struct fold *f)
{
    return f->ranking->index.pair_count * sizeof *f->sum +
           f->ranking->index.actor_count * 2 * sizeof(struct trust_sum) + 4096;
}

static void evict(struct fold_cache *c, size_t at)
{
    c->bytes -= fold_bytes(c->folds[at]);
    drop_fold(c->folds[at]);
    c->folds[at] = c->folds[--c->count];
}

void fold_cache_free(struct fold_cache *c)
{
    if (!c)
        return;
    while (c->count)
        evict(c, c->count - 1);
    drop_ranking(c->ranking);
    pthread_mutex_destroy(&c->lock);
    base_free(c);
}

/* ---- rankings ---- */

struct ranked {
    struct uuid id;
    uint32_t party;
};

static int compare_ranked(const void *x, const void *y)
{
    const struct ranked *a = x, *b = y;
    return uuid_compare(a->id, b->id);
}

static int rank_parties(const struct columns *c, struct ranking *r)
{
    struct ranked *all = base_malloc(((size_t)c->party_count + 1) * sizeof *all);
    r->rank = base_malloc(((size_t)c->party_count + 1) * sizeof *r->rank);
    r->party = base_malloc(((size_t)c->party_count + 1) * sizeof *r->party);
    if (!all || !r->rank || !r->party) {
        base_free(all);
        return EN_NO_MEMORY;
    }
    for (uint32_t i = 0; i < c->party_count; i++)
        all[i] = (struct ranked){ c->party[i], i };
    if (c->party_count)
        qsort(all, c->party_count, sizeof *all, compare_ranked);
    for (uint32_t i = 0; i < c->party_count; i++) {
        r->rank[all[i].party] = i;
        r->party[i] = all[i].party;
    }
    base_free(all);
    return 0;
}

static int index_pairs(const struct columns *c, struct ranking *r, struct error *err)
{
    uint32_t *truster = base_malloc(((size_t)c->pair_count + 1) * sizeof *truster);
    uint32_t *trustee = base_malloc(((size_t)c->pair_count + 1) * sizeof *trustee);
    int code = truster && trustee ? 0 : error_set(err, EN_NO_MEMORY, "trust");
    for (uint32_t i = 0; code == 0 && i < c->pair_count; i++) {
        truster[i] = r->rank[c->truster[i]];
        trustee[i] = r->rank[c->trustee[i]];
    }
    /* one more actor, without evidence: whoever has none that exists stands there */
    if (code == 0)
        code = pair_index_init(truster, trustee, c->pair_count, c->party_count + 1, err, &r->index);
    base_free(truster);
    base_free(trustee);
    return code;
}

static int make_ranking(const struct columns *c, struct error *err, struct ranking **ret)
{
    struct ranking *r = base_calloc(1, sizeof *r);
    if (!r)
        return error_set(err, EN_NO_MEMORY, "trust");
    r->uses = 1;
    r->columns_id = c->id;
    r->generation = c->generation;
    int code = rank_parties(c, r);
    if (code < 0)
        error_set(err, code, "trust");
    if (code == 0)
        code = index_pairs(c, r, err);
    if (code < 0) {
        drop_ranking(r);
        return code;
    }
    *ret = r;
    return 0;
}

static bool ranking_fits(const struct ranking *r, const struct columns *columns)
{
    return r && r->columns_id == columns->id && r->generation == columns->generation;
}

int fold_cache_ranking(struct fold_cache *c, const struct columns *columns, struct error *err,
                       struct ranking **ret)
{
    int code = 0;
    pthread_mutex_lock(&c->lock);
    if (!ranking_fits(c->ranking, columns)) {
        struct ranking *made = NULL;
        code = make_ranking(columns, err, &made);
        if (code == 0) { /* folds of an older state will not be asked for again */
            while (c->count)
                evict(c, c->count - 1);
            drop_ranking(c->ranking);
            c->ranking = made;
        }
    }
    if (code == 0) {
        c->ranking->uses++;
        *ret = c->ranking;
    }
    pthread_mutex_unlock(&c->lock);
    return code;
}

void fold_cache_release_ranking(struct fold_cache *c, struct ranking *r)
{
    pthread_mutex_lock(&c->lock);
    drop_ranking(r);
    pthread_mutex_unlock(&c->lock);
}

/* ---- folds ---- */

static bool fold_fits(const struct fold *f, const struct ranking *r, const struct label_mask *mask,
                      int64_t half_life, int64_t as_of, int dimension)
{
    return f->ranking == r && f->half_life == half_life && f->as_of == as_of &&
           f->dimension == dimension && f->mask_count == mask->count &&
           memcmp(f->mask, mask->words, (size_t)(mask->count + 63) / 64 * sizeof *f->mask) == 0;
}

struct fold *fold_cache_find(struct fold_cache *c, const struct ranking *r,
                             const struct label_mask *mask, int64_t half_life, int64_t as_of,
                             int dimension)
{
    struct fold *found = NULL;
    if (as_of % ROUND_SECONDS != 0)
        return NULL;
    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; !found && i < c->count; i++)
        if (fold_fits(c->folds[i], r, mask, half_life, as_of, dimension))
            found = c->folds[i];
    if (found) {
        found->uses++;
        found->last_used = ++c->clock;
    }
    pthread_mutex_unlock(&c->lock);
    return found;
}

struct fold *fold_new(struct fold_cache *c, struct ranking *r, int64_t half_life, int64_t as_of,
                      int dimension)
{
    struct fold *f = base_calloc(1, sizeof *f);
    struct trust_sum *sum = base_malloc(((size_t)r->index.pair_count + 1) * sizeof *sum);
    if (!f || !sum) {
        base_free(f);
        base_free(sum);
        return NULL;
    }
    *f = (struct fold){ .ranking = r,
                        .half_life = half_life,
                        .as_of = as_of,
                        .dimension = dimension,
                        .sum = sum,
                        .uses = 1 };
    pthread_mutex_lock(&c->lock);
    r->uses++;
    pthread_mutex_unlock(&c->lock);
    return f;
}

static void make_room(struct fold_cache *c, size_t bytes)
{
    while (c->count && (c->count == FOLDS_MAX || c->bytes + bytes > cache_bytes)) {
        size_t oldest = 0;
        for (size_t i = 1; i < c->count; i++)
            if (c->folds[i]->last_used < c->folds[oldest]->last_used)
                oldest = i;
        evict(c, oldest);
    }
}

void fold_cache_offer(struct fold_cache *c, struct fold *f, const struct label_mask *mask)
{
    size_t words = (size_t)(mask->count + 63) / 64;
    if (f->as_of % ROUND_SECONDS != 0 || fold_bytes(f) > cache_bytes / 8)
        return;
    uint64_t *copy = base_malloc((words + 1) * sizeof *copy);
    if (!copy)
        return; /* a cache may always decline */
    memcpy(copy, mask->words, words * sizeof *copy);
    pthread_mutex_lock(&c->lock);
    if (f->ranking == c->ranking) {
        make_room(c, fold_bytes(f));
        f->mask = copy;
        f->mask_count = mask->count;
        f->last_used = ++c->clock;
        f->uses++;
        c->bytes += fold_bytes(f);
        c->folds[c->count++] = f;
        copy = NULL;
    }
    pthread_mutex_unlock(&c->lock);
    base_free(copy);
}

void fold_cache_release(struct fold_cache *c, struct fold *f)
{
    pthread_mutex_lock(&c->lock);
    drop_fold(f);
    pthread_mutex_unlock(&c->lock);
}
