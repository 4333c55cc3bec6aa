/* Of the ties that were read the two networks, as arrays for the kernels: see shape_network.h. */
#include "base/fault.h"
#include "service/shape_reading.h"

#include <stdlib.h>

/* ---- the network of its health ---- */

static bool is_kept_up(const struct shape_network *w, const struct shape_tie *t)
{
    bool together = t->basis == TIE_RELATIONSHIP || t->basis == TIE_POSTING ||
                    (t->basis == TIE_UNIT && !slice_is(w->actors[t->b].nature, "state"));
    return together && t->own && !w->actors[t->a].ended && !w->actors[t->b].ended;
}

static int compare_ties(const void *x, const void *y)
{
    const struct shape_tie *a = x, *b = y;
    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    if (a->b != b->b)
        return a->b < b->b ? -1 : 1;
    return slice_compare(a->record, b->record);
}

static int keep_ties(struct shape_reading *r)
{
    struct shape_network *w = r->network;
    w->ties = arena_array_of(r->arena, struct shape_tie, (size_t)r->tie_count + 1);
    if (!w->ties)
        return EN_NO_MEMORY;
    for (uint32_t i = 0; i < r->tie_count; i++) {
        if (!is_kept_up(w, &r->ties[i]))
            continue;
        struct shape_tie *t = &w->ties[w->tie_count++];
        *t = r->ties[i];
        if (t->basis != TIE_RELATIONSHIP)
            t->strength = STRUCTURE_ONE;
        w->actors[t->a].tied = w->actors[t->b].tied = true;
    }
    if (w->tie_count > 1)
        qsort(w->ties, w->tie_count, sizeof *w->ties, compare_ties);
    return 0;
}

/* The labels of the ties and of whom they tie, each once. */
static int keep_marks(struct shape_reading *r)
{
    struct shape_network *w = r->network;
    uint32_t most = snapshot_mask(r->snapshot)->count;
    bool *seen = arena_array_of(r->arena, bool, (size_t)most + 1);
    w->marks = arena_array_of(r->arena, uint32_t, (size_t)most + 1);
    if (!seen || !w->marks)
        return EN_NO_MEMORY;
    for (uint32_t i = 0; i < w->tie_count; i++)
        if (w->ties[i].label < most)
            seen[w->ties[i].label] = true;
    for (uint32_t i = 0; i < w->actor_count; i++) {
        w->tied_count += w->actors[i].tied;
        if (w->actors[i].tied && w->actors[i].label < most)
            seen[w->actors[i].label] = true;
    }
    for (uint32_t l = 0; l < most; l++)
        if (seen[l])
            w->marks[w->mark_count++] = l;
    return 0;
}

static int make_graph(struct shape_reading *r, struct error *err)
{
    struct shape_network *w = r->network;
    uint32_t *columns = base_malloc((3 * (size_t)w->tie_count + 1) * sizeof *columns);
    if (!columns)
        return error_set(err, EN_NO_MEMORY, "network");
    uint32_t *a = columns, *b = a + w->tie_count, *strength = b + w->tie_count;
    for (uint32_t i = 0; i < w->tie_count; i++) {
        a[i] = w->ties[i].a;
        b[i] = w->ties[i].b;
        strength[i] = w->ties[i].strength;
    }
    int code = structure_graph_init(a, b, strength, w->tie_count, w->actor_count, err, &w->graph);
    base_free(columns);
    return code;
}

/* ---- the network of introductions ---- */

static void add_step(struct shape_network *w, const struct shape_tie *t, bool back)
{
    struct introduction_tie *step = &w->steps[w->step_count++];
    *step = (struct introduction_tie){ .from = back ? t->b : t->a,
                                       .to = back ? t->a : t->b,
                                       .strength = (uint16_t)t->strength,
                                       .basis = t->basis,
                                       .dormant = t->dormant,
                                       .interpersonal = t->interpersonal,
                                       .record = t->record };
}

static void add_related(const struct shape_reading *r, const struct shape_tie *t)
{
    double share = t->dormant ? node_weights(r->node)->tie_dormant : 1;
    struct shape_tie one = *t;
    one.strength = paths_strength(t->forecast * share);
    add_step(r->network, &one, /* back= */ false);
    one.strength = paths_strength(t->earned * share);
    add_step(r->network, &one, /* back= */ true);
}

static int compare_steps(const void *x, const void *y)
{
    const struct introduction_tie *a = x, *b = y;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    if (a->to != b->to)
        return a->to < b->to ? -1 : 1;
    if (a->strength != b->strength)
        return a->strength > b->strength ? -1 : 1;
    if (a->basis != b->basis)
        return a->basis < b->basis ? -1 : 1;
    return slice_compare(a->record, b->record);
}

static int keep_steps(struct shape_reading *r)
{
    struct shape_network *w = r->network;
    uint32_t kept = 0;
    w->steps = arena_array_of(r->arena, struct introduction_tie, 2 * (size_t)r->tie_count + 1);
    if (!w->steps)
        return EN_NO_MEMORY;
    for (uint32_t i = 0; i < r->tie_count; i++) {
        const struct shape_tie *t = &r->ties[i];
        if (t->basis == TIE_RELATIONSHIP) {
            add_related(r, t);
            continue;
        }
        add_step(w, t, /* back= */ false);
        if (t->basis != TIE_ACCESS)
            add_step(w, t, /* back= */ true);
    }
    if (w->step_count > 1)
        qsort(w->steps, w->step_count, sizeof *w->steps, compare_steps);
    for (uint32_t i = 0; i < w->step_count; i++) /* of several ties between two the strongest */
        if (kept == 0 || w->steps[i].from != w->steps[kept - 1].from ||
            w->steps[i].to != w->steps[kept - 1].to)
            w->steps[kept++] = w->steps[i];
    w->step_count = kept;
    return 0;
}

/* Labels and willingness by actor. The thing asked for is not a record: its label is the readable
 * one of any actor, so that the mask lets it pass. */
static int keep_filters(struct shape_reading *r)
{
    struct shape_network *w = r->network;
    uint32_t count = w->actor_count + 1;
    w->labels = arena_array_of(r->arena, uint32_t, count);
    w->willing = arena_array_of(r->arena, uint64_t, (size_t)count / 64 + 1);
    if (!w->labels || !w->willing)
        return EN_NO_MEMORY;
    for (uint32_t i = 0; i < w->actor_count; i++) {
        w->labels[i] = w->actors[i].label;
        if (!w->actors[i].ended)
            w->willing[i / 64] |= (uint64_t)1 << (i % 64);
    }
    w->labels[w->actor_count] = w->actor_count ? w->actors[0].label : 0;
    return 0;
}

static int make_paths(struct shape_reading *r, struct error *err)
{
    struct shape_network *w = r->network;
    uint32_t *from = base_malloc((2 * (size_t)w->step_count + 1) * sizeof *from);
    uint16_t *strength = base_malloc(((size_t)w->step_count + 1) * sizeof *strength);
    uint32_t *to = from ? from + w->step_count : NULL;
    int code = from && strength ? 0 : error_set(err, EN_NO_MEMORY, "network");
    for (uint32_t i = 0; code == 0 && i < w->step_count; i++) {
        from[i] = w->steps[i].from;
        to[i] = w->steps[i].to;
        strength[i] = w->steps[i].strength;
    }
    if (code == 0)
        code =
            paths_graph_init(from, to, strength, w->step_count, w->actor_count + 1, err, &w->paths);
    base_free(from);
    base_free(strength);
    return code;
}

int shape_make_networks(struct shape_reading *r, struct error *err)
{
    int code = keep_ties(r);
    code = code < 0 ? code : keep_marks(r);
    code = code < 0 ? code : keep_steps(r);
    code = code < 0 ? code : keep_filters(r);
    if (code < 0)
        return error_set(err, code, "network");
    code = make_graph(r, err);
    return code < 0 ? code : make_paths(r, err);
}
