/*
 * Reading a JSON tree: members by name, with fallbacks, and equality of two trees.
 *
 * Invariant: every function takes NULL for "absent" and answers with the fallback, so that a path
 * through optional members needs no checks in between. Nothing here changes a tree or allocates.
 */
#include "base/json.h"

const struct json *json_get(const struct json *v, const char *name)
{
    return json_get_slice(v, slice_of(name));
}

const struct json *json_get_slice(const struct json *v, struct slice name)
{
    if (!v || v->type != JSON_OBJECT) {
        return NULL;
    }
    for (uint32_t i = 0; i < v->count; i++) {
        if (slice_eq(v->members[i].name, name)) {
            return &v->members[i].value;
        }
    }
    return NULL;
}

struct slice json_get_text(const struct json *v, const char *name)
{
    const struct json *member = json_get(v, name);
    return member && member->type == JSON_STRING ? member->text : (struct slice){ 0 };
}

int64_t json_get_int(const struct json *v, const char *name, int64_t fallback)
{
    const struct json *member = json_get(v, name);
    return member && member->type == JSON_NUMBER && member->is_integer ? member->integer : fallback;
}

bool json_get_bool(const struct json *v, const char *name, bool fallback)
{
    const struct json *member = json_get(v, name);
    return member && member->type == JSON_BOOL ? member->boolean : fallback;
}

static bool equal_items(const struct json *a, const struct json *b)
{
    for (uint32_t i = 0; i < a->count; i++) {
        if (!json_equal(&a->items[i], &b->items[i])) {
            return false;
        }
    }
    return true;
}

/* Names are unique, so equal counts and every member of a in b is equality. The member at the same
 * place is tried first: trees that come from one writer agree in order. */
static bool equal_members(const struct json *a, const struct json *b)
{
    for (uint32_t i = 0; i < a->count; i++) {
        const struct json_member *member = &a->members[i];
        bool same_place = slice_eq(member->name, b->members[i].name);
        const struct json *other =
            same_place ? &b->members[i].value : json_get_slice(b, member->name);
        if (!other || !json_equal(&member->value, other)) {
            return false;
        }
    }
    return true;
}

bool json_equal(const struct json *a, const struct json *b)
{
    if (!a || !b || a->type != b->type) {
        return a == b;
    }
    switch (a->type) {
    case JSON_NULL:
        return true;
    case JSON_BOOL:
        return a->boolean == b->boolean;
    case JSON_NUMBER:
        return a->number == b->number;
    case JSON_STRING:
        return slice_eq(a->text, b->text);
    case JSON_ARRAY:
        return a->count == b->count && equal_items(a, b);
    case JSON_OBJECT:
        return a->count == b->count && equal_members(a, b);
    }
    return false;
}
