/* Making a plan: see plan.h. */
#include "service/plan.h"

#include "service/node_internal.h"

#include <math.h>
#include <stdlib.h>

enum { DAY = 86400, WEEK_DAYS = 7, THURSDAY = 3 };

/* ---- days ---- */

static int64_t day_of(int64_t seconds)
{
    return seconds / DAY - (seconds % DAY < 0);
}

int64_t plan_week_day(const struct plan_query *q, uint32_t week)
{
    return day_of(q->as_of) + (int64_t)week * WEEK_DAYS;
}

/* Monday is the first; 1970 began on a Thursday. */
static bool is_working(const struct nurture *policy, int64_t day)
{
    int64_t weekday = ((day + THURSDAY) % WEEK_DAYS + WEEK_DAYS) % WEEK_DAYS;
    return weekday < policy->working_days;
}

static bool is_free(const struct plan_query *q, const struct nurture *policy, int64_t day)
{
    for (size_t i = 0; i < q->blackout_count; i++)
        if (q->blackout[i] == day)
            return false;
    return is_working(policy, day);
}

static uint32_t free_days(const struct plan_query *q, const struct nurture *policy, uint32_t week)
{
    uint32_t count = 0;
    for (int i = 0; i < WEEK_DAYS; i++)
        count += is_free(q, policy, plan_week_day(q, week) + i);
    return count;
}

static int64_t nth_free_day(const struct nurture_plan *p, uint32_t week, uint32_t nth)
{
    int64_t first = plan_week_day(p->query, week), last = first;
    for (int i = 0; i < WEEK_DAYS; i++) {
        if (!is_free(p->query, p->policy, first + i))
            continue;
        last = first + i;
        if (nth-- == 0)
            break;
    }
    return last;
}

int64_t plan_line_day(const struct nurture_plan *p, uint32_t line)
{
    const struct attention_line *x = &p->plan.lines[line];
    uint32_t days = free_days(p->query, p->policy, x->week), first = line;
    double before = 0;
    for (uint32_t i = line; i-- > 0 && p->plan.lines[i].week == x->week;)
        if (x->trip != ATTENTION_NO_TRIP && p->plan.lines[i].trip == x->trip)
            first = i; /* visits of one trip are on one day */
    for (uint32_t i = first; i-- > 0 && p->plan.lines[i].week == x->week;)
        before += p->plan.lines[i].hours;
    double each = days ? p->hours[x->week] / days : 0;
    double nth = each > 0 ? before / each : 0;
    return nth_free_day(p, x->week, (uint32_t)nth);
}

/* ---- arms ---- */

static bool same_partner(const struct nurture_row *a, const struct nurture_row *b)
{
    return slice_eq(a->partner, b->partner);
}

/* The priority that counts: the highest stated. */
static bool outranks(const struct nurture_row *a, const struct nurture_row *b)
{
    int x = nurture_priority(a->priority), y = nurture_priority(b->priority);
    return (x ? x : NURTURE_PRIORITIES) < (y ? y : NURTURE_PRIORITIES);
}

static int compare_rows(const void *x, const void *y)
{
    const struct nurture_row *a = *(const struct nurture_row *const *)x,
                             *b = *(const struct nurture_row *const *)y;
    int order = slice_compare(a->partner, b->partner);
    if (order == 0)
        order = outranks(a, b) ? -1 : outranks(b, a) ? 1 : 0;
    return order ? order : slice_compare(a->relationship, b->relationship);
}

/* The rows that person number `who` serves (any, when served is NULL), each partner once. */
static int choose_rows(struct snapshot *s, const struct nurture_rows *rows, const int *served,
                       int who, struct error *err, const struct nurture_row ***ret,
                       size_t *ret_count)
{
    const struct nurture_row **all =
        arena_array_of(snapshot_arena(s), const struct nurture_row *, rows->count + 1);
    size_t count = 0, kept = 0;
    if (!all)
        return error_set(err, EN_NO_MEMORY, "plan");
    for (size_t i = 0; i < rows->count; i++)
        if (!served || served[i] == who)
            all[count++] = &rows->rows[i];
    if (count > 1)
        qsort(all, count, sizeof *all, compare_rows);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || !same_partner(all[i], all[kept - 1]))
            all[kept++] = all[i];
    *ret = all;
    *ret_count = kept;
    return 0;
}

static int make_arms(struct snapshot *s, const struct nurture_rows *rows, const int *served,
                     int who, struct error *err, struct nurture_plan *p)
{
    const struct nurture_row **chosen;
    int code = choose_rows(s, rows, served, who, err, &chosen, &p->count);
    if (code < 0)
        return code;
    p->arms = arena_array_of(snapshot_arena(s), struct plan_arm, p->count + 1);
    for (size_t i = 0; p->arms && i < p->count; i++)
        p->arms[i].row = chosen[i];
    return p->arms ? 0 : error_set(err, EN_NO_MEMORY, "plan");
}

/* What is needed most counts whole, the rest by how its priority compares. */
static double need_share(const struct nurture *policy, struct slice priority)
{
    double first = policy->importance[1];
    double own = policy->importance[nurture_priority(priority)];
    return first > 0 ? fmin(own / first, 1) : 0;
}

/* The seam to the options: what the partner is worth to the open needs, 0 .. the number of needs.
 */
static double criticality_of(const struct nurture_plan *p, struct slice partner)
{
    double sum = 0;
    for (size_t i = 0; i < p->needs->count; i++)
        sum += need_share(p->policy, p->needs->needs[i].priority) *
               need_worth_of(&p->needs->needs[i], partner);
    return sum;
}

static int judge_arms(struct trust_desk *d, struct node *n, struct error *err,
                      struct nurture_plan *p)
{
    const struct trust_parameters *parameters = trust_parameters_of(d);
    const struct plan_query *q = p->query;
    for (size_t i = 0; i < p->count; i++) {
        struct plan_arm *x = &p->arms[i];
        struct trust_query ours = { .truster = q->of,
                                    .trustee = x->row->partner,
                                    .as_of = q->as_of,
                                    .dimension = TRUST_ALL,
                                    .half_life = x->row->half_life };
        int code = trust_figure(d, &ours, err, &x->trust);
        const struct decay *decay = node_decay(n, x->row->half_life);
        if (code < 0 || !decay)
            return code < 0 ? code : error_set(err, EN_NO_MEMORY, "plan");
        x->falls = opinion_time_to_fall(x->trust.reading.total, x->trust.trust.prior,
                                        parameters->lambda, q->floor, decay, decay, parameters);
        x->declared = p->policy->importance[nurture_priority(x->row->priority)];
        x->critical = p->policy->criticality * criticality_of(p, x->row->partner);
        int64_t end = (plan_week_day(q, 0) + (int64_t)q->weeks * WEEK_DAYS) * DAY;
        x->planned = x->row->contacts.next.engagement.len && x->row->contacts.next.at < end;
    }
    return 0;
}

/* ---- the problem ---- */

static int32_t weeks_of(int64_t days)
{
    return days > INT32_MAX / 2 ? INT32_MAX / 2 : (int32_t)(days / WEEK_DAYS);
}

/* The week by whose end contact must be: the last one in which the longest interval is kept. */
static int32_t due_week(const struct nurture_plan *p, const struct plan_arm *x)
{
    int64_t longest = x->row->cadence_longest, since = nurture_days_since(x->row, p->query->as_of);
    if (!(p->policy->must_do >> nurture_priority(x->row->priority) & 1) || !longest)
        return ATTENTION_NEVER;
    return since < 0 || since >= longest ? 0 : weeks_of(longest - since);
}

static uint32_t region_of(const struct nurture_plan *p, struct slice country)
{
    for (uint32_t i = 0; i < p->problem.region_count; i++)
        if (slice_eq(p->countries[i], country))
            return i;
    return ATTENTION_NOWHERE;
}

/* Half the ideal interval, if that is longer than the policy's: how often we mean to meet. */
static int32_t gap_of(const struct nurture_plan *p, const struct nurture_row *row)
{
    int64_t half = row->cadence_ideal / 2, least = p->policy->gap_days;
    return weeks_of(half > least ? half : least);
}

static struct attention_arm arm_of(const struct nurture_plan *p, const struct plan_arm *x)
{
    const struct nurture_row *row = x->row;
    int64_t since = nurture_days_since(row, p->query->as_of);
    struct attention_arm arm = {
        .state = { .kept = x->trust.reading.total.kept,
                   .broken = x->trust.reading.total.broken,
                   .prior = x->trust.trust.prior,
                   .rate = log(2) * WEEK_DAYS * DAY / (double)row->half_life },
        .importance = x->declared + x->critical,
        .types = x->planned ? 0 : (1u << p->policy->type_count) - 1,
        .region = row->country.len ? region_of(p, row->country) : ATTENTION_NOWHERE,
        .due = x->planned ? ATTENTION_NEVER : due_week(p, x),
        .every = row->cadence_longest > WEEK_DAYS ? weeks_of(row->cadence_longest) : 1,
        .since = since < 0 ? INT32_MAX / 2 : weeks_of(since),
        .ideal = weeks_of(row->cadence_ideal),
        .gap = gap_of(p, row),
    };
    return arm;
}

static bool make_regions(struct nurture_plan *p, struct arena *a)
{
    double *trips = arena_array_of(a, double, p->count + 1);
    p->countries = arena_array_of(a, struct slice, p->count + 1);
    if (!trips || !p->countries)
        return false;
    for (size_t i = 0; i < p->count; i++) {
        struct slice country = p->arms[i].row->country;
        if (!country.len || region_of(p, country) != ATTENTION_NOWHERE)
            continue;
        p->countries[p->problem.region_count] = country;
        trips[p->problem.region_count++] = nurture_trip(p->policy, p->home_country, country);
    }
    p->problem.trip_hours = trips;
    return true;
}

/* ---- hours ---- */

static const struct attention_type *form_of(const struct nurture *policy, struct slice mode)
{
    for (uint32_t i = 0; i < policy->type_count; i++)
        if (slice_is(mode, policy->types[i].mode))
            return &policy->types[i].form;
    return NULL;
}

static int64_t week_of(const struct nurture_plan *p, const struct contact *c)
{
    return (day_of(c->at) - plan_week_day(p->query, 0)) / WEEK_DAYS;
}

/* Does an accepted visit before this one, in the order of arms, make the same trip? */
static bool trip_counted(const struct nurture_plan *p, size_t arm, uint32_t nth)
{
    const struct nurture_row *row = p->arms[arm].row;
    for (size_t i = 0; i <= arm; i++) {
        const struct nurture_row *other = p->arms[i].row;
        uint32_t count = i == arm ? nth : other->contacts.accepted_count;
        for (uint32_t k = 0; slice_eq(other->country, row->country) && k < count; k++) {
            const struct contact *c = &other->contacts.accepted[k];
            const struct attention_type *t = form_of(p->policy, c->mode);
            if (t && t->travels && week_of(p, c) == week_of(p, &row->contacts.accepted[nth]))
                return true;
        }
    }
    return false;
}

/* What an accepted line takes of its week; its trip counts with the first visit of it. */
static void take_hours(struct nurture_plan *p, size_t arm, uint32_t nth)
{
    const struct nurture_row *row = p->arms[arm].row;
    const struct contact *c = &row->contacts.accepted[nth];
    const struct attention_type *t = form_of(p->policy, c->mode);
    int64_t week = week_of(p, c);
    if (!t || day_of(c->at) < plan_week_day(p->query, 0) || week >= p->query->weeks)
        return;
    double hours = t->hours;
    if (t->travels && row->country.len && !trip_counted(p, arm, nth))
        hours += nurture_trip(p->policy, p->home_country, row->country);
    p->hours[week] = fmax(0, p->hours[week] - hours);
}

static void set_hours(struct nurture_plan *p)
{
    const struct plan_query *q = p->query;
    for (uint32_t w = 0; w < q->weeks; w++) {
        double share = (double)free_days(q, p->policy, w) / (double)p->policy->working_days;
        p->hours[w] = (p->budget ? p->budget->hours[w] : q->hours) * share;
    }
    for (size_t i = 0; i < p->count; i++)
        for (uint32_t k = 0; k < p->arms[i].row->contacts.accepted_count; k++)
            take_hours(p, i, k);
}

static int home_country(struct snapshot *s, struct slice of, struct error *err, struct slice *ret)
{
    struct row row;
    int code = snapshot_get(s, NULL, of, err, &row);
    if (code == 0)
        code = snapshot_body(s, &row, err);
    if (code == 0)
        *ret = json_get_text(row.body, "country");
    return code;
}

static int solve(struct trust_desk *d, struct snapshot *s, struct error *err,
                 struct nurture_plan *p)
{
    struct arena *a = snapshot_arena(s);
    struct attention_arm *arms = arena_array_of(a, struct attention_arm, p->count + 1);
    struct attention_type *types = arena_array_of(a, struct attention_type, ATTENTION_TYPES_MAX);
    if (!arms || !types || !make_regions(p, a))
        return error_set(err, EN_NO_MEMORY, "plan");
    for (uint32_t i = 0; i < p->policy->type_count; i++)
        types[i] = p->policy->types[i].form;
    for (size_t i = 0; i < p->count; i++)
        arms[i] = arm_of(p, &p->arms[i]);
    set_hours(p);
    p->problem.parameters = trust_parameters_of(d);
    p->problem.types = types;
    p->problem.type_count = p->policy->type_count;
    p->problem.arms = arms;
    p->problem.arm_count = (uint32_t)p->count;
    p->problem.hours = p->hours;
    p->problem.weeks = p->query->weeks;
    int code = attention_plan_make(&p->problem, ATTENTION_INDEX, a, err, &p->plan);
    if (code == 0)
        code = attention_plan_make(&p->problem, ATTENTION_NOTHING, a, err, &p->nothing);
    if (code == 0)
        code = attention_plan_make(&p->problem, ATTENTION_OLDEST, a, err, &p->oldest);
    return code;
}

/* ---- budgets ---- */

/* Person number `who`, or all rows. */
static int make_one(struct trust_desk *d, struct node *n, struct snapshot *s,
                    const struct nurture_rows *rows, const int *served, int who, struct error *err,
                    struct plan_set *set)
{
    struct nurture_plan *p = &set->plans[set->count];
    const struct nurture_plan *before = set->count ? p - 1 : NULL;
    *p = (struct nurture_plan){ .query = set->query, .policy = node_nurture(n) };
    p->needs = &set->needs;
    p->budget = set->query->budget_count ? &set->query->budgets[who] : NULL;
    p->trips_before = before ? before->trips_before + before->plan.trip_count : 0;
    int code = home_country(s, set->query->of, err, &p->home_country);
    if (code == 0)
        code = make_arms(s, rows, served, who, err, p);
    if (code == 0)
        code = judge_arms(d, n, err, p);
    if (code == 0)
        code = solve(d, s, err, p);
    set->count++;
    return code;
}

/* The persons that rows are shared out among. */
static int persons_of(struct snapshot *s, const struct plan_query *q, struct error *err,
                      struct slice **ret, size_t *ret_count)
{
    struct slice *all = arena_array_of(snapshot_arena(s), struct slice, q->budget_count + 1);
    if (!all)
        return error_set(err, EN_NO_MEMORY, "plan");
    all[0] = q->person;
    for (size_t i = 0; i < q->budget_count; i++)
        all[i] = q->budgets[i].person;
    *ret = all;
    *ret_count = q->budget_count ? q->budget_count : q->person.len > 0;
    return 0;
}

static int make_all(struct trust_desk *d, struct node *n, struct snapshot *s,
                    const struct nurture_rows *rows, const int *served, size_t persons,
                    struct error *err, struct plan_set *set)
{
    size_t count = persons ? persons : 1;
    int code = 0;
    set->plans = arena_array_of(snapshot_arena(s), struct nurture_plan, count);
    if (!set->plans)
        return error_set(err, EN_NO_MEMORY, "plan");
    for (size_t i = 0; code == 0 && i < count; i++)
        code = make_one(d, n, s, rows, served, (int)i, err, set);
    if (code == 0 && set->query->budget_count)
        code = choose_rows(s, rows, served, PLAN_NOBODY, err, &set->unserved, &set->unserved_count);
    return code;
}

int plan_set_make(struct trust_desk *d, struct node *n, struct snapshot *s,
                  const struct plan_query *q, struct error *err, struct plan_set *ret)
{
    struct nurture_rows rows = { 0 };
    struct slice *persons = NULL;
    size_t count = 0;
    int *served = NULL;
    *ret = (struct plan_set){ .query = q };
    int code = nurture_rows_read(n, s, q->of, q->as_of, err, &rows);
    if (code == 0)
        code = need_worths_read(n, s, q->as_of * 1000, err, &ret->needs);
    if (code == 0)
        code = persons_of(s, q, err, &persons, &count);
    if (code == 0 && count)
        code = plan_people(s, &rows, persons, count, q->as_of * 1000, err, &served);
    return code < 0 ? code : make_all(d, n, s, &rows, served, count, err, ret);
}
