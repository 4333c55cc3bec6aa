/*
 * How surely an option covers its need, between which bounds, and which partners would back it up.
 *
 * The front is found with the product of the partners' forecasts; what is told is the probability
 * that the quantities asked are there in the end. Where redundancy is asked for that is more than
 * the product: not all need deliver. Partners are independent of each other but for the common
 * causes that the need states. A complement that a member cannot do without must be there too.
 */
#include "service/options_internal.h"

#include <math.h>
#include <stdlib.h>

struct option_odds {
    struct option_desk *desk;
    const struct option_problem *problem;
    struct coverage_work *work;
    struct coverage_need need; /* requirements: the lines, then the classes */
    struct coverage_column *columns;
    int32_t *demands;
    uint32_t *candidates; /* all modes, surest first */
    uint32_t candidate_count;
    uint32_t *members, *chosen; /* of one evaluation */
};

/* ---- causes ---- */

bool option_hangs_on(struct option_desk *d, const struct json *cause, uint32_t actor)
{
    struct slice id = d->actors[actor].id;
    const struct json *actors = json_get(cause, "actors");
    for (uint32_t i = 0; actors && i < actors->count; i++)
        if (option_is_under(d, id, actors->items[i].text))
            return true;
    return false;
}

static uint64_t causes_of(struct option_desk *d, uint32_t actor)
{
    const struct json *list = json_get(d->need.body, "common_causes");
    uint64_t bits = 0;
    if (actor == UINT32_MAX)
        return 0;
    for (uint32_t k = 0; list && k < list->count && k < COVERAGE_CAUSES_MAX; k++)
        if (option_hangs_on(d, &list->items[k], actor))
            bits |= 1ull << k;
    return bits;
}

static int read_causes(struct option_odds *o)
{
    struct option_desk *d = o->desk;
    const struct json *list = json_get(d->need.body, "common_causes");
    uint32_t count = !list                               ? 0
                     : list->count < COVERAGE_CAUSES_MAX ? list->count
                                                         : COVERAGE_CAUSES_MAX;
    double *causes = arena_array_of(d->arena, double, count + 1);
    if (!causes)
        return EN_NO_MEMORY;
    for (uint32_t k = 0; k < count; k++) {
        const struct json *p = json_get(&list->items[k], "probability");
        causes[k] = p ? p->number : 1;
    }
    o->need.causes = causes;
    o->need.cause_count = count;
    return 0;
}

/* ---- columns ---- */

static int make_column(struct option_odds *o, uint32_t at)
{
    struct option_desk *d = o->desk;
    const struct option_mode *m = &o->problem->modes[at];
    struct coverage_part *parts =
        arena_array_of(d->arena, struct coverage_part, m->part_count + d->class_count + 1u);
    uint32_t count = 0;
    if (!parts)
        return EN_NO_MEMORY;
    for (uint32_t i = 0; i < m->part_count; i++)
        parts[count++] = (struct coverage_part){ m->parts[i].requirement, m->parts[i].quantity };
    for (uint32_t c = 0; c < d->class_count; c++)
        if (m->gives >> c & 1)
            parts[count++] = (struct coverage_part){ d->line_count + c, 1 };
    double odds = node_weights(d->node)->base_rate_default;
    const struct option_actor *a = m->actor == UINT32_MAX ? NULL : &d->actors[m->actor];
    o->columns[at] = (struct coverage_column){ .partner = m->partner,
                                               .burden = m->burden,
                                               .probability = a ? a->forecast : odds,
                                               .low = a ? a->interval.low : odds,
                                               .high = a ? a->interval.high : odds,
                                               .parts = parts,
                                               .part_count = count };
    return 0;
}

struct candidate {
    int32_t risk, burden;
    uint32_t at;
};

static int compare_candidates(const void *x, const void *y)
{
    const struct candidate *a = x, *b = y;
    if (a->risk != b->risk)
        return a->risk < b->risk ? -1 : 1;
    if (a->burden != b->burden)
        return a->burden < b->burden ? -1 : 1;
    return a->at < b->at ? -1 : a->at > b->at;
}

static int order_candidates(struct option_odds *o)
{
    const struct option_problem *p = o->problem;
    struct candidate *all = arena_array_of(o->desk->arena, struct candidate, p->mode_count + 1);
    o->candidates = arena_array_of(o->desk->arena, uint32_t, p->mode_count + 1);
    if (!all || !o->candidates)
        return EN_NO_MEMORY;
    for (uint32_t i = 0; i < p->mode_count; i++)
        if (p->modes[i].part_count > 0)
            all[o->candidate_count++] =
                (struct candidate){ p->modes[i].risk, p->modes[i].burden, i };
    if (o->candidate_count > 1)
        qsort(all, o->candidate_count, sizeof *all, compare_candidates);
    for (uint32_t i = 0; i < o->candidate_count; i++)
        o->candidates[i] = all[i].at;
    return 0;
}

static int make_need(struct option_odds *o)
{
    struct option_desk *d = o->desk;
    uint32_t count = o->problem->mode_count;
    o->columns = arena_array_of(d->arena, struct coverage_column, count + 1);
    o->demands = arena_array_of(d->arena, int32_t, d->line_count + d->class_count + 1);
    o->members = arena_array_of(d->arena, uint32_t, count + 1);
    o->chosen = arena_array_of(d->arena, uint32_t, LIMIT_OPTION_BACKUPS);
    int code = o->columns && o->demands && o->members && o->chosen ? read_causes(o) : EN_NO_MEMORY;
    for (uint32_t i = 0; code == 0 && i < count; i++) {
        const struct option_mode *m = &o->problem->modes[i];
        code = make_column(o, i);
        if (code < 0)
            return code;
        bool same = i > 0 && m->actor == o->problem->modes[i - 1].actor;
        o->columns[i].causes = same ? o->columns[i - 1].causes : causes_of(d, m->actor);
    }
    uint32_t classes = d->line_count + d->class_count <= COVERAGE_REQUIREMENTS_MAX
                           ? d->class_count
                           : COVERAGE_REQUIREMENTS_MAX - d->line_count;
    o->need.requirement_count = d->line_count + classes;
    o->need.demands = o->demands;
    o->need.columns = o->columns;
    o->need.column_count = count;
    return code < 0 ? code : order_candidates(o);
}

int option_odds_open(struct option_desk *d, const struct option_problem *p, struct error *err,
                     struct option_odds **ret)
{
    struct option_odds *o = arena_new_of(d->arena, struct option_odds);
    if (!o)
        return error_set(err, EN_NO_MEMORY, "options");
    *o = (struct option_odds){ .desk = d, .problem = p };
    if (make_need(o) < 0)
        return error_set(err, EN_NO_MEMORY, "options");
    o->work = coverage_work_new();
    if (!o->work)
        return error_set(err, EN_NO_MEMORY, "options");
    *ret = o;
    return 0;
}

void option_odds_close(struct option_odds *o)
{
    if (o)
        coverage_work_free(o->work);
}

/* ---- one option ---- */

/* The lines' own quantities, and one of every complement that a member wants. */
static void set_members(struct option_odds *o, const struct option *x)
{
    const struct option_desk *d = o->desk;
    uint32_t wants = 0;
    for (uint32_t i = 0; i < x->member_count; i++) {
        o->members[i] = (uint32_t)(x->members[i] - o->problem->modes);
        wants |= x->members[i]->wants;
    }
    for (uint32_t r = 0; r < d->line_count; r++)
        o->demands[r] = d->lines[r].base;
    for (uint32_t c = 0; c < d->class_count; c++)
        o->demands[d->line_count + c] = wants >> c & 1;
}

int option_odds_of(struct option_odds *o, struct option *x, struct error *err)
{
    struct coverage_interval odds;
    set_members(o, x);
    int code = coverage_interval(&o->need, o->members, x->member_count, o->work, err, &odds);
    if (code < 0)
        return code;
    x->probability = odds.expected.lower;
    x->bounded = odds.expected.upper > odds.expected.lower;
    x->low = odds.low.lower;
    x->high = odds.high.upper;
    x->digits = interval_digits((struct interval){ x->low, x->high });
    x->all_deliver = 1;
    for (uint32_t i = 0; i < x->member_count; i++)
        x->all_deliver *= o->columns[o->members[i]].probability;
    return 0;
}

/* ---- backups ---- */

static uint32_t choose_candidates(struct option_odds *o, const struct option *x)
{
    uint32_t count = 0, gives = 0;
    for (uint32_t i = 0; i < x->member_count; i++)
        gives |= x->members[i]->gives;
    for (uint32_t i = 0; i < o->candidate_count && count < LIMIT_OPTION_BACKUPS; i++) {
        const struct option_mode *m = &o->problem->modes[o->candidates[i]];
        bool in = (m->wants & ~(gives | m->gives)) != 0; /* would need somebody more itself */
        for (uint32_t j = 0; !in && j < x->member_count; j++)
            in = x->members[j]->partner == m->partner;
        if (!in)
            o->chosen[count++] = o->candidates[i];
    }
    return count;
}

static int keep_backup(struct option_odds *o, const struct coverage_backup *b, struct option *x,
                       int which)
{
    const struct option_mode **m =
        arena_array_of(o->desk->arena, const struct option_mode *, b->count + 1);
    if (!m)
        return EN_NO_MEMORY;
    for (uint32_t i = 0; i < b->count; i++)
        m[i] = &o->problem->modes[b->columns[i]];
    x->backups[which] = m;
    x->backup_counts[which] = b->count;
    x->backup_probability[which] = b->with.lower;
    x->backup_burden[which] = b->burden;
    return 0;
}

int option_odds_backups(struct option_odds *o, struct option *x, struct error *err)
{
    struct coverage_backups found;
    set_members(o, x);
    uint32_t count = choose_candidates(o, x);
    if (count == 0)
        return 0;
    int code = coverage_backups(&o->need, o->members, x->member_count, o->chosen, count, o->work,
                                err, &found);
    if (code == 0 && (keep_backup(o, &found.one, x, 0) < 0 || keep_backup(o, &found.two, x, 1) < 0))
        code = error_set(err, EN_NO_MEMORY, "options");
    return code;
}
