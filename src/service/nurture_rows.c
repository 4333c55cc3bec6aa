/* The relationships of an actor as nurture sees them: see nurture_rows.h. */
#include "service/nurture_rows.h"

#include "service/node_internal.h"
#include "service/nurture_contacts.h"

#include <stdlib.h>

enum { DAY = 86400 };

struct slice nurture_day(struct arena *a, int64_t seconds)
{
    char text[32];
    when_format_ms(seconds * 1000, false, text);
    return arena_copy(a, slice_make(text, 10));
}

int64_t nurture_days_since(const struct nurture_row *row, int64_t as_of)
{
    return row->contacts.last.engagement.len ? (as_of - row->contacts.last.at) / DAY : -1;
}

static int compare_rows(const void *x, const void *y)
{
    return slice_compare(((const struct nurture_row *)x)->relationship,
                         ((const struct nurture_row *)y)->relationship);
}

static bool copy_row(struct arena *a, const struct light_row *l, struct nurture_row *row)
{
    const struct slice from[] = { l->relationship, l->partner, l->title,    l->title_fr,
                                  l->country,      l->nature,  l->priority, l->posture };
    struct slice *to[] = { &row->relationship, &row->partner, &row->title,    &row->title_fr,
                           &row->country,      &row->nature,  &row->priority, &row->posture };
    bool good = true;
    for (size_t i = 0; i < sizeof to / sizeof *to; i++) {
        *to[i] = from[i].len ? arena_copy(a, from[i]) : S("");
        good &= to[i]->ptr != NULL;
    }
    return good;
}

/* Those in force; the light rows go with their cache. */
static int take_rows(struct node *n, struct snapshot *s, const struct light_rows *light,
                     int64_t as_of, struct error *err, struct nurture_rows *ret)
{
    struct arena *a = snapshot_arena(s);
    struct nurture_row *rows = arena_array_of(a, struct nurture_row, light->count + 1);
    size_t count = 0;
    if (!rows)
        return error_set(err, EN_NO_MEMORY, "relationships");
    for (size_t i = 0; i < light->count; i++) {
        const struct light_row *l = &light->rows[i];
        if (!tie_in_force(&l->tie, as_of))
            continue;
        struct nurture_row *row = &rows[count++];
        if (!copy_row(a, l, row))
            return error_set(err, EN_NO_MEMORY, "relationships");
        row->half_life = ties_half_life(node_weights(n), l->ties, l->tie_count, as_of);
        row->cadence_ideal = l->cadence_ideal;
        row->cadence_longest = l->cadence_longest;
    }
    if (count > 1)
        qsort(rows, count, sizeof *rows, compare_rows);
    *ret = (struct nurture_rows){ .rows = rows, .count = count };
    return 0;
}

struct stewards {
    struct snapshot *snapshot;
    struct nurture_rows *rows;
};

static int compare_id(const void *key, const void *item)
{
    return slice_compare(*(const struct slice *)key,
                         ((const struct nurture_row *)item)->relationship);
}

struct nurture_row *nurture_row_of(const struct nurture_rows *all, struct slice relationship)
{
    return all->count ? bsearch(&relationship, all->rows, all->count, sizeof *all->rows, compare_id)
                      : NULL;
}

static int take_steward(void *context, const struct slice *c)
{
    struct stewards *x = context;
    struct nurture_row *row = nurture_row_of(x->rows, c[0]);
    struct slice id = row ? arena_copy(snapshot_arena(x->snapshot), c[1]) : S("");
    if (row && snapshot_readable(x->snapshot, id, NULL))
        row->steward = id;
    return id.ptr ? 0 : EN_NO_MEMORY;
}

static int read_stewards(struct snapshot *s, struct slice of, struct nurture_rows *rows,
                         struct error *err)
{
    static const char sql[] =
        "SELECT r.id, k.steward FROM relationships_v k JOIN record_v r ON r.num = k.num"
        " WHERE (k.a = ?1 OR k.b = ?1) AND k.own AND k.steward IS NOT NULL";
    struct stewards x = { .snapshot = s, .rows = rows };
    int code = snapshot_query(s, sql, &of, 1, err, take_steward, &x);
    return code < 0 ? error_set(err, code, "the relationships cannot be read") : 0;
}

int nurture_rows_read(struct node *n, struct snapshot *s, struct slice of, int64_t as_of,
                      struct error *err, struct nurture_rows *ret)
{
    const struct light_rows *light = NULL;
    struct nurture_rows rows = { 0 };
    int code = row_cache_get(n->rows, s, node_weights(n), of, err, &light);
    if (code == 0)
        code = take_rows(n, s, light, as_of, err, &rows);
    row_cache_release(n->rows, light);
    if (code == 0)
        code = read_stewards(s, of, &rows, err);
    if (code == 0)
        code = contacts_fill(s, of, as_of, &rows, err);
    if (code == 0)
        code = deliveries_fill(s, of, as_of, &rows, err);
    if (code == 0)
        *ret = rows;
    return code;
}
