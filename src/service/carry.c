/* Carrying over hidden references: see carry.h. */
#include "service/carry.h"

struct carry {
    struct snapshot *snapshot;
    struct arena *arena;
};

static bool hidden_reference(struct carry *c, const struct json *v)
{
    return v && v->type == JSON_STRING && !snapshot_readable(c->snapshot, v->text, NULL);
}

/* An object of a list is hidden when one of its required references is. */
static bool hidden_item(struct carry *c, const struct field *f, const struct json *item)
{
    if (f->type == FIELD_REF)
        return hidden_reference(c, item);
    for (const struct field *part = f->fields; part && part->name; part++)
        if (part->type == FIELD_REF && (part->flags & FIELD_REQUIRED) &&
            hidden_reference(c, json_get(item, part->name)))
            return true;
    return false;
}

static bool has_item(const struct json *list, const struct json *item)
{
    for (uint32_t i = 0; list && list->type == JSON_ARRAY && i < list->count; i++)
        if (json_equal(&list->items[i], item))
            return true;
    return false;
}

/* The same thing: all required references are equal, and there is at least one. */
static bool same_item(const struct field *f, const struct json *a, const struct json *b)
{
    bool any = false;
    for (const struct field *part = f->fields; part && part->name; part++) {
        if (part->type != FIELD_REF || !(part->flags & FIELD_REQUIRED))
            continue;
        if (!slice_eq(json_get_text(a, part->name), json_get_text(b, part->name)))
            return false;
        any = true;
    }
    return any;
}

/* The item with the hidden optional references of its former self. */
static const struct json *restore_parts(struct carry *c, const struct field *f,
                                        const struct json *old, const struct json *item)
{
    struct json *whole = NULL;
    for (const struct field *part = f->fields; part && part->name; part++) {
        const struct json *was = json_get(old, part->name);
        if (part->type != FIELD_REF || (part->flags & FIELD_REQUIRED) ||
            json_get(item, part->name) || !hidden_reference(c, was))
            continue;
        if (!whole)
            whole = json_merge_patch(c->arena, item, json_new_object(c->arena));
        if (whole)
            json_object_set(c->arena, whole, slice_of(part->name), was);
    }
    return whole ? whole : item;
}

static const struct json *with_parts(struct carry *c, const struct field *f, const struct json *old,
                                     const struct json *item)
{
    for (uint32_t i = 0; f->type == FIELD_OBJECT && i < old->count; i++)
        if (same_item(f, &old->items[i], item))
            return restore_parts(c, f, &old->items[i], item);
    return item;
}

static void carry_list(struct carry *c, const struct field *f, const struct json *old,
                       struct json *fields)
{
    const struct json *now = json_get(fields, f->name);
    struct json *list = json_new_array(c->arena);
    bool changed = false;
    if (!list || old->type != JSON_ARRAY ||
        (now && now->type != JSON_ARRAY && now->type != JSON_NULL))
        return; /* what is no list is refused by the check that follows */
    for (uint32_t i = 0; now && now->type == JSON_ARRAY && i < now->count; i++) {
        const struct json *item = with_parts(c, f, old, &now->items[i]);
        changed |= item != &now->items[i];
        json_array_add(c->arena, list, item);
    }
    for (uint32_t i = 0; i < old->count; i++)
        if (hidden_item(c, f, &old->items[i]) && !has_item(now, &old->items[i])) {
            json_array_add(c->arena, list, &old->items[i]);
            changed = true;
        }
    if (changed)
        json_object_set(c->arena, fields, slice_of(f->name), list);
}

int carry_hidden(struct snapshot *s, const struct kind *k, const struct json *before,
                 struct json *fields, struct error *err)
{
    struct carry c = { .snapshot = s, .arena = snapshot_arena(s) };
    for (const struct field *f = k->fields; f->name; f++) {
        const struct json *old = json_get(before, f->name);
        const struct json *now = json_get(fields, f->name);
        if (!old || (f->type != FIELD_REF && f->type != FIELD_OBJECT))
            continue;
        if (f->flags & FIELD_MANY)
            carry_list(&c, f, old, fields);
        else if (f->type == FIELD_REF && (!now || now->type == JSON_NULL) &&
                 hidden_reference(&c, old))
            json_object_set(c.arena, fields, slice_of(f->name), old);
    }
    return arena_failed(c.arena) ? error_set(err, EN_NO_MEMORY, "record") : 0;
}
