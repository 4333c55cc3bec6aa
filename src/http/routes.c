/*
 * The door's own routes; see routes.h.
 */
#include "http/routes.h"

#include "http/certificate.h"
#include "http/dispatch.h"
#include "http/events.h"
#include "http/gzip.h"
#include "http/login.h"
#include "http/oidc.h"

#include "service/config.h"

#include <sodium.h>
#include <stdlib.h>

static int answer_text(struct request *r, const char *type, struct slice text)
{
    r->answer.status = 200;
    r->answer.type = type;
    r->answer.constant = text;
    return 0;
}

static int health(struct request *r)
{
    return answer_text(r, "application/json", S("{\"status\":\"live\"}"));
}

static int ready(struct request *r)
{
    if (node_refresh(r->server->options.node, &r->err) != 0) {
        r->err.code = EN_BUSY;
        r->err.message[0] = '\0';
        return EN_BUSY;
    }
    return answer_text(r, "application/json", S("{\"status\":\"ready\"}"));
}

/* How busy an instance is may itself be telling: the counters are for this machine's own monitor
 * and for administrators. Behind a proxy everybody comes from this machine. */
static bool may_see_metrics(const struct request *r)
{
    bool here = slice_starts(r->address, S("127.")) || slice_is(r->address, "::1");
    return (here && !r->server->options.https_in_front) ||
           (r->viewer && (r->viewer->permissions & PERMIT_ADMIN));
}

static int show_metrics(struct request *r)
{
    if (!may_see_metrics(r)) {
        return error_set(&r->err, EN_FORBIDDEN, "only from this machine, or as administrator");
    }
    struct http_server *s = r->server;
    const struct gauge gauges[] = {
        { "entente_http_running", "Requests being answered.", atomic_load(&s->running) },
        { "entente_sessions", "Live browser sessions.",
          (int64_t)sessions_count(s->sessions, r->now_ms) },
        { "entente_streams", "Open event streams.", (int64_t)streams_count(s->streams) },
    };
    metrics_write(s->metrics, gauges, sizeof(gauges) / sizeof(gauges[0]), &r->answer.body);
    r->answer.status = 200;
    r->answer.type = "text/plain; version=0.0.4; charset=utf-8";
    r->answer.may_gzip = true;
    return 0;
}

static int openapi(struct request *r)
{
    const struct kept *kept = &r->server->openapi;
    r->answer.status = 200;
    r->answer.type = "application/json";
    r->answer.cache = "no-cache";
    r->answer.constant = slice_make(kept->bytes, kept->len);
    r->answer.etag = slice_of(kept->etag);
    if (kept->gzip) {
        r->answer.gzip_twin = slice_make(kept->gzip, kept->gzip_len);
    }
    return 0;
}

int routes_make_openapi(struct http_server *s, struct error *err)
{
    cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
    cleanup_buf struct buf out;
    buf_init(&out, LIMIT_RESPONSE);
    if (a) {
        ops_openapi(s->options.operations, node_kinds(s->options.node), a, &out);
    }
    if (!a || arena_failed(a) || buf_failed(&out)) {
        return error_set(err, EN_NO_MEMORY, "no memory for the API description");
    }
    uint8_t hash[crypto_generichash_BYTES_MIN];
    crypto_generichash(hash, sizeof(hash), (const uint8_t *)out.ptr, out.len, NULL, 0);
    sodium_bin2hex(s->openapi.etag, sizeof(s->openapi.etag), hash, 8);
    s->openapi.gzip = gzip_compress(buf_slice(&out), &s->openapi.gzip_len);
    s->openapi.bytes = buf_take(&out, &s->openapi.len);
    return s->openapi.bytes ? 0 : error_set(err, EN_NO_MEMORY, "no memory for the API description");
}

/* The token of "/feeds/<token>.ics", or empty. */
static struct slice feed_token(struct slice path)
{
    const struct slice prefix = S("/feeds/"), suffix = S(".ics");
    if (path.len <= prefix.len + suffix.len)
        return S("");
    struct slice name = slice_make(path.ptr + prefix.len, path.len - prefix.len);
    struct slice end = slice_make(name.ptr + name.len - suffix.len, suffix.len);
    bool whole = slice_eq(end, suffix) && !memchr(name.ptr, '/', name.len);
    return whole ? slice_make(name.ptr, name.len - suffix.len) : S("");
}

/* A calendar for programs that send no header: who asks stands in the address. Only a token that
 * opens nothing else is taken from there; any other, like a wrong one, finds nothing. */
static int feed(struct request *r)
{
    struct node *n = r->server->options.node;
    const struct operations *all = r->server->options.operations;
    const struct viewer *viewer = NULL;
    struct error err = { 0 };
    struct slice token = feed_token(r->url.path);
    int code =
        token.len ? access_token(n, r->arena, token, r->now_ms, &err, &viewer) : EN_UNAUTHENTICATED;
    if (code == EN_UNAUTHENTICATED || (code == 0 && viewer->permissions != PERMIT_CALENDAR)) {
        r->url.path = S("/feeds/"); /* the token is not told again */
        return error_set(&r->err, EN_NOT_FOUND, "no such address");
    }
    if (code < 0) {
        r->err = err;
        return code;
    }
    r->viewer = viewer;
    r->french = viewer->french;
    code = dispatch_operation(r, operations_find(all, S("calendar.ics")), NULL);
    r->answer.filename = S("calendar.ics");
    return code;
}

int routes_page(struct request *r)
{
    const struct http_options *o = &r->server->options;
    const struct static_file *file = static_find(o->files, o->file_count, r->url.path);
    if (!file) {
        return error_set(&r->err, EN_NOT_FOUND, "no such page");
    }
    r->answer.status = 200;
    r->answer.type = file->type;
    r->answer.cache = file->immutable ? "public, max-age=31536000, immutable" : "no-cache";
    r->answer.constant = slice_make(file->bytes, file->size);
    r->answer.etag = slice_of(file->etag);
    if (file->gzip) {
        r->answer.gzip_twin = slice_make(file->gzip, file->gzip_size);
    }
    return 0;
}

static const struct door_route routes[] = {
    { "GET", "/healthz", ROW_HEALTH, .handle = health },
    { "GET", "/readyz", ROW_READY, .handle = ready },
    { "GET", "/metrics", ROW_METRICS, .handle = show_metrics },
    { "GET", "/openapi.json", ROW_OPENAPI, .handle = openapi },
    { "GET", "/login", ROW_LOGIN_LINK, .handle = login_by_code },
    { "POST", "/api/v1/login", ROW_LOGIN, .takes_json = true, .is_long = true,
      .handle = login_by_password },
    { "POST", "/api/v1/logout", ROW_LOGOUT, .handle = logout },
    { "GET", "/api/v1/events", ROW_EVENTS, .needs_viewer = true, .handle = events_open },
    { "GET", OIDC_LOGIN_PATH, ROW_OIDC_LOGIN, .is_long = true, .handle = oidc_begin },
    { "GET", OIDC_REDIRECT_PATH, ROW_OIDC_CALLBACK, .is_long = true, .handle = oidc_finish },
    { "GET", CERTIFICATE_LOGIN_PATH, ROW_CERTIFICATE, .is_long = true,
      .handle = certificate_login },
    { "GET", "/feeds/", ROW_FEED, .is_long = true, .is_prefix = true, .handle = feed },
};

const struct door_route *routes_find(struct slice method, struct slice path, const char **ret_allow)
{
    *ret_allow = NULL;
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        struct slice own = slice_of(routes[i].path);
        if (routes[i].is_prefix ? !slice_starts(path, own) : !slice_eq(path, own)) {
            continue;
        }
        if (slice_is(method, routes[i].method)) {
            return &routes[i];
        }
        *ret_allow = routes[i].method;
    }
    return NULL;
}

const char *routes_row_name(size_t row)
{
    static const char *const names[ROW_COUNT] = {
        [ROW_UNROUTED] = "unrouted",
        [ROW_PAGES] = "pages",
        [ROW_HEALTH] = "healthz",
        [ROW_READY] = "readyz",
        [ROW_METRICS] = "metrics",
        [ROW_OPENAPI] = "openapi",
        [ROW_LOGIN] = "login",
        [ROW_LOGIN_LINK] = "login-link",
        [ROW_LOGOUT] = "logout",
        [ROW_EVENTS] = "events",
        [ROW_FEED] = "feed",
        [ROW_OIDC_LOGIN] = "oidc-login",
        [ROW_OIDC_CALLBACK] = "oidc-callback",
        [ROW_CERTIFICATE] = "certificate-login",
    };
    return names[row];
}
