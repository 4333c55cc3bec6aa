/*
 * Sending answers; see response.h. Libmicrohttpd copies header values but takes over our bodies:
 * heap bytes are handed to it (MUST_FREE), constant ones are lent (PERSISTENT).
 */
#include "http/response.h"

#include "http/events.h"
#include "http/gzip.h"
#include "http/negotiate.h"
#include "http/problem.h"
#include "ops/messages.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define BINDING_TYPE "urn:nato:stanag:4778:bindinginformation:1:0"

enum { GZIP_LEAST = 1024, HASH_TEXT = 16 };

#define CSP                                                                           \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " \
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; "      \
    "frame-ancestors 'none'"

static const struct {
    const char *name, *value;
} security_headers[] = {
    /* first: an answer may have its own */
    { "Content-Security-Policy", CSP },
    { "X-Content-Type-Options", "nosniff" },
    { "Referrer-Policy", "no-referrer" },
    { "Cross-Origin-Opener-Policy", "same-origin" },
    { "Cross-Origin-Resource-Policy", "same-origin" },
    { "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()" },
};

void response_problem(struct request *r)
{
    struct answer *out = &r->answer;
    int status = r->status ? r->status : error_code_info(r->err.code)->http_status;
    buf_clear(&out->body);
    if (r->french) {
        messages_to_french(&r->err);
    }
    problem_write(&r->err, status, r->url.path, r->french, &out->body);
    out->status = status;
    out->type = "application/problem+json";
    out->constant = (struct slice){ 0 };
    out->gzip_twin = (struct slice){ 0 };
    out->etag = (struct slice){ 0 };
    out->location = (struct slice){ 0 };
    out->marking = (struct slice){ 0 };
    out->next = (struct slice){ 0 };
    out->binding = (struct slice){ 0 };
    out->filename = (struct slice){ 0 };
    out->cache = NULL;
    out->policy = NULL;
    out->language = true;
    out->may_gzip = false;
}

struct slice response_etag(struct arena *a, struct slice own, struct slice bytes)
{
    uint8_t hash[crypto_generichash_BYTES_MIN];
    char text[HASH_TEXT + 1];
    crypto_generichash(hash, sizeof(hash), (const uint8_t *)bytes.ptr, bytes.len, NULL, 0);
    sodium_bin2hex(text, sizeof(text), hash, HASH_TEXT / 2);
    return arena_printf(a, SLICE_FMT ".%s", SLICE_ARG(own), text);
}

struct slice response_etag_own(struct slice tag)
{
    struct slice s = tag;
    if (s.len > 0 && s.ptr[s.len - 1] == 'z') {
        s.len--;
    }
    if (s.len <= HASH_TEXT || s.ptr[s.len - HASH_TEXT - 1] != '.') {
        return tag;
    }
    for (size_t i = s.len - HASH_TEXT; i < s.len; i++) {
        if (!memchr("0123456789abcdef", s.ptr[i], 16)) {
            return tag;
        }
    }
    return slice_make(s.ptr, s.len - HASH_TEXT - 1);
}

static bool add(struct MHD_Response *response, const char *name, const char *value)
{
    return value && MHD_add_response_header(response, name, value) == MHD_YES;
}

/* Header values are ASCII: the bytes of accented letters are percent-encoded, as in URLs. */
static const char *header_text(struct arena *a, struct slice text)
{
    cleanup_buf struct buf out;
    buf_init(&out, LIMIT_URL);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c < 0x20 || c == 0x7F || c == '%') {
            buf_printf(&out, "%%%02X", (unsigned)(unsigned char)c);
        } else {
            buf_add_char(&out, c);
        }
    }
    return buf_failed(&out) ? NULL : arena_cstr(a, buf_slice(&out));
}

static bool add_slice(struct request *r, struct MHD_Response *response, const char *name,
                      struct slice value)
{
    return value.len == 0 || add(response, name, arena_cstr(r->arena, value));
}

static bool add_optional(struct request *r, struct MHD_Response *response, bool is_gzip)
{
    struct answer *out = &r->answer;
    bool ok = true;
    if (out->etag.len > 0) {
        struct slice tag =
            arena_printf(r->arena, "\"" SLICE_FMT "%s\"", SLICE_ARG(out->etag), is_gzip ? "z" : "");
        ok = ok && add(response, "ETag", tag.ptr);
    }
    if (out->marking.len > 0) {
        ok = ok && add(response, "X-Entente-Marking", header_text(r->arena, out->marking));
    }
    if (out->binding.len > 0) {
        struct slice value =
            arena_printf(r->arena, "binding-type=\"%s\"; binding-data-object=\"" SLICE_FMT "\"",
                         BINDING_TYPE, SLICE_ARG(out->binding));
        ok = ok && add(response, "Binding-Data", value.ptr) &&
             add(response, "Preference-Applied", "binding-data") && add(response, "Vary", "Prefer");
    }
    if (out->next.len > 0) {
        struct slice link =
            arena_printf(r->arena, "<" SLICE_FMT ">; rel=\"next\"", SLICE_ARG(out->next));
        ok = ok && add(response, "Link", link.ptr);
    }
    if (out->filename.len > 0) {
        struct slice value = arena_printf(r->arena, "attachment; filename=\"" SLICE_FMT "\"",
                                          SLICE_ARG(out->filename));
        ok = ok && add(response, "Content-Disposition", value.ptr);
    }
    if (out->retry_after > 0) {
        ok = ok && add(response, "Retry-After", arena_printf(r->arena, "%d", out->retry_after).ptr);
    }
    if (out->status == 401) {
        ok = ok && add(response, "WWW-Authenticate", "Bearer realm=\"entente\"");
    }
    ok = ok && add_slice(r, response, "Entente-As", out->as);
    if (out->as.len > 0) {
        ok = ok && add(response, "Entente-As-Narrowed", out->as_narrowed ? "true" : "false");
    }
    ok = ok && add_slice(r, response, "Location", out->location);
    ok = ok && add_slice(r, response, "Allow", out->allow);
    return ok && add_slice(r, response, "Set-Cookie", out->cookie);
}

static bool add_headers(struct request *r, struct MHD_Response *response, bool is_gzip)
{
    struct answer *out = &r->answer;
    bool ok = true;
    for (size_t i = 0; i < sizeof(security_headers) / sizeof(security_headers[0]); i++) {
        const char *value = i == 0 && out->policy ? out->policy : security_headers[i].value;
        ok = ok && add(response, security_headers[i].name, value);
    }
    if (r->server->secure) {
        ok = ok && add(response, "Strict-Transport-Security", "max-age=31536000");
    }
    ok = ok && add(response, "Cache-Control", out->cache ? out->cache : "no-store");
    ok = ok && add(response, "Vary",
                   out->cache ? "Accept-Encoding"
                              : "Accept, Accept-Language, Accept-Encoding, Cookie, Authorization");
    if (out->type) {
        ok = ok && add(response, "Content-Type", out->type);
    }
    if (out->is_stream) {
        /* Its end should be seen as an end, by the client and by proxies. */
        ok = ok && add(response, "Connection", "close");
    }
    if (out->language) {
        ok = ok && add(response, "Content-Language", r->french ? "fr" : "en");
    }
    if (is_gzip) {
        ok = ok && add(response, "Content-Encoding", "gzip");
    }
    return ok && add_optional(r, response, is_gzip);
}

/* The client has these bytes already, compressed or not. */
static bool is_unchanged(const struct request *r)
{
    const struct answer *out = &r->answer;
    if (out->etag.len == 0 || out->status != 200 || r->headers.if_none_match.len == 0 ||
        !slice_is(r->method, "GET")) {
        return false;
    }
    struct slice twin = arena_printf(r->arena, SLICE_FMT "z", SLICE_ARG(out->etag));
    return etag_listed(r->headers.if_none_match, out->etag) ||
           etag_listed(r->headers.if_none_match, twin);
}

static struct MHD_Response *lend(struct slice bytes)
{
    /* The library promises not to write to lent bytes; its parameter has no const. */
    return MHD_create_response_from_buffer(bytes.len, (void *)(uintptr_t)bytes.ptr,
                                           MHD_RESPMEM_PERSISTENT);
}

static struct MHD_Response *give(char *bytes, size_t len)
{
    struct MHD_Response *response =
        bytes ? MHD_create_response_from_buffer(len, bytes, MHD_RESPMEM_MUST_FREE) : NULL;
    if (!response) {
        free(bytes);
    }
    return response;
}

/* The body in the form that goes out. */
static struct MHD_Response *make_body(struct request *r, bool *ret_is_gzip)
{
    struct answer *out = &r->answer;
    bool wanted = negotiate_gzip(r->headers.accept_encoding);
    *ret_is_gzip = false;
    if (out->stream) {
        return events_response(r);
    }
    if (out->constant.ptr) {
        *ret_is_gzip = wanted && out->gzip_twin.len > 0;
        r->sent = *ret_is_gzip ? out->gzip_twin.len : out->constant.len;
        return lend(*ret_is_gzip ? out->gzip_twin : out->constant);
    }
    size_t len = 0;
    char *bytes = NULL;
    if (wanted && out->may_gzip && out->body.len > GZIP_LEAST) {
        bytes = gzip_compress(buf_slice(&out->body), &len);
    }
    *ret_is_gzip = bytes != NULL;
    if (!bytes && out->body.len == 0) {
        return lend(S(""));
    }
    bytes = bytes ? bytes : buf_take(&out->body, &len);
    r->sent = len;
    return give(bytes, len);
}

enum MHD_Result response_send(struct request *r)
{
    struct answer *out = &r->answer;
    bool is_gzip = false;
    struct MHD_Response *response;
    if (buf_failed(&out->body)) {
        error_set(&r->err, EN_TOO_LARGE, "the answer is too large: ask for less");
        response_problem(r);
    }
    if (is_unchanged(r)) {
        out->status = 304;
        out->type = NULL;
        response = lend(S(""));
    } else {
        response = make_body(r, &is_gzip);
    }
    r->stage = STAGE_SENT;
    r->answer_us = door_clock_us() - r->begun_us;
    if (!response) {
        return MHD_NO;
    }
    enum MHD_Result rc = MHD_NO;
    if (add_headers(r, response, is_gzip)) {
        rc = MHD_queue_response(r->connection, (unsigned)out->status, response);
    }
    MHD_destroy_response(response);
    return rc;
}
