/*
 * The pass of coverage_run.h.
 *
 * A cause that only one member hangs on is a factor of that member's probability. Any other one
 * splits the states just before its first member, and the states forget it after its last one, so
 * that they can meet again.
 */
#include "kernel/coverage_run.h"

#include <string.h>

struct pass {
    const struct coverage_task *task;
    struct coverage_work *work;
    struct error *err;
    int64_t to_come[COVERAGE_REQUIREMENTS_MAX]; /* members not yet seen, and the reserve */
    int32_t brings[COVERAGE_REQUIREMENTS_MAX];  /* of the member at hand, up to the demand */
    double covered, dropped;
    uint64_t open;
    uint32_t states;
};

static double probability(const struct coverage_column *c, enum coverage_reading reading)
{
    return reading == COVERAGE_LOW ? c->low : reading == COVERAGE_HIGH ? c->high : c->probability;
}

static bool counts(const struct coverage_task *t, uint32_t requirement)
{
    return t->only == COVERAGE_EVERY || (uint32_t)t->only == requirement;
}

static const struct coverage_column *member(const struct pass *p, uint32_t i)
{
    return &p->task->need->columns[p->task->members[i]];
}

/* Adds mass to the next states, unless it is decided already. */
static int place(struct pass *p, const int32_t *missing, uint64_t causes, double mass)
{
    bool complete = true;
    if (mass <= 0)
        return 0;
    for (uint32_t r = 0; r < p->task->need->requirement_count; r++) {
        if (missing[r] > p->to_come[r])
            return 0;
        complete = complete && missing[r] == 0;
    }
    if (complete) {
        p->covered += mass;
        return 0;
    }
    return coverage_states_add(&p->work->next, missing, causes, mass, p->err);
}

static void begin_step(struct pass *p)
{
    coverage_states_reset(&p->work->next, p->task->need->requirement_count);
}

static int end_step(struct pass *p)
{
    double gone = 0;
    struct coverage_states *next = &p->work->next;
    if (next->count > p->states)
        p->states = next->count;
    int rc = coverage_states_cut(next, COVERAGE_STATES_MAX, p->err, &gone);
    if (rc < 0)
        return rc;
    p->dropped += gone;
    struct coverage_states swap = p->work->now;
    p->work->now = *next;
    *next = swap;
    return 0;
}

static int split_by_cause(struct pass *p, uint32_t cause)
{
    double holds = p->task->need->causes[cause];
    uint64_t bit = (uint64_t)1 << cause;
    const struct coverage_states *now = &p->work->now;
    begin_step(p);
    for (uint32_t i = 0; i < now->count; i++) {
        const int32_t *missing = coverage_states_missing(now, i);
        int rc = place(p, missing, now->causes[i] | bit, now->mass[i] * holds);
        if (rc == 0)
            rc = place(p, missing, now->causes[i], now->mass[i] * (1 - holds));
        if (rc < 0)
            return rc;
    }
    p->open |= bit;
    return end_step(p);
}

static int deliver(struct pass *p, uint32_t state, double probability_held, uint64_t keep)
{
    const struct coverage_states *now = &p->work->now;
    const int32_t *missing = coverage_states_missing(now, state);
    int32_t after[COVERAGE_REQUIREMENTS_MAX];
    for (uint32_t r = 0; r < now->width; r++)
        after[r] = missing[r] > p->brings[r] ? missing[r] - p->brings[r] : 0;
    uint64_t causes = now->causes[state] & keep;
    double mass = now->mass[state];
    int rc = place(p, after, causes, mass * probability_held);
    return rc < 0 ? rc : place(p, missing, causes, mass * (1 - probability_held));
}

static int step_member(struct pass *p, const struct coverage_column *c, double held, uint64_t keep)
{
    const struct coverage_states *now = &p->work->now;
    uint64_t needed = c->causes & p->open;
    begin_step(p);
    for (uint32_t i = 0; i < now->count; i++) {
        bool hold = (now->causes[i] & needed) == needed;
        int rc = deliver(p, i, hold ? held : 0, keep);
        if (rc < 0)
            return rc;
    }
    p->open &= keep;
    return end_step(p);
}

/* Takes the member out of what is to come and into what is at hand. */
static void take(struct pass *p, const struct coverage_column *c)
{
    memset(p->brings, 0, sizeof(p->brings));
    for (uint32_t k = 0; k < c->part_count; k++) {
        uint32_t r = c->parts[k].requirement;
        int32_t room = p->task->need->demands[r] - p->brings[r];
        p->to_come[r] -= c->parts[k].quantity;
        p->brings[r] += c->parts[k].quantity < room ? c->parts[k].quantity : room;
    }
}

static int do_member(struct pass *p, uint32_t i)
{
    const struct coverage_column *c = member(p, i);
    double held = probability(c, p->task->reading);
    uint64_t later = p->task->reserve_causes;
    for (uint32_t k = i + 1; k < p->task->count; k++)
        later |= member(p, k)->causes;
    for (uint32_t k = 0; k < p->task->need->cause_count; k++) {
        uint64_t bit = (uint64_t)1 << k;
        if (!(c->causes & bit) || (p->open & bit))
            continue;
        if (!(later & bit)) {
            held *= p->task->need->causes[k];
            continue;
        }
        int rc = split_by_cause(p, k);
        if (rc < 0)
            return rc;
    }
    take(p, c);
    return step_member(p, c, held, later);
}

static void add_to_come(struct pass *p)
{
    const struct coverage_task *t = p->task;
    for (uint32_t r = 0; t->reserve && r < t->need->requirement_count; r++)
        p->to_come[r] = t->reserve[r];
    for (uint32_t i = 0; i < t->count; i++) {
        const struct coverage_column *c = member(p, i);
        for (uint32_t k = 0; k < c->part_count; k++)
            p->to_come[c->parts[k].requirement] += c->parts[k].quantity;
    }
}

static int start(struct pass *p)
{
    const struct coverage_task *t = p->task;
    int32_t missing[COVERAGE_REQUIREMENTS_MAX] = { 0 };
    for (uint32_t r = 0; r < t->need->requirement_count; r++)
        missing[r] = counts(t, r) ? t->need->demands[r] : 0;
    begin_step(p);
    int rc = place(p, missing, 0, 1);
    return rc < 0 ? rc : end_step(p);
}

int coverage_run(const struct coverage_task *t, struct coverage_work *w, struct error *err,
                 struct coverage_pass *ret)
{
    struct pass p = { .task = t, .work = w, .err = err };
    add_to_come(&p);
    int rc = start(&p);
    for (uint32_t i = 0; i < t->count && rc == 0; i++)
        rc = do_member(&p, i);
    if (rc < 0)
        return rc;
    *ret = (struct coverage_pass){ p.covered, p.dropped, p.open, p.states };
    return 0;
}
