/*
 * Coverage of a coalition: what is asked is checked, the pass of coverage_run.h made, and where it
 * had to let states go, bounds given (coverage.h says which). Never a figure without its method.
 */
#include "kernel/coverage.h"

#include "base/fault.h"
#include "kernel/coverage_run.h"

struct coverage_work *coverage_work_new(void)
{
    return base_calloc(1, sizeof(struct coverage_work));
}

void coverage_work_free(struct coverage_work *w)
{
    if (!w)
        return;
    coverage_states_done(&w->now);
    coverage_states_done(&w->next);
    base_free(w);
}

static bool is_unit(double x)
{
    return x >= 0 && x <= 1; /* false for what is not a number */
}

static int check_need(const struct coverage_need *n, struct error *err)
{
    if (n->requirement_count > COVERAGE_REQUIREMENTS_MAX)
        return error_set(err, EN_TOO_LARGE, "%u requirements, at most %d", n->requirement_count,
                         COVERAGE_REQUIREMENTS_MAX);
    if (n->cause_count > COVERAGE_CAUSES_MAX)
        return error_set(err, EN_TOO_LARGE, "%u causes, at most %d", n->cause_count,
                         COVERAGE_CAUSES_MAX);
    for (uint32_t r = 0; r < n->requirement_count; r++) {
        if (n->demands[r] < 0)
            return error_set(err, EN_INVALID, "the demand of requirement %u is negative", r);
    }
    for (uint32_t k = 0; k < n->cause_count; k++) {
        if (!is_unit(n->causes[k]))
            return error_set(err, EN_INVALID, "cause %u has no probability", k);
    }
    return 0;
}

int coverage_check_column(const struct coverage_need *n, uint32_t column, struct error *err)
{
    if (column >= n->column_count)
        return error_set(err, EN_INVALID, "there is no column %u", column);
    const struct coverage_column *c = &n->columns[column];
    if (!is_unit(c->probability))
        return error_set(err, EN_INVALID, "column %u has no probability", column);
    if (n->cause_count < COVERAGE_CAUSES_MAX && c->causes >> n->cause_count)
        return error_set(err, EN_INVALID, "column %u hangs on a cause that is not there", column);
    for (uint32_t k = 0; k < c->part_count; k++) {
        if (c->parts[k].requirement >= n->requirement_count || c->parts[k].quantity < 0)
            return error_set(err, EN_INVALID, "part %u of column %u is not one of the need", k,
                             column);
    }
    return 0;
}

int coverage_check(const struct coverage_need *need, const uint32_t *members, uint32_t count,
                   struct error *err)
{
    int rc = check_need(need, err);
    if (rc == 0 && count > COVERAGE_MEMBERS_MAX)
        rc = error_set(err, EN_TOO_LARGE, "%u members, at most %d", count, COVERAGE_MEMBERS_MAX);
    for (uint32_t i = 0; i < count && rc == 0; i++) {
        rc = coverage_check_column(need, members[i], err);
        for (uint32_t k = 0; k < i && rc == 0; k++) {
            if (need->columns[members[k]].partner == need->columns[members[i]].partner)
                rc = error_set(err, EN_INVALID, "columns %u and %u are of one partner", members[k],
                               members[i]);
        }
    }
    return rc;
}

static struct coverage of_pass(const struct coverage_pass *p)
{
    enum coverage_method by = p->dropped > 0 ? COVERAGE_BY_STATES : COVERAGE_EXACT;
    return (struct coverage){ .lower = coverage_unit(p->covered),
                              .upper = coverage_unit(p->covered + p->dropped),
                              .lower_by = by,
                              .upper_by = by,
                              .states = p->states };
}

/* Bounds from each requirement alone, where they are tighter. */
static int tighten(const struct coverage_task *every, struct coverage_work *w, struct error *err,
                   struct coverage *c)
{
    double product = 1, least = 1;
    for (uint32_t r = 0; r < every->need->requirement_count; r++) {
        struct coverage_task t = *every;
        struct coverage_pass p;
        t.only = (int)r;
        int rc = coverage_run(&t, w, err, &p);
        if (rc < 0)
            return rc;
        product *= coverage_unit(p.covered);
        double upper = coverage_unit(p.covered + p.dropped);
        least = upper < least ? upper : least;
    }
    if (product > c->lower) {
        c->lower = product;
        c->lower_by = COVERAGE_BY_REQUIREMENTS;
    }
    if (least < c->upper) {
        c->upper = least;
        c->upper_by = COVERAGE_BY_REQUIREMENTS;
    }
    if (c->lower > c->upper) /* by rounding only */
        c->lower = c->upper;
    return 0;
}

static int read_coverage(const struct coverage_task *t, struct coverage_work *w, struct error *err,
                         struct coverage *ret)
{
    struct coverage_pass p;
    int rc = coverage_run(t, w, err, &p);
    if (rc < 0)
        return rc;
    struct coverage c = of_pass(&p);
    if (c.lower_by != COVERAGE_EXACT) {
        rc = tighten(t, w, err, &c);
        if (rc < 0)
            return rc;
    }
    *ret = c;
    return 0;
}

int coverage_of(const struct coverage_need *need, const uint32_t *members, uint32_t count,
                struct coverage_work *w, struct error *err, struct coverage *ret)
{
    struct coverage_task t = { .need = need,
                               .members = members,
                               .count = count,
                               .reading = COVERAGE_EXPECTED,
                               .only = COVERAGE_EVERY };
    int rc = coverage_check(need, members, count, err);
    return rc < 0 ? rc : read_coverage(&t, w, err, ret);
}

static int check_intervals(const struct coverage_need *need, const uint32_t *members,
                           uint32_t count, struct error *err)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct coverage_column *c = &need->columns[members[i]];
        if (!is_unit(c->low) || !is_unit(c->high) || c->low > c->high)
            return error_set(err, EN_INVALID, "column %u has no interval", members[i]);
    }
    return 0;
}

int coverage_interval(const struct coverage_need *need, const uint32_t *members, uint32_t count,
                      struct coverage_work *w, struct error *err, struct coverage_interval *ret)
{
    struct coverage at[3];
    struct coverage_task t = {
        .need = need, .members = members, .count = count, .only = COVERAGE_EVERY
    };
    int rc = coverage_check(need, members, count, err);
    if (rc == 0)
        rc = check_intervals(need, members, count, err);
    for (int reading = COVERAGE_LOW; reading <= COVERAGE_HIGH && rc == 0; reading++) {
        t.reading = (enum coverage_reading)reading;
        rc = read_coverage(&t, w, err, &at[reading]);
    }
    if (rc < 0)
        return rc;
    *ret = (struct coverage_interval){ .low = at[COVERAGE_LOW],
                                       .expected = at[COVERAGE_EXPECTED],
                                       .high = at[COVERAGE_HIGH] };
    return 0;
}
