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
    if (json_object_set(a, fields, S("password_hash"), json_new_text(a, hash)) < 0)
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
    if (username.len)
        found = access_find(w->snapshot, "user", "username", username, NULL, &row);
    if (found == 0 && !slice_eq(row.id, own_id))
        return error_field(err, S("/username"), REASON_DUPLICATE, "this name is taken");
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

/* What a change of this user would give away: a clearance, or the user's own place. */
static int check_grants(struct write_context *w, const struct kind *k, struct slice id,
                        const struct json *fields, struct error *err)
{
    struct arena *a = snapshot_arena(w->snapshot);
    const struct json *clearance = json_get(fields, "clearance");
    bool secret = json_get(fields, "password_hash") != NULL;
    struct row row;
    if (!clearance && !secret)
        return 0;
    int code = snapshot_get(w->snapshot, k, id, err, &row);
    if (code == 0)
        code = snapshot_body(w->snapshot, &row, err);
    if (code == 0 && secret)
        code = access_check_place(w, &row, S("/password"), err);
    if (code < 0 || !clearance)
        return code;
    struct json *after = json_merge_patch(a, row.body, fields);
    return after ? check_clearance(w, json_get(after, "clearance"), err)
                 : error_set(err, EN_NO_MEMORY, "user");
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
