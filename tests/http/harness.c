/*
 * The shared parts of the door's tests; see harness.h.
 */
#include "harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct static_file pages[] = {
    { "/assets/app-12ab34cd.js", "text/javascript; charset=utf-8", "tag1", true, "let a=1;", 8,
      "\037\213packed", 8 },
    { "/index.html", "text/html; charset=utf-8", "tag2", false, "<!doctype html>", 15, NULL, 0 },
};

int harness_start(void **state)
{
    struct harness *h = calloc(1, sizeof(*h));
    h->node = fake_node_new();
    buf_init(&h->reply, 64 * 1024 * 1024);
    struct error err = { 0 };
    const struct http_options options = {
        .node = h->node,
        .operations = fake_operations(),
        .files = pages,
        .file_count = sizeof(pages) / sizeof(pages[0]),
        .threads = 2,
        .log_level = LOG_ERROR,
    };
    if (http_serve(&options, &err, &h->server) != 0) {
        print_error("%s\n", err.message);
        return -1;
    }
    h->port = http_port(h->server);
    *state = h;
    return 0;
}

int harness_stop(void **state)
{
    struct harness *h = *state;
    http_stop(h->server);
    fake_node_free(h->node);
    buf_done(&h->reply);
    free(h);
    return 0;
}

int ask(struct harness *h, const char *method, const char *path, const char *headers,
        const char *body)
{
    cleanup_buf struct buf out;
    buf_init(&out, 64 * 1024 * 1024);
    buf_printf(&out, "%s %s HTTP/1.1\r\nHost: localhost:%u\r\nConnection: close\r\n%s", method,
               path, (unsigned)h->port, headers ? headers : "");
    if (body) {
        buf_printf(&out, "Content-Length: %zu\r\n\r\n", strlen(body));
        buf_add_cstr(&out, body);
    } else {
        buf_add_cstr(&out, "\r\n");
    }
    client_exchange(h->port, buf_slice(&out), &h->reply);
    return reply_status(&h->reply);
}

bool reply_has(const struct harness *h, const char *text)
{
    struct slice body = reply_body(&h->reply);
    return memmem(body.ptr, body.len, text, strlen(text)) != NULL;
}

struct browser sign_in(struct harness *h, const char *name)
{
    struct browser b = { 0 };
    char body[160];
    snprintf(body, sizeof(body), "{\"username\":\"%s\",\"password\":\"correct horse\"}", name);
    assert_int_equal(ask(h, "POST", "/api/v1/login", "Content-Type: application/json\r\n", body),
                     200);
    struct slice cookie = reply_header(&h->reply, "Set-Cookie");
    cookie = slice_cut(&cookie, ';');
    snprintf(b.cookie, sizeof(b.cookie), "Cookie: " SLICE_FMT "\r\n", SLICE_ARG(cookie));
    struct slice body_text = reply_body(&h->reply);
    const char *csrf = memmem(body_text.ptr, body_text.len, "\"csrf\":\"", 8);
    assert_non_null(csrf);
    snprintf(b.both, sizeof(b.both), "%sX-Entente-CSRF: %.43s\r\n", b.cookie, csrf + 8);
    return b;
}
