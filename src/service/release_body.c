/* Bodies and drafts of releases: see release_internal.h. */
#include "service/release_internal.h"

#include "base/limits.h"

struct release_body release_body_new(struct arena *a)
{
    struct release_body b = { .arena = a, .kind = "release", .json = json_new_object(a) };
    b.failed = !b.json;
    return b;
}

void release_set_json(struct release_body *b, const char *name, const struct json *value)
{
    if (!b->failed)
        b->failed = !value || json_object_set(b->arena, b->json, slice_of(name), value) < 0;
}

void release_set(struct release_body *b, const char *name, struct slice text)
{
    release_set_json(b, name, json_new_text(b->arena, text));
}

void release_copy(struct release_body *b, const struct json *from, const char *const *names)
{
    for (; *names; names++) {
        const struct json *value = from ? json_get(from, *names) : NULL;
        if (value && value->type != JSON_NULL)
            release_set_json(b, *names, value);
    }
}

void release_sign(struct release_body *b, const struct viewer *v, int64_t now_ms)
{
    char at[32];
    when_format_ms(now_ms, true, at);
    release_set(b, "decided_by", records_user(v, b->arena));
    release_set(b, "decided_at", slice_of(at));
}

int release_body_text(struct snapshot *s, const struct release_body *b, struct error *err,
                      struct slice *ret)
{
    const struct kind *k = kinds_find(snapshot_kinds(s), slice_of(b->kind));
    struct json *body = NULL;
    if (b->failed)
        return error_set(err, EN_NO_MEMORY, "release");
    int code = record_check(k, b->arena, b->json, NULL, err, &body);
    return code < 0 ? code : records_canonical(b->arena, body, err, ret);
}

int release_label_text(struct snapshot *s, const struct label *l, struct error *err,
                       struct slice *ret)
{
    *ret = label_text(snapshot_policy(s), snapshot_arena(s), l);
    return ret->ptr ? 0 : error_set(err, EN_NO_MEMORY, "label");
}

bool release_is_own(struct node *n, const struct row *row)
{
    char own[UUID_TEXT + 1];
    uuid_format(ledger_instance(node_ledger(n)), own);
    return slice_is(row->origin, own);
}

bool release_is_over(const struct json *stated, int64_t now_ms)
{
    struct when until;
    return when_parse(json_get_text(stated, "until"), &until) && when_last_ms(until) < now_ms;
}

int release_find(struct snapshot *s, struct slice id, struct error *err, struct row *ret)
{
    const struct kinds *all = snapshot_kinds(s);
    int code = snapshot_get(s, kinds_find(all, S("release")), id, err, ret);
    if (code == EN_NOT_FOUND && (snapshot_viewer(s)->permissions & PERMIT_DISCLOSE)) {
        error_clear(err);
        code = snapshot_get(s, kinds_find(all, S("peer_release")), id, err, ret);
    }
    return code < 0 ? code : snapshot_body(s, ret, err);
}

int release_draft_version(struct snapshot *s, const struct row *row, const struct label *l,
                          struct error *err, struct draft *ret)
{
    *ret = (struct draft){ .operation = ENTRY_PUT,
                           .kind = slice_of(row->kind->name),
                           .expected = row->version };
    if (!uuid_parse(row->id, &ret->record))
        return error_set(err, EN_CORRUPT, "a record without an id");
    return release_label_text(s, l, err, &ret->label);
}

int release_revise(struct snapshot *s, struct row *row, const struct json *patch, struct error *err,
                   struct draft *ret)
{
    struct release_body b = { .arena = snapshot_arena(s), .kind = row->kind->name };
    b.json = json_merge_patch(b.arena, row->body, patch);
    b.failed = !b.json;
    int code = release_draft_version(s, row, row->label, err, ret);
    return code < 0 ? code : release_body_text(s, &b, err, &ret->body);
}

/* What this user's request wrote before, when that was the very same. */
static int answer_replay(struct write_context *w, struct arena *a, struct slice kind, bool differs,
                         struct error *err, struct written *ret)
{
    struct entry first;
    char id[UUID_TEXT + 1];
    int code = ledger_find_request(node_ledger(w->node), a, w->request, err, &first);
    if (code < 0)
        return code;
    if (differs && !slice_eq(first.kind, kind))
        return error_field(err, S("Idempotency-Key"), REASON_DUPLICATE,
                           "this key was used for another request");
    uuid_format(first.record, id);
    *ret = (struct written){ .id = arena_copy(a, slice_of(id)),
                             .version = first.version,
                             .replayed = true };
    return ret->id.ptr ? 0 : error_set(err, EN_NO_MEMORY, "release");
}

int release_append(struct write_context *w, struct draft *drafts, size_t count, struct slice user,
                   int code, struct error *err, struct written *ret)
{
    struct arena *a = snapshot_arena(w->snapshot);
    struct appended done[2];
    int failure = snapshot_failure(w->snapshot);
    snapshot_close(w->snapshot);
    if (failure < 0 && failure != code) {
        error_clear(err);
        return error_set(err, failure, "the decision was not written");
    }
    if (code < 0)
        return code;
    for (size_t i = 0; i < count; i++)
        drafts[i].user = user;
    drafts[count - 1].request = w->request;
    code = ledger_append(node_ledger(w->node), drafts, count, w->now_ms, err, done);
    if (code < 0)
        return code;
    if (done[count - 1].replayed)
        return answer_replay(w, a, drafts[count - 1].kind, done[count - 1].differs, err, ret);
    char id[UUID_TEXT + 1];
    uuid_format(drafts[count - 1].record, id);
    *ret =
        (struct written){ .id = arena_copy(a, slice_of(id)), .version = done[count - 1].version };
    return ret->id.ptr ? 0 : error_set(err, EN_NO_MEMORY, "release");
}
