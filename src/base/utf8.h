/*
 * UTF-8, one character at a time: the check and the encoder that the slice, JSON and error code
 * share. Well-formed means Unicode table 3-7: no overlong form, no surrogate, nothing past
 * U+10FFFF.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

static inline int utf8_continues(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* Bytes of the well-formed character of two or more bytes at text; 0 when there is none (also for
 * ASCII and NUL, which the callers have handled). */
static inline size_t utf8_sequence(const char *text, size_t available)
{
    const unsigned char lead = (unsigned char)text[0];
    if (lead < 0xC2 || lead > 0xF4 || available < 2) {
        return 0;
    }
    const unsigned char second = (unsigned char)text[1];
    if (lead < 0xE0) {
        return utf8_continues(text[1]) ? 2 : 0;
    }
    unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (second < low || second > high || available < 3 || !utf8_continues(text[2])) {
        return 0;
    }
    if (lead < 0xF0) {
        return 3;
    }
    return available >= 4 && utf8_continues(text[3]) ? 4 : 0;
}

/* Writes the character (a scalar value) and returns its length, 1 to 4. */
static inline size_t utf8_encode(uint32_t character, char ret[4])
{
    if (character < 0x80) {
        ret[0] = (char)character;
        return 1;
    }
    size_t len = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--) {
        ret[i] = (char)(0x80 | (character & 0x3F));
        character >>= 6;
    }
    ret[0] = (char)((0xF00u >> len) | character);
    return len;
}

/* The largest length up to len that does not cut a character of text in two. */
static inline size_t utf8_whole(const char *text, size_t len)
{
    size_t start = len;
    while (start > 0 && len - start < 4 && utf8_continues(text[start - 1])) {
        start--;
    }
    if (start == 0 || (unsigned char)text[start - 1] < 0xC0) {
        return len;
    }
    return utf8_sequence(text + start - 1, len - start + 1) > 0 ? len : start - 1;
}
