/*
 * Signing in by way of an OpenID provider; see oidc.h.
 */
#include "http/oidc.h"

#include "http/auth.h"
#include "http/negotiate.h"
#include "http/oidc_pending.h"
#include "http/vouched.h"
#include "identity/provider.h"
#include "service/config.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define COOKIE "entente_oidc"

enum { SECRET_BYTES = 4096, AT_ONCE = 4 };

struct oidc {
    const struct oidc_config *config;
    struct provider *provider;
    struct pending_table *pending;
    _Atomic int running; /* sign-ins that wait for the provider */
};

/* ---- life ---- */

/* The secret is one line in a file that nobody else may read. */
static int read_secret(struct slice path, char ret[SECRET_BYTES], struct error *err)
{
    struct stat st;
    FILE *file = fopen(path.ptr, "re");
    if (!file) {
        return error_set(err, EN_IO, "%s: %s", path.ptr, strerror(errno));
    }
    bool open_to_others = fstat(fileno(file), &st) != 0 || (st.st_mode & 077) != 0;
    size_t len = fread(ret, 1, SECRET_BYTES - 1, file);
    fclose(file);
    ret[len] = '\0';
    if (open_to_others) {
        return error_set(err, EN_INVALID, "%s must be readable by its owner alone (mode 0600)",
                         path.ptr);
    }
    return slice_trim(slice_of(ret)).len > 0 && len < SECRET_BYTES - 1
               ? 0
               : error_set(err, EN_INVALID, "%s holds no secret", path.ptr);
}

static int open_provider(const struct oidc_config *c, struct error *err, struct provider **ret)
{
    char secret[SECRET_BYTES] = "";
    int code = c->secret_file.len > 0 ? read_secret(c->secret_file, secret, err) : 0;
    struct provider_options options = { .issuer = c->issuer,
                                        .client_id = c->client_id,
                                        .redirect = c->redirect,
                                        .secret = slice_trim(slice_of(secret)),
                                        .scopes = c->scopes,
                                        .ca_file = c->ca_file,
                                        .userinfo = c->userinfo };
    code = code ? code : provider_new(&options, err, ret);
    sodium_memzero(secret, sizeof(secret));
    return code;
}

int oidc_open(struct http_server *s, struct error *err)
{
    const struct config *config = node_config(s->options.node);
    if (!config || !config->oidc) {
        return 0;
    }
    struct oidc *o = calloc(1, sizeof(*o));
    if (!o) {
        return error_set(err, EN_NO_MEMORY, "no memory for the identity provider");
    }
    s->oidc = o;
    o->config = config->oidc;
    o->pending = pending_new();
    return o->pending ? open_provider(o->config, err, &o->provider)
                      : error_set(err, EN_NO_MEMORY, "no memory for the identity provider");
}

void oidc_close(struct http_server *s)
{
    if (s->oidc) {
        provider_free(s->oidc->provider);
        pending_free(s->oidc->pending);
        free(s->oidc);
    }
}

/* ---- answers ---- */

/* The threads that may wait for the provider are few: the others keep writing. */
static bool enter(struct oidc *o)
{
    if (atomic_fetch_add(&o->running, 1) < AT_ONCE) {
        return true;
    }
    atomic_fetch_sub(&o->running, 1);
    return false;
}

static int nowhere(struct request *r)
{
    return error_set(&r->err, EN_NOT_FOUND, "no such page");
}

/* ---- there ---- */

static struct slice cookie_of(const struct http_server *s, struct arena *a, const char *secret)
{
    return arena_printf(a, COOKIE "=%s; Path=/oidc; HttpOnly; SameSite=Lax; Max-Age=%d%s", secret,
                        PENDING_LIFE_MS / 1000, s->secure ? "; Secure" : "");
}

int oidc_begin(struct request *r)
{
    struct oidc *o = r->server->oidc;
    enum identity_reason reason = IDENTITY_FAULT;
    struct pending p;
    struct slice url;
    if (!o || r->is_head || r->headers.sec_purpose.len > 0) {
        return nowhere(r);
    }
    if (!enter(o)) {
        return vouched_refuse(r, "oidc", IDENTITY_BUSY, S(""));
    }
    pending_make(o->pending, r->address, json_get_text(r->parameters, "next"), r->now_ms, &p);
    struct sign_in s = { .state = slice_of(p.state),
                         .nonce = slice_of(p.nonce),
                         .verifier = slice_of(p.verifier),
                         .begun_ms = p.begun_ms };
    int code =
        provider_authorize(o->provider, r->arena, &s, r->french, r->now_ms, &reason, &r->err, &url);
    atomic_fetch_sub(&o->running, 1);
    if (code == 0) {
        r->answer.cookie = cookie_of(r->server, r->arena, p.cookie);
        code = vouched_redirect(r, url);
    }
    sodium_memzero(&p, sizeof(p));
    return code == 0 ? 0 : vouched_refuse(r, "oidc", reason, S(""));
}

/* ---- and back ---- */

/* Everything that can be judged without the provider. */
static int check_answer(struct request *r, enum identity_reason *ret_reason, struct pending *ret)
{
    enum { CODE_MAX = 4096 };
    struct oidc *o = r->server->oidc;
    struct slice code = json_get_text(r->parameters, "code");
    if (!pending_take(o->pending, json_get_text(r->parameters, "state"),
                      cookie_find(r->headers.cookie, S(COOKIE)), r->now_ms, ret)) {
        *ret_reason = IDENTITY_STATE;
        return error_set(&r->err, EN_FORBIDDEN, "no sign-in of this browser waits for this answer");
    }
    int rc =
        provider_answers(o->provider, json_get_text(r->parameters, "iss"), ret_reason, &r->err);
    if (rc == 0 && json_get(r->parameters, "error")) {
        *ret_reason = IDENTITY_DENIED;
        rc = error_set(&r->err, EN_FORBIDDEN, "the identity provider refuses");
    }
    if (rc == 0 && (code.len == 0 || code.len > CODE_MAX)) {
        *ret_reason = IDENTITY_CODE;
        rc = error_set(&r->err, EN_FORBIDDEN, "the answer has no code");
    }
    return rc;
}

static int claims_of(struct request *r, const struct pending *p, enum identity_reason *ret_reason,
                     const struct json **ret)
{
    struct oidc *o = r->server->oidc;
    struct sign_in s = { .nonce = slice_of(p->nonce),
                         .verifier = slice_of(p->verifier),
                         .begun_ms = p->begun_ms };
    if (throttle_begin(r->server->throttle, r->address, r->address, r->now_ms) > 0 || !enter(o)) {
        *ret_reason = IDENTITY_BUSY;
        return error_set(&r->err, EN_TOO_MANY, "others are signing in");
    }
    int code = provider_exchange(o->provider, r->arena, &s, json_get_text(r->parameters, "code"),
                                 when_clock_ms(), ret_reason, &r->err, ret);
    atomic_fetch_sub(&o->running, 1);
    return code;
}

int oidc_finish(struct request *r)
{
    struct oidc *o = r->server->oidc;
    enum identity_reason reason = IDENTITY_FAULT;
    const struct json *claims = NULL;
    struct pending p = { 0 };
    if (!o || r->is_head || r->headers.sec_purpose.len > 0) {
        return nowhere(r);
    }
    r->viewer = NULL; /* whoever it was before */
    int code = check_answer(r, &reason, &p);
    code = code ? code : claims_of(r, &p, &reason, &claims);
    if (code == 0) {
        struct vouched who = { .rules = &o->config->rules,
                               .issuer = o->config->issuer,
                               .subject = json_get_text(claims, "sub"),
                               .claims = claims };
        code = vouched_sign_in(r, "oidc", &who, slice_of(p.next));
        if (r->viewer) {
            throttle_success(r->server->throttle, r->address, r->address);
        }
    } else {
        code = vouched_refuse(r, "oidc", reason, S(""));
    }
    sodium_memzero(&p, sizeof(p));
    return code;
}
