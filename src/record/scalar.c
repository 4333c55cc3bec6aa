/*
 * Text and tag checks. Nothing here knows a kind or a field.
 */
#include "record/scalar.h"

/* U+0080..U+009F, U+202A..U+202E, U+2066..U+2069 in UTF-8. */
static bool forbidden_sequence(const char *text, size_t left)
{
    unsigned char a = (unsigned char)text[0];
    unsigned char b = left > 1 ? (unsigned char)text[1] : 0;
    unsigned char c = left > 2 ? (unsigned char)text[2] : 0;
    if (a == 0xC2)
        return b >= 0x80 && b <= 0x9F;
    if (a != 0xE2)
        return false;
    return (b == 0x80 && c >= 0xAA && c <= 0xAE) || (b == 0x81 && c >= 0xA6 && c <= 0xA9);
}

bool text_is_clean(struct slice text, bool lines)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c == 0x7F || (c < 0x20 && !(lines && (c == '\n' || c == '\t'))))
            return false;
        if (c >= 0xC2 && forbidden_sequence(text.ptr + i, text.len - i))
            return false;
    }
    return true;
}

struct slice text_unify_lines(struct arena *a, struct slice text)
{
    if (!memchr(text.ptr, '\r', text.len))
        return text;
    char *out = arena_alloc(a, text.len + 1);
    size_t n = 0;
    if (!out)
        return (struct slice){ 0 };
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '\r' || i + 1 == text.len || text.ptr[i + 1] != '\n')
            out[n++] = text.ptr[i];
    }
    return slice_make(out, n);
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t count_alpha(struct slice s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += is_alpha(s.ptr[i]);
    return n;
}

static size_t count_digits(struct slice s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += char_is_digit(s.ptr[i]);
    return n;
}

static void lower_range(char *text, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (text[i] >= 'A' && text[i] <= 'Z')
            text[i] = (char)(text[i] + 32);
    }
}

static void upper_range(char *text, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (text[i] >= 'a' && text[i] <= 'z')
            text[i] = (char)(text[i] - 32);
    }
}

/* Language, then script, region, variants and the rest; each subtag 1..8 letters or digits. */
struct slice language_clean(struct arena *a, struct slice text)
{
    enum { TAG_MAX = 35 };
    struct slice rest = text, none = { 0 };
    bool extension = false;
    if (slice_empty(text) || text.len > TAG_MAX || text.ptr[text.len - 1] == '-')
        return none;
    char *out = arena_cstr(a, text);
    if (!out)
        return none;
    lower_range(out, 0, text.len);
    for (size_t index = 0, at = 0; at < text.len; index++) {
        struct slice tag = slice_cut(&rest, '-');
        size_t alpha = count_alpha(tag);
        if (tag.len == 0 || tag.len > 8 || alpha + count_digits(tag) != tag.len)
            return none;
        if (index == 0 && (alpha != tag.len || tag.len < 2))
            return none;
        extension = extension || tag.len == 1;
        if (index > 0 && !extension && tag.len == 4 && alpha == 4)
            upper_range(out, at, at + 1);
        else if (index > 0 && !extension && tag.len == 2 && alpha == 2)
            upper_range(out, at, at + 2);
        at += tag.len + 1;
    }
    return slice_make(out, text.len);
}
