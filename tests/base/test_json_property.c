/*
 * Laws of JSON over seeded random texts: what is written reads back equal, the canonical form is a
 * fixed point and does not see member order, names are sorted as UTF-16 says (judged by converting
 * them), and numbers are the shortest that read back (judged by trying every shorter one).
 */
#include "random_json.h"

#include <math.h>

#include "base/limits.h"

static struct json *parse(struct arena *a, struct slice text)
{
    struct json *v = NULL;
    struct error err = { 0 };
    int r = json_parse(a, text, &err, &v);
    if (r < 0 && !strstr(err.message, "twice") && !strstr(err.message, "too large")) {
        fail_msg("refused: %s", err.message);
    }
    return v;
}

static void what_is_written_reads_back_equal(void **state)
{
    (void)state;
    uint64_t seed = 11;
    unsigned read = 0;
    for (int i = 0; i < 2000; i++) {
        cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
        cleanup_buf struct buf text;
        cleanup_buf struct buf again;
        buf_init(&text, LIMIT_BODY);
        buf_init(&again, LIMIT_BODY);
        random_value(&seed, &text, 6);
        struct json *v = parse(a, buf_slice(&text));
        if (!v) {
            continue;
        }
        read++;
        json_write_value(v, &again);
        assert_true(json_equal(v, parse(a, buf_slice(&again))));
        buf_clear(&again);
        json_write_canonical(a, v, &again);
        assert_true(json_equal(v, parse(a, buf_slice(&again))));
    }
    assert_true(read > 1500);
}

/* A copy with the members of every object in random order. */
static struct json shuffled(struct arena *a, const struct json *v, uint64_t *seed)
{
    struct json copy = *v;
    if (v->count == 0 || (v->type != JSON_ARRAY && v->type != JSON_OBJECT)) {
        return copy;
    }
    if (v->type == JSON_ARRAY) {
        copy.items = arena_array_of(a, struct json, v->count);
        for (uint32_t i = 0; i < v->count; i++) {
            copy.items[i] = shuffled(a, &v->items[i], seed);
        }
        return copy;
    }
    copy.members = arena_array_of(a, struct json_member, v->count);
    for (uint32_t i = 0; i < v->count; i++) {
        uint32_t j = random_below(seed, i + 1);
        copy.members[i] = copy.members[j];
        copy.members[j].name = v->members[i].name;
        copy.members[j].value = shuffled(a, &v->members[i].value, seed);
    }
    return copy;
}

static void the_canonical_form_is_a_fixed_point_without_order(void **state)
{
    (void)state;
    uint64_t seed = 12;
    for (int i = 0; i < 1500; i++) {
        cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
        cleanup_buf struct buf text;
        cleanup_buf struct buf first;
        cleanup_buf struct buf second;
        buf_init(&text, LIMIT_BODY);
        buf_init(&first, LIMIT_BODY);
        buf_init(&second, LIMIT_BODY);
        random_value(&seed, &text, 6);
        struct json *v = parse(a, buf_slice(&text));
        if (!v) {
            continue;
        }
        json_write_canonical(a, v, &first);
        json_write_canonical(a, parse(a, buf_slice(&first)), &second);
        assert_true(slice_eq(buf_slice(&first), buf_slice(&second)));
        struct json other = shuffled(a, v, &seed);
        assert_true(json_equal(v, &other));
        buf_clear(&second);
        json_write_canonical(a, &other, &second);
        assert_true(slice_eq(buf_slice(&first), buf_slice(&second)));
    }
}

/* UTF-8 to UTF-16, plainly. */
static size_t to_units(struct slice text, uint16_t *units)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len;) {
        unsigned char lead = (unsigned char)text.ptr[i];
        size_t len = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        uint32_t c = len == 1 ? lead : lead & (0xFFu >> (len + 1));
        for (size_t j = 1; j < len; j++) {
            c = c << 6 | ((unsigned char)text.ptr[i + j] & 0x3F);
        }
        if (c >= 0x10000) {
            units[count++] = (uint16_t)(0xD800 + ((c - 0x10000) >> 10));
            c = 0xDC00 + ((c - 0x10000) & 0x3FF);
        }
        units[count++] = (uint16_t)c;
        i += len;
    }
    return count;
}

static bool units_ordered(struct slice a, struct slice b)
{
    uint16_t left[256];
    uint16_t right[256];
    size_t left_count = to_units(a, left);
    size_t right_count = to_units(b, right);
    for (size_t i = 0; i < left_count && i < right_count; i++) {
        if (left[i] != right[i]) {
            return left[i] < right[i];
        }
    }
    return left_count < right_count;
}

static void assert_sorted(const struct json *v)
{
    for (uint32_t i = 0; v->type == JSON_ARRAY && i < v->count; i++) {
        assert_sorted(&v->items[i]);
    }
    for (uint32_t i = 0; v->type == JSON_OBJECT && i < v->count; i++) {
        assert_true(i == 0 || units_ordered(v->members[i - 1].name, v->members[i].name));
        assert_sorted(&v->members[i].value);
    }
}

static void names_come_out_in_utf16_order(void **state)
{
    (void)state;
    uint64_t seed = 13;
    for (int i = 0; i < 1500; i++) {
        cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
        cleanup_buf struct buf text;
        cleanup_buf struct buf out;
        buf_init(&text, LIMIT_BODY);
        buf_init(&out, LIMIT_BODY);
        random_container(&seed, &text, 4, true);
        struct json *v = parse(a, buf_slice(&text));
        if (v) {
            json_write_canonical(a, v, &out);
            assert_sorted(parse(a, buf_slice(&out)));
        }
    }
}

/* The digits of text without sign, point, exponent and outer zeros: their number. */
static int significant_digits(const char *text)
{
    int count = 0;
    int zeros = 0;
    for (; *text && *text != 'e'; text++) {
        if (*text == '0') {
            zeros++;
        } else if (*text >= '1' && *text <= '9') {
            count += count > 0 ? zeros + 1 : 1;
            zeros = 0;
        }
    }
    return count;
}

/* Slow judge: does any number with so many digits, next to value, read back as it? */
static bool exists_with_digits(double value, int digits)
{
    char text[40];
    snprintf(text, sizeof(text), "%.*e", digits - 1, value);
    char *mark = strchr(text, 'e');
    long exponent = strtol(mark + 1, NULL, 10) - (digits - 1);
    int64_t mantissa = 0;
    for (char *c = text; c < mark; c++) {
        if (*c != '.') {
            mantissa = mantissa * 10 + (*c - '0');
        }
    }
    for (int64_t step = -2; step <= 2; step++) {
        char candidate[64];
        snprintf(candidate, sizeof(candidate), "%llde%ld", (long long)(mantissa + step), exponent);
        if (strtod(candidate, NULL) == value) {
            return true;
        }
    }
    return false;
}

static void check_number(double value)
{
    cleanup_buf struct buf out;
    buf_init(&out, 100);
    json_write_number(&out, value);
    assert_true(strtod(out.ptr, NULL) == value);
    cleanup_arena struct arena *a = arena_new(10000);
    assert_true(parse(a, buf_slice(&out))->number == value);
    int digits = significant_digits(out.ptr);
    assert_true(digits <= 17);
    if (digits > 1 && exists_with_digits(fabs(value), digits - 1)) {
        fail_msg("%s is not the shortest form", out.ptr);
    }
    /* the nearest of that length, unless the nearest does not read back */
    char nearest[40];
    snprintf(nearest, sizeof(nearest), "%.*e", digits - 1, value);
    if (strtod(nearest, NULL) == value && digits == 17) {
        char ours[40];
        snprintf(ours, sizeof(ours), "%.16e", strtod(out.ptr, NULL));
        assert_string_equal(ours, nearest);
    }
}

static void numbers_are_the_shortest_that_read_back(void **state)
{
    (void)state;
    uint64_t seed = 14;
    for (int i = 0; i < 6000; i++) {
        uint64_t bits = random_next(&seed);
        double value = 0;
        memcpy(&value, &bits, sizeof(value));
        if (isfinite(value) && value != 0) {
            check_number(value);
        }
        check_number(ldexp(1.0, (int)random_below(&seed, 2098) - 1074));
        check_number((double)(1 + random_below(&seed, 1000000)) /
                     (double)(1 + random_below(&seed, 1000)));
        check_number((double)(1 + random_below(&seed, 100000000)) / 1e6);
        check_number(ldexp((double)(1 + random_below(&seed, 4096)), -1074)); /* subnormal */
    }
}

static void numbers_read_as_the_libc_reads_them(void **state)
{
    (void)state;
    uint64_t seed = 15;
    for (int i = 0; i < 20000; i++) {
        cleanup_arena struct arena *a = arena_new(100000);
        cleanup_buf struct buf text;
        buf_init(&text, 10000);
        random_number(&seed, &text);
        if (i % 100 == 0) { /* digits far past what a double can tell */
            buf_clear(&text);
            buf_add_cstr(&text, "0.");
            buf_add(&text, S("00000000000000000000000000000000000000000000000000"));
            random_digits(&seed, &text, 1200);
        }
        double expected = strtod(text.ptr, NULL);
        struct json *v = NULL;
        int r = json_parse(a, buf_slice(&text), NULL, &v);
        assert_int_equal(r, isfinite(expected) ? 0 : EN_INVALID);
        if (r == 0) {
            assert_memory_equal(&v->number, &expected, sizeof(double));
            assert_true(!v->is_integer || (double)v->integer == expected);
        }
    }
}

static void a_midpoint_is_decided_by_its_last_digit(void **state)
{
    (void)state;
    /* 2^53 + 1 lies between two doubles; a digit a thousand places on tips it */
    cleanup_arena struct arena *a = arena_new(1 << 20);
    cleanup_buf struct buf text;
    buf_init(&text, 10000);
    buf_add_cstr(&text, "9007199254740993.");
    for (int i = 0; i < 1000; i++) {
        buf_add_char(&text, '0');
    }
    assert_true(parse(a, buf_slice(&text))->number == 9007199254740992.0);
    buf_add_char(&text, '1');
    assert_true(parse(a, buf_slice(&text))->number == 9007199254740994.0);
    buf_add_cstr(&text, "000"); /* nor do zeros after it untip it */
    assert_true(parse(a, buf_slice(&text))->number == 9007199254740994.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_reads_back_equal),
        cmocka_unit_test(the_canonical_form_is_a_fixed_point_without_order),
        cmocka_unit_test(names_come_out_in_utf16_order),
        cmocka_unit_test(numbers_are_the_shortest_that_read_back),
        cmocka_unit_test(numbers_read_as_the_libc_reads_them),
        cmocka_unit_test(a_midpoint_is_decided_by_its_last_digit),
    };
    return run_suite(tests);
}
