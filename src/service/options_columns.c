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
#include "service/options_internal.h"

#include <math.h>
#include <stdlib.h>

enum {
    GROUPS_MAX = LIMIT_OPTION_PARTNER_OFFERS,
    ACTIONS_MAX = 64,
    POOL_MAX = 4 * LIMIT_OPTION_MODES,
    LINES_MAX = COVER_REQUIREMENTS_MAX
};

/* One way to use one offer. */
struct choice_of_offer {
    uint32_t offer;
    const struct fit **fits; /* none: not possible */
    uint32_t fit_count;
    bool raised; /* its quantity is raised to what the line asks */
    uint64_t repairs;
    int32_t readiness;
};

struct group { /* at most one of these */
    struct choice_of_offer *choices;
    uint32_t count, capacity;
};

/* A mode being built: by choice (0: none) of every group. */
struct slot {
    int64_t quantity[LINES_MAX];
    uint16_t chosen[GROUPS_MAX];
    int32_t burden, readiness;
    uint32_t wants, gives, offers;
    uint64_t repairs;
    uint32_t order; /* as found */
};

struct builder {
    struct option_desk *desk;
    struct option_problem *problem;
    uint32_t actor, most; /* modes kept of one partner */
    struct group groups[GROUPS_MAX];
    struct slice assets[GROUPS_MAX];
    uint32_t group_count;
    struct repair_action actions[ACTIONS_MAX];
    uint32_t action_count;
    struct slot *kept, *next; /* POOL_MAX + 1 each */
    uint32_t kept_count, next_count, order;
};

/* ---- choices ---- */

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

static int add_offer(struct builder *b, uint32_t offer)
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

/* ---- modes of one partner ---- */

static bool same_or_better(const struct builder *b, const struct slot *x, const struct slot *y)
{
    if (x->burden > y->burden || (x->wants & ~y->wants) || (y->gives & ~x->gives) ||
        (x->repairs & ~y->repairs))
        return false;
    for (uint32_t r = 0; r < b->desk->line_count; r++)
        if (x->quantity[r] < y->quantity[r])
            return false;
    return true;
}

/* x makes y superfluous: better or equal in all that counts, and sooner ready or earlier found. */
static bool beats(const struct builder *b, const struct slot *x, const struct slot *y,
                  bool x_is_earlier)
{
    if (!same_or_better(b, x, y))
        return false;
    if (!same_or_better(b, y, x))
        return true;
    return x_is_earlier ? x->readiness <= y->readiness : x->readiness < y->readiness;
}

static int compare_slots(const void *x, const void *y)
{
    const struct slot *a = x, *b = y;
    if (a->offers != b->offers)
        return a->offers < b->offers ? -1 : 1;
    if (a->burden != b->burden)
        return a->burden < b->burden ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

/* Keeps as many as one partner may have, by the rule of the file's head. */
static void shrink(struct builder *b)
{
    qsort(b->next, b->next_count, sizeof *b->next, compare_slots);
    b->next_count = b->most;
    b->problem->capped = true;
}

static void insert(struct builder *b, struct slot *x)
{
    uint32_t left = 0;
    for (uint32_t i = 0; i < b->next_count; i++)
        if (beats(b, &b->next[i], x, true))
            return;
    for (uint32_t i = 0; i < b->next_count; i++)
        if (!beats(b, x, &b->next[i], false)) {
            if (left != i)
                b->next[left] = b->next[i];
            left++;
        }
    x->order = b->order++;
    b->next[left++] = *x;
    b->next_count = left;
    if (b->next_count > POOL_MAX)
        shrink(b);
}

static int64_t quantity_of(const struct option_desk *d, const struct choice_of_offer *c,
                           const struct fit *f)
{
    int64_t own = d->offers[c->offer].quantity, line = d->lines[f->line].quantity;
    return c->raised || own > line ? line : own;
}

static void apply(const struct option_desk *d, const struct choice_of_offer *c, struct slot *x)
{
    const struct option_offer *o = &d->offers[c->offer];
    for (uint32_t i = 0; i < c->fit_count; i++) {
        uint32_t line = c->fits[i]->line;
        if (line == d->line_count)
            continue; /* as a complement only */
        int64_t sum = x->quantity[line] + quantity_of(d, c, c->fits[i]);
        x->quantity[line] = sum < d->lines[line].quantity ? sum : d->lines[line].quantity;
    }
    x->burden = x->burden + o->burden < COVER_VALUE_MAX ? x->burden + o->burden : COVER_VALUE_MAX;
    x->readiness = c->readiness > x->readiness ? c->readiness : x->readiness;
    x->wants |= o->wants;
    x->gives |= o->gives;
    x->repairs |= c->repairs;
    x->offers++;
}

/* All ways to choose from the groups, the beaten ones dropped as they come up: what is added later
 * adds to both alike. */
static void combine(struct builder *b)
{
    memset(b->kept, 0, sizeof *b->kept);
    b->kept_count = 1;
    for (uint32_t g = 0; g < b->group_count; g++) {
        b->next_count = 0;
        b->order = 0;
        for (uint32_t i = 0; i < b->kept_count; i++)
            insert(b, &b->kept[i]);
        for (uint32_t i = 0; i < b->kept_count; i++)
            for (uint32_t c = 0; c < b->groups[g].count; c++) {
                struct slot x = b->kept[i];
                x.chosen[g] = (uint16_t)(c + 1);
                apply(b->desk, &b->groups[g].choices[c], &x);
                insert(b, &x);
            }
        struct slot *done = b->next;
        b->next = b->kept;
        b->kept = done;
        b->kept_count = b->next_count;
    }
    b->next_count = b->kept_count;
    if (b->next_count > b->most) { /* back and forth, to be cut by the rule */
        memcpy(b->next, b->kept, b->kept_count * sizeof *b->kept);
        shrink(b);
        memcpy(b->kept, b->next, b->next_count * sizeof *b->kept);
        b->kept_count = b->next_count;
    }
}

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
                                         line ? quantity_of(d, c, c->fits[i]) : 0 };
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
        code = add_offer(b, offers[i]);
    if (code < 0)
        return code;
    combine(b);
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
    return code < 0 ? error_set(err, code, "options") : 0;
}
