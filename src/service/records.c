/* Stating records: see records.h. */
#include "service/records.h"
#include "service/cross_check.h"

#include "base/limits.h"
#include "service/carry.h"
#include "service/release.h"
#include "service/render.h"

#include <sodium.h>

/* What a client sends back of a record it was shown, and may not state. */
static const char *const shown_only[] = { "id",      "kind",   "version",     "marking",
                                          "origin",  "theirs", "origin_name", "created",
                                          "updated", "refs",   "retracted" };
/* Beside the record: on what grounds its label is lowered (release.h). */
static const char grounds_member[] = "release";

static const struct json *grounds_of(const struct write_context *w, const struct json *stated)
{
    const struct json *beside = json_get(stated, grounds_member);
    return beside ? beside : w->grounds;
}

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
        bool skip = slice_is(m->name, "label") || slice_is(m->name, grounds_member);
        for (size_t j = 0; j < sizeof shown_only / sizeof *shown_only; j++)
            skip |= slice_is(m->name, shown_only[j]);
        if (!skip && json_object_set(a, fields, m->name, &m->value) < 0)
            return NULL;
    }
    return fields;
}

/* What is said of a record tells of it, so it is no lower than that. */
int records_default_label(struct snapshot *s, struct arena *a, const struct kind *k,
                          const struct json *body, struct error *err, const struct label **ret)
{
    static const char *const of[] = { "about", "same_as" };
    const struct label *join = NULL;
    for (size_t i = 0; strcmp(k->name, "annotation") == 0 && i < sizeof of / sizeof *of; i++) {
        struct slice id = json_get_text(body, of[i]);
        struct row row;
        if (!id.len)
            continue;
        if (!snapshot_readable(s, id, NULL))
            return EN_NOT_FOUND;
        int code = snapshot_get(s, NULL, id, err, &row);
        if (code < 0)
            return code;
        join = join ? label_join(snapshot_policy(s), a, join, row.label) : row.label;
        if (!join)
            return error_set(err, EN_NO_MEMORY, "label");
    }
    *ret = join ? join : policy_default_label(snapshot_policy(s));
    return 0;
}

static bool states_nothing(const struct json *label)
{
    return !label || label->type == JSON_NULL || (label->type == JSON_OBJECT && label->count == 0);
}

/* The label that is stated, or of what states none. */
static int read_label(struct snapshot *s, const struct kind *k, const struct json *input,
                      struct error *err, const struct label **ret)
{
    const struct json *stated = json_get(input, "label");
    const struct label *label = NULL;
    int code = 0;
    if (states_nothing(stated))
        code = records_default_label(s, snapshot_arena(s), k, input, err, &label);
    if (code < 0 && code != EN_NOT_FOUND) /* that a reference holds is checked by itself */
        return code;
    if (!label)
        return label_parse(snapshot_policy(s), snapshot_arena(s), stated, S("/label"), err, ret);
    *ret = label;
    return 0;
}

int records_check_persons(const struct label *before, const struct label *after, struct slice field,
                          struct error *err)
{
    return label_narrows_persons(before, after)
               ? error_field(err, field, REASON_RULE,
                             "others read this record: it cannot become that of named persons")
               : 0;
}

static int check_label(struct snapshot *s, const struct kind *k, const struct json *input,
                       const struct row *before, struct error *err, const struct label **ret)
{
    const struct policy *p = snapshot_policy(s);
    const struct viewer *v = snapshot_viewer(s);
    const struct json *stated = json_get(input, "label");
    const struct label *label;
    if (before && (!stated || stated->type == JSON_NULL)) {
        *ret = before->label;
        return 0;
    }
    if (before && states_nothing(stated)) /* the policy's default would be a label nobody stated */
        return error_field(err, S("/label/class"), REASON_REQUIRED, "%s", "");
    int code = read_label(s, k, input, err, &label);
    if (code < 0)
        return code;
    if (!viewer_may_read(v, p, label, snapshot_now(s)))
        return error_field(err, S("/label"), REASON_LABEL, "above your clearance");
    if (before)
        code = records_check_persons(before->label, label, S("/label/persons"), err);
    /* what a record has it keeps; only what is given anew must be valid now */
    if (code == 0 && (!before || !label_equal(before->label, label)))
        code = label_check_new(p, label, snapshot_now(s), S("/label"), err);
    if (code < 0)
        return code;
    *ret = label;
    return 0;
}

int records_canonical(struct arena *a, const struct json *v, struct error *err, struct slice *ret)
{
    struct buf text cleanup_buf;
    buf_init(&text, LIMIT_RECORD);
    json_write_canonical(a, v, &text);
    if (text.no_memory)
        return error_set(err, EN_NO_MEMORY, "record");
    if (buf_failed(&text))
        return error_set(err, EN_TOO_LARGE, "a record may have %d bytes", LIMIT_RECORD);
    *ret = arena_copy(a, buf_slice(&text));
    return ret->ptr ? 0 : error_set(err, EN_NO_MEMORY, "record");
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
    if (k->decided)
        return error_set(err, EN_FORBIDDEN, "this is stated by a decision, not as a record");
    struct json *fields = stated_fields(a, input);
    if (!known || !fields)
        return error_set(err, EN_NO_MEMORY, "record");
    known->snapshot = s;
    if (before && snapshot_body(s, before, err) == 0)
        record_references(k, before->body, note_known, known);
    if (before && carry_hidden(s, k, before->body, fields, err) < 0)
        return EN_NO_MEMORY;
    struct record_rules rules = { .reference = unchecked_references ? NULL : reference_holds,
                                  .context = known,
                                  .before = before && !before->retracted ? before->body : NULL };
    /* both checks run, so that all errors are told at once */
    int label_code = check_label(s, k, input, before, err, &label);
    int code = record_check(k, a, fields, &rules, err, &body);
    code = code < 0 ? code : cross_check(s, k, body, before ? before->body : NULL, err);
    if (label_code < 0 || code < 0)
        return label_code < 0 ? label_code : code;
    *ret_label = label_text(snapshot_policy(s), a, label);
    if (!ret_label->ptr)
        return error_set(err, EN_NO_MEMORY, "label");
    return records_canonical(a, body, err, ret_body);
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

static int written_of(struct arena *a, struct uuid record, int64_t version, bool replayed,
                      struct error *err, struct written *ret)
{
    char id[UUID_TEXT + 1];
    uuid_format(record, id);
    *ret = (struct written){ .id = arena_copy(a, slice_of(id)),
                             .version = version,
                             .replayed = replayed };
    return ret->id.ptr ? 0 : error_set(err, EN_NO_MEMORY, "record");
}

static int key_reused(struct error *err)
{
    return error_field(err, S("Idempotency-Key"), REASON_DUPLICATE,
                       "this key was used for another request");
}

/* The entry that this request key wrote earlier: 1 when there is one and it did the same to the
 * same record, 0 when the key is new. Asked before any other check: what was done once is answered
 * again even when it could not be done twice. */
static int find_replay(struct write_context *w, enum entry_operation operation,
                       const struct kind *k, struct slice id, struct error *err, struct entry *ret)
{
    struct uuid record;
    if (!w->request.len)
        return 0;
    int code = ledger_find_request(node_ledger(w->node), snapshot_arena(w->snapshot), w->request,
                                   NULL, ret);
    if (code == EN_NOT_FOUND)
        return 0;
    if (code < 0)
        return error_set(err, code, "the ledger cannot be read");
    if (ret->operation != operation || !slice_is(ret->kind, k->name) || !uuid_parse(id, &record) ||
        !uuid_eq(record, ret->record))
        return key_reused(err);
    return 1;
}

/* The record that a request is about: 1 when this request was done before (*ret_first is what it
 * wrote), 0 when it is to be done now. */
static int find_target(struct write_context *w, enum entry_operation operation,
                       const struct kind *k, struct slice id, struct error *err,
                       struct row *ret_row, struct entry *ret_first)
{
    int code = snapshot_get(w->snapshot, k, id, err, ret_row);
    return code < 0 ? code : find_replay(w, operation, k, id, err, ret_first);
}

static int answer_replay(struct write_context *w, const struct entry *e, struct error *err,
                         struct written *ret)
{
    struct arena *a = snapshot_arena(w->snapshot);
    int code = end_checks(w, 0, err);
    return code < 0 ? code : written_of(a, e->record, e->version, /* replayed= */ true, err, ret);
}

/* Drafts of this viewer about one record, and decisions about it, appended together; the snapshot
 * is closed first. The request key stands on the first. */
static int append(struct write_context *w, struct draft *drafts, size_t count, struct error *err,
                  struct written *ret)
{
    struct arena *a = snapshot_arena(w->snapshot);
    struct appended *done = arena_array_of(a, struct appended, count);
    struct slice user = records_user(snapshot_viewer(w->snapshot), a);
    int code = end_checks(w, done && user.ptr ? 0 : EN_NO_MEMORY, err);
    if (code < 0)
        return code;
    for (size_t i = 0; i < count; i++)
        drafts[i].user = user;
    drafts[0].request = w->request;
    for (size_t i = 1; i < count && w->request.len; i++)
        if (!uuid_eq(drafts[i].record, drafts[0].record)) /* repeated with it, or not at all */
            drafts[i].request = arena_printf(a, SLICE_FMT ":release", SLICE_ARG(w->request));
    code = ledger_append(node_ledger(w->node), drafts, count, w->now_ms, err, done);
    if (code < 0)
        return code;
    struct uuid record = drafts[0].record;
    while (!uuid_eq(drafts[count - 1].record, record)) /* a decision about it */
        count--;
    if (done[0].replayed) {
        struct entry first;
        code = ledger_find_request(node_ledger(w->node), a, w->request, err, &first);
        if (code < 0)
            return code;
        bool created = drafts[0].expected == 0;
        if (first.operation != drafts[0].operation || !slice_eq(first.kind, drafts[0].kind) ||
            !slice_eq(first.body, drafts[0].body) || !slice_eq(first.label, drafts[0].label) ||
            first.redacts != drafts[0].redacts || (!created && !uuid_eq(first.record, record)))
            return key_reused(err);
        record = first.record;
    }
    return written_of(a, record, done[count - 1].version, done[0].replayed, err, ret);
}

/* The decision that a peer needs when it may have more than before, behind the version. */
static int add_peer_release(struct write_context *w, const struct json *before,
                            const struct json *stated, struct draft *drafts, struct error *err,
                            size_t *ret_count)
{
    struct json *after = NULL;
    bool widens = false;
    int code = json_parse(snapshot_arena(w->snapshot), drafts[0].body, err, &after);
    struct peer_change c = { .record = drafts[0].record,
                             .before = before,
                             .after = after,
                             .grounds = json_get(stated, grounds_member),
                             .now_ms = w->now_ms };
    if (code == 0)
        code = release_judge_peer(w->snapshot, &c, err, &drafts[1], &widens);
    *ret_count = widens ? 2 : 1;
    return code;
}

static bool is_peer(const struct kind *k)
{
    return strcmp(k->name, "peer") == 0;
}

int records_create(struct write_context *w, const struct kind *k, const struct json *input,
                   struct error *err, struct written *ret)
{
    struct draft d[2] = { { .operation = ENTRY_PUT,
                            .kind = slice_of(k->name),
                            .record = uuid_new(w->now_ms),
                            .expected = 0 } };
    size_t count = 1;
    int code = records_prepare(w->snapshot, k, input, NULL, w->unchecked_references, err,
                               &d[0].label, &d[0].body);
    if (code == 0 && is_peer(k))
        code = add_peer_release(w, NULL, input, d, err, &count);
    if (code < 0)
        return end_checks(w, code, err);
    return append(w, d, count, err, ret);
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

/* Only its originator changes a record. */
bool is_own_record(struct node *n, const struct row *row)
{
    char own[UUID_TEXT + 1];
    uuid_format(ledger_instance(node_ledger(n)), own);
    return slice_is(row->origin, own);
}

static int draft_of(struct write_context *w, const struct row *row, enum entry_operation operation,
                    struct error *err, struct draft *ret)
{
    *ret = (struct draft){ .operation = operation,
                           .kind = slice_of(row->kind->name),
                           .expected = row->version };
    if (!uuid_parse(row->id, &ret->record))
        return error_set(err, EN_CORRUPT, "a record without an id");
    if (!is_own_record(w->node, row))
        return error_set(err, EN_FORBIDDEN, "the record is a partner's; annotate it instead");
    ret->label = label_text(snapshot_policy(w->snapshot), snapshot_arena(w->snapshot), row->label);
    return ret->label.ptr ? 0 : error_set(err, EN_NO_MEMORY, "label");
}

/* The body that a patch makes of the newest version. */
static int patched(struct write_context *w, const struct kind *k, struct row *row,
                   const struct json *patch, struct error *err, struct slice *ret_label,
                   struct slice *ret_body)
{
    int code = patch->type == JSON_OBJECT
                   ? snapshot_body(w->snapshot, row, err)
                   : error_set(err, EN_INVALID, "a merge patch is a JSON object");
    if (code < 0)
        return code;
    struct json *merged = json_merge_patch(snapshot_arena(w->snapshot), row->body, patch);
    if (!merged)
        return error_set(err, EN_NO_MEMORY, "record");
    return records_prepare(w->snapshot, k, merged, row, w->unchecked_references, err, ret_label,
                           ret_body);
}

static int check_advance(struct arena *a, const struct kind *k, const struct row *row,
                         struct slice body, struct error *err)
{
    struct json *after = NULL;
    if (!k->advance)
        return 0;
    int code = json_parse(a, body, err, &after);
    return code < 0 ? code : k->advance(row->body, after, err);
}

/* A merge patch changes nothing when applied to its own result: that tells a repeated request from
 * another one under the same key. */
static int replay_change(struct write_context *w, const struct kind *k, struct row *row,
                         const struct json *patch, const struct entry *first, struct error *err,
                         struct written *ret)
{
    struct slice label, body;
    struct row then = *row;
    then.body = NULL;
    then.body_text = first->body;
    int code = first->body.ptr ? patched(w, k, &then, patch, err, &label, &body) : key_reused(err);
    if (code == 0 && !slice_eq(body, first->body))
        code = key_reused(err);
    return code < 0 ? end_checks(w, code, err) : answer_replay(w, first, err, ret);
}

/* The decision that a lower label, or a peer that may have more, needs behind the version. */
static int add_release(struct write_context *w, const struct row *row, const struct json *patch,
                       struct draft *drafts, struct error *err, size_t *ret_count)
{
    struct release_change c = { .record = drafts[0].record,
                                .before = row->label,
                                .grounds = grounds_of(w, patch),
                                .now_ms = w->now_ms };
    struct arena *a = snapshot_arena(w->snapshot);
    struct json *text = NULL;
    bool lowers = false;
    if (is_peer(row->kind)) /* its label never changes */
        return add_peer_release(w, row->body, patch, drafts, err, ret_count);
    int code = json_parse(a, drafts[0].label, err, &text);
    if (code == 0)
        code = label_parse(snapshot_policy(w->snapshot), a, text, S("/label"), err, &c.after);
    if (code == 0)
        code = release_judge(w->snapshot, &c, err, &drafts[1], &lowers);
    *ret_count = lowers ? 2 : 1;
    return code;
}

int records_change(struct write_context *w, const struct kind *k, struct slice id,
                   const struct json *patch, struct slice etag, struct error *err,
                   struct written *ret)
{
    struct arena *a = snapshot_arena(w->snapshot);
    struct entry first;
    struct row row;
    struct draft d[2];
    size_t count = 1;
    int code = find_target(w, ENTRY_PUT, k, id, err, &row, &first);
    if (code == 1)
        return replay_change(w, k, &row, patch, &first, err, ret);
    if (code == 0)
        code = find_seen(w, k, id, etag, err, &row);
    if (code == 0 && row.retracted)
        code = error_set(err, EN_GONE, "the record was retracted; restore it first");
    if (code == 0)
        code = draft_of(w, &row, ENTRY_PUT, err, &d[0]);
    if (code == 0)
        code = patched(w, k, &row, patch, err, &d[0].label, &d[0].body);
    if (code == 0)
        code = check_advance(a, k, &row, d[0].body, err);
    if (code == 0)
        code = add_release(w, &row, patch, d, err, &count);
    if (code < 0)
        return end_checks(w, code, err);
    return append(w, d, count, err, ret);
}

static int reason_body(struct arena *a, struct slice reason, struct error *err, struct slice *ret)
{
    struct json *body = json_new_object(a), *text = json_new_text(a, reason);
    if (!body || !text || json_object_set(a, body, S("reason"), text) < 0)
        return error_set(err, EN_NO_MEMORY, "record");
    return records_canonical(a, body, err, ret);
}

int records_retract(struct write_context *w, const struct kind *k, struct slice id,
                    struct slice reason, struct slice etag, struct error *err, struct written *ret)
{
    struct arena *a = snapshot_arena(w->snapshot);
    struct entry first;
    struct row row;
    struct draft d;
    int code = find_target(w, ENTRY_RETRACT, k, id, err, &row, &first);
    if (code == 1)
        return answer_replay(w, &first, err, ret);
    if (code == 0)
        code = find_seen(w, k, id, etag, err, &row);
    if (code == 0 && row.retracted)
        code = error_set(err, EN_GONE, "the record was retracted before");
    if (code == 0)
        code = draft_of(w, &row, ENTRY_RETRACT, err, &d);
    if (code == 0 && reason.len)
        code = reason_body(a, reason, err, &d.body);
    if (code < 0)
        return end_checks(w, code, err);
    return append(w, &d, 1, err, ret);
}

int records_restore(struct write_context *w, const struct kind *k, struct slice id,
                    struct error *err, struct written *ret)
{
    struct entry first;
    struct row row;
    struct draft d;
    int code = find_target(w, ENTRY_PUT, k, id, err, &row, &first);
    if (code == 1)
        return answer_replay(w, &first, err, ret);
    if (code == 0 && !row.retracted)
        code = error_set(err, EN_CONFLICT, "the record is not retracted");
    if (code == 0 && slice_is(row.body_text, "{}"))
        code = error_set(err, EN_GONE, "its content was destroyed");
    if (code == 0)
        code = draft_of(w, &row, ENTRY_PUT, err, &d);
    if (code < 0)
        return end_checks(w, code, err);
    d.body = row.body_text;
    return append(w, &d, 1, err, ret);
}

/* One REDACT for every readable body that `version` names (0: all): what the steward may not read
 * is neither destroyed nor shown to exist. */
static int redact_drafts(struct write_context *w, const struct row *row, int64_t version,
                         struct error *err, struct draft **ret, size_t *ret_count)
{
    struct version_row *versions;
    size_t count = 0, drafts = 0;
    int code = snapshot_versions(w->snapshot, row->id, err, &versions, &count);
    struct draft *all = arena_array_of(snapshot_arena(w->snapshot), struct draft, count + 1);
    if (code == 0 && !all)
        code = error_set(err, EN_NO_MEMORY, "record");
    for (size_t i = 0; code == 0 && i < count; i++) {
        const struct version_row *v = &versions[i];
        if (v->operation == ENTRY_REDACT || v->redacted || (version && v->version != version))
            continue;
        code = draft_of(w, row, ENTRY_REDACT, err, &all[drafts]);
        all[drafts].expected = row->version + (int64_t)drafts;
        all[drafts++].redacts = v->version;
    }
    if (code == 0 && drafts == 0)
        code = error_set(err, EN_NOT_FOUND, "there is no such version");
    *ret = all;
    *ret_count = drafts;
    return code;
}

int records_redact(struct write_context *w, const struct kind *k, struct slice id, int64_t version,
                   struct error *err, struct written *ret)
{
    struct entry first;
    struct row row;
    struct draft *drafts = NULL;
    size_t count = 0;
    int code = find_target(w, ENTRY_REDACT, k, id, err, &row, &first);
    if (code == 1)
        return answer_replay(w, &first, err, ret);
    if (code == 0)
        code = redact_drafts(w, &row, version, err, &drafts, &count);
    if (code < 0)
        return end_checks(w, code, err);
    return append(w, drafts, count, err, ret);
}
