/* Routing: method and path to a row of the table. A path matches segment by segment. */
#include "ops/internal.h"

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
    for (size_t i = 0; i < all->count; i++) {
        const struct operation *o = &all->items[i];
        if (!o->method || (o->flags & OP_NO_HTTP) || !match(a, o->path, path, NULL))
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
