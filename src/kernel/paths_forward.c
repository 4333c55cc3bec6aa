/*
 * The search of paths.h forward alone, layer by layer: for large sets, a member of which is soon
 * met. A layer keeps the best chain to each actor, unless one of fewer hops is no worse.
 */
#include "kernel/paths_step.h"

static void forward_one(struct search *s)
{
    struct row_of row = row_out(s, s->source);
    for (; row.at < row.end; row.at++) {
        uint32_t v = row.at->actor, strength = row.at->strength;
        ask_for_mark(s, &row);
        s->w->scanned++;
        if (strength * one3 < s->bar[1])
            break;
        if (s->marks[v].blocked == s->stamp || (row.banned && banned(s, s->source, v)))
            continue;
        if (is_target(s, v))
            offer(s, strength * one3, 1, v, 0, 0, 0);
        else if (passes(s, v)) {
            s->marks[v].one = s->stamp;
            s->marks[v].one_strength = strength;
        }
    }
}

static uint32_t forward_two_from(struct search *s, uint32_t u, uint64_t so_far, uint32_t count)
{
    struct row_of row = row_out(s, u);
    for (; row.at < row.end; row.at++) {
        uint32_t v = row.at->actor;
        uint64_t product = so_far * row.at->strength;
        struct mark *m = &s->marks[v];
        ask_for_mark(s, &row);
        s->w->scanned++;
        if (product * one2 < s->bar[2])
            break;
        if (row.banned && banned(s, u, v))
            continue;
        if (is_target(s, v) && m->blocked != s->stamp)
            offer(s, product * one2, 2, u, v, 0, 0);
        if (!passes(s, v) || (m->one == s->stamp && m->one_strength * one1 >= product))
            continue;
        if (m->two != s->stamp)
            s->w->list[count++] = v;
        else if (m->two_product > product || (m->two_product == product && m->two_from < u))
            continue;
        m->two = s->stamp;
        m->two_product = (uint32_t)product;
        m->two_from = u;
    }
    return count;
}

static uint32_t forward_two(struct search *s)
{
    uint32_t count = 0;
    struct row_of row = row_out(s, s->source);
    for (; row.at < row.end; row.at++) {
        uint32_t u = row.at->actor;
        ask_for_row(&row, s->g->out_start, s->g->out);
        s->w->scanned++;
        if (row.at->strength * one3 < s->bar[2])
            break;
        if (passes(s, u) && !(row.banned && banned(s, s->source, u)))
            count = forward_two_from(s, u, row.at->strength, count);
    }
    return count;
}

/* A better chain of one or two hops to v, or of three, leaves this one nothing to do. */
static bool is_beaten(const struct search *s, uint32_t v, uint64_t product, uint32_t first,
                      uint32_t second)
{
    const struct mark *m = &s->marks[v];
    const struct three *t = &s->w->threes[v];
    if (m->one == s->stamp && m->one_strength * one2 >= product)
        return true;
    if (m->two == s->stamp && m->two_product * one1 >= product)
        return true;
    if (t->stamp != s->stamp || t->product < product)
        return false;
    return t->product > product || t->first < first || (t->first == first && t->second < second);
}

static uint32_t forward_three_from(struct search *s, uint32_t u, uint32_t count)
{
    uint32_t first = s->marks[u].two_from;
    struct row_of row = row_out(s, u);
    for (; row.at < row.end; row.at++) {
        uint32_t v = row.at->actor;
        uint64_t product = (uint64_t)s->marks[u].two_product * row.at->strength;
        struct three *t = &s->w->threes[v];
        ask_for_mark(s, &row);
        s->w->scanned++;
        if (product * one1 < s->bar[3])
            break;
        if (row.banned && banned(s, u, v))
            continue;
        if (is_target(s, v) && s->marks[v].blocked != s->stamp)
            offer(s, product * one1, 3, first, u, v, 0);
        if (!passes(s, v) || is_beaten(s, v, product, first, u))
            continue;
        if (t->stamp != s->stamp)
            s->w->list3[count++] = v;
        *t = (struct three){ product, s->stamp, first, u };
    }
    return count;
}

static void forward_four_from(struct search *s, uint32_t u)
{
    const struct three *t = &s->w->threes[u];
    struct row_of row = row_out(s, u);
    for (; row.at < row.end; row.at++) {
        uint32_t v = row.at->actor;
        s->w->scanned++;
        if (t->product * row.at->strength < s->bar[4])
            break;
        if (is_target(s, v) && s->marks[v].blocked != s->stamp && !(row.banned && banned(s, u, v)))
            offer(s, t->product * row.at->strength, 4, t->first, t->second, u, v);
    }
}

void paths_search_forward(struct search *s)
{
    uint32_t twos = 0, threes = 0;
    forward_one(s);
    if (s->hops >= 2)
        twos = forward_two(s);
    for (uint32_t i = 0; s->hops >= 3 && i < twos; i++) {
        uint32_t u = s->w->list[i];
        if (s->marks[u].two_product * one2 >= s->bar[3])
            threes = forward_three_from(s, u, threes);
    }
    for (uint32_t i = 0; s->hops >= 4 && i < threes; i++) {
        uint32_t u = s->w->list3[i];
        if (s->w->threes[u].product * one1 >= s->bar[4])
            forward_four_from(s, u);
    }
}
