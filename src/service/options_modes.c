/*
 * The ways (modes) in which one partner may take part: at most one choice from every group of its
 * offers. A mode that another one beats or equals in everything that counts is dropped as soon as
 * it comes up: whatever is chosen later adds to both alike.
 */
#include "service/options_builder.h"

#include <stdlib.h>

static bool same_or_better(const struct builder *b, const struct slot *x, const struct slot *y)
{
    if (x->burden > y->burden || x->readiness > y->readiness || (x->wants & ~y->wants) ||
        (y->gives & ~x->gives) || (x->repairs & ~y->repairs))
        return false;
    for (uint32_t r = 0; r < b->desk->line_count; r++)
        if (x->quantity[r] < y->quantity[r])
            return false;
    return true;
}

/* x makes y superfluous: better or equal in all that counts, and of equals the earlier found. */
static bool beats(const struct builder *b, const struct slot *x, const struct slot *y,
                  bool x_is_earlier)
{
    return same_or_better(b, x, y) && (x_is_earlier || !same_or_better(b, y, x));
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

int64_t builder_quantity(const struct option_desk *d, const struct choice_of_offer *c,
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
        int64_t sum = x->quantity[line] + builder_quantity(d, c, c->fits[i]);
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
void builder_combine(struct builder *b)
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
