/* ISO 8601 durations and the calendar arithmetic with them. */
#include "check.h"

#include "base/duration.h"
#include "base/when.h"

static struct duration parsed(const char *text)
{
    struct duration d = { 0 };
    assert_true(duration_parse(slice_of(text), &d));
    return d;
}

static void every_form_is_read_and_written_in_its_shortest(void **state)
{
    static const struct {
        const char *in, *out;
    } cases[] = {
        { "P5Y", "P5Y" },       { "P18M", "P1Y6M" },  { "P2W", "P14D" },
        { "P30D", "P30D" },     { "PT36H", "PT36H" }, { "P1Y2M3DT4H5M6S", "P1Y2M3DT4H5M6S" },
        { "PT90M", "PT1H30M" }, { "P0D", "P0D" },     { "PT0S", "P0D" },
        { "P1000Y", "P1000Y" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out cleanup_buf;
        buf_init(&out, 64);
        duration_write(parsed(cases[i].in), &out);
        assert_true(slice_is(buf_slice(&out), cases[i].out));
    }
}

static void what_is_no_duration_is_refused(void **state)
{
    static const char *const cases[] = {
        "",
        "P",
        "PT",
        "5Y",
        "P5",
        "PY",
        "P-5Y",
        "P1.5Y",
        "P5YT",
        "P1D2Y",
        "P1Y1Y",
        "P1W2D",
        "PT1H1H",
        "PT5Y",
        "P5H",
        "P1YT1H ",
        " P1Y",
        "P1001Y",
        "P99999999999999999999D",
        "five years",
    };
    struct duration d;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_false(duration_parse(slice_of(cases[i]), &d));
}

static int64_t day(const char *text)
{
    struct when w;
    assert_true(when_parse(slice_of(text), &w));
    return when_first_ms(w);
}

static void months_end_on_a_day_that_exists(void **state)
{
    (void)state;
    assert_int_equal(duration_after(day("2024-02-29"), parsed("P1Y"), 1), day("2025-02-28"));
    assert_int_equal(duration_after(day("2024-02-29"), parsed("P4Y"), 1), day("2028-02-29"));
    assert_int_equal(duration_after(day("2024-02-29"), parsed("P1Y"), 4), day("2028-02-29"));
    assert_int_equal(duration_after(day("2024-01-31"), parsed("P1M"), 1), day("2024-02-29"));
    assert_int_equal(duration_after(day("2024-03-31"), parsed("P1M"), -1), day("2024-02-29"));
    assert_int_equal(duration_after(day("2023-12-31"), parsed("P6M"), -1), day("2023-06-30"));
    assert_int_equal(duration_after(day("1969-12-31T23:00:00Z"), parsed("PT2H"), 1),
                     day("1970-01-01T01:00:00Z"));
    assert_int_equal(duration_after(day("1968-02-29T12:00:00Z"), parsed("P1Y"), 1),
                     day("1969-02-28T12:00:00Z"));
}

static void parts_add_up_in_order(void **state)
{
    (void)state;
    assert_int_equal(duration_after(day("2024-01-31"), parsed("P1M1D"), 1), day("2024-03-01"));
    assert_int_equal(duration_after(day("2024-01-01"), parsed("P1DT12H"), 2), day("2024-01-04"));
    assert_int_equal(duration_seconds_from(day("2024-01-01"), parsed("P1Y")), 366 * 86400);
    assert_int_equal(duration_seconds_from(day("2023-01-01"), parsed("P1Y")), 365 * 86400);
}

static void the_calendar_ends_with_the_year_9999(void **state)
{
    int64_t last = day("9999-12-31") + 86400000 - 1;
    (void)state;
    assert_int_equal(duration_after(day("9999-06-01"), parsed("P1000D"), 1000000), last);
    assert_int_equal(duration_after(day("2000-01-01"), parsed("P1000D"), -1000000),
                     day("0001-01-01"));
    assert_int_equal(duration_after(day("9999-06-15"), parsed("P1000Y"), 1), day("9999-12-15"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_is_read_and_written_in_its_shortest),
        cmocka_unit_test(what_is_no_duration_is_refused),
        cmocka_unit_test(months_end_on_a_day_that_exists),
        cmocka_unit_test(parts_add_up_in_order),
        cmocka_unit_test(the_calendar_ends_with_the_year_9999),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
