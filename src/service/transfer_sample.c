/*
 * Loading a directory of CSV files by their known names, each in its turn.
 *
 * A file with the columns `source` and `basis` is one of the sample's own and is mapped first
 * (sample_map.h); every other file is in the CSV form of its kind. Files that stand for kinds we do
 * not have yet are named in the report, never passed over in silence.
 */
#include "base/limits.h"
#include "service/access.h"
#include "service/sample_map.h"
#include "service/transfer_names.h"
#include "service/transfer_report.h"

#include <errno.h>
#include <stdio.h>

enum { SAMPLE_ARENA = 256 * 1024 * 1024 };

/* In the order in which they refer to each other. A file of the sample's own may hold two kinds:
 * the first rows for it are `own` only. */
static const struct sample_file {
    const char *name;
    const char *kind; /* NULL: no kind yet */
    sample_mapping map;
    bool own; /* passed over when it is in the CSV form of a kind */
} sample_files[] = {
    { "actors.csv", "actor", sample_actors, false },
    { "positions.csv", "actor", sample_positions, false },
    { "postings.csv", "posting", NULL, false },
    { "memberships.csv", "membership", sample_memberships, false },
    { "relationships.csv", "relationship", NULL, false },
    { "vocabularies.csv", "vocabulary", sample_vocabularies, false },
    { "capabilities.csv", "vocabulary", sample_vocabularies, true },
    { "vocabularies.csv", "concept", sample_words, true },
    { "capabilities.csv", "concept", sample_capabilities, false },
    { "concepts.csv", "concept", NULL, false },
    { "capability-mappings.csv", "mapping", sample_mappings, false },
    { "mappings.csv", "mapping", NULL, false },
    { "agreements.csv", "agreement", sample_agreements, false },
    { "objectives.csv", "objective", NULL, false },
    { "needs.csv", "need", NULL, false },
    { "offers.csv", "offer", sample_offers, false },
    { "accesses.csv", "access", NULL, false },
    { "engagements.csv", "engagement", sample_engagements, false },
    { "requests.csv", "request", sample_requests, false },
    { "obligations.csv", "obligation", NULL, false },
    { "transactions.csv", "transaction", NULL, false },
    { "commitments.csv", "commitment", NULL, false },
    { "disclosures.csv", "disclosure", NULL, false },
    { "assessments.csv", "assessment", NULL, false },
    { "regions.csv", NULL, NULL, false },
};

struct loading {
    struct node *node;
    const struct viewer *viewer;
    struct arena *keep;
    int64_t now_ms;
    const char *directory;
    struct slice
        label; /* of rows that state none: a sample is for everybody whom the policy lets in */
    const struct transfer_progress *progress;
    struct sample_files files;
    struct transfer_report report;
    int loaded;
};

/* EN_NOT_FOUND when there is no such file. */
static int read_file(struct loading *l, struct arena *a, const char *name, struct error *err,
                     struct slice *ret)
{
    struct slice path = arena_printf(a, "%s/%s", l->directory, name);
    char chunk[65536];
    size_t got;
    FILE *f = path.ptr ? fopen(path.ptr, "rbe") : NULL;
    if (!f)
        return errno == ENOENT || !path.ptr
                   ? EN_NOT_FOUND
                   : error_set(err, EN_IO, "%s: %s", path.ptr, strerror(errno));
    struct buf text cleanup_buf = { 0 };
    buf_init(&text, LIMIT_IMPORT_BODY);
    while ((got = fread(chunk, 1, sizeof chunk, f)) > 0)
        buf_add(&text, slice_make(chunk, got));
    bool bad = ferror(f) != 0;
    fclose(f);
    if (bad)
        return error_set(err, EN_IO, "%s cannot be read", path.ptr);
    if (buf_failed(&text))
        return error_set(err, EN_TOO_LARGE, "%s is larger than %d bytes", path.ptr,
                         LIMIT_IMPORT_BODY);
    *ret = arena_copy(a, buf_slice(&text));
    return ret->ptr ? 0 : error_set(err, EN_NO_MEMORY, "sample");
}

static int read_sheet(struct loading *l, struct arena *a, const char *name, struct error *err,
                      struct sheet *ret)
{
    struct slice text;
    int code = read_file(l, a, name, err, &text);
    return code < 0 ? (code == EN_NOT_FOUND ? 0 : code) : sheet_read(a, text, err, ret);
}

static bool is_own_form(const struct sheet *s)
{
    return sheet_has(s, "source") && sheet_has(s, "basis");
}

static void add_report(struct loading *l, const char *name, const struct transfer_report *r)
{
    struct buf column cleanup_buf = { 0 };
    buf_init(&column, LIMIT_TEXT);
    l->report.rows += r->rows;
    l->report.created += r->created;
    l->report.changed += r->changed;
    l->report.unchanged += r->unchanged;
    l->report.failed += r->failed;
    for (size_t i = 0; i < r->error_count; i++) {
        buf_clear(&column);
        buf_printf(&column, "%s: " SLICE_FMT, name, SLICE_ARG(r->errors[i].column));
        report_row(&l->report, l->keep, r->errors[i].line, buf_slice(&column), r->errors[i].reason,
                   r->errors[i].detail);
    }
}

static void note_skipped(struct loading *l, const char *name, size_t rows)
{
    report_note(
        &l->report,
        arena_printf(l->keep, "%s: %zu rows not loaded, there is no kind for them yet", name, rows),
        arena_printf(l->keep,
                     "%s : %zu lignes non chargées, aucun type de fiche ne leur correspond "
                     "encore",
                     name, rows),
        l->keep);
}

static int import_text(struct loading *l, struct arena *a, const struct sample_file *f,
                       struct slice text, struct error *err)
{
    struct transfer_report r;
    struct write_context w = { .node = l->node, .now_ms = l->now_ms, .unlabelled = l->label };
    const struct kind *k = kinds_find(node_kinds(l->node), slice_of(f->kind));
    int code = node_snapshot(l->node, l->viewer, a, l->now_ms, err, &w.snapshot);
    if (code == 0)
        code = transfer_import_csv(&w, k, text, /* dry_run= */ false, l->progress, err, &r);
    if (code == 0)
        add_report(l, f->name, &r);
    else if (err) {
        struct error cause = *err;
        error_set(err, code, "%s: %.200s", f->name, cause.message);
    }
    l->loaded++;
    return code;
}

static int load_file(struct loading *l, const struct sample_file *f, struct error *err)
{
    struct arena *a cleanup_arena = arena_new(SAMPLE_ARENA);
    struct buf mapped cleanup_buf = { 0 };
    struct sheet sheet = { .rows = 0 };
    struct slice text;
    if (!a)
        return error_set(err, EN_NO_MEMORY, "sample");
    int code = read_file(l, a, f->name, err, &text);
    if (code < 0)
        return code == EN_NOT_FOUND ? 0 : code;
    buf_init(&mapped, LIMIT_IMPORT_BODY);
    code = sheet_read(a, text, err, &sheet);
    if (code < 0)
        return code;
    if (!f->kind || !kinds_find(node_kinds(l->node), slice_of(f->kind))) {
        note_skipped(l, f->name, sheet.rows);
        return 0;
    }
    if (!is_own_form(&sheet))
        return f->own ? 0 : import_text(l, a, f, text, err);
    if (!f->map)
        return error_set(err, EN_INVALID, "%s has columns of the sample that are not known",
                         f->name);
    code = f->map(&l->files, &sheet, a, err, &mapped);
    return code < 0 ? code : import_text(l, a, f, buf_slice(&mapped), err);
}

static int set_home(struct loading *l, struct slice home, struct error *err)
{
    struct arena *a cleanup_arena = arena_new(LIMIT_BODY);
    struct write_context w = { .node = l->node, .now_ms = l->now_ms };
    struct names names cleanup_names = { 0 };
    const struct kind *actor = kinds_find(node_kinds(l->node), S("actor"));
    struct uuid id;
    char text[UUID_TEXT + 1];
    if (!a)
        return error_set(err, EN_NO_MEMORY, "sample");
    int code = node_snapshot(l->node, l->viewer, a, l->now_ms, err, &w.snapshot);
    if (code < 0)
        return code;
    bool found = uuid_parse(home, &id) ? snapshot_readable(w.snapshot, home, actor)
                                       : names_resolve(&names, w.snapshot, actor, actor, home, &id);
    if (!found || settings_get(w.snapshot, S("home")).len) {
        snapshot_close(w.snapshot);
        return found ? 0 : error_field(err, S("home"), REASON_REFERENCE, "%s", "");
    }
    uuid_format(id, text);
    return settings_put(&w, S("home"), slice_of(text), err);
}

int transfer_sample(struct write_context *w, const char *directory, struct slice home,
                    const struct transfer_progress *progress, struct error *err,
                    struct transfer_report *ret)
{
    struct arena *a cleanup_arena = arena_new(SAMPLE_ARENA); /* what several mappings look at */
    struct loading l = { .node = w->node,
                         .viewer = snapshot_viewer(w->snapshot),
                         .keep = snapshot_arena(w->snapshot),
                         .now_ms = w->now_ms,
                         .directory = directory,
                         .progress = progress };
    l.label = label_text(node_policy(w->node), l.keep, policy_default_label(node_policy(w->node)));
    snapshot_close(w->snapshot);
    if (!a || !l.label.ptr)
        return error_set(err, EN_NO_MEMORY, "sample");
    int code = read_sheet(&l, a, "actors.csv", err, &l.files.actors);
    if (code == 0)
        code = read_sheet(&l, a, "agreement-parties.csv", err, &l.files.parties);
    if (code == 0)
        code = read_sheet(&l, a, "capabilities.csv", err, &l.files.capabilities);
    for (size_t i = 0; code == 0 && i < sizeof sample_files / sizeof *sample_files; i++) {
        code = load_file(&l, &sample_files[i], err);
        if (l.report.failed)
            break;
    }
    if (code == 0 && l.loaded == 0)
        code =
            error_set(err, EN_NOT_FOUND, "%s has none of the files that can be loaded", directory);
    if (code == 0 && home.len && !l.report.failed)
        code = set_home(&l, home, err);
    if (code == 0)
        *ret = l.report;
    return code;
}
