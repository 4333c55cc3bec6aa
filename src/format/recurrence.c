/* Recurrence rules into days: see recurrence.h. */
#include "format/recurrence.h"

#include "base/limits.h"
#include "base/when.h"
#include "format/recurrence_days.h"
#include "record/recurrence.h"

#define DAY INT64_C(86400000)
#define HORIZON (LIMIT_RECURRENCE_YEARS * 366 * DAY)

static struct icaltimetype date_of(int64_t ms)
{
    struct icaltimetype t = { .is_date = 1 };
    when_civil(ms, &t.year, &t.month, &t.day);
    return t;
}

/* The rule as libical reads it; false when it refuses it. */
static bool read_rule(struct slice rule, struct arena *a, struct icalrecurrencetype *ret)
{
    char *text = arena_cstr(a, rule);
    if (!text)
        return false;
    icalerror_clear_errno();
    *ret = icalrecurrencetype_from_string(text);
    return ret->freq != ICAL_NO_RECURRENCE;
}

static bool is_set(const short *list)
{
    return list[0] != ICAL_RECURRENCE_ARRAY_MAX;
}

/* Days of the month in a rule of years are those of every month (RFC 5545, 3.3.10, the table);
 * libical 3 takes the month of the first day, unless the months are named. */
static void name_months(struct icalrecurrencetype *r)
{
    if (r->freq != ICAL_YEARLY_RECURRENCE || !is_set(r->by_month_day) || is_set(r->by_month) ||
        is_set(r->by_year_day) || is_set(r->by_week_no))
        return;
    for (short m = 1; m <= 12; m++)
        r->by_month[m - 1] = m;
    r->by_month[12] = ICAL_RECURRENCE_ARRAY_MAX;
}

/* Nothing later is asked for, so nothing later need be looked at. */
static void limit_until(struct icalrecurrencetype *r, int64_t until)
{
    struct icaltimetype last = date_of(until);
    if (icaltime_is_null_time(r->until) || icaltime_compare(last, r->until) < 0)
        r->until = last;
}

/* Where libical begins: with named weekdays at the first of them in the week of the first day,
 * since it skips a week when the first day is not one of them. What comes before the first day is
 * left out again. */
static struct icaltimetype begin_of(const struct icalrecurrencetype *r, int64_t start)
{
    struct icaltimetype first = date_of(start);
    int week = (int)r->week_start, nearest = 7;
    if (r->freq != ICAL_WEEKLY_RECURRENCE || !is_set(r->by_day))
        return first;
    for (int i = 0; r->by_day[i] != ICAL_RECURRENCE_ARRAY_MAX; i++) {
        int ahead = ((int)icalrecurrencetype_day_day_of_week(r->by_day[i]) - week + 7) % 7;
        nearest = ahead < nearest ? ahead : nearest;
    }
    int since = (icaltime_day_of_week(first) - week + 7) % 7;
    return date_of(start + (nearest - since) * DAY);
}

/* Days and weeks may be counted from any of them, if nothing counts them from the first: from one
 * shortly before those that are asked for. */
static int64_t advance(const struct icalrecurrencetype *r, int64_t start, int64_t from)
{
    int64_t step = r->freq == ICAL_DAILY_RECURRENCE    ? DAY
                   : r->freq == ICAL_WEEKLY_RECURRENCE ? 7 * DAY
                                                       : 0;
    step *= r->interval;
    return step <= 0 || r->count || from <= start ? start : start + (from - start) / step * step;
}

/* What is looked for, and how many occurrences of the rule there were. */
struct search {
    int64_t start, from, until;
    size_t most;
    int count, seen; /* COUNT of the rule, 0: none */
};

static int collect(icalrecur_iterator *at, struct search *q, struct error *err,
                   struct occurrences *ret)
{
    for (int steps = 0; !q->count || q->seen < q->count; steps++) {
        struct icaltimetype t = icalrecur_iterator_next(at);
        int64_t day = when_from_civil(t.year, t.month, t.day);
        if (icaltime_is_null_time(t) || day > q->until)
            return 0;
        if (steps == LIMIT_RECURRENCE_STEPS)
            return error_set(err, EN_TOO_LARGE, "the rule recurs too often to be followed so far");
        q->seen += day >= q->start;
        if (day < q->start || day < q->from)
            continue;
        if (ret->count == q->most) {
            ret->cut = true;
            return 0;
        }
        ret->days[ret->count++] = day;
    }
    return 0;
}

int recurrence_expand(struct slice rule, int64_t start, int64_t from, int64_t until, size_t most,
                      struct arena *a, struct error *err, struct occurrences *ret)
{
    struct icalrecurrencetype recurrence;
    struct occurrences found = { .days = arena_array_of(a, int64_t, most + 1) };
    if (!found.days)
        return error_set(err, EN_NO_MEMORY, "recurrence");
    if (!recurrence_is_rule(rule) || !read_rule(rule, a, &recurrence))
        return error_set(err, EN_INVALID, "this is no recurrence rule of days");
    if (from > start + HORIZON)
        return error_set(err, EN_TOO_LARGE, "the rule began too long ago to be followed so far");
    found.cut = until > start + HORIZON;
    until = found.cut ? start + HORIZON : until;
    start = advance(&recurrence, start, from);
    struct search q = { start, from, until, most, recurrence.count, 0 };
    recurrence.count = 0;
    name_months(&recurrence);
    limit_until(&recurrence, until);
    icalrecur_iterator *at = recurrence_may_happen(&recurrence)
                                 ? icalrecur_iterator_new(recurrence, begin_of(&recurrence, start))
                                 : NULL;
    if (!at)
        return error_set(err, EN_INVALID, "the recurrence rule names no days");
    int code = collect(at, &q, err, &found);
    icalrecur_iterator_free(at);
    if (code == 0)
        *ret = found;
    return code;
}
