/* Errors: both tables are complete, the first origin stays, texts are cut between characters. */
#include "check.h"

static void every_code_has_words_in_both_languages(void **state)
{
    (void)state;
    const int http[] = { 200, 422, 401, 403, 404, 409, 412, 428, 413,
                         429, 415, 410, 503, 503, 500, 500, 500 };
    for (int code = 0; code >= EN_INTERNAL; code--) {
        const struct code_info *info = error_code_info(code);
        assert_int_equal(info->code, code);
        assert_int_equal(info->http_status, http[-code]);
        assert_true(strlen(info->word) > 0 && strlen(info->title_en) > 0);
        assert_true(slice_is_utf8(slice_of(info->title_fr)) && strlen(info->title_fr) > 0);
        for (int other = 0; other > code; other--) {
            assert_string_not_equal(info->word, error_code_info(other)->word);
            assert_int_not_equal(info->exit_code, error_code_info(other)->exit_code);
        }
    }
    assert_int_equal(error_code_info(-99)->code, EN_INTERNAL);
    assert_int_equal(error_code_info(3)->code, EN_INTERNAL);
}

static void every_reason_has_words_in_both_languages(void **state)
{
    (void)state;
    for (int r = 0; r < REASON_COUNT_; r++) {
        assert_true(strlen(error_reason_word((enum reason)r)) > 0);
        assert_string_not_equal(error_reason_text((enum reason)r, false),
                                error_reason_text((enum reason)r, true));
        for (int other = 0; other < r; other++) {
            assert_string_not_equal(error_reason_word((enum reason)r),
                                    error_reason_word((enum reason)other));
        }
    }
    assert_string_equal(error_reason_text(REASON_REQUIRED, true), "est obligatoire");
}

static void setting_keeps_the_first_origin_and_the_fields(void **state)
{
    (void)state;
    struct error err = { 0 };
    assert_int_equal(error_field(&err, S("/name"), REASON_TOO_LONG, "%d", 300), EN_INVALID);
    const char *first = err.origin;
    assert_non_null(strstr(first, "test_error.c:"));
    assert_string_equal(err.message, "/name is too long (300)");
    assert_int_equal(error_set(&err, EN_CONFLICT, "no %s", "way"), EN_CONFLICT);
    assert_int_equal(err.code, EN_CONFLICT);
    assert_string_equal(err.message, "no way");
    assert_ptr_equal(err.origin, first);
    assert_int_equal(err.field_count, 1);
    assert_string_equal(err.fields[0].pointer, "/name");
    assert_string_equal(err.fields[0].detail, "300");
    error_clear(&err);
    assert_int_equal(err.code, EN_OK);
    assert_int_equal(err.field_count, 0);
    assert_string_equal(err.message, "");
}

static void nobody_has_to_want_the_error(void **state)
{
    (void)state;
    assert_int_equal(error_set(NULL, EN_GONE, "x"), EN_GONE);
    assert_int_equal(error_field(NULL, S("/x"), REASON_TYPE, "text"), EN_INVALID);
    error_clear(NULL);
}

static void fields_past_the_maximum_only_fail(void **state)
{
    (void)state;
    struct error err = { 0 };
    for (int i = 0; i < ERROR_FIELDS_MAX + 5; i++) {
        assert_int_equal(error_field(&err, S("/a"), REASON_RANGE, "%d", i), EN_INVALID);
    }
    assert_int_equal(err.field_count, ERROR_FIELDS_MAX);
    assert_string_equal(err.fields[ERROR_FIELDS_MAX - 1].detail, "15");
}

static void texts_that_are_too_long_end_with_a_whole_character(void **state)
{
    (void)state;
    char text[601];
    for (size_t i = 0; i < 600; i += 2) {
        memcpy(text + i, "é", 2);
    }
    text[600] = '\0';
    for (size_t skip = 0; skip < 2; skip++) {
        struct error err = { 0 };
        error_set(&err, EN_IO, "%s%s", skip ? "x" : "", text);
        assert_true(slice_is_utf8(slice_of(err.message)));
        assert_true(strlen(err.message) >= sizeof(err.message) - 2);
        struct slice pointer = slice_make(text, 600);
        error_field(&err, pointer, REASON_RULE, "%s%s", skip ? "x" : "", text);
        assert_true(slice_is_utf8(slice_of(err.fields[0].pointer)));
        assert_true(slice_is_utf8(slice_of(err.fields[0].detail)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_words_in_both_languages),
        cmocka_unit_test(every_reason_has_words_in_both_languages),
        cmocka_unit_test(setting_keeps_the_first_origin_and_the_fields),
        cmocka_unit_test(nobody_has_to_want_the_error),
        cmocka_unit_test(fields_past_the_maximum_only_fail),
        cmocka_unit_test(texts_that_are_too_long_end_with_a_whole_character),
    };
    return run_suite(tests);
}
