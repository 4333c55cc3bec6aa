/*
 * Columns to fields and back; see the header for what is read and what is judged elsewhere.
 */
#include "format/table.h"

#include "base/uuid.h"
#include "record/words.h"

enum column_role { COLUMN_FIELD, COLUMN_ID, COLUMN_LABEL, COLUMN_IGNORED };

struct column {
    enum column_role role;
    const struct field *field; /* COLUMN_FIELD */
    struct slice name;         /* as the file writes it */
};

struct table {
    const struct kind *kind;
    size_t count;
    struct column *columns;
};

/* Columns that are not fields; the first word is the one we write. */
static const struct {
    const char *word;
    enum column_role role;
} special_columns[] = {
    { "id", COLUMN_ID },           { "identifiant", COLUMN_ID },  { "label", COLUMN_LABEL },
    { "étiquette", COLUMN_LABEL }, { "kind", COLUMN_IGNORED },    { "version", COLUMN_IGNORED },
    { "origin", COLUMN_IGNORED },  { "marking", COLUMN_IGNORED }, { "created", COLUMN_IGNORED },
    { "updated", COLUMN_IGNORED }, { "theirs", COLUMN_IGNORED },  { "origin_name", COLUMN_IGNORED },
};

/* Other ways of writing a common field's name. */
static const struct {
    const char *word;
    const char *field;
} aliases[] = {
    { "external_id", "external_ids" },
    { "identifiant externe", "external_ids" },
    { "note", "notes" },
};

static const struct field *find_exact(const struct kind *k, struct slice name)
{
    KIND_EACH_FIELD(k, f)
    {
        if (words_same(name, slice_of(f->name)))
            return f;
    }
    return NULL;
}

static const struct field *find_label(const struct kind *k, struct slice name)
{
    KIND_EACH_FIELD(k, f)
    {
        if (words_same(name, slice_of(f->label_en)) || words_same(name, slice_of(f->label_fr)))
            return f;
    }
    return NULL;
}

/* Names before special columns before labels: a label of one field may be the name of another. */
static bool find_column(const struct kind *k, struct slice name, struct column *ret)
{
    *ret = (struct column){ .role = COLUMN_FIELD, .name = name, .field = find_exact(k, name) };
    for (size_t i = 0; !ret->field && i < sizeof special_columns / sizeof special_columns[0]; i++) {
        if (!words_same(name, slice_of(special_columns[i].word)))
            continue;
        ret->role = special_columns[i].role;
        return true;
    }
    for (size_t i = 0; !ret->field && i < sizeof aliases / sizeof aliases[0]; i++) {
        if (words_same(name, slice_of(aliases[i].word)))
            ret->field = kind_field(k, slice_of(aliases[i].field));
    }
    if (!ret->field)
        ret->field = find_label(k, name);
    return ret->field && !(ret->field->flags & FIELD_SECRET);
}

static bool same_column(const struct column *x, const struct column *y)
{
    return x->role == y->role && x->role != COLUMN_IGNORED && x->field == y->field;
}

int table_open(const struct kind *k, const struct csv_row *header, bool ignore_unknown,
               struct arena *a, struct error *err, struct table **ret)
{
    struct table *t = arena_new_of(a, struct table);
    struct column *columns = arena_array_of(a, struct column, header->count);
    size_t fields = 0;
    int code = 0;
    if (!t || !columns)
        return error_set(err, EN_NO_MEMORY, "no memory for a table");
    *t = (struct table){ .kind = k, .count = header->count, .columns = columns };
    for (size_t i = 0; i < header->count; i++) {
        struct slice name = arena_copy(a, slice_trim(header->cells[i]));
        bool found = find_column(k, name, &columns[i]);
        if (!found) {
            columns[i].role = COLUMN_IGNORED;
            if (!ignore_unknown && !slice_empty(name))
                code = error_field(err, name, REASON_UNKNOWN_FIELD, "%s", "");
        }
        for (size_t j = 0; found && j < i; j++) {
            if (same_column(&columns[j], &columns[i]))
                code =
                    error_field(err, name, REASON_DUPLICATE, SLICE_FMT, SLICE_ARG(columns[j].name));
        }
        fields += found && columns[i].role == COLUMN_FIELD;
    }
    if (!code && fields == 0)
        code = error_set(err, EN_INVALID, "no column of this file is a field of %s", k->plural);
    if (!code && arena_failed(a))
        code = error_set(err, EN_NO_MEMORY, "no memory for a table");
    if (!code)
        *ret = t;
    return code;
}

struct resolving {
    table_resolve resolve;
    void *context;
    struct arena *arena;
    struct error *err;
    int code;
};

/* Where a value stands, for an error that may come: a chain on the stack. */
struct place {
    const struct place *parent;
    struct slice name; /* empty: an index */
    uint32_t index;
};

static void write_place(const struct place *p, struct buf *out)
{
    if (p->parent) {
        write_place(p->parent, out);
        buf_add_char(out, '/');
    }
    if (slice_empty(p->name))
        buf_add_int(out, p->index);
    else
        buf_add(out, p->name);
}

static void resolve_text(struct resolving *r, const struct field *f, const struct place *place,
                         struct json *v)
{
    struct uuid id;
    struct slice found;
    if (uuid_parse(v->text, &id))
        return;
    if (r->resolve(r->context, f->target, v->text, &found)) {
        v->text = found;
        return;
    }
    cleanup_buf struct buf pointer;
    buf_init(&pointer, LIMIT_TEXT);
    write_place(place, &pointer);
    r->code = error_field(r->err, buf_slice(&pointer), REASON_REFERENCE, SLICE_FMT,
                          (int)(v->text.len > 100 ? 100 : v->text.len), v->text.ptr);
}

/* Turns the names in references into ids, in place. */
static void resolve_value(struct resolving *r, const struct field *f, const struct place *place,
                          struct json *v)
{
    struct place inner = { .parent = place };
    if (v->type == JSON_ARRAY) {
        for (inner.index = 0; inner.index < v->count; inner.index++)
            resolve_value(r, f, &inner, &v->items[inner.index]);
    } else if (v->type == JSON_OBJECT && f->type == FIELD_OBJECT) {
        for (uint32_t i = 0; i < v->count; i++) {
            const struct field *m = field_find(f->fields, v->members[i].name);
            inner.name = v->members[i].name;
            if (m)
                resolve_value(r, m, &inner, &v->members[i].value);
        }
    } else if (f->type == FIELD_REF && v->type == JSON_STRING) {
        resolve_text(r, f, place, v);
    }
}

static int read_field(struct resolving *r, const struct column *column, struct slice cell,
                      struct json *body)
{
    struct json *value = field_from_text(column->field, r->arena, cell, column->name, r->err);
    if (!value)
        return r->err && r->err->code ? r->err->code : EN_INVALID;
    if (value->type == JSON_NULL)
        return 0;
    r->code = 0;
    if (r->resolve)
        resolve_value(r, column->field, &(struct place){ .name = column->name }, value);
    if (r->code)
        return r->code;
    if (json_object_set(r->arena, body, slice_of(column->field->name), value))
        return error_set(r->err, EN_NO_MEMORY, "no memory for a row");
    return 0;
}

int table_row(const struct table *t, struct arena *a, const struct csv_row *row,
              table_resolve resolve, void *context, struct error *err, struct table_record *ret)
{
    struct resolving r = { .resolve = resolve, .context = context, .arena = a, .err = err };
    struct table_record record = { .body = json_new_object(a), .empty = true };
    int code = record.body ? 0 : error_set(err, EN_NO_MEMORY, "no memory for a row");
    for (size_t i = 0; record.body && i < row->count; i++) {
        struct slice cell = csv_restore(slice_trim(row->cells[i]));
        if (slice_empty(cell))
            continue;
        record.empty = false;
        if (i >= t->count) {
            code = error_set(err, EN_INVALID, "the row has more cells than the header");
            break;
        }
        const struct column *column = &t->columns[i];
        int c = 0;
        if (column->role == COLUMN_ID)
            record.id = cell;
        else if (column->role == COLUMN_LABEL)
            record.label = cell;
        else if (column->role == COLUMN_FIELD)
            c = read_field(&r, column, cell, record.body);
        code = c ? c : code;
    }
    if (!code)
        *ret = record;
    return code;
}

struct slice table_column_name(const struct table *t, struct slice pointer)
{
    struct slice rest = pointer;
    if (slice_empty(pointer) || pointer.ptr[0] != '/')
        return pointer;
    slice_cut(&rest, '/');
    struct slice name = slice_cut(&rest, '/');
    for (size_t i = 0; i < t->count; i++) {
        if (t->columns[i].role == COLUMN_FIELD && slice_is(name, t->columns[i].field->name))
            return t->columns[i].name;
    }
    return pointer;
}

void table_write_header(const struct kind *k, enum table_names names, struct csv_writer *w)
{
    csv_write_text(w, names == TABLE_LABELS_FR ? S("identifiant") : S("id"));
    KIND_EACH_FIELD(k, f)
    {
        const char *name = names == TABLE_NAMES       ? f->name
                           : names == TABLE_LABELS_EN ? f->label_en
                                                      : f->label_fr;
        if (!(f->flags & FIELD_SECRET))
            csv_write_text(w, slice_of(name));
    }
    csv_write_text(w, names == TABLE_LABELS_FR ? S("étiquette") : S("label"));
    csv_end_row(w);
}

void table_write_row(const struct kind *k, struct slice id, struct slice label,
                     const struct json *body, struct csv_writer *w)
{
    csv_write_text(w, id);
    KIND_EACH_FIELD(k, f)
    {
        if (f->flags & FIELD_SECRET)
            continue;
        cleanup_buf struct buf text;
        buf_init(&text, LIMIT_RECORD);
        field_to_text(f, json_get(body, f->name), &text);
        bool number =
            (f->type == FIELD_INTEGER || f->type == FIELD_DECIMAL) && !(f->flags & FIELD_MANY);
        if (buf_failed(&text)) {
            w->out->failed = true;
            w->out->no_memory |= text.no_memory;
        }
        if (number)
            csv_write_number(w, buf_slice(&text));
        else
            csv_write_text(w, buf_slice(&text));
    }
    csv_write_text(w, label);
    csv_end_row(w);
}
