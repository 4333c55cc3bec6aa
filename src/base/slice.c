/*
 * Slices: comparison, cutting, trimming, decimal integers and the UTF-8 check.
 *
 * Invariant: no byte outside [ptr, ptr + len) is read, and nothing depends on the locale.
 */
#include "base/slice.h"

#include "base/utf8.h"

int slice_compare(struct slice a, struct slice b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter > 0 ? memcmp(a.ptr, b.ptr, shorter) : 0;
    if (order == 0) {
        return (a.len > b.len) - (a.len < b.len);
    }
    return order < 0 ? -1 : 1;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct slice slice_trim(struct slice s)
{
    while (s.len > 0 && is_space(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len > 0 && is_space(s.ptr[s.len - 1])) {
        s.len--;
    }
    return s;
}

bool slice_starts(struct slice s, struct slice prefix)
{
    return s.len >= prefix.len && slice_eq(slice_make(s.ptr, prefix.len), prefix);
}

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool slice_eq_fold(struct slice a, struct slice b)
{
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (fold(a.ptr[i]) != fold(b.ptr[i])) {
            return false;
        }
    }
    return true;
}

struct slice slice_cut(struct slice *rest, char separator)
{
    const char *found = rest->len > 0 ? memchr(rest->ptr, separator, rest->len) : NULL;
    struct slice head = *rest;
    if (!found) {
        *rest = (struct slice){ 0 };
        return head;
    }
    head.len = (size_t)(found - head.ptr);
    *rest = slice_make(found + 1, rest->len - head.len - 1);
    return head;
}

bool slice_to_int64(struct slice s, int64_t *ret)
{
    bool negative = s.len > 0 && s.ptr[0] == '-';
    size_t i = negative || (s.len > 0 && s.ptr[0] == '+') ? 1 : 0;
    if (i == s.len) {
        return false;
    }
    int64_t value = 0;
    for (; i < s.len; i++) {
        int digit = s.ptr[i] - '0';
        /* summed on the negative side when negative, so that INT64_MIN is within reach */
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, negative ? -digit : digit, &value)) {
            return false;
        }
    }
    *ret = value;
    return true;
}

int64_t slice_int64(struct slice s)
{
    int64_t value = 0;
    return slice_to_int64(s, &value) ? value : 0;
}

bool slice_is_utf8(struct slice s)
{
    size_t i = 0;
    while (i < s.len) {
        if (s.ptr[i] > 0) {
            i++;
            continue;
        }
        size_t len = utf8_sequence(s.ptr + i, s.len - i);
        if (len == 0) {
            return false;
        }
        i += len;
    }
    return true;
}
