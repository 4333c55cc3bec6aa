/*
 * Routing: method and path to a row of the table. A path matches segment by segment.
 *
 * Rows are chained by the first segment after /api/v1/ (of other paths: by their first), which is
 * always a name and never a parameter; only one chain is walked, in the order of the table.
 */
#include "ops/internal.h"

enum { BUCKETS = 256, NO_ROW = UINT16_MAX };

/* The name that a path begins with, hashed; ".csv" after it does not count. */
static size_t bucket_of(struct slice path)
{
    const struct slice prefix = S("/api/v1/");
    if (slice_starts(path, prefix))
        path = slice_make(path.ptr + prefix.len, path.len - prefix.len);
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < path.len && (i == 0 || path.ptr[i] != '/') && path.ptr[i] != '.'; i++)
        h = (h ^ (unsigned char)path.ptr[i]) * 16777619u;
    return (h ^ h >> 16) % BUCKETS;
}

int route_index(struct operations *all, struct arena *a, struct error *err)
{
    uint16_t *first = arena_array_of(a, uint16_t, BUCKETS);
    uint16_t *next = arena_array_of(a, uint16_t, all->count + 1);
    if (!first || !next || all->count >= NO_ROW)
        return error_set(err, EN_NO_MEMORY, "operations");
    for (size_t i = 0; i < BUCKETS; i++)
        first[i] = NO_ROW;
    for (size_t i = all->count; i-- > 0;) { /* so that each chain runs in the table's order */
        if (!all->items[i].method || (all->items[i].flags & OP_NO_HTTP))
            continue;
        uint16_t *head = &first[bucket_of(slice_of(all->items[i].path))];
        next[i] = *head;
        *head = (uint16_t)i;
    }
    all->first = first;
    all->next = next;
    return 0;
}

/* Matches one pattern; fills parameters when given. */
static bool match(struct arena *a, const char *pattern, struct slice path, struct json *parameters)
{
    struct slice p = slice_of(pattern);
    while (p.ptr && path.ptr) {
        struct slice want = slice_cut(&p, '/'), got = slice_cut(&path, '/');
        if (want.len > 2 && want.ptr[0] == '{') {
            if (got.len == 0)
                return false;
            struct json *v = parameters ? json_new_text(a, got) : NULL;
            if (v)
                json_object_set(a, parameters, slice_make(want.ptr + 1, want.len - 2), v);
        } else if (!slice_eq(want, got)) {
            return false;
        }
    }
    return !p.ptr && !path.ptr;
}

int operations_route(const struct operations *all, struct arena *a, struct slice method,
                     struct slice path, const struct operation **ret, struct json **ret_parameters,
                     struct slice *ret_allow)
{
    struct slice allow = S("");
    for (size_t i = all->first[bucket_of(path)]; i != NO_ROW; i = all->next[i]) {
        const struct operation *o = &all->items[i];
        if (!match(a, o->path, path, NULL))
            continue;
        if (slice_is(method, o->method)) {
            struct json *parameters = json_new_object(a);
            if (!parameters)
                return EN_NO_MEMORY;
            match(a, o->path, path, parameters);
            *ret = o;
            *ret_parameters = parameters;
            return 0;
        }
        allow = allow.len ? arena_printf(a, SLICE_FMT ", %s", SLICE_ARG(allow), o->method)
                          : slice_of(o->method);
    }
    *ret_allow = allow;
    return allow.len ? EN_UNSUPPORTED : EN_NOT_FOUND;
}
