/*
 * Adopting a partner's record: see exchange.h.
 *
 * Invariant: the partner's record is not touched. Ours is a record of its own, checked like any
 * other that this writer states; what the writer may not read is not carried over.
 */
#include "service/exchange_internal.h"
#include "service/records.h"
#include "service/sides.h"

#include "base/limits.h"

struct adopting {
    struct write_context *w;
    struct snapshot *s;
    struct arena *arena;
    struct error *err;
    int code;
};

/* Our record in place of theirs, where there is one. */
static struct slice our_twin(struct adopting *x, struct slice id)
{
    struct row row, twin;
    enum sides_match match = SIDES_NONE;
    if (snapshot_get(x->s, NULL, id, NULL, &row) < 0 || row.kind->system ||
        sides_twin(x->w->node, x->s, &row, NULL, &twin, &match) < 0)
        return id;
    bool theirs = !is_own_record(x->w->node, &row);
    return match && theirs ? twin.id : id;
}

static int carry_fields(struct adopting *x, const struct field *fields, const struct json *from,
                        struct json *to);

/* False when it is left out: what the writer may not read does not exist. */
static bool carry_value(struct adopting *x, const struct field *f, const struct json *v,
                        struct json *ret)
{
    *ret = *v;
    if (f->type == FIELD_REF && v->type == JSON_STRING) {
        if (!snapshot_readable(x->s, v->text, NULL))
            return false;
        ret->text = our_twin(x, v->text);
        return true;
    }
    if (f->type != FIELD_OBJECT || v->type != JSON_OBJECT)
        return true;
    struct json *object = json_new_object(x->arena);
    if (!object || carry_fields(x, f->fields, v, object) < 0) {
        x->code = EN_NO_MEMORY;
        return false;
    }
    *ret = *object;
    return true;
}

static bool carry_list(struct adopting *x, const struct field *f, const struct json *v,
                       struct json *ret)
{
    struct json *list = json_new_array(x->arena);
    for (uint32_t i = 0; list && i < v->count; i++) {
        struct json item;
        if (carry_value(x, f, &v->items[i], &item) && json_array_add(x->arena, list, &item) < 0)
            list = NULL;
    }
    if (!list)
        x->code = EN_NO_MEMORY;
    else
        *ret = *list;
    return list && list->count > 0;
}

static int carry_fields(struct adopting *x, const struct field *fields, const struct json *from,
                        struct json *to)
{
    for (const struct field *f = fields; f->name; f++) {
        const struct json *v = json_get(from, f->name);
        struct json kept;
        if (!v)
            continue;
        bool many = (f->flags & FIELD_MANY) && v->type == JSON_ARRAY;
        if ((many ? carry_list(x, f, v, &kept) : carry_value(x, f, v, &kept)) &&
            json_object_set(x->arena, to, slice_of(f->name), &kept) < 0)
            x->code = EN_NO_MEMORY;
    }
    return x->code;
}

static int prepare(struct adopting *x, const struct kind *k, struct json *fields,
                   struct slice label, struct draft *ret)
{
    struct json *label_json = NULL;
    *ret = (struct draft){ .operation = ENTRY_PUT,
                           .kind = slice_of(k->name),
                           .record = uuid_new(x->w->now_ms),
                           .user = records_user(snapshot_viewer(x->s), x->arena) };
    if (json_parse(x->arena, label, x->err, &label_json) < 0 ||
        json_object_set(x->arena, fields, S("label"), label_json) < 0 || !ret->user.ptr)
        return error_set(x->err, EN_NO_MEMORY, "record");
    return records_prepare(x->s, k, fields, NULL, x->w->unchecked_references, x->err, &ret->label,
                           &ret->body);
}

/* Ours, and the annotation that says that the two are one thing. */
static int make_drafts(struct adopting *x, struct row *row, struct draft ret[2])
{
    const struct kind *annotation = kinds_find(snapshot_kinds(x->s), S("annotation"));
    struct json *fields = json_new_object(x->arena), *note = json_new_object(x->arena);
    struct slice label = label_text(snapshot_policy(x->s), x->arena, row->label);
    char id[UUID_TEXT + 1];
    if (!fields || !note || !label.ptr)
        return error_set(x->err, EN_NO_MEMORY, "record");
    if (carry_fields(x, row->kind->fields, row->body, fields) < 0)
        return error_set(x->err, EN_NO_MEMORY, "record");
    int code = prepare(x, row->kind, fields, label, &ret[0]);
    if (code < 0)
        return code;
    uuid_format(ret[0].record, id);
    if (json_set_text(x->arena, note, "about", row->id) < 0 ||
        json_set_text(x->arena, note, "stance", S("agree")) < 0)
        return error_set(x->err, EN_NO_MEMORY, "record");
    code = prepare(x, annotation, note, label, &ret[1]);
    /* the record that it names is written in the same append, so it cannot be read yet */
    if (code == 0)
        ret[1].body = arena_printf(x->arena,
                                   "{\"about\":\"" SLICE_FMT "\",\"same_as\":\"%s\","
                                   "\"stance\":\"agree\"}",
                                   SLICE_ARG(row->id), id);
    return code < 0 || ret[1].body.ptr ? code : error_set(x->err, EN_NO_MEMORY, "record");
}

static int find_foreign(struct adopting *x, struct slice record, struct row *ret)
{
    struct row twin;
    enum sides_match match = SIDES_NONE;
    int code = snapshot_get(x->s, NULL, record, x->err, ret);
    if (code == 0 && ret->kind->system)
        code = error_set(x->err, EN_NOT_FOUND, "there is no such record");
    if (code == 0 && ret->retracted)
        code = error_set(x->err, EN_GONE, "the record was retracted; its history remains");
    if (code == 0 && is_own_record(x->w->node, ret))
        code = error_set(x->err, EN_CONFLICT, "the record is ours already");
    if (code == 0)
        code = sides_twin(x->w->node, x->s, ret, x->err, &twin, &match);
    if (code == 0 && match == SIDES_STATED)
        code = error_set(x->err, EN_CONFLICT, "we have a record of this already");
    return code;
}

int exchange_adopt(struct write_context *w, struct slice record, struct error *err,
                   struct written *ret)
{
    struct adopting x = { .w = w, .s = w->snapshot, .err = err };
    struct draft drafts[2];
    struct appended done[2];
    struct row row;
    char id[UUID_TEXT + 1];
    x.arena = snapshot_arena(w->snapshot);
    int code = find_foreign(&x, record, &row);
    if (code == 0)
        code = make_drafts(&x, &row, drafts);
    int failure = snapshot_failure(w->snapshot);
    snapshot_close(w->snapshot);
    if (failure < 0 && code == 0)
        code = error_set(err, failure, "the record was not written");
    if (code == 0)
        code = ledger_append(w->node->ledger, drafts, 2, w->now_ms, err, done);
    if (code < 0)
        return code;
    uuid_format(drafts[0].record, id);
    *ret = (struct written){ .id = arena_copy(x.arena, slice_of(id)), .version = done[0].version };
    return ret->id.ptr ? 0 : error_set(err, EN_NO_MEMORY, "record");
}
