/*
 * The way of one request of a peer: who it is, what it asks for, its body, the answer.
 */
#include "http/exchange_request.h"

#include "http/negotiate.h"
#include "http/problem.h"
#include "http/url.h"

#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A refused body up to this size is read and dropped, so that the answer is heard. */
enum { DROPPED_BODY = 1024 * 1024 };

struct slice exchange_header(const struct exchange_request *r, const char *name)
{
    return slice_of(MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name));
}

int exchange_refuse(struct exchange_request *r, int status)
{
    r->status = status ? status : error_code_info(r->err.code)->http_status;
    return r->err.code;
}

int exchange_refuse_taking(struct exchange_request *r, const char *text)
{
    int code = r->err.code;
    log_line(problem_is_fault(code) ? LOG_ERROR : LOG_WARNING, "exchange-refused",
             log_text("peer", r->peer->id), log_text("route", slice_of(r->route->path)),
             log_text("message", slice_of(r->err.message)));
    if (code == EN_NO_MEMORY || code == EN_IO || code == EN_BUSY || code == EN_INTERNAL) {
        r->retry_after = 10;
        return exchange_refuse(r, 0);
    }
    error_clear(&r->err); /* whatever it was: alike to every peer */
    error_set(&r->err, EN_INVALID, "%s", text);
    return exchange_refuse(r, 0);
}

struct exchange_request *exchange_request_new(struct exchange_server *s, const char *target)
{
    struct exchange_request *r = calloc(1, sizeof(*r));
    if (!r) {
        return NULL;
    }
    r->server = s;
    r->fd = -1;
    r->now_ms = when_clock_ms();
    r->arena = arena_new(LIMIT_ARENA);
    buf_init(&r->answer, LIMIT_RECEIPT);
    r->target = r->arena ? arena_copy(r->arena, slice_of(target)) : (struct slice){ 0 };
    r->parameters = r->arena ? json_new_object(r->arena) : NULL;
    if (!r->target.ptr || !r->parameters) {
        exchange_request_free(r);
        return NULL;
    }
    return r;
}

void exchange_request_free(struct exchange_request *r)
{
    /* What came of an upload stays for the next attempt. */
    upload_end(r, /* keep= */ true);
    if (r->fd >= 0) {
        close(r->fd);
    }
    roster_give(r->server->rosters, r->roster);
    buf_done(&r->body);
    buf_done(&r->answer);
    arena_free(r->arena);
    free(r);
}

/* The peer of the connection's certificate, as its record stands now. */
static int identify(struct exchange_request *r)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    unsigned count = 0;
    const gnutls_datum_t *chain =
        info && info->tls_session ? gnutls_certificate_get_peers(info->tls_session, &count) : NULL;
    r->roster = roster_take(r->server->rosters, r->now_ms);
    if (r->roster && chain) {
        r->peer = certificate_owner(r->roster->peers, r->roster->count, chain, count, r->now_ms);
    }
    if (!r->peer) {
        error_set(&r->err, EN_FORBIDDEN, "this certificate is not that of a confirmed peer");
        return exchange_refuse(r, 0);
    }
    return 0;
}

static int find_route(struct exchange_request *r)
{
    struct url url;
    if (r->target.len > LIMIT_URL) {
        error_set(&r->err, EN_TOO_LARGE, "the address is longer than %d bytes", LIMIT_URL);
        return exchange_refuse(r, 414);
    }
    if (url_split(r->arena, r->target, &r->err, &url) != 0 ||
        url_query(r->arena, url.query, &r->err, r->parameters) != 0) {
        return exchange_refuse(r, r->err.code == EN_INVALID ? 400 : 0);
    }
    r->route = exchange_route_find(r->method, url.path, &r->name, &r->allow);
    if (!r->route && r->allow) {
        error_set(&r->err, EN_UNSUPPORTED, "this address does not know this method");
        return exchange_refuse(r, 405);
    }
    if (!r->route) {
        error_set(&r->err, EN_NOT_FOUND, "no such address");
        return exchange_refuse(r, 0);
    }
    return 0;
}

static int check_media(struct exchange_request *r)
{
    bool has_body = r->chunked || r->body_length > 0;
    struct slice type = exchange_header(r, "Content-Type");
    if (has_body && !(r->route->takes && media_is(type, r->route->takes))) {
        error_set(&r->err, EN_UNSUPPORTED, "this address does not take this Content-Type");
        return exchange_refuse(r, 0);
    }
    return 0;
}

void exchange_request_begin(struct exchange_request *r, struct MHD_Connection *connection,
                            const char *method)
{
    int64_t length = -1;
    r->connection = connection;
    r->method = arena_copy(r->arena, slice_of(method));
    r->chunked = exchange_header(r, "Transfer-Encoding").len > 0;
    r->body_length = slice_to_int64(exchange_header(r, "Content-Length"), &length) ? length : -1;
    if (identify(r) < 0 || find_route(r) < 0 || check_media(r) < 0) {
        return;
    }
    if (r->route->begin) {
        r->route->begin(r);
    }
}

bool exchange_request_refuse_now(const struct exchange_request *r)
{
    return r->err.code < 0 && (r->chunked || r->body_length > DROPPED_BODY);
}

bool exchange_request_collect(struct exchange_request *r, struct slice bytes)
{
    r->received += bytes.len;
    if (r->status != 0 || !r->route->collect) { /* answered already: dropped */
        return r->received <= DROPPED_BODY;
    }
    r->route->collect(r, bytes);
    return true;
}

bool exchange_request_works(struct exchange_request *r)
{
    if (r->status != 0 || !r->route->run) {
        return false;
    }
    int wait = pace_begin(r->server->rosters, r->peer->instance, r->route->costs, r->now_ms);
    if (wait > 0) {
        r->retry_after = wait;
        error_set(&r->err, EN_TOO_MANY, "one thing at a time, please");
        exchange_refuse(r, 0);
        return false;
    }
    r->paced = true;
    return true;
}

void exchange_request_run(struct exchange_request *r)
{
    r->route->run(r);
    pace_end(r->server->rosters, r->peer->instance);
    r->paced = false;
}

/* ---- the answer ---- */

static bool add(struct MHD_Response *response, const char *name, const char *value)
{
    return MHD_add_response_header(response, name, value) == MHD_YES;
}

static bool add_headers(const struct exchange_request *r, struct MHD_Response *response)
{
    char text[128];
    bool ok = add(response, "Cache-Control", "no-store") &&
              add(response, "X-Content-Type-Options", "nosniff");
    if (r->type) {
        ok = ok && add(response, "Content-Type", r->type);
    }
    if (r->allow) {
        ok = ok && add(response, "Allow", r->allow);
    }
    if (r->retry_after > 0) {
        snprintf(text, sizeof(text), "%d", r->retry_after);
        ok = ok && add(response, "Retry-After", text);
    }
    if (r->type && r->fd_size > 0) {
        snprintf(text, sizeof(text), "\"%s\"", r->etag);
        ok = ok && add(response, "ETag", text) && add(response, "Accept-Ranges", "bytes");
    }
    if (r->status == 206) {
        snprintf(text, sizeof(text), "bytes %lld-%lld/%lld", (long long)r->fd_from,
                 (long long)r->fd_size - 1, (long long)r->fd_size);
        ok = ok && add(response, "Content-Range", text);
    }
    return ok;
}

static struct MHD_Response *make_response(struct exchange_request *r)
{
    if (r->fd >= 0) {
        struct MHD_Response *response = MHD_create_response_from_fd_at_offset64(
            (uint64_t)(r->fd_size - r->fd_from), r->fd, (uint64_t)r->fd_from);
        r->fd = response ? -1 : r->fd; /* the library closes it */
        return response;
    }
    size_t len = 0;
    char *bytes = buf_take(&r->answer, &len);
    struct MHD_Response *response = MHD_create_response_from_buffer(
        bytes ? len : 0, bytes ? (void *)bytes : (void *)(uintptr_t) "",
        bytes ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
    if (!response) {
        free(bytes);
    }
    return response;
}

enum MHD_Result exchange_answer(struct exchange_request *r)
{
    if (r->status == 0 || r->err.code < 0) {
        r->status = r->status ? r->status : error_code_info(r->err.code)->http_status;
        buf_clear(&r->answer);
        problem_write(&r->err, r->status, (struct slice){ 0 }, false, &r->answer);
        r->type = "application/problem+json";
        r->fd_size = 0;
    }
    struct MHD_Response *response = make_response(r);
    if (!response) {
        return MHD_NO;
    }
    enum MHD_Result rc = add_headers(r, response)
                             ? MHD_queue_response(r->connection, (unsigned)r->status, response)
                             : MHD_NO;
    MHD_destroy_response(response);
    r->stage = EXCHANGE_SENT;
    return rc;
}
