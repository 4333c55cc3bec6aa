/*
 * Rows of a portfolio: see portfolio_rows.h. A set of rows lives in an arena of its own and is
 * counted: once for its place in the cache, once for every request that reads it. The longest
 * unused set gives way; one that is too large is not kept at all.
 */
#include "service/portfolio_rows.h"

#include "base/fault.h"
#include "base/limits.h"

#include <pthread.h>
#include <stdlib.h>

enum { SETS_MAX = 8 };
static const size_t set_bytes = (size_t)16 << 20;

struct row_set {
    struct light_rows rows; /* first: what is handed out */
    struct arena *arena;
    struct slice of;
    int64_t position;
    uint64_t columns_id; /* another one after the picture was loaded again */
    uint64_t *mask;
    uint32_t mask_count;
    int uses;
    uint64_t last_used;
};

struct row_cache {
    pthread_mutex_t lock;
    struct row_set *sets[SETS_MAX];
    uint64_t clock;
};

struct row_cache *row_cache_new(void)
{
    struct row_cache *c = base_calloc(1, sizeof *c);
    if (c)
        pthread_mutex_init(&c->lock, NULL);
    return c;
}

static void drop(struct row_set *set)
{
    if (set && --set->uses == 0)
        arena_free(set->arena); /* the set itself is in it */
}

void row_cache_free(struct row_cache *c)
{
    if (!c)
        return;
    for (int i = 0; i < SETS_MAX; i++)
        drop(c->sets[i]);
    pthread_mutex_destroy(&c->lock);
    base_free(c);
}

/* ---- reading ---- */

enum {
    COLUMN_RELATIONSHIP,
    COLUMN_PARTNER,
    COLUMN_TITLE,
    COLUMN_TITLE_FR,
    COLUMN_SHORT,
    COLUMN_COUNTRY,
    COLUMN_AUDIENCE,
    COLUMN_NATURE,
    COLUMN_PRIORITY,
    COLUMN_POSTURE,
    COLUMN_HORIZON,
    COLUMN_TERM,
    COLUMN_IDEAL,
    COLUMN_LONGEST,
    COLUMN_FROM,
    COLUMN_UNTIL,
    COLUMN_COUNT
};

struct taking {
    struct row_set *set;
    const struct weights *weights;
    size_t capacity;
};

static bool grow_rows(struct taking *t)
{
    struct light_rows *l = &t->set->rows;
    if (l->count < t->capacity)
        return true;
    size_t wider = t->capacity ? t->capacity * 2 : 64;
    struct light_row *moved = arena_array_of(t->set->arena, struct light_row, wider);
    if (!moved)
        return false;
    if (l->count)
        memcpy(moved, l->rows, l->count * sizeof *moved);
    l->rows = moved;
    t->capacity = wider;
    return true;
}

static int take_row(void *context, const struct slice *c)
{
    struct taking *t = context;
    struct arena *a = t->set->arena;
    struct slice kept[COLUMN_HORIZON];
    if (!grow_rows(t))
        return EN_NO_MEMORY;
    for (int i = 0; i < COLUMN_HORIZON; i++)
        if (!(kept[i] = c[i].len ? arena_copy(a, c[i]) : S("")).ptr)
            return EN_NO_MEMORY;
    t->set->rows.rows[t->set->rows.count++] = (struct light_row){
        .relationship = kept[COLUMN_RELATIONSHIP],
        .partner = kept[COLUMN_PARTNER],
        .title = kept[COLUMN_TITLE],
        .title_fr = kept[COLUMN_TITLE_FR],
        .short_en = kept[COLUMN_SHORT],
        .country = kept[COLUMN_COUNTRY],
        .audience = kept[COLUMN_AUDIENCE],
        .nature = kept[COLUMN_NATURE],
        .priority = kept[COLUMN_PRIORITY],
        .posture = kept[COLUMN_POSTURE],
        .cadence_ideal = slice_int64(c[COLUMN_IDEAL]),
        .cadence_longest = slice_int64(c[COLUMN_LONGEST]),
        .tie = tie_of(t->weights,
                      &(struct tie_words){ c[COLUMN_NATURE], c[COLUMN_HORIZON], c[COLUMN_TERM],
                                           c[COLUMN_FROM], c[COLUMN_UNTIL] }),
    };
    return 0;
}

static int compare_partners(const void *x, const void *y)
{
    const struct light_row *a = x, *b = y;
    int by_partner = slice_compare(a->partner, b->partner);
    return by_partner ? by_partner : slice_compare(a->relationship, b->relationship);
}

static int compare_titles(const void *x, const void *y)
{
    const struct light_row *a = x, *b = y;
    int by_title = slice_compare(a->title, b->title);
    return by_title ? by_title : slice_compare(a->relationship, b->relationship);
}

/* Rows of one partner share the list of their ties, as trust has one half-life per pair. */
static int settle(struct row_set *set)
{
    struct light_rows *l = &set->rows;
    struct tie *ties = arena_array_of(set->arena, struct tie, l->count + 1);
    if (!ties)
        return EN_NO_MEMORY;
    if (l->count > 1)
        qsort(l->rows, l->count, sizeof *l->rows, compare_partners);
    for (size_t first = 0, end; first < l->count; first = end) {
        for (end = first; end < l->count && slice_eq(l->rows[end].partner, l->rows[first].partner);
             end++)
            ties[end] = l->rows[end].tie;
        for (size_t i = first; i < end; i++) {
            l->rows[i].ties = ties + first;
            l->rows[i].tie_count = end - first;
        }
    }
    if (l->count > 1)
        qsort(l->rows, l->count, sizeof *l->rows, compare_titles);
    return 0;
}

/* A retracted record has no row in its kind's view. */
static int read_rows(struct snapshot *s, const struct weights *w, struct row_set *set,
                     struct error *err)
{
    static const char sql[] =
        "SELECT r.id, p.id, p.title, p.title_fr, q.short_en, q.country, q.audience, k.nature,"
        " k.priority, k.posture, k.horizon, k.term, k.cadence_ideal, k.cadence_longest,"
        " k.\"from\", k.until FROM relationships_v k JOIN record_v r ON r.num = k.num"
        " JOIN record_v p ON p.id = CASE WHEN k.a = ?1 THEN k.b ELSE k.a END"
        " JOIN actors_v q ON q.num = p.num WHERE (k.a = ?1 OR k.b = ?1) AND k.own";
    struct taking t = { .set = set, .weights = w };
    int code = 0;
    if (snapshot_readable(s, set->of, NULL)) /* what you may not read names nothing */
        code = snapshot_query(s, sql, &set->of, 1, err, take_row, &t);
    if (code == 0)
        code = settle(set);
    return code < 0 ? error_set(err, code, "portfolio") : 0;
}

static int make_set(struct snapshot *s, const struct weights *w, struct slice of, struct error *err,
                    struct row_set **ret)
{
    const struct label_mask *mask = snapshot_mask(s);
    size_t words = (size_t)(mask->count + 63) / 64;
    struct arena *a = arena_new(LIMIT_ARENA);
    struct row_set *set = a ? arena_new_of(a, struct row_set) : NULL;
    uint64_t *copy = set ? arena_array_of(a, uint64_t, words + 1) : NULL;
    if (!copy) {
        arena_free(a);
        return error_set(err, EN_NO_MEMORY, "portfolio");
    }
    memcpy(copy, mask->words, words * sizeof *copy);
    *set = (struct row_set){ .arena = a,
                             .of = arena_copy(a, of),
                             .position = snapshot_position(s),
                             .columns_id = snapshot_columns(s)->id,
                             .mask = copy,
                             .mask_count = mask->count,
                             .uses = 1 };
    int code = set->of.ptr ? read_rows(s, w, set, err) : error_set(err, EN_NO_MEMORY, "portfolio");
    if (code < 0) {
        arena_free(a);
        return code;
    }
    *ret = set;
    return 0;
}

/* ---- keeping ---- */

static bool fits(const struct row_set *set, struct snapshot *s, struct slice of)
{
    const struct label_mask *mask = snapshot_mask(s);
    return set->position == snapshot_position(s) && set->columns_id == snapshot_columns(s)->id &&
           set->mask_count == mask->count && slice_eq(set->of, of) &&
           memcmp(set->mask, mask->words, (size_t)(mask->count + 63) / 64 * sizeof *set->mask) == 0;
}

static struct row_set *find(struct row_cache *c, struct snapshot *s, struct slice of)
{
    struct row_set *found = NULL;
    pthread_mutex_lock(&c->lock);
    for (int i = 0; !found && i < SETS_MAX; i++)
        if (c->sets[i] && fits(c->sets[i], s, of))
            found = c->sets[i];
    if (found) {
        found->uses++;
        found->last_used = ++c->clock;
    }
    pthread_mutex_unlock(&c->lock);
    return found;
}

static void keep(struct row_cache *c, struct row_set *set)
{
    if (arena_used(set->arena) > set_bytes)
        return;
    pthread_mutex_lock(&c->lock);
    int oldest = 0;
    for (int i = 0; i < SETS_MAX && c->sets[oldest]; i++)
        if (!c->sets[i] || c->sets[i]->last_used < c->sets[oldest]->last_used)
            oldest = i;
    drop(c->sets[oldest]);
    set->uses++;
    set->last_used = ++c->clock;
    c->sets[oldest] = set;
    pthread_mutex_unlock(&c->lock);
}

int row_cache_get(struct row_cache *c, struct snapshot *s, const struct weights *w, struct slice of,
                  struct error *err, const struct light_rows **ret)
{
    struct row_set *set = find(c, s, of);
    if (!set) {
        int code = make_set(s, w, of, err, &set);
        if (code < 0)
            return code;
        if (snapshot_failure(s) == 0)
            keep(c, set);
    }
    *ret = &set->rows;
    return 0;
}

void row_cache_release(struct row_cache *c, const struct light_rows *rows)
{
    if (!rows)
        return;
    pthread_mutex_lock(&c->lock);
    drop((struct row_set *)(uintptr_t)(const void *)rows);
    pthread_mutex_unlock(&c->lock);
}
