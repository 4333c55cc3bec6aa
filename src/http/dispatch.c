/*
 * Running a request and making its answer; see dispatch.h.
 */
#include "http/dispatch.h"

#include "base/percent.h"
#include "http/login.h"
#include "http/negotiate.h"
#include "http/problem.h"
#include "http/request.h"
#include "http/response.h"
#include "http/routes.h"

#include <sodium.h>

/* The text of a top-level member of an object that this program wrote; quotes and escapes are
 * skipped over, not decoded (cursors have none). */
static struct slice top_text(struct slice json, const char *name)
{
    unsigned depth = 0;
    struct slice key = { 0 };
    for (size_t i = 0; i < json.len; i++) {
        char c = json.ptr[i];
        if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth--;
        } else if (c == ',') {
            key.len = 0;
        }
        if (c != '"') {
            continue;
        }
        size_t begin = ++i;
        while (i < json.len && json.ptr[i] != '"') {
            i += json.ptr[i] == '\\' ? 2 : 1;
        }
        if (depth != 1 || i >= json.len) {
            continue;
        }
        struct slice text = slice_make(json.ptr + begin, i - begin);
        if (slice_is(key, name)) {
            return text;
        }
        key = key.len == 0 ? text : key;
    }
    return (struct slice){ 0 };
}

/* The address of the next page: this one with another cursor. */
static void link_next(struct request *r)
{
    struct slice cursor = top_text(buf_slice(&r->answer.body), "next");
    if (cursor.len == 0) {
        return;
    }
    cleanup_buf struct buf out;
    buf_init(&out, LIMIT_URL);
    struct slice query = r->url.query;
    struct slice rest = r->target;
    buf_add(&out, slice_cut(&rest, '?'));
    buf_add_char(&out, '?');
    while (query.len > 0) {
        struct slice part = slice_cut(&query, '&');
        if (part.len > 0 && !slice_starts(part, S("cursor="))) {
            buf_add(&out, part);
            buf_add_char(&out, '&');
        }
    }
    buf_add_cstr(&out, "cursor=");
    percent_encode(&out, cursor);
    if (!buf_failed(&out)) {
        r->answer.next = arena_copy(r->arena, buf_slice(&out));
    }
}

/* "actors.csv" for /api/v1/actors.csv; other media get the last word of the path. */
static struct slice last_segment(struct slice path)
{
    size_t from = path.len;
    while (from > 0 && path.ptr[from - 1] != '/') {
        from--;
    }
    struct slice name = slice_make(path.ptr + from, path.len - from);
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (c < 0x20 || c == '"' || c == '\\' || c == 0x7F) {
            return S("export");
        }
    }
    return name;
}

/* A page of an operation has its style within it, and neither scripts nor anything from elsewhere.
 */
#define PAGE_POLICY                                                                        \
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; " \
    "frame-ancestors 'none'; sandbox allow-modals"

/* Texts whose bytes are UTF-8, as their type says. */
static const struct {
    const char *media, *type, *filename;
} texts[] = {
    { "text/csv", "text/csv; charset=utf-8; header=present", NULL },
    { "text/html", "text/html; charset=utf-8", NULL },
    { "text/plain", "text/plain; charset=utf-8", NULL },
    { "text/vcard", "text/vcard; charset=utf-8", "contact.vcf" },
    { "text/calendar", "text/calendar; charset=utf-8", NULL },
};

static void answer_media(struct request *r, const struct operation *op)
{
    struct answer *out = &r->answer;
    struct slice media = slice_of(op->media ? op->media : "application/json");
    out->type = media.ptr;
    if (!slice_is(media, "application/json")) {
        out->filename = last_segment(r->url.path);
    }
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (slice_is(media, texts[i].media)) {
            out->type = texts[i].type;
            out->filename = texts[i].filename ? slice_of(texts[i].filename) : out->filename;
        }
    }
    if (slice_is(media, "text/html")) { /* shown, not saved */
        out->filename = (struct slice){ 0 };
        out->policy = PAGE_POLICY;
    }
    out->may_gzip = true;
}

enum { BINDING_MAX = 12 * 1024 }; /* as base64 half of what all headers may have */

/* "Prefer: binding-data" (RFC 7240): the answer's label, signed together with its bytes. */
static bool wants_binding(const struct request *r)
{
    struct slice rest = r->headers.prefer;
    while (rest.len > 0) {
        struct slice one = slice_cut(&rest, ',');
        if (slice_eq_fold(slice_trim(slice_cut(&one, ';')), S("binding-data"))) {
            return true;
        }
    }
    return false;
}

static int add_binding(struct request *r, struct call *c)
{
    struct buf binding cleanup_buf = { 0 };
    buf_init(&binding, BINDING_MAX);
    struct slice bytes = buf_slice(&r->answer.body);
    struct slice media = slice_of(c->operation->media ? c->operation->media : "application/json");
    int code = ops_bind(c, r->url.path, media, bytes, &binding);
    if (code != 0) {
        return code;
    }
    size_t size = sodium_base64_ENCODED_LEN(binding.len, sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_alloc(r->arena, size);
    if (!text) {
        return error_set(&r->err, EN_NO_MEMORY, "no memory for the binding");
    }
    sodium_bin2base64(text, size, (const uint8_t *)binding.ptr, binding.len,
                      sodium_base64_VARIANT_ORIGINAL);
    r->answer.binding = slice_make(text, size - 1);
    return 0;
}

static int answer_operation(struct request *r, const struct operation *op, const struct call *c)
{
    struct answer *out = &r->answer;
    out->marking = r->french ? c->marking_fr : c->marking_en;
    out->location = c->location;
    out->as = c->as_peer;
    out->as_narrowed = c->as_narrowed;
    if (op->flags & OP_EMPTY) {
        buf_clear(&out->body);
        out->status = 204;
        return 0;
    }
    out->status = op->flags & OP_CREATED ? 201 : 200;
    answer_media(r, op);
    if (r->session.len > 0 && strcmp(op->name, "me") == 0 && login_add_csrf(r) != 0) {
        return r->err.code;
    }
    if (op->flags & OP_PAGED) {
        link_next(r);
    }
    if (slice_is(r->method, "GET") || c->etag.len > 0) {
        out->etag = response_etag(r->arena, c->etag, buf_slice(&out->body));
    }
    return 0;
}

int dispatch_operation(struct request *r, const struct operation *op, const struct json *body)
{
    struct call c = {
        .node = r->server->options.node,
        .operation = op,
        .viewer = r->viewer,
        .arena = r->arena,
        .now_ms = when_clock_ms(),
        .french = r->french,
        .parameters = op == r->operation ? r->parameters : json_new_object(r->arena),
        .body = body,
        .raw = op->flags & OP_RAW_BODY ? buf_slice(&r->body) : (struct slice){ 0 },
        .idempotency_key = r->headers.idempotency_key,
        .as = op == r->operation ? r->headers.as : (struct slice){ 0 },
        .out = &r->answer.body,
        .err = &r->err,
    };
    struct slice tag;
    if (r->headers.if_match.len > 0) {
        if (!etag_single(r->headers.if_match, &tag)) {
            error_set(&r->err, EN_INVALID, "If-Match must be one strong entity tag");
            return request_refuse(r, 400);
        }
        c.if_match = response_etag_own(tag);
    }
    int rc = ops_run(&c);
    if (rc != 0) {
        r->err.code = rc;
        return rc;
    }
    rc = answer_operation(r, op, &c);
    bool document = slice_is(r->method, "GET") || (op->flags & OP_WRITE && op->media);
    if (rc == 0 && c.label && document && wants_binding(r)) {
        rc = add_binding(r, &c);
    }
    return rc;
}

/* A new password signs out whoever knew the old one, but for the session that made it. */
static void end_sessions(struct request *r, const struct json *body)
{
    const char *name = r->operation->name;
    struct uuid user = r->viewer ? r->viewer->user : (struct uuid){ { 0 } };
    const struct json *password = json_get(body, "password");
    bool own = strcmp(name, "password") == 0;
    bool reset = strcmp(name, "user.change") == 0 && password && password->type == JSON_STRING &&
                 uuid_parse(json_get_text(r->parameters, "id"), &user);
    if (own || reset) {
        sessions_end_user(r->server->sessions, user, r->session);
    }
}

static int run_operation(struct request *r)
{
    struct json *body = NULL;
    if (request_takes_json(r) && r->body.len > 0) {
        int rc = json_parse(r->arena, buf_slice(&r->body), &r->err, &body);
        if (rc != 0) {
            return request_refuse(r, rc == EN_INVALID ? 400 : 0);
        }
    }
    int rc = dispatch_operation(r, r->operation, body);
    if (rc == 0) {
        end_sessions(r, body);
    }
    return rc;
}

static void log_fault(const struct request *r)
{
    log_line(LOG_ERROR, "fault",
             log_text("operation", slice_of(r->operation ? r->operation->name : "door")),
             log_text("code", slice_of(error_code_info(r->err.code)->word)),
             log_text("message", slice_of(r->err.message)),
             log_text("origin", slice_of(r->err.origin ? r->err.origin : "")));
}

void dispatch_run(struct request *r)
{
    int rc = r->err.code;
    if (!r->refused && r->answer.status == 0) {
        rc = r->operation ? run_operation(r) : r->route ? r->route->handle(r) : routes_page(r);
    }
    if (r->refused || rc != 0) {
        if (problem_is_fault(r->err.code)) {
            log_fault(r);
        }
        response_problem(r);
    }
}
