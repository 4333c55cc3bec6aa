/*
 * The ways in which one offer may be used: for one line if it is for sole use, for all lines that
 * it fits at once if it is shareable, or as a complement only. Where repairs count, each way states
 * the actions that it takes; the same action of a partner is one bit, however often it is needed.
 */
#include "service/options_builder.h"

static int add_choice(struct builder *b, struct group *g, struct choice_of_offer c)
{
    if (g->count == g->capacity) {
        uint32_t wider = g->capacity ? g->capacity * 2 : 4;
        struct choice_of_offer *moved =
            arena_array_of(b->desk->arena, struct choice_of_offer, wider);
        if (!moved)
            return EN_NO_MEMORY;
        if (g->count)
            memcpy(moved, g->choices, g->count * sizeof *moved);
        g->choices = moved;
        g->capacity = wider;
    }
    g->choices[g->count++] = c;
    return 0;
}

/* The group of the offer's asset, or a new one. NULL past the limit. */
static struct group *group_for(struct builder *b, const struct option_offer *x)
{
    for (uint32_t i = 0; x->asset.len && i < b->group_count; i++)
        if (slice_eq(b->assets[i], x->asset))
            return &b->groups[i];
    if (b->group_count == GROUPS_MAX) {
        b->problem->capped = true;
        return NULL;
    }
    b->groups[b->group_count] = (struct group){ 0 };
    b->assets[b->group_count] = x->asset;
    return &b->groups[b->group_count++];
}

/* Bit of the action, added when it is new; an action of the partner serves all its offers. */
static uint64_t action_bit(struct builder *b, struct repair_action a)
{
    uint32_t i = 0;
    for (; i < b->action_count; i++) {
        const struct repair_action *x = &b->actions[i];
        if (x->repair == a.repair && (repair_rows[a.repair].of_partner ||
                                      (x->fit->offer == a.fit->offer &&
                                       (x->line == a.line || a.repair != REPAIR_MORE_QUANTITY))))
            return 1ull << i;
    }
    if (i == ACTIONS_MAX) {
        b->problem->capped = true;
        return 0;
    }
    b->actions[b->action_count++] = a;
    return 1ull << i;
}

/* False when the fit cannot be used. */
static bool usable(struct builder *b, const struct fit *f, uint64_t *ret_repairs)
{
    unsigned reasons = f->reasons & ~(b->desk->last_resort ? FIT_LAST_RESORT : 0u);
    enum repair needed[REPAIR_COUNT];
    uint32_t count = 0;
    *ret_repairs = 0;
    if (reasons == 0)
        return true;
    if (!b->problem->repairs || !option_repairs_of(b->desk, f, reasons, needed, &count))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t bit = action_bit(b, (struct repair_action){ needed[i], f, f->line, 0 });
        if (bit == 0)
            return false;
        *ret_repairs |= bit;
    }
    return true;
}

static int add_single(struct builder *b, struct group *g, const struct fit *f, uint64_t repairs,
                      bool raised)
{
    const struct fit **one = arena_new_of(b->desk->arena, const struct fit *);
    if (!one)
        return EN_NO_MEMORY;
    *one = f;
    return add_choice(b, g,
                      (struct choice_of_offer){ .offer = f->offer,
                                                .fits = one,
                                                .fit_count = 1,
                                                .raised = raised,
                                                .repairs = repairs,
                                                .readiness = f->readiness });
}

/* The offer for this line alone; and, where repairs count, with more of it. */
static int add_sole(struct builder *b, struct group *g, const struct fit *f)
{
    struct option_desk *d = b->desk;
    uint64_t repairs;
    if (!usable(b, f, &repairs))
        return 0;
    int code = add_single(b, g, f, repairs, false);
    if (code < 0 || !b->problem->repairs || f->line == d->line_count ||
        d->offers[f->offer].quantity >= d->lines[f->line].quantity)
        return code;
    uint64_t more = action_bit(b, (struct repair_action){ REPAIR_MORE_QUANTITY, f, f->line, 0 });
    return more ? add_single(b, g, f, repairs | more, true) : 0;
}

/* A shareable offer: all lines that need no repair at once; then one more line at a time, and all.
 */
static int add_shared(struct builder *b, struct group *g, const struct fit *const *fits,
                      uint32_t count)
{
    struct arena *a = b->desk->arena;
    uint64_t every = 0, repairs[LINES_MAX + 1] = { 0 };
    bool can[LINES_MAX + 1] = { 0 };
    uint32_t ready = 0, repaired = 0;
    for (uint32_t i = 0; i < count; i++) {
        can[i] = usable(b, fits[i], &repairs[i]);
        ready += can[i] && repairs[i] == 0;
        repaired += can[i] && repairs[i] != 0;
        every |= repairs[i];
    }
    for (uint32_t extra = 0; extra <= count + 1; extra++) {
        /* extra == count: none; count + 1: all of them */
        bool none = extra == count, all = extra == count + 1;
        if ((none && !ready) || (all && repaired < 2) ||
            (!none && !all && !(can[extra] && repairs[extra])))
            continue;
        struct choice_of_offer c = { .offer = fits[0]->offer,
                                     .repairs = none  ? 0
                                                : all ? every
                                                      : repairs[extra] };
        c.fits = arena_array_of(a, const struct fit *, count);
        if (!c.fits)
            return EN_NO_MEMORY;
        for (uint32_t i = 0; i < count; i++)
            if (can[i] && (repairs[i] & ~c.repairs) == 0) {
                c.fits[c.fit_count++] = fits[i];
                c.readiness = fits[i]->readiness > c.readiness ? fits[i]->readiness : c.readiness;
            }
        int code = add_choice(b, g, c);
        if (code < 0)
            return code;
    }
    return 0;
}

/* The fits of one offer, by line. */
static uint32_t fits_of(const struct option_desk *d, uint32_t offer, const struct fit **ret)
{
    uint32_t count = 0;
    for (uint32_t line = 0; line <= d->line_count; line++) {
        const struct fit *f = option_fit(d, line, offer);
        if (f)
            ret[count++] = f;
    }
    return count;
}

int builder_add_offer(struct builder *b, uint32_t offer)
{
    const struct fit *fits[LINES_MAX + 1];
    const struct option_offer *x = &b->desk->offers[offer];
    uint32_t count = fits_of(b->desk, offer, fits);
    struct group *g = count ? group_for(b, x) : NULL;
    int code = 0;
    if (!g)
        return 0;
    if (x->shareable)
        return add_shared(b, g, fits, count);
    for (uint32_t i = 0; code == 0 && i < count; i++)
        code = add_sole(b, g, fits[i]);
    return code;
}
