/*
 * The provider: what is known of it, and keeping it known; see provider.h. The flow itself is in
 * flow.c.
 *
 * What was fetched replaces what was known only when it is whole and fits; a provider that is away
 * for a moment leaves the old keys in use until their hour is over.
 */
#include "identity/provider_internal.h"

#include "base/fault.h"

enum { KEEP_MS = 60 * 60 * 1000, REFETCH_MS = 60 * 1000, REFETCH_MAX = 5, OWN_ARENA = 64 * 1024 };

static bool copy_options(struct provider *p, const struct provider_options *o)
{
    const struct slice *from[] = { &o->issuer, &o->client_id, &o->redirect, &o->secret,
                                   &o->scopes };
    struct provider_options *own = &p->options;
    struct slice *to[] = { &own->issuer, &own->client_id, &own->redirect, &own->secret,
                           &own->scopes };
    for (size_t i = 0; i < sizeof(from) / sizeof(from[0]); i++) {
        *to[i] = arena_copy(p->arena, *from[i]);
    }
    own->userinfo = o->userinfo;
    p->ca_file = o->ca_file.len > 0 ? arena_cstr(p->arena, o->ca_file) : NULL;
    return !arena_failed(p->arena);
}

int provider_new(const struct provider_options *o, struct error *err, struct provider **ret)
{
    struct provider *p = base_calloc(1, sizeof(*p));
    int code = fetch_begin(err);
    if (!p || code != 0 || pthread_mutex_init(&p->lock, NULL) != 0) {
        base_free(p);
        return code ? code : error_set(err, EN_NO_MEMORY, "identity provider");
    }
    p->arena = arena_new(OWN_ARENA);
    if (!p->arena || !copy_options(p, o)) {
        provider_free(p);
        return error_set(err, EN_NO_MEMORY, "identity provider");
    }
    *ret = p;
    return 0;
}

void provider_free(struct provider *p)
{
    if (!p) {
        return;
    }
    key_set_free(p->keys);
    arena_free(p->said);
    arena_free(p->arena);
    pthread_mutex_destroy(&p->lock);
    base_free(p);
}

/* ---- the discovery document ---- */

static int unfit(enum identity_reason *ret_reason, struct error *err, const char *what)
{
    *ret_reason = IDENTITY_DISCOVERY;
    return error_set(err, EN_INVALID, "the provider's discovery document: %s", what);
}

static bool lists(const struct json *said, const char *name, const char *word)
{
    const struct json *list = json_get(said, name);
    for (uint32_t i = 0; list && list->type == JSON_ARRAY && i < list->count; i++) {
        if (list->items[i].type == JSON_STRING && slice_is(list->items[i].text, word)) {
            return true;
        }
    }
    return false;
}

/* What a document leaves out is not held against it; what it lists must hold what we use. */
static bool permits(const struct json *said, const char *name, const char *word)
{
    return !json_get(said, name) || lists(said, name, word);
}

static int read_metadata(const struct provider *p, const struct json *said,
                         enum identity_reason *ret_reason, struct error *err, struct metadata *ret)
{
    struct metadata m = {
        .authorize = json_get_text(said, "authorization_endpoint"),
        .token = json_get_text(said, "token_endpoint"),
        .keys = json_get_text(said, "jwks_uri"),
        .userinfo = json_get_text(said, "userinfo_endpoint"),
        .names_issuer =
            json_get_bool(said, "authorization_response_iss_parameter_supported", false),
        .secret_in_form =
            json_get(said, "token_endpoint_auth_methods_supported") &&
            !lists(said, "token_endpoint_auth_methods_supported", "client_secret_basic"),
    };
    if (said->type != JSON_OBJECT || !slice_eq(json_get_text(said, "issuer"), p->options.issuer)) {
        return unfit(ret_reason, err, "it is of another issuer");
    }
    if (!fetch_url_fits(m.authorize) || !fetch_url_fits(m.token) || !fetch_url_fits(m.keys) ||
        (m.userinfo.len > 0 && !fetch_url_fits(m.userinfo))) {
        return unfit(ret_reason, err, "an address is absent or not https");
    }
    if (!permits(said, "response_types_supported", "code") ||
        !permits(said, "code_challenge_methods_supported", "S256")) {
        return unfit(ret_reason, err, "it has no authorization code with PKCE S256");
    }
    *ret = m;
    return 0;
}

int provider_get_json(struct provider *p, struct arena *a, struct slice url, struct slice bearer,
                      enum identity_reason *ret_reason, struct error *err, struct slice *ret_text,
                      const struct json **ret)
{
    struct fetched got;
    struct json *value = NULL;
    struct fetch f = { .url = url, .ca_file = p->ca_file, .bearer = bearer };
    *ret_reason = IDENTITY_UNREACHABLE;
    int code = fetch_run(&f, a, err, &got);
    if (code == 0 && got.status != 200) {
        code = error_set(err, EN_IO, "the identity provider answers with status %ld", got.status);
    }
    if (code == 0 && !slice_is_utf8(got.body)) {
        code = error_set(err, EN_INVALID, "the identity provider's answer is no text");
    }
    if (code == 0) {
        code = json_parse(a, got.body, err, &value);
    }
    if (code == 0) {
        *ret_text = got.body;
        *ret = value;
    }
    return code;
}

static int discover(struct provider *p, int64_t now_ms, enum identity_reason *ret_reason,
                    struct error *err)
{
    struct arena *a = arena_new(FETCHED_ARENA);
    const struct json *said = NULL;
    struct slice text, issuer = p->options.issuer;
    struct metadata m;
    if (!a) {
        return error_set(err, EN_NO_MEMORY, "discovery");
    }
    if (issuer.len > 0 && issuer.ptr[issuer.len - 1] == '/') {
        issuer.len--;
    }
    struct slice url =
        arena_printf(a, SLICE_FMT "/.well-known/openid-configuration", SLICE_ARG(issuer));
    int code = provider_get_json(p, a, url, S(""), ret_reason, err, &text, &said);
    if (code == 0) {
        code = read_metadata(p, said, ret_reason, err, &m);
    }
    if (code != 0) {
        arena_free(a);
        return code;
    }
    arena_free(p->said);
    p->said = a;
    p->metadata = m;
    p->said_ms = now_ms;
    return 0;
}

int provider_know(struct provider *p, int64_t now_ms, enum identity_reason *ret_reason,
                  struct error *err)
{
    bool known = p->said && now_ms - p->said_ms < KEEP_MS && now_ms >= p->said_ms;
    return known ? 0 : discover(p, now_ms, ret_reason, err);
}

/* ---- the keys ---- */

static int fetch_keys(struct provider *p, int64_t now_ms, enum identity_reason *ret_reason,
                      struct error *err)
{
    cleanup_arena struct arena *a = arena_new(FETCHED_ARENA);
    const struct json *said = NULL;
    struct key_set *keys = NULL;
    struct slice text;
    if (!a) {
        return error_set(err, EN_NO_MEMORY, "keys");
    }
    int code = provider_get_json(p, a, p->metadata.keys, S(""), ret_reason, err, &text, &said);
    if (code == 0) {
        *ret_reason = IDENTITY_DISCOVERY;
        code = key_set_parse(text, err, &keys);
    }
    if (code != 0) {
        return code;
    }
    key_set_free(p->keys);
    p->keys = keys;
    p->keys_ms = now_ms;
    return 0;
}

int provider_know_keys(struct provider *p, int64_t now_ms, enum identity_reason *ret_reason,
                       struct error *err)
{
    bool known = p->keys && now_ms - p->keys_ms < KEEP_MS && now_ms >= p->keys_ms;
    return known ? 0 : fetch_keys(p, now_ms, ret_reason, err);
}

bool provider_renew_keys(struct provider *p, int64_t now_ms)
{
    enum identity_reason unused;
    if (now_ms - p->renewed_ms >= REFETCH_MS || now_ms < p->renewed_ms) {
        p->renewed_ms = now_ms;
        p->renewals = 0;
    }
    return p->renewals++ < REFETCH_MAX && fetch_keys(p, now_ms, &unused, NULL) == 0;
}
