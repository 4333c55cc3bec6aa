/*
 * The bounded buffer: doubles until its maximum, then fails for good.
 *
 * Invariant: either ptr is NULL and len 0, or len < capacity and ptr[len] is NUL; len never exceeds
 * max. A failed append adds nothing, not a part. It must never grow past max + 1 bytes.
 */
#include "base/buf.h"

#include "base/fault.h"

#include <stdarg.h>
#include <stdio.h>

enum { FIRST_CAPACITY = 256 };

void buf_init(struct buf *b, size_t max)
{
    /* one byte beyond max is for the NUL */
    *b = (struct buf){ .max = max < SIZE_MAX / 2 ? max : SIZE_MAX / 2 };
}

void buf_done(struct buf *b)
{
    base_free(b->ptr);
    *b = (struct buf){ .max = b->max };
}

/* Makes room for more bytes and the NUL. */
static bool grow(struct buf *b, size_t more)
{
    if (b->failed || more > b->max - b->len) {
        b->failed = true;
        return false;
    }
    size_t needed = b->len + more + 1;
    size_t capacity = b->capacity < FIRST_CAPACITY / 2 ? FIRST_CAPACITY : b->capacity * 2;
    if (capacity > b->max + 1) {
        capacity = b->max + 1;
    }
    if (capacity < needed) {
        capacity = needed;
    }
    char *ptr = base_realloc(b->ptr, capacity);
    if (!ptr) {
        b->failed = b->no_memory = true;
        return false;
    }
    b->ptr = ptr;
    b->capacity = capacity;
    return true;
}

static inline bool reserve(struct buf *b, size_t more)
{
    return (!b->failed && more < b->capacity - b->len) || grow(b, more);
}

void buf_add(struct buf *b, struct slice s)
{
    if (!reserve(b, s.len)) {
        return;
    }
    if (s.len > 0) {
        memcpy(b->ptr + b->len, s.ptr, s.len);
        b->len += s.len;
    }
    b->ptr[b->len] = '\0';
}

void buf_add_char(struct buf *b, char c)
{
    if (!reserve(b, 1)) {
        return;
    }
    b->ptr[b->len++] = c;
    b->ptr[b->len] = '\0';
}

void buf_add_cstr(struct buf *b, const char *text)
{
    buf_add(b, slice_of(text));
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0) {
        b->failed = true;
    }
    if (len < 0 || !reserve(b, (size_t)len)) {
        return;
    }
    va_start(args, format);
    vsnprintf(b->ptr + b->len, (size_t)len + 1, format, args);
    va_end(args);
    b->len += (size_t)len;
}

void buf_add_int(struct buf *b, int64_t value)
{
    char digits[20];
    size_t at = sizeof(digits);
    /* unsigned, because -INT64_MIN does not exist */
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (value < 0) {
        digits[--at] = '-';
    }
    buf_add(b, slice_make(digits + at, sizeof(digits) - at));
}

void buf_clear(struct buf *b)
{
    b->failed = b->no_memory = false;
    buf_truncate(b, 0);
}

void buf_truncate(struct buf *b, size_t len)
{
    if (b->ptr && len <= b->len) {
        b->len = len;
        b->ptr[len] = '\0';
    }
}

char *buf_take(struct buf *b, size_t *ret_len)
{
    if (!b->ptr) {
        buf_add(b, S(""));
    }
    if (b->failed) {
        buf_done(b);
        return NULL;
    }
    char *ptr = b->ptr;
    if (ret_len) {
        *ret_len = b->len;
    }
    *b = (struct buf){ .max = b->max };
    return ptr;
}
