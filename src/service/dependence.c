/*
 * Who is depended on: whose loss takes options for open needs away, and whom it would cut off.
 *
 * Every open need is solved as the options service solves it, and again without each partner that
 * is in all of its options. Needs that cannot be solved (too large, or nobody who needs them) are
 * named and not counted.
 */
#include "base/limits.h"
#include "service/health.h"
#include "service/options_internal.h"

#include <stdlib.h>

struct reliance {
    uint32_t need; /* among the needs */
    uint32_t with, of;
    bool indispensable;
};

struct dependent {
    uint32_t actor, first, count, indispensable; /* its reliances stand together */
    uint32_t cut_off;
    double share; /* of options, added up over needs */
};

struct entry_of {
    uint32_t actor;
    struct reliance reliance;
};

struct dependence {
    struct shape shape;
    uint32_t of;
    int64_t as_of; /* of the options; the network is that of the day */
    struct bodies needs;
    bool *left_out; /* per need */
    struct entry_of *entries;
    uint32_t entry_count, entry_capacity;
    uint32_t *cut_off; /* per actor */
    struct dependent *items;
    uint32_t item_count;
};

static int add_entry(struct dependence *d, struct entry_of entry)
{
    if (d->entry_count == d->entry_capacity) {
        uint32_t wider = d->entry_capacity ? 2 * d->entry_capacity : 64;
        struct entry_of *moved = arena_array_of(d->shape.arena, struct entry_of, wider);
        if (!moved)
            return EN_NO_MEMORY;
        if (d->entry_count)
            memcpy(moved, d->entries, d->entry_count * sizeof *moved);
        d->entries = moved;
        d->entry_capacity = wider;
    }
    d->entries[d->entry_count++] = entry;
    return 0;
}

static int rely_on(struct dependence *d, uint32_t need, struct error *err)
{
    struct option_query q = { .need = d->needs.items[need].id, .as_of_ms = d->as_of * 1000 };
    struct option_desk *desk = NULL;
    struct option_reliance *all = NULL;
    struct option_set set = { 0 };
    uint32_t count = 0;
    int code = option_desk_open(d->shape.node, d->shape.snapshot, &q, err, &desk);
    if (code == 0)
        code = option_solve(desk, err, &set);
    if (code == 0)
        code = option_reliances(desk, &set, err, &all, &count);
    for (uint32_t i = 0; code == 0 && i < count; i++) {
        uint32_t actor = shape_find(&d->shape, all[i].actor);
        if (actor == structure_nobody || all[i].own || all[i].with == 0)
            continue;
        code = add_entry(
            d, (struct entry_of){ actor, { need, all[i].with, set.count, all[i].indispensable } });
    }
    option_desk_close(desk);
    return code;
}

static int rely_on_all(struct dependence *d, struct error *err)
{
    d->left_out = arena_array_of(d->shape.arena, bool, d->needs.count + 1);
    if (!d->left_out)
        return error_set(err, EN_NO_MEMORY, "dependence");
    for (uint32_t i = 0; i < d->needs.count; i++) {
        struct error own = { 0 };
        int code = rely_on(d, i, &own);
        d->left_out[i] = code == EN_TOO_LARGE || code == EN_CONFLICT;
        if (code < 0 && !d->left_out[i])
            return error_set(err, code, "%s", own.message);
    }
    return 0;
}

/* ---- by actor ---- */

static int compare_entries(const void *x, const void *y)
{
    const struct entry_of *a = x, *b = y;
    if (a->actor != b->actor)
        return a->actor < b->actor ? -1 : 1;
    return a->reliance.need < b->reliance.need ? -1 : a->reliance.need > b->reliance.need;
}

static int compare_items(const void *x, const void *y)
{
    const struct dependent *a = x, *b = y;
    if (a->indispensable != b->indispensable)
        return a->indispensable > b->indispensable ? -1 : 1;
    if (a->share != b->share)
        return a->share > b->share ? -1 : 1;
    if (a->cut_off != b->cut_off)
        return a->cut_off > b->cut_off ? -1 : 1;
    return a->actor < b->actor ? -1 : a->actor > b->actor;
}

static int count_cut_off(struct dependence *d, struct error *err)
{
    struct structure_cuts cuts;
    d->cut_off = arena_array_of(d->shape.arena, uint32_t, d->shape.actor_count + 1);
    if (!d->cut_off)
        return error_set(err, EN_NO_MEMORY, "dependence");
    int code = structure_cuts_init(&d->shape.graph, d->of, err, &cuts);
    if (code < 0)
        return code;
    for (uint32_t i = 0; i < cuts.point_count; i++)
        if (d->of == structure_nobody || cuts.component[cuts.points[i].a] == cuts.component[d->of])
            d->cut_off[cuts.points[i].a] = cuts.points[i].cut_off;
    if (d->of != structure_nobody)
        d->cut_off[d->of] = 0;
    structure_cuts_done(&cuts);
    return 0;
}

static int gather(struct dependence *d, struct error *err)
{
    const bool *partner = shape_partners(&d->shape, d->of);
    d->items = arena_array_of(d->shape.arena, struct dependent, d->shape.actor_count + 1);
    if (!partner || !d->items)
        return error_set(err, EN_NO_MEMORY, "dependence");
    if (d->entry_count > 1)
        qsort(d->entries, d->entry_count, sizeof *d->entries, compare_entries);
    for (uint32_t actor = 0, at = 0; actor < d->shape.actor_count; actor++) {
        struct dependent x = { .actor = actor, .first = at, .cut_off = d->cut_off[actor] };
        for (; at < d->entry_count && d->entries[at].actor == actor; at++) {
            const struct reliance *one = &d->entries[at].reliance;
            x.count++;
            x.indispensable += one->indispensable;
            x.share += (double)one->with / one->of;
        }
        if (x.count > 0 || (partner[actor] && x.cut_off > 0))
            d->items[d->item_count++] = x;
    }
    if (d->item_count > 1)
        qsort(d->items, d->item_count, sizeof *d->items, compare_items);
    return 0;
}

/* ---- writing ---- */

static void write_item(struct dependence *d, const struct dependent *x, struct render *r)
{
    struct json_writer *out = r->out;
    jw_object(out);
    health_write_actor(&d->shape, x->actor, "actor", r);
    jw_key(out, "needs");
    jw_array(out);
    for (uint32_t i = 0; i < x->count; i++) {
        const struct reliance *one = &d->entries[x->first + i].reliance;
        jw_object(out);
        if (refs_add(r->refs, d->needs.items[one->need].id))
            jw_key_text(out, "need", d->needs.items[one->need].id);
        jw_key_int(out, "options", one->with);
        jw_key_int(out, "of", one->of);
        jw_key_bool(out, "indispensable", one->indispensable);
        jw_object_end(out);
    }
    jw_array_end(out);
    jw_key_int(out, "cut_off", x->cut_off);
    jw_object_end(out);
}

static void write_all(struct dependence *d, struct render *r)
{
    health_write_head(&d->shape, d->of, r);
    jw_key_int(r->out, "needs", (int64_t)d->needs.count);
    jw_key(r->out, "items");
    jw_array(r->out);
    for (uint32_t i = 0; i < d->item_count && i < LIMIT_PAGE; i++)
        write_item(d, &d->items[i], r);
    jw_array_end(r->out);
    jw_key(r->out, "not_counted");
    jw_array(r->out);
    for (uint32_t i = 0; i < d->needs.count; i++)
        if (d->left_out[i] && refs_add(r->refs, d->needs.items[i].id))
            jw_text(r->out, d->needs.items[i].id);
    jw_array_end(r->out);
}

int dependence_write(struct node *n, const struct health_query *q, struct render *r,
                     struct error *err)
{
    struct dependence d = { .of = structure_nobody, .as_of = q->as_of };
    int code = shape_read(n, r->snapshot, shape_day(q->as_of), err, &d.shape);
    if (code == 0 && q->of.len)
        d.of = shape_find(&d.shape, q->of);
    if (code == 0)
        code = shape_needs(r->snapshot, q->as_of, err, &d.needs);
    if (code == 0)
        code = rely_on_all(&d, err);
    if (code == 0)
        code = count_cut_off(&d, err);
    if (code == 0)
        code = gather(&d, err);
    if (code == 0)
        write_all(&d, r);
    shape_done(&d.shape);
    return code;
}
