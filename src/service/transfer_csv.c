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
 */
#include "service/transfer_import.h"

enum { STEP_ROWS = 2000, STEP_ARENA = 128 * 1024 * 1024, ROW_ARENA = 32 * 1024 * 1024 };

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

/* ---- errors of a row ---- */

void import_fail_row(struct import *im, unsigned line, const struct error *e)
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
        int code = got == 1 ? import_judge_row(im, cells, &e) : got;
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
            import_fail_row(im, got == 1 ? cells->line : line, &e);
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
        import_fail_row(im, cells->line, &e);
    else if (err)
        *err = e;
    return report_is_row_error(code) ? 0 : code;
}

/* Writes what was judged, unless something failed or nothing should be written. */
static int finish(struct import *im, int code, struct error *err)
{
    snapshot_close(im->s);
    im->s = NULL;
    if (code == 0 && im->report.failed == 0)
        import_note_unlabelled(im);
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
        return import_judge_record(im, &record, (unsigned)item->line, err);
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
            import_fail_row(im, (unsigned)all->items[i].line, &e);
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
    int code = import_read_usual(&im, w->unlabelled, err);
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
