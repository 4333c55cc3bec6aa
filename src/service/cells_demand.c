/* What the open needs ask for, and who could bring it where: see cells.h. */
#include "base/limits.h"
#include "service/cells.h"

#include <stdlib.h>

/* Doubles a list in the arena when it is full. */
static bool make_room(struct arena *a, void *list, uint32_t *capacity, uint32_t count, size_t size)
{
    void **items = list;
    if (count < *capacity)
        return true;
    uint32_t wider = *capacity ? *capacity * 2 : 64;
    void *moved = arena_alloc_array(a, wider, size);
    if (!moved)
        return false;
    if (count)
        memcpy(moved, *items, count * size);
    *items = moved;
    *capacity = wider;
    return true;
}

/* The need's region lies in one of the offer's; who restricts nothing reaches everywhere. */
static bool reaches(const struct json *offer, struct slice region)
{
    const struct json *list = json_get(offer, "regions");
    if (!region.len || !list || list->count == 0)
        return true;
    for (uint32_t i = 0; i < list->count; i++)
        if (list->items[i].type == JSON_STRING && region_within(region, list->items[i].text))
            return true;
    return false;
}

static bool stands(const struct json *offer, int64_t as_of)
{
    struct when from, until;
    if (when_parse(json_get_text(offer, "from"), &from) && when_first_ms(from) > as_of * 1000)
        return false;
    return !when_parse(json_get_text(offer, "until"), &until) ||
           when_last_ms(until) >= as_of * 1000;
}

static int add_fit(struct cells *c, struct cells_fit fit, uint32_t label)
{
    uint32_t line = fit.line, actor = fit.actor;
    if (!make_room(c->shape->arena, &c->fits, &c->fit_capacity, c->fit_count, sizeof *c->fits))
        return EN_NO_MEMORY;
    snapshot_mark_number(c->shape->snapshot, label);
    snapshot_mark_number(c->shape->snapshot, c->shape->actors[actor].label);
    c->fits[c->fit_count++] = fit;
    c->lines[line].fitted = true;
    struct cells_line *l = &c->lines[line];
    bool ours = c->of != structure_nobody && shape_under(c->shape, actor, c->of);
    if ((ours || c->partner[actor]) && (l->holders == 0 || l->holder != actor)) {
        l->holder = l->holders++ == 0 ? actor : l->holder;
        l->holders = l->holders > 2 ? 2 : l->holders;
    }
    return 0;
}

static int fit_offers(struct cells *c, uint32_t line, struct slice concept, struct error *err)
{
    static const char sql[] = "SELECT r.id, r.label, r.body FROM offers_v k JOIN record_v r"
                              " ON r.num = k.num WHERE k.capability = ?1 ORDER BY r.id";
    struct slice region = json_get_text(c->needs.items[c->lines[line].need].json, "region");
    struct bodies offers = { 0 };
    int code = bodies_read(c->shape->snapshot, sql, &concept, 1, err, &offers);
    for (size_t i = 0; code == 0 && i < offers.count; i++) {
        const struct json *body = offers.items[i].json;
        uint32_t actor = shape_find(c->shape, json_get_text(body, "actor"));
        if (actor != structure_nobody && !c->shape->actors[actor].ended &&
            stands(body, c->shape->as_of) && reaches(body, region))
            code = add_fit(c, (struct cells_fit){ line, actor, offers.items[i].id, false },
                           offers.items[i].label);
    }
    return code < 0 ? error_set(err, code, "the coverage cannot be read") : 0;
}

/* Accesses that name one of the concepts, to the need's region or to no region in particular. */
static int fit_accesses(struct cells *c, uint32_t line, const struct answerings *concepts)
{
    struct slice region = json_get_text(c->needs.items[c->lines[line].need].json, "region");
    int code = 0;
    for (uint32_t i = 0; code == 0 && i < c->access_count; i++) {
        const struct cells_access *a = &c->accesses[i];
        if (a->concept.len && answering_find(concepts, a->concept) &&
            (!region.len || !a->stated.len || region_within(region, a->stated)))
            code = add_fit(c, (struct cells_fit){ line, a->holder, a->id, true }, a->label);
    }
    return code;
}

/* A desk with no more than what asking for concepts takes. */
static int fit_line(struct cells *c, uint32_t line, struct error *err)
{
    struct option_query q = { .as_of_ms = c->shape->as_of * 1000 };
    struct option_desk desk = { .node = c->shape->node,
                                .snapshot = c->shape->snapshot,
                                .arena = c->shape->arena,
                                .query = &q };
    struct answerings concepts = { 0 };
    int code =
        option_concepts(&desk, c->lines[line].capability, /* close= */ false, err, &concepts);
    if (code == EN_TOO_LARGE)
        return 0; /* a need that no question can be answered for is no demand */
    for (size_t i = 0; code == 0 && i < concepts.count; i++)
        code = fit_offers(c, line, concepts.items[i].concept, err);
    return code < 0 ? code : fit_accesses(c, line, &concepts);
}

static int read_lines(struct cells *c, uint32_t need, struct error *err)
{
    const struct kind *kind = kinds_find(snapshot_kinds(c->shape->snapshot), S("concept"));
    const struct json *body = c->needs.items[need].json, *list = json_get(body, "requirements");
    int code = 0;
    for (uint32_t i = 0; code == 0 && list && i < list->count; i++) {
        struct slice capability = json_get_text(&list->items[i], "capability");
        if (!snapshot_readable(c->shape->snapshot, capability, kind))
            continue;
        if (!make_room(c->shape->arena, &c->lines, &c->line_capacity, c->line_count,
                       sizeof *c->lines))
            return error_set(err, EN_NO_MEMORY, "coverage");
        c->lines[c->line_count] =
            (struct cells_line){ .need = need,
                                 .capability = capability,
                                 .weight = shape_weight(json_get_text(body, "priority")) };
        code = fit_line(c, c->line_count++, err);
    }
    return code;
}

static int compare_fits(const void *x, const void *y)
{
    const struct cells_fit *a = x, *b = y;
    if (a->actor != b->actor)
        return a->actor < b->actor ? -1 : 1;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return slice_compare(a->offer, b->offer);
}

int cells_read_demand(struct cells *c, struct error *err)
{
    int code = shape_needs(c->shape->snapshot, c->shape->as_of, err, &c->needs);
    c->regions = arena_array_of(c->shape->arena, struct slice, c->needs.count + 1);
    if (code == 0 && !c->regions)
        code = error_set(err, EN_NO_MEMORY, "coverage");
    for (size_t i = 0; code == 0 && i < c->needs.count; i++) {
        struct slice stated = json_get_text(c->needs.items[i].json, "region");
        c->regions[i] = stated.len ? cells_region(c, stated) : S("");
    }
    for (uint32_t i = 0; code == 0 && i < c->needs.count; i++)
        code = read_lines(c, i, err);
    if (code == 0 && c->fit_count > 1)
        qsort(c->fits, c->fit_count, sizeof *c->fits, compare_fits);
    return code;
}
