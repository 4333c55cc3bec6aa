/*
 * The canonical form of RFC 8785: the one text of a value, the one that is hashed and signed.
 *
 * Invariant: two trees that are equal (json_equal) give the same bytes; parsing those bytes and
 * writing again changes nothing. Members are sorted by UTF-16 code units as the RFC demands,
 * numbers are written as ES6 does, strings with the fewest escapes. Sorting takes n log n steps
 * whatever the names, and no memory at all when the members are already in order, as in every
 * stored body.
 */
#include "base/json_internal.h"

/*
 * Bytes of UTF-8 sort by code point. UTF-16 differs in one place: characters past U+FFFF are
 * surrogate pairs, D800..DFFF, and come before U+E000..U+FFFF. In UTF-8 the former begin with
 * F0..F4 and the latter with EE or EF, and a first difference involving such bytes is at a
 * character start.
 */
static inline int unit_order(unsigned char c)
{
    return c == 0xEE || c == 0xEF ? c + 0x10 : c;
}

int json_name_compare(struct slice a, struct slice b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    for (size_t i = 0; i < shorter; i++) {
        if (a.ptr[i] != b.ptr[i]) {
            return unit_order((unsigned char)a.ptr[i]) - unit_order((unsigned char)b.ptr[i]);
        }
    }
    return (a.len > b.len) - (a.len < b.len);
}

static void insertion_sort(const struct json_member **members, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const struct json_member *moving = members[i];
        size_t at = i;
        while (at > 0 && json_name_compare(members[at - 1]->name, moving->name) > 0) {
            members[at] = members[at - 1];
            at--;
        }
        members[at] = moving;
    }
}

/* Merges members[0..middle) and members[middle..count). */
static void merge_runs(const struct json_member **members, const struct json_member **scratch,
                       size_t middle, size_t count)
{
    memcpy(scratch, members, middle * sizeof(*scratch));
    size_t left = 0;
    size_t right = middle;
    for (size_t at = 0; left < middle; at++) {
        bool take_left =
            right == count || json_name_compare(scratch[left]->name, members[right]->name) <= 0;
        members[at] = take_left ? scratch[left++] : members[right++];
    }
}

void json_sort_members(const struct json_member **members, const struct json_member **scratch,
                       size_t count)
{
    enum { RUN = 8 };
    for (size_t at = 0; at < count; at += RUN) {
        insertion_sort(members + at, count - at < RUN ? count - at : RUN);
    }
    for (size_t width = RUN; width < count; width *= 2) {
        for (size_t at = 0; at + width < count; at += 2 * width) {
            size_t both = count - at < 2 * width ? count - at : 2 * width;
            merge_runs(members + at, scratch, width, both);
        }
    }
}

static bool in_order(const struct json *object)
{
    for (uint32_t i = 1; i < object->count; i++) {
        if (json_name_compare(object->members[i - 1].name, object->members[i].name) > 0) {
            return false;
        }
    }
    return true;
}

static void write_member(struct arena *a, const struct json_member *member, bool first,
                         struct buf *out)
{
    if (!first) {
        buf_add_char(out, ',');
    }
    json_write_text(out, member->name);
    buf_add_char(out, ':');
    json_write_canonical(a, &member->value, out);
}

static void write_sorted_members(struct arena *a, const struct json *object, struct buf *out)
{
    const struct json_member **order =
        arena_alloc_array(a, 2 * (size_t)object->count, sizeof(*order));
    if (!order) {
        out->failed = true;
        return;
    }
    for (uint32_t i = 0; i < object->count; i++) {
        order[i] = &object->members[i];
    }
    json_sort_members(order, order + object->count, object->count);
    for (uint32_t i = 0; i < object->count; i++) {
        write_member(a, order[i], i == 0, out);
    }
}

static void write_object(struct arena *a, const struct json *object, struct buf *out)
{
    buf_add_char(out, '{');
    if (in_order(object)) {
        for (uint32_t i = 0; i < object->count; i++) {
            write_member(a, &object->members[i], i == 0, out);
        }
    } else {
        write_sorted_members(a, object, out);
    }
    buf_add_char(out, '}');
}

static void write_array(struct arena *a, const struct json *array, struct buf *out)
{
    buf_add_char(out, '[');
    for (uint32_t i = 0; i < array->count; i++) {
        if (i > 0) {
            buf_add_char(out, ',');
        }
        json_write_canonical(a, &array->items[i], out);
    }
    buf_add_char(out, ']');
}

void json_write_canonical(struct arena *a, const struct json *v, struct buf *out)
{
    switch (v->type) {
    case JSON_NUMBER:
        if (v->is_integer) {
            buf_add_int(out, v->integer);
        } else {
            json_write_number(out, v->number);
        }
        break;
    case JSON_ARRAY:
        write_array(a, v, out);
        break;
    case JSON_OBJECT:
        write_object(a, v, out);
        break;
    default:
        json_write_value(v, out);
        break;
    }
}
