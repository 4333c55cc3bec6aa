/*
 * The authorization code flow with PKCE S256 (RFC 6749, RFC 7636, RFC 9207, OpenID Connect
 * Core 3.1); see provider.h.
 */
#include "identity/provider_internal.h"

#include "base/percent.h"

#include <sodium.h>

enum { FORM_MAX = 16 * 1024, ACCESS_TOKEN_MAX = 16 * 1024 };

static void add(struct buf *out, const char *name, struct slice value)
{
    if (out->len > 0) {
        buf_add_char(out, '&');
    }
    buf_add_cstr(out, name);
    buf_add_char(out, '=');
    percent_encode(out, value);
}

static struct slice challenge_of(struct arena *a, struct slice verifier)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char text[sodium_base64_ENCODED_LEN(sizeof(hash), sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
    crypto_hash_sha256(hash, (const unsigned char *)verifier.ptr, verifier.len);
    sodium_bin2base64(text, sizeof(text), hash, sizeof(hash),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return arena_copy(a, slice_of(text));
}

static int write_url(const struct provider *p, struct arena *a, const struct sign_in *s,
                     bool french, struct error *err, struct slice *ret)
{
    cleanup_buf struct buf query;
    struct slice base = p->metadata.authorize;
    buf_init(&query, FORM_MAX);
    add(&query, "response_type", S("code"));
    add(&query, "client_id", p->options.client_id);
    add(&query, "redirect_uri", p->options.redirect);
    add(&query, "scope", p->options.scopes);
    add(&query, "state", s->state);
    add(&query, "nonce", s->nonce);
    add(&query, "code_challenge", challenge_of(a, s->verifier));
    add(&query, "code_challenge_method", S("S256"));
    add(&query, "ui_locales", french ? S("fr en") : S("en fr"));
    char joint = memchr(base.ptr, '?', base.len) ? '&' : '?';
    struct slice url = arena_printf(a, SLICE_FMT "%c" SLICE_FMT, SLICE_ARG(base), joint,
                                    SLICE_ARG(buf_slice(&query)));
    if (!url.ptr || buf_failed(&query)) {
        return error_set(err, EN_NO_MEMORY, "sign-in");
    }
    *ret = url;
    return 0;
}

int provider_authorize(struct provider *p, struct arena *a, const struct sign_in *s, bool french,
                       int64_t now_ms, enum identity_reason *ret_reason, struct error *err,
                       struct slice *ret_url)
{
    pthread_mutex_lock(&p->lock);
    int code = provider_know(p, now_ms, ret_reason, err);
    if (code == 0) {
        code = write_url(p, a, s, french, err, ret_url);
    }
    pthread_mutex_unlock(&p->lock);
    return code;
}

int provider_answers(struct provider *p, struct slice issuer, enum identity_reason *ret_reason,
                     struct error *err)
{
    pthread_mutex_lock(&p->lock);
    bool must = p->said && p->metadata.names_issuer;
    pthread_mutex_unlock(&p->lock);
    if (issuer.len > 0 ? slice_eq(issuer, p->options.issuer) : !must) {
        return 0;
    }
    *ret_reason = IDENTITY_ISSUER;
    return error_set(err, EN_FORBIDDEN, "the answer comes from another identity provider");
}

/* ---- the token endpoint ---- */

/* RFC 6749 2.3.1: both are form-encoded before they become user and password. */
static bool add_client(const struct provider *p, struct arena *a, struct buf *form, struct fetch *f)
{
    const struct provider_options *o = &p->options;
    if (o->secret.len == 0 || p->metadata.secret_in_form) {
        add(form, "client_id", o->client_id);
        if (o->secret.len > 0) {
            add(form, "client_secret", o->secret);
        }
        return true;
    }
    cleanup_buf struct buf text;
    buf_init(&text, FORM_MAX);
    percent_encode(&text, o->client_id);
    f->user = arena_copy(a, buf_slice(&text));
    buf_clear(&text);
    percent_encode(&text, o->secret);
    f->secret = arena_copy(a, buf_slice(&text));
    bool ok = !buf_failed(&text) && f->user.ptr && f->secret.ptr;
    if (text.ptr) {
        sodium_memzero(text.ptr, text.len);
    }
    return ok;
}

static int post_code(struct provider *p, struct arena *a, const struct sign_in *s,
                     struct slice code, struct error *err, struct fetched *ret)
{
    cleanup_buf struct buf form;
    struct fetch f = { .url = p->metadata.token, .ca_file = p->ca_file };
    buf_init(&form, FORM_MAX);
    add(&form, "grant_type", S("authorization_code"));
    add(&form, "code", code);
    add(&form, "redirect_uri", p->options.redirect);
    add(&form, "code_verifier", s->verifier);
    if (!add_client(p, a, &form, &f) || buf_failed(&form)) {
        return error_set(err, EN_NO_MEMORY, "sign-in");
    }
    f.form = buf_slice(&form);
    int rc = fetch_run(&f, a, err, ret);
    sodium_memzero(form.ptr, form.len);
    return rc;
}

struct tokens {
    struct slice id, access;
};

static int read_tokens(struct arena *a, const struct fetched *got, enum identity_reason *ret_reason,
                       struct error *err, struct tokens *ret)
{
    struct json *said = NULL;
    if (got->status >= 400 && got->status < 500) {
        *ret_reason = IDENTITY_CODE;
        return error_set(err, EN_FORBIDDEN, "the identity provider does not take the code");
    }
    *ret_reason = IDENTITY_UNREACHABLE;
    if (got->status != 200) {
        return error_set(err, EN_IO, "the identity provider answers with status %ld", got->status);
    }
    *ret_reason = IDENTITY_MALFORMED;
    if (!slice_is_utf8(got->body) || json_parse(a, got->body, NULL, &said) != 0) {
        return error_set(err, EN_INVALID, "the identity provider's answer is not JSON");
    }
    struct tokens t = { .id = json_get_text(said, "id_token"),
                        .access = json_get_text(said, "access_token") };
    if (t.id.len == 0 || t.access.len == 0 || t.access.len > ACCESS_TOKEN_MAX ||
        !slice_eq_fold(json_get_text(said, "token_type"), S("Bearer"))) {
        return error_set(err, EN_INVALID, "the identity provider's answer has no tokens");
    }
    *ret = t;
    return 0;
}

/* With the keys that are known; once more with new ones when its key is not among them. */
static int check_token(struct provider *p, struct arena *a, const struct tokens *t,
                       const struct id_token_expected *expected, enum identity_reason *ret_reason,
                       struct error *err, const struct json **ret)
{
    int code = provider_know_keys(p, expected->now_ms, ret_reason, err);
    if (code != 0) {
        return code;
    }
    code = id_token_check(p->keys, a, t->id, expected, ret_reason, err, ret);
    if (code != 0 && *ret_reason == IDENTITY_KEY && provider_renew_keys(p, expected->now_ms)) {
        error_clear(err);
        code = id_token_check(p->keys, a, t->id, expected, ret_reason, err, ret);
    }
    return code;
}

/* ---- further claims ---- */

/* What the ID token says stands: userinfo only adds to it, and only about the same subject. */
static int add_userinfo(struct provider *p, struct arena *a, const struct tokens *t,
                        enum identity_reason *ret_reason, struct error *err,
                        const struct json **claims)
{
    const struct json *more = NULL;
    struct slice text;
    if (!p->options.userinfo || p->metadata.userinfo.len == 0) {
        return 0;
    }
    int code =
        provider_get_json(p, a, p->metadata.userinfo, t->access, ret_reason, err, &text, &more);
    if (code != 0) {
        return code;
    }
    if (more->type != JSON_OBJECT ||
        !slice_eq(json_get_text(more, "sub"), json_get_text(*claims, "sub"))) {
        *ret_reason = IDENTITY_USERINFO;
        return error_set(err, EN_FORBIDDEN, "the further claims are about another subject");
    }
    *claims = json_merge_patch(a, more, *claims);
    return *claims ? 0 : error_set(err, EN_NO_MEMORY, "claims");
}

static int exchange(struct provider *p, struct arena *a, const struct sign_in *s,
                    struct slice code_text, int64_t now_ms, enum identity_reason *ret_reason,
                    struct error *err, const struct json **ret)
{
    struct fetched got;
    struct tokens tokens = { 0 };
    const struct json *claims = NULL;
    int code = provider_know(p, now_ms, ret_reason, err);
    if (code != 0) {
        return code;
    }
    *ret_reason = IDENTITY_UNREACHABLE;
    code = post_code(p, a, s, code_text, err, &got);
    if (code == 0) {
        code = read_tokens(a, &got, ret_reason, err, &tokens);
    }
    struct id_token_expected expected = { .issuer = p->options.issuer,
                                          .client_id = p->options.client_id,
                                          .nonce = s->nonce,
                                          .access_token = tokens.access,
                                          .begun_ms = s->begun_ms,
                                          .now_ms = now_ms };
    if (code == 0) {
        code = check_token(p, a, &tokens, &expected, ret_reason, err, &claims);
    }
    if (code == 0) {
        code = add_userinfo(p, a, &tokens, ret_reason, err, &claims);
    }
    if (code == 0) {
        *ret = claims;
    }
    return code;
}

int provider_exchange(struct provider *p, struct arena *a, const struct sign_in *s,
                      struct slice code, int64_t now_ms, enum identity_reason *ret_reason,
                      struct error *err, const struct json **ret_claims)
{
    pthread_mutex_lock(&p->lock);
    int rc = exchange(p, a, s, code, now_ms, ret_reason, err, ret_claims);
    pthread_mutex_unlock(&p->lock);
    return rc;
}
