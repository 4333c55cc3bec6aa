/* The plan as an answer: every line says why now, and what is lost without it. See plan.h. */
#include "service/plan.h"

#include "base/limits.h"

#include <stdlib.h>

enum { DAY = 86400, WEEK_DAYS = 7 };

static struct slice day_text(struct render *r, int64_t day)
{
    return nurture_day(snapshot_arena(r->snapshot), day * DAY);
}

/* ---- why ---- */

static void say_contact(const struct nurture_plan *p, const struct nurture_row *row, bool french,
                        struct buf *out)
{
    long long since = nurture_days_since(row, p->query->as_of), longest = row->cadence_longest;
    if (since < 0)
        buf_add_cstr(out, french ? "Aucun contact connu." : "No contact is known.");
    else
        buf_printf(out, french ? "Dernier contact il y a %lld jours" : "Last contact %lld days ago",
                   since);
    if (since >= 0 && longest)
        buf_printf(out, french ? " (au plus %lld)." : " (at most %lld).", longest);
    else if (since >= 0)
        buf_add_char(out, '.');
}

static void say_fall(const struct nurture_plan *p, const struct plan_arm *x, bool french,
                     struct buf *out)
{
    char date[32];
    if (x->falls < 0)
        return;
    if (x->falls == 0) {
        buf_printf(out, french ? " La confiance est sous %.2f." : " Trust is below %.2f.",
                   p->query->floor);
        return;
    }
    when_format_ms((p->query->as_of + x->falls) * 1000, false, date);
    buf_printf(out,
               french ? " Sans rien, la confiance passe sous %.2f le %.10s."
                      : " Left alone, trust falls below %.2f on %.10s.",
               p->query->floor, date);
}

/* Needs that the partner is worth something to. */
static size_t needs_of(const struct nurture_plan *p, struct slice partner)
{
    size_t count = 0;
    for (size_t i = 0; i < p->needs->count; i++)
        count += need_worth_of(&p->needs->needs[i], partner) > 0;
    return count;
}

void plan_reason(const struct nurture_plan *p, uint32_t line, bool french, struct buf *out)
{
    const struct attention_line *l = &p->plan.lines[line];
    const struct plan_arm *x = &p->arms[l->arm];
    size_t needs = needs_of(p, x->row->partner);
    if (l->must_do)
        buf_add_cstr(out, french ? "À faire cette semaine, pour respecter l'intervalle "
                                   "maximal. "
                                 : "Must be done this week, to keep the longest interval. ");
    say_contact(p, x->row, french, out);
    say_fall(p, x, french, out);
    if (x->row->priority.len)
        buf_printf(out, french ? " Priorité " SLICE_FMT "." : " Priority " SLICE_FMT ".",
                   SLICE_ARG(x->row->priority));
    if (needs == 1)
        buf_add_cstr(out, french ? " Un besoin ouvert en dépend en partie."
                                 : " One open need counts on them.");
    else if (needs > 1)
        buf_printf(out,
                   french ? " %zu besoins ouverts en dépendent en partie."
                          : " %zu open needs count on them.",
                   needs);
}

static void write_reason(const struct nurture_plan *p, uint32_t line, struct render *r)
{
    struct buf text cleanup_buf;
    buf_init(&text, LIMIT_TEXT);
    jw_key(r->out, "because");
    jw_object(r->out);
    for (int french = 0; french < 2; french++) {
        buf_clear(&text);
        plan_reason(p, line, french, &text);
        if (buf_failed(&text))
            snapshot_fail(r->snapshot, EN_NO_MEMORY);
        jw_key_text(r->out, french ? "fr" : "en", buf_slice(&text));
    }
    jw_object_end(r->out);
}

static void write_needs(const struct nurture_plan *p, const struct plan_arm *x, struct render *r)
{
    struct json_writer *out = r->out;
    jw_key(out, "needs");
    jw_array(out);
    for (size_t i = 0; i < p->needs->count; i++) {
        double worth = need_worth_of(&p->needs->needs[i], x->row->partner);
        if (worth <= 0 || !refs_add(r->refs, p->needs->needs[i].need))
            continue;
        jw_object(out);
        jw_key_text(out, "need", p->needs->needs[i].need);
        jw_key_fixed(out, "worth", worth, 6);
        jw_object_end(out);
    }
    jw_array_end(out);
}

static void write_why(const struct nurture_plan *p, uint32_t line, struct render *r)
{
    struct json_writer *out = r->out;
    const struct plan_arm *x = &p->arms[p->plan.lines[line].arm];
    int64_t since = nurture_days_since(x->row, p->query->as_of);
    jw_key(out, "why");
    jw_object(out);
    if (x->row->priority.len)
        jw_key_text(out, "priority", x->row->priority);
    jw_key_fixed(out, "declared", x->declared, 4);
    jw_key_fixed(out, "criticality", x->critical, 4);
    jw_key_fixed(out, "importance", x->declared + x->critical, 4);
    write_needs(p, x, r);
    if (x->falls >= 0)
        jw_key_text(out, "fading_on",
                    nurture_day(snapshot_arena(r->snapshot), p->query->as_of + x->falls));
    if (since >= 0) {
        jw_key_text(out, "last_contact",
                    nurture_day(snapshot_arena(r->snapshot), x->row->contacts.last.at));
        jw_key_int(out, "days_since", since);
    }
    if (x->row->cadence_longest)
        jw_key_int(out, "cadence_longest", x->row->cadence_longest);
    jw_key_bool(out, "must_do", p->plan.lines[line].must_do);
    jw_object_end(out);
    write_reason(p, line, r);
}

/* ---- lines ---- */

/* The people met last: who to ask for. */
static void write_with(const struct plan_query *q, const struct nurture_row *row, struct render *r)
{
    const struct json *list = json_get(row->contacts.last.body, "participants");
    jw_key(r->out, "with");
    jw_array(r->out);
    for (uint32_t i = 0; list && i < list->count; i++) {
        struct slice id = json_get_text(&list->items[i], "actor");
        if (!slice_eq(id, q->of) && !slice_eq(id, row->partner) && refs_add(r->refs, id))
            jw_text(r->out, id);
    }
    jw_array_end(r->out);
}

static void write_person(const struct nurture_plan *p, struct render *r)
{
    if (p->budget && refs_add(r->refs, p->budget->person))
        jw_key_text(r->out, "person", p->budget->person);
}

static void write_trip(const struct nurture_plan *p, const struct attention_line *l,
                       struct render *r)
{
    if (l->trip == ATTENTION_NO_TRIP)
        return;
    jw_key_text(r->out, "region", p->countries[p->plan.trips[l->trip].region]);
    jw_key_int(r->out, "trip", p->trips_before + l->trip + 1);
}

static void write_gain(const struct nurture_plan *p, uint32_t line, struct json_writer *out)
{
    const struct attention_line *l = &p->plan.lines[line];
    const struct plan_arm *x = &p->arms[l->arm];
    double end = attention_trust(&p->plan.end[l->arm], p->problem.parameters);
    double without = attention_without(&p->problem, &p->plan, line);
    jw_key_fixed(out, "index", l->index, 6);
    jw_key_fixed(out, "per_hour", l->priority, 6);
    jw_key_fixed(out, "trust", x->trust.trust.expectation, 6);
    jw_key_fixed(out, "trust_end", end, 6);
    jw_key_fixed(out, "lost_if_skipped", without, 6);
    jw_key_fixed(out, "gain", (x->declared + x->critical) * (end - without), 6);
}

static int write_line(const struct nurture_plan *p, uint32_t line, struct render *r,
                      struct error *err)
{
    const struct attention_line *l = &p->plan.lines[line];
    const struct nurture_row *row = p->arms[l->arm].row;
    struct json_writer *out = r->out;
    const char *mode = p->policy->types[l->type].mode;
    struct row shown;
    int code = snapshot_get(r->snapshot, NULL, row->relationship, err, &shown);
    if (code == 0)
        code = snapshot_get(r->snapshot, NULL, row->partner, err, &shown);
    if (code < 0)
        return code;
    jw_object(out);
    if (refs_add(r->refs, row->relationship))
        jw_key_text(out, "relationship", row->relationship);
    if (refs_add(r->refs, row->partner))
        jw_key_text(out, "partner", row->partner);
    jw_key_text(out, "title", row->title);
    jw_key_text(out, "title_fr", row->title_fr);
    jw_key_cstr(out, "type", mode);
    jw_key_text(out, "on", day_text(r, plan_line_day(p, line)));
    jw_key_fixed(out, "hours", l->hours, 2);
    write_person(p, r);
    write_trip(p, l, r);
    write_gain(p, line, out);
    write_why(p, line, r);
    write_with(p->query, row, r);
    jw_object_end(out);
    return 0;
}

static void write_trips(const struct nurture_plan *p, uint32_t week, struct render *r)
{
    struct json_writer *out = r->out;
    for (uint32_t i = 0; i < p->plan.trip_count; i++) {
        const struct attention_trip *t = &p->plan.trips[i];
        if (t->week != week)
            continue;
        jw_object(out);
        jw_key_int(out, "trip", p->trips_before + i + 1);
        jw_key_text(out, "region", p->countries[t->region]);
        jw_key_fixed(out, "hours", t->hours, 2);
        write_person(p, r);
        jw_object_end(out);
    }
}

static int write_lines(const struct nurture_plan *p, uint32_t week, struct render *r,
                       struct error *err)
{
    int code = 0;
    for (uint32_t i = 0; code == 0 && i < p->plan.line_count; i++)
        if (p->plan.lines[i].week == week)
            code = write_line(p, i, r, err);
    return code;
}

int plan_write_week(const struct plan_set *set, uint32_t week, struct render *r, struct error *err)
{
    struct json_writer *out = r->out;
    int64_t first = plan_week_day(set->query, week);
    double hours = 0, used = 0;
    int code = 0;
    for (size_t i = 0; i < set->count; i++) {
        hours += set->plans[i].hours[week];
        used += set->plans[i].plan.used[week];
    }
    jw_object(out);
    jw_key_text(out, "from", day_text(r, first));
    jw_key_text(out, "until", day_text(r, first + WEEK_DAYS - 1));
    jw_key_fixed(out, "hours", hours, 2);
    jw_key_fixed(out, "used", used, 2);
    jw_key(out, "lines");
    jw_array(out);
    for (size_t i = 0; code == 0 && i < set->count; i++)
        code = write_lines(&set->plans[i], week, r, err);
    jw_array_end(out);
    jw_key(out, "trips");
    jw_array(out);
    for (size_t i = 0; i < set->count; i++)
        write_trips(&set->plans[i], week, r);
    jw_array_end(out);
    jw_object_end(out);
    return code;
}

/* ---- the rest ---- */

static void write_unmet(const struct nurture_plan *p, struct render *r)
{
    struct json_writer *out = r->out;
    for (uint32_t i = 0; i < p->plan.unmet_count; i++) {
        const struct nurture_row *row = p->arms[p->plan.unmet[i].arm].row;
        if (!refs_add(r->refs, row->relationship) || !refs_add(r->refs, row->partner))
            continue;
        jw_object(out);
        jw_key_text(out, "relationship", row->relationship);
        jw_key_text(out, "partner", row->partner);
        jw_key_text(out, "from", day_text(r, plan_week_day(p->query, p->plan.unmet[i].week)));
        write_person(p, r);
        jw_object_end(out);
    }
}

/* Relationships that none of the persons serves. */
static void write_unserved(const struct plan_set *set, struct render *r)
{
    jw_key(r->out, "unserved");
    jw_array(r->out);
    for (size_t i = 0; i < set->unserved_count; i++) {
        const struct nurture_row *row = set->unserved[i];
        if (!refs_add(r->refs, row->relationship) || !refs_add(r->refs, row->partner))
            continue;
        jw_object(r->out);
        jw_key_text(r->out, "relationship", row->relationship);
        jw_key_text(r->out, "partner", row->partner);
        jw_object_end(r->out);
    }
    jw_array_end(r->out);
}

/* Each person with their hours and what their own plan comes to. */
static void write_persons(const struct plan_set *set, struct render *r)
{
    struct json_writer *out = r->out;
    jw_key(out, "persons");
    jw_array(out);
    for (size_t i = 0; i < set->count; i++) {
        struct plan_set own = { .query = set->query, .plans = &set->plans[i], .count = 1 };
        jw_object(out);
        write_person(&set->plans[i], r);
        jw_key_int(out, "relationships", (int64_t)set->plans[i].count);
        jw_key(out, "hours");
        jw_array(out);
        for (uint32_t w = 0; w < set->query->weeks; w++)
            jw_fixed(out, set->plans[i].hours[w], 2);
        jw_array_end(out);
        jw_key(out, "used");
        jw_array(out);
        for (uint32_t w = 0; w < set->query->weeks; w++)
            jw_fixed(out, set->plans[i].plan.used[w], 2);
        jw_array_end(out);
        plan_write_compare(&own, out);
        jw_object_end(out);
    }
    jw_array_end(out);
    write_unserved(set, r);
}

static int compare_planned(const void *x, const void *y)
{
    const struct nurture_row *a = (*(const struct plan_arm *const *)x)->row,
                             *b = (*(const struct plan_arm *const *)y)->row;
    if (a->contacts.next.at != b->contacts.next.at)
        return a->contacts.next.at < b->contacts.next.at ? -1 : 1;
    int order = slice_compare(a->contacts.next.engagement, b->contacts.next.engagement);
    return order ? order : slice_compare(a->relationship, b->relationship);
}

/* The soonest first; one engagement may meet several partners. */
const struct plan_arm **plan_planned(const struct plan_set *set, struct arena *a, size_t *ret_count)
{
    size_t most = 1;
    for (size_t i = 0; i < set->count; i++)
        most += set->plans[i].count;
    const struct plan_arm **all = arena_array_of(a, const struct plan_arm *, most);
    *ret_count = 0;
    for (size_t k = 0; all && k < set->count; k++)
        for (size_t i = 0; i < set->plans[k].count; i++)
            if (set->plans[k].arms[i].planned)
                all[(*ret_count)++] = &set->plans[k].arms[i];
    if (*ret_count > 1)
        qsort(all, *ret_count, sizeof *all, compare_planned);
    return all;
}

static int write_planned(const struct nurture_row *row, struct render *r, struct error *err)
{
    struct json_writer *out = r->out;
    const struct contact *c = &row->contacts.next;
    struct row shown;
    int code = snapshot_get(r->snapshot, NULL, c->engagement, err, &shown);
    if (code < 0 || !refs_add(r->refs, c->engagement) || !refs_add(r->refs, row->partner) ||
        !refs_add(r->refs, row->relationship))
        return code;
    jw_object(out);
    jw_key_text(out, "engagement", c->engagement);
    jw_key_text(out, "relationship", row->relationship);
    jw_key_text(out, "partner", row->partner);
    jw_key_text(out, "on", nurture_day(snapshot_arena(r->snapshot), c->at));
    jw_key_text(out, "type", c->mode);
    jw_object_end(out);
    return 0;
}

int plan_write_planned(const struct plan_set *set, struct render *r, struct error *err)
{
    size_t count = 0;
    const struct plan_arm **all = plan_planned(set, snapshot_arena(r->snapshot), &count);
    int code = all ? 0 : error_set(err, EN_NO_MEMORY, "plan");
    jw_key(r->out, "planned");
    jw_array(r->out);
    for (size_t i = 0; code == 0 && i < count; i++)
        code = write_planned(all[i]->row, r, err);
    jw_array_end(r->out);
    return code;
}

static double weight_of(const struct nurture_plan *p)
{
    double sum = 0;
    for (size_t i = 0; i < p->count; i++)
        sum += p->arms[i].declared + p->arms[i].critical;
    return sum;
}

/* Trust at the end over the arms of all plans, each by its importance. */
static double value_of(const struct plan_set *set, size_t which)
{
    double sum = 0, weights = 0;
    for (size_t i = 0; i < set->count; i++) {
        const struct nurture_plan *p = &set->plans[i];
        const struct attention_plan *const ways[] = { &p->plan, &p->nothing, &p->oldest };
        double weight = set->count > 1 ? weight_of(p) : 1; /* one alone as it is */
        sum += weight * ways[which]->value;
        weights += weight;
    }
    return weights > 0 ? sum / weights : 0;
}

void plan_write_compare(const struct plan_set *set, struct json_writer *out)
{
    static const char *const ways[] = { "plan", "nothing", "oldest_first" };
    jw_key(out, "compare");
    jw_object(out);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        jw_key_fixed(out, ways[i], value_of(set, i), 6);
    jw_object_end(out);
}

static double hours_of(const struct plan_query *q)
{
    double sum = q->budget_count ? 0 : q->hours;
    for (size_t i = 0; i < q->budget_count; i++)
        sum += q->budgets[i].hours[0];
    return sum;
}

static void write_head(const struct plan_query *q, struct render *r)
{
    char as_of[32];
    when_format_ms(q->as_of * 1000, false, as_of);
    jw_key_cstr(r->out, "as_of", as_of);
    if (q->of.len && refs_add(r->refs, q->of))
        jw_key_text(r->out, "of", q->of);
    if (!q->budget_count && q->person.len && refs_add(r->refs, q->person))
        jw_key_text(r->out, "person", q->person);
    jw_key_fixed(r->out, "hours", hours_of(q), 2);
    jw_key_fixed(r->out, "floor", q->floor, 4);
}

static void write_rest(const struct plan_set *set, struct render *r)
{
    jw_key(r->out, "unmet");
    jw_array(r->out);
    for (size_t i = 0; i < set->count; i++)
        write_unmet(&set->plans[i], r);
    jw_array_end(r->out);
    if (set->query->budget_count)
        write_persons(set, r);
}

int plan_write(struct node *n, const struct plan_query *q, struct render *r, struct error *err)
{
    struct trust_desk *d = NULL;
    struct plan_set set = { .query = q };
    size_t relationships = 0;
    int code = trust_open(n, r->snapshot, err, &d);
    if (code == 0 && q->of.len)
        code = plan_set_make(d, n, r->snapshot, q, err, &set);
    for (size_t i = 0; i < set.count; i++)
        relationships += set.plans[i].count;
    write_head(q, r);
    jw_key_int(r->out, "relationships", (int64_t)relationships);
    jw_key(r->out, "weeks");
    jw_array(r->out);
    for (uint32_t w = 0; code == 0 && q->of.len && w < q->weeks; w++)
        code = plan_write_week(&set, w, r, err);
    jw_array_end(r->out);
    write_rest(&set, r);
    if (code == 0)
        code = plan_write_planned(&set, r, err);
    plan_write_compare(&set, r->out);
    trust_close(d);
    return code;
}
