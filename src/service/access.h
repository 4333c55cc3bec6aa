/*
 * Users and tokens: who may log in, and how a program acts for them. See node.h for the doors'
 * calls. Passwords are kept as Argon2id, tokens as BLAKE2b of a random secret; when a password
 * changes, the version that held the old hash is redacted.
 */
#pragma once

#include "base/json.h"
#include "service/records.h"

/* input: user fields plus "password" (at least 10 characters) where stated. Nobody grants a
 * clearance above their own, nor sets the password of a user who has one. */
int access_create_user(struct write_context *w, const struct json *input, struct error *err,
                       struct written *ret);
int access_change_user(struct write_context *w, struct slice id, const struct json *patch,
                       struct slice etag, struct error *err, struct written *ret);
int access_change_password(struct write_context *w, struct slice current, struct slice next,
                           struct error *err);

/* A new token for the viewer, or for the "user" whom an administrator names (the operator must);
 * *ret_secret is shown once. */
int access_create_token(struct write_context *w, const struct json *input, struct error *err,
                        struct slice *ret_secret, struct written *ret);
/* One's own, or any with PERMIT_ADMIN. */
int access_revoke_token(struct write_context *w, struct slice id, struct error *err,
                        struct written *ret);

/* The value of a setting ("home"), or empty. */
struct slice settings_get(struct snapshot *s, struct slice name);
int settings_put(struct write_context *w, struct slice name, struct slice value, struct error *err);
/* The home actor's id, or empty; also empty when it is not readable. */
struct slice settings_home(struct snapshot *s);
