/*
 * JSON pointers of fixed size: see path.h.
 *
 * Invariant: len never exceeds the array; "~" and "/" of a name are escaped as RFC 6901 says.
 */
#include "label/path.h"

static void add(struct path *p, const char *bytes, size_t len)
{
    size_t room = sizeof(p->text) - p->len;
    if (len > room) {
        len = room;
    }
    if (len > 0) {
        memcpy(p->text + p->len, bytes, len);
        p->len += len;
    }
}

struct path path_of(struct slice pointer)
{
    struct path p = { .len = 0 };
    add(&p, pointer.ptr, pointer.len);
    return p;
}

struct path path_name(struct path p, struct slice name)
{
    add(&p, "/", 1);
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '~') {
            add(&p, "~0", 2);
        } else if (name.ptr[i] == '/') {
            add(&p, "~1", 2);
        } else {
            add(&p, name.ptr + i, 1);
        }
    }
    return p;
}

struct path path_index(struct path p, uint32_t index)
{
    char digits[10];
    size_t at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + index % 10);
        index /= 10;
    } while (index > 0);
    add(&p, "/", 1);
    add(&p, digits + at, sizeof(digits) - at);
    return p;
}
