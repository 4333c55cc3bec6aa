/*
 * Directions: 32 ways to weigh burden, risk and partners against each other.
 *
 * The first three are the objectives alone. The others are first spread evenly over the angle
 * between burden and risk, at three prices of one more partner. Once points are known they are
 * fitted: for up to six numbers of partners, supporting slopes of the hull of (burden, risk), with
 * the price of a partner from how the best weighted sum changes with one partner more or fewer.
 *
 * Which directions are chosen decides how tight the bounds are, never whether they hold.
 */
#include "kernel/cover_internal.h"

#include <math.h>

enum { ALONE = 3, FIT_LEVELS = 6 };

struct weights {
    double a[LANES], b[LANES], g[LANES];
    uint32_t count;
};

static void add(struct weights *w, double a, double b, double g)
{
    if (w->count == LANES)
        return;
    w->a[w->count] = a;
    w->b[w->count] = b;
    w->g[w->count++] = g;
}

/* The largest unit of which no coalition has more than COVER_SCALE. */
static int unit_of(int32_t end)
{
    int unit = COVER_FRACTION;
    while (unit > -COVER_FRACTION && ldexp(end, unit) > COVER_SCALE)
        unit--;
    return unit;
}

static void begin(struct weights *w)
{
    w->count = 0;
    add(w, 1, 0, 0);
    add(w, 0, 1, 0);
    add(w, 0, 0, 1);
}

/* The largest coalition that can matter weighs COVER_SCALE in every direction but the first three.
 */
static void set(struct cover_stage *st, const struct weights *w)
{
    struct cover_directions *d = &st->directions;
    d->unit[0] = unit_of(st->burden_end);
    d->unit[1] = unit_of(st->risk_end);
    d->unit[2] = unit_of((int32_t)st->members_max + 1);
    for (uint32_t k = 0; k < LANES; k++) {
        double all =
            w->a[k] * st->burden_end + w->b[k] * st->risk_end + w->g[k] * (st->members_max + 1.0);
        double scale = ldexp(COVER_SCALE - 1.0, COVER_FRACTION) / all;
        d->a[k] = (int64_t)floor(w->a[k] * scale);
        d->b[k] = (int64_t)floor(w->b[k] * scale);
        d->g[k] = (int64_t)floor(w->g[k] * scale);
    }
    d->a[0] = (int64_t)1 << (COVER_FRACTION + d->unit[0]);
    d->b[1] = (int64_t)1 << (COVER_FRACTION + d->unit[1]);
    d->g[2] = (int64_t)1 << (COVER_FRACTION + d->unit[2]);
    st->priced = false;
}

void cover_directions_first(struct cover_stage *st)
{
    static const double angles[] = { .5, .25, .75, .12, .88, .37, .63, .06, .94 };
    static const double prices[] = { 0, .35, 1.2 };
    double burden = (double)st->burden_end / st->members_max;
    double risk = (double)st->risk_end / st->members_max;
    struct weights w;
    begin(&w);
    for (size_t p = 0; p < sizeof(prices) / sizeof(*prices); p++) {
        for (size_t i = 0; i < sizeof(angles) / sizeof(*angles); i++)
            add(&w, (1 - angles[i]) / burden, angles[i] / risk, prices[p]);
    }
    add(&w, 1 / burden, 0, prices[1]);
    add(&w, 0, 1 / risk, prices[1]);
    while (w.count < LANES)
        add(&w, .5 / burden, .5 / risk, .7);
    set(st, &w);
}

/* The points that begin by the hour, sorted as the set. */
struct view {
    const struct cover_set *set;
    int32_t hour;
    int32_t least, most; /* partners */
    uint32_t count;
};

static bool in_view(const struct view *v, uint32_t i, int32_t partners)
{
    return v->set->at[i].key <= v->hour && v->set->at[i].partners <= partners;
}

static double best_sum(const struct view *v, double a, double b, int32_t partners)
{
    double best = HUGE_VAL;
    for (uint32_t i = 0; i < v->set->count; i++) {
        if (in_view(v, i, partners))
            best = fmin(best, a * v->set->at[i].burden + b * v->set->at[i].risk);
    }
    return best;
}

/* What one partner more is worth around this number. */
static double price_of_partner(const struct view *v, double a, double b, int32_t partners)
{
    double here = best_sum(v, a, b, partners), fewer = best_sum(v, a, b, partners - 1);
    double more = best_sum(v, a, b, partners + 1);
    if (partners >= v->most)
        return 0;
    double price = fewer == HUGE_VAL ? 1.5 * (here - more) : .5 * (fewer - more);
    return price > 0 ? price : 0;
}

/* Is y left of, or on, the line from x to z? Then it is no vertex of the lower hull. */
static bool not_convex(const struct cover_found *x, const struct cover_found *y,
                       const struct cover_found *z)
{
    int64_t x1 = y->burden - x->burden, y1 = y->risk - x->risk;
    int64_t x2 = z->burden - x->burden, y2 = z->risk - x->risk;
    return x1 * y2 - x2 * y1 <= 0;
}

/* Lower hull of the points with at most so many partners. */
static uint32_t hull_of(const struct view *v, int32_t partners, uint32_t *ret)
{
    const struct cover_found *at = v->set->at;
    uint32_t n = 0;
    for (uint32_t i = 0; i < v->set->count; i++) {
        if (!in_view(v, i, partners) || (n > 0 && at[i].risk >= at[ret[n - 1]].risk))
            continue;
        while (n >= 2 && not_convex(&at[ret[n - 2]], &at[ret[n - 1]], &at[i]))
            n--;
        ret[n++] = i;
    }
    return n;
}

static void fit_level(const struct view *v, int32_t partners, uint32_t quota, uint32_t *hull,
                      struct weights *w)
{
    const struct cover_found *at = v->set->at;
    uint32_t edges = hull_of(v, partners, hull);
    edges = edges > 0 ? edges - 1 : 0;
    if (edges == 0) {
        double a = 1, b = .2, g = price_of_partner(v, a, b, partners);
        add(w, a, b, g > 0 ? g : 1);
        return;
    }
    uint32_t wanted = quota < edges ? quota : edges;
    for (uint32_t i = 0; i < wanted; i++) {
        uint32_t e =
            wanted == 1 ? edges / 2 : (2 * i * (edges - 1) + wanted - 1) / (2 * wanted - 2);
        double a = at[hull[e]].risk - at[hull[e + 1]].risk;
        double b = at[hull[e + 1]].burden - at[hull[e]].burden;
        add(w, a, b, price_of_partner(v, a, b, partners));
    }
}

/* What is still free repeats the fitted ones at other prices of a partner. */
static void fill(struct weights *w)
{
    uint32_t fitted = w->count - ALONE;
    for (uint32_t i = 0; w->count < LANES; i++) {
        uint32_t k = ALONE + i % fitted;
        double g = w->g[k] > 0 ? w->g[k] * (i % 2 ? 1.6 : .6) : 9 * w->a[k];
        add(w, w->a[k], w->b[k], g);
    }
}

static struct view view_of(const struct cover_set *s, int32_t hour)
{
    struct view v = { .set = s, .hour = hour, .least = INT32_MAX };
    for (uint32_t i = 0; i < s->count; i++) {
        if (s->at[i].key > hour)
            continue;
        int32_t partners = s->at[i].partners;
        v.count++;
        v.least = partners < v.least ? partners : v.least;
        v.most = partners > v.most ? partners : v.most;
    }
    return v;
}

bool cover_directions_fit(struct cover_stage *st, const struct cover_set *s, int32_t hour)
{
    struct view v = view_of(s, hour);
    uint32_t *hull = arena_array_of(st->temporary, uint32_t, v.count + 1);
    if (v.count < 4 || !hull)
        return false;
    struct weights w;
    begin(&w);
    int32_t span = v.most - v.least, levels = span < FIT_LEVELS - 1 ? span + 1 : FIT_LEVELS;
    uint32_t quota = (LANES - ALONE) / (uint32_t)levels;
    for (int32_t i = 0; i < levels; i++) {
        int32_t down = levels > 1 ? (2 * i * span + levels - 1) / (2 * (levels - 1)) : 0;
        fit_level(&v, v.most - down, i == levels - 1 ? LANES - w.count : quota, hull, &w);
    }
    fill(&w);
    set(st, &w);
    return true;
}
