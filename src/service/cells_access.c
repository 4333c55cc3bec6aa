/*
 * Accesses in the matrix: whoever gives access to a region stands in it, and an access to what a
 * need asks for fits its line as an offer does. See cells.h.
 */
#include "service/cells.h"
#include "service/half_life.h"

#include <stdlib.h>

struct reading {
    struct cells *cells;
    uint32_t capacity;
};

/* The columns: id, holder, region, concept, from, until, label. */
static int take_access(void *context, const struct slice *c)
{
    struct reading *r = context;
    struct cells *x = r->cells;
    const struct weights *w = node_weights(x->shape->node);
    struct tie dates = tie_of(w, &(struct tie_words){ .from = c[4], .until = c[5] });
    uint32_t holder = shape_find(x->shape, c[1]);
    int64_t label = 0;
    if (holder == structure_nobody || x->shape->actors[holder].ended ||
        !tie_in_force(&dates, x->shape->as_of))
        return 0;
    if (x->access_count == r->capacity) {
        uint32_t wider = r->capacity ? 2 * r->capacity : 64;
        struct cells_access *moved = arena_array_of(x->shape->arena, struct cells_access, wider);
        if (!moved)
            return EN_NO_MEMORY;
        if (x->access_count)
            memcpy(moved, x->accesses, x->access_count * sizeof *moved);
        x->accesses = moved;
        r->capacity = wider;
    }
    slice_to_int64(c[6], &label);
    x->accesses[x->access_count++] =
        (struct cells_access){ .holder = holder,
                               .label = (uint32_t)label,
                               .id = arena_copy(x->shape->arena, c[0]),
                               .stated = arena_copy(x->shape->arena, c[2]),
                               .region = c[2].len ? cells_region(x, c[2]) : S(""),
                               .concept = arena_copy(x->shape->arena, c[3]) };
    return 0;
}

int cells_read_accesses(struct cells *c, struct error *err)
{
    static const char sql[] =
        "SELECT r.id, k.holder, k.region, k.concept, k.\"from\", k.until, r.label FROM accesses_v k"
        " JOIN record_v r ON r.num = k.num WHERE k.region <> '' OR k.concept <> ''"
        " ORDER BY k.holder, r.id";
    struct reading r = { .cells = c };
    int code = snapshot_query(c->shape->snapshot, sql, NULL, 0, err, take_access, &r);
    return code < 0 ? error_set(err, code, "the accesses cannot be read") : 0;
}

uint32_t cells_first_access(const struct cells *c, uint32_t actor)
{
    uint32_t low = 0, high = c->access_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (c->accesses[middle].holder < actor)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- how many lead into a cell ---- */

struct leading {
    uint32_t cell;
    struct slice access;
};

static int compare_leading(const void *x, const void *y)
{
    const struct leading *a = x, *b = y;
    if (a->cell != b->cell)
        return a->cell < b->cell ? -1 : 1;
    return slice_compare(a->access, b->access);
}

/* Those of one actor that lead where it stands: to the region, or to what is asked for there. */
static uint32_t gather(const struct cells *c, const struct standing *s, struct leading *all)
{
    uint32_t count = 0;
    for (uint32_t i = cells_first_access(c, s->actor);
         i < c->access_count && c->accesses[i].holder == s->actor; i++) {
        if (!c->accesses[i].region.len || !slice_eq(c->accesses[i].region, s->region))
            continue;
        if (all)
            all[count] = (struct leading){ s->cell, c->accesses[i].id };
        count++;
    }
    for (uint32_t k = cells_first_fit(c, s->actor);
         k < c->fit_count && c->fits[k].actor == s->actor; k++) {
        if (!c->fits[k].is_access || !cells_is_asked(c, s, &c->fits[k]))
            continue;
        if (all)
            all[count] = (struct leading){ s->cell, c->fits[k].offer };
        count++;
    }
    return count;
}

int cells_count_accesses(struct cells *c)
{
    uint32_t most = 0, count = 0;
    for (uint32_t i = 0; i < c->standing_count; i++)
        most += gather(c, &c->standing[i], NULL);
    struct leading *all = arena_array_of(c->shape->arena, struct leading, (size_t)most + 1);
    if (!all)
        return EN_NO_MEMORY;
    for (uint32_t i = 0; i < c->standing_count; i++)
        count += gather(c, &c->standing[i], &all[count]);
    if (count > 1)
        qsort(all, count, sizeof *all, compare_leading);
    for (uint32_t i = 0; i < count; i++)
        if (i == 0 || compare_leading(&all[i - 1], &all[i]) != 0)
            c->cells[all[i].cell].accesses++;
    return 0;
}
