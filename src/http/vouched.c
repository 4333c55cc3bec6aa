/*
 * The end of a sign-in by somebody's word; see vouched.h.
 */
#include "http/vouched.h"

#include "http/auth.h"

int vouched_redirect(struct request *r, struct slice location)
{
    if (!location.ptr) {
        return error_set(&r->err, EN_NO_MEMORY, "no memory for the answer");
    }
    r->answer.status = 303;
    r->answer.location = location;
    return 0;
}

static void log_outcome(const struct request *r, const char *method, enum identity_reason reason,
                        struct slice rule)
{
    char user[UUID_TEXT + 1] = "";
    if (r->viewer) {
        uuid_format(r->viewer->user, user);
    }
    log_line(reason == IDENTITY_OK ? LOG_INFO : LOG_WARNING, "sign-in",
             log_text("method", slice_of(method)),
             log_text("outcome", slice_of(identity_reason_word(reason))),
             log_text("address", r->address), log_text("rule", rule),
             log_text("user", slice_of(user)),
             log_text("message", slice_of(reason == IDENTITY_OK ? "" : r->err.message)));
}

int vouched_refuse(struct request *r, const char *method, enum identity_reason reason,
                   struct slice rule)
{
    r->viewer = NULL;
    log_outcome(r, method, reason, rule);
    error_clear(&r->err);
    return vouched_redirect(
        r, arena_printf(r->arena, "/login?problem=%s", identity_reason_word(reason)));
}

static int start_session(struct request *r, struct slice next)
{
    char *token = arena_alloc(r->arena, SESSION_TOKEN_TEXT + 1);
    struct slice location = arena_copy(r->arena, next);
    if (!token || !location.ptr) {
        return error_set(&r->err, EN_NO_MEMORY, "no memory for the session");
    }
    auth_start_session(r->server, r->viewer, r->now_ms, token);
    r->answer.cookie = auth_cookie(r->server, r->arena, slice_make(token, SESSION_TOKEN_TEXT));
    return vouched_redirect(r, location);
}

int vouched_sign_in(struct request *r, const char *method, const struct vouched *who,
                    struct slice next)
{
    enum identity_reason reason = IDENTITY_FAULT;
    struct slice rule = S("");
    int code = access_vouched(r->server->options.node, r->arena, who, r->now_ms, &reason, &r->err,
                              &rule, &r->viewer);
    code = code ? code : start_session(r, next);
    if (code != 0) {
        return vouched_refuse(r, method, reason, rule);
    }
    log_outcome(r, method, IDENTITY_OK, rule);
    return 0;
}
