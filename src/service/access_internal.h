/* What the files of access share; nothing else includes it. */
#pragma once

#include "service/access.h"
#include "service/node_internal.h"

#define TOKEN_PREFIX "ent_"

/* The first record of a system kind with field = value. */
int access_find(struct snapshot *s, const char *kind, const char *field, struct slice value,
                struct error *err, struct row *ret);
/* A snapshot of the operator: identity is settled before there is a viewer. */
int access_identity_open(struct node *n, struct arena *a, int64_t now_ms, struct error *err,
                         struct snapshot **ret);
/* 64 hex digits and a NUL. */
void access_token_hash(struct slice secret, char ret[65]);
/* States a record of a system kind under the lowest label; closes the snapshot. */
int access_create_system(struct write_context *w, const char *kind, struct json *fields,
                         struct error *err, struct written *ret);
/* A copy of what was stated, without what may not be. */
int access_own_fields(struct write_context *w, const struct json *input, struct error *err,
                      struct json **ret);
/* The user whom this issuer knows as this subject; EN_CONFLICT when several claim to be: nobody can
 * tell who of them it is. */
int access_find_vouched(struct snapshot *s, struct slice issuer, struct slice subject,
                        struct error *err, struct row *ret);
/* One identity is one user: a field error when another one than own_id is this subject. */
int access_check_subject(struct snapshot *s, const struct json *user, struct slice own_id,
                         struct error *err);
/* The last moment at which this user's clearance holds; INT64_MAX: it has no end. */
int64_t access_cleared_until(const struct json *user);
/* Completes a patch's clearance so that it replaces the one of body, instead of adding to it. */
int access_replace_clearance(struct arena *a, const struct json *body, struct json *patch);
/* Marks in a patch that what sessions rest on changes now. */
int access_set_standing(struct arena *a, struct json *patch, int64_t now_ms);
/* May this writer act on that user? A field error at the pointer when not. */
int access_check_place(struct write_context *w, struct row *user, struct slice pointer,
                       struct error *err);
