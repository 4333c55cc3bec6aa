/* Exact decimals: every digit that is stated is kept, in any form that JSON allows. */
#include "service/exact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct exact read(const char *text)
{
    struct json number = { .type = JSON_NUMBER, .text = slice_of(text) };
    struct exact value;
    if (!exact_of(&number, &value))
        fail_msg("%s was not read", text);
    return value;
}

static void assert_written(struct exact value, const char *wanted)
{
    struct buf out cleanup_buf;
    struct json_writer w;
    buf_init(&out, 1000);
    jw_init(&w, &out);
    jw_object(&w);
    exact_write(&w, "v", value);
    jw_object_end(&w);
    struct slice got = slice_make(out.ptr + 5, out.len - 6);
    if (!slice_is(got, wanted))
        fail_msg("%.*s, not %s", SLICE_ARG(got), wanted);
}

static void digits_come_out_as_they_went_in(void **state)
{
    static const char *const pairs[][2] = {
        { "0", "0" },
        { "-0", "0" },
        { "7", "7" },
        { "-7.5", "-7.5" },
        { "0.1", "0.1" },
        { "1.10", "1.1" },
        { "100", "100" },
        { "1000000000000000", "1000000000000000" },
        { "999999999999999.99", "999999999999999.99" },
        { "0.000000001", "0.000000001" },
        { "-0.000000001", "-0.000000001" },
        { "0.0000000019", "0.000000001" }, /* beyond the ninth digit: cut */
        { "1e3", "1000" },
        { "1.5E+2", "150" },
        { "15e-1", "1.5" },
        { "1e-7", "0.0000001" },
        { "1e-30", "0" },
        { "12345678901234567890", "12345678901234567890" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_written(read(pairs[i][0]), pairs[i][1]);
}

static void what_cannot_be_held_is_refused(void **state)
{
    static const char *const texts[] = { "1e30", "1e101", "123456789012345678901234567890", "1e" };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct json number = { .type = JSON_NUMBER, .text = slice_of(texts[i]) };
        struct exact value;
        if (exact_of(&number, &value))
            fail_msg("%s was read", texts[i]);
    }
    struct exact value;
    assert_false(exact_of(NULL, &value));
    assert_false(exact_of(&(struct json){ .type = JSON_STRING, .text = S("1") }, &value));
}

static void tenths_add_up(void **state)
{
    struct exact sum = { 0 };
    (void)state;
    for (int i = 0; i < 1000; i++)
        sum = exact_add(sum, read("0.1"));
    assert_written(sum, "100");
    assert_true(exact_is_zero(exact_minus(sum, read("1e2"))));
    assert_written(exact_add(read("0.1"), read("0.2")), "0.3");
    assert_written(exact_minus(read("0.3"), read("1000000000000000")), "-999999999999999.7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digits_come_out_as_they_went_in),
        cmocka_unit_test(what_cannot_be_held_is_refused),
        cmocka_unit_test(tenths_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
