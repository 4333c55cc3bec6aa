/* ISO 8601 durations: see duration.h. */
#include "base/duration.h"

#include "base/when.h"

#include <string.h>

enum { DAY_SECONDS = 86400 };
static const int64_t months_max = (int64_t)DURATION_YEARS_MAX * 12;
static const int64_t days_max = (int64_t)DURATION_YEARS_MAX * 366;
static const int64_t seconds_max = (int64_t)DURATION_YEARS_MAX * 366 * DAY_SECONDS;

struct sums {
    int64_t months, days, seconds;
    int parts;
    bool weeks;
};

/* The letters in the order in which they may come, and what each counts. */
struct unit {
    char letter;
    int64_t months, days, seconds;
};
static const struct unit date_units[] = {
    { 'Y', 12, 0, 0 }, { 'M', 1, 0, 0 }, { 'W', 0, 7, 0 }, { 'D', 0, 1, 0 }, { 0 }
};
static const struct unit time_units[] = {
    { 'H', 0, 0, 3600 }, { 'M', 0, 0, 60 }, { 'S', 0, 0, 1 }, { 0 }
};

/* Digits and a letter at `at`; moves past both. */
static bool take_part(struct slice text, size_t *at, int64_t *ret_count, char *ret_letter)
{
    size_t i = *at;
    int64_t count = 0;
    while (i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9' && count <= seconds_max)
        count = count * 10 + (text.ptr[i++] - '0');
    if (i == *at || i == text.len || count > seconds_max)
        return false;
    *ret_count = count;
    *ret_letter = text.ptr[i];
    *at = i + 1;
    return true;
}

/* Every part of one half, each unit once and in order. */
static bool take_half(struct slice text, const struct unit *units, struct sums *s)
{
    for (size_t at = 0; at < text.len; s->parts++) {
        int64_t count;
        char letter;
        if (!take_part(text, &at, &count, &letter))
            return false;
        while (units->letter && units->letter != letter)
            units++;
        if (!units->letter)
            return false;
        s->weeks |= letter == 'W';
        s->months += units->months * count;
        s->days += units->days * count;
        s->seconds += units->seconds * count;
        if (s->months > months_max || s->days > days_max || s->seconds > seconds_max)
            return false;
        units++;
    }
    return true;
}

bool duration_parse(struct slice text, struct duration *ret)
{
    struct sums s = { 0 };
    if (text.len < 3 || text.ptr[0] != 'P')
        return false;
    struct slice rest = slice_make(text.ptr + 1, text.len - 1);
    const char *t = memchr(rest.ptr, 'T', rest.len);
    struct slice date = t ? slice_make(rest.ptr, (size_t)(t - rest.ptr)) : rest;
    struct slice time = t ? slice_make(t + 1, rest.len - date.len - 1) : S("");
    if ((t && !time.len) || !take_half(date, date_units, &s) || !take_half(time, time_units, &s))
        return false;
    if (s.parts == 0 || (s.weeks && s.parts > 1))
        return false;
    *ret = (struct duration){ (int32_t)s.months, (int32_t)s.days, s.seconds };
    return true;
}

static void add_part(struct buf *out, int64_t count, char letter)
{
    if (count)
        buf_printf(out, "%lld%c", (long long)count, letter);
}

void duration_write(struct duration d, struct buf *out)
{
    buf_add_char(out, 'P');
    add_part(out, d.months / 12, 'Y');
    add_part(out, d.months % 12, 'M');
    if (d.days || duration_is_zero(d))
        buf_printf(out, "%dD", d.days);
    if (!d.seconds)
        return;
    buf_add_char(out, 'T');
    add_part(out, d.seconds / 3600, 'H');
    add_part(out, d.seconds % 3600 / 60, 'M');
    add_part(out, d.seconds % 60, 'S');
}

bool duration_is_zero(struct duration d)
{
    return d.months == 0 && d.days == 0 && d.seconds == 0;
}

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int64_t year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return days[month - 1] + (month == 2 && is_leap(year));
}

/* The same time of day, so many months later, on a day that exists. */
static int64_t add_months(int64_t ms, int64_t months)
{
    int64_t day_ms = (int64_t)DAY_SECONDS * 1000, of_day = (ms % day_ms + day_ms) % day_ms;
    int year, month, day;
    when_civil(ms, &year, &month, &day);
    int64_t total = clamp((int64_t)year * 12 + month - 1 + months, 12, 9999 * 12 + 11);
    int64_t new_year = total / 12;
    int new_month = (int)(total % 12) + 1, last = days_in_month(new_year, new_month);
    return when_from_civil((int)new_year, new_month, day < last ? day : last) + of_day;
}

int64_t duration_after(int64_t ms, struct duration d, int times)
{
    int64_t first = when_from_civil(1, 1, 1);
    int64_t last = when_from_civil(9999, 12, 31) + (int64_t)DAY_SECONDS * 1000 - 1;
    ms = clamp(ms, first, last);
    if (d.months)
        ms = add_months(ms, (int64_t)d.months * times);
    int64_t seconds = ((int64_t)d.days * DAY_SECONDS + d.seconds);
    int64_t most = (last - first) / 1000;
    if (seconds && (times > most / seconds || times < -(most / seconds)))
        return times > 0 ? last : first;
    return clamp(ms + seconds * times * 1000, first, last);
}

int64_t duration_seconds_from(int64_t ms, struct duration d)
{
    return (duration_after(ms, d, 1) - ms) / 1000;
}
