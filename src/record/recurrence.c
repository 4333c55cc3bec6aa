/* Judging the form of an RRULE: see recurrence.h. RFC 5545, section 3.3.10. */
#include "record/recurrence.h"

enum { NUMBER_DIGITS_MAX = 4 };

/* The parts, and the numbers that each may list. */
struct part {
    const char *name;
    int max;                          /* of each number, or 0: no numbers */
    bool below;                       /* negative ones count from the end */
    bool many;                        /* a list */
    bool (*judge)(struct slice text); /* when not numbers */
};

static bool is_frequency(struct slice text)
{
    return slice_is(text, "DAILY") || slice_is(text, "WEEKLY") || slice_is(text, "MONTHLY") ||
           slice_is(text, "YEARLY");
}

static bool is_weekday(struct slice text)
{
    static const char *const days[] = { "MO", "TU", "WE", "TH", "FR", "SA", "SU" };
    for (size_t i = 0; i < 7; i++) {
        if (slice_is(text, days[i]))
            return true;
    }
    return false;
}

/* 1 to max, or with a sign from the end; all digits and nothing else. */
static bool is_number(struct slice text, int max, bool below)
{
    size_t at = text.len && (text.ptr[0] == '+' || text.ptr[0] == '-') ? 1 : 0;
    int value = 0;
    if ((at && !below) || at == text.len || text.len - at > NUMBER_DIGITS_MAX)
        return false;
    for (; at < text.len; at++) {
        if (!char_is_digit(text.ptr[at]))
            return false;
        value = value * 10 + (text.ptr[at] - '0');
    }
    return value >= 1 && value <= max;
}

/* "MO", "1MO", "-1FR": the weekday, or the nth of the month or year. */
static bool is_day(struct slice text)
{
    if (text.len < 2 || !is_weekday(slice_make(text.ptr + text.len - 2, 2)))
        return false;
    return text.len == 2 || is_number(slice_make(text.ptr, text.len - 2), 53, true);
}

/* YYYYMMDD, or with THHMMSSZ behind. */
static bool is_end(struct slice text)
{
    if (text.len != 8 && text.len != 16)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        bool fits = i == 8    ? text.ptr[i] == 'T'
                    : i == 15 ? text.ptr[i] == 'Z'
                              : char_is_digit(text.ptr[i]);
        if (!fits)
            return false;
    }
    return is_number(slice_make(text.ptr + 4, 2), 12, false) &&
           is_number(slice_make(text.ptr + 6, 2), 31, false);
}

enum { FREQ, UNTIL, COUNT };
static const struct part parts[] = {
    [FREQ] = { "FREQ", .judge = is_frequency },
    [UNTIL] = { "UNTIL", .judge = is_end },
    [COUNT] = { "COUNT", .max = 9999 },
    { "INTERVAL", .max = 9999 },
    { "BYDAY", .judge = is_day, .many = true },
    { "BYMONTHDAY", .max = 31, .below = true, .many = true },
    { "BYYEARDAY", .max = 366, .below = true, .many = true },
    { "BYWEEKNO", .max = 53, .below = true, .many = true },
    { "BYMONTH", .max = 12, .many = true },
    { "BYSETPOS", .max = 366, .below = true, .many = true },
    { "WKST", .judge = is_weekday },
};
enum { PARTS = sizeof parts / sizeof parts[0] };

static bool is_value(const struct part *part, struct slice value)
{
    struct slice rest = value;
    do {
        struct slice one = part->many ? slice_cut(&rest, ',') : value;
        bool fits = part->judge ? part->judge(one) : is_number(one, part->max, part->below);
        if (!fits)
            return false;
    } while (part->many && rest.ptr);
    return true;
}

bool recurrence_is_rule(struct slice text)
{
    unsigned seen = 0;
    for (struct slice rest = text; rest.ptr;) {
        struct slice value = slice_cut(&rest, ';');
        struct slice name = slice_cut(&value, '=');
        size_t i = 0;
        while (i < PARTS && !slice_is(name, parts[i].name))
            i++;
        if (i == PARTS || seen >> i & 1 || !value.ptr || !is_value(&parts[i], value))
            return false;
        seen |= 1U << i;
    }
    return seen >> FREQ & 1 && !(seen >> UNTIL & 1 && seen >> COUNT & 1);
}
