/* Plans over weeks: see attention.h. */
#include "kernel/attention_internal.h"

#include <math.h>
#include <stdlib.h>

static int check(const struct attention_problem *p, struct error *err)
{
    bool good =
        p->weeks >= 1 && p->weeks <= ATTENTION_WEEKS_MAX && p->type_count <= ATTENTION_TYPES_MAX;
    for (uint32_t i = 0; good && i < p->weeks; i++)
        good = p->hours[i] >= 0 && isfinite(p->hours[i]);
    for (uint32_t i = 0; good && i < p->type_count; i++) {
        const struct attention_type *t = &p->types[i];
        good = t->hours > 0 && t->kept >= 0 && t->broken >= 0 && t->success >= 0 && t->success <= 1;
    }
    for (uint32_t i = 0; good && i < p->region_count; i++)
        good = p->trip_hours[i] >= 0;
    for (uint32_t i = 0; good && i < p->arm_count; i++) {
        const struct attention_arm *x = &p->arms[i];
        good = x->state.rate > 0 && x->state.kept >= 0 && x->state.broken >= 0 &&
               x->state.prior > 0 && x->state.prior < 1 && x->importance >= 0 && x->every >= 0 &&
               x->since >= 0 && x->gap >= 0 &&
               (x->region == ATTENTION_NOWHERE || x->region < p->region_count);
    }
    return good ? 0 : error_set(err, EN_INVALID, "an attention problem outside its ranges");
}

/* Arms by region, in rising order of number. */
static bool group(struct attention_week *w, struct arena *a)
{
    const struct attention_problem *p = w->problem;
    w->first = arena_array_of(a, uint32_t, (size_t)p->region_count + 2);
    w->members = arena_array_of(a, uint32_t, (size_t)p->arm_count + 1);
    if (!w->first || !w->members)
        return false;
    for (uint32_t i = 0; i < p->arm_count; i++)
        if (p->arms[i].region != ATTENTION_NOWHERE)
            w->first[p->arms[i].region + 2]++;
    for (uint32_t r = 0; r < p->region_count; r++)
        w->first[r + 2] += w->first[r + 1];
    for (uint32_t i = 0; i < p->arm_count; i++)
        if (p->arms[i].region != ATTENTION_NOWHERE)
            w->members[w->first[p->arms[i].region + 1]++] = i;
    return true;
}

static bool open_week(struct attention_week *w, struct arena *a)
{
    const struct attention_problem *p = w->problem;
    size_t arms = p->arm_count, most = arms * p->weeks + 1;
    w->states = arena_array_of(a, struct attention_state, arms + 1);
    w->due = arena_array_of(a, int32_t, arms + 1);
    w->since = arena_array_of(a, int32_t, arms + 1);
    w->told = arena_array_of(a, bool, arms + 1);
    w->value = arena_array_of(a, double, arms * p->type_count + 1);
    w->chosen = arena_array_of(a, uint8_t, arms + 1);
    w->visit = arena_array_of(a, uint8_t, arms + 1);
    w->must = arena_array_of(a, bool, arms + 1);
    w->order = arena_array_of(a, uint32_t, arms + 1);
    w->rates = arena_array_of(a, double, arms + 1);
    w->bundles = arena_array_of(a, struct attention_bundle, (size_t)p->region_count + 1);
    w->steps = arena_array_of(a, struct attention_step, arms * p->type_count + 1);
    w->plan->lines = arena_array_of(a, struct attention_line, most);
    w->plan->trips =
        arena_array_of(a, struct attention_trip, (size_t)p->region_count * p->weeks + 1);
    w->plan->unmet = arena_array_of(a, struct attention_unmet, arms + 1);
    if (!group(w, a) || arena_failed(a))
        return false;
    w->least = HUGE_VAL;
    for (uint32_t t = 0; t < p->type_count; t++)
        w->least = fmin(w->least, p->types[t].hours);
    for (uint32_t i = 0; i < p->arm_count; i++) {
        w->states[i] = p->arms[i].state;
        w->due[i] = p->arms[i].due;
        w->since[i] = p->arms[i].since;
    }
    return true;
}

/* ---- lines ---- */

static int compare_lines(const void *x, const void *y)
{
    const struct attention_line *a = x, *b = y;
    if (a->must_do != b->must_do)
        return a->must_do ? -1 : 1;
    if (a->priority != b->priority)
        return a->priority > b->priority ? -1 : 1;
    return a->arm < b->arm ? -1 : a->arm > b->arm;
}

static void write_lines(struct attention_week *w)
{
    const struct attention_problem *p = w->problem;
    struct attention_plan *plan = w->plan;
    uint32_t first = plan->line_count;
    for (uint32_t i = 0; i < p->arm_count; i++) {
        uint32_t type = w->chosen[i];
        if (type == ATTENTION_NO_TYPE)
            continue;
        const struct attention_type *t = &p->types[type];
        plan->lines[plan->line_count++] = (struct attention_line){
            .week = w->number,
            .arm = i,
            .type = type,
            .trip = t->travels ? w->bundles[p->arms[i].region].trip : ATTENTION_NO_TRIP,
            .hours = t->hours,
            .index = attention_index(&w->states[i], t, p->parameters),
            .priority = attention_value(w, i, type) / t->hours,
            .must_do = w->must[i],
        };
    }
    if (plan->line_count > first + 1)
        qsort(plan->lines + first, plan->line_count - first, sizeof *plan->lines, compare_lines);
    plan->used[w->number] = p->hours[w->number] - w->left;
}

/* The expectation of what was chosen, and what it does to the next dates. */
static void pass(struct attention_week *w)
{
    const struct attention_problem *p = w->problem;
    for (uint32_t i = 0; i < p->arm_count; i++) {
        uint32_t type = w->chosen[i];
        bool met = type != ATTENTION_NO_TYPE;
        w->states[i] = attention_next(&w->states[i], met ? &p->types[type] : NULL);
        w->since[i] = met ? 1 : w->since[i] < INT32_MAX ? w->since[i] + 1 : INT32_MAX;
        if (met)
            w->due[i] = p->arms[i].every ? (int32_t)w->number + p->arms[i].every : ATTENTION_NEVER;
    }
}

/* ---- the baselines ---- */

struct waiting {
    double key;
    uint32_t arm;
};

static int compare_waiting(const void *x, const void *y)
{
    const struct waiting *a = x, *b = y;
    if (a->key != b->key)
        return a->key > b->key ? -1 : 1;
    return a->arm < b->arm ? -1 : a->arm > b->arm;
}

static void fill_baseline(struct attention_week *w, enum attention_policy policy,
                          struct waiting *queue)
{
    const struct attention_problem *p = w->problem;
    uint32_t count = 0;
    for (uint32_t i = 0; i < p->arm_count && policy != ATTENTION_NOTHING; i++) {
        int32_t ideal = p->arms[i].ideal;
        if (policy == ATTENTION_CADENCE && (ideal <= 0 || w->since[i] < ideal))
            continue;
        double key = w->since[i];
        queue[count++] =
            (struct waiting){ .key = policy == ATTENTION_CADENCE ? key / ideal : key, .arm = i };
    }
    if (count > 1)
        qsort(queue, count, sizeof *queue, compare_waiting);
    for (uint32_t i = 0; i < count; i++)
        w->order[i] = queue[i].arm;
    attention_fill_ordered(w, w->order, count);
}

int attention_plan_make(const struct attention_problem *p, enum attention_policy policy,
                        struct arena *a, struct error *err, struct attention_plan *ret)
{
    struct attention_plan plan = { 0 };
    struct attention_week w = { .problem = p, .plan = &plan };
    int code = check(p, err);
    if (code < 0)
        return code;
    struct waiting *queue = arena_array_of(a, struct waiting, (size_t)p->arm_count + 1);
    if (!queue || !open_week(&w, a))
        return error_set(err, EN_NO_MEMORY, "attention");
    for (w.number = 0; w.number < p->weeks; w.number++) {
        if (policy == ATTENTION_INDEX)
            attention_fill(&w);
        else
            fill_baseline(&w, policy, queue);
        write_lines(&w);
        pass(&w);
    }
    double total = 0, weight = 0;
    for (uint32_t i = 0; i < p->arm_count; i++) {
        total += p->arms[i].importance * attention_trust(&w.states[i], p->parameters);
        weight += p->arms[i].importance;
    }
    plan.end = w.states;
    plan.value = weight > 0 ? total / weight : 0;
    *ret = plan;
    return 0;
}

double attention_without(const struct attention_problem *p, const struct attention_plan *plan,
                         uint32_t skip)
{
    uint32_t arm = plan->lines[skip].arm, at = 0;
    struct attention_state s = p->arms[arm].state;
    for (uint32_t week = 0; week < p->weeks; week++) {
        const struct attention_type *t = NULL;
        for (; at < plan->line_count && plan->lines[at].week == week; at++)
            if (plan->lines[at].arm == arm && at != skip)
                t = &p->types[plan->lines[at].type];
        s = attention_next(&s, t);
    }
    return attention_trust(&s, p->parameters);
}
