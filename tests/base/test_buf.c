/* The bounded buffer: growth, the maximum, the sticky failure, ownership. */
#include "check.h"

#include "base/fault.h"

static void appends_follow_each_other_and_end_with_nul(void **state)
{
    (void)state;
    cleanup_buf struct buf b;
    buf_init(&b, 1000);
    assert_slice(buf_slice(&b), "");
    buf_add(&b, S("one "));
    buf_add_char(&b, '2');
    buf_add_cstr(&b, " three ");
    buf_printf(&b, "%d-%s", 4, "x");
    buf_add(&b, (struct slice){ 0 });
    assert_string_equal(b.ptr, "one 2 three 4-x");
    assert_int_equal(b.len, 15);
    assert_false(buf_failed(&b));
}

static void integers_are_written_to_both_ends_of_their_range(void **state)
{
    (void)state;
    const int64_t values[] = { 0, 7, -7, 1000000007, INT64_MAX, INT64_MIN };
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        cleanup_buf struct buf b;
        char expected[32];
        buf_init(&b, 100);
        buf_add_int(&b, values[i]);
        snprintf(expected, sizeof(expected), "%lld", (long long)values[i]);
        assert_string_equal(b.ptr, expected);
    }
}

static void the_maximum_is_reached_exactly_and_then_the_failure_stays(void **state)
{
    (void)state;
    for (size_t max = 0; max < 600; max++) {
        cleanup_buf struct buf b;
        buf_init(&b, max);
        for (size_t i = 0; i < max; i++) {
            buf_add_char(&b, 'x');
        }
        assert_false(buf_failed(&b));
        assert_int_equal(b.len, max);
        assert_true(b.capacity <= max + 1);
        buf_add_char(&b, 'y');
        assert_true(buf_failed(&b));
        assert_int_equal(b.len, max);
        buf_truncate(&b, 0);
        buf_add_char(&b, 'z'); /* there would be room: the failure is sticky */
        assert_int_equal(b.len, 0);
    }
}

static void a_failed_append_adds_no_part_of_itself(void **state)
{
    (void)state;
    cleanup_buf struct buf b;
    buf_init(&b, 5);
    buf_add(&b, S("abc"));
    buf_add(&b, S("def"));
    assert_slice(buf_slice(&b), "abc");
    buf_clear(&b);
    assert_false(buf_failed(&b));
    buf_printf(&b, "%06d", 1);
    assert_slice(buf_slice(&b), "");
    assert_true(buf_failed(&b));
}

static void a_buffer_without_room_takes_the_empty_text_only(void **state)
{
    (void)state;
    cleanup_buf struct buf b;
    buf_init(&b, 0);
    buf_add(&b, S(""));
    assert_false(buf_failed(&b));
    buf_add(&b, S("a"));
    assert_true(buf_failed(&b));
}

static void take_hands_over_the_bytes_and_leaves_an_empty_buffer(void **state)
{
    (void)state;
    cleanup_buf struct buf b;
    buf_init(&b, 100);
    size_t len = 99;
    char *empty = buf_take(&b, &len);
    assert_string_equal(empty, "");
    assert_int_equal(len, 0);
    free(empty);
    buf_add(&b, S("abc"));
    char *taken = buf_take(&b, &len);
    assert_string_equal(taken, "abc");
    assert_int_equal(len, 3);
    assert_null(b.ptr);
    buf_add(&b, S("de"));
    assert_string_equal(b.ptr, "de");
    assert_string_equal(taken, "abc");
    free(taken);
    b.failed = true;
    assert_null(buf_take(&b, &len));
}

static void no_memory_is_a_failure_that_keeps_what_was_there(void **state)
{
    (void)state;
    cleanup_buf struct buf b;
    buf_init(&b, 100000);
    buf_add(&b, S("kept"));
    char large[5000] = { 0 };
    fault_arm_allocation(1);
    buf_add(&b, slice_make(large, sizeof(large)));
    assert_true(fault_disarm());
    assert_true(buf_failed(&b));
    assert_slice(buf_slice(&b), "kept");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends_follow_each_other_and_end_with_nul),
        cmocka_unit_test(integers_are_written_to_both_ends_of_their_range),
        cmocka_unit_test(the_maximum_is_reached_exactly_and_then_the_failure_stays),
        cmocka_unit_test(a_failed_append_adds_no_part_of_itself),
        cmocka_unit_test(a_buffer_without_room_takes_the_empty_text_only),
        cmocka_unit_test(take_hands_over_the_bytes_and_leaves_an_empty_buffer),
        cmocka_unit_test(no_memory_is_a_failure_that_keeps_what_was_there),
    };
    return run_suite(tests);
}
