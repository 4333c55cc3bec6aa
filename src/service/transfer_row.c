/*
 * What one row of an import becomes: see transfer_import.h.
 *
 * Invariant: a row that names a record which the importer may not read is judged exactly like one
 * that names nothing.
 */
#include "service/cross_check.h"
#include "service/transfer_import.h"

/* ---- references ---- */

static struct slice target_word(const char *kind)
{
    return kind ? slice_of(kind) : S("");
}

static bool resolve(void *context, const char *kind, struct slice text, struct slice *ret_id)
{
    struct import *im = context;
    const struct kind *k = kind ? kinds_find(node_kinds(im->node), slice_of(kind)) : NULL;
    struct uuid id;
    char word[UUID_TEXT + 1];
    if (!names_resolve(&im->names, im->s, k, im->kind, text, &id))
        return false;
    uuid_format(id, word);
    *ret_id = arena_copy(im->row, slice_of(word));
    return ret_id->ptr &&
           (names_find(&im->names, NAME_RECORD, target_word(kind), *ret_id) ||
            names_put(&im->names, NAME_RECORD, target_word(kind), *ret_id, id, 0) == 0);
}

/* What the version before referred to need not be readable now. */
struct checked {
    struct import *import;
    const struct json *before;
    const struct kind *kind;
    struct slice id;
    bool known;
};

static void note_known(void *context, const char *path, const struct field *f, struct slice id)
{
    struct checked *c = context;
    (void)path;
    (void)f;
    c->known = c->known || slice_eq(c->id, id);
}

static bool reference_holds(void *context, struct slice id, const char *kind)
{
    struct checked *c = context;
    struct import *im = c->import;
    if (names_find(&im->names, NAME_RECORD, target_word(kind), id))
        return true;
    const struct kind *k = kind ? kinds_find(node_kinds(im->node), slice_of(kind)) : NULL;
    if (snapshot_readable(im->s, id, k))
        return true;
    c->id = id;
    c->known = false;
    if (c->before)
        record_references(im->kind, c->before, note_known, c);
    return c->known;
}

/* ---- the record that a row means ---- */

static int find_by_id(struct import *im, struct slice id, struct error *err, struct target *ret)
{
    struct uuid parsed;
    if (uuid_parse(id, &parsed) && snapshot_get(im->s, im->kind, id, NULL, &ret->row) == 0 &&
        !ret->row.retracted) {
        ret->found = true;
        return 0;
    }
    return error_field(err, S("id"), REASON_REFERENCE, "%s", "");
}

static int find_by_external(struct import *im, const struct json *body, struct error *err,
                            struct target *ret)
{
    const struct json *ids = json_get(body, "external_ids");
    for (uint32_t i = 0; ids && ids->type == JSON_ARRAY && i < ids->count; i++) {
        struct row row;
        struct slice text = ids->items[i].text;
        const struct name_slot *above =
            names_find(&im->names, NAME_EXTERNAL, slice_of(im->kind->name), text);
        if (above)
            return error_field(err, S("/external_ids"), REASON_DUPLICATE, "line %lld",
                               (long long)above->number);
        if (im->none_before || snapshot_find_own(im->s, im->kind, text, NULL, &row) < 0)
            continue;
        if (ret->found && !slice_eq(ret->row.id, row.id))
            return error_field(err, S("/external_ids"), REASON_RULE,
                               "these ids belong to different records");
        ret->row = row;
        ret->found = true;
    }
    return 0;
}

static bool has_column(const struct import *im, const char *field)
{
    char pointer[128] = "/";
    size_t len = strlen(field);
    if (!im->table) {
        const char *const *f = im->fields;
        while (*f && strcmp(*f, field) != 0)
            f++;
        return *f != NULL;
    }
    if (len + 2 > sizeof pointer)
        return false;
    memcpy(pointer + 1, field, len + 1);
    struct slice p = slice_of(pointer);
    return table_column_name(im->table, p).ptr != p.ptr;
}

/* The ids of the record and those of the row, each once. */
static int join_ids(struct import *im, const struct json *before, struct json *merged)
{
    const struct json *old = json_get(before, "external_ids");
    const struct json *stated = json_get(merged, "external_ids");
    struct json *all = json_new_array(im->row);
    for (int part = 0; all && part < 2; part++) {
        const struct json *list = part == 0 ? old : stated;
        for (uint32_t i = 0; list && i < list->count; i++) {
            bool have = false;
            for (uint32_t j = 0; j < all->count; j++)
                have |= json_equal(&all->items[j], &list->items[i]);
            if (!have && json_array_add(im->row, all, &list->items[i]) < 0)
                return EN_NO_MEMORY;
        }
    }
    return !all         ? EN_NO_MEMORY
           : all->count ? json_object_set(im->row, merged, S("external_ids"), all)
                        : 0;
}

/* The row's fields over the record's: a field without a column stays. */
static int merge(struct import *im, struct json *body, struct target *t, struct error *err)
{
    t->merged = body;
    if (!t->found)
        return 0;
    int code = snapshot_body(im->s, &t->row, err);
    if (code < 0)
        return code;
    for (uint32_t i = 0; i < t->row.body->count; i++) {
        const struct json_member *m = &t->row.body->members[i];
        const struct field *f = kind_field(im->kind, m->name);
        if (f && !has_column(im, f->name) && json_object_set(im->row, body, m->name, &m->value) < 0)
            return error_set(err, EN_NO_MEMORY, "import");
    }
    return join_ids(im, t->row.body, body) < 0 ? error_set(err, EN_NO_MEMORY, "import") : 0;
}

/* ---- one row ---- */

/* Rows below may refer to this one. */
static int remember(struct import *im, const struct json *body, struct uuid id, unsigned line)
{
    struct slice kind = slice_of(im->kind->name);
    const struct json *ids = json_get(body, "external_ids");
    int code = 0;
    for (uint32_t i = 0; code == 0 && ids && i < ids->count; i++)
        code = names_put(&im->names, NAME_EXTERNAL, kind, ids->items[i].text, id, line);
    struct slice title = im->titles ? record_title(im->kind, body, false) : S("");
    if (code < 0 || title.len == 0)
        return code;
    const struct name_slot *same = names_find(&im->names, NAME_TITLE, kind, title);
    return names_put(&im->names, NAME_TITLE, kind, title, id, same ? 0 : (int64_t)line);
}

/* A record may be changed by one row only. */
static int touch(struct import *im, const struct target *t, unsigned line, struct error *err)
{
    struct slice kind = slice_of(im->kind->name);
    const struct name_slot *above = names_find(&im->names, NAME_TOUCHED, kind, t->row.id);
    struct uuid id = { { 0 } };
    if (above)
        return error_field(err, S("id"), REASON_DUPLICATE, "line %lld", (long long)above->number);
    return names_put(&im->names, NAME_TOUCHED, kind, t->row.id, id, line);
}

static int write_draft(struct import *im, const struct target *t, struct slice label,
                       const struct json *body, bool same_label, unsigned line, struct error *err)
{
    struct buf text cleanup_buf = { 0 };
    struct draft d = { .operation = ENTRY_PUT,
                       .kind = slice_of(im->kind->name),
                       .expected = t->found ? t->row.version : 0,
                       .label = label,
                       .user = im->user };
    buf_init(&text, LIMIT_RECORD);
    json_write_canonical(im->row, body, &text);
    if (buf_failed(&text))
        return error_set(err, text.no_memory ? EN_NO_MEMORY : EN_TOO_LARGE,
                         "a record may have %d bytes", LIMIT_RECORD);
    d.body = buf_slice(&text);
    if (t->found)
        uuid_parse(t->row.id, &d.record);
    else
        d.record = uuid_new(im->now_ms);
    bool same = t->found && same_label && slice_eq(d.body, t->row.body_text);
    struct draft release;
    bool lowers = false;
    if (t->found && !same_label) {
        int code = import_row_release(im, t, err, &release, &lowers);
        if (code < 0)
            return code;
    }
    im->report.unchanged += same;
    im->report.changed += t->found && !same;
    im->report.created += !t->found;
    if (remember(im, body, d.record, line) < 0)
        return error_set(err, EN_NO_MEMORY, "import");
    if (same || im->dry_run || im->report.failed)
        return 0;
    int code = spool_add(&im->spool, &d, err);
    return code < 0 || !lowers ? code : spool_add(&im->spool, &release, err);
}

int import_judge_record(struct import *im, const struct table_record *record, unsigned line,
                        struct error *err)
{
    struct target t = { .found = false };
    struct json *body = NULL;
    struct slice label;
    bool same_label = false;
    im->report.rows++;
    int code = record->id.len ? find_by_id(im, record->id, err, &t)
                              : find_by_external(im, record->body, err, &t);
    if (code == 0 && t.found)
        code = touch(im, &t, line, err);
    if (code == 0)
        code = merge(im, record->body, &t, err);
    if (code < 0)
        return code;
    struct checked checked = { .import = im, .before = t.found ? t.row.body : NULL };
    struct record_rules rules = { .reference = reference_holds,
                                  .context = &checked,
                                  .before = checked.before };
    int label_code =
        import_row_label(im, record->label, record->body, &t, err, &label, &same_label);
    code = record_check(im->kind, im->row, record->body, &rules, err, &body);
    if (code == 0)
        code = cross_check(im->s, im->kind, body, checked.before, err);
    if (label_code < 0 || code < 0)
        return label_code < 0 ? label_code : code;
    return write_draft(im, &t, label, body, same_label, line, err);
}

int import_judge_row(struct import *im, const struct csv_row *cells, struct error *err)
{
    struct table_record record;
    int code = table_row(im->table, im->row, cells, resolve, im, err, &record);
    return code < 0 || record.empty ? code : import_judge_record(im, &record, cells->line, err);
}
