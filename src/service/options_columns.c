/*
 * From fits to columns: every way (mode) in which a partner may take part, of which at most one is
 * chosen.
 *
 * A sole-use offer serves one line at a time; a shareable one serves all that it fits at once, for
 * its burden once; offers with the same asset exclude each other. Quantities of one partner toward
 * a line add up, and count at most as the line's own quantity, so that redundancy means as many
 * partners. What an offer gives as a complement it gives whatever else it serves. A mode that
 * another of the same partner beats or equals in everything is dropped.
 *
 * The number of modes is capped: past LIMIT_OPTION_MODES of one partner (fewer when there are very
 * many partners) those with fewest offers are kept, then those of least burden, then the first in
 * order of offer and line; the answer then says that it was capped and claims no exactness.
 */
#include "service/options_builder.h"

#include <math.h>
#include <stdlib.h>

/* ---- modes of the problem ---- */

static int32_t price_of(const struct repair_action *actions, uint64_t repairs)
{
    int32_t price = 0;
    for (uint32_t i = 0; i < ACTIONS_MAX; i++)
        if (repairs >> i & 1)
            price += repair_rows[actions[i].repair].price;
    return price;
}

/* Parts for the kernel, counted in the lines' measures. */
static int make_parts(const struct option_desk *d, struct option_mode *m)
{
    m->parts = arena_array_of(d->arena, struct cover_part, d->line_count + 1);
    if (!m->parts)
        return EN_NO_MEMORY;
    for (uint32_t r = 0; r < d->line_count; r++) {
        const struct option_line *l = &d->lines[r];
        int64_t q = m->quantity[r] >= l->quantity ? l->base : m->quantity[r] / l->measure;
        if (q > 0)
            m->parts[m->part_count++] = (struct cover_part){ r, (int32_t)q };
    }
    return 0;
}

static int add_uses(struct builder *b, const struct slot *x, struct option_mode *m)
{
    const struct option_desk *d = b->desk;
    m->uses =
        arena_array_of(d->arena, struct option_use, (size_t)x->offers * (d->line_count + 1) + 1);
    if (!m->uses)
        return EN_NO_MEMORY;
    for (uint32_t g = 0; g < b->group_count; g++) {
        if (!x->chosen[g])
            continue;
        const struct choice_of_offer *c = &b->groups[g].choices[x->chosen[g] - 1];
        for (uint32_t i = 0; i < c->fit_count; i++) {
            bool line = c->fits[i]->line < d->line_count;
            if (line || c->fit_count == 1)
                m->uses[m->use_count++] =
                    (struct option_use){ c->offer, c->fits[i],
                                         line ? builder_quantity(d, c, c->fits[i]) : 0 };
        }
    }
    return 0;
}

static int grow_modes(struct option_desk *d, struct option_problem *p)
{
    if (p->mode_count < p->mode_capacity)
        return 0;
    uint32_t wider = p->mode_capacity ? p->mode_capacity * 2 : 64;
    struct option_mode *moved = arena_array_of(d->arena, struct option_mode, wider);
    if (!moved)
        return EN_NO_MEMORY;
    if (p->mode_count)
        memcpy(moved, p->modes, p->mode_count * sizeof *moved);
    p->modes = moved;
    p->mode_capacity = wider;
    return 0;
}

static int keep_mode(struct builder *b, const struct slot *x, const struct repair_action *actions)
{
    struct option_desk *d = b->desk;
    struct option_problem *p = b->problem;
    if (grow_modes(d, p) < 0)
        return EN_NO_MEMORY;
    struct option_mode *m = &p->modes[p->mode_count];
    *m = (struct option_mode){ .actor = b->actor,
                               .partner = p->partner_count,
                               .burden = x->burden,
                               .risk = d->actors[b->actor].risk,
                               .readiness = x->readiness,
                               .price = price_of(b->actions, x->repairs),
                               .wants = x->wants,
                               .gives = x->gives,
                               .repairs = x->repairs,
                               .actions = actions };
    m->quantity = arena_array_of(d->arena, int64_t, d->line_count + 1);
    if (!m->quantity)
        return EN_NO_MEMORY;
    memcpy(m->quantity, x->quantity, d->line_count * sizeof *m->quantity);
    int code = make_parts(d, m);
    if (code == 0)
        code = add_uses(b, x, m);
    bool useful = m->part_count > 0 || m->gives;
    p->mode_count += code == 0 && useful && x->offers > 0;
    return code;
}

static int add_partner(struct builder *b, const uint32_t *offers, uint32_t count)
{
    struct option_problem *p = b->problem;
    int code = 0;
    b->group_count = 0;
    b->action_count = 0;
    for (uint32_t i = 0; code == 0 && i < count; i++)
        code = builder_add_offer(b, offers[i]);
    if (code < 0)
        return code;
    builder_combine(b);
    struct repair_action *actions =
        arena_array_of(b->desk->arena, struct repair_action, b->action_count + 1);
    if (!actions)
        return EN_NO_MEMORY;
    memcpy(actions, b->actions, b->action_count * sizeof *actions);
    uint32_t before = p->mode_count;
    for (uint32_t i = 0; code == 0 && i < b->kept_count; i++)
        code = keep_mode(b, &b->kept[i], actions);
    p->partner_count += p->mode_count > before;
    return code;
}

/* ---- all partners ---- */

struct bringing {
    struct slice actor;
    uint32_t at, offer;
};

static int compare_bringing(const void *x, const void *y)
{
    const struct bringing *a = x, *b = y;
    int by_actor = slice_compare(a->actor, b->actor);
    return by_actor ? by_actor : a->offer < b->offer ? -1 : a->offer > b->offer;
}

/* The offers by actor; returns how many actors there are. */
static uint32_t by_actor(const struct option_desk *d, struct bringing *all, uint32_t *ret_count)
{
    uint32_t count = 0, actors = 0;
    for (uint32_t i = 0; i < d->offer_count; i++) {
        uint32_t at = d->offers[i].actor;
        if (!d->actors[at].without)
            all[count++] = (struct bringing){ d->actors[at].id, at, i };
    }
    if (count > 1)
        qsort(all, count, sizeof *all, compare_bringing);
    for (uint32_t i = 0; i < count; i++)
        actors += i == 0 || all[i].at != all[i - 1].at;
    *ret_count = count;
    return actors;
}

static int add_partners(struct builder *b, const struct bringing *all, uint32_t count)
{
    uint32_t *offers = arena_array_of(b->desk->arena, uint32_t, count + 1);
    if (!offers)
        return EN_NO_MEMORY;
    for (uint32_t i = 0; i < count;) {
        uint32_t n = 0;
        b->actor = all[i].at;
        for (; i < count && all[i].at == b->actor; i++)
            offers[n++] = all[i].offer;
        int code = add_partner(b, offers, n);
        if (code < 0)
            return code;
    }
    return 0;
}

static int make_columns(const struct option_desk *d, struct option_problem *p)
{
    p->columns = arena_array_of(d->arena, struct cover_column, p->mode_count + 1);
    p->demands = arena_array_of(d->arena, int32_t, d->line_count + 1);
    if (!p->columns || !p->demands)
        return EN_NO_MEMORY;
    for (uint32_t r = 0; r < d->line_count; r++)
        p->demands[r] = d->lines[r].demand;
    for (uint32_t i = 0; i < p->mode_count; i++) {
        const struct option_mode *m = &p->modes[i];
        p->columns[i] = (struct cover_column){ .partner = m->partner,
                                               .burden = p->repairs ? m->price : m->burden,
                                               .risk = m->risk,
                                               .readiness = m->readiness,
                                               .parts = m->parts,
                                               .part_count = m->part_count,
                                               .wants = m->wants,
                                               .gives = m->gives };
    }
    return 0;
}

/* Somebody to be found: brings one line whole, or one complement. */
static int add_unknown(struct builder *b, uint32_t line, uint32_t class)
{
    struct option_desk *d = b->desk;
    struct option_problem *p = b->problem;
    struct repair_action *action = arena_new_of(d->arena, struct repair_action);
    if (!action || grow_modes(d, p) < 0)
        return EN_NO_MEMORY;
    *action = (struct repair_action){ REPAIR_FIND_CAPABILITY, NULL, line, class };
    struct option_mode *m = &p->modes[p->mode_count];
    double odds = node_weights(d->node)->base_rate_default;
    *m = (struct option_mode){ .actor = UINT32_MAX,
                               .partner = p->partner_count,
                               .risk = (int32_t)lround(-1000 * log(odds)),
                               .price = repair_rows[REPAIR_FIND_CAPABILITY].price,
                               .gives = line == UINT32_MAX ? 1u << class : 0,
                               .repairs = 1,
                               .actions = action };
    m->quantity = arena_array_of(d->arena, int64_t, d->line_count + 1);
    if (!m->quantity)
        return EN_NO_MEMORY;
    if (line != UINT32_MAX)
        m->quantity[line] = d->lines[line].quantity;
    p->mode_count++;
    p->partner_count++;
    return make_parts(d, m);
}

static int add_unknowns(struct builder *b)
{
    struct option_desk *d = b->desk;
    int code = 0;
    for (uint32_t r = 0; code == 0 && r < d->line_count; r++)
        for (int32_t i = 0; code == 0 && i < d->lines[r].redundancy; i++)
            code = add_unknown(b, r, 0);
    for (uint32_t c = 0; code == 0 && c < d->class_count; c++)
        code = add_unknown(b, UINT32_MAX, c);
    return code;
}

int option_columns(struct option_desk *d, bool repairs, struct error *err,
                   struct option_problem *ret)
{
    struct builder *b = arena_new_of(d->arena, struct builder);
    struct bringing *all = arena_array_of(d->arena, struct bringing, d->offer_count + 1);
    uint32_t count = 0;
    if (!b || !all)
        return error_set(err, EN_NO_MEMORY, "options");
    *ret = (struct option_problem){ .repairs = repairs, .line_count = d->line_count };
    *b = (struct builder){ .desk = d, .problem = ret };
    b->kept = arena_array_of(d->arena, struct slot, POOL_MAX + 2);
    b->next = arena_array_of(d->arena, struct slot, POOL_MAX + 2);
    uint32_t actors = by_actor(d, all, &count);
    b->most = LIMIT_OPTION_COLUMNS / (actors ? actors : 1);
    b->most = b->most > LIMIT_OPTION_MODES ? LIMIT_OPTION_MODES : b->most > 1 ? b->most : 1;
    int code = b->kept && b->next ? add_partners(b, all, count) : EN_NO_MEMORY;
    if (code == 0 && repairs)
        code = add_unknowns(b);
    if (code == 0)
        code = make_columns(d, ret);
    return code < 0 ? error_set(err, EN_NO_MEMORY, "options") : 0;
}
