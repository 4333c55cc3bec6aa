/*
 * The exact pruned search of paths.h.
 *
 * Products are scaled to four factors throughout (a missing hop counts PATHS_ONE), so that chains
 * of any length compare as whole numbers. bar(h) is the least product with which a chain of h hops
 * can still matter: the best one known, or one more than it when that one has fewer hops (at
 * equality the lower numbers decide), and what the caller already has enough of. Whatever bound
 * falls below it ends a row.
 */
#include "kernel/paths_search.h"

#include "base/fault.h"

#include <stdlib.h>
#include <string.h>

/* Sets with more ties ending at them than this are searched forward. */
enum { BACKWARD_ARCS_MAX = 4096 };

static const uint64_t one1 = PATHS_ONE, one2 = one1 * PATHS_ONE, one3 = one2 * PATHS_ONE;

/* What the search under way knows of an actor; a field counts when its stamp is the present one. */
struct mark {
    uint32_t target;                     /* stamp of the query */
    uint32_t blocked;                    /* stamps of the search */
    uint32_t two, two_product, two_from; /* two hops from the source, through two_from */
    uint32_t one, one_strength, one_end; /* one hop: to target one_end, or, forward, from source */
};

struct three {
    uint64_t product;
    uint32_t stamp, first, second; /* three hops from the source, through these */
};

struct paths_work {
    uint32_t actor_count, query, search;
    uint64_t scanned;
    struct mark *marks;
    uint32_t *list, *list3; /* actors marked with two (forward) or one (backward); with three */
    struct three *threes;   /* made when first needed */
    enum paths_way way;
};

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

static bool has_bit(const uint64_t *bits, uint32_t i)
{
    return !bits || (bits[i / 64] >> (i % 64) & 1);
}

static bool allowed(const struct paths_filter *f, uint32_t actor)
{
    return !f->allowed || has_bit(f->allowed, f->label ? f->label[actor] : 0);
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

/* ---- one search under way ---- */

struct search {
    const struct paths_graph *g;
    const struct paths_query *q;
    const struct paths_avoid *avoid;
    struct paths_work *w;
    uint32_t source, hops, stamp;
    uint64_t best_end, best_two; /* most of one hop to a target; of two from the source */
    uint64_t bar[PATHS_HOPS_MAX + 1];
    struct mark *marks;
    struct paths_chain best;
};

static void set_bars(struct search *s)
{
    for (uint32_t h = 1; h <= PATHS_HOPS_MAX; h++) {
        uint64_t known = s->best.product + (s->best.hops < h);
        s->bar[h] = known > s->avoid->least ? known : s->avoid->least;
    }
}

static bool is_target(const struct search *s, uint32_t v)
{
    return s->marks[v].target == s->w->query;
}

/* May v stand between the source and the target? */
static bool passes(const struct search *s, uint32_t v)
{
    const struct mark *m = &s->marks[v];
    return m->blocked != s->stamp && m->target != s->w->query && allowed(&s->q->filter, v) &&
           has_bit(s->q->filter.willing, v);
}

static bool touches(const struct search *s, uint32_t actor)
{
    for (uint32_t i = 0; i < s->avoid->tie_count; i++)
        if (s->avoid->ties[i].from == actor || s->avoid->ties[i].to == actor)
            return true;
    return false;
}

static bool banned(const struct search *s, uint32_t from, uint32_t to)
{
    for (uint32_t i = 0; i < s->avoid->tie_count; i++)
        if (s->avoid->ties[i].from == from && s->avoid->ties[i].to == to)
            return true;
    return false;
}

/* Takes the chain source, a, b, ... of `hops` when it comes before the best one. */
static void offer(struct search *s, uint64_t product, uint32_t hops, uint32_t a, uint32_t b,
                  uint32_t c, uint32_t d)
{
    if (product < s->bar[hops])
        return;
    struct paths_chain chain = { .hops = hops,
                                 .actors = { s->source, a, b, c, d },
                                 .product = product };
    if (s->best.hops == 0 || paths_compare(&chain, &s->best) < 0)
        s->best = chain;
    set_bars(s);
}

/* A row of arcs from (or, inward, to) one actor. */
struct row_of {
    const struct paths_arc *at, *end;
    bool banned; /* some tie of it is */
};

static struct row_of row_out(const struct search *s, uint32_t u)
{
    return (struct row_of){ s->g->out + s->g->out_start[u], s->g->out + s->g->out_start[u + 1],
                            touches(s, u) };
}

static struct row_of row_in(const struct search *s, uint32_t v)
{
    return (struct row_of){ s->g->in + s->g->in_start[v], s->g->in + s->g->in_start[v + 1],
                            touches(s, v) };
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
        s->w->scanned++;
        if (row.at->strength * s->best_end * one2 < s->bar[3])
            break;
        if (passes(s, row.at->actor) && !(row.banned && banned(s, s->source, row.at->actor)))
            spread(s, row.at->actor, row.at->strength);
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
    if (s->hops >= 3)
        three_hops(s);
    for (uint32_t i = 0; s->hops >= 4 && i < count; i++) {
        uint32_t b = s->w->list[i];
        if (s->marks[b].one_strength * s->best_two * one1 >= s->bar[4])
            meet(s, b);
    }
}

/* ---- forward alone ---- */

static void forward_one(struct search *s)
{
    struct row_of row = row_out(s, s->source);
    for (; row.at < row.end; row.at++) {
        uint32_t v = row.at->actor, strength = row.at->strength;
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

static void search_forward(struct search *s)
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
        search_forward(&s);
    else
        search_from_both_ends(&s);
    for (uint32_t i = 0; i < s.best.hops; i++)
        s.best.strength[i] = paths_arc_strength(g, s.best.actors[i], s.best.actors[i + 1]);
    for (uint32_t i = s.best.hops + 1; i <= PATHS_HOPS_MAX; i++)
        s.best.actors[i] = 0;
    *ret = s.best;
}
