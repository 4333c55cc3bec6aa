/*
 * The way of a request; see request.h.
 */
#include "http/request.h"

#include "http/auth.h"
#include "http/certificate.h"
#include "http/events.h"
#include "http/negotiate.h"
#include "http/routes.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

/* A refused body up to this size is read and dropped, so that the connection can go on. */
enum { DROPPED_BODY = 64 * 1024 };

struct request *request_new(struct http_server *s, const char *target)
{
    struct request *r = calloc(1, sizeof(*r));
    if (!r) {
        return NULL;
    }
    r->server = s;
    r->begun_us = door_clock_us();
    r->now_ms = when_clock_ms();
    r->row = ROW_UNROUTED;
    r->arena = arena_new(LIMIT_ARENA);
    buf_init(&r->body, LIMIT_BODY);
    buf_init(&r->answer.body, LIMIT_RESPONSE);
    r->target = r->arena ? arena_copy(r->arena, slice_of(target)) : (struct slice){ 0 };
    if (!r->target.ptr) {
        request_free(r);
        return NULL;
    }
    return r;
}

void request_free(struct request *r)
{
    if (r->answer.stream) {
        events_abandon(r->answer.stream);
    }
    buf_done(&r->body);
    buf_done(&r->answer.body);
    arena_free(r->arena);
    free(r);
}

int request_refuse(struct request *r, int status)
{
    r->refused = true;
    r->status = status;
    return r->err.code;
}

static bool is_api(const struct request *r)
{
    return slice_starts(r->url.path, S("/api/")) || slice_is(r->url.path, "/api");
}

/* "GET, PATCH" becomes "GET, HEAD, PATCH, OPTIONS". */
static void allow(struct request *r, struct slice methods)
{
    cleanup_buf struct buf out;
    buf_init(&out, 256);
    while (methods.len > 0) {
        struct slice method = slice_trim(slice_cut(&methods, ','));
        buf_add(&out, method);
        buf_add_cstr(&out, slice_is(method, "GET") ? ", HEAD, " : ", ");
    }
    buf_add_cstr(&out, "OPTIONS");
    r->answer.allow = arena_copy(r->arena, buf_slice(&out));
}

static int wrong_method(struct request *r, struct slice methods)
{
    allow(r, methods);
    if (slice_is(r->method, "OPTIONS")) {
        r->answer.status = 204;
        return 0;
    }
    error_set(&r->err, EN_UNSUPPORTED, "this address does not know this method");
    return request_refuse(r, 405);
}

static int route_operation(struct request *r)
{
    struct slice methods = { 0 };
    struct json *parameters = NULL;
    const struct operations *all = r->server->options.operations;
    int rc = operations_route(all, r->arena, r->method, r->url.path, &r->operation, &parameters,
                              &methods);
    if (rc == EN_UNSUPPORTED) {
        return wrong_method(r, methods);
    }
    if (rc != 0) {
        error_set(&r->err, rc, "no such address");
        return request_refuse(r, 0);
    }
    if (parameters) {
        r->parameters = parameters;
    }
    r->row = ROW_COUNT + (size_t)(r->operation - all->items);
    return 0;
}

static int route(struct request *r)
{
    const char *other = NULL;
    r->route = routes_find(r->method, r->url.path, &other);
    if (r->route) {
        r->row = r->route->row;
        return 0;
    }
    if (other) {
        return wrong_method(r, slice_of(other));
    }
    if (is_api(r)) {
        return route_operation(r);
    }
    r->row = ROW_PAGES;
    return slice_is(r->method, "GET") ? 0 : wrong_method(r, S("GET"));
}

/* Anything but a page or a sign of life concerns someone. */
static int identify(struct request *r)
{
    bool asks = r->operation ||
                (r->route && r->row != ROW_HEALTH && r->row != ROW_READY && r->row != ROW_OPENAPI &&
                 r->row != ROW_LOGIN_LINK && r->row != ROW_FEED && r->row != ROW_OIDC_LOGIN &&
                 r->row != ROW_OIDC_CALLBACK && r->row != ROW_CERTIFICATE);
    if (!asks) {
        return 0;
    }
    if (auth_identify(r) != 0) {
        return request_refuse(r, 0);
    }
    if (r->viewer && r->headers.accept_language.len == 0) {
        r->french = r->viewer->french;
    }
    if (r->headers.as.len > 0 && !r->operation) { /* never an answer that only seems a peer's */
        error_set(&r->err, EN_UNSUPPORTED, "this address does not answer as a peer");
        return request_refuse(r, 0);
    }
    bool needs = r->operation ? r->operation->permission != PERMIT_NONE : r->route->needs_viewer;
    if (needs && !r->viewer) {
        error_set(&r->err, EN_UNAUTHENTICATED, "sign in, or send a token");
        return request_refuse(r, 0);
    }
    if (r->row == ROW_LOGIN ? auth_check_origin(r) : auth_check_intent(r)) {
        return request_refuse(r, 0);
    }
    /* A large import is not received from someone who may not import. */
    if (r->operation && (r->operation->flags & OP_RAW_BODY) &&
        !(r->viewer && (r->viewer->permissions & r->operation->permission))) {
        error_set(&r->err, EN_FORBIDDEN, "this needs another role");
        return request_refuse(r, 0);
    }
    return 0;
}

static bool has_body(const struct request *r)
{
    return r->headers.chunked || r->headers.content_length > 0;
}

bool request_takes_json(const struct request *r)
{
    return r->operation ? !(r->operation->flags & OP_RAW_BODY) && !slice_is(r->method, "GET")
                        : r->route && r->route->takes_json;
}

static int check_media(struct request *r)
{
    struct slice type = r->headers.content_type;
    bool fits = true;
    if (request_takes_json(r)) {
        fits = media_is(type, "application/json") ||
               (slice_is(r->method, "PATCH") && media_is(type, "application/merge-patch+json"));
    } else if (r->operation && (r->operation->flags & OP_RAW_BODY)) {
        const char *takes = r->operation->takes;
        fits = takes ? media_is(type, takes)
                     : media_is(type, "text/csv") || media_is(type, "application/x-ndjson");
    }
    if (!fits) {
        error_set(&r->err, EN_UNSUPPORTED, "this address does not take this Content-Type");
        return request_refuse(r, 0);
    }
    return 0;
}

static int too_large(struct request *r)
{
    error_set(&r->err, EN_TOO_LARGE, "the body is larger than %zu bytes", r->body_max);
    return request_refuse(r, 0);
}

static int expect_body(struct request *r)
{
    bool raw = r->operation && (r->operation->flags & OP_RAW_BODY);
    r->body_max = raw ? LIMIT_IMPORT_BODY : LIMIT_BODY;
    buf_init(&r->body, r->body_max);
    if (!has_body(r)) {
        return 0;
    }
    if (check_media(r) != 0) {
        return r->err.code;
    }
    return r->headers.content_length > (int64_t)r->body_max ? too_large(r) : 0;
}

static int parse_target(struct request *r)
{
    if (r->target.len > LIMIT_URL) {
        error_set(&r->err, EN_TOO_LARGE, "the address is longer than %d bytes", LIMIT_URL);
        return request_refuse(r, 414);
    }
    if (url_split(r->arena, r->target, &r->err, &r->url) != 0) {
        return request_refuse(r, r->err.code == EN_INVALID ? 400 : 0);
    }
    return 0;
}

static int parse_query(struct request *r)
{
    if (!r->parameters) {
        r->parameters = json_new_object(r->arena);
    }
    if (!r->parameters) {
        error_set(&r->err, EN_NO_MEMORY, "no memory for the parameters");
        return request_refuse(r, 0);
    }
    if (url_query(r->arena, r->url.query, &r->err, r->parameters) != 0) {
        return request_refuse(r, r->err.code == EN_INVALID ? 400 : 0);
    }
    return 0;
}

/* An IPv6 client is its /64: it may take any address in it. */
static struct slice address_of(struct request *r, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char text[INET6_ADDRSTRLEN] = "";
    if (info && info->client_addr->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const void *)info->client_addr;
        inet_ntop(AF_INET, &v4->sin_addr, text, sizeof(text));
    } else if (info && info->client_addr->sa_family == AF_INET6) {
        struct in6_addr v6 =
            ((const struct sockaddr_in6 *)(const void *)info->client_addr)->sin6_addr;
        if (IN6_IS_ADDR_V4MAPPED(&v6)) {
            inet_ntop(AF_INET, &v6.s6_addr[12], text, sizeof(text));
        } else {
            if (!IN6_IS_ADDR_LOOPBACK(&v6)) {
                memset(&v6.s6_addr[8], 0, 8);
            }
            inet_ntop(AF_INET6, &v6, text, sizeof(text));
        }
    }
    return arena_copy(r->arena, slice_of(text));
}

static struct slice header(struct MHD_Connection *connection, const char *name)
{
    return slice_of(MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name));
}

static void read_headers(struct headers *h, struct MHD_Connection *c)
{
    h->accept_language = header(c, "Accept-Language");
    h->accept_encoding = header(c, "Accept-Encoding");
    h->authorization = header(c, "Authorization");
    h->content_type = header(c, "Content-Type");
    h->as = header(c, "Entente-As");
    h->cookie = header(c, "Cookie");
    h->csrf = header(c, "X-Entente-CSRF");
    h->host = header(c, "Host");
    h->idempotency_key = header(c, "Idempotency-Key");
    h->if_match = header(c, "If-Match");
    h->if_none_match = header(c, "If-None-Match");
    h->last_event_id = header(c, "Last-Event-ID");
    h->origin = header(c, "Origin");
    h->prefer = header(c, "Prefer");
    h->sec_fetch_site = header(c, "Sec-Fetch-Site");
    h->sec_purpose = header(c, "Sec-Purpose");
    h->chunked = header(c, "Transfer-Encoding").len > 0;
    int64_t length = -1;
    h->content_length = slice_to_int64(header(c, "Content-Length"), &length) ? length : -1;
}

void request_begin(struct request *r, struct MHD_Connection *connection, const char *method)
{
    r->connection = connection;
    r->is_head = strcmp(method, "HEAD") == 0;
    r->method = r->is_head ? S("GET") : arena_copy(r->arena, slice_of(method));
    r->address = address_of(r, connection);
    read_headers(&r->headers, connection);
    r->french = negotiate_french(r->headers.accept_language, false);
    r->answer.language = true;
    if (parse_target(r) != 0 || route(r) != 0 || r->answer.status == 204) {
        return;
    }
    if (r->row == ROW_CERTIFICATE) {
        certificate_take(r, connection);
    }
    if (identify(r) != 0 || parse_query(r) != 0) {
        return;
    }
    expect_body(r);
}

bool request_refuse_now(const struct request *r)
{
    return r->refused && (r->headers.chunked || r->headers.content_length > (int64_t)DROPPED_BODY);
}

bool request_collect(struct request *r, const char *bytes, size_t size)
{
    if (!r->refused && r->body.len + size > r->body_max) {
        too_large(r);
    }
    bool unwanted = r->refused || !(request_takes_json(r) ||
                                    (r->operation && (r->operation->flags & OP_RAW_BODY)));
    if (unwanted) {
        r->discarded += size;
        return r->discarded <= LIMIT_BODY;
    }
    buf_add(&r->body, slice_make(bytes, size));
    return true;
}

bool request_is_long(const struct request *r)
{
    if (r->refused || r->answer.status != 0) {
        return false;
    }
    return r->operation ? (r->operation->flags & (OP_WRITE | OP_LONG)) != 0
                        : r->route && r->route->is_long;
}
