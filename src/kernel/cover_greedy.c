/*
 * First coalitions: for each direction, items by weight for what they newly bring, first at the
 * multipliers' prices and then at equal prices of the demands, until everything is met; then
 * members that turned out needless go, the last chosen first. They only start the search: whether
 * they are good decides how fast it is, never what it finds. Cost: O(directions * members * parts).
 */
#include "kernel/cover_internal.h"

#include <math.h>

struct greedy {
    struct cover_search *s;
    int32_t hour;
    uint32_t direction;
    bool equal_prices;
    int32_t rest[COVER_ROWS_MAX];
    uint32_t open_rows, wants, gives;
    bool *used; /* per partner */
};

static void begin(struct greedy *g)
{
    const struct cover_stage *st = g->s->st;
    memcpy(g->rest, st->demand, sizeof(g->rest));
    g->open_rows = st->rows;
    g->wants = g->gives = 0;
    g->s->depth = 0;
    memset(g->used, 0, st->in->partner_count * sizeof(*g->used));
}

static int32_t least(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static double gain(const struct greedy *g, const struct cover_item *it)
{
    const struct cover_stage *st = g->s->st;
    double sum = (it->gives & g->wants & ~g->gives) ? 1 : 0;
    for (uint32_t i = 0; i < it->part_count; i++) {
        uint32_t r = it->parts[i].requirement;
        double price =
            g->equal_prices ? 1.0 / st->demand[r] : lanes_get(&st->dual[r], g->direction) + 1e-3;
        sum += least(it->parts[i].quantity, g->rest[r]) * price;
    }
    return sum;
}

static uint32_t best_item(const struct greedy *g)
{
    const struct cover_stage *st = g->s->st;
    uint32_t found = st->count;
    double best = HUGE_VAL;
    for (uint32_t j = 0; j < st->count; j++) {
        const struct cover_item *it = &st->item[j];
        if (g->used[it->partner] || it->begins > g->hour)
            continue;
        double value = gain(g, it);
        if (value <= 0)
            continue;
        double price = (lanes_get(&st->weight[j], g->direction) + 1.0) / value;
        if (price < best) {
            best = price;
            found = j;
        }
    }
    return found;
}

static void take(struct greedy *g, uint32_t item)
{
    const struct cover_item *it = &g->s->st->item[item];
    g->used[it->partner] = true;
    g->s->path[g->s->depth++] = item;
    g->wants |= it->wants;
    g->gives |= it->gives;
    for (uint32_t i = 0; i < it->part_count; i++) {
        int32_t *rest = &g->rest[it->parts[i].requirement];
        int32_t taken = least(it->parts[i].quantity, *rest);
        *rest -= taken;
        g->open_rows -= taken > 0 && *rest == 0;
    }
}

static bool met_without(const struct cover_search *s, uint32_t left_out)
{
    int32_t have[COVER_ROWS_MAX] = { 0 };
    uint32_t wants = 0, gives = 0;
    for (uint32_t i = 0; i < s->depth; i++) {
        const struct cover_item *it = &s->st->item[s->path[i]];
        if (i == left_out)
            continue;
        wants |= it->wants;
        gives |= it->gives;
        for (uint32_t k = 0; k < it->part_count; k++)
            have[it->parts[k].requirement] += it->parts[k].quantity;
    }
    bool met = (wants & ~gives) == 0;
    for (uint32_t r = 0; r < s->st->rows; r++)
        met = met && have[r] >= s->st->demand[r];
    return met;
}

static void drop_needless(struct cover_search *s)
{
    for (uint32_t i = s->depth; i-- > 0;) {
        if (!met_without(s, i)) {
            continue;
        }
        memmove(s->path + i, s->path + i + 1, (s->depth - i - 1) * sizeof(*s->path));
        s->depth--;
    }
}

static void run(struct greedy *g)
{
    begin(g);
    while (g->open_rows > 0 || (g->wants & ~g->gives) != 0) {
        uint32_t item = g->s->depth < COVER_MEMBERS_MAX ? best_item(g) : g->s->st->count;
        if (item == g->s->st->count)
            return;
        take(g, item);
    }
    drop_needless(g->s);
    if (g->s->depth <= g->s->st->members_max)
        cover_search_leaf(g->s);
}

int cover_greedy(struct cover_search *s, int32_t hour)
{
    struct greedy g = { .s = s, .hour = hour };
    g.used = arena_array_of(s->st->temporary, bool, s->st->in->partner_count + 1);
    if (!g.used)
        return EN_NO_MEMORY;
    for (g.direction = 0; g.direction < LANES && !s->failed; g.direction++) {
        g.equal_prices = false;
        run(&g);
        g.equal_prices = true;
        run(&g);
    }
    s->depth = 0;
    return s->failed;
}
