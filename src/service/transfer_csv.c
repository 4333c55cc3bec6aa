/*
 * CSV of one kind into the ledger: every row is judged before anything is written.
 *
 * A row becomes a draft in the spool. The snapshot that the rows are judged by is opened anew every
 * STEP_ROWS rows, so that commits of others do not wait for a long import; a record that changed in
 * between is refused by the ledger (expected version). A row may refer to rows above it.
 *
 * One batch of LIMIT_BATCH drafts or 8 MB is written whole or not at all; a larger file is several,
 * and a crash between them leaves the first. The same file once more writes the rest: what stands
 * already is found by its external ids. Rows without an external id or an id are not found again.
 *
 * Invariant: a row that names a record which the importer may not read is judged exactly like one
 * that names nothing.
 */
#include "format/table.h"
#include "service/cross_check.h"
#include "service/release.h"
#include "service/transfer_items.h"
#include "service/transfer_names.h"
#include "service/transfer_report.h"
#include "service/transfer_spool.h"

enum { STEP_ROWS = 2000, STEP_ARENA = 128 * 1024 * 1024, ROW_ARENA = 32 * 1024 * 1024 };

struct import {
    struct node *node;
    const struct viewer *viewer;
    const struct policy *policy;
    const struct kind *kind;
    const struct table *table;
    const char *const *fields; /* without a table: what the items may state */
    struct arena *keep;        /* the caller's: what the report holds */
    struct arena *step;        /* of the snapshot: given back with it */
    struct arena *row;         /* given back after every row */
    struct snapshot *s;
    int64_t now_ms;
    int64_t step_rows;
    const struct json *grounds; /* on which a row may lower a label */
    const struct label *usual;  /* of new records for which none is stated; NULL: the policy's */
    int64_t unlabelled;         /* that have the policy's */
    bool dry_run;
    bool titles;      /* rows may refer to each other by title */
    bool none_before; /* the kind has no record yet that a row could mean */
    struct slice user;
    struct names names;
    struct spool spool;
    struct csv_reader reader;
    const struct transfer_progress *progress;
    struct transfer_report report;
    /* most rows repeat the label above them; a default of one row alone lives no longer than it */
    struct slice label_cell, label_json;
    const struct label *label;
};

/* The record that a row changes, if any. */
struct target {
    struct row row;
    bool found;
    struct json *merged;
};

/* ---- snapshots ---- */

static int step_open(struct import *im, struct error *err)
{
    snapshot_close(im->s);
    im->s = NULL;
    arena_reset(im->step);
    im->step_rows = 0;
    return node_snapshot(im->node, im->viewer, im->step, im->now_ms, err, &im->s);
}

static int is_empty(struct import *im, struct error *err, bool *ret)
{
    struct page page;
    struct list_query q = { .kind = im->kind, .order = LIST_UPDATED, .limit = 1 };
    int code = snapshot_list(im->s, &q, err, &page);
    *ret = code == 0 && page.count == 0;
    return code;
}

/* ---- references ---- */

static bool refers_to(const struct field *fields, const char *kind)
{
    for (const struct field *f = fields; f && f->name; f++) {
        if (f->type == FIELD_REF && (!f->target || strcmp(f->target, kind) == 0))
            return true;
        if (f->type == FIELD_OBJECT && refers_to(f->fields, kind))
            return true;
    }
    return false;
}

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

/* ---- errors of a row ---- */

static void fail_row(struct import *im, unsigned line, const struct error *e)
{
    unsigned shown = e->field_count < ERROR_FIELDS_MAX ? e->field_count : ERROR_FIELDS_MAX;
    for (unsigned i = 0; i < shown; i++) {
        struct slice pointer = slice_of(e->fields[i].pointer);
        struct slice column = im->table ? table_column_name(im->table, pointer) : pointer;
        report_row(&im->report, im->keep, line, column, e->fields[i].reason,
                   slice_of(e->fields[i].detail));
    }
    if (shown == 0)
        report_row(&im->report, im->keep, line, S(""),
                   e->code == EN_TOO_LARGE ? REASON_TOO_LONG : REASON_RULE, slice_of(e->message));
    im->report.failed++;
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

/* ---- the row's label ---- */

/* a: where it lives; with the row, when it is of this row alone */
static int keep_label(struct import *im, struct arena *a, struct slice cell, const struct label *l,
                      struct error *err)
{
    im->label_cell = arena_copy(a, cell);
    im->label_json = label_text(im->policy, a, l);
    im->label = l;
    return im->label_json.ptr ? 0 : error_set(err, EN_NO_MEMORY, "label");
}

/* Of a row that states none: the import's; else an annotation's is that of what it is about, which
 * a row above it may only be about to state. */
static int default_label(struct import *im, const struct json *body, struct error *err,
                         const struct label **ret)
{
    if (im->usual) {
        *ret = im->usual;
        return 0;
    }
    int code = records_default_label(im->s, im->row, im->kind, body, err, ret);
    return code == EN_NOT_FOUND ? error_field(err, S("label"), REASON_REQUIRED,
                                              "what it is about cannot be read yet")
                                : code;
}

static int read_label(struct import *im, struct slice cell, const struct json *body,
                      struct error *err)
{
    const struct label *l = NULL;
    const struct label *usual = im->usual ? im->usual : policy_default_label(im->policy);
    if (im->label && cell.len && slice_eq(cell, im->label_cell))
        return 0;
    int code = cell.len ? label_parse_text(im->policy, im->keep, cell, S("label"), err, &l)
                        : default_label(im, body, err, &l);
    if (code < 0)
        return code;
    if (l && l == usual && im->label == l)
        return 0;
    if (!label_may_read(im->policy, im->viewer->clearance, l, im->now_ms))
        return error_field(err, S("label"), REASON_LABEL, "above your clearance");
    return keep_label(im, cell.len || l == usual ? im->keep : im->row, cell, l, err);
}

/* The label of the new version; an empty cell leaves a record's label as it is. */
static int row_label(struct import *im, struct slice cell, const struct json *body,
                     const struct target *t, struct error *err, struct slice *ret, bool *ret_same)
{
    *ret_same = false;
    if (t->found && cell.len == 0) {
        *ret = label_text(im->policy, im->row, t->row.label);
        *ret_same = true;
        return ret->ptr ? 0 : error_set(err, EN_NO_MEMORY, "label");
    }
    int code = read_label(im, cell, body, err);
    if (code < 0)
        return code;
    im->unlabelled += cell.len == 0 && im->label == policy_default_label(im->policy);
    *ret = im->label_json;
    *ret_same = t->found && label_equal(t->row.label, im->label);
    if (!*ret_same)
        code = label_check_new(im->policy, im->label, im->now_ms, S("label"), err);
    if (code < 0)
        return code;
    return 0;
}

/* The decision that stands behind a row that lowers its record's label. What may not be is the
 * column's error, so that the report says in which row. */
static int row_release(struct import *im, const struct target *t, struct error *err,
                       struct draft *ret, bool *ret_lowers)
{
    struct release_change c = {
        .before = t->row.label, .after = im->label, .grounds = im->grounds, .now_ms = im->now_ms
    };
    struct error e = { 0 };
    if (!uuid_parse(t->row.id, &c.record))
        return error_set(err, EN_CORRUPT, "a record without an id");
    int code = release_judge(im->s, &c, &e, ret, ret_lowers);
    if (code == EN_FORBIDDEN)
        return error_field(err, S("label"), REASON_LABEL, "%.110s", e.message);
    if (code == EN_INVALID)
        return error_field(
            err, S("label"), REASON_RULE,
            "a lower label needs a release: propose one, or state its authority and reason");
    ret->user = im->user;
    return code < 0 ? error_set(err, code, "the decision was not written") : 0;
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
        int code = row_release(im, t, err, &release, &lowers);
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

static int judge_record(struct import *im, const struct table_record *record, unsigned line,
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
    int label_code = row_label(im, record->label, record->body, &t, err, &label, &same_label);
    code = record_check(im->kind, im->row, record->body, &rules, err, &body);
    if (code == 0)
        code = cross_check(im->s, im->kind, body, checked.before, err);
    if (label_code < 0 || code < 0)
        return label_code < 0 ? label_code : code;
    return write_draft(im, &t, label, body, same_label, line, err);
}

static int judge_row(struct import *im, const struct csv_row *cells, struct error *err)
{
    struct table_record record;
    int code = table_row(im->table, im->row, cells, resolve, im, err, &record);
    return code < 0 || record.empty ? code : judge_record(im, &record, cells->line, err);
}

/* ---- the file ---- */

static void tell(struct import *im, size_t done)
{
    if (im->progress && im->progress->step)
        im->progress->step(im->progress->context, "checking", (int64_t)done,
                           (int64_t)im->reader.text.len);
}

static int import_rows(struct import *im, struct csv_row *cells, struct error *err)
{
    int got = 1;
    while (got != 0) {
        struct error e = { 0 };
        int64_t rows = im->report.rows;
        if (im->step_rows++ >= STEP_ROWS) {
            tell(im, im->reader.at);
            if (step_open(im, err) < 0)
                return err ? err->code : EN_IO;
        }
        arena_reset(im->row);
        unsigned line = im->reader.line;
        got = csv_next(&im->reader, im->row, &e, cells);
        int code = got == 1 ? judge_row(im, cells, &e) : got;
        int failure = snapshot_failure(im->s);
        if (failure == 0 && (arena_failed(im->row) || arena_failed(im->keep)))
            failure = EN_NO_MEMORY;
        if (failure < 0) /* what could not be read is not absent: it must not be made again */
            return error_set(err, failure, "the records cannot be read");
        if (code < 0 && (!report_is_row_error(code) || arena_failed(im->step))) {
            if (err)
                *err = e;
            return code;
        }
        if (code < 0) {
            im->report.rows = rows + 1;
            fail_row(im, got == 1 ? cells->line : line, &e);
        }
    }
    tell(im, im->reader.text.len);
    return 0;
}

/* The header decides what the columns are; its errors are the file's. */
static int open_table(struct import *im, struct slice text, struct csv_row *cells,
                      struct error *err)
{
    struct error e = { 0 };
    struct table *t = NULL;
    int code = csv_open(&im->reader, text, 0, err);
    if (code == 0)
        code = csv_next(&im->reader, im->keep, err, cells);
    if (code < 0)
        return code;
    if (code == 0)
        return error_set(err, EN_INVALID, "the file is empty: it needs a line of column names");
    code = table_open(im->kind, cells, /* ignore_unknown= */ false, im->keep, &e, &t);
    if (code == 0)
        im->table = t;
    else if (report_is_row_error(code))
        fail_row(im, cells->line, &e);
    else if (err)
        *err = e;
    return report_is_row_error(code) ? 0 : code;
}

/* Nobody should learn by accident what the policy makes of records that say nothing. */
static void note_unlabelled(struct import *im)
{
    struct buf marking[2];
    for (int french = 0; french < 2; french++) {
        buf_init(&marking[french], LIMIT_TEXT);
        label_write_marking(im->policy, policy_default_label(im->policy), french, &marking[french]);
    }
    if (im->unlabelled > 0)
        report_note(&im->report,
                    arena_printf(im->keep,
                                 "new records without a label: %lld; they are marked " SLICE_FMT
                                 " unless the import states another",
                                 (long long)im->unlabelled, SLICE_ARG(buf_slice(&marking[0]))),
                    arena_printf(im->keep,
                                 "nouvelles fiches sans étiquette : %lld ; elles portent " SLICE_FMT
                                 ", sauf si l'importation en indique une autre",
                                 (long long)im->unlabelled, SLICE_ARG(buf_slice(&marking[1]))),
                    im->keep);
    buf_done(&marking[0]);
    buf_done(&marking[1]);
}

/* Writes what was judged, unless something failed or nothing should be written. */
static int finish(struct import *im, int code, struct error *err)
{
    snapshot_close(im->s);
    im->s = NULL;
    if (code == 0 && im->report.failed == 0)
        note_unlabelled(im);
    if (code < 0 || im->dry_run)
        return code;
    if (im->report.failed) {
        im->report.created = im->report.changed = 0;
        return 0;
    }
    return spool_append(&im->spool, im->node, im->now_ms, im->progress, err);
}

static int import_file(struct import *im, struct slice text, struct error *err)
{
    struct csv_row *cells = arena_new_of(im->keep, struct csv_row);
    int code = cells ? 0 : error_set(err, EN_NO_MEMORY, "import");
    if (code == 0)
        code = open_table(im, text, cells, err);
    if (code == 0)
        code = step_open(im, err);
    if (code == 0)
        code = is_empty(im, err, &im->none_before);
    if (code == 0 && im->table)
        code = import_rows(im, cells, err);
    return finish(im, code, err);
}

/* ---- items of another format ---- */

struct items {
    const struct transfer_item *items;
    size_t count;
};

static int judge_item(struct import *im, const struct transfer_item *item, struct error *err)
{
    struct table_record record = { .body = item->body, .id = item->id, .label = S("") };
    if (item->body)
        return judge_record(im, &record, (unsigned)item->line, err);
    im->report.rows++;
    return error_field(err, S(""), item->reason, SLICE_FMT, SLICE_ARG(item->detail));
}

static int import_items(struct import *im, const struct items *all, struct error *err)
{
    for (size_t i = 0; i < all->count; i++) {
        struct error e = { 0 };
        int64_t rows = im->report.rows;
        if (im->step_rows++ >= STEP_ROWS && step_open(im, err) < 0)
            return err ? err->code : EN_IO;
        arena_reset(im->row);
        int code = judge_item(im, &all->items[i], &e);
        int failure = snapshot_failure(im->s);
        if (failure == 0 && (arena_failed(im->row) || arena_failed(im->keep)))
            failure = EN_NO_MEMORY;
        if (failure < 0)
            return error_set(err, failure, "the records cannot be read");
        if (code < 0 && (!report_is_row_error(code) || arena_failed(im->step))) {
            if (err)
                *err = e;
            return code;
        }
        if (code < 0) {
            im->report.rows = rows + 1;
            fail_row(im, (unsigned)all->items[i].line, &e);
        }
    }
    return 0;
}

static int import_all(struct import *im, const struct items *all, struct error *err)
{
    int code = step_open(im, err);
    if (code == 0)
        code = is_empty(im, err, &im->none_before);
    return finish(im, code == 0 ? import_items(im, all, err) : code, err);
}

/* The label that the import states for new records that state none. */
static int read_usual(struct import *im, struct slice text, struct error *err)
{
    const struct slice at = S("label");
    struct json *json = NULL;
    if (text.len == 0)
        return 0;
    if (text.ptr[0] != '{')
        return label_parse_text(im->policy, im->keep, text, at, err, &im->usual);
    int code = json_parse(im->keep, text, err, &json);
    return code < 0 ? code : label_parse(im->policy, im->keep, json, at, err, &im->usual);
}

/* A file, or with a NULL text the items. */
static int import_kind(struct write_context *w, const struct kind *k, struct slice text,
                       const struct items *all, const char *const *fields, bool dry_run,
                       const struct transfer_progress *progress, struct error *err,
                       struct transfer_report *ret)
{
    const struct viewer *v = snapshot_viewer(w->snapshot);
    struct arena *keep = snapshot_arena(w->snapshot);
    struct arena *step cleanup_arena = arena_new(STEP_ARENA);
    struct arena *row cleanup_arena = arena_new(ROW_ARENA);
    struct import im = { .node = w->node,
                         .viewer = v,
                         .policy = node_policy(w->node),
                         .kind = k,
                         .fields = fields,
                         .keep = keep,
                         .step = step,
                         .row = row,
                         .now_ms = w->now_ms,
                         .grounds = w->grounds,
                         .dry_run = dry_run,
                         .titles = refers_to(k->fields, k->name),
                         .user = records_user(v, keep),
                         .spool = { .file = -1 },
                         .progress = progress,
                         .report = { .dry_run = dry_run } };
    snapshot_close(w->snapshot);
    if (!step || !row || !im.user.ptr)
        return error_set(err, EN_NO_MEMORY, "import");
    int code = read_usual(&im, w->unlabelled, err);
    if (code < 0)
        return code;
    code = dry_run ? 0 : spool_open(&im.spool, node_directory(w->node), err);
    if (code == 0)
        code = all ? import_all(&im, all, err) : import_file(&im, text, err);
    spool_done(&im.spool);
    names_done(&im.names);
    if (code == 0)
        *ret = im.report;
    return code;
}

int transfer_import_csv(struct write_context *w, const struct kind *k, struct slice text,
                        bool dry_run, const struct transfer_progress *progress, struct error *err,
                        struct transfer_report *ret)
{
    return import_kind(w, k, text, NULL, NULL, dry_run, progress, err, ret);
}

int transfer_import_items(struct write_context *w, const struct kind *k,
                          const struct transfer_item *items, size_t count,
                          const char *const *fields, bool dry_run,
                          const struct transfer_progress *progress, struct error *err,
                          struct transfer_report *ret)
{
    struct items all = { items, count };
    return import_kind(w, k, S(""), &all, fields, dry_run, progress, err, ret);
}
