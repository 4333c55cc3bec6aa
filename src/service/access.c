/*
 * Identity: who a name and password, a session's user or a token is, as they stand now. See node.h.
 *
 * Invariant: a wrong name, a wrong password and an inactive user answer alike and cost the same
 * work. Identity is settled with the operator's eyes, before there is a viewer.
 */
#include "service/access_internal.h"

#include "base/limits.h"

#include <sodium.h>

/* The first record of a system kind with field = value. */
int access_find(struct snapshot *s, const char *kind, const char *field, struct slice value,
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

/* A digest of what a session rests on. standing_since tells a user who was out for a while, and is
 * as before again, from one who never was. */
static int set_standing(struct node *n, const struct json *body, struct viewer *v,
                        struct error *err)
{
    struct buf text cleanup_buf;
    buf_init(&text, LIMIT_RECORD);
    buf_printf(&text, "%s ", role_word(v->role));
    buf_add(&text, json_get_text(body, "standing_since"));
    buf_add_char(&text, ' ');
    buf_add(&text, json_get_text(body, "cleared_until"));
    buf_add_char(&text, ' ');
    clearance_write(n->policy, v->clearance, &text);
    if (buf_failed(&text))
        return error_set(err, EN_NO_MEMORY, "user");
    crypto_generichash(v->standing, sizeof v->standing, (const unsigned char *)text.ptr, text.len,
                       NULL, 0);
    return 0;
}

int64_t access_cleared_until(const struct json *user)
{
    struct slice until = slice_trim(json_get_text(user, "cleared_until")); /* as it is kept */
    struct when day;
    if (!until.len)
        return INT64_MAX;
    return when_parse(until, &day) ? when_last_ms(day) : INT64_MIN;
}

/* As they stand at this moment, which is over when the clearance is: access_cleared_until. */
static int viewer_of_user(struct node *n, struct arena *a, struct row *row, unsigned permissions,
                          int64_t now_ms, struct error *err, struct viewer **ret)
{
    struct viewer *v = arena_new_of(a, struct viewer);
    if (!v)
        return error_set(err, EN_NO_MEMORY, "user");
    if (row->retracted || !json_get_bool(row->body, "active", true) ||
        !role_parse(json_get_text(row->body, "role"), &v->role) || !uuid_parse(row->id, &v->user))
        return error_set(err, EN_UNAUTHENTICATED, "this user may not log in");
    if (access_cleared_until(row->body) < now_ms)
        return error_set(err, EN_UNAUTHENTICATED, "this user's clearance has ended");
    v->username = json_get_text(row->body, "username");
    v->display_name = json_get_text(row->body, "display_name");
    if (!v->display_name.len)
        v->display_name = v->username;
    v->french = slice_is(json_get_text(row->body, "language"), "fr");
    v->permissions = role_permissions(v->role) & permissions;
    *ret = v;
    int code = clearance_parse(n->policy, a, json_get(row->body, "clearance"), S("/clearance"), err,
                               &v->clearance);
    return code < 0 ? code : set_standing(n, row->body, v, err);
}

/* Opens a snapshot of the operator: identity is settled before there is a viewer. */
int access_identity_open(struct node *n, struct arena *a, int64_t now_ms, struct error *err,
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
    enum password_login who = n->config.password_login;
    if (who == PASSWORD_NOBODY)
        return error_set(err, EN_FORBIDDEN, "passwords are switched off here");
    int code = access_identity_open(n, a, now_ms, err, &s);
    if (code < 0)
        return code;
    int found = identity_close(s, access_find(s, "user", "username", username, NULL, &row), err);
    if (found < 0 && found != EN_NOT_FOUND)
        return found;
    struct slice hash = found == 0 ? json_get_text(row.body, "password_hash") : S("");
    char *stored = hash.len ? arena_cstr(a, hash) : NULL;
    struct viewer *v;
    if (!stored)
        same_work(password);
    else if (crypto_pwhash_str_verify(stored, password.ptr ? password.ptr : "", password.len) ==
                 0 &&
             viewer_of_user(n, a, &row, ~0U, now_ms, NULL, &v) == 0 &&
             (who == PASSWORD_EVERYONE || v->role == ROLE_ADMINISTRATOR)) {
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
        code = access_identity_open(n, a, now_ms, err, &s);
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
        code = viewer_of_user(n, a, &row, ~0U, now_ms, err, &v);
    if (code < 0)
        return code;
    keep_viewer(n, key, position, access_cleared_until(row.body), v);
    *ret = v;
    return 0;
}

void access_token_hash(struct slice secret, char ret[65])
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
        all |= PERMIT_DISCLOSE | PERMIT_ADMIN;
    return all;
}

/* The token with this secret and its user; EN_NOT_FOUND when there is none. */
static int find_token(struct node *n, struct arena *a, struct slice secret, int64_t now_ms,
                      struct error *err, struct row *ret, struct row *ret_user)
{
    struct snapshot *s = NULL;
    char hash[65];
    access_token_hash(secret, hash);
    int code = access_identity_open(n, a, now_ms, err, &s);
    if (code < 0)
        return code;
    code = access_find(s, "token", "hash", slice_of(hash), err, ret);
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
        code = viewer_of_user(n, a, &user, scope_permissions(json_get_text(row.body, "scope")),
                              now_ms, err, &v);
    if (code < 0)
        return code;
    v->is_token = true;
    if (slice_is(json_get_text(row.body, "scope"), "calendar")) /* it stands in an address */
        v->permissions = v->permissions & PERMIT_READ ? PERMIT_CALENDAR : 0;
    int64_t cleared = access_cleared_until(user.body);
    keep_viewer(n, key, position, until < cleared ? until : cleared, v);
    *ret = v;
    return 0;
}
