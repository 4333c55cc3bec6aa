/* Cells: who stands where, and what is asked for there. See cells.h. */
#include "service/cells.h"

#include "record/registry.h"

#include <stdlib.h>

const char *cells_instrument(int instrument)
{
    return instrument == CELL_UNSTATED ? "unstated" : instrument_choices[instrument].value;
}

struct slice cells_region(const struct cells *c, struct slice code)
{
    struct region known;
    if (!region_read(code, &known))
        return S("001");
    struct slice at = arena_copy(c->shape->arena, slice_of(known.code));
    if (c->home.len && region_within(at, c->home))
        return c->home;
    while (at.len && (at.ptr[0] < '0' || at.ptr[0] > '9'))
        at = region_parent(at);
    return at.len ? at : S("001");
}

/* ---- who stands where ---- */

static int add_standing(struct cells *c, uint32_t actor, unsigned instruments, struct slice region)
{
    const struct shape_actor *x = &c->shape->actors[actor];
    for (int i = 0; i < CELL_INSTRUMENTS; i++) {
        bool has = i == CELL_UNSTATED ? instruments == 0 : instruments >> i & 1;
        if (!has)
            continue;
        if (c->standing_count == c->standing_capacity) {
            uint32_t wider = c->standing_capacity ? 2 * c->standing_capacity : 256;
            struct standing *moved = arena_array_of(c->shape->arena, struct standing, wider);
            if (!moved)
                return EN_NO_MEMORY;
            if (c->standing_count)
                memcpy(moved, c->standing, c->standing_count * sizeof *moved);
            c->standing = moved;
            c->standing_capacity = wider;
        }
        c->standing[c->standing_count++] =
            (struct standing){ i, region, x->audience.len ? x->audience : S("other"), actor, 0 };
    }
    return 0;
}

/* Its own means, and those that a relationship with it says it brings. */
static unsigned means_of(const struct cells *c, const unsigned *related, uint32_t actor)
{
    return c->shape->actors[actor].instruments | related[actor];
}

static int stand(struct cells *c, const unsigned *related, uint32_t actor)
{
    const struct shape_actor *x = &c->shape->actors[actor];
    unsigned means = means_of(c, related, actor);
    int code = 0;
    for (uint32_t i = 0; code == 0 && i < x->region_count; i++)
        code = add_standing(c, actor, means, cells_region(c, x->regions[i]));
    if (code == 0 && x->region_count == 0)
        code = add_standing(c, actor, means, cells_region(c, x->country));
    for (uint32_t i = cells_first_access(c, actor);
         code == 0 && i < c->access_count && c->accesses[i].holder == actor; i++) {
        if (!c->accesses[i].region.len)
            continue;
        snapshot_mark_number(c->shape->snapshot, c->accesses[i].label);
        code = add_standing(c, actor, means, c->accesses[i].region);
    }
    return code;
}

static int stand_for_needs(struct cells *c, const unsigned *related)
{
    int code = 0;
    for (uint32_t i = 0; code == 0 && i < c->fit_count; i++) {
        struct slice region = c->regions[c->lines[c->fits[i].line].need];
        if (region.len)
            code =
                add_standing(c, c->fits[i].actor, means_of(c, related, c->fits[i].actor), region);
    }
    return code;
}

/* Who counts: whoever may be sought or is a partner. States, posts and persons stand for what they
 * belong to, and our own needs no relationship. */
static bool counts(const struct cells *c, uint32_t actor)
{
    const struct shape_actor *x = &c->shape->actors[actor];
    bool body = slice_is(x->nature, "organisation") || slice_is(x->nature, "unit") ||
                slice_is(x->nature, "community") || c->partner[actor];
    return body && !x->ended && actor != c->of &&
           (c->of == structure_nobody || !shape_under(c->shape, actor, c->of));
}

static int compare_places(const struct standing *a, const struct standing *b)
{
    if (a->instrument != b->instrument)
        return a->instrument < b->instrument ? -1 : 1;
    int order = slice_compare(a->region, b->region);
    return order ? order : slice_compare(a->audience, b->audience);
}

static int compare_standing(const void *x, const void *y)
{
    const struct standing *a = x, *b = y;
    int order = compare_places(a, b);
    if (order)
        return order;
    return a->actor < b->actor ? -1 : a->actor > b->actor;
}

/* Sorted, each once, and the cells that they make. */
static int settle(struct cells *c)
{
    uint32_t kept = 0;
    if (c->standing_count > 1)
        qsort(c->standing, c->standing_count, sizeof *c->standing, compare_standing);
    c->cells = arena_array_of(c->shape->arena, struct cell, c->standing_count + 1);
    if (!c->cells)
        return EN_NO_MEMORY;
    for (uint32_t i = 0; i < c->standing_count; i++) {
        struct standing s = c->standing[i];
        if (kept && compare_standing(&s, &c->standing[kept - 1]) == 0)
            continue;
        if (kept == 0 || compare_places(&s, &c->standing[kept - 1]) != 0)
            c->cells[c->cell_count++] = (struct cell){ .instrument = s.instrument,
                                                       .region = s.region,
                                                       .audience = s.audience,
                                                       .first = kept };
        struct cell *cell = &c->cells[c->cell_count - 1];
        c->standing[kept] = s;
        c->standing[kept++].cell = c->cell_count - 1;
        cell->count++;
        cell->partners += c->partner[s.actor];
        snapshot_mark_number(c->shape->snapshot, c->shape->actors[s.actor].label);
    }
    c->standing_count = kept;
    return 0;
}

/* ---- what is asked for there ---- */

struct asked {
    uint32_t cell, line;
    bool is_offer;
};

static int compare_asked(const void *x, const void *y)
{
    const struct asked *a = x, *b = y;
    if (a->cell != b->cell)
        return a->cell < b->cell ? -1 : 1;
    return a->line < b->line ? -1 : a->line > b->line;
}

/* Cells of an actor: where it stands, in the region of a need when it has one. */
bool cells_is_asked(const struct cells *c, const struct standing *s, const struct cells_fit *f)
{
    struct slice region = c->regions[c->lines[f->line].need];
    return !region.len || slice_eq(s->region, region);
}

uint32_t cells_first_fit(const struct cells *c, uint32_t actor)
{
    uint32_t low = 0, high = c->fit_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (c->fits[middle].actor < actor)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int demand(struct cells *c)
{
    uint32_t most = 0, count = 0;
    for (int pass = 0; pass < 2; pass++) {
        struct asked *all = pass ? arena_array_of(c->shape->arena, struct asked, most + 1) : NULL;
        if (pass && !all)
            return EN_NO_MEMORY;
        for (uint32_t i = 0; i < c->standing_count; i++) {
            const struct standing *s = &c->standing[i];
            for (uint32_t k = cells_first_fit(c, s->actor);
                 k < c->fit_count && c->fits[k].actor == s->actor; k++) {
                if (!cells_is_asked(c, s, &c->fits[k]))
                    continue;
                if (!pass)
                    most++;
                else
                    all[count++] =
                        (struct asked){ s->cell, c->fits[k].line, !c->fits[k].is_access };
            }
        }
        if (pass && count > 1)
            qsort(all, count, sizeof *all, compare_asked);
        for (uint32_t i = 0; pass && i < count; i++) {
            c->cells[all[i].cell].offers += all[i].is_offer;
            if (i == 0 || compare_asked(&all[i - 1], &all[i]) != 0)
                c->cells[all[i].cell].demand += c->lines[all[i].line].weight;
        }
    }
    return 0;
}

/* Relationships by cell: several with one partner count each. */
static void count_relationships(struct cells *c, uint32_t *of_actor)
{
    for (uint32_t i = 0; i < c->shape->tie_count; i++) {
        const struct shape_tie *t = &c->shape->ties[i];
        if (t->basis == TIE_RELATIONSHIP && (t->a == c->of || t->b == c->of))
            of_actor[t->a == c->of ? t->b : t->a]++;
    }
    for (uint32_t i = 0; i < c->standing_count; i++)
        c->cells[c->standing[i].cell].relationships += of_actor[c->standing[i].actor];
}

int cells_read(struct shape *x, uint32_t of, struct error *err, struct cells *ret)
{
    *ret = (struct cells){ .shape = x, .of = of, .partner = shape_partners(x, of) };
    unsigned *related = arena_array_of(x->arena, unsigned, x->actor_count + 1);
    uint32_t *of_actor = arena_array_of(x->arena, uint32_t, x->actor_count + 1);
    if (!ret->partner || !related || !of_actor)
        return error_set(err, EN_NO_MEMORY, "coverage");
    if (of != structure_nobody)
        ret->home = x->actors[of].country;
    for (uint32_t i = 0; i < x->tie_count; i++)
        if (x->ties[i].basis == TIE_RELATIONSHIP && (x->ties[i].a == of || x->ties[i].b == of))
            related[x->ties[i].a == of ? x->ties[i].b : x->ties[i].a] |= x->ties[i].instruments;
    int code = cells_read_accesses(ret, err);
    if (code == 0)
        code = cells_read_demand(ret, err);
    if (code < 0)
        return code;
    for (uint32_t i = 0; code == 0 && i < x->actor_count; i++)
        if (counts(ret, i))
            code = stand(ret, related, i);
    uint32_t kept = 0; /* fits of those who count */
    for (uint32_t i = 0; i < ret->fit_count; i++)
        if (counts(ret, ret->fits[i].actor))
            ret->fits[kept++] = ret->fits[i];
    ret->fit_count = kept;
    code = code < 0 ? code : stand_for_needs(ret, related);
    code = code < 0 ? code : settle(ret);
    code = code < 0 ? code : demand(ret);
    code = code < 0 ? code : cells_count_accesses(ret);
    if (code < 0)
        return error_set(err, code, "the coverage cannot be read");
    count_relationships(ret, of_actor);
    return 0;
}
