/*
 * Users: stating and changing them, and their passwords. See access.h.
 *
 * Invariant: nobody grants a clearance above their own or touches whom they may not; an old
 * password's hash is destroyed, not merely superseded.
 */
#include "service/access_internal.h"

#include "base/limits.h"

#include <sodium.h>

enum { PASSWORD_MIN = 10, PASSWORD_MAX = 200 };

static int hash_password(struct arena *a, struct slice password, struct error *err,
                         struct slice *ret)
{
    char out[crypto_pwhash_STRBYTES];
    if (password.len < PASSWORD_MIN)
        return error_field(err, S("/password"), REASON_RANGE, "at least %d characters",
                           PASSWORD_MIN);
    if (password.len > PASSWORD_MAX)
        return error_field(err, S("/password"), REASON_TOO_LONG, "%d", PASSWORD_MAX);
    if (crypto_pwhash_str(out, password.ptr, password.len, crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        return error_set(err, EN_NO_MEMORY, "password");
    *ret = arena_copy(a, slice_of(out));
    return ret->ptr ? 0 : error_set(err, EN_NO_MEMORY, "password");
}

/* The clearance that a user would have, and what its granter has: nobody grants more than they
 * hold. */
static int check_clearance(struct write_context *w, const struct json *stated, struct error *err)
{
    const struct viewer *v = snapshot_viewer(w->snapshot);
    const struct clearance *c;
    int code = clearance_parse(w->node->policy, snapshot_arena(w->snapshot), stated,
                               S("/clearance"), err, &c);
    if (code == 0 && !clearance_within(c, v->clearance))
        code = error_field(err, S("/clearance"), REASON_LABEL, "above your own clearance");
    return code;
}

/* May the viewer act in the place of this user, by a password or a token? Not of one who may read
 * more. */
int access_check_place(struct write_context *w, struct row *user, struct slice pointer,
                       struct error *err)
{
    const struct viewer *v = snapshot_viewer(w->snapshot);
    const struct clearance *c;
    int code = snapshot_body(w->snapshot, user, err);
    if (code == 0)
        code = clearance_parse(w->node->policy, snapshot_arena(w->snapshot),
                               json_get(user->body, "clearance"), S("/clearance"), err, &c);
    if (code == 0 && !clearance_within(c, v->clearance))
        code = error_field(err, pointer, REASON_LABEL, "this user is cleared above you");
    return code;
}

int access_set_standing(struct arena *a, struct json *patch, int64_t now_ms)
{
    char text[32];
    when_format_ms(now_ms, /* with_ms= */ true, text);
    struct slice copy = arena_copy(a, slice_of(text));
    return json_set_text(a, patch, "standing_since", copy);
}

/* The merge patch that turns `before` into just `stated`, at every depth. */
static struct json *replacing(struct arena *a, const struct json *before, const struct json *stated)
{
    struct json *whole = json_new_object(a);
    const struct json *none = json_new_null(a);
    int code = whole && none ? 0 : EN_NO_MEMORY;
    for (uint32_t i = 0; code == 0 && i < before->count; i++)
        if (!json_get_slice(stated, before->members[i].name))
            code = json_object_set(a, whole, before->members[i].name, none);
    for (uint32_t i = 0; code == 0 && i < stated->count; i++) {
        const struct json *value = &stated->members[i].value;
        const struct json *old = json_get_slice(before, stated->members[i].name);
        if (old && old->type == JSON_OBJECT && value->type == JSON_OBJECT)
            value = replacing(a, old, value);
        code = value ? json_object_set(a, whole, stated->members[i].name, value) : EN_NO_MEMORY;
    }
    return code < 0 ? NULL : whole;
}

int access_replace_clearance(struct arena *a, const struct json *body, struct json *patch)
{
    const struct json *before = json_get(body, "clearance"), *stated = json_get(patch, "clearance");
    struct json *whole = before ? replacing(a, before, stated) : NULL;
    if (!before)
        return 0;
    return whole ? json_object_set(a, patch, S("clearance"), whole) : EN_NO_MEMORY;
}

/* What sessions rest on: does the patch change it? */
static bool changes_standing(struct arena *a, const struct json *body, const struct json *patch)
{
    static const char *const names[] = { "role", "clearance", "cleared_until" };
    struct json *after = json_merge_patch(a, body, patch);
    if (!after)
        return true;
    bool was = json_get_bool(body, "active", true), is = json_get_bool(after, "active", true);
    bool same = was == is;
    for (size_t i = 0; same && i < sizeof names / sizeof *names; i++) {
        const struct json *x = json_get(body, names[i]), *y = json_get(after, names[i]);
        same = x && y ? json_equal(x, y) : x == y;
    }
    return !same;
}

/* The stated fields with the password replaced by its hash; SECRET fields may not be stated. */
static int user_fields(struct write_context *w, const struct json *input, struct error *err,
                       struct json **ret)
{
    struct arena *a = snapshot_arena(w->snapshot);
    struct json *fields = NULL;
    struct slice hash;
    int code = access_own_fields(w, input, err, &fields);
    if (code < 0)
        return code;
    const struct json *password = json_get(input, "password");
    if (json_get(input, "password_hash"))
        return error_field(err, S("/password_hash"), REASON_READ_ONLY, "state the password");
    if (json_get(input, "rule") || json_get(input, "standing_since"))
        return error_field(err, json_get(input, "rule") ? S("/rule") : S("/standing_since"),
                           REASON_READ_ONLY, "%s", "");
    if (!password || password->type == JSON_NULL) {
        *ret = fields;
        return 0;
    }
    if (password->type != JSON_STRING)
        return error_field(err, S("/password"), REASON_TYPE, "a text");
    code = hash_password(a, password->text, err, &hash);
    if (code < 0)
        return code;
    json_object_remove(fields, S("password"));
    if (json_set_text(a, fields, "password_hash", hash) < 0)
        return error_set(err, EN_NO_MEMORY, "user");
    *ret = fields;
    return 0;
}

/* Names are unique; users are seen by administrators only, so this tells nothing. */
static int check_username(struct write_context *w, struct slice username, struct slice own_id,
                          struct error *err)
{
    struct row row;
    int found = EN_NOT_FOUND;
    username = slice_trim(username); /* as it is kept */
    if (username.len)
        found = access_find(w->snapshot, "user", "username", username, NULL, &row);
    if (found == 0 && !slice_eq(row.id, own_id))
        return error_field(err, S("/username"), REASON_DUPLICATE, "this name is taken");
    return found == 0 || found == EN_NOT_FOUND ? 0 : error_set(err, found, "users cannot be read");
}

int access_check_subject(struct snapshot *s, const struct json *user, struct slice own_id,
                         struct error *err)
{
    struct slice subject = slice_trim(json_get_text(user, "subject")); /* as they are kept */
    struct slice issuer = slice_trim(json_get_text(user, "issuer"));
    struct row row;
    if (!subject.len && !issuer.len)
        return 0;
    if (!subject.len || !issuer.len)
        return error_field(err, subject.len ? S("/issuer") : S("/subject"), REASON_REQUIRED, "%s",
                           "");
    int found = access_find_vouched(s, issuer, subject, NULL, &row);
    if (found == EN_CONFLICT || (found == 0 && !slice_eq(row.id, own_id)))
        return error_field(err, S("/subject"), REASON_DUPLICATE, "another user is this subject");
    return found == 0 || found == EN_NOT_FOUND ? 0 : error_set(err, found, "users cannot be read");
}

int access_create_user(struct write_context *w, const struct json *input, struct error *err,
                       struct written *ret)
{
    struct json *fields = NULL;
    int code = user_fields(w, input, err, &fields);
    if (code == 0)
        code = check_username(w, json_get_text(input, "username"), S(""), err);
    if (code == 0)
        code = access_check_subject(w->snapshot, input, S(""), err);
    if (code == 0)
        code = check_clearance(w, json_get(input, "clearance"), err);
    if (code < 0) {
        snapshot_close(w->snapshot);
        return code;
    }
    return access_create_system(w, "user", fields, err, ret);
}

/* Old hashes are destroyed, not merely superseded: in every version before the newest. Each
 * redaction is a version too, so the list is read first. */
static int destroy_old_hashes(struct write_context *w, const struct viewer *v, struct arena *a,
                              struct slice id, struct error *err)
{
    const struct kind *k = kinds_find(w->node->kinds, S("user"));
    struct write_context again = { .node = w->node, .now_ms = w->now_ms };
    struct version_row *versions;
    struct written unused;
    size_t count = 0;
    int code = node_snapshot(w->node, v, a, w->now_ms, err, &again.snapshot);
    if (code < 0)
        return code;
    code = snapshot_versions(again.snapshot, id, err, &versions, &count);
    snapshot_close(again.snapshot);
    size_t newest = count;
    for (size_t i = 0; code == 0 && i < count; i++)
        if (versions[i].operation == ENTRY_PUT)
            newest = i;
    for (size_t i = 0; code == 0 && i < newest; i++) {
        if (versions[i].operation != ENTRY_PUT || versions[i].redacted)
            continue;
        code = node_snapshot(w->node, v, a, w->now_ms, err, &again.snapshot);
        if (code == 0)
            code = records_redact(&again, k, id, versions[i].version, err, &unused);
    }
    return code;
}

/* Does the change grant a clearance: another one, for longer, or to one who was out? */
static bool grants_clearance(const struct json *before, const struct json *after,
                             const struct json *fields)
{
    return json_get(fields, "clearance") != NULL ||
           access_cleared_until(after) > access_cleared_until(before) ||
           (json_get_bool(after, "active", true) && !json_get_bool(before, "active", true));
}

/* What a change of this user would give away: a clearance, or the user's own place. Marks a change
 * that ends sessions. */
static int check_grants(struct write_context *w, const struct kind *k, struct slice id,
                        struct json *fields, struct error *err)
{
    struct arena *a = snapshot_arena(w->snapshot);
    bool identity = json_get(fields, "issuer") || json_get(fields, "subject");
    bool secret = json_get(fields, "password_hash") != NULL;
    struct row row;
    int code = snapshot_get(w->snapshot, k, id, err, &row);
    if (code == 0)
        code = snapshot_body(w->snapshot, &row, err);
    if (code == 0 && (secret || identity))
        code = access_check_place(w, &row, secret ? S("/password") : S("/subject"), err);
    struct json *after = code == 0 ? json_merge_patch(a, row.body, fields) : NULL;
    if (code == 0 && !after)
        code = error_set(err, EN_NO_MEMORY, "user");
    if (code == 0 && identity)
        code = access_check_subject(w->snapshot, after, id, err);
    if (code == 0 && grants_clearance(row.body, after, fields))
        code = check_clearance(w, json_get(after, "clearance"), err);
    if (code == 0 && changes_standing(a, row.body, fields) &&
        access_set_standing(a, fields, w->now_ms) < 0)
        code = error_set(err, EN_NO_MEMORY, "user");
    return code;
}

int access_change_user(struct write_context *w, struct slice id, const struct json *patch,
                       struct slice etag, struct error *err, struct written *ret)
{
    const struct kind *k = kinds_find(w->node->kinds, S("user"));
    struct arena *a = snapshot_arena(w->snapshot);
    const struct viewer *v = snapshot_viewer(w->snapshot);
    struct json *fields = NULL;
    int code = user_fields(w, patch, err, &fields);
    if (code == 0)
        code = check_username(w, json_get_text(patch, "username"), id, err);
    if (code == 0)
        code = check_grants(w, k, id, fields, err);
    if (code < 0) {
        snapshot_close(w->snapshot);
        return code;
    }
    bool secret = json_get(fields, "password_hash") != NULL;
    code = records_change(w, k, id, fields, etag, err, ret);
    return code == 0 && secret ? destroy_old_hashes(w, v, a, id, err) : code;
}

int access_change_password(struct write_context *w, struct slice current, struct slice next,
                           struct error *err)
{
    struct arena *a = snapshot_arena(w->snapshot);
    const struct viewer *v = snapshot_viewer(w->snapshot);
    const struct viewer *same;
    struct written unused;
    char id[UUID_TEXT + 1];
    uuid_format(v->user, id);
    struct json *patch = json_new_object(a);
    if (!patch || json_object_set(a, patch, S("password"), json_new_text(a, next)) < 0) {
        snapshot_close(w->snapshot);
        return error_set(err, EN_NO_MEMORY, "password");
    }
    snapshot_close(w->snapshot); /* logging in opens one of its own */
    int code = access_login(w->node, a, v->username, current, w->now_ms, err, &same);
    if (code == EN_UNAUTHENTICATED)
        return error_field(err, S("/current"), REASON_RULE, "this is not your password");
    if (code == 0)
        code = node_snapshot(w->node, v, a, w->now_ms, err, &w->snapshot);
    return code < 0 ? code : access_change_user(w, slice_of(id), patch, S("*"), err, &unused);
}
