/*
 * The front of cover.h: passes of branch and bound, each with a smaller gap, over the hours.
 *
 * Objectives, all minimised: burden = sum of burdens; risk = sum of round(-1000 ln p), so that
 * exp(-risk / 1000) is the probability that all members deliver; the number of partners; and, where
 * it is asked for, readiness = the largest of the members. Readiness is swept: for each hour h at
 * which a column begins, the coalitions of the columns that begin by h. A point that is new at h
 * has a member that begins just then, so from the second hour on only those are looked for.
 *
 * Method: multi-objective branch and bound with bound sets (Ehrgott, Gandibleux 2007; Przybylski,
 * Gandibleux 2017). Bounds in 32 directions at once from linear programs and from a partition of
 * the rows, rounded so that they hold in integers; thresholds from the local upper bounds of the
 * points found. Each pass lets points count as better than they are by a gap, which ends sooner and
 * brings good points for the next; a gap of 0 is exact. Stopped by its budget, it tells the gap
 * proven by what was finished and by the bounds of what was left open.
 *
 * Representative: of coalitions with the same objectives, the first met; passes, hours, rows and
 * candidates are taken in an order that depends on the instance and the options alone. The budget
 * counts nodes, there is no clock, so a stopped answer is the same everywhere too.
 *
 * Edge cases: a requirement that nothing serves, or wants that nothing meets, make an empty front,
 * proven infeasible. Columns may be free of burden, certain (risk 0) or bring nothing but a class.
 * More than 8 different hours share 8 stages, whose bounds are those of the stage's last hour.
 *
 * Cost: exponential at worst. Memory: O(stages * columns * 32) plus the front and its corners.
 */
#include "kernel/cover_internal.h"

#include "base/fault.h"

#include <math.h>
#include <stdlib.h>

enum { STAGES_MAX = 8, FITTED_PASSES = 3 };
#define SCRATCH ((size_t)2 << 30)

static const uint32_t passes[] = { 300000, 50000, 0 };
static const uint32_t fine_passes[] = { 300000, 200000, 140000, 100000, 70000, 50000,
                                        35000,  25000,  15000,  10000,  5000,  0 };

struct solve {
    const struct cover_instance *in;
    const struct cover_options *o;
    struct arena *scratch, *temporary;
    int32_t *hours;
    uint32_t hour_count;
    struct cover_stage stage[STAGES_MAX];
    uint32_t stage_count;
    struct cover_set set;
    struct cover_search search;
    uint32_t target; /* millionths */
};

static int compare_hours(const void *a, const void *b)
{
    const int32_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* The hours at which columns begin; the last of them alone where readiness is no objective. */
static int find_hours(struct solve *z)
{
    uint32_t n = z->in->column_count, kept = 0;
    int32_t *hours = arena_array_of(z->scratch, int32_t, n + 1);
    if (!hours)
        return EN_NO_MEMORY;
    for (uint32_t j = 0; j < n; j++)
        hours[j] = z->in->columns[j].readiness;
    n = n > 0 ? n : 1; /* no column: hour 0 */
    qsort(hours, n, sizeof(*hours), compare_hours);
    for (uint32_t i = 0; i < n; i++) {
        if (i + 1 == n || (z->o->readiness && hours[i] != hours[i + 1]))
            hours[kept++] = hours[i];
    }
    z->hours = hours;
    z->hour_count = kept;
    return 0;
}

static int make_stages(struct solve *z)
{
    uint32_t count = z->hour_count < STAGES_MAX ? z->hour_count : STAGES_MAX, from = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t hours = (z->hour_count - from + count - i - 1) / (count - i);
        z->stage[i].arena = z->scratch;
        z->stage[i].temporary = z->temporary;
        int code =
            cover_stage_make(z->in, z->o, z->hours + from, hours, z->o->readiness, &z->stage[i]);
        arena_reset(z->temporary);
        if (code < 0)
            return code;
        z->stage_count++;
        from += hours;
    }
    return 0;
}

static int seek(struct solve *z, struct cover_stage *st)
{
    int32_t last = st->hours[st->hour_count - 1];
    int code = cover_levels_begin(&z->search.levels, st, 0);
    return code == 0 ? cover_greedy(&z->search, last) : code;
}

/* Bounds for the stage: spread directions and first coalitions, then directions fitted to the
 * points of each of the first passes, and more coalitions along them. */
static int price(struct solve *z, struct cover_stage *st, uint32_t pass)
{
    int32_t last = st->hours[st->hour_count - 1];
    int code = 0;
    if (pass == 0) {
        cover_directions_first(st);
        code = cover_price(st);
        code = code == 0 ? seek(z, st) : code;
    }
    cover_set_sort(&z->set);
    if (pass < FITTED_PASSES && code == 0 && cover_directions_fit(st, &z->set, last)) {
        code = cover_price(st);
        code = code == 0 ? seek(z, st) : code;
    }
    return code;
}

/* What the bounds at the root prove without a search. */
static int prove_at_root(struct solve *z, struct cover_stage *st, uint32_t at)
{
    struct lanes root;
    uint32_t gap;
    cover_root(st, &root);
    int code = cover_gap_of(&z->search, at, &root, 1, z->target, &gap);
    if (code == 0 && gap < st->proven[at])
        st->proven[at] = gap;
    return code;
}

static int prove_what_is_left(struct solve *z, struct cover_stage *st, uint32_t at, uint32_t pass)
{
    uint32_t gap;
    int code = cover_gap_of(&z->search, at, z->search.left, z->search.left_count, pass, &gap);
    if (code == 0 && gap < st->proven[at])
        st->proven[at] = gap;
    return code;
}

static int run_hour(struct solve *z, struct cover_stage *st, uint32_t at, uint32_t gap)
{
    struct cover_search *s = &z->search;
    cover_search_hour(s, at, gap, z->o->readiness && st->hours + at != z->hours);
    if (s->failed)
        return s->failed;
    if (s->stopped)
        return prove_what_is_left(z, st, at, gap);
    st->proven[at] = gap;
    return 0;
}

static int run_stage(struct solve *z, struct cover_stage *st, uint32_t pass, uint32_t gap)
{
    if (!st->served) {
        for (uint32_t h = 0; h < st->hour_count; h++)
            st->proven[h] = 0;
        return 0;
    }
    int code = cover_search_enter(&z->search, st);
    code = code == 0 ? price(z, st, pass) : code;
    for (uint32_t h = 0; h < st->hour_count && code == 0; h++) {
        if (pass == 0)
            code = prove_at_root(z, st, h);
        if (code == 0 && st->proven[h] > gap && !z->search.stopped)
            code = run_hour(z, st, h, gap);
    }
    return code;
}

static int run_pass(struct solve *z, uint32_t pass, uint32_t gap)
{
    int code = 0;
    for (uint32_t i = 0; i < z->stage_count && code == 0; i++)
        code = run_stage(z, &z->stage[i], pass, gap);
    return code;
}

static uint32_t largest_gap(const struct solve *z)
{
    uint32_t gap = 0;
    for (uint32_t i = 0; i < z->stage_count; i++) {
        for (uint32_t h = 0; h < z->stage[i].hour_count; h++)
            gap = z->stage[i].proven[h] > gap ? z->stage[i].proven[h] : gap;
    }
    return gap;
}

static int run_passes(struct solve *z)
{
    bool fine = z->o->budget > 0;
    const uint32_t *list = fine ? fine_passes : passes;
    uint32_t count = fine ? sizeof(fine_passes) / sizeof(*list) : sizeof(passes) / sizeof(*list);
    for (uint32_t i = 0, pass = 0; i < count; i++) {
        uint32_t gap = list[i] > z->target ? list[i] : z->target;
        if (pass > 0 && largest_gap(z) <= gap)
            continue;
        int code = run_pass(z, pass++, gap);
        if (code < 0 || z->search.stopped)
            return code;
    }
    return 0;
}

static int copy_point(const struct cover_found *f, struct arena *a, struct cover_point *ret)
{
    uint32_t *columns = arena_array_of(a, uint32_t, (size_t)f->partners + 1);
    if (!columns)
        return EN_NO_MEMORY;
    memcpy(columns, f->columns, (size_t)f->partners * sizeof(*columns));
    *ret = (struct cover_point){ .burden = f->burden,
                                 .risk = f->risk,
                                 .partners = f->partners,
                                 .readiness = f->readiness,
                                 .weakest = f->weakest,
                                 .columns = columns,
                                 .column_count = (uint32_t)f->partners };
    return 0;
}

static int answer(struct solve *z, struct arena *a, struct cover_front *ret)
{
    struct cover_point *points = arena_array_of(a, struct cover_point, (size_t)z->set.count + 1);
    if (!points)
        return EN_NO_MEMORY;
    cover_set_sort(&z->set);
    for (uint32_t i = 0; i < z->set.count; i++) {
        if (copy_point(&z->set.at[i], a, &points[i]) < 0)
            return EN_NO_MEMORY;
    }
    uint32_t gap = largest_gap(z);
    bool stopped = z->search.stopped;
    *ret = (struct cover_front){ .points = points,
                                 .count = z->set.count,
                                 .state = stopped ? COVER_STOPPED
                                          : gap   ? COVER_WITHIN
                                                  : COVER_EXACT,
                                 .gap = gap == COVER_GAP_NONE ? HUGE_VAL : gap / 1e6,
                                 .nodes = z->search.nodes,
                                 .infeasible = !stopped && z->set.count == 0 };
    return 0;
}

static int solve(struct solve *z, struct arena *a, struct cover_front *ret)
{
    int code = find_hours(z);
    code = code == 0 ? make_stages(z) : code;
    code = code == 0 ? run_passes(z) : code;
    return code == 0 ? answer(z, a, ret) : code;
}

int cover_solve(const struct cover_instance *in, const struct cover_options *o, struct arena *a,
                struct error *err, struct cover_front *ret)
{
    int code = cover_check(in, o, err);
    if (code < 0)
        return code;
    struct solve *z = base_calloc(1, sizeof(*z));
    struct arena *scratch = arena_new(SCRATCH), *temporary = arena_new(SCRATCH);
    if (z && scratch && temporary) {
        z->in = in;
        z->o = o;
        z->scratch = scratch;
        z->temporary = temporary;
        z->target = (uint32_t)(o->epsilon * COVER_PARTS_PER_ONE);
        z->search.o = o;
        z->search.set = &z->set;
        z->search.objective = o->readiness;
        code = solve(z, a, ret);
        cover_search_done(&z->search);
        cover_set_done(&z->set);
    } else {
        code = EN_NO_MEMORY;
    }
    base_free(z);
    arena_free(temporary);
    arena_free(scratch);
    return code < 0
               ? error_set(err, code, "no memory for the options of %u columns", in->column_count)
               : 0;
}
