/* Calendars: what is read, refused, limited and written, case by case. */
#include "format/ics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define BEGIN "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
#define END "END:VCALENDAR\r\n"

static struct ics_list read_all(struct arena *a, const char *text)
{
    struct error err = { 0 };
    struct ics_list all = { 0 };
    assert_int_equal(ics_read(slice_of(text), when_from_civil(2026, 1, 1),
                              when_from_civil(2027, 1, 1), a, &err, &all),
                     0);
    return all;
}

static void days_end_inclusively_here(void **state)
{
    struct arena *a = arena_new(1 << 22);
    (void)state;
    struct ics_list all =
        read_all(a, BEGIN "BEGIN:VEVENT\r\nUID:a\r\nDTSTART;VALUE=DATE:20260601\r\n"
                          "DTEND;VALUE=DATE:20260604\r\nSUMMARY:X\\, Y\r\nSEQUENCE:3\r\n"
                          "CLASS:PRIVATE\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\n" END);
    assert_int_equal(all.count, 1);
    assert_true(slice_is(all.items[0].start, "2026-06-01"));
    assert_true(slice_is(all.items[0].until, "2026-06-03"));
    assert_true(slice_is(all.items[0].summary, "X, Y"));
    assert_true(slice_is(all.items[0].status, "CANCELLED"));
    assert_int_equal(all.items[0].sequence, 3);
    assert_true(all.items[0].confidential);
    assert_int_equal(all.items[0].line, 4);
    arena_free(a);
}

static void exceptions_of_a_recurring_event_are_heeded(void **state)
{
    struct arena *a = arena_new(1 << 22);
    (void)state;
    struct ics_list all =
        read_all(a, BEGIN "BEGIN:VEVENT\r\nUID:w\r\nDTSTART:20260601T090000Z\r\nDURATION:PT1H\r\n"
                          "RRULE:FREQ=WEEKLY;COUNT=4\r\nEXDATE:20260608T090000Z\r\nEND:VEVENT\r\n"
                          "BEGIN:VEVENT\r\nUID:w\r\nRECURRENCE-ID:20260615T090000Z\r\n"
                          "DTSTART:20260616T100000Z\r\nSUMMARY:moved\r\nEND:VEVENT\r\n" END);
    assert_int_equal(all.count, 3);
    assert_true(slice_is(all.items[0].uid, "w#2026-06-01T09:00:00Z"));
    assert_true(slice_is(all.items[0].until, "2026-06-01T10:00:00Z"));
    assert_true(slice_is(all.items[1].uid, "w#2026-06-22T09:00:00Z"));
    assert_true(slice_is(all.items[2].uid, "w#2026-06-15T09:00:00Z"));
    assert_true(slice_is(all.items[2].start, "2026-06-16T10:00:00Z"));
    arena_free(a);
}

static void hostile_rules_are_refused_or_cut(void **state)
{
    struct arena *a = arena_new(1 << 24);
    (void)state;
    struct ics_list all = read_all(
        a,
        BEGIN "BEGIN:VTIMEZONE\r\nTZID:Evil\r\nBEGIN:STANDARD\r\nDTSTART:19000101T000000\r\n"
              "RRULE:FREQ=SECONDLY\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n"
              "END:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:often\r\nDTSTART;TZID=Evil:20260601T090000\r\n"
              "RRULE:FREQ=SECONDLY\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:daily\r\n"
              "DTSTART:20200101T000000Z\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\n" END);
    assert_int_equal(all.count, 1 + ICS_OCCURRENCES_MAX);
    assert_string_equal(all.items[0].wrong, "it recurs more often than daily");
    assert_true(slice_is(all.items[1].start, "2026-01-01T00:00:00Z"));
    arena_free(a);
}

static void what_is_no_calendar_or_too_much_of_one_is_refused(void **state)
{
    static const struct {
        const char *text;
        int code;
    } cases[] = {
        { "", EN_INVALID },
        { "hello", EN_INVALID },
        { "BEGIN:VCARD\r\nEND:VCARD\r\n", EN_INVALID },
        { BEGIN "SUMMARY:\xff\r\n" END, EN_INVALID },
        { "BEGIN:VCALENDAR\nBEGIN:A\nBEGIN:A\nBEGIN:A\nBEGIN:A\nBEGIN:A\nBEGIN:A\n", EN_TOO_LARGE },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *a = arena_new(1 << 22);
        struct error err = { 0 };
        struct ics_list all;
        assert_int_equal(ics_read(slice_of(cases[i].text), 0, 1, a, &err, &all), cases[i].code);
        arena_free(a);
    }
}

static void a_component_that_cannot_be_read_is_told_with_its_line(void **state)
{
    struct arena *a = arena_new(1 << 22);
    (void)state;
    struct ics_list all =
        read_all(a, BEGIN "BEGIN:VEVENT\r\nDTSTART:20260601T000000Z\r\nEND:VEVENT\r\n"
                          "BEGIN:VEVENT\r\nUID:n\r\nSUMMARY:x\r\nEND:VEVENT\r\n"
                          "BEGIN:VTODO\r\nUID:t\r\nDUE;VALUE=DATE:20260701\r\nEND:VTODO\r\n" END);
    assert_int_equal(all.count, 3);
    assert_string_equal(all.items[0].wrong, "it has no UID");
    assert_string_equal(all.items[1].wrong, "it has no start that can be read");
    assert_int_equal(all.items[1].line, 7);
    assert_int_equal(all.items[2].kind, ICS_TASK);
    assert_true(slice_is(all.items[2].until, "2026-07-01"));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_end_inclusively_here),
        cmocka_unit_test(exceptions_of_a_recurring_event_are_heeded),
        cmocka_unit_test(hostile_rules_are_refused_or_cut),
        cmocka_unit_test(what_is_no_calendar_or_too_much_of_one_is_refused),
        cmocka_unit_test(a_component_that_cannot_be_read_is_told_with_its_line),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
