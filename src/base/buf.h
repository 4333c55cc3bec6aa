/*
 * A growing byte buffer with a maximum and a sticky error.
 *
 * Invariant: after the first failure (maximum reached, no memory) every further append is a no-op
 * and buf_failed stays true, so a writer checks once, at the end. The bytes are always followed by
 * a NUL that does not count.
 */
#pragma once

#include "base/slice.h"

struct buf {
    char *ptr;
    size_t len;
    size_t capacity;
    size_t max;
    bool failed;
    bool no_memory; /* it failed for want of memory, not at its maximum */
};

void buf_init(struct buf *b, size_t max);
void buf_done(struct buf *b);
#define cleanup_buf __attribute__((cleanup(buf_done)))

void buf_add(struct buf *b, struct slice s);
void buf_add_char(struct buf *b, char c);
void buf_add_cstr(struct buf *b, const char *text);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_add_int(struct buf *b, int64_t value);
/* Forgets the content (and the failure), keeps the memory. */
void buf_clear(struct buf *b);
/* Cuts the content back to len bytes. */
void buf_truncate(struct buf *b, size_t len);
/* Hands the heap bytes to the caller (free() them) and leaves the buffer empty; NULL if failed. */
char *buf_take(struct buf *b, size_t *ret_len);

static inline struct slice buf_slice(const struct buf *b)
{
    return (struct slice){ .ptr = b->ptr ? b->ptr : "", .len = b->len };
}

static inline bool buf_failed(const struct buf *b)
{
    return b->failed;
}
