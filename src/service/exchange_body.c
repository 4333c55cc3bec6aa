/*
 * What a statement says of a record: its body as the partner may read it.
 *
 * Invariant: a reference to what the partner may not read leaves no trace: not in the body, not in
 * the order of a list. A reference to a readable tombstone stays, because a retraction is not a
 * secret and must not rewrite the records around it. What is left must still be a record of its
 * kind, or it is not stated at all.
 */
#include "service/exchange_internal.h"

#include "base/limits.h"

struct trimming {
    struct snapshot *snapshot;
    struct arena *arena;
    bool trimmed;
    int code;
};

static int note_found(void *context, const struct slice *columns)
{
    struct trimming *t = context;
    const struct kind *k = kinds_find(snapshot_kinds(t->snapshot), columns[0]);
    return k && !k->system ? 1 : 0;
}

static bool may_name(struct trimming *t, struct slice id)
{
    static const char sql[] = "SELECT kind FROM record_v WHERE id = ?1";
    int code = snapshot_query(t->snapshot, sql, &id, 1, NULL, note_found, t);
    if (code < 0)
        t->code = code;
    return code == 1;
}

static struct json *trim_object(struct trimming *t, const struct field *const *tables,
                                const struct json *object);

/* True when the value stays; *ret is what stays of it. */
static bool trim_value(struct trimming *t, const struct field *f, const struct json *v,
                       struct json *ret)
{
    *ret = *v;
    if (f->flags & FIELD_SECRET)
        return false;
    if (f->type == FIELD_REF)
        return v->type == JSON_STRING && may_name(t, v->text);
    if (f->type != FIELD_OBJECT || v->type != JSON_OBJECT)
        return true;
    const struct field *tables[] = { f->fields, NULL };
    struct json *object = trim_object(t, tables, v);
    if (!object)
        return false;
    *ret = *object;
    return true;
}

static bool trim_list(struct trimming *t, const struct field *f, const struct json *v,
                      struct json *ret)
{
    struct json *list = json_new_array(t->arena);
    for (uint32_t i = 0; list && i < v->count; i++) {
        struct json item;
        if (!trim_value(t, f, &v->items[i], &item))
            t->trimmed = true;
        else if (json_array_add(t->arena, list, &item) < 0)
            list = NULL;
    }
    if (!list) {
        t->code = EN_NO_MEMORY;
        return false;
    }
    *ret = *list;
    return list->count > 0;
}

/* NULL when a required reference is gone, and with it the meaning of the object. */
static struct json *trim_object(struct trimming *t, const struct field *const *tables,
                                const struct json *object)
{
    struct json *ret = json_new_object(t->arena);
    for (; ret && *tables; tables++)
        for (const struct field *f = *tables; f->name; f++) {
            const struct json *v = json_get(object, f->name);
            struct json kept;
            if (!v)
                continue;
            bool many = (f->flags & FIELD_MANY) && v->type == JSON_ARRAY;
            if (many ? trim_list(t, f, v, &kept) : trim_value(t, f, v, &kept)) {
                if (json_object_set(t->arena, ret, slice_of(f->name), &kept) < 0)
                    t->code = EN_NO_MEMORY;
                continue;
            }
            t->trimmed = true;
            if (f->flags & FIELD_REQUIRED)
                return NULL;
        }
    if (!ret)
        t->code = EN_NO_MEMORY;
    return ret;
}

static int canonical(struct arena *a, const struct json *v, struct error *err, struct slice *ret)
{
    struct buf text cleanup_buf;
    buf_init(&text, LIMIT_RECORD);
    json_write_canonical(a, v, &text);
    *ret = arena_copy(a, buf_slice(&text));
    return ret->ptr && !buf_failed(&text) ? 0 : error_set(err, EN_NO_MEMORY, "bundle");
}

/* A release of one record, without that record, would be one of everything. */
static bool widens(const struct kind *k, const struct json *body)
{
    return strcmp(k->name, "release") == 0 && json_get(body, "record") != NULL;
}

int exchange_body(struct snapshot *s, struct row *row, struct error *err, struct slice *ret,
                  enum exchange_reason *ret_reason)
{
    const struct field *tables[] = { common_fields, row->kind->fields, NULL };
    struct trimming t = { .snapshot = s, .arena = snapshot_arena(s) };
    struct json *clean = NULL;
    *ret_reason = EXCHANGE_FINE;
    int code = snapshot_body(s, row, err);
    if (code < 0)
        return code;
    struct json *body = trim_object(&t, tables, row->body);
    if (t.code < 0)
        return error_set(err, t.code, "the records cannot be read");
    if (t.trimmed && widens(row->kind, row->body))
        body = NULL;
    if (body && !t.trimmed) {
        *ret = row->body_text; /* canonical since it was stated */
        return 0;
    }
    struct record_rules rules = { .reference = NULL };
    if (!body || record_check(row->kind, t.arena, body, &rules, NULL, &clean) < 0) {
        *ret_reason = arena_failed(t.arena) ? EXCHANGE_FINE : EXCHANGE_REFERENCE;
        return arena_failed(t.arena) ? error_set(err, EN_NO_MEMORY, "bundle") : 0;
    }
    return canonical(t.arena, clean, err, ret);
}
