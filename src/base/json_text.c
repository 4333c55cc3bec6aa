/*
 * Scanning the two leaves of JSON that have an inside: strings and numbers.
 *
 * Strings are decoded in place: a decoded string is never longer than its source. Plain ASCII is
 * skipped eight bytes at a time; a quote, a backslash, a control character or a lead byte stops it.
 *
 * Invariant: a string that is returned is valid UTF-8 without NUL; a number has the JSON grammar
 * and fits a double. Zero bytes after the text stop every loop, so none compares with the end.
 * Nothing before *at is read and nothing after it is changed but what is being decoded.
 */
#include "base/json_internal.h"

#include "base/utf8.h"

/* A string being decoded: `from` reads, `to` writes, never ahead of it. */
struct scan {
    char *from;
    char *to;
    const char *end;
};

/* Skips to the first byte that is not plain. */
static inline char *skip_plain(char *at)
{
    for (;;) {
        uint64_t word;
        memcpy(&word, at, sizeof(word));
        uint64_t special = json_special_bytes(word, /* not_ascii= */ true);
        if (special) {
            return at + json_first_special(at, special);
        }
        at += sizeof(word);
    }
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits of \uXXXX, or -1. */
static int32_t hex_unit(const char *at)
{
    int32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(at[i]);
        if (digit < 0) {
            return -1;
        }
        unit = unit * 16 + digit;
    }
    return unit;
}

/* from stands on the u of \uXXXX. */
static const char *unescape_unicode(struct scan *s)
{
    int32_t unit = hex_unit(s->from + 1);
    if (unit < 0) {
        return "\\u needs four hexadecimal digits";
    }
    if (unit == 0) {
        return "a string may not hold the character 0";
    }
    uint32_t character = (uint32_t)unit;
    size_t len = 5;
    if ((character & 0xFC00) == 0xD800) {
        const char *next = s->from + len;
        int32_t low = next[0] == '\\' && next[1] == 'u' ? hex_unit(next + 2) : -1;
        if (low < 0 || (low & 0xFC00) != 0xDC00) {
            return "half of a surrogate pair";
        }
        character = 0x10000 + ((character & 0x3FF) << 10) + ((uint32_t)low & 0x3FF);
        len += 6;
    } else if ((character & 0xFC00) == 0xDC00) {
        return "half of a surrogate pair";
    }
    s->to += utf8_encode(character, s->to);
    s->from += len;
    return NULL;
}

/* from stands on the backslash. */
static const char *unescape(struct scan *s)
{
    static const char plain[256] = { ['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
                                     ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t' };
    s->from++;
    if (*s->from == 'u') {
        return unescape_unicode(s);
    }
    char c = plain[(unsigned char)*s->from];
    if (c == 0) {
        return "an unknown escape in a string";
    }
    *s->to++ = c;
    s->from++;
    return NULL;
}

static inline void move(struct scan *s, size_t len)
{
    if (s->to != s->from) {
        memmove(s->to, s->from, len);
    }
    s->to += len;
    s->from += len;
}

/* What is neither plain nor the closing quote. */
static const char *decode_special(struct scan *s)
{
    if (*s->from == '\\') {
        return unescape(s);
    }
    if (!(*s->from & 0x80)) {
        return "a control character in a string";
    }
    size_t len = utf8_sequence(s->from, (size_t)(s->end - s->from));
    if (len == 0) {
        return "the text is not valid UTF-8";
    }
    move(s, len);
    return NULL;
}

const char *json_text_decode(char **at, const char *end, struct slice *ret)
{
    char *begin = *at + 1;
    struct scan s = { .from = begin, .to = begin, .end = end };
    for (;;) {
        move(&s, (size_t)(skip_plain(s.from) - s.from));
        if (*s.from == '"') {
            break;
        }
        const char *wrong = decode_special(&s);
        if (wrong) {
            *at = s.from;
            return wrong;
        }
    }
    *at = s.from + 1;
    *ret = slice_make(begin, (size_t)(s.to - begin));
    return NULL;
}

/* ---- numbers ---- */

static char *skip_digits(char *at)
{
    while (char_is_digit(*at)) {
        at++;
    }
    return at;
}

/* The rest of a number from its '.' or 'e' on; NULL when the grammar is broken. */
static char *skip_fraction_and_exponent(char *at)
{
    if (*at == '.') {
        if (!char_is_digit(*++at)) {
            return NULL;
        }
        at = skip_digits(at);
    }
    if (*at == 'e' || *at == 'E') {
        at++;
        at += *at == '+' || *at == '-';
        if (!char_is_digit(*at)) {
            return NULL;
        }
        at = skip_digits(at);
    }
    return at;
}

/* At most 15 digits: exact without further thought. */
static void set_small_integer(struct json *v, const char *digits, const char *end, bool negative)
{
    int64_t value = 0;
    for (; digits < end; digits++) {
        value = value * 10 + (*digits - '0');
    }
    v->is_integer = true;
    v->integer = negative ? -value : value;
    v->number = negative ? -(double)value : (double)value;
}

const char *json_number_scan(char **at, struct json *ret)
{
    char *begin = *at;
    bool negative = *begin == '-';
    char *digits = begin + negative;
    if (!char_is_digit(*digits)) {
        return "expected a number after the minus sign";
    }
    char *end = *digits == '0' ? digits + 1 : skip_digits(digits);
    bool integer = *end != '.' && *end != 'e' && *end != 'E';
    if (!integer && !(end = skip_fraction_and_exponent(end))) {
        return "a number breaks off";
    }
    *ret = (struct json){ .type = JSON_NUMBER, .text = { begin, (size_t)(end - begin) } };
    if (integer && end - digits <= 15) {
        set_small_integer(ret, digits, end, negative);
    } else if (!json_number_read(ret->text, ret)) {
        return "a number is too large";
    }
    *at = end;
    return NULL;
}
