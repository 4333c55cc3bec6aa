/*
 * What peers may ask for: our card, the inbox (a bundle for us), the outbox (a bundle for them) and
 * receipts. docs/exchange-network.md says what each answers.
 *
 * Invariant: a bundle or a receipt is believed for its own signature, never for the connection it
 * came by; the connection only says whose depot it goes through and who may have the answer.
 */
#include "http/exchange_door.h"
#include "http/negotiate.h"

#include <unistd.h>

/* What stands in err is of something that was tried on the way, not of the answer. */
static int succeed(struct exchange_request *r, int status, const char *type)
{
    error_clear(&r->err);
    r->status = status;
    r->type = type;
    return 0;
}

/* ---- card ---- */

static int run_card(struct exchange_request *r)
{
    const struct exchange_calls *calls = r->server->options.calls;
    if (calls->card(calls->context, r->arena, r->now_ms, &r->err, &r->answer) < 0) {
        return exchange_refuse_taking(r, "there is no card now");
    }
    return succeed(r, 200, "application/json");
}

/* ---- inbox ---- */

static int answer_have(struct exchange_request *r, int status, int64_t have, bool answered)
{
    struct json_writer w;
    jw_init(&w, &r->answer);
    jw_object(&w);
    jw_key_int(&w, "have", have);
    jw_key_bool(&w, "answered", answered);
    jw_object_end(&w);
    return succeed(r, status, "application/json");
}

static bool has_receipt(struct exchange_request *r)
{
    struct buf receipt cleanup_buf = { 0 };
    buf_init(&receipt, LIMIT_RECEIPT);
    return depot_receipt_get(r->server->options.depot, r->peer->instance, r->name, NULL,
                             &receipt) == 0;
}

static int begin_inbox_get(struct exchange_request *r)
{
    int64_t have = depot_have(r->server->options.depot, DEPOT_IN, r->peer->instance, r->name);
    return answer_have(r, 200, have, has_receipt(r));
}

static int read_number(struct exchange_request *r, const char *name, int64_t *ret)
{
    struct slice text = json_get_text(r->parameters, name);
    if (!slice_to_int64(text, ret) || *ret < 0 || memchr(text.ptr, '+', text.len)) {
        error_field(&r->err, slice_of(name), REASON_FORMAT, "a number of bytes");
        return exchange_refuse(r, 400);
    }
    return 0;
}

/* Where this part of the upload stands in the whole; nothing of it is read yet. */
static int begin_inbox_put(struct exchange_request *r)
{
    int64_t offset = 0, size = 0;
    if (read_number(r, "offset", &offset) < 0 || read_number(r, "length", &r->part_length) < 0) {
        return r->err.code;
    }
    if (r->part_length > LIMIT_BUNDLE || r->part_length == 0) {
        error_set(&r->err, EN_TOO_LARGE, "a bundle has 1 to %d bytes", LIMIT_BUNDLE);
        return exchange_refuse(r, 0);
    }
    if (offset > r->part_length || r->body_length > r->part_length - offset) {
        error_field(&r->err, S("offset"), REASON_RANGE, "within the length");
        return exchange_refuse(r, 400);
    }
    if (upload_begin(r, &size) < 0) {
        r->retry_after = 1;
        return exchange_refuse(r, 0);
    }
    if (size != offset) {
        error_set(&r->err, EN_CONFLICT, "the bundle goes on at %lld", (long long)size);
        return exchange_refuse(r, 0);
    }
    return 0;
}

static int collect_part(struct exchange_request *r, struct slice bytes)
{
    return upload_append(r, bytes) < 0 ? exchange_refuse(r, 0) : 0;
}

/* The receipt is kept for a peer that does not hear it; that it cannot be kept harms nothing. */
static int take_bundle(struct exchange_request *r, struct slice bundle)
{
    const struct exchange_calls *calls = r->server->options.calls;
    struct buf outcome cleanup_buf = { 0 };
    enum carry_again again = CARRY_DONE;
    buf_init(&outcome, LIMIT_RESPONSE);
    int code = calls->take(calls->context, r->arena, r->peer, bundle, r->now_ms, &r->err,
                           &r->answer, &outcome, &again);
    if (code < 0) {
        return exchange_refuse_taking(r, "the bundle does not hold, or is not from you for us");
    }
    depot_receipt_put(r->server->options.depot, r->peer->instance, r->name, buf_slice(&r->answer),
                      NULL);
    return succeed(r, 200, RECEIPT_MEDIA);
}

/* What came is whole and another thing than was announced: the sender's fault, none of our files.
 */
static int refuse_content(struct exchange_request *r)
{
    if (r->err.code == EN_CORRUPT) {
        error_clear(&r->err);
        error_set(&r->err, EN_INVALID, "the content does not have the hash it was announced under");
    }
    return exchange_refuse(r, 0);
}

static int run_inbox_put(struct exchange_request *r)
{
    struct slice bundle = { 0 };
    if (upload_seal(r) < 0) {
        return exchange_refuse(r, 0);
    }
    if (depot_part_size(r->part) < r->part_length) {
        int64_t have = depot_part_size(r->part);
        upload_end(r, /* keep= */ true);
        return answer_have(r, 202, have, false);
    }
    if (depot_part_whole(r->part, &r->err, &bundle) < 0) {
        refuse_content(r);
    } else {
        take_bundle(r, bundle);
    }
    int code = r->err.code;
    upload_end(r, /* keep= */ code == EN_NO_MEMORY || code == EN_IO || code == EN_BUSY);
    return code;
}

/* ---- outbox ---- */

/* "bytes=100-", whose If-Range names the kept bundle. */
static bool wants_rest(const struct exchange_request *r, const char *kept, int64_t *ret_from)
{
    struct slice range = exchange_header(r, "Range"), tag = exchange_header(r, "If-Range");
    struct slice prefix = S("bytes=");
    if (!slice_starts(range, prefix) || range.len < prefix.len + 2 ||
        range.ptr[range.len - 1] != '-' || tag.len != DEPOT_HASH_TEXT + 2 || tag.ptr[0] != '"' ||
        memcmp(tag.ptr + 1, kept, DEPOT_HASH_TEXT) != 0) {
        return false;
    }
    struct slice from = slice_make(range.ptr + prefix.len, range.len - prefix.len - 1);
    return from.ptr[0] != '+' && slice_to_int64(from, ret_from) && *ret_from >= 0;
}

static int answer_kept(struct exchange_request *r, int fd, int64_t from, int64_t size)
{
    if (from >= size) {
        close(fd);
        error_set(&r->err, EN_CONFLICT, "the bundle ends before");
        return exchange_refuse(r, 416);
    }
    r->fd = fd;
    r->fd_from = from;
    r->fd_size = size;
    return succeed(r, from > 0 ? 206 : 200, BUNDLE_MEDIA);
}

/* A part of a bundle that was begun is answered at once; a new one is made by a worker. */
static int begin_outbox(struct exchange_request *r)
{
    int64_t size = 0, from = 0;
    int fd = depot_kept(r->server->options.depot, DEPOT_OUT, r->peer->instance, r->now_ms,
                        LIMIT_EXCHANGE_RESUME_S, r->etag, &size);
    if (fd >= 0 && wants_rest(r, r->etag, &from)) {
        return answer_kept(r, fd, from, size);
    }
    if (fd >= 0) {
        close(fd);
    }
    return 0;
}

static int run_outbox(struct exchange_request *r)
{
    const struct exchange_calls *calls = r->server->options.calls;
    struct depot *depot = r->server->options.depot;
    struct buf bundle cleanup_buf = { 0 };
    int64_t size = 0;
    buf_init(&bundle, LIMIT_BUNDLE);
    int code = calls->make(calls->context, r->arena, r->peer, r->now_ms, &r->err, &bundle);
    if (code == 0 && buf_failed(&bundle)) {
        code = error_set(&r->err, EN_NO_MEMORY, "bundle");
    }
    if (code < 0) {
        return exchange_refuse_taking(r, "there is no bundle for you");
    }
    if (bundle.len == 0) {
        return succeed(r, 204, NULL);
    }
    if (depot_keep(depot, DEPOT_OUT, r->peer->instance, buf_slice(&bundle), &r->err, r->etag) < 0) {
        return exchange_refuse(r, 0);
    }
    int fd = depot_kept(depot, DEPOT_OUT, r->peer->instance, r->now_ms, LIMIT_EXCHANGE_RESUME_S,
                        r->etag, &size);
    if (fd < 0) {
        error_set(&r->err, EN_IO, "the bundle is gone");
        return exchange_refuse(r, 0);
    }
    return answer_kept(r, fd, 0, size);
}

/* ---- receipts ---- */

static int begin_receipt_get(struct exchange_request *r)
{
    int code = depot_receipt_get(r->server->options.depot, r->peer->instance, r->name, &r->err,
                                 &r->answer);
    if (code < 0) {
        return exchange_refuse(r, 0);
    }
    return succeed(r, 200, RECEIPT_MEDIA);
}

static int begin_receipt_post(struct exchange_request *r)
{
    buf_init(&r->body, LIMIT_RECEIPT);
    if (r->body_length > LIMIT_RECEIPT) {
        error_set(&r->err, EN_TOO_LARGE, "the body is larger than %zu bytes", r->body.max);
        return exchange_refuse(r, 0);
    }
    return 0;
}

static int collect_receipt(struct exchange_request *r, struct slice bytes)
{
    buf_add(&r->body, bytes);
    if (buf_failed(&r->body)) {
        error_set(&r->err, EN_TOO_LARGE, "the body is larger than %zu bytes", r->body.max);
        return exchange_refuse(r, 0);
    }
    return 0;
}

static int run_receipt_post(struct exchange_request *r)
{
    const struct exchange_calls *calls = r->server->options.calls;
    struct buf outcome cleanup_buf = { 0 };
    enum carry_again again = CARRY_DONE;
    buf_init(&outcome, LIMIT_RESPONSE);
    if (calls->receipt(calls->context, r->arena, r->peer, buf_slice(&r->body), r->now_ms, &r->err,
                       &outcome, &again) < 0) {
        return exchange_refuse_taking(r, "the receipt does not hold, or is not yours");
    }
    depot_drop(r->server->options.depot, DEPOT_OUT, r->peer->instance);
    return succeed(r, 204, NULL);
}

/* ---- the table ---- */

static const struct exchange_route routes[] = {
    { .method = "GET", .path = "/card", .run = run_card },
    { .method = "GET", .path = "/inbox/", .begin = begin_inbox_get },
    { .method = "PUT",
      .path = "/inbox/",
      .takes = BUNDLE_MEDIA,
      .begin = begin_inbox_put,
      .collect = collect_part,
      .run = run_inbox_put,
      .costs = true },
    { .method = "GET", .path = "/outbox", .begin = begin_outbox, .run = run_outbox, .costs = true },
    { .method = "GET", .path = "/receipts/", .begin = begin_receipt_get },
    { .method = "POST",
      .path = "/receipts",
      .takes = RECEIPT_MEDIA,
      .begin = begin_receipt_post,
      .collect = collect_receipt,
      .run = run_receipt_post,
      .costs = true },
};

static bool fits(const struct exchange_route *route, struct slice path, struct slice *ret_name)
{
    struct slice own = slice_of(route->path);
    if (own.ptr[own.len - 1] != '/') {
        return slice_eq(path, own);
    }
    if (!slice_starts(path, own)) {
        return false;
    }
    *ret_name = slice_make(path.ptr + own.len, path.len - own.len);
    return depot_is_hash(*ret_name);
}

const struct exchange_route *exchange_route_find(struct slice method, struct slice path,
                                                 struct slice *ret_name, const char **ret_allow)
{
    struct slice prefix = S(EXCHANGE_PATH);
    *ret_allow = NULL;
    if (!slice_starts(path, prefix)) {
        return NULL;
    }
    struct slice rest = slice_make(path.ptr + prefix.len, path.len - prefix.len);
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        if (!fits(&routes[i], rest, ret_name)) {
            continue;
        }
        if (slice_is(method, routes[i].method)) {
            return &routes[i];
        }
        *ret_allow = *ret_allow ? "GET, PUT" : routes[i].method;
    }
    return NULL;
}
