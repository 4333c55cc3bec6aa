/*
 * A JSON pointer (RFC 6901) under construction, for field errors.
 *
 * By value and of fixed size, because it is wanted exactly when memory may be short; a pointer that
 * is too long is cut.
 */
#pragma once

#include "base/slice.h"

struct path {
    char text[96];
    size_t len;
};

struct path path_of(struct slice pointer);
/* The path one step further. */
struct path path_name(struct path p, struct slice name);
struct path path_index(struct path p, uint32_t index);
static inline struct slice path_slice(const struct path *p)
{
    return slice_make(p->text, p->len);
}
