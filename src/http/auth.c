/*
 * Identification and intent; see auth.h.
 */
#include "http/auth.h"

#include "http/negotiate.h"

#define COOKIE "entente"

static bool bearer_of(struct slice authorization, struct slice *ret)
{
    struct slice rest = slice_trim(authorization);
    struct slice scheme = slice_cut(&rest, ' ');
    if (!slice_eq_fold(scheme, S("Bearer"))) {
        return false;
    }
    *ret = slice_trim(rest);
    return ret->len > 0;
}

static int identify_token(struct request *r)
{
    struct slice token = { 0 };
    if (!bearer_of(r->headers.authorization, &token)) {
        return error_set(&r->err, EN_UNAUTHENTICATED, "only Bearer tokens are accepted");
    }
    int rc = access_token(r->server->options.node, r->arena, token, r->now_ms, &r->err, &r->viewer);
    if (rc == 0) {
        r->bearer = token;
    }
    return rc;
}

_Static_assert((int)SESSION_STANDING == (int)STANDING, "one size of standings");

void auth_start_session(struct http_server *s, const struct viewer *v, int64_t now_ms,
                        char ret_token[SESSION_TOKEN_TEXT + 1])
{
    struct session_of of = { .user = v->user };
    memcpy(of.standing, v->standing, sizeof(of.standing));
    sessions_start(s->sessions, &of, now_ms, ret_token);
}

/* The viewer of a live session; a session that no longer holds is ended: EN_UNAUTHENTICATED. */
static int session_viewer(struct http_server *s, struct arena *a, struct slice token, bool touch,
                          int64_t now_ms, struct error *err, const struct viewer **ret)
{
    struct session_of of;
    const struct viewer *v = NULL;
    if (token.len == 0 || !sessions_find(s->sessions, token, now_ms, touch, &of)) {
        return EN_UNAUTHENTICATED;
    }
    int rc = access_user(s->options.node, a, of.user, now_ms, err, &v);
    bool gone =
        rc == EN_UNAUTHENTICATED || rc == EN_NOT_FOUND || rc == EN_GONE || rc == EN_FORBIDDEN;
    if (gone || (rc == 0 && memcmp(v->standing, of.standing, sizeof(of.standing)) != 0)) {
        sessions_end(s->sessions, token);
        return EN_UNAUTHENTICATED;
    }
    if (rc == 0) {
        *ret = v;
    }
    return rc;
}

static int identify_session(struct request *r)
{
    struct slice token = cookie_find(r->headers.cookie, S(COOKIE));
    struct error err = { 0 };
    int rc =
        session_viewer(r->server, r->arena, token, /* touch= */ true, r->now_ms, &err, &r->viewer);
    if (rc == 0) {
        r->session = token;
    } else if (rc != EN_UNAUTHENTICATED) {
        r->err = err;
        return rc;
    }
    return 0;
}

int auth_identify(struct request *r)
{
    return r->headers.authorization.len > 0 ? identify_token(r) : identify_session(r);
}

int auth_check_origin(struct request *r)
{
    const struct headers *h = &r->headers;
    if (h->sec_fetch_site.len > 0 && !slice_is(h->sec_fetch_site, "same-origin") &&
        !slice_is(h->sec_fetch_site, "none")) {
        return error_set(&r->err, EN_FORBIDDEN, "the request comes from another site");
    }
    if (h->origin.len > 0 && !origin_is_host(h->origin, h->host)) {
        return error_set(&r->err, EN_FORBIDDEN, "the request comes from another origin");
    }
    return 0;
}

int auth_check_intent(struct request *r)
{
    if (r->session.len == 0 || slice_is(r->method, "GET")) {
        return 0;
    }
    if (!sessions_csrf_holds(r->server->sessions, r->session, r->headers.csrf)) {
        return error_set(&r->err, EN_FORBIDDEN, "X-Entente-CSRF is missing or wrong");
    }
    return auth_check_origin(r);
}

struct slice auth_cookie(const struct http_server *s, struct arena *a, struct slice token)
{
    return arena_printf(a, COOKIE "=" SLICE_FMT "; Path=/; HttpOnly; SameSite=Strict%s%s",
                        SLICE_ARG(token), s->secure ? "; Secure" : "",
                        token.len == 0 ? "; Max-Age=0" : "");
}

int auth_again(struct http_server *s, struct arena *a, struct slice session, struct slice bearer,
               int64_t now_ms, const struct viewer **ret)
{
    if (bearer.len > 0) {
        return access_token(s->options.node, a, bearer, now_ms, NULL, ret);
    }
    return session_viewer(s, a, session, /* touch= */ false, now_ms, NULL, ret);
}
