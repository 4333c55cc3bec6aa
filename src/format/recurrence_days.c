/*
 * Whether a recurrence rule can name any day at all: its parts, as conditions on a day, are tried
 * on every day of the fourteen years there are (leap or not, by the weekday of 1 January). BYSETPOS
 * asks for the n-th day of a month or year: there must be so many. Cost: some thousand days.
 */
#include "format/recurrence_days.h"

#include <stdlib.h>

struct day {
    int month, of_month, month_length, of_year, year_length, weekday; /* Sunday is 0 */
};

static bool is_set(const short *list)
{
    return list[0] != ICAL_RECURRENCE_ARRAY_MAX;
}

/* The number, or the same counted from the end. */
static bool names(const short *list, int from_start, int length)
{
    for (int i = 0; list[i] != ICAL_RECURRENCE_ARRAY_MAX; i++)
        if (list[i] == from_start || list[i] == from_start - length - 1)
            return true;
    return !is_set(list);
}

/* "MO", or the n-th Monday of the month or year. */
static bool is_weekday(const struct icalrecurrencetype *r, const struct day *d)
{
    bool ordinal = r->freq == ICAL_MONTHLY_RECURRENCE || r->freq == ICAL_YEARLY_RECURRENCE;
    bool of_month = r->freq == ICAL_MONTHLY_RECURRENCE || is_set(r->by_month);
    int at = of_month ? d->of_month : d->of_year;
    int length = of_month ? d->month_length : d->year_length;
    for (int i = 0; r->by_day[i] != ICAL_RECURRENCE_ARRAY_MAX; i++) {
        int n = icalrecurrencetype_day_position(r->by_day[i]);
        if ((int)icalrecurrencetype_day_day_of_week(r->by_day[i]) - 1 != d->weekday)
            continue;
        if (n == 0 || !ordinal || n == (at - 1) / 7 + 1 || n == -((length - at) / 7 + 1))
            return true;
    }
    return !is_set(r->by_day);
}

static bool happens_on(const struct icalrecurrencetype *r, const struct day *d)
{
    bool month = !is_set(r->by_month);
    for (int i = 0; !month && r->by_month[i] != ICAL_RECURRENCE_ARRAY_MAX; i++)
        month = r->by_month[i] == d->month;
    return month && names(r->by_month_day, d->of_month, d->month_length) &&
           names(r->by_year_day, d->of_year, d->year_length) && is_weekday(r, d);
}

/* The most days of one month, and of one year, in such a year. */
struct most {
    int month, year;
};

static void count_year(const struct icalrecurrencetype *r, bool leap, int first, struct most *most)
{
    static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    struct day d = { .year_length = leap ? 366 : 365 };
    int year = 0;
    for (d.month = 1; d.month <= 12; d.month++) {
        int month = 0;
        d.month_length = lengths[d.month - 1] + (leap && d.month == 2);
        for (d.of_month = 1; d.of_month <= d.month_length; d.of_month++) {
            d.weekday = (first + d.of_year++) % 7;
            month += happens_on(r, &d);
        }
        most->month = month > most->month ? month : most->month;
        year += month;
    }
    most->year = year > most->year ? year : most->year;
}

static int count_list(const short *list)
{
    int count = 0;
    while (list[count] != ICAL_RECURRENCE_ARRAY_MAX)
        count++;
    return count;
}

/* The most days of one period, of which BYSETPOS picks the n-th. */
static int count_set(const struct icalrecurrencetype *r, const struct most *most)
{
    bool expands = is_set(r->by_day) || is_set(r->by_month_day) || is_set(r->by_year_day) ||
                   is_set(r->by_week_no);
    int days = count_list(r->by_day), months = count_list(r->by_month);
    switch (r->freq) {
    case ICAL_WEEKLY_RECURRENCE:
        return days ? days : 1;
    case ICAL_MONTHLY_RECURRENCE:
        return expands ? most->month : 1;
    case ICAL_YEARLY_RECURRENCE:
        return expands ? most->year : months ? months : 1;
    default:
        return 1;
    }
}

bool recurrence_may_happen(const struct icalrecurrencetype *r)
{
    struct most most = { 0 };
    int nearest = is_set(r->by_set_pos) ? 1000 : 1;
    for (int first = 0; first < 7; first++) {
        count_year(r, false, first, &most);
        count_year(r, true, first, &most);
    }
    for (int i = 0; r->by_set_pos[i] != ICAL_RECURRENCE_ARRAY_MAX; i++)
        nearest = abs(r->by_set_pos[i]) < nearest ? abs(r->by_set_pos[i]) : nearest;
    return most.year > 0 && nearest <= count_set(r, &most);
}
