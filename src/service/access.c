/* Users, tokens and settings: see access.h and node.h. */
#include "service/access.h"

#include "base/limits.h"
#include "service/node_internal.h"

#include <sodium.h>

enum { PASSWORD_MIN = 10, PASSWORD_MAX = 200, TOKEN_BYTES = 32 };

#define TOKEN_PREFIX "ent_"

/* ---- finding ---- */

/* The first record of a system kind with field = value. */
static int find_by(struct snapshot *s, const char *kind, const char *field, struct slice value,
                   struct error *err, struct row *ret)
{
    const struct kind *k = kinds_find(snapshot_kinds(s), slice_of(kind));
    struct filter filter = { .field = slice_of(field), .value = value };
    struct list_query q = {
        .kind = k, .filters = &filter, .filter_count = 1, .order = LIST_UPDATED, .limit = 1
    };
    struct page page;
    int code = snapshot_list(s, &q, err, &page);
    if (code == 0 && page.count == 0)
        code = error_set(err, EN_NOT_FOUND, "there is no such %s", kind);
    if (code == 0) {
        *ret = page.rows[0];
        code = snapshot_body(s, ret, err);
    }
    return code;
}

static int viewer_of_user(struct node *n, struct arena *a, struct row *row, unsigned permissions,
                          struct error *err, struct viewer **ret)
{
    struct viewer *v = arena_new_of(a, struct viewer);
    if (!v)
        return error_set(err, EN_NO_MEMORY, "user");
    if (row->retracted || !json_get_bool(row->body, "active", true) ||
        !role_parse(json_get_text(row->body, "role"), &v->role) || !uuid_parse(row->id, &v->user))
        return error_set(err, EN_UNAUTHENTICATED, "this user may not log in");
    v->username = json_get_text(row->body, "username");
    v->display_name = json_get_text(row->body, "display_name");
    if (!v->display_name.len)
        v->display_name = v->username;
    v->french = slice_is(json_get_text(row->body, "language"), "fr");
    v->permissions = role_permissions(v->role) & permissions;
    *ret = v;
    return clearance_parse(n->policy, a, json_get(row->body, "clearance"), S("/clearance"), err,
                           &v->clearance);
}

/* Opens a snapshot of the operator: identity is settled before there is a viewer. */
static int identity_open(struct node *n, struct arena *a, int64_t now_ms, struct error *err,
                         struct snapshot **ret)
{
    return node_snapshot(n, &n->operator, a, now_ms, err, ret);
}

/* Closes it. What could not be read must not look like a wrong name or an absent record. */
static int identity_close(struct snapshot *s, int code, struct error *err)
{
    int failure = snapshot_failure(s);
    snapshot_close(s);
    if (failure < 0 && failure != code)
        code = error_set(err, failure, "users cannot be read");
    return code;
}

/* The position at which identity is settled: everything that stands in the ledger now is in it. */
static int settled_position(struct node *n, struct error *err, int64_t *ret)
{
    int code = node_refresh(n, err);
    if (code == 0)
        *ret = picture_position(n->picture);
    return code;
}

/* Kept for the requests that follow, if it was surely read at this position. */
static void keep_viewer(struct node *n, const uint8_t key[VIEWER_KEY], int64_t position,
                        int64_t until_ms, const struct viewer *v)
{
    if (picture_position(n->picture) == position)
        viewer_cache_keep(n->viewers, key, position, until_ms, v);
}

/* ---- logging in ---- */

/* The work of a verification without its answer: an unknown name costs as much as a wrong one. */
static void same_work(struct slice password)
{
    char unused[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str(unused, password.ptr ? password.ptr : "", password.len,
                          crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        return;
}

int access_login(struct node *n, struct arena *a, struct slice username, struct slice password,
                 int64_t now_ms, struct error *err, const struct viewer **ret)
{
    struct snapshot *s = NULL;
    struct row row = { 0 };
    int code = identity_open(n, a, now_ms, err, &s);
    if (code < 0)
        return code;
    int found = identity_close(s, find_by(s, "user", "username", username, NULL, &row), err);
    if (found < 0 && found != EN_NOT_FOUND)
        return found;
    struct slice hash = found == 0 ? json_get_text(row.body, "password_hash") : S("");
    char *stored = hash.len ? arena_cstr(a, hash) : NULL;
    struct viewer *v;
    if (!stored)
        same_work(password);
    else if (crypto_pwhash_str_verify(stored, password.ptr ? password.ptr : "", password.len) ==
                 0 &&
             viewer_of_user(n, a, &row, ~0U, NULL, &v) == 0) {
        *ret = v;
        return 0;
    }
    return error_set(err, EN_UNAUTHENTICATED, "the name or the password is not right");
}

int access_user(struct node *n, struct arena *a, struct uuid user, int64_t now_ms,
                struct error *err, const struct viewer **ret)
{
    struct snapshot *s = NULL;
    struct row row;
    char id[UUID_TEXT + 1];
    uint8_t key[VIEWER_KEY];
    int64_t position = 0;
    uuid_format(user, id);
    viewer_key(S("user"), slice_of(id), key);
    int code = settled_position(n, err, &position);
    if (code == 0 && (*ret = viewer_cache_find(n->viewers, key, position, now_ms, a)))
        return 0;
    if (code == 0)
        code = identity_open(n, a, now_ms, err, &s);
    if (code < 0)
        return code;
    code = snapshot_get(s, kinds_find(n->kinds, S("user")), slice_of(id), err, &row);
    if (code == 0)
        code = snapshot_body(s, &row, err);
    code = identity_close(s, code, err);
    if (code == EN_NOT_FOUND)
        return error_set(err, EN_UNAUTHENTICATED, "this user may not log in");
    struct viewer *v = NULL;
    if (code == 0)
        code = viewer_of_user(n, a, &row, ~0U, err, &v);
    if (code < 0)
        return code;
    keep_viewer(n, key, position, INT64_MAX, v);
    *ret = v;
    return 0;
}

static void token_hash(struct slice secret, char ret[65])
{
    unsigned char hash[32];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)secret.ptr, secret.len, NULL, 0);
    sodium_bin2hex(ret, 65, hash, sizeof hash);
}

static unsigned scope_permissions(struct slice scope)
{
    unsigned all = PERMIT_SELF | PERMIT_READ;
    if (slice_is(scope, "write") || slice_is(scope, "admin"))
        all |= PERMIT_WRITE | PERMIT_STEWARD;
    if (slice_is(scope, "admin"))
        all |= PERMIT_ADMIN;
    return all;
}

/* The token with this secret and its user; EN_NOT_FOUND when there is none. */
static int find_token(struct node *n, struct arena *a, struct slice secret, int64_t now_ms,
                      struct error *err, struct row *ret, struct row *ret_user)
{
    struct snapshot *s = NULL;
    char hash[65];
    token_hash(secret, hash);
    int code = identity_open(n, a, now_ms, err, &s);
    if (code < 0)
        return code;
    code = find_by(s, "token", "hash", slice_of(hash), err, ret);
    if (code == 0)
        code = snapshot_get(s, kinds_find(n->kinds, S("user")), json_get_text(ret->body, "user"),
                            err, ret_user);
    if (code == 0)
        code = snapshot_body(s, ret_user, err);
    return identity_close(s, code, err);
}

/* ret_until: the last moment at which it does. */
static bool token_holds(const struct row *token, int64_t now_ms, int64_t *ret_until)
{
    struct when expires;
    if (token->retracted || json_get_bool(token->body, "revoked", false) ||
        !when_parse(json_get_text(token->body, "expires"), &expires))
        return false;
    *ret_until = when_last_ms(expires);
    return *ret_until >= now_ms;
}

int access_token(struct node *n, struct arena *a, struct slice token, int64_t now_ms,
                 struct error *err, const struct viewer **ret)
{
    struct row row, user;
    struct viewer *v;
    uint8_t key[VIEWER_KEY];
    int64_t position = 0, until = 0;
    int code = settled_position(n, err, &position);
    viewer_key(S("token"), token, key);
    if (code == 0 && (*ret = viewer_cache_find(n->viewers, key, position, now_ms, a)))
        return 0;
    if (code == 0)
        code = slice_starts(token, S(TOKEN_PREFIX)) && token.len <= 200
                   ? find_token(n, a, token, now_ms, err, &row, &user)
                   : EN_NOT_FOUND;
    if (code == EN_NOT_FOUND || (code == 0 && !token_holds(&row, now_ms, &until)))
        return error_set(err, EN_UNAUTHENTICATED, "the token is not right, or has expired");
    if (code == 0)
        code = viewer_of_user(n, a, &user, scope_permissions(json_get_text(row.body, "scope")), err,
                              &v);
    if (code < 0)
        return code;
    v->is_token = true;
    keep_viewer(n, key, position, until, v);
    *ret = v;
    return 0;
}

/* ---- users ---- */

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
static int check_place(struct write_context *w, struct row *user, struct slice pointer,
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

/* System records bear the lowest label, always: what reads them goes by permission. */
static int check_no_label(struct write_context *w, const struct json *input, struct error *err)
{
    const struct policy *p = w->node->policy;
    const struct json *stated = json_get(input, "label");
    const struct label *l;
    if (!stated || stated->type == JSON_NULL)
        return 0;
    int code = label_parse(p, snapshot_arena(w->snapshot), stated, S("/label"), err, &l);
    if (code == 0 && !label_equal(l, policy_lowest_label(p)))
        code = error_field(err, S("/label"), REASON_READ_ONLY, "these records have one label");
    return code;
}

/* A copy of what was stated, to be completed. */
static int own_fields(struct write_context *w, const struct json *input, struct error *err,
                      struct json **ret)
{
    struct arena *a = snapshot_arena(w->snapshot);
    if (!input || input->type != JSON_OBJECT)
        return error_set(err, EN_INVALID, "a JSON object is expected as the body");
    int code = check_no_label(w, input, err);
    if (code < 0)
        return code;
    const struct json *nothing = json_new_object(a);
    *ret = nothing ? json_merge_patch(a, input, nothing) : NULL;
    if (!*ret)
        return error_set(err, EN_NO_MEMORY, "fields");
    json_object_remove(*ret, S("label"));
    return 0;
}

/* The stated fields with the password replaced by its hash; SECRET fields may not be stated. */
static int user_fields(struct write_context *w, const struct json *input, struct error *err,
                       struct json **ret)
{
    struct arena *a = snapshot_arena(w->snapshot);
    struct json *fields = NULL;
    struct slice hash;
    int code = own_fields(w, input, err, &fields);
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
        found = find_by(w->snapshot, "user", "username", username, NULL, &row);
    if (found == 0 && !slice_eq(row.id, own_id))
        return error_field(err, S("/username"), REASON_DUPLICATE, "this name is taken");
    return found == 0 || found == EN_NOT_FOUND ? 0 : error_set(err, found, "users cannot be read");
}

/* System records are readable by everyone the policy knows; operations guard them by permission. */
static int set_lowest_label(struct write_context *w, struct json *fields)
{
    struct arena *a = snapshot_arena(w->snapshot);
    struct buf text cleanup_buf;
    struct json *label;
    buf_init(&text, LIMIT_RECORD);
    label_write(w->node->policy, policy_lowest_label(w->node->policy), &text);
    struct slice copy = arena_copy(a, buf_slice(&text));
    if (!copy.ptr || json_parse(a, copy, NULL, &label) < 0)
        return EN_NO_MEMORY;
    return json_object_set(a, fields, S("label"), label);
}

static int create_system(struct write_context *w, const char *kind, struct json *fields,
                         struct error *err, struct written *ret)
{
    if (set_lowest_label(w, fields) < 0) {
        snapshot_close(w->snapshot);
        return error_set(err, EN_NO_MEMORY, "%s", kind);
    }
    return records_create(w, kinds_find(w->node->kinds, slice_of(kind)), fields, err, ret);
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
    return create_system(w, "user", fields, err, ret);
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
        code = check_place(w, &row, S("/password"), err);
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

/* ---- tokens ---- */

/* Whose token it will be: the viewer's own, or that of a user whom an administrator names. It acts
 * as that user, so it can do no more than they. */
static int token_user(struct write_context *w, const struct json *input, struct error *err,
                      struct slice *ret)
{
    const struct viewer *v = snapshot_viewer(w->snapshot);
    const struct json *stated = json_get(input, "user");
    bool console = v == node_operator(w->node);
    struct row row;
    *ret = records_user(v, snapshot_arena(w->snapshot));
    if (!stated || stated->type == JSON_NULL)
        return console    ? error_field(err, S("/user"), REASON_REQUIRED, "whose token it is")
               : ret->ptr ? 0
                          : error_set(err, EN_NO_MEMORY, "token");
    if (stated->type != JSON_STRING)
        return error_field(err, S("/user"), REASON_TYPE, "a text");
    if (slice_eq(stated->text, *ret))
        return 0;
    if (!(v->permissions & PERMIT_ADMIN))
        return error_field(err, S("/user"), REASON_RULE,
                           "only an administrator makes tokens for others");
    *ret = stated->text;
    int code = snapshot_get(w->snapshot, kinds_find(w->node->kinds, S("user")), *ret, NULL, &row);
    if (code == EN_NOT_FOUND || (code == 0 && row.retracted))
        return error_field(err, S("/user"), REASON_REFERENCE, "%s", "");
    return code < 0 ? error_set(err, code, "users cannot be read")
                    : check_place(w, &row, S("/user"), err);
}

/* A new secret, and the members of its token that only the server states. */
static int token_fields(struct write_context *w, struct slice user, struct json *fields,
                        struct error *err, struct slice *ret_secret)
{
    struct arena *a = snapshot_arena(w->snapshot);
    unsigned char random[TOKEN_BYTES];
    char text[sodium_base64_ENCODED_LEN(TOKEN_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
    char hash[65];
    randombytes_buf(random, sizeof random);
    sodium_bin2base64(text, sizeof text, random, sizeof random,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    struct slice secret = arena_printf(a, TOKEN_PREFIX "%s", text);
    token_hash(secret, hash);
    if (!secret.ptr ||
        json_object_set(a, fields, S("hash"), json_new_text(a, slice_of(hash))) < 0 ||
        json_object_set(a, fields, S("user"), json_new_text(a, user)) < 0)
        return error_set(err, EN_NO_MEMORY, "token");
    *ret_secret = secret;
    return 0;
}

int access_create_token(struct write_context *w, const struct json *input, struct error *err,
                        struct slice *ret_secret, struct written *ret)
{
    struct json *fields = NULL;
    struct slice user = S("");
    struct when expires;
    int code = own_fields(w, input, err, &fields);
    /* or a token for reading could make itself one for writing, and outlive its own end */
    if (code == 0 && snapshot_viewer(w->snapshot)->is_token)
        code = error_set(err, EN_FORBIDDEN, "a token makes no tokens; log in");
    if (code == 0 && when_parse(json_get_text(fields, "expires"), &expires) &&
        when_last_ms(expires) < w->now_ms)
        code = error_field(err, S("/expires"), REASON_RANGE, "a date to come");
    if (code == 0)
        code = token_user(w, input, err, &user);
    if (code == 0)
        code = token_fields(w, user, fields, err, ret_secret);
    if (code < 0) {
        snapshot_close(w->snapshot);
        return code;
    }
    return create_system(w, "token", fields, err, ret);
}

int access_revoke_token(struct write_context *w, struct slice id, struct error *err,
                        struct written *ret)
{
    const struct kind *k = kinds_find(w->node->kinds, S("token"));
    const struct viewer *v = snapshot_viewer(w->snapshot);
    struct arena *a = snapshot_arena(w->snapshot);
    struct json *patch = json_new_object(a);
    struct row row;
    int code = snapshot_get(w->snapshot, k, id, err, &row);
    if (code == 0)
        code = snapshot_body(w->snapshot, &row, err);
    if (code == 0 && !(v->permissions & PERMIT_ADMIN) &&
        !slice_eq(json_get_text(row.body, "user"), records_user(v, a)))
        code = error_set(err, EN_NOT_FOUND, "there is no such record");
    if (code == 0 &&
        (!patch || json_object_set(a, patch, S("revoked"), json_new_bool(a, true)) < 0))
        code = error_set(err, EN_NO_MEMORY, "token");
    if (code < 0) {
        snapshot_close(w->snapshot);
        return code;
    }
    return records_change(w, k, id, patch, S("*"), err, ret);
}

/* ---- settings ---- */

struct slice settings_get(struct snapshot *s, struct slice name)
{
    struct row row;
    if (find_by(s, "setting", "name", name, NULL, &row) < 0 || row.retracted)
        return S("");
    return json_get_text(row.body, "value");
}

struct slice settings_home(struct snapshot *s)
{
    struct slice id = settings_get(s, S("home"));
    const struct kind *actor = kinds_find(snapshot_kinds(s), S("actor"));
    return id.len && snapshot_readable(s, id, actor) ? id : S("");
}

int settings_put(struct write_context *w, struct slice name, struct slice value, struct error *err)
{
    struct arena *a = snapshot_arena(w->snapshot);
    struct json *fields = json_new_object(a);
    struct row row;
    struct written unused;
    if (!fields || json_object_set(a, fields, S("name"), json_new_text(a, name)) < 0 ||
        json_object_set(a, fields, S("value"), json_new_text(a, value)) < 0) {
        snapshot_close(w->snapshot);
        return error_set(err, EN_NO_MEMORY, "setting");
    }
    int found = find_by(w->snapshot, "setting", "name", name, NULL, &row);
    if (found == EN_NOT_FOUND)
        return create_system(w, "setting", fields, err, &unused);
    if (found < 0) {
        snapshot_close(w->snapshot);
        return error_set(err, found, "settings cannot be read");
    }
    return records_change(w, row.kind, row.id, fields, S("*"), err, &unused);
}

struct slice node_home(struct node *n, struct arena *a)
{
    struct snapshot *s = NULL;
    if (identity_open(n, a, 0, NULL, &s) < 0)
        return S("");
    struct slice home = settings_home(s);
    snapshot_close(s);
    return home;
}
