/*
 * The sign-in routes; see login.h.
 */
#include "http/login.h"

#include "http/auth.h"
#include "http/dispatch.h"
#include "http/request.h"
#include "http/routes.h"

#include <sodium.h>
#include <stdio.h>

enum { SIGNING_IN_MAX = 4, PASSWORD_MAX = 1024 };

/* One text of the body; its absence is a field error. */
static int text_of(struct request *r, const struct json *body, const char *name, size_t max,
                   struct slice *ret)
{
    const struct json *value = json_get(body, name);
    char pointer[32];
    snprintf(pointer, sizeof(pointer), "/%s", name);
    if (!value) {
        return error_field(&r->err, slice_of(pointer), REASON_REQUIRED, "%s", "");
    }
    if (value->type != JSON_STRING) {
        return error_field(&r->err, slice_of(pointer), REASON_TYPE, "string");
    }
    if (value->text.len > max) {
        return error_field(&r->err, slice_of(pointer), REASON_TOO_LONG, "%zu", max);
    }
    *ret = value->text;
    return 0;
}

int login_add_csrf(struct request *r)
{
    struct buf *body = &r->answer.body;
    char csrf[SESSION_TOKEN_TEXT + 1];
    sessions_csrf(r->server->sessions, r->session, csrf);
    struct slice rest = arena_copy(r->arena, buf_slice(body));
    if (rest.len < 2 || rest.ptr[0] != '{') {
        return error_set(&r->err, EN_INTERNAL, "the answer is no object");
    }
    buf_clear(body);
    buf_printf(body, "{\"csrf\":\"%s\"%s", csrf, rest.ptr[1] == '}' ? "" : ",");
    buf_add(body, slice_make(rest.ptr + 1, rest.len - 1));
    r->answer.may_gzip = false; /* a secret beside chosen text must not be compressed */
    return 0;
}

/* Starts the session and answers as GET /me does. */
static int welcome(struct request *r)
{
    struct http_server *s = r->server;
    char *token = arena_alloc(r->arena, SESSION_TOKEN_TEXT + 1);
    const struct operation *me = operations_find(s->options.operations, S("me"));
    if (!token) {
        return error_set(&r->err, EN_NO_MEMORY, "no memory for the session");
    }
    auth_start_session(s, r->viewer, r->now_ms, token);
    r->session = slice_make(token, SESSION_TOKEN_TEXT);
    int rc = 0;
    if (me) {
        rc = dispatch_operation(r, me, NULL);
    } else {
        r->answer.status = 200;
        r->answer.type = "application/json";
        buf_add(&r->answer.body, S("{}"));
        rc = login_add_csrf(r);
    }
    if (rc != 0) {
        sessions_end(s->sessions, r->session);
        return rc;
    }
    r->answer.cookie = auth_cookie(s, r->arena, r->session);
    return 0;
}

static int try_password(struct request *r, struct slice username, struct slice password)
{
    struct http_server *s = r->server;
    int rc = EN_BUSY;
    if (atomic_fetch_add(&s->signing_in, 1) < SIGNING_IN_MAX) {
        rc = access_login(s->options.node, r->arena, username, password, r->now_ms, &r->err,
                          &r->viewer);
    } else {
        r->answer.retry_after = 1;
        error_set(&r->err, EN_BUSY, "others are signing in: try again");
    }
    atomic_fetch_sub(&s->signing_in, 1);
    return rc;
}

int login_by_password(struct request *r)
{
    struct slice username = { 0 };
    struct slice password = { 0 };
    struct json *body = NULL;
    r->viewer = NULL; /* whoever it was before */
    int rc = json_parse(r->arena, buf_slice(&r->body), &r->err, &body);
    if (r->body.ptr) {
        sodium_memzero(r->body.ptr, r->body.len);
    }
    if (rc == EN_INVALID) {
        return request_refuse(r, 400);
    }
    if (rc == 0 && body->type != JSON_OBJECT) {
        rc = error_set(&r->err, EN_INVALID, "an object with username and password is expected");
    }
    if (rc == 0) {
        rc = text_of(r, body, "username", LIMIT_NAME, &username);
        int other = text_of(r, body, "password", PASSWORD_MAX, &password);
        rc = rc ? rc : other;
    }
    if (rc != 0) {
        return rc;
    }
    int wait = throttle_begin(r->server->throttle, username, r->address, r->now_ms);
    if (wait > 0) {
        r->answer.retry_after = wait;
        return error_set(&r->err, EN_TOO_MANY, "try again in %d s", wait);
    }
    rc = try_password(r, username, password);
    if (rc == 0) {
        throttle_success(r->server->throttle, username, r->address);
    } else if (rc == EN_BUSY) {
        throttle_undo(r->server->throttle, username, r->address);
    }
    return rc ? rc : welcome(r);
}

int login_by_code(struct request *r)
{
    struct http_server *s = r->server;
    struct slice code = json_get_text(r->parameters, "code");
    if (code.len == 0 || r->is_head) {
        return routes_page(r);
    }
    if (r->headers.sec_purpose.len > 0) {
        return error_set(&r->err, EN_FORBIDDEN, "a link that works once is not fetched ahead");
    }
    struct uuid user;
    r->answer.status = 303;
    r->answer.location = S("/login?expired=1");
    if (!codes_use(s->codes, code, r->now_ms, &user) ||
        access_user(s->options.node, r->arena, user, r->now_ms, NULL, &r->viewer) != 0) {
        return 0;
    }
    char *token = arena_alloc(r->arena, SESSION_TOKEN_TEXT + 1);
    if (!token) {
        return error_set(&r->err, EN_NO_MEMORY, "no memory for the session");
    }
    auth_start_session(s, r->viewer, r->now_ms, token);
    r->answer.location = S("/");
    r->answer.cookie = auth_cookie(s, r->arena, slice_make(token, SESSION_TOKEN_TEXT));
    return 0;
}

int logout(struct request *r)
{
    if (r->session.len > 0) {
        sessions_end(r->server->sessions, r->session);
    }
    r->answer.status = 204;
    r->answer.cookie = auth_cookie(r->server, r->arena, S(""));
    return 0;
}
