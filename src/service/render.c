/* Rendering records: see render.h. */
#include "service/render.h"

#include "base/limits.h"
#include "service/origins.h"

#include <sodium.h>
#include <stdlib.h>

struct ref {
    struct slice id;
    bool readable;
    const struct kind *kind;
    struct slice origin, title, title_fr;
};

struct refs {
    struct snapshot *snapshot;
    struct origins *origins;
    struct ref *items; /* open addressing by id */
    size_t capacity;   /* power of two */
    size_t count;
};

struct refs *refs_new(struct snapshot *s)
{
    struct arena *a = snapshot_arena(s);
    struct refs *r = arena_new_of(a, struct refs);
    if (!r)
        return NULL;
    *r = (struct refs){ .snapshot = s, .origins = origins_new(s), .capacity = 64 };
    r->items = arena_array_of(a, struct ref, r->capacity);
    return r->items && r->origins ? r : NULL;
}

static struct ref *refs_slot(struct ref *items, size_t capacity, struct slice id)
{
    uint64_t h = 1469598103934665603u;
    for (size_t i = 0; i < id.len; i++)
        h = (h ^ (unsigned char)id.ptr[i]) * 1099511628211u;
    size_t at = (size_t)(h ^ h >> 29) & (capacity - 1);
    while (items[at].id.ptr && !slice_eq(items[at].id, id))
        at = (at + 1) & (capacity - 1);
    return &items[at];
}

static bool refs_grow(struct refs *r)
{
    struct ref *wider = arena_array_of(snapshot_arena(r->snapshot), struct ref, r->capacity * 2);
    if (!wider)
        return false;
    for (size_t i = 0; i < r->capacity; i++)
        if (r->items[i].id.ptr)
            *refs_slot(wider, r->capacity * 2, r->items[i].id) = r->items[i];
    r->items = wider;
    r->capacity *= 2;
    return true;
}

/* kind NULL: any that is offered as records. */
static bool refs_add_of(struct refs *r, struct slice id, const struct kind *kind)
{
    struct uuid unused;
    if (!uuid_parse(id, &unused))
        return false;
    struct ref *slot = refs_slot(r->items, r->capacity, id);
    if (slot->id.ptr)
        return slot->readable;
    if (2 * (r->count + 1) > r->capacity) {
        if (!refs_grow(r))
            return false;
        slot = refs_slot(r->items, r->capacity, id);
    }
    struct reference found;
    slot->id = arena_copy(snapshot_arena(r->snapshot), id);
    if (!slot->id.ptr)
        return false;
    r->count++;
    if (snapshot_reference(r->snapshot, id, kind, &found)) {
        slot->readable = true;
        slot->kind = found.kind;
        slot->origin = found.origin;
        slot->title = found.title;
        slot->title_fr = found.title_fr;
    }
    return slot->readable;
}

bool refs_add(struct refs *r, struct slice id)
{
    return refs_add_of(r, id, NULL);
}

static int compare_refs(const void *x, const void *y)
{
    const struct ref *const *a = x, *const *b = y;
    return slice_compare((*a)->id, (*b)->id);
}

/* Of a row that says so only where it is foreign. */
static bool write_origin(struct origins *o, struct slice origin, struct json_writer *out)
{
    if (!origins_foreign(o, origin))
        return false;
    jw_key_text(out, "origin", origin);
    origins_write(o, origin, out);
    return true;
}

bool render_origin(struct render *r, struct slice origin)
{
    return write_origin(r->refs->origins, origin, r->out);
}

void refs_write(const struct refs *r, struct json_writer *out)
{
    const struct ref **sorted =
        arena_array_of(snapshot_arena(r->snapshot), const struct ref *, r->count + 1);
    size_t count = 0;
    for (size_t i = 0; sorted && i < r->capacity; i++)
        if (r->items[i].readable)
            sorted[count++] = &r->items[i];
    if (count > 1)
        qsort(sorted, count, sizeof *sorted, compare_refs);
    jw_key(out, "refs");
    jw_object(out);
    for (size_t i = 0; i < count; i++) {
        jw_key_slice(out, sorted[i]->id);
        jw_object(out);
        jw_key_cstr(out, "kind", sorted[i]->kind->name);
        jw_key_text(out, "title", sorted[i]->title);
        jw_key_text(out, "title_fr", sorted[i]->title_fr);
        write_origin(r->origins, sorted[i]->origin, out);
        jw_object_end(out);
    }
    jw_object_end(out);
}

void render_instant(struct json_writer *out, const char *name, int64_t ms)
{
    char text[32];
    when_format_ms(ms, true, text);
    jw_key_cstr(out, name, text);
}

void render_marking(struct snapshot *s, const struct label *l, struct json_writer *out)
{
    struct buf text cleanup_buf;
    buf_init(&text, LIMIT_TEXT);
    jw_key(out, "marking");
    jw_object(out);
    label_write_marking(snapshot_policy(s), l, false, &text);
    jw_key_text(out, "en", buf_slice(&text));
    bool failed = buf_failed(&text);
    buf_clear(&text);
    label_write_marking(snapshot_policy(s), l, true, &text);
    jw_key_text(out, "fr", buf_slice(&text));
    if (failed || buf_failed(&text))
        snapshot_fail(s, EN_NO_MEMORY); /* an answer without its marking must not leave */
    jw_object_end(out);
}

void render_titles(struct snapshot *s, const struct row *row, struct json_writer *out)
{
    jw_key_text(out, "title", snapshot_title(s, row, false));
    jw_key_text(out, "title_fr", snapshot_title(s, row, true));
}

static void render_value(struct render *r, const struct field *f, const struct json *v);

/* May this item of an object list be shown? Its required references must be readable. */
static bool object_shown(struct render *r, const struct field *fields, const struct json *object)
{
    for (const struct field *f = fields; f->name; f++) {
        const struct json *v = json_get(object, f->name);
        if (f->type == FIELD_REF && (f->flags & FIELD_REQUIRED) && v && v->type == JSON_STRING &&
            !refs_add(r->refs, v->text))
            return false;
    }
    return true;
}

static bool value_shown(struct render *r, const struct field *f, const struct json *v)
{
    if (f->flags & FIELD_SECRET)
        return false;
    if (f->type == FIELD_REF) {
        const struct kind *target =
            f->target ? kinds_find(snapshot_kinds(r->snapshot), slice_of(f->target)) : NULL;
        return v->type == JSON_STRING &&
               refs_add_of(r->refs, v->text, target && target->system ? target : NULL);
    }
    if (f->type == FIELD_OBJECT)
        return v->type == JSON_OBJECT && object_shown(r, f->fields, v);
    return true;
}

static void render_members(struct render *r, const struct field *fields, const struct json *object)
{
    for (const struct field *f = fields; f->name; f++) {
        const struct json *v = json_get(object, f->name);
        if (!v ||
            ((f->flags & FIELD_MANY) ? (f->flags & FIELD_SECRET) != 0 : !value_shown(r, f, v)))
            continue;
        jw_key(r->out, f->name);
        if (!(f->flags & FIELD_MANY) || v->type != JSON_ARRAY) {
            render_value(r, f, v);
            continue;
        }
        jw_array(r->out);
        for (uint32_t i = 0; i < v->count; i++)
            if (value_shown(r, f, &v->items[i]))
                render_value(r, f, &v->items[i]);
        jw_array_end(r->out);
    }
}

static void render_value(struct render *r, const struct field *f, const struct json *v)
{
    if (f->type != FIELD_OBJECT || v->type != JSON_OBJECT) {
        jw_json(r->out, v);
        return;
    }
    jw_object(r->out);
    render_members(r, f->fields, v);
    jw_object_end(r->out);
}

int render_record_open(struct render *r, struct row *row, struct error *err)
{
    int code = snapshot_body(r->snapshot, row, err);
    if (code < 0)
        return code;
    struct buf label cleanup_buf;
    buf_init(&label, LIMIT_RECORD);
    label_write(snapshot_policy(r->snapshot), row->label, &label);
    jw_object(r->out);
    jw_key_text(r->out, "id", row->id);
    jw_key_cstr(r->out, "kind", row->kind->name);
    jw_key_int(r->out, "version", row->version);
    if (row->retracted)
        jw_key_bool(r->out, "retracted", true);
    jw_key(r->out, "label");
    if (buf_failed(&label)) {
        snapshot_fail(r->snapshot, EN_NO_MEMORY);
        jw_null(r->out);
    } else {
        jw_raw(r->out, buf_slice(&label));
    }
    render_marking(r->snapshot, row->label, r->out);
    jw_key_text(r->out, "origin", row->origin);
    origins_write(r->refs->origins, row->origin, r->out);
    render_instant(r->out, "created", row->created_ms);
    render_instant(r->out, "updated", row->updated_ms);
    render_members(r, common_fields, row->body);
    render_members(r, row->kind->fields, row->body);
    return 0;
}

int render_record(struct render *r, struct row *row, struct error *err)
{
    int code = render_record_open(r, row, err);
    if (code == 0)
        jw_object_end(r->out);
    return code;
}

int render_etag_open(struct snapshot *s, struct slice open, struct error *err, struct slice *ret)
{
    unsigned char hash[16];
    char hex[sizeof hash * 2 + 1];
    crypto_generichash_state h;
    crypto_generichash_init(&h, NULL, 0, sizeof hash);
    crypto_generichash_update(&h, (const unsigned char *)open.ptr, open.len);
    crypto_generichash_update(&h, (const unsigned char *)"}", 1);
    crypto_generichash_final(&h, hash, sizeof hash);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    *ret = arena_copy(snapshot_arena(s), slice_of(hex));
    return ret->ptr ? 0 : error_set(err, EN_NO_MEMORY, "record");
}

int render_etag(struct snapshot *s, struct row *row, struct error *err, struct slice *ret)
{
    struct buf text cleanup_buf;
    struct json_writer out;
    struct render r = { .snapshot = s, .out = &out, .refs = refs_new(s) };
    if (!r.refs)
        return error_set(err, EN_NO_MEMORY, "record");
    buf_init(&text, LIMIT_RECORD * 4);
    jw_init(&out, &text);
    int code = render_record_open(&r, row, err);
    if (code < 0)
        return code;
    if (buf_failed(&text))
        return error_set(err, text.no_memory ? EN_NO_MEMORY : EN_TOO_LARGE, "record");
    return render_etag_open(s, buf_slice(&text), err, ret);
}
