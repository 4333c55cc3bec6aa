/* Bodies of many records: see bodies.h. */
#include "service/bodies.h"

struct taking {
    struct arena *arena;
    struct bodies all;
    size_t capacity;
};

static bool grow(struct taking *t)
{
    if (t->all.count < t->capacity)
        return true;
    size_t wider = t->capacity ? t->capacity * 2 : 64;
    struct body *items = arena_array_of(t->arena, struct body, wider);
    if (!items)
        return false;
    if (t->all.count)
        memcpy(items, t->all.items, t->all.count * sizeof *items);
    t->all.items = items;
    t->capacity = wider;
    return true;
}

static int take_body(void *context, const struct slice *columns)
{
    struct taking *t = context;
    struct json *json = NULL;
    int64_t label = 0;
    struct slice id = arena_copy(t->arena, columns[0]), text = arena_copy(t->arena, columns[2]);
    if (!grow(t) || !id.ptr || !text.ptr)
        return EN_NO_MEMORY;
    int code = json_parse(t->arena, text, NULL, &json);
    slice_to_int64(columns[1], &label);
    if (code == 0)
        t->all.items[t->all.count++] =
            (struct body){ .id = id, .label = (uint32_t)label, .json = json };
    return code;
}

int bodies_read(struct snapshot *s, const char *sql, const struct slice *values, int value_count,
                struct error *err, struct bodies *ret)
{
    struct taking t = { .arena = snapshot_arena(s) };
    int code = snapshot_query(s, sql, values, value_count, err, take_body, &t);
    if (code < 0)
        return error_set(err, code, "record");
    *ret = t.all;
    return 0;
}
