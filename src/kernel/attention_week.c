/*
 * One week of a plan: see attention.h. Hours are given out greedily by value per hour, from a heap
 * of the arms' hull steps and from the regions' best bundles of visits.
 *
 * Invariants: the hours left never become negative; an arm has one form at most; what must be done
 * is reserved in its cheapest form before anything else is looked at, so that it is in whenever the
 * cheapest forms fit together.
 */
#include "kernel/attention_internal.h"

#include <math.h>

static const double slack = 1e-9;       /* hours: sums of decimals */
static const double least_hours = 0.05; /* a visit that costs no more than the call it replaces */

static const struct attention_type *type_of(const struct attention_week *w, uint32_t type)
{
    return &w->problem->types[type];
}

static bool suits(const struct attention_week *w, uint32_t arm, uint32_t type)
{
    const struct attention_arm *x = &w->problem->arms[arm];
    return (x->types >> type & 1) != 0 &&
           (!type_of(w, type)->travels || x->region != ATTENTION_NOWHERE);
}

/* Met too recently to be met again. */
static bool rests(const struct attention_week *w, uint32_t arm)
{
    return w->since[arm] < w->problem->arms[arm].gap && w->due[arm] > (int32_t)w->number;
}

/* ---- the heap of steps ---- */

static bool before(const struct attention_step *a, const struct attention_step *b)
{
    if (a->rate != b->rate)
        return a->rate > b->rate;
    return a->arm != b->arm ? a->arm < b->arm : a->type < b->type;
}

static void sift(struct attention_step *heap, uint32_t count, uint32_t at)
{
    struct attention_step moved = heap[at];
    for (uint32_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && before(&heap[child + 1], &heap[child]))
            child++;
        if (!before(&heap[child], &moved))
            break;
        heap[at] = heap[child];
    }
    heap[at] = moved;
}

static void make_heap(struct attention_week *w)
{
    for (uint32_t i = w->step_count / 2; i-- > 0;)
        sift(w->steps, w->step_count, i);
}

static void pop(struct attention_week *w)
{
    w->steps[0] = w->steps[--w->step_count];
    if (w->step_count > 1)
        sift(w->steps, w->step_count, 0);
}

/* The upper hull of an arm's forms that do not travel, from where it stands. */
static void push_hull(struct attention_week *w, uint32_t arm)
{
    uint8_t at = w->chosen[arm];
    double hours = at == ATTENTION_NO_TYPE ? 0 : type_of(w, at)->hours;
    double value = at == ATTENTION_NO_TYPE ? 0 : attention_value(w, arm, at);
    if (at != ATTENTION_NO_TYPE && type_of(w, at)->travels)
        return;
    for (;;) {
        struct attention_step best = { .arm = arm, .type = ATTENTION_NO_TYPE, .from = at };
        for (uint32_t t = 0; t < w->problem->type_count; t++) {
            double dh = type_of(w, t)->hours - hours, dv = attention_value(w, arm, t) - value;
            if (type_of(w, t)->travels || !suits(w, arm, t) || dh <= 0 || dv <= 0 ||
                dv / dh <= best.rate)
                continue;
            best.rate = dv / dh;
            best.type = (uint8_t)t;
        }
        if (best.type == ATTENTION_NO_TYPE)
            return;
        w->steps[w->step_count++] = best;
        at = best.type;
        hours = type_of(w, at)->hours;
        value = attention_value(w, arm, at);
    }
}

/* ---- values ---- */

static void judge(struct attention_week *w, uint32_t arm)
{
    const struct attention_problem *p = w->problem;
    double best = 0;
    bool rest = rests(w, arm);
    w->chosen[arm] = w->visit[arm] = ATTENTION_NO_TYPE;
    for (uint32_t t = 0; t < p->type_count; t++) {
        double *v = &w->value[(size_t)arm * p->type_count + t];
        *v = suits(w, arm, t) && !rest
                 ? p->arms[arm].importance *
                       attention_index(&w->states[arm], &p->types[t], p->parameters)
                 : 0;
        if (p->types[t].travels && *v / p->types[t].hours > best) {
            best = *v / p->types[t].hours;
            w->visit[arm] = (uint8_t)t;
        }
    }
}

/* ---- trips ---- */

static void choose(struct attention_week *w, uint32_t arm, uint32_t type)
{
    uint8_t old = w->chosen[arm];
    uint32_t region = w->problem->arms[arm].region;
    w->left -= type_of(w, type)->hours - (old == ATTENTION_NO_TYPE ? 0 : type_of(w, old)->hours);
    w->chosen[arm] = (uint8_t)type;
    if (region != ATTENTION_NOWHERE)
        w->bundles[region].fresh = false;
}

static void open_trip(struct attention_week *w, uint32_t region)
{
    struct attention_bundle *b = &w->bundles[region];
    struct attention_plan *plan = w->plan;
    if (b->open)
        return;
    b->open = true;
    b->fresh = false;
    b->trip = plan->trip_count;
    w->left -= w->problem->trip_hours[region];
    plan->trips[plan->trip_count++] = (struct attention_trip){
        .week = w->number, .region = region, .hours = w->problem->trip_hours[region]
    };
}

/* More hours and more value of visiting an arm than of what it has; false when it is worth nothing.
 */
static bool visit_gain(const struct attention_week *w, uint32_t arm, double *ret_hours,
                       double *ret_value)
{
    uint8_t visit = w->visit[arm], at = w->chosen[arm];
    if (visit == ATTENTION_NO_TYPE || (at != ATTENTION_NO_TYPE && type_of(w, at)->travels))
        return false;
    *ret_hours = type_of(w, visit)->hours;
    *ret_value = attention_value(w, arm, visit);
    if (at != ATTENTION_NO_TYPE) {
        *ret_hours -= type_of(w, at)->hours;
        *ret_value -= attention_value(w, arm, at);
    }
    return *ret_value > 0;
}

/* By rate, then number: a shell sort, since slices are short and no context may be global. */
static void sort_slice(const double *rates, uint32_t *arms, uint32_t count)
{
    static const uint32_t gaps[] = { 1750, 701, 301, 132, 57, 23, 10, 4, 1 };
    for (size_t g = 0; g < sizeof gaps / sizeof *gaps; g++)
        for (uint32_t i = gaps[g]; i < count; i++) {
            uint32_t arm = arms[i], j = i;
            for (; j >= gaps[g]; j -= gaps[g]) {
                uint32_t other = arms[j - gaps[g]];
                if (rates[other] > rates[arm] || (rates[other] == rates[arm] && other < arm))
                    break;
                arms[j] = other;
            }
            arms[j] = arm;
        }
}

/* The prefix of the region's visits with the best mean, within the hours left. */
static void look_at(struct attention_week *w, uint32_t region)
{
    struct attention_bundle *b = &w->bundles[region];
    uint32_t *slice = w->members + w->first[region], all = w->first[region + 1] - w->first[region];
    double dh, dv, value = 0, hours = b->open ? 0 : w->problem->trip_hours[region];
    for (uint32_t i = 0; i < all; i++)
        w->rates[slice[i]] = visit_gain(w, slice[i], &dh, &dv) ? dv / fmax(dh, least_hours) : 0;
    sort_slice(w->rates, slice, all);
    b->fresh = true;
    b->rate = 0;
    b->count = 0;
    for (uint32_t i = 0; i < all && w->rates[slice[i]] > 0; i++) {
        uint32_t arm = slice[i];
        visit_gain(w, arm, &dh, &dv);
        if (hours + dh > w->left + slack)
            continue;
        if (b->count && dv / fmax(dh, least_hours) <= b->rate)
            break;
        value += dv;
        hours += dh;
        b->rate = value / fmax(hours, least_hours);
        b->hours = hours;
        slice[i] = slice[b->count];
        slice[b->count++] = arm;
    }
}

static struct attention_bundle *best_bundle(struct attention_week *w, uint32_t *ret_region)
{
    struct attention_bundle *best = NULL;
    for (uint32_t r = 0; r < w->problem->region_count; r++) {
        struct attention_bundle *b = &w->bundles[r];
        if (!b->fresh || (b->rate > 0 && b->hours > w->left + slack))
            look_at(w, r);
        if (b->rate > 0 && (!best || b->rate > best->rate)) {
            best = b;
            *ret_region = r;
        }
    }
    return best;
}

static void take_bundle(struct attention_week *w, uint32_t region)
{
    const struct attention_bundle *b = &w->bundles[region];
    const uint32_t *slice = w->members + w->first[region];
    uint32_t count = b->count;
    open_trip(w, region);
    for (uint32_t i = 0; i < count; i++)
        choose(w, slice[i], w->visit[slice[i]]);
}

/* ---- what must be done ---- */

static double cost_of(const struct attention_week *w, uint32_t arm, uint32_t type)
{
    uint32_t region = w->problem->arms[arm].region;
    bool trip = type_of(w, type)->travels && !w->bundles[region].open;
    return type_of(w, type)->hours + (trip ? w->problem->trip_hours[region] : 0);
}

static void reserve(struct attention_week *w, uint32_t arm)
{
    uint32_t best = ATTENTION_NO_TYPE;
    for (uint32_t t = 0; t < w->problem->type_count; t++)
        if (suits(w, arm, t) &&
            (best == ATTENTION_NO_TYPE || cost_of(w, arm, t) < cost_of(w, arm, best)))
            best = t;
    if (best == ATTENTION_NO_TYPE || cost_of(w, arm, best) > w->left + slack) {
        if (!w->told[arm])
            w->plan->unmet[w->plan->unmet_count++] =
                (struct attention_unmet){ .week = w->number, .arm = arm };
        w->told[arm] = true;
        return;
    }
    if (type_of(w, best)->travels)
        open_trip(w, w->problem->arms[arm].region);
    choose(w, arm, best);
    w->must[arm] = true;
}

static void reserve_all(struct attention_week *w)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < w->problem->arm_count; i++) {
        w->must[i] = false;
        if (w->due[i] > (int32_t)w->number)
            continue;
        w->rates[i] = w->problem->arms[i].importance;
        w->order[count++] = i;
    }
    sort_slice(w->rates, w->order, count);
    for (uint32_t i = 0; i < count; i++)
        reserve(w, w->order[i]);
}

/* ---- the week ---- */

static void begin(struct attention_week *w)
{
    w->step_count = 0;
    w->left = w->problem->hours[w->number];
    for (uint32_t r = 0; r < w->problem->region_count; r++)
        w->bundles[r] = (struct attention_bundle){ .trip = ATTENTION_NO_TRIP };
    for (uint32_t i = 0; i < w->problem->arm_count; i++)
        judge(w, i);
}

/* The step on top, if it still goes on from where its arm stands and fits. */
static bool top_applies(const struct attention_week *w)
{
    const struct attention_step *s = &w->steps[0];
    double from = s->from == ATTENTION_NO_TYPE ? 0 : type_of(w, s->from)->hours;
    return w->chosen[s->arm] == s->from && type_of(w, s->type)->hours - from <= w->left + slack;
}

void attention_fill(struct attention_week *w)
{
    begin(w);
    reserve_all(w);
    if (w->left + slack < w->least)
        return;
    for (uint32_t i = 0; i < w->problem->arm_count; i++)
        push_hull(w, i);
    make_heap(w);
    for (;;) {
        uint32_t region = 0;
        while (w->step_count && !top_applies(w))
            pop(w);
        const struct attention_bundle *b = best_bundle(w, &region);
        if (b && (!w->step_count || b->rate > w->steps[0].rate)) {
            take_bundle(w, region);
        } else if (w->step_count) {
            choose(w, w->steps[0].arm, w->steps[0].type);
            pop(w);
        } else {
            break;
        }
    }
}

void attention_fill_ordered(struct attention_week *w, const uint32_t *order, uint32_t count)
{
    begin(w);
    for (uint32_t i = 0; i < w->problem->arm_count; i++)
        w->must[i] = false;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t arm = order[i], best = ATTENTION_NO_TYPE;
        double most = 0;
        if (rests(w, arm))
            continue;
        for (uint32_t t = 0; t < w->problem->type_count; t++) {
            double cost = suits(w, arm, t) ? cost_of(w, arm, t) : HUGE_VAL;
            double each = type_of(w, t)->success * type_of(w, t)->kept / cost;
            if (cost > w->left + slack || each <= most)
                continue;
            most = each;
            best = t;
        }
        if (best == ATTENTION_NO_TYPE)
            continue;
        if (type_of(w, best)->travels)
            open_trip(w, w->problem->arms[arm].region);
        choose(w, arm, best);
    }
}
