/*
 * Folding to plain lower-case letters and digits, then comparing. Only ASCII and the letters of
 * Latin-1 and œ are folded; any other character must be the same on both sides. Words longer than
 * the buffer compare byte by byte.
 */
#include "record/words.h"

enum { FOLD_MAX = 320 };

/* U+00C0..U+00DF and, 0x20 later, U+00E0..U+00FF; a space stands for "skip". */
static const char latin[] = "aaaaaaaceeeeiiiidnooooo ouuuuyts";

/* Folds one character at text (len > 0 left) into out; returns the bytes taken, *ret_n those made.
 */
static size_t fold_one(const char *text, size_t len, char out[4], size_t *ret_n)
{
    unsigned char c = (unsigned char)text[0];
    *ret_n = 0;
    if (c < 0x80) {
        if (c >= 'A' && c <= 'Z')
            out[(*ret_n)++] = (char)(c + 32);
        else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            out[(*ret_n)++] = (char)c;
        return 1;
    }
    unsigned char d = len > 1 ? (unsigned char)text[1] : 0;
    if (c == 0xC3 && d >= 0x80) {
        char base = latin[(d - 0x80) & 31];
        if (base != ' ')
            out[(*ret_n)++] = base;
        if ((d & 31) == 6) /* Æ */
            out[(*ret_n)++] = 'e';
        return 2;
    }
    if (c == 0xC5 && (d == 0x92 || d == 0x93)) {
        memcpy(out, "oe", 2);
        *ret_n = 2;
        return 2;
    }
    if (c == 0xE2 && len > 2 && d == 0x80) /* typographic quotes, dashes and spaces */
        return 3;
    if (c == 0xC2 && d == 0xA0) /* no-break space */
        return 2;
    out[(*ret_n)++] = (char)c;
    return 1;
}

static bool fold(struct slice s, char out[FOLD_MAX + 4], size_t *ret_len)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len;) {
        size_t made;
        if (n >= FOLD_MAX)
            return false;
        i += fold_one(s.ptr + i, s.len - i, out + n, &made);
        n += made;
    }
    *ret_len = n;
    return true;
}

bool words_same(struct slice a, struct slice b)
{
    char x[FOLD_MAX + 4], y[FOLD_MAX + 4];
    size_t nx, ny;
    if (!fold(a, x, &nx) || !fold(b, y, &ny))
        return slice_eq(a, b);
    if (nx == 0 || ny == 0)
        return slice_eq(a, b);
    return nx == ny && memcmp(x, y, nx) == 0;
}
