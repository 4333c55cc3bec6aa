/* The parser: every kind of value, every refusal with its place, the limits, no memory. */
#include "check.h"

#include "base/fault.h"
#include "base/limits.h"

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(LIMIT_ARENA);
    return arena ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct json *parse_slice(struct slice text)
{
    struct error err = { 0 };
    struct json *v = NULL;
    if (json_parse(arena, text, &err, &v) < 0) {
        fail_msg("refused: %s", err.message);
    }
    return v;
}

static struct json *parse(const char *text)
{
    return parse_slice(slice_of(text));
}

static void every_type_is_read(void **state)
{
    (void)state;
    struct json *v = parse(" {\"s\":\"x\",\"n\":-12,\"t\":true,\"f\":false,\"z\":null,\"a\":[1,2],"
                           "\"o\":{},\"e\":[]}\r\n\t ");
    assert_int_equal(v->type, JSON_OBJECT);
    assert_int_equal(v->count, 8);
    assert_slice(v->members[7].name, "e"); /* order of appearance */
    assert_slice(json_get_text(v, "s"), "x");
    assert_int_equal(json_get_int(v, "n", 0), -12);
    assert_true(json_get_bool(v, "t", false));
    assert_false(json_get_bool(v, "f", true));
    assert_int_equal(json_get(v, "z")->type, JSON_NULL);
    assert_int_equal(json_get(v, "a")->count, 2);
    assert_int_equal(json_get(v, "a")->items[1].integer, 2);
    assert_int_equal(json_get(v, "o")->count, 0);
    assert_int_equal(json_get(v, "e")->type, JSON_ARRAY);
}

static void absent_members_give_the_fallback(void **state)
{
    (void)state;
    struct json *v = parse("{\"s\":\"x\",\"n\":1.5}");
    assert_null(json_get(v, "none"));
    assert_null(json_get(NULL, "none"));
    assert_null(json_get(json_get(v, "s"), "deeper"));
    assert_true(slice_empty(json_get_text(v, "n")));
    assert_int_equal(json_get_int(v, "n", 7), 7); /* no integer */
    assert_int_equal(json_get_int(v, "s", 8), 8);
    assert_true(json_get_bool(v, "s", true));
}

static void strings_are_decoded(void **state)
{
    (void)state;
    const char *const cases[][2] = {
        { "\"\"", "" },
        { "\"plain text of more than eight bytes\"", "plain text of more than eight bytes" },
        { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t" },
        { "\"\\u0041\\u00e9\\u20AC\\uD83C\\uDF41\"", "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x8D\x81" },
        { "\"caf\xC3\xA9 \xE2\x82\xAC\"", "caf\xC3\xA9 \xE2\x82\xAC" },
        { "\"a\\nb\\nc and a long plain tail that moves\"",
          "a\nb\nc and a long plain tail that moves" },
        { "\"\x7F\"", "\x7F" },
        { "\"\\uFFFF\\u007f\"", "\xEF\xBF\xBF\x7F" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct json *v = parse(cases[i][0]);
        assert_int_equal(v->type, JSON_STRING);
        assert_slice(v->text, cases[i][1]);
    }
}

static void a_special_byte_is_found_at_every_place_of_a_word(void **state)
{
    (void)state;
    for (size_t before = 0; before < 40; before++) {
        char text[64];
        memset(text, 'x', sizeof(text));
        text[0] = '"';
        memcpy(text + 1 + before, "\\n", 2);
        text[before + 20] = '"';
        struct json *v = parse_slice(slice_make(text, before + 21));
        assert_int_equal(v->text.len, before + 18);
        assert_int_equal(v->text.ptr[before], '\n');
        text[1 + before] = '\x1F';
        struct json *none = NULL;
        assert_int_equal(json_parse(arena, slice_make(text, before + 21), NULL, &none), EN_INVALID);
        assert_null(none);
    }
}

static void the_tree_does_not_need_the_text(void **state)
{
    (void)state;
    char text[] = "{\"name\":[\"value\",12.5]}";
    struct json *v = parse(text);
    memset(text, '#', sizeof(text) - 1);
    assert_slice(v->members[0].name, "name");
    assert_slice(v->members[0].value.items[0].text, "value");
    assert_slice(v->members[0].value.items[1].text, "12.5");
}

static void numbers_keep_their_text_and_integers_are_exact(void **state)
{
    (void)state;
    const struct {
        const char *text;
        bool is_integer;
        int64_t integer;
        double number;
    } cases[] = {
        { "0", true, 0, 0.0 },
        { "-0", true, 0, -0.0 },
        { "123456789012345", true, INT64_C(123456789012345), 123456789012345.0 },
        { "9007199254740992", true, INT64_C(9007199254740992), 9007199254740992.0 },
        { "-9007199254740992", true, -INT64_C(9007199254740992), -9007199254740992.0 },
        { "9007199254740993", false, 0, 9007199254740992.0 },
        { "12345678901234567890", false, 0, 12345678901234567890.0 },
        { "1.0", true, 1, 1.0 },
        { "1.5e1", true, 15, 15.0 },
        { "1e3", true, 1000, 1000.0 },
        { "100000e-5", true, 1, 1.0 },
        { "0e999999999999", true, 0, 0.0 },
        { "0.000e-99", true, 0, 0.0 },
        { "1.50", false, 0, 1.5 },
        { "-0.1", false, 0, -0.1 },
        { "1e22", false, 0, 1e22 },
        { "1e-400", false, 0, 0.0 },
        { "4.9406564584124654e-324", false, 0, 4.9406564584124654e-324 },
        { "1.7976931348623157E+308", false, 0, 1.7976931348623157e308 },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct json *v = parse(cases[i].text);
        assert_int_equal(v->type, JSON_NUMBER);
        assert_slice(v->text, cases[i].text);
        assert_int_equal(v->is_integer, cases[i].is_integer);
        assert_int_equal(v->integer, cases[i].integer);
        assert_memory_equal(&v->number, &cases[i].number, sizeof(double));
    }
}

static void refusals_name_the_line_and_the_column(void **state)
{
    (void)state;
    const struct {
        struct slice text;
        const char *where_and_why;
    } cases[] = {
        { S(""), "line 1, column 1: the text ends too early" },
        { S("  \n "), "line 2, column 2: the text ends too early" },
        { S("{\"a\":"), "line 1, column 6: the text ends too early" },
        { S("[1,"), "line 1, column 4: the text ends too early" },
        { S("\"abc"), "line 1, column 5: the text ends too early" },
        { S("\"abc\\"), "line 1, column 6: the text ends too early" },
        { S("[1 2]"), "line 1, column 4: expected ',' or ']'" },
        { S("[1}"), "line 1, column 3: expected ',' or ']'" },
        { S("{\"a\":1]"), "line 1, column 7: expected ',' or '}'" },
        { S("{\"a\" 1}"), "line 1, column 6: expected ':'" },
        { S("{a:1}"), "line 1, column 2: expected a name in quotes" },
        { S("{\"a\":1,}"), "line 1, column 8: expected a name in quotes" },
        { S("[1,]"), "line 1, column 4: expected a value" },
        { S("[\n\"\xC3\xA9\", tru]"), "line 2, column 6: expected a value" },
        { S("True"), "line 1, column 1: expected a value" },
        { S("nul"), "line 1, column 1: expected a value" },
        { S("1 1"), "line 1, column 3: something follows the value" },
        { S("nullx"), "line 1, column 5: something follows the value" },
        { S("01"), "line 1, column 2: something follows the value" },
        { S("1\0"), "line 1, column 2: something follows the value" },
        { S("\xEF\xBB\xBF{}"), "line 1, column 1: expected a value" },
        { S("-"), "line 1, column 1: expected a number after the minus sign" },
        { S("-a"), "line 1, column 1: expected a number after the minus sign" },
        { S("+1"), "line 1, column 1: expected a value" },
        { S(".5"), "line 1, column 1: expected a value" },
        { S("NaN"), "line 1, column 1: expected a value" },
        { S("1."), "line 1, column 1: a number breaks off" },
        { S("1.e1"), "line 1, column 1: a number breaks off" },
        { S("1e"), "line 1, column 1: a number breaks off" },
        { S("1e+"), "line 1, column 1: a number breaks off" },
        { S("1e309"), "line 1, column 1: a number is too large" },
        { S("1e99999999999999999999"), "line 1, column 1: a number is too large" },
        { S("\"a\tb\""), "line 1, column 3: a control character in a string" },
        { S("\"a\0b\""), "line 1, column 3: a control character in a string" },
        { S("\"a\nb\""), "line 1, column 3: a control character in a string" },
        { S("\"\\x\""), "line 1, column 3: an unknown escape in a string" },
        { S("\"\\U0041\""), "line 1, column 3: an unknown escape in a string" },
        { S("\"\\u12g4\""), "line 1, column 3: \\u needs four hexadecimal digits" },
        { S("\"\\u123\""), "line 1, column 3: \\u needs four hexadecimal digits" },
        { S("\"\\u0000\""), "line 1, column 3: a string may not hold the character 0" },
        { S("\"\\ud800\""), "line 1, column 3: half of a surrogate pair" },
        { S("\"\\ud800\\n\""), "line 1, column 3: half of a surrogate pair" },
        { S("\"\\ud800\\ud800\""), "line 1, column 3: half of a surrogate pair" },
        { S("\"\\udc00\""), "line 1, column 3: half of a surrogate pair" },
        { S("\"\xFF\""), "line 1, column 2: the text is not valid UTF-8" },
        { S("\"\xC0\x80\""), "line 1, column 2: the text is not valid UTF-8" },
        { S("\"\xED\xA0\x80\""), "line 1, column 2: the text is not valid UTF-8" },
        { S("\"\xE2\x82"), "line 1, column 2: the text is not valid UTF-8" },
        { S("{\"a\":1,\"b\":2,\"a\":3}"),
          "line 1, column 15: this name appears twice in its object" },
        { S("{\"a\":1,\"\\u0061\":3}"), "line 1, column 9: this name appears twice in its object" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct error err = { 0 };
        struct json *v = NULL;
        assert_int_equal(json_parse(arena, cases[i].text, &err, &v), EN_INVALID);
        assert_null(v);
        assert_int_equal(err.code, EN_INVALID);
        assert_true(strncmp(err.message, "JSON, ", 6) == 0);
        assert_string_equal(err.message + 6, cases[i].where_and_why);
    }
}

static struct slice nested(unsigned depth)
{
    char *text = arena_alloc(arena, 2 * (size_t)depth);
    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    return slice_make(text, 2 * (size_t)depth);
}

static void depth_is_limited(void **state)
{
    (void)state;
    struct error err = { 0 };
    struct json *v = NULL;
    assert_int_equal(json_parse(arena, nested(LIMIT_JSON_DEPTH), &err, &v), 0);
    v = NULL;
    assert_int_equal(json_parse(arena, nested(LIMIT_JSON_DEPTH + 1), &err, &v), EN_TOO_LARGE);
    assert_string_equal(err.message, "JSON, line 1, column 33: nested too deeply");
    assert_int_equal(json_parse(arena, nested(100000), &err, &v), EN_TOO_LARGE);
    assert_null(v);
    struct buf side;
    buf_init(&side, 100000); /* side by side is no depth */
    for (int i = 0; i < 100; i++) {
        buf_add_cstr(&side, i == 0 ? "[[]" : ",[[]]");
    }
    buf_add_cstr(&side, "]");
    assert_int_equal(parse_slice(buf_slice(&side))->count, 100);
    buf_done(&side);
}

static void the_number_of_values_is_limited(void **state)
{
    (void)state;
    cleanup_buf struct buf b;
    buf_init(&b, 4 * LIMIT_JSON_VALUES);
    buf_add_cstr(&b, "[1");
    for (int i = 2; i < LIMIT_JSON_VALUES; i++) {
        buf_add_cstr(&b, ",1");
    }
    buf_add_cstr(&b, "]"); /* with the array itself exactly the limit */
    assert_int_equal(parse_slice(buf_slice(&b))->count, LIMIT_JSON_VALUES - 1);
    buf_truncate(&b, b.len - 1);
    buf_add_cstr(&b, ",1]");
    struct error err = { 0 };
    struct json *v = NULL;
    assert_int_equal(json_parse(arena, buf_slice(&b), &err, &v), EN_TOO_LARGE);
    assert_non_null(strstr(err.message, "too many values"));
}

static void a_duplicate_is_found_in_objects_of_every_size(void **state)
{
    (void)state;
    for (unsigned count = 2; count < 200; count += 3) {
        for (unsigned twice = 0; twice<count; twice += count> 64 ? 17 : 1) {
            cleanup_buf struct buf b;
            buf_init(&b, 100000);
            buf_add_char(&b, '{');
            for (unsigned i = 0; i < count; i++) {
                buf_printf(&b, "\"k%u\":%u,", i * 7919 % 1009, i);
            }
            b.ptr[b.len - 1] = '}';
            assert_int_equal(parse_slice(buf_slice(&b))->count, count);
            b.ptr[b.len - 1] = ',';
            buf_printf(&b, "\"k%u\":0}", twice * 7919 % 1009);
            struct error err = { 0 };
            struct json *v = NULL;
            assert_int_equal(json_parse(arena, buf_slice(&b), &err, &v), EN_INVALID);
            assert_non_null(strstr(err.message, "this name appears twice"));
        }
    }
}

static void equality_ignores_member_order_only(void **state)
{
    (void)state;
    assert_true(json_equal(parse("{\"a\":1,\"b\":[true,null]}"),
                           parse("{ \"b\" : [ true , null ] , \"a\" : 1.0 }")));
    const char *const different[] = { "1",         "2",         "\"1\"",
                                      "true",      "false",     "null",
                                      "[]",        "[1]",       "[1,2]",
                                      "[2,1]",     "{}",        "{\"a\":1}",
                                      "{\"b\":1}", "{\"a\":2}", "{\"a\":1,\"b\":1}",
                                      "\"\"",      "[[]]" };
    size_t count = sizeof(different) / sizeof(different[0]);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            assert_true(json_equal(parse(different[i]), parse(different[j])) == (i == j));
        }
    }
    assert_true(json_equal(NULL, NULL));
    assert_false(json_equal(NULL, parse("null")));
}

static void an_arena_that_is_too_small_is_no_memory(void **state)
{
    (void)state;
    const struct slice text = S("{\"a\":[1,2,3,{\"b\":\"text\"}],\"c\":{\"d\":[]}}");
    bool done = false;
    for (size_t budget = 0; !done; budget += 16) {
        cleanup_arena struct arena *a = arena_new(budget);
        struct error err = { 0 };
        struct json *v = NULL;
        int r = json_parse(a, text, &err, &v);
        done = r == 0;
        assert_true(done || (r == EN_NO_MEMORY && err.code == EN_NO_MEMORY && !v));
        assert_true(budget < 4096);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_type_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(absent_members_give_the_fallback, set_up, tear_down),
        cmocka_unit_test_setup_teardown(strings_are_decoded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_special_byte_is_found_at_every_place_of_a_word, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_tree_does_not_need_the_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(numbers_keep_their_text_and_integers_are_exact, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(refusals_name_the_line_and_the_column, set_up, tear_down),
        cmocka_unit_test_setup_teardown(depth_is_limited, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_number_of_values_is_limited, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_duplicate_is_found_in_objects_of_every_size, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(equality_ignores_member_order_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_arena_that_is_too_small_is_no_memory, set_up, tear_down),
    };
    return run_suite(tests);
}
