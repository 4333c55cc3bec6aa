/*
 * What the JSON files share among themselves: scanning strings and numbers, numbers as text and
 * back, and member order.
 */
#pragma once

#include "base/json.h"

/* 2^53: up to here every integer has a double of its own. */
#define JSON_INTEGER_MAX INT64_C(9007199254740992)

enum { JSON_NUMBER_TEXT = 32 };

/* Reads text, which must be a number of the JSON grammar, into the number members of v.
 * False when it is too large for a double. */
bool json_number_read(struct slice text, struct json *v);
/* Writes a finite double in ES6 form; returns the length (no NUL is added). */
size_t json_number_format(double value, char ret[JSON_NUMBER_TEXT]);

/* Zero bytes after a text that is scanned: a word-wide look goes at most this far past its end. */
enum { JSON_PADDING = 8 };

#define JSON_ONES UINT64_C(0x0101010101010101)
#define JSON_HIGHS UINT64_C(0x8080808080808080)

/* The high bit is set in each byte of the word that is a quote, a backslash or a control character
 * (and, with not_ascii, in each that is not ASCII). Bytes above the lowest such may be false
 * alarms: subtraction borrows upwards only. */
static inline uint64_t json_special_bytes(uint64_t word, bool not_ascii)
{
    uint64_t quote = word ^ (JSON_ONES * '"');
    uint64_t backslash = word ^ (JSON_ONES * '\\');
    uint64_t found = ((quote - JSON_ONES) | (backslash - JSON_ONES) | (word - JSON_ONES * 0x20));
    return (not_ascii ? found | word : found & ~word) & JSON_HIGHS;
}

/* Which byte of the word at text was the first special one. */
static inline size_t json_first_special(const char *text, uint64_t special)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    (void)text;
    return (size_t)__builtin_ctzll(special) / 8;
#else
    /* the lowest byte is the last one in memory: false alarms may come first, so look */
    size_t i = 0;
    while (i < 7 && (signed char)text[i] >= 0x20 && text[i] != '"' && text[i] != '\\') {
        i++;
    }
    (void)special;
    return i;
#endif
}

/* Reads the string whose opening quote *at stands on and decodes it in place; *at then follows the
 * closing quote. Otherwise returns what is wrong, with *at where. The text ends at end, and
 * JSON_PADDING zero bytes follow. */
const char *json_text_decode(char **at, const char *end, struct slice *ret);
/* Reads the number that *at stands on (a digit or a minus); as above. */
const char *json_number_scan(char **at, struct json *ret);

/* Order of names by UTF-16 code units: negative, 0 or positive. */
int json_name_compare(struct slice a, struct slice b);
/* Sorts by json_name_compare; scratch has room for count pointers. Stable, n log n always. */
void json_sort_members(const struct json_member **members, const struct json_member **scratch,
                       size_t count);
