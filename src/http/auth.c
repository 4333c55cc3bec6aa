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

static int identify_session(struct request *r)
{
    struct slice token = cookie_find(r->headers.cookie, S(COOKIE));
    struct uuid user;
    if (token.len == 0 ||
        !sessions_find(r->server->sessions, token, r->now_ms, /* touch= */ true, &user)) {
        return 0;
    }
    struct error err = { 0 };
    int rc = access_user(r->server->options.node, r->arena, user, r->now_ms, &err, &r->viewer);
    if (rc == 0) {
        r->session = token;
        return 0;
    }
    if (rc == EN_UNAUTHENTICATED || rc == EN_NOT_FOUND || rc == EN_GONE || rc == EN_FORBIDDEN) {
        sessions_end(r->server->sessions, token); /* the user is no more */
        r->viewer = NULL;
        return 0;
    }
    r->err = err;
    return rc;
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
    struct uuid user;
    if (!sessions_find(s->sessions, session, now_ms, /* touch= */ false, &user)) {
        return EN_UNAUTHENTICATED;
    }
    return access_user(s->options.node, a, user, now_ms, NULL, ret);
}
