/*
 * Making JSON trees by hand, and merge patches (RFC 7396).
 *
 * A tree made here may grow; a parsed tree may not, and a shallow copy shares its items with its
 * source. `capacity` in struct json tells them apart: it is the room of an array that this value
 * alone owns, and 0 for parsed and copied values, whose items are moved before the first change.
 *
 * Invariant: no function changes items that another value can see, except json_object_remove, which
 * has no memory to move them to and is for the caller's own objects.
 */
#include "base/json_internal.h"

enum { FIRST_ITEMS = 4 };

static struct json *new_value(struct arena *a, struct json value)
{
    struct json *v = arena_new_of(a, struct json);
    if (v) {
        *v = value;
    }
    return v;
}

struct json *json_new_object(struct arena *a)
{
    return new_value(a, (struct json){ .type = JSON_OBJECT });
}

struct json *json_new_array(struct arena *a)
{
    return new_value(a, (struct json){ .type = JSON_ARRAY });
}

struct json *json_new_text(struct arena *a, struct slice text)
{
    struct slice copy = arena_copy(a, text);
    return copy.ptr ? new_value(a, (struct json){ .type = JSON_STRING, .text = copy }) : NULL;
}

struct json *json_new_int(struct arena *a, int64_t value)
{
    struct slice text = arena_printf(a, "%lld", (long long)value);
    if (!text.ptr) {
        return NULL;
    }
    bool exact = value >= -JSON_INTEGER_MAX && value <= JSON_INTEGER_MAX;
    return new_value(a, (struct json){ .type = JSON_NUMBER,
                                       .text = text,
                                       .is_integer = exact,
                                       .integer = exact ? value : 0,
                                       .number = (double)value });
}

struct json *json_new_bool(struct arena *a, bool value)
{
    return new_value(a, (struct json){ .type = JSON_BOOL, .boolean = value });
}

struct json *json_new_null(struct arena *a)
{
    return new_value(a, (struct json){ .type = JSON_NULL });
}

static struct json shallow_copy(const struct json *value)
{
    struct json copy = *value;
    copy.capacity = 0;
    return copy;
}

/* Makes the items (of size bytes each) v's own, with room for `more` of them. NULL on failure, and
 * v is unchanged then. */
static void *own_items(struct arena *a, struct json *v, const void *items, size_t size,
                       uint32_t more)
{
    uint64_t needed = (uint64_t)v->count + more;
    uint64_t capacity = (uint64_t)v->capacity * 2;
    capacity = capacity < FIRST_ITEMS ? FIRST_ITEMS : capacity;
    capacity = capacity < needed ? needed : capacity;
    if (capacity > UINT32_MAX) {
        return NULL;
    }
    void *copy = arena_alloc_array(a, capacity, size);
    if (!copy) {
        return NULL;
    }
    if (v->count > 0) {
        memcpy(copy, items, v->count * size);
    }
    v->capacity = (uint32_t)capacity;
    return copy;
}

static bool own_members(struct arena *a, struct json *object, uint32_t more)
{
    if (object->capacity == 0 || object->capacity - object->count < more) {
        void *members = own_items(a, object, object->members, sizeof(*object->members), more);
        if (!members) {
            return false;
        }
        object->members = members;
    }
    return true;
}

static struct json_member *find_member(struct json *object, struct slice name)
{
    for (uint32_t i = 0; i < object->count; i++) {
        if (slice_eq(object->members[i].name, name)) {
            return &object->members[i];
        }
    }
    return NULL;
}

int json_object_set(struct arena *a, struct json *object, struct slice name,
                    const struct json *value)
{
    if (!object || !value || object->type != JSON_OBJECT) {
        return EN_NO_MEMORY; /* a builder above returned NULL */
    }
    bool exists = find_member(object, name) != NULL;
    struct slice copied = exists ? name : arena_copy(a, name);
    if (!copied.ptr || !own_members(a, object, exists ? 0 : 1)) {
        return EN_NO_MEMORY;
    }
    struct json_member *member = find_member(object, name);
    if (!member) {
        member = &object->members[object->count++];
        member->name = copied;
    }
    member->value = shallow_copy(value);
    return 0;
}

int json_set_text(struct arena *a, struct json *object, const char *name, struct slice text)
{
    struct json *value = text.ptr ? json_new_text(a, text) : NULL;
    return json_object_set(a, object, slice_of(name), value);
}

int json_set_nonempty(struct arena *a, struct json *object, const char *name, struct slice text)
{
    return text.len > 0 ? json_set_text(a, object, name, text) : 0;
}

int json_set_int(struct arena *a, struct json *object, const char *name, int64_t value)
{
    return json_object_set(a, object, slice_of(name), json_new_int(a, value));
}

int json_set_bool(struct arena *a, struct json *object, const char *name, bool value)
{
    return json_object_set(a, object, slice_of(name), json_new_bool(a, value));
}

void json_object_remove(struct json *object, struct slice name)
{
    struct json_member *member = find_member(object, name);
    if (member) {
        object->count--;
        size_t after = object->count - (size_t)(member - object->members);
        memmove(member, member + 1, after * sizeof(*member));
    }
}

int json_array_add(struct arena *a, struct json *array, const struct json *value)
{
    if (!array || !value || array->type != JSON_ARRAY) {
        return EN_NO_MEMORY;
    }
    if (array->capacity == array->count || array->capacity == 0) {
        void *items = own_items(a, array, array->items, sizeof(*array->items), 1);
        if (!items) {
            return EN_NO_MEMORY;
        }
        array->items = items;
    }
    array->items[array->count++] = shallow_copy(value);
    return 0;
}

static bool merge(struct arena *a, const struct json *target, const struct json *patch,
                  struct json *ret);

static bool merge_members(struct arena *a, const struct json *patch, struct json *object)
{
    for (uint32_t i = 0; i < patch->count; i++) {
        const struct json_member *change = &patch->members[i];
        if (change->value.type == JSON_NULL) {
            json_object_remove(object, change->name);
            continue;
        }
        struct json value;
        if (!merge(a, json_get_slice(object, change->name), &change->value, &value) ||
            json_object_set(a, object, change->name, &value) < 0) {
            return false;
        }
    }
    return true;
}

/* RFC 7396 section 2, MergePatch(Target, Patch). Depth is bounded by that of the patch. */
static bool merge(struct arena *a, const struct json *target, const struct json *patch,
                  struct json *ret)
{
    if (patch->type != JSON_OBJECT) {
        *ret = shallow_copy(patch);
        return true;
    }
    bool fits = target && target->type == JSON_OBJECT;
    *ret = fits ? shallow_copy(target) : (struct json){ .type = JSON_OBJECT };
    /* owned before the first removal, so that the target stays as it is */
    return own_members(a, ret, patch->count) && merge_members(a, patch, ret);
}

struct json *json_merge_patch(struct arena *a, const struct json *target, const struct json *patch)
{
    struct json *result = arena_new_of(a, struct json);
    return result && merge(a, target, patch, result) ? result : NULL;
}
