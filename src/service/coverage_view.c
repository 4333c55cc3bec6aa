/*
 * The coverage matrix: see cells.h. Shown are the cells in which a relationship stands or for which
 * there is demand; the empty ones that somebody known could fill are named apart, those most asked
 * for first. Where nobody says by what means they act, that is no gap unless there is demand.
 */
#include "base/limits.h"
#include "service/cells.h"
#include "service/health.h"

#include <stdlib.h>

/* A code and its names: the reader may not know the areas of M49 by heart. */
static void write_region(struct slice region, struct json_writer *out)
{
    jw_key_text(out, "region", region);
    if (region_name(region, false)) {
        jw_key_cstr(out, "region_name", region_name(region, false));
        jw_key_cstr(out, "region_name_fr", region_name(region, true));
    }
}

static void write_cell(const struct cells *c, const struct cell *cell, struct render *r)
{
    struct json_writer *out = r->out;
    uint32_t shown = 0;
    jw_object(out);
    write_region(cell->region, out);
    jw_key_text(out, "audience", cell->audience);
    jw_key_int(out, "relationships", cell->relationships);
    jw_key_int(out, "offers", cell->offers);
    jw_key_int(out, "accesses", cell->accesses);
    jw_key_int(out, "demand", cell->demand);
    jw_key(out, "actors");
    jw_array(out);
    for (uint32_t i = cell->first; i < cell->first + cell->count; i++)
        if (c->partner[c->standing[i].actor] && shown++ < LIMIT_HEALTH_MEMBERS)
            health_write_actor(c->shape, c->standing[i].actor, NULL, r);
    jw_array_end(out);
    jw_object_end(out);
}

static void write_rows(const struct cells *c, struct render *r)
{
    struct json_writer *out = r->out;
    jw_key(out, "rows");
    jw_array(out);
    for (int instrument = 0; instrument < CELL_INSTRUMENTS; instrument++) {
        jw_object(out);
        jw_key_cstr(out, "instrument", cells_instrument(instrument));
        jw_key(out, "cells");
        jw_array(out);
        for (uint32_t i = 0; i < c->cell_count; i++)
            if (c->cells[i].instrument == instrument &&
                (c->cells[i].relationships || c->cells[i].demand))
                write_cell(c, &c->cells[i], r);
        jw_array_end(out);
        jw_object_end(out);
    }
    jw_array_end(out);
}

static int compare_empty(const void *x, const void *y)
{
    const struct cell *const *a = x, *const *b = y;
    if ((*a)->demand != (*b)->demand)
        return (*a)->demand > (*b)->demand ? -1 : 1;
    if ((*a)->count != (*b)->count)
        return (*a)->count > (*b)->count ? -1 : 1;
    return *a < *b ? -1 : *a > *b;
}

static void write_empty_cell(const struct cells *c, const struct cell *cell, struct render *r)
{
    struct json_writer *out = r->out;
    jw_object(out);
    jw_key_cstr(out, "instrument", cells_instrument(cell->instrument));
    write_region(cell->region, out);
    jw_key_text(out, "audience", cell->audience);
    jw_key_int(out, "demand", cell->demand);
    jw_key_int(out, "known", cell->count);
    jw_key(out, "actors");
    jw_array(out);
    for (uint32_t i = 0; i < cell->count && i < STRUCTURE_VIA_MAX; i++)
        health_write_actor(c->shape, c->standing[cell->first + i].actor, NULL, r);
    jw_array_end(out);
    jw_object_end(out);
}

static int write_empty(const struct cells *c, struct render *r, struct error *err)
{
    const struct cell **empty =
        arena_array_of(c->shape->arena, const struct cell *, c->cell_count + 1);
    uint32_t count = 0;
    if (!empty)
        return error_set(err, EN_NO_MEMORY, "coverage");
    for (uint32_t i = 0; i < c->cell_count; i++)
        if (!c->cells[i].relationships &&
            (c->cells[i].instrument != CELL_UNSTATED || c->cells[i].demand))
            empty[count++] = &c->cells[i];
    if (count > 1)
        qsort(empty, count, sizeof *empty, compare_empty);
    jw_key(r->out, "empty");
    jw_array(r->out);
    for (uint32_t i = 0; i < count && i < LIMIT_HEALTH_SHOWN; i++)
        write_empty_cell(c, empty[i], r);
    jw_array_end(r->out);
    jw_key_int(r->out, "empty_count", count);
    return 0;
}

int coverage_write(struct node *n, const struct health_query *q, struct render *r,
                   struct error *err)
{
    struct shape x;
    struct cells c;
    int code = shape_read(n, r->snapshot, shape_day(q->as_of), err, &x);
    uint32_t of = code == 0 && q->of.len ? shape_find(&x, q->of) : structure_nobody;
    if (code == 0)
        code = cells_read(&x, of, err, &c);
    if (code == 0) {
        health_write_head(&x, of, r);
        write_rows(&c, r);
        code = write_empty(&c, r, err);
    }
    shape_done(&x);
    return code;
}
