/*
 * Times: civil dates and milliseconds, the four text forms, durations.
 *
 * The calendar is the proleptic Gregorian one; days are counted in eras of 400 years that begin on
 * 1 March, so that the leap day is the last of its year. No time zone data and no libc calendar is
 * involved, so every machine agrees.
 *
 * Invariant: every `when` and every text here lies within the years 0001..9999. Only when_clock_ms
 * reads a clock.
 */
#include "base/when.h"

#include <time.h>

enum { MS_SECOND = 1000, MS_MINUTE = 60 * MS_SECOND, MS_HOUR = 60 * MS_MINUTE };
enum { MS_DAY = 24 * MS_HOUR };
enum { DAYS_ERA = 146097, DAYS_TO_1970 = 719468 }; /* from 0000-03-01 */

#define FIRST_MS INT64_C(-62135596800000) /* 0001-01-01 */
#define LAST_MS INT64_C(253402300799999)  /* the end of 9999 */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Months are 0..11 from March; days before month m: (153 m + 2) / 5. */
int64_t when_from_civil(int year, int month, int day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = floor_div(y, 400);
    int64_t year_of_era = y - era * 400;
    int64_t from_march = (month + 9) % 12;
    int64_t day_of_year = (153 * from_march + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (era * DAYS_ERA + day_of_era - DAYS_TO_1970) * MS_DAY;
}

void when_civil(int64_t ms, int *ret_year, int *ret_month, int *ret_day)
{
    int64_t days = floor_div(ms, MS_DAY) + DAYS_TO_1970;
    int64_t era = floor_div(days, DAYS_ERA);
    int64_t day_of_era = days - era * DAYS_ERA;
    /* take the leap days out: one per 4 years, not per 100, but per 400 */
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t from_march = (5 * day_of_year + 2) / 153;
    *ret_day = (int)(day_of_year - (153 * from_march + 2) / 5 + 1);
    *ret_month = (int)(from_march < 10 ? from_march + 3 : from_march - 9);
    *ret_year = (int)(year_of_era + era * 400 + (*ret_month <= 2));
}

static int days_in_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : days[month - 1];
}

/* ---- reading ---- */

/* Takes `count` digits off the front. */
static bool take_number(struct slice *rest, size_t count, int *ret)
{
    int value = 0;
    if (rest->len < count) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        char c = rest->ptr[i];
        if (c < '0' || c > '9') {
            return false;
        }
        value = value * 10 + (c - '0');
    }
    *rest = slice_make(rest->ptr + count, rest->len - count);
    *ret = value;
    return true;
}

static bool take_char(struct slice *rest, char c)
{
    if (rest->len == 0 || rest->ptr[0] != c) {
        return false;
    }
    *rest = slice_make(rest->ptr + 1, rest->len - 1);
    return true;
}

/* Digits after the point; those past the millisecond are dropped. */
static bool take_fraction(struct slice *rest, int *ret_ms)
{
    int digit = 0;
    int scale = 100;
    if (!take_number(rest, 1, &digit)) {
        return false;
    }
    do {
        *ret_ms += digit * scale;
        scale /= 10;
    } while (take_number(rest, 1, &digit));
    return true;
}

/* Z or +hh:mm; the offset in ms that UTC is behind. */
static bool take_offset(struct slice *rest, int64_t *ret)
{
    if (take_char(rest, 'Z') || take_char(rest, 'z')) {
        *ret = 0;
        return true;
    }
    bool east = take_char(rest, '+');
    int hours = 0;
    int minutes = 0;
    if ((!east && !take_char(rest, '-')) || !take_number(rest, 2, &hours) ||
        !take_char(rest, ':') || !take_number(rest, 2, &minutes) || hours > 23 || minutes > 59) {
        return false;
    }
    int64_t offset = (int64_t)hours * MS_HOUR + (int64_t)minutes * MS_MINUTE;
    *ret = east ? offset : -offset;
    return true;
}

/* hh:mm:ss with fraction and offset, all that is left; ms from the local midnight. A leap second
 * has no instant of its own here: it becomes the last millisecond before it. */
static bool take_time(struct slice *rest, int64_t *ret_ms, bool *ret_leap)
{
    int hour = 0;
    int minute = 0;
    int second = 0;
    int fraction = 0;
    int64_t offset = 0;
    if (!take_number(rest, 2, &hour) || !take_char(rest, ':') || !take_number(rest, 2, &minute) ||
        !take_char(rest, ':') || !take_number(rest, 2, &second)) {
        return false;
    }
    if ((take_char(rest, '.') && !take_fraction(rest, &fraction)) || !take_offset(rest, &offset) ||
        rest->len > 0 || hour > 23 || minute > 59 || second > 60) {
        return false;
    }
    *ret_leap = second == 60;
    int64_t in_minute = *ret_leap ? MS_MINUTE - 1 : second * MS_SECOND + fraction;
    *ret_ms = (int64_t)hour * MS_HOUR + (int64_t)minute * MS_MINUTE + in_minute - offset;
    return true;
}

/* Leap seconds come at the end of June and of December, UTC. */
static bool may_be_leap_second(int64_t ms)
{
    int year = 0;
    int month = 0;
    int day = 0;
    when_civil(ms + 1, &year, &month, &day);
    return (ms + 1) % MS_DAY == 0 && day == 1 && (month == 1 || month == 7);
}

static bool parse_instant(struct slice rest, int64_t midnight, struct when *ret)
{
    int64_t ms = 0;
    bool leap = false;
    if ((!take_char(&rest, 'T') && !take_char(&rest, 't')) || !take_time(&rest, &ms, &leap)) {
        return false;
    }
    ms += midnight;
    if (leap && !may_be_leap_second(ms)) {
        return false;
    }
    if (ms < FIRST_MS || ms > LAST_MS) { /* the offset can lead out of the calendar */
        return false;
    }
    *ret = (struct when){ .ms = ms, .precision = WHEN_INSTANT };
    return true;
}

bool when_parse(struct slice text, struct when *ret)
{
    int year = 0;
    int month = 1;
    int day = 1;
    enum when_precision precision = WHEN_YEAR;
    if (!take_number(&text, 4, &year) || year < 1) {
        return false;
    }
    if (take_char(&text, '-')) {
        precision = WHEN_MONTH;
        if (!take_number(&text, 2, &month) || month < 1 || month > 12) {
            return false;
        }
        if (take_char(&text, '-')) {
            precision = WHEN_DAY;
            if (!take_number(&text, 2, &day) || day < 1 || day > days_in_month(year, month)) {
                return false;
            }
        }
    }
    int64_t midnight = when_from_civil(year, month, day);
    if (text.len > 0) {
        return precision == WHEN_DAY && parse_instant(text, midnight, ret);
    }
    *ret = (struct when){ .ms = midnight, .precision = precision };
    return true;
}

/* ---- writing ---- */

void when_write(struct when w, struct buf *out)
{
    int year = 0;
    int month = 0;
    int day = 0;
    when_civil(w.ms, &year, &month, &day);
    switch (w.precision) {
    case WHEN_YEAR:
        buf_printf(out, "%04d", year);
        break;
    case WHEN_MONTH:
        buf_printf(out, "%04d-%02d", year, month);
        break;
    case WHEN_DAY:
        buf_printf(out, "%04d-%02d-%02d", year, month, day);
        break;
    case WHEN_INSTANT: {
        char text[32];
        when_format_ms(w.ms, w.ms % MS_SECOND != 0, text);
        buf_add_cstr(out, text);
        break;
    }
    }
}

static char *put_digits(char *at, int value, int digits)
{
    for (int i = digits; i-- > 0; value /= 10) {
        at[i] = (char)('0' + value % 10);
    }
    return at + digits;
}

void when_format_ms(int64_t ms, bool with_ms, char ret[32])
{
    int year = 0;
    int month = 0;
    int day = 0;
    ms = ms < FIRST_MS ? FIRST_MS : ms > LAST_MS ? LAST_MS : ms;
    when_civil(ms, &year, &month, &day);
    int of_day = (int)(ms - floor_div(ms, MS_DAY) * MS_DAY);
    char *at = put_digits(ret, year, 4);
    *at++ = '-';
    at = put_digits(at, month, 2);
    *at++ = '-';
    at = put_digits(at, day, 2);
    *at++ = 'T';
    at = put_digits(at, of_day / MS_HOUR, 2);
    *at++ = ':';
    at = put_digits(at, of_day / MS_MINUTE % 60, 2);
    *at++ = ':';
    at = put_digits(at, of_day / MS_SECOND % 60, 2);
    if (with_ms) {
        *at++ = '.';
        at = put_digits(at, of_day % MS_SECOND, 3);
    }
    *at++ = 'Z';
    *at = '\0';
}

/* ---- meaning ---- */

int64_t when_first_ms(struct when w)
{
    return w.ms;
}

int64_t when_last_ms(struct when w)
{
    int year = 0;
    int month = 0;
    int day = 0;
    when_civil(w.ms, &year, &month, &day);
    switch (w.precision) {
    case WHEN_YEAR:
        return when_from_civil(year + 1, 1, 1) - 1;
    case WHEN_MONTH:
        return month == 12 ? when_from_civil(year + 1, 1, 1) - 1
                           : when_from_civil(year, month + 1, 1) - 1;
    case WHEN_DAY:
        return w.ms + MS_DAY - 1;
    case WHEN_INSTANT:
        break;
    }
    return w.ms;
}

bool when_after(struct when a, struct when b)
{
    return when_first_ms(a) > when_last_ms(b);
}

static int64_t unit_seconds(char unit)
{
    switch (unit) {
    case 's':
        return 1;
    case 'm':
        return 60;
    case 'h':
        return 3600;
    case 'd':
        return 86400;
    case 'w':
        return 604800;
    default:
        return 0;
    }
}

bool when_parse_duration(struct slice text, int64_t *ret_seconds)
{
    if (text.len < 2 || text.ptr[0] == '+' || text.ptr[0] == '-') {
        return false;
    }
    int64_t unit = unit_seconds(text.ptr[text.len - 1]);
    int64_t count = 0;
    int64_t seconds = 0;
    if (unit == 0 || !slice_to_int64(slice_make(text.ptr, text.len - 1), &count) ||
        __builtin_mul_overflow(count, unit, &seconds)) {
        return false;
    }
    *ret_seconds = seconds;
    return true;
}

int64_t when_clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * MS_SECOND + now.tv_nsec / 1000000;
}
