/*
 * The exact pruned search of paths.h from both ends, and what every search begins with.
 *
 * The chains' last ties are marked, then whoever is two hops from the source; chains of three hops
 * are met on the way, and those of four by one more hop back. What steps share is in paths_step.h.
 */
#include "kernel/paths_step.h"

#include "base/fault.h"

#include <stdlib.h>
#include <string.h>

/* Sets with more ties ending at them than this are searched forward. */
enum { BACKWARD_ARCS_MAX = 4096 };

struct paths_work *paths_work_new(const struct paths_graph *g)
{
    struct paths_work *w = base_calloc(1, sizeof(*w));
    if (!w)
        return NULL;
    size_t count = g->actor_count ? g->actor_count : 1;
    w->actor_count = g->actor_count;
    w->marks = base_calloc(count, sizeof(*w->marks));
    w->list = base_calloc(count, sizeof(*w->list));
    if (!w->marks || !w->list) {
        paths_work_free(w);
        return NULL;
    }
    return w;
}

void paths_work_free(struct paths_work *w)
{
    if (!w)
        return;
    base_free(w->marks);
    base_free(w->list);
    base_free(w->list3);
    base_free(w->threes);
    base_free(w);
}

uint64_t paths_work_scanned(const struct paths_work *w)
{
    return w->scanned;
}

static int make_threes(struct paths_work *w, struct error *err)
{
    size_t count = w->actor_count ? w->actor_count : 1;
    if (!w->threes)
        w->threes = base_calloc(count, sizeof(*w->threes));
    if (!w->list3)
        w->list3 = base_calloc(count, sizeof(*w->list3));
    return w->threes && w->list3 ? 0 : error_set(err, EN_NO_MEMORY, "no memory for the search");
}

/* Stamps start again before they run out. */
static void renew_stamps(struct paths_work *w)
{
    memset(w->marks, 0, (size_t)w->actor_count * sizeof(*w->marks));
    if (w->threes)
        memset(w->threes, 0, (size_t)w->actor_count * sizeof(*w->threes));
    w->query = w->search = 0;
}

int paths_begin(const struct paths_graph *g, const struct paths_query *q, struct paths_work *w,
                struct error *err)
{
    uint64_t ends = 0;
    if (q->source >= g->actor_count || w->actor_count != g->actor_count)
        return error_set(err, EN_INVALID, "there is no such actor");
    if (q->hops < 1 || q->hops > PATHS_HOPS_MAX)
        return error_set(err, EN_INVALID, "hops must be 1 to %d", PATHS_HOPS_MAX);
    if (w->query > UINT32_MAX / 2 || w->search > UINT32_MAX / 2)
        renew_stamps(w);
    w->query++;
    for (uint32_t i = 0; i < q->target_count; i++) {
        uint32_t t = q->targets[i];
        if (t >= g->actor_count)
            return error_set(err, EN_INVALID, "there is no such actor");
        if (t == q->source || !allowed(&q->filter, t))
            continue;
        w->marks[t].target = w->query;
        ends += g->in_start[t + 1] - g->in_start[t];
    }
    w->way = q->way != PATHS_AUTO                                ? q->way
             : q->target_count <= 1 || ends <= BACKWARD_ARCS_MAX ? PATHS_FROM_BOTH_ENDS
                                                                 : PATHS_FORWARD;
    return w->way == PATHS_FORWARD ? make_threes(w, err) : 0;
}

/* ---- from both ends ---- */

/* One hop back from a target: the direct tie, and each actor's best last tie. */
static uint32_t mark_ends_of(struct search *s, uint32_t target, uint32_t count)
{
    struct row_of row = row_in(s, target);
    for (; row.at < row.end; row.at++) {
        uint32_t v = row.at->actor, strength = row.at->strength;
        s->w->scanned++;
        if (strength * one3 < s->bar[1])
            break;
        if (row.banned && banned(s, v, target))
            continue;
        if (v == s->source)
            offer(s, strength * one3, 1, target, 0, 0, 0);
        if (!passes(s, v))
            continue;
        struct mark *m = &s->marks[v];
        if (m->one != s->stamp)
            s->w->list[count++] = v;
        else if (m->one_strength > strength || (m->one_strength == strength && m->one_end < target))
            continue;
        m->one = s->stamp;
        m->one_strength = strength;
        m->one_end = target;
        if (strength > s->best_end)
            s->best_end = strength;
    }
    return count;
}

static uint32_t mark_ends(struct search *s)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->q->target_count; i++) {
        uint32_t t = s->q->targets[i];
        if (is_target(s, t) && s->marks[t].blocked != s->stamp)
            count = mark_ends_of(s, t, count);
    }
    return count;
}

static void two_hops(struct search *s)
{
    struct row_of row = row_out(s, s->source);
    for (; row.at < row.end; row.at++) {
        uint32_t v = row.at->actor;
        const struct mark *m = &s->marks[v];
        uint64_t product = row.at->strength;
        ask_for_mark(s, &row);
        s->w->scanned++;
        if (product * s->best_end * one2 < s->bar[2])
            break;
        if (m->one == s->stamp && !(row.banned && banned(s, s->source, v)))
            offer(s, product * m->one_strength * one2, 2, v, m->one_end, 0, 0);
    }
}

/* From u on, at `so_far` from the source: marks who is two hops away, and offers three. */
static void spread(struct search *s, uint32_t u, uint64_t so_far)
{
    struct row_of row = row_out(s, u);
    uint64_t end = s->best_end * one1;
    for (; row.at < row.end; row.at++) {
        uint32_t v = row.at->actor;
        uint64_t product = so_far * row.at->strength;
        struct mark *m = &s->marks[v];
        ask_for_mark(s, &row);
        s->w->scanned++;
        if (product * end < s->bar[3])
            break;
        if (m->two == s->stamp &&
            (m->two_product > product || (m->two_product == product && m->two_from < u)))
            continue; /* whatever goes on from v does so better */
        if (!passes(s, v) || (row.banned && banned(s, u, v)))
            continue;
        if (m->one == s->stamp)
            offer(s, product * m->one_strength * one1, 3, u, v, m->one_end, 0);
        m->two = s->stamp;
        m->two_product = (uint32_t)product;
        m->two_from = u;
        if (product > s->best_two)
            s->best_two = product;
    }
}

static void three_hops(struct search *s)
{
    struct row_of row = row_out(s, s->source);
    for (; row.at < row.end; row.at++) {
        ask_for_row(&row, s->g->out_start, s->g->out);
        ask_for_mark(s, &row);
        s->w->scanned++;
        if (row.at->strength * s->best_end * one2 < s->bar[3])
            break;
        if (passes(s, row.at->actor) && !(row.banned && banned(s, s->source, row.at->actor)))
            spread(s, row.at->actor, row.at->strength);
    }
}

/* Three hops and no more, from a source with more ties than the targets have: its ties are marked,
 * and each of the last ties goes one hop back to them. */
static void three_hops_back(struct search *s, uint32_t count)
{
    struct row_of row = row_out(s, s->source);
    uint64_t first = row.at < row.end ? row.at->strength : 0;
    for (; row.at < row.end; row.at++) {
        struct mark *m = &s->marks[row.at->actor];
        ask_for_mark(s, &row);
        s->w->scanned++;
        if (row.at->strength * s->best_end * one2 < s->bar[3])
            break;
        if (!passes(s, row.at->actor) || (row.banned && banned(s, s->source, row.at->actor)))
            continue;
        m->two = s->stamp;
        m->two_product = row.at->strength;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t b = s->w->list[i];
        uint64_t last = s->marks[b].one_strength;
        for (row = row_in(s, b); row.at < row.end; row.at++) {
            uint32_t u = row.at->actor;
            uint64_t product = last * row.at->strength;
            ask_for_mark(s, &row);
            s->w->scanned++;
            if (product * first * one1 < s->bar[3])
                break;
            if (s->marks[u].two == s->stamp && !(row.banned && banned(s, u, b)))
                offer(s, product * s->marks[u].two_product * one1, 3, u, b, s->marks[b].one_end, 0);
        }
    }
}

/* Two hops back through b, whose tie to a target is at hand, to whoever is two hops forward. What
 * went through b already cannot win: without the circle it is a chain of two hops, no worse. */
static void meet(struct search *s, uint32_t b)
{
    const struct mark *last = &s->marks[b];
    struct row_of row = row_in(s, b);
    for (; row.at < row.end; row.at++) {
        uint32_t v = row.at->actor;
        const struct mark *m = &s->marks[v];
        uint64_t product = (uint64_t)last->one_strength * row.at->strength;
        ask_for_mark(s, &row);
        s->w->scanned++;
        if (product * s->best_two < s->bar[4])
            break;
        if (m->two != s->stamp || (row.banned && banned(s, v, b)))
            continue;
        offer(s, product * m->two_product, 4, m->two_from, v, b, last->one_end);
    }
}

static void search_from_both_ends(struct search *s)
{
    uint32_t count = mark_ends(s);
    if (s->hops >= 2)
        two_hops(s);
    uint32_t ties = s->g->out_start[s->source + 1] - s->g->out_start[s->source];
    if (s->hops == 3 && ties > count)
        three_hops_back(s, count);
    else if (s->hops >= 3)
        three_hops(s);
    for (uint32_t i = 0; s->hops >= 4 && i < count; i++) {
        uint32_t b = s->w->list[i];
        if (s->marks[b].one_strength * s->best_two * one1 >= s->bar[4])
            meet(s, b);
    }
}

void paths_search(const struct paths_graph *g, const struct paths_query *q, uint32_t source,
                  uint32_t hops, const struct paths_avoid *avoid, struct paths_work *w,
                  struct paths_chain *ret)
{
    struct search s = {
        .g = g,
        .q = q,
        .avoid = avoid,
        .w = w,
        .source = source,
        .hops = hops,
        .stamp = ++w->search,
        .marks = w->marks,
    };
    set_bars(&s);
    w->marks[source].blocked = s.stamp;
    for (uint32_t i = 0; i < avoid->actor_count; i++)
        w->marks[avoid->actors[i]].blocked = s.stamp;
    if (w->way == PATHS_FORWARD)
        paths_search_forward(&s);
    else
        search_from_both_ends(&s);
    for (uint32_t i = 0; i < s.best.hops; i++)
        s.best.strength[i] = paths_arc_strength(g, s.best.actors[i], s.best.actors[i + 1]);
    for (uint32_t i = s.best.hops + 1; i <= PATHS_HOPS_MAX; i++)
        s.best.actors[i] = 0;
    *ret = s.best;
}
