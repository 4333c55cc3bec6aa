/*
 * Writing: the RFC 8785 number vectors and sort example, escapes, the streaming writer, fixed
 * decimals; trees made by hand and merge patches (the table of RFC 7396 appendix A).
 */
#include "check.h"

#include <math.h>

#include "base/limits.h"

static struct arena *arena;
static struct buf out;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(LIMIT_ARENA);
    buf_init(&out, 1 << 20);
    return arena ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    buf_done(&out);
    return 0;
}

static struct json *parse(const char *text)
{
    struct error err = { 0 };
    struct json *v = NULL;
    if (json_parse(arena, slice_of(text), &err, &v) < 0) {
        fail_msg("refused: %s", err.message);
    }
    return v;
}

static const char *canonical(const char *text)
{
    buf_clear(&out);
    json_write_canonical(arena, parse(text), &out);
    assert_false(buf_failed(&out));
    return out.ptr;
}

static const char *as_it_is(const struct json *v)
{
    buf_clear(&out);
    json_write_value(v, &out);
    assert_false(buf_failed(&out));
    return out.ptr;
}

static void the_number_samples_of_rfc_8785_appendix_b(void **state)
{
    (void)state;
    static const struct {
        uint64_t bits;
        const char *text;
    } samples[] = {
        { 0x0000000000000000, "0" },
        { 0x8000000000000000, "0" },
        { 0x0000000000000001, "5e-324" },
        { 0x8000000000000001, "-5e-324" },
        { 0x7fefffffffffffff, "1.7976931348623157e+308" },
        { 0xffefffffffffffff, "-1.7976931348623157e+308" },
        { 0x4340000000000000, "9007199254740992" },
        { 0xc340000000000000, "-9007199254740992" },
        { 0x4430000000000000, "295147905179352830000" },
        { 0x44b52d02c7e14af5, "9.999999999999997e+22" },
        { 0x44b52d02c7e14af6, "1e+23" },
        { 0x44b52d02c7e14af7, "1.0000000000000001e+23" },
        { 0x444b1ae4d6e2ef4e, "999999999999999700000" },
        { 0x444b1ae4d6e2ef4f, "999999999999999900000" },
        { 0x444b1ae4d6e2ef50, "1e+21" },
        { 0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7" },
        { 0x3eb0c6f7a0b5ed8d, "0.000001" },
        { 0x41b3de4355555553, "333333333.3333332" },
        { 0x41b3de4355555554, "333333333.33333325" },
        { 0x41b3de4355555555, "333333333.3333333" },
        { 0x41b3de4355555556, "333333333.3333334" },
        { 0x41b3de4355555557, "333333333.33333343" },
        { 0xbecbf647612f3696, "-0.0000033333333333333333" },
        { 0x43143ff3c1cb0959, "1424953923781206.2" },
        /* powers of two, where the gap below is half the gap above */
        { 0x3d30000000000000, "5.684341886080802e-14" },
        { 0x0010000000000000, "2.2250738585072014e-308" },
        { 0x000fffffffffffff, "2.225073858507201e-308" },
    };
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        double value = 0;
        memcpy(&value, &samples[i].bits, sizeof(value));
        buf_clear(&out);
        json_write_number(&out, value);
        assert_string_equal(out.ptr, samples[i].text);
    }
}

static void what_is_no_number_is_written_as_null(void **state)
{
    (void)state;
    json_write_number(&out, (double)NAN);
    json_write_number(&out, (double)INFINITY);
    json_write_number(&out, -(double)INFINITY);
    assert_string_equal(out.ptr, "nullnullnull");
}

static void the_sort_example_of_rfc_8785(void **state)
{
    (void)state;
    assert_string_equal(
        canonical("{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\","
                  "\"\\ufb33\":\"Hebrew Letter Dalet With Dagesh\",\"1\":\"One\","
                  "\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\","
                  "\"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}"),
        "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xC2\x80\":\"Control\","
        "\"\xC3\xB6\":\"Latin Small Letter O With Diaeresis\",\"\xE2\x82\xAC\":\"Euro Sign\","
        "\"\xF0\x9F\x98\x80\":\"Emoji: Grinning Face\","
        "\"\xEF\xAC\xB3\":\"Hebrew Letter Dalet With Dagesh\"}");
}

static void the_literals_example_of_rfc_8785(void **state)
{
    (void)state;
    assert_string_equal(
        canonical("{\n  \"numbers\": [333333333.33333329, 1E30, 4.50,\n"
                  "              2e-3, 0.000000000000000000000000001],\n"
                  "  \"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\",\n"
                  "  \"literals\": [null, true, false]\n}"),
        "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
        "\"string\":\"\xE2\x82\xAC$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
}

static void names_sort_by_utf16_units_at_every_boundary(void **state)
{
    (void)state;
    /* D7FF < surrogates of 10000 and 10FFFF < E000 < FFFF; prefixes first */
    assert_string_equal(canonical("{\"\xEF\xBF\xBF\":1,\"\xF4\x8F\xBF\xBF\":2,\"\xED\x9F\xBF\":3,"
                                  "\"\xEE\x80\x80\":4,\"\xF0\x90\x80\x80\":5,\"\":6,\"a\":7,"
                                  "\"aa\":8}"),
                        "{\"\":6,\"a\":7,\"aa\":8,\"\xED\x9F\xBF\":3,\"\xF0\x90\x80\x80\":5,"
                        "\"\xF4\x8F\xBF\xBF\":2,\"\xEE\x80\x80\":4,\"\xEF\xBF\xBF\":1}");
}

static void escapes_are_the_fewest(void **state)
{
    (void)state;
    char text[0x81];
    for (int c = 0; c < 0x80; c++) {
        text[c] = (char)c;
    }
    json_write_text(&out, slice_make(text, 0x80));
    assert_string_equal(
        out.ptr, "\"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r"
                 "\\u000e\\u000f\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018"
                 "\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f !\\\"#$%&'()*+,-./0123456789:;"
                 "<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\\\]^_`abcdefghijklmnopqrstuvwxyz{|}~\x7F\"");
    buf_clear(&out);
    json_write_text(&out, (struct slice){ 0 });
    assert_string_equal(out.ptr, "\"\"");
}

static void values_are_written_as_they_were_read(void **state)
{
    (void)state;
    const char text[] = "{\"b\":1.50,\"a\":[-0,1E5,\"\xC3\xA9\\n\",{},[]],\"c\":[true,false,null]}";
    assert_string_equal(as_it_is(parse(text)), text);
}

static void the_streaming_writer_keeps_commas_and_nesting(void **state)
{
    (void)state;
    struct json_writer w;
    jw_init(&w, &out);
    jw_object(&w);
    jw_key_text(&w, "t", S("x\"y"));
    jw_key_cstr(&w, "n", NULL);
    jw_key_int(&w, "i", -5);
    jw_key_bool(&w, "b", true);
    jw_key_fixed(&w, "f", 0.6, 6);
    jw_key(&w, "a");
    jw_array(&w);
    jw_null(&w);
    jw_array(&w);
    jw_array_end(&w);
    jw_object(&w);
    jw_key_slice(&w, S("k"));
    jw_raw(&w, S("[1,2]"));
    jw_object_end(&w);
    jw_double(&w, 0.1);
    jw_cstr(&w, "s");
    jw_bool(&w, false);
    jw_array_end(&w);
    jw_key(&w, "j");
    jw_json(&w, parse("{\"z\":1,\"y\":2}"));
    jw_key(&w, "none");
    jw_json(&w, NULL);
    jw_object_end(&w);
    assert_int_equal(w.depth, 0);
    assert_string_equal(out.ptr, "{\"t\":\"x\\\"y\",\"n\":null,\"i\":-5,\"b\":true,\"f\":0.600000,"
                                 "\"a\":[null,[],{\"k\":[1,2]},0.1,\"s\",false],"
                                 "\"j\":{\"z\":1,\"y\":2},\"none\":null}");
}

static void the_streaming_writer_nests_to_its_limit(void **state)
{
    (void)state;
    struct json_writer w;
    jw_init(&w, &out);
    for (int i = 0; i < 64; i++) {
        jw_array(&w);
        jw_int(&w, i);
    }
    for (int i = 0; i < 64; i++) {
        jw_array_end(&w);
    }
    assert_int_equal(w.depth, 0);
    assert_true(slice_starts(buf_slice(&out), S("[0,[1,[2,[3,")));
}

static void fixed_decimals_are_rounded_half_to_even(void **state)
{
    (void)state;
    const struct {
        double value;
        int digits;
        const char *text;
    } cases[] = {
        { 0.6, 6, "0.600000" },
        { 0.0, 0, "0" },
        { 0.5, 0, "0" },
        { 1.5, 0, "2" },
        { 2.5, 0, "2" },
        { -2.5, 0, "-2" },
        { -0.4, 0, "0" },
        { 0.125, 2, "0.12" },
        { 0.375, 2, "0.38" },
        { -0.000001, 3, "0.000" },
        { -1.25, 1, "-1.2" },
        { 999.9996, 3, "1000.000" },
        { 1.0 / 3, 9, "0.333333333" },
        { 123456.789, 1, "123456.8" },
        { 9007199.0, 9, "9007199.000000000" },
        { 1e300, 2, "1e+300" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct json_writer w;
        buf_clear(&out);
        jw_init(&w, &out);
        jw_fixed(&w, cases[i].value, cases[i].digits);
        assert_string_equal(out.ptr, cases[i].text);
    }
}

static void a_full_buffer_fails_once_and_for_all(void **state)
{
    (void)state;
    cleanup_buf struct buf small;
    buf_init(&small, 10);
    json_write_canonical(arena, parse("{\"b\":[1,2,3],\"a\":\"long enough\"}"), &small);
    assert_true(buf_failed(&small));
    assert_true(small.len <= 10);
}

static void objects_and_arrays_are_built_by_hand(void **state)
{
    (void)state;
    struct json *object = json_new_object(arena);
    struct json *array = json_new_array(arena);
    for (int i = 0; i < 100; i++) {
        char name[16];
        snprintf(name, sizeof(name), "k%d", i);
        assert_int_equal(json_object_set(arena, object, slice_of(name), json_new_int(arena, i)), 0);
        assert_int_equal(json_array_add(arena, array, json_new_int(arena, i)), 0);
        name[0] = '?'; /* the name was copied */
    }
    assert_int_equal(json_object_set(arena, object, S("k50"), json_new_text(arena, S("new"))), 0);
    assert_int_equal(object->count, 100);
    assert_int_equal(json_get_int(object, "k99", -1), 99);
    assert_slice(json_get_text(object, "k50"), "new");
    json_object_remove(object, S("k0"));
    json_object_remove(object, S("k0"));
    assert_int_equal(object->count, 99);
    assert_slice(object->members[0].name, "k1");
    assert_int_equal(array->items[77].integer, 77);
    struct json *mixed = json_new_array(arena);
    json_array_add(arena, mixed, json_new_null(arena));
    json_array_add(arena, mixed, json_new_bool(arena, true));
    json_array_add(arena, mixed, json_new_int(arena, INT64_MIN));
    assert_string_equal(as_it_is(mixed), "[null,true,-9223372036854775808]");
    assert_false(mixed->items[2].is_integer); /* past 2^53 */
}

static void a_new_value_is_set_in_one_call(void **state)
{
    (void)state;
    struct json *object = json_new_object(arena);
    assert_int_equal(json_set_text(arena, object, "text", S("one")), 0);
    assert_int_equal(json_set_text(arena, object, "empty", S("")), 0);
    assert_int_equal(json_set_nonempty(arena, object, "some", S("two")), 0);
    assert_int_equal(json_set_nonempty(arena, object, "none", S("")), 0);
    assert_int_equal(json_set_nonempty(arena, object, "none", (struct slice){ 0 }), 0);
    assert_int_equal(json_set_int(arena, object, "int", -7), 0);
    assert_int_equal(json_set_bool(arena, object, "bool", true), 0);
    assert_int_equal(json_set_text(arena, object, "text", S("three")), 0);
    assert_string_equal(
        as_it_is(object),
        "{\"text\":\"three\",\"empty\":\"\",\"some\":\"two\",\"int\":-7,\"bool\":true}");
}

static void a_text_that_memory_failed_for_is_refused(void **state)
{
    (void)state;
    struct json *object = json_new_object(arena);
    assert_int_equal(json_set_text(arena, object, "text", (struct slice){ 0 }), EN_NO_MEMORY);
    assert_int_equal(json_set_text(arena, NULL, "text", S("one")), EN_NO_MEMORY);
    assert_int_equal(json_set_int(arena, NULL, "int", 1), EN_NO_MEMORY);
    assert_int_equal(json_set_bool(arena, NULL, "bool", true), EN_NO_MEMORY);
    assert_string_equal(as_it_is(object), "{}");
}

static void changing_a_copy_leaves_its_source_alone(void **state)
{
    (void)state;
    struct json *parsed = parse("{\"a\":{\"x\":1,\"y\":2}}");
    struct json copy = *parsed;
    assert_int_equal(json_object_set(arena, &copy, S("a"), json_new_int(arena, 5)), 0);
    assert_int_equal(json_object_set(arena, &copy, S("b"), json_new_int(arena, 6)), 0);
    assert_string_equal(as_it_is(parsed), "{\"a\":{\"x\":1,\"y\":2}}");
    struct json *inner = json_new_object(arena);
    json_object_set(arena, inner, S("x"), json_new_int(arena, 1));
    struct json *outer = json_new_object(arena);
    json_object_set(arena, outer, S("one"), inner);
    json_object_set(arena, outer, S("two"), inner);
    struct json *one = &outer->members[0].value;
    assert_int_equal(json_object_set(arena, one, S("y"), json_new_int(arena, 2)), 0);
    assert_int_equal(json_object_set(arena, one, S("x"), json_new_int(arena, 3)), 0);
    assert_string_equal(as_it_is(outer), "{\"one\":{\"x\":3,\"y\":2},\"two\":{\"x\":1}}");
}

static void the_merge_patch_table_of_rfc_7396(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        { "{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
        { "{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}" },
        { "{\"a\":\"b\"}", "{\"a\":null}", "{}" },
        { "{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}" },
        { "{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
        { "{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}" },
        { "{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}" },
        { "{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}" },
        { "[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]" },
        { "{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]" },
        { "{\"a\":\"foo\"}", "null", "null" },
        { "{\"a\":\"foo\"}", "\"bar\"", "\"bar\"" },
        { "{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}" },
        { "[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}" },
        { "{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct json *target = parse(cases[i][0]);
        struct json *patch = parse(cases[i][1]);
        struct json *result = json_merge_patch(arena, target, patch);
        assert_string_equal(as_it_is(result), cases[i][2]);
        assert_true(json_equal(target, parse(cases[i][0]))); /* neither input changed */
        assert_true(json_equal(patch, parse(cases[i][1])));
    }
}

#define case_of(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        case_of(the_number_samples_of_rfc_8785_appendix_b),
        case_of(what_is_no_number_is_written_as_null),
        case_of(the_sort_example_of_rfc_8785),
        case_of(the_literals_example_of_rfc_8785),
        case_of(names_sort_by_utf16_units_at_every_boundary),
        case_of(escapes_are_the_fewest),
        case_of(values_are_written_as_they_were_read),
        case_of(the_streaming_writer_keeps_commas_and_nesting),
        case_of(the_streaming_writer_nests_to_its_limit),
        case_of(fixed_decimals_are_rounded_half_to_even),
        case_of(a_full_buffer_fails_once_and_for_all),
        case_of(objects_and_arrays_are_built_by_hand),
        case_of(a_new_value_is_set_in_one_call),
        case_of(a_text_that_memory_failed_for_is_refused),
        case_of(changing_a_copy_leaves_its_source_alone),
        case_of(the_merge_patch_table_of_rfc_7396),
    };
    return run_suite(tests);
}
