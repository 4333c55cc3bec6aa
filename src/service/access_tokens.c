/* API tokens: how a program acts for a user. See access.h. */
#include "service/access_internal.h"

#include <sodium.h>

enum { TOKEN_BYTES = 32 };

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
                    : access_check_place(w, &row, S("/user"), err);
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
    access_token_hash(secret, hash);
    if (!secret.ptr || json_set_text(a, fields, "hash", slice_of(hash)) < 0 ||
        json_set_text(a, fields, "user", user) < 0)
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
    int code = access_own_fields(w, input, err, &fields);
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
    return access_create_system(w, "token", fields, err, ret);
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
    if (code == 0 && (!patch || json_set_bool(a, patch, "revoked", true) < 0))
        code = error_set(err, EN_NO_MEMORY, "token");
    if (code < 0) {
        snapshot_close(w->snapshot);
        return code;
    }
    return records_change(w, k, id, patch, S("*"), err, ret);
}
