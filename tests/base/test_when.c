/*
 * Times. The calendar is judged by a slow second one that counts days from 0001-01-01 one by one
 * through all 9999 years; the text forms by hand-made cases and by reading back what was written.
 */
#include "check.h"

#include "base/when.h"

static const int64_t day_ms = 86400000;

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return days[month - 1] + (month == 2 && is_leap(year));
}

static void the_calendar_agrees_with_counting_every_day(void **state)
{
    (void)state;
    int64_t ms = INT64_C(-62135596800000);
    for (int year = 1; year <= 9999; year++) {
        for (int month = 1; month <= 12; month++) {
            for (int day = 1; day <= month_days(year, month); day++) {
                int y = 0;
                int m = 0;
                int d = 0;
                when_civil(ms + day_ms - 1, &y, &m, &d);
                if (when_from_civil(year, month, day) != ms || y != year || m != month ||
                    d != day) {
                    fail_msg("%04d-%02d-%02d became %04d-%02d-%02d", year, month, day, y, m, d);
                }
                ms += day_ms;
            }
        }
    }
    assert_int_equal(ms, INT64_C(253402300800000));
    assert_int_equal(when_from_civil(1970, 1, 1), 0);
}

static void each_form_says_its_precision_and_its_range(void **state)
{
    (void)state;
    const struct {
        const char *text;
        enum when_precision precision;
        const char *first;
        const char *last;
    } cases[] = {
        { "2024", WHEN_YEAR, "2024-01-01T00:00:00.000Z", "2024-12-31T23:59:59.999Z" },
        { "2024-02", WHEN_MONTH, "2024-02-01T00:00:00.000Z", "2024-02-29T23:59:59.999Z" },
        { "2023-02", WHEN_MONTH, "2023-02-01T00:00:00.000Z", "2023-02-28T23:59:59.999Z" },
        { "1900-02", WHEN_MONTH, "1900-02-01T00:00:00.000Z", "1900-02-28T23:59:59.999Z" },
        { "2000-02", WHEN_MONTH, "2000-02-01T00:00:00.000Z", "2000-02-29T23:59:59.999Z" },
        { "2024-12", WHEN_MONTH, "2024-12-01T00:00:00.000Z", "2024-12-31T23:59:59.999Z" },
        { "2024-02-29", WHEN_DAY, "2024-02-29T00:00:00.000Z", "2024-02-29T23:59:59.999Z" },
        { "0001", WHEN_YEAR, "0001-01-01T00:00:00.000Z", "0001-12-31T23:59:59.999Z" },
        { "9999", WHEN_YEAR, "9999-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z" },
        { "2024-05-17T09:30:00Z", WHEN_INSTANT, "2024-05-17T09:30:00.000Z",
          "2024-05-17T09:30:00.000Z" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct when w;
        char text[32];
        assert_true(when_parse(slice_of(cases[i].text), &w));
        assert_int_equal(w.precision, cases[i].precision);
        when_format_ms(when_first_ms(w), true, text);
        assert_string_equal(text, cases[i].first);
        when_format_ms(when_last_ms(w), true, text);
        assert_string_equal(text, cases[i].last);
        cleanup_buf struct buf b;
        buf_init(&b, 100);
        when_write(w, &b);
        assert_string_equal(b.ptr, cases[i].text);
    }
}

static void instants_are_turned_into_utc_and_milliseconds(void **state)
{
    (void)state;
    const char *const cases[][2] = {
        { "2024-05-17T09:30:00+02:00", "2024-05-17T07:30:00Z" },
        { "2024-01-01T00:30:00+05:45", "2023-12-31T18:45:00Z" },
        { "2024-02-28T23:30:00-01:00", "2024-02-29T00:30:00Z" },
        { "2024-05-17T09:30:00-00:00", "2024-05-17T09:30:00Z" },
        { "2024-05-17t09:30:00z", "2024-05-17T09:30:00Z" },
        { "2024-05-17T09:30:00.1Z", "2024-05-17T09:30:00.100Z" },
        { "2024-05-17T09:30:00.1239999Z", "2024-05-17T09:30:00.123Z" },
        { "2024-05-17T09:30:00.000Z", "2024-05-17T09:30:00Z" },
        { "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z" },
        { "2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999Z" },
        { "2017-01-01T08:59:60.5+09:00", "2016-12-31T23:59:59.999Z" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct when w;
        assert_true(when_parse(slice_of(cases[i][0]), &w));
        assert_int_equal(w.precision, WHEN_INSTANT);
        cleanup_buf struct buf b;
        buf_init(&b, 100);
        when_write(w, &b);
        assert_string_equal(b.ptr, cases[i][1]);
    }
}

static void what_is_none_of_the_four_forms_is_refused(void **state)
{
    (void)state;
    const char *const wrong[] = {
        "",
        "0000",
        "24",
        "02024",
        "2024-",
        "2024-13",
        "2024-00",
        "2024-1",
        "2024-01-",
        "2024-01-00",
        "2024-01-32",
        "2023-02-29",
        "1900-02-29",
        "2024-04-31",
        "2024/01/01",
        " 2024",
        "2024 ",
        "-2024",
        "2024T00:00:00Z",
        "2024-01T00:00:00Z",
        "2024-01-01T",
        "2024-01-01T00:00Z",
        "2024-01-01T00:00:00",
        "2024-01-01 00:00:00Z",
        "2024-01-01T24:00:00Z",
        "2024-01-01T00:60:00Z",
        "2024-01-01T00:00:61Z",
        "2024-01-01T12:00:60Z",
        "2024-12-30T23:59:60Z",
        "2024-01-01T00:00:00.Z",
        "2024-01-01T00:00:00,5Z",
        "2024-01-01T00:00:00+1:00",
        "2024-01-01T00:00:00+0100",
        "2024-01-01T00:00:00+24:00",
        "2024-01-01T00:00:00+01:60",
        "2024-01-01T00:00:00ZZ",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
    };
    struct when w = { .ms = 42, .precision = WHEN_DAY };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        if (when_parse(slice_of(wrong[i]), &w)) {
            fail_msg("accepted: %s", wrong[i]);
        }
    }
    assert_int_equal(w.ms, 42);
}

static struct when parse(const char *text)
{
    struct when w;
    assert_true(when_parse(slice_of(text), &w));
    return w;
}

static void after_means_surely_after(void **state)
{
    (void)state;
    assert_true(when_after(parse("2025"), parse("2024")));
    assert_true(when_after(parse("2024-06"), parse("2024-05-31")));
    assert_false(when_after(parse("2024"), parse("2024-05"))); /* may be before */
    assert_false(when_after(parse("2024-05-17T00:00:00Z"), parse("2024-05-17")));
    assert_true(when_after(parse("2024-05-18T00:00:00Z"), parse("2024-05-17")));
    assert_false(when_after(parse("2024-05"), parse("2024-05")));
}

static void every_written_instant_reads_back(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (int i = 0; i < 20000; i++) {
        int64_t span = INT64_C(253402300800000) + INT64_C(62135596800000);
        int64_t ms = (int64_t)(random_next(&seed) % (uint64_t)span) - INT64_C(62135596800000);
        struct when w = { .ms = ms, .precision = WHEN_INSTANT };
        cleanup_buf struct buf b;
        buf_init(&b, 100);
        when_write(w, &b);
        struct when back = parse(b.ptr);
        assert_int_equal(back.ms, ms);
        assert_int_equal(back.precision, WHEN_INSTANT);
    }
}

static void formatting_stays_within_the_calendar(void **state)
{
    (void)state;
    char text[32];
    when_format_ms(INT64_MIN, true, text);
    assert_string_equal(text, "0001-01-01T00:00:00.000Z");
    when_format_ms(INT64_MAX, false, text);
    assert_string_equal(text, "9999-12-31T23:59:59Z");
}

static void durations_are_a_count_and_a_unit(void **state)
{
    (void)state;
    const struct {
        const char *text;
        int64_t seconds;
    } cases[] = { { "730d", 730 * 86400 }, { "12h", 43200 }, { "2w", 1209600 },
                  { "90m", 5400 },         { "30s", 30 },    { "0d", 0 } };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t seconds = -1;
        assert_true(when_parse_duration(slice_of(cases[i].text), &seconds));
        assert_int_equal(seconds, cases[i].seconds);
    }
    const char *const wrong[] = {
        "", "d", "10", "10 d", "-1d", "+1d", "1.5h", "1d2h", "10y", "1D", "9223372036854775807w"
    };
    int64_t seconds = 42;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(when_parse_duration(slice_of(wrong[i]), &seconds));
    }
    assert_int_equal(seconds, 42);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_calendar_agrees_with_counting_every_day),
        cmocka_unit_test(each_form_says_its_precision_and_its_range),
        cmocka_unit_test(instants_are_turned_into_utc_and_milliseconds),
        cmocka_unit_test(what_is_none_of_the_four_forms_is_refused),
        cmocka_unit_test(after_means_surely_after),
        cmocka_unit_test(every_written_instant_reads_back),
        cmocka_unit_test(formatting_stays_within_the_calendar),
        cmocka_unit_test(durations_are_a_count_and_a_unit),
    };
    return run_suite(tests);
}
