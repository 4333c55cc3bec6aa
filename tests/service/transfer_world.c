#include "transfer_world.h"

#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void world_open(struct world *w)
{
    const char *base = getenv("TMPDIR");
    struct error err = { 0 };
    *w = (struct world){ .arena = arena_new(LIMIT_ARENA) };
    snprintf(w->directory, sizeof w->directory, "%.40s/entente-XXXXXX", base ? base : "/tmp");
    assert_non_null(mkdtemp(w->directory));
    struct node_options o = { .directory = w->directory, .create = true, .now_ms = NOW_MS };
    if (node_open(&o, &err, &w->node) < 0)
        fail_msg("%s", err.message);
}

void world_close(struct world *w)
{
    static const char *const files[] = { "ledger.db",  "ledger.db-wal",  "ledger.db-shm",
                                         "picture.db", "picture.db-wal", "picture.db-shm",
                                         "key" };
    char path[128];
    node_close(w->node);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", w->directory, files[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(w->directory), 0); /* nothing else was left behind */
    arena_free(w->arena);
}

int world_setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    world_open(w);
    *state = w;
    return 0;
}

int world_teardown(void **state)
{
    world_close(*state);
    free(*state);
    return 0;
}

const struct kind *world_kind(struct world *w, const char *name)
{
    const struct kind *k = kinds_find(node_kinds(w->node), slice_of(name));
    assert_non_null(k);
    return k;
}

struct snapshot *world_look(struct world *w, const struct viewer *v)
{
    struct snapshot *s = NULL;
    if (node_refresh(w->node, &w->err) < 0 ||
        snapshot_open(node_picture(w->node), v ? v : node_operator(w->node), w->arena, NOW_MS,
                      &w->err, &s) < 0)
        fail_msg("%s", w->err.message);
    return s;
}

struct write_context world_write(struct world *w, const struct viewer *v)
{
    return (
        struct write_context){ .node = w->node, .snapshot = world_look(w, v), .now_ms = NOW_MS };
}

int64_t world_entries(struct world *w)
{
    struct ledger_head head;
    assert_int_equal(ledger_head_get(node_ledger(w->node), &w->err, &head), 0);
    return head.seq;
}

const struct viewer *world_reader(struct world *w, const char *class_name)
{
    struct viewer *v = arena_new_of(w->arena, struct viewer);
    struct json *clearance = json_new_object(w->arena);
    assert_non_null(v);
    json_object_set(w->arena, clearance, S("class"), json_new_text(w->arena, slice_of(class_name)));
    *v = (struct viewer){ .user = uuid_new(NOW_MS),
                          .username = S("reader"),
                          .role = ROLE_ADMINISTRATOR,
                          .permissions = role_permissions(ROLE_ADMINISTRATOR) };
    if (clearance_parse(node_policy(w->node), w->arena, clearance, S(""), &w->err, &v->clearance) <
        0)
        fail_msg("%s", w->err.message);
    return v;
}

struct transfer_report world_import_as(struct world *w, const struct viewer *v, const char *kind,
                                       const char *csv, bool dry_run)
{
    struct transfer_report r = { 0 };
    struct write_context c = world_write(w, v);
    c.unlabelled = S("UNCLASSIFIED");
    if (transfer_import_csv(&c, world_kind(w, kind), slice_of(csv), dry_run, NULL, &w->err, &r) < 0)
        fail_msg("%s", w->err.message);
    return r;
}

struct transfer_report world_import(struct world *w, const char *kind, const char *csv)
{
    struct transfer_report r = world_import_as(w, NULL, kind, csv, false);
    if (r.failed)
        fail_msg("line %d, " SLICE_FMT ": %s " SLICE_FMT, (int)r.errors[0].line,
                 SLICE_ARG(r.errors[0].column), error_reason_word(r.errors[0].reason),
                 SLICE_ARG(r.errors[0].detail));
    return r;
}

void world_csv(struct world *w, const struct viewer *v, const char *kind, struct buf *out)
{
    struct snapshot *s = world_look(w, v);
    struct list_query q = { .kind = world_kind(w, kind), .order = LIST_TITLE };
    buf_init(out, LIMIT_RESPONSE);
    int code = transfer_export_csv(s, &q, out, &w->err);
    snapshot_close(s);
    if (code < 0)
        fail_msg("%s", w->err.message);
}

void world_lines(struct world *w, const struct viewer *v, struct buf *out)
{
    struct snapshot *s = world_look(w, v);
    buf_init(out, LIMIT_RESPONSE);
    int code = transfer_export(w->node, s, NULL, out, &w->err);
    snapshot_close(s);
    if (code < 0)
        fail_msg("%s", w->err.message);
}

void world_digest(struct world *w, char ret[65])
{
    struct snapshot *s = world_look(w, NULL);
    assert_int_equal(transfer_digest(w->node, s, &w->err, ret), 0);
    snapshot_close(s);
}

struct transfer_report world_restore(struct world *w, struct slice lines)
{
    struct transfer_report r = { 0 };
    struct write_context c = world_write(w, NULL);
    if (transfer_import(&c, lines, NULL, &w->err, &r) < 0)
        fail_msg("%s", w->err.message);
    return r;
}

static struct row find(struct world *w, struct snapshot *s, const char *kind, const char *id)
{
    struct row row;
    if (snapshot_find_external(s, world_kind(w, kind), slice_of(id), &w->err, &row) < 0)
        fail_msg("no %s %s", kind, id);
    return row;
}

struct slice world_field(struct world *w, const char *kind, const char *external_id,
                         const char *field)
{
    struct buf text cleanup_buf;
    struct snapshot *s = world_look(w, NULL);
    struct row row = find(w, s, kind, external_id);
    buf_init(&text, LIMIT_RECORD);
    assert_int_equal(snapshot_body(s, &row, &w->err), 0);
    const struct json *v = json_get(row.body, field);
    if (v)
        json_write_value(v, &text);
    snapshot_close(s);
    return arena_copy(w->arena, buf_slice(&text));
}

struct slice world_id(struct world *w, const char *kind, const char *external_id)
{
    struct snapshot *s = world_look(w, NULL);
    struct row row = find(w, s, kind, external_id);
    snapshot_close(s);
    return row.id;
}

bool report_has(const struct transfer_report *r, int64_t line, const char *column,
                enum reason reason)
{
    for (size_t i = 0; i < r->error_count; i++)
        if (r->errors[i].line == line && slice_is(r->errors[i].column, column) &&
            r->errors[i].reason == reason)
            return true;
    for (size_t i = 0; i < r->error_count; i++)
        print_message("# line %d, " SLICE_FMT ": %s " SLICE_FMT "\n", (int)r->errors[i].line,
                      SLICE_ARG(r->errors[i].column), error_reason_word(r->errors[i].reason),
                      SLICE_ARG(r->errors[i].detail));
    return false;
}
