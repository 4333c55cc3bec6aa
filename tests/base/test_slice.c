/* Slices: order, cutting, integers, UTF-8; UTF-8 judged by counting every scalar value. */
#include "check.h"

#include "base/utf8.h"

static void order_is_bytewise_and_shorter_first(void **state)
{
    (void)state;
    assert_int_equal(slice_compare(S("a"), S("b")), -1);
    assert_int_equal(slice_compare(S("b"), S("a")), 1);
    assert_int_equal(slice_compare(S("a"), S("ab")), -1);
    assert_int_equal(slice_compare(S("é"), S("z")), 1); /* bytes are unsigned */
    assert_int_equal(slice_compare(S(""), (struct slice){ 0 }), 0);
    assert_int_equal(slice_compare(S("same"), S("same")), 0);
}

static void trimming_takes_white_space_from_both_ends_only(void **state)
{
    (void)state;
    assert_slice(slice_trim(S(" \t\r\n a b \v\f")), "a b");
    assert_slice(slice_trim(S("   ")), "");
    assert_slice(slice_trim((struct slice){ 0 }), "");
    assert_slice(slice_trim(S("\xC2\xA0x")), "\xC2\xA0x"); /* ASCII only */
}

static void cutting_walks_through_every_part(void **state)
{
    (void)state;
    struct slice rest = S("a,,bc");
    assert_slice(slice_cut(&rest, ','), "a");
    assert_slice(slice_cut(&rest, ','), "");
    assert_non_null(rest.ptr);
    assert_slice(slice_cut(&rest, ','), "bc");
    assert_null(rest.ptr);
    assert_slice(slice_cut(&rest, ','), "");
    rest = S("end,");
    assert_slice(slice_cut(&rest, ','), "end");
    assert_non_null(rest.ptr); /* one empty part follows */
    assert_slice(slice_cut(&rest, ','), "");
    assert_null(rest.ptr);
}

static void equality_without_case_is_ascii_only(void **state)
{
    (void)state;
    assert_true(slice_eq_fold(S("Content-Type"), S("content-tYPE")));
    assert_false(slice_eq_fold(S("a"), S("ab")));
    assert_false(slice_eq_fold(S("@"), S("`"))); /* 32 apart, but no letters */
    assert_false(slice_eq_fold(S("É"), S("é")));
    assert_true(slice_starts(S("abc"), S("ab")));
    assert_true(slice_starts(S("abc"), S("")));
    assert_false(slice_starts(S("ab"), S("abc")));
}

static void integers_need_the_whole_slice_and_the_range(void **state)
{
    (void)state;
    int64_t value = 5;
    assert_true(slice_to_int64(S("9223372036854775807"), &value));
    assert_int_equal(value, INT64_MAX);
    assert_true(slice_to_int64(S("-9223372036854775808"), &value));
    assert_true(value == INT64_MIN);
    assert_true(slice_to_int64(S("+0012"), &value));
    assert_int_equal(value, 12);
    const char *const wrong[] = { "",
                                  "-",
                                  "+",
                                  "1 ",
                                  " 1",
                                  "1x",
                                  "--1",
                                  "0x1",
                                  "1.0",
                                  "9223372036854775808",
                                  "-9223372036854775809",
                                  "99999999999999999999999" };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(slice_to_int64(slice_of(wrong[i]), &value));
    }
    assert_int_equal(value, 12); /* untouched on failure */
    assert_int_equal(slice_int64(S("-34")), -34);
    assert_int_equal(slice_int64(S("34x")), 0);
}

static void exactly_the_scalar_values_encode_to_valid_utf8(void **state)
{
    (void)state;
    for (uint32_t c = 1; c <= 0x10FFFF; c++) {
        char text[4];
        size_t len = utf8_encode(c, text);
        bool surrogate = c >= 0xD800 && c <= 0xDFFF;
        assert_true(slice_is_utf8(slice_make(text, len)) == !surrogate);
        if (len > 1) {
            assert_false(slice_is_utf8(slice_make(text, len - 1))); /* cut short */
        }
    }
}

/* Counts the byte strings of each length that are one character: none may be missing or too many.
 */
static void three_byte_strings_are_valid_as_often_as_unicode_says(void **state)
{
    (void)state;
    unsigned two = 0;
    unsigned three = 0;
    for (unsigned a = 0x80; a < 0x100; a++) {
        for (unsigned b = 0; b < 0x100; b++) {
            char text[3] = { (char)a, (char)b, 0 };
            two += utf8_sequence(text, 2) == 2;
            for (unsigned c = 0; c < 0x100; c++) {
                text[2] = (char)c;
                three += utf8_sequence(text, 3) == 3;
            }
        }
    }
    assert_int_equal(two, 0x800 - 0x80);
    assert_int_equal(three, 0x10000 - 0x800 - 0x800);
}

static void malformed_utf8_is_refused(void **state)
{
    (void)state;
    const struct slice wrong[] = {
        S("\x80"),
        S("\xC0\x80"),
        S("\xC1\xBF"),
        S("\xE0\x9F\xBF"),
        S("\xED\xA0\x80"),
        S("\xF0\x8F\xBF\xBF"),
        S("\xF4\x90\x80\x80"),
        S("\xF5\x80\x80\x80"),
        S("\xFF"),
        S("a\0b"),
        S("ab\xE2\x82"),
        S("\xE2\x28\xA1"),
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(slice_is_utf8(wrong[i]));
    }
    assert_true(slice_is_utf8(S("")));
    assert_true(slice_is_utf8(S("Québec \xF0\x9F\x8D\x81 \xE2\x82\xAC")));
}

static void a_cut_text_ends_with_a_whole_character(void **state)
{
    (void)state;
    const struct slice text = S("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x8D\x81z");
    const size_t expected[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11 };
    for (size_t len = 0; len <= text.len; len++) {
        assert_int_equal(utf8_whole(text.ptr, len), expected[len]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_is_bytewise_and_shorter_first),
        cmocka_unit_test(trimming_takes_white_space_from_both_ends_only),
        cmocka_unit_test(cutting_walks_through_every_part),
        cmocka_unit_test(equality_without_case_is_ascii_only),
        cmocka_unit_test(integers_need_the_whole_slice_and_the_range),
        cmocka_unit_test(exactly_the_scalar_values_encode_to_valid_utf8),
        cmocka_unit_test(three_byte_strings_are_valid_as_often_as_unicode_says),
        cmocka_unit_test(malformed_utf8_is_refused),
        cmocka_unit_test(a_cut_text_ends_with_a_whole_character),
    };
    return run_suite(tests);
}
