/*
 * A slice is a borrowed run of bytes: pointer and length, no terminator promised.
 *
 * Strings travel through Entente as slices; they become NUL-terminated only at the libc edge.
 * A slice never owns its bytes: they live in an arena, a buffer or a constant.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
    const char *ptr;
    size_t len;
};

/* A slice over a string literal. */
#define S(literal) ((struct slice){ .ptr = "" literal, .len = sizeof(literal) - 1 })

#define SLICE_FMT "%.*s"
#define SLICE_ARG(s) (int)(s).len, (s).ptr

static inline struct slice slice_of(const char *text)
{
    return (struct slice){ .ptr = text, .len = text ? strlen(text) : 0 };
}

static inline struct slice slice_make(const char *ptr, size_t len)
{
    return (struct slice){ .ptr = ptr, .len = len };
}

static inline bool slice_empty(struct slice s)
{
    return s.len == 0;
}

static inline bool slice_eq(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool slice_is(struct slice a, const char *text)
{
    return slice_eq(a, slice_of(text));
}

static inline bool char_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Bytewise order, shorter first on a tie: -1, 0 or 1. */
int slice_compare(struct slice a, struct slice b);

/* The slice without ASCII white space at both ends. */
struct slice slice_trim(struct slice s);

bool slice_starts(struct slice s, struct slice prefix);

/* Equality without regard to ASCII case. */
bool slice_eq_fold(struct slice a, struct slice b);

/* Cuts the part before the first separator off *rest and returns it; *rest is what follows
 * (empty with ptr NULL when nothing follows). */
struct slice slice_cut(struct slice *rest, char separator);

/* Decimal integer, optional sign, whole slice, within int64. */
bool slice_to_int64(struct slice s, int64_t *ret);
/* The same, 0 for what is none. */
int64_t slice_int64(struct slice s);

/* True when the bytes are well-formed UTF-8 (no surrogates, no overlong forms, no NUL). */
bool slice_is_utf8(struct slice s);
