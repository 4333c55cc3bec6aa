/* Stating records: see records.h. */
#include "service/records.h"

#include "base/limits.h"
#include "service/render.h"

#include <sodium.h>

/* What a client sends back of a record it was shown, and may not state. */
static const char *const shown_only[] = { "id",      "kind",    "version", "marking",  "origin",
                                          "created", "updated", "refs",    "retracted" };

struct slice records_user(const struct viewer *v, struct arena *a)
{
    char id[UUID_TEXT + 1];
    uuid_format(v->user, id);
    return arena_copy(a, slice_of(id));
}

/* The references that the version before already had: they need not be readable now. */
struct known {
    struct snapshot *snapshot;
    struct slice ids[LIMIT_LIST];
    size_t count;
};

static void note_known(void *context, const char *path, const struct field *f, struct slice id)
{
    struct known *known = context;
    (void)path;
    (void)f;
    if (known->count < LIMIT_LIST)
        known->ids[known->count++] = id;
}

static bool reference_holds(void *context, struct slice id, const char *kind)
{
    const struct known *known = context;
    for (size_t i = 0; i < known->count; i++)
        if (slice_eq(known->ids[i], id))
            return true;
    const struct kind *k =
        kind ? kinds_find(snapshot_kinds(known->snapshot), slice_of(kind)) : NULL;
    return snapshot_readable(known->snapshot, id, k);
}

/* The input without label and without what only the server states. */
static struct json *stated_fields(struct arena *a, const struct json *input)
{
    struct json *fields = json_new_object(a);
    for (uint32_t i = 0; fields && i < input->count; i++) {
        const struct json_member *m = &input->members[i];
        bool skip = slice_is(m->name, "label");
        for (size_t j = 0; j < sizeof shown_only / sizeof *shown_only; j++)
            skip |= slice_is(m->name, shown_only[j]);
        if (!skip && json_object_set(a, fields, m->name, &m->value) < 0)
            return NULL;
    }
    return fields;
}

static int check_label(struct snapshot *s, const struct json *stated, const struct row *before,
                       struct error *err, const struct label **ret)
{
    const struct policy *p = snapshot_policy(s);
    const struct viewer *v = snapshot_viewer(s);
    const struct label *label;
    if (before && (!stated || stated->type == JSON_NULL)) {
        *ret = before->label;
        return 0;
    }
    int code = label_parse(p, snapshot_arena(s), stated, S("/label"), err, &label);
    if (code < 0)
        return code;
    if (!label_may_read(p, v->clearance, label, snapshot_now(s)))
        return error_field(err, S("/label"), REASON_LABEL, "above your clearance");
    if (before && !label_equal(before->label, label)) {
        const struct label *join = label_join(p, snapshot_arena(s), before->label, label);
        if (!join)
            return error_set(err, EN_NO_MEMORY, "label");
        if (!label_equal(join, label) && !(v->permissions & PERMIT_STEWARD))
            return error_set(err, EN_FORBIDDEN, "only a steward may lower a label or add a reader");
    }
    *ret = label;
    return 0;
}

static int canonical(struct arena *a, const struct json *v, struct error *err, struct slice *ret)
{
    struct buf text cleanup_buf;
    buf_init(&text, LIMIT_RECORD);
    json_write_canonical(a, v, &text);
    if (buf_failed(&text))
        return error_set(err, EN_TOO_LARGE, "a record may have %d bytes", LIMIT_RECORD);
    *ret = arena_copy(a, buf_slice(&text));
    return ret->ptr ? 0 : error_set(err, EN_NO_MEMORY, "record");
}

static int label_text(struct snapshot *s, const struct label *l, struct error *err,
                      struct slice *ret)
{
    struct buf text cleanup_buf;
    buf_init(&text, LIMIT_RECORD);
    label_write(snapshot_policy(s), l, &text);
    *ret = arena_copy(snapshot_arena(s), buf_slice(&text));
    return ret->ptr && !buf_failed(&text) ? 0 : error_set(err, EN_NO_MEMORY, "label");
}

int records_prepare(struct snapshot *s, const struct kind *k, const struct json *input,
                    struct row *before, bool unchecked_references, struct error *err,
                    struct slice *ret_label, struct slice *ret_body)
{
    struct arena *a = snapshot_arena(s);
    struct known *known = arena_new_of(a, struct known);
    struct json *body = NULL;
    const struct label *label = NULL;
    if (input->type != JSON_OBJECT)
        return error_set(err, EN_INVALID, "a record is a JSON object");
    struct json *fields = stated_fields(a, input);
    if (!known || !fields)
        return error_set(err, EN_NO_MEMORY, "record");
    known->snapshot = s;
    if (before && snapshot_body(s, before, err) == 0)
        record_references(k, before->body, note_known, known);
    struct record_rules rules = { .reference = unchecked_references ? NULL : reference_holds,
                                  .context = known,
                                  .before = before && !before->retracted ? before->body : NULL };
    /* both checks run, so that all errors are told at once */
    int label_code = check_label(s, json_get(input, "label"), before, err, &label);
    int code = record_check(k, a, fields, &rules, err, &body);
    if (label_code < 0 || code < 0)
        return label_code < 0 ? label_code : code;
    code = label_text(s, label, err, ret_label);
    return code < 0 ? code : canonical(a, body, err, ret_body);
}

/* Ends the checks and their snapshot. One may have said no for want of memory or disk rather than
 * for what was stated, or yes wrongly: then the failure is the answer, whatever `code` says. */
static int end_checks(struct write_context *w, int code, struct error *err)
{
    int failure = snapshot_failure(w->snapshot);
    snapshot_close(w->snapshot);
    if (failure == 0 || failure == code)
        return code;
    error_clear(err);
    return error_set(err, failure, "the record was not written");
}

/* One draft of this viewer, appended; the snapshot is closed first. */
static int append(struct write_context *w, struct draft *d, struct error *err, struct written *ret)
{
    struct arena *a = snapshot_arena(w->snapshot);
    const struct viewer *v = snapshot_viewer(w->snapshot);
    struct appended done;
    char id[UUID_TEXT + 1];
    d->user = records_user(v, a);
    d->request = w->request;
    int code = end_checks(w, 0, err);
    if (code < 0)
        return code;
    code = ledger_append(node_ledger(w->node), d, 1, w->now_ms, err, &done);
    if (code < 0)
        return code;
    struct uuid record = d->record;
    if (done.replayed) {
        struct entry first;
        code = ledger_find_request(node_ledger(w->node), a, w->request, err, &first);
        if (code < 0)
            return code;
        if (first.operation != d->operation || !slice_eq(first.kind, d->kind) ||
            !slice_eq(first.body, d->body) || !slice_eq(first.label, d->label))
            return error_field(err, S("Idempotency-Key"), REASON_DUPLICATE,
                               "this key was used for another request");
        record = first.record;
    }
    uuid_format(record, id);
    *ret = (struct written){ .id = arena_copy(a, slice_of(id)),
                             .version = done.version,
                             .replayed = done.replayed };
    return ret->id.ptr ? 0 : error_set(err, EN_NO_MEMORY, "record");
}

int records_create(struct write_context *w, const struct kind *k, const struct json *input,
                   struct error *err, struct written *ret)
{
    struct draft d = { .operation = ENTRY_PUT,
                       .kind = slice_of(k->name),
                       .record = uuid_new(w->now_ms),
                       .expected = 0 };
    int code = records_prepare(w->snapshot, k, input, NULL, w->unchecked_references, err, &d.label,
                               &d.body);
    if (code < 0)
        return end_checks(w, code, err);
    return append(w, &d, err, ret);
}

/* The record, if the writer saw its newest version. */
static int find_seen(struct write_context *w, const struct kind *k, struct slice id,
                     struct slice etag, struct error *err, struct row *ret)
{
    struct slice now;
    int code = snapshot_get(w->snapshot, k, id, err, ret);
    if (code < 0)
        return code;
    if (slice_is(etag, "*"))
        return 0;
    if (etag.len == 0)
        return error_set(err, EN_PRECONDITION,
                         "send If-Match with the ETag of the version that you saw");
    code = render_etag(w->snapshot, ret, err, &now);
    if (code == 0 && !slice_eq(now, etag))
        code = error_set(err, EN_STALE, "the record has changed since you read it");
    return code;
}

static int draft_of(struct write_context *w, const struct row *row, enum entry_operation operation,
                    struct error *err, struct draft *ret)
{
    *ret = (struct draft){ .operation = operation,
                           .kind = slice_of(row->kind->name),
                           .expected = row->version };
    if (!uuid_parse(row->id, &ret->record))
        return error_set(err, EN_CORRUPT, "a record without an id");
    return label_text(w->snapshot, row->label, err, &ret->label);
}

int records_change(struct write_context *w, const struct kind *k, struct slice id,
                   const struct json *patch, struct slice etag, struct error *err,
                   struct written *ret)
{
    struct arena *a = snapshot_arena(w->snapshot);
    struct row row;
    struct draft d;
    int code = find_seen(w, k, id, etag, err, &row);
    if (code == 0 && row.retracted)
        code = error_set(err, EN_GONE, "the record was retracted; restore it first");
    if (code == 0 && patch->type != JSON_OBJECT)
        code = error_set(err, EN_INVALID, "a merge patch is a JSON object");
    if (code == 0)
        code = snapshot_body(w->snapshot, &row, err);
    if (code == 0)
        code = draft_of(w, &row, ENTRY_PUT, err, &d);
    struct json *merged = code == 0 ? json_merge_patch(a, row.body, patch) : NULL;
    if (code == 0 && !merged)
        code = error_set(err, EN_NO_MEMORY, "record");
    if (code == 0)
        code = records_prepare(w->snapshot, k, merged, &row, w->unchecked_references, err, &d.label,
                               &d.body);
    if (code == 0 && k->advance) {
        struct json *after = NULL;
        code = json_parse(a, d.body, err, &after);
        if (code == 0)
            code = k->advance(row.body, after, err);
    }
    if (code < 0)
        return end_checks(w, code, err);
    return append(w, &d, err, ret);
}

static int reason_body(struct arena *a, struct slice reason, struct error *err, struct slice *ret)
{
    struct json *body = json_new_object(a), *text = json_new_text(a, reason);
    if (!body || !text || json_object_set(a, body, S("reason"), text) < 0)
        return error_set(err, EN_NO_MEMORY, "record");
    return canonical(a, body, err, ret);
}

int records_retract(struct write_context *w, const struct kind *k, struct slice id,
                    struct slice reason, struct slice etag, struct error *err, struct written *ret)
{
    struct arena *a = snapshot_arena(w->snapshot);
    struct row row;
    struct draft d;
    int code = find_seen(w, k, id, etag, err, &row);
    if (code == 0 && row.retracted)
        code = error_set(err, EN_GONE, "the record was retracted before");
    if (code == 0)
        code = draft_of(w, &row, ENTRY_RETRACT, err, &d);
    if (code == 0 && reason.len)
        code = reason_body(a, reason, err, &d.body);
    if (code < 0)
        return end_checks(w, code, err);
    return append(w, &d, err, ret);
}

int records_restore(struct write_context *w, const struct kind *k, struct slice id,
                    struct error *err, struct written *ret)
{
    struct row row;
    struct draft d;
    int code = snapshot_get(w->snapshot, k, id, err, &row);
    if (code == 0 && !row.retracted)
        code = error_set(err, EN_CONFLICT, "the record is not retracted");
    if (code == 0 && slice_is(row.body_text, "{}"))
        code = error_set(err, EN_GONE, "its content was destroyed");
    if (code == 0)
        code = draft_of(w, &row, ENTRY_PUT, err, &d);
    if (code < 0)
        return end_checks(w, code, err);
    d.body = row.body_text;
    return append(w, &d, err, ret);
}

int records_redact(struct write_context *w, const struct kind *k, struct slice id, int64_t version,
                   struct error *err, struct written *ret)
{
    struct row row;
    struct draft d;
    int code = snapshot_get(w->snapshot, k, id, err, &row);
    if (code == 0)
        code = draft_of(w, &row, ENTRY_REDACT, err, &d);
    if (code < 0)
        return end_checks(w, code, err);
    d.redacts = version;
    return append(w, &d, err, ret);
}
