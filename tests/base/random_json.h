/*
 * Random JSON for the property tests: a value as text, made to meet the awkward corners (escapes,
 * surrogate pairs, long numbers, empty containers, names that sort differently in UTF-16), and
 * mutations of a text that keep it nearly valid.
 */
#pragma once

#include "check.h"

static inline void random_character(uint64_t *seed, struct buf *out)
{
    static const char *const pieces[] = {
        "a",
        "b",
        "Z",
        "0",
        " ",
        "/",
        "\\/",
        "\\\"",
        "\\\\",
        "\\n",
        "\\t",
        "\\b",
        "\\f",
        "\\r",
        "\\u0001",
        "\\u001F",
        "\\u00e9",
        "\\u20AC",
        "\\uFFFF",
        "é",
        "€",
        "\x7F",
        "\\ud83c\\udf41",
        "\xF0\x9F\x8D\x81",
        "\xEE\x80\x80",
        "\xEF\xBF\xBF",
        "\\u007f",
        "longer run of plain text",
        "\xF4\x8F\xBF\xBF",
    };
    buf_add_cstr(out, pieces[random_below(seed, sizeof(pieces) / sizeof(pieces[0]))]);
}

static inline void random_string(uint64_t *seed, struct buf *out)
{
    buf_add_char(out, '"');
    for (uint32_t left = random_below(seed, 7); left > 0; left--) {
        random_character(seed, out);
    }
    buf_add_char(out, '"');
}

static inline void random_digits(uint64_t *seed, struct buf *out, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        buf_add_char(out, (char)('0' + random_below(seed, 10)));
    }
}

static inline void random_number(uint64_t *seed, struct buf *out)
{
    if (random_below(seed, 2)) {
        buf_add_char(out, '-');
    }
    if (random_below(seed, 4) == 0) {
        buf_add_char(out, '0');
    } else {
        buf_add_char(out, (char)('1' + random_below(seed, 9)));
        random_digits(seed, out, random_below(seed, random_below(seed, 5) ? 5 : 24));
    }
    if (random_below(seed, 3) == 0) {
        buf_add_char(out, '.');
        random_digits(seed, out, 1 + random_below(seed, random_below(seed, 5) ? 6 : 30));
    }
    if (random_below(seed, 4) == 0) {
        static const char *const signs[] = { "e", "E", "e+", "E-", "e-" };
        buf_add_cstr(out, signs[random_below(seed, 5)]);
        random_digits(seed, out, 1 + random_below(seed, 3));
    }
}

static inline void random_space(uint64_t *seed, struct buf *out)
{
    if (random_below(seed, 6) == 0) {
        static const char *const spaces[] = { " ", "\n", "\t", "\r\n", "  " };
        buf_add_cstr(out, spaces[random_below(seed, 5)]);
    }
}

static inline void random_value(uint64_t *seed, struct buf *out, unsigned depth);

/* The number in front makes names differ; without it duplicates are likely. */
static inline void random_name(uint64_t *seed, struct buf *out, uint32_t number)
{
    buf_add_char(out, '"');
    random_character(seed, out);
    if (random_below(seed, 300) > 0) {
        buf_printf(out, "%u", number);
    }
    random_character(seed, out);
    buf_add_char(out, '"');
}

static inline void random_container(uint64_t *seed, struct buf *out, unsigned depth, bool object)
{
    uint32_t count = random_below(seed, random_below(seed, 40) ? 5 : 150);
    buf_add_char(out, object ? '{' : '[');
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0) {
            buf_add_char(out, ',');
        }
        random_space(seed, out);
        if (object) {
            random_name(seed, out, i);
            random_space(seed, out);
            buf_add_char(out, ':');
        }
        random_value(seed, out, count > 10 ? 0 : depth - 1);
    }
    random_space(seed, out);
    buf_add_char(out, object ? '}' : ']');
}

static inline void random_value(uint64_t *seed, struct buf *out, unsigned depth)
{
    static const char *const words[] = { "true", "false", "null" };
    random_space(seed, out);
    uint32_t choice = random_below(seed, depth > 0 ? 10 : 5);
    if (choice < 2) {
        random_string(seed, out);
    } else if (choice < 4) {
        random_number(seed, out);
    } else if (choice == 4) {
        buf_add_cstr(out, words[random_below(seed, 3)]);
    } else {
        random_container(seed, out, depth, choice < 8);
    }
    random_space(seed, out);
}

/* Changes, inserts or removes up to three bytes. */
static inline void mutate(uint64_t *seed, struct buf *text)
{
    static const char bytes[] = "{}[]\",:\\/eE+-.019abntu \n\t\x01\x7F\x80\xBF\xC3\xA9\xED\xF0\xFF";
    for (uint32_t left = random_below(seed, 4); left > 0 && text->len > 0; left--) {
        size_t at = random_below(seed, (uint32_t)text->len);
        char c = bytes[random_below(seed, sizeof(bytes))]; /* the NUL too */
        uint32_t how = random_below(seed, 3);
        if (how == 0) {
            text->ptr[at] = c;
        } else if (how == 1) {
            memmove(text->ptr + at, text->ptr + at + 1, text->len - at);
            text->len--;
        } else {
            buf_add_char(text, 'x');
            memmove(text->ptr + at + 1, text->ptr + at, text->len - at - 1);
            text->ptr[at] = c;
        }
    }
}
