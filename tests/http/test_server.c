/*
 * The running door over a raw socket: routing, answers, refusals, and clients that do not behave.
 */
#include "harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <zlib.h>

#include <cmocka.h>

#define READER "Authorization: Bearer ent_reader\r\n"
#define WRITER "Authorization: Bearer ent_contributor\r\n"
#define STEWARD "Authorization: Bearer ent_steward\r\n"
#define JSON "Content-Type: application/json\r\n"

#define assert_header(h, name, text) \
    assert_true(slice_is(reply_header(&(h)->reply, (name)), (text)))

static void an_operation_gets_its_parameters_and_answers_json(void **state)
{
    struct harness *h = *state;
    assert_int_equal(ask(h, "GET", "/api/v1/things?q=a%20b+c&n=%C3%A9", READER, NULL), 200);
    assert_true(reply_has(h, "\"parameters\":{\"q\":\"a b c\",\"n\":\"\xC3\xA9\"}"));
    assert_header(h, "Content-Type", "application/json");
    assert_header(h, "Cache-Control", "no-store");
    assert_header(h, "X-Entente-Marking", "UNCLASSIFIED // 100%25");
    assert_header(h, "Vary", "Accept, Accept-Language, Accept-Encoding, Cookie, Authorization");
}

static void a_path_parameter_reaches_its_operation(void **state)
{
    struct harness *h = *state;
    assert_int_equal(ask(h, "GET", "/api/v1/things/0190", READER, NULL), 200);
    assert_true(reply_has(h, "\"id\":\"0190\""));
}

static void a_paged_answer_links_to_its_next_page(void **state)
{
    struct harness *h = *state;
    assert_int_equal(ask(h, "GET", "/api/v1/things?limit=2&cursor=old&q=%2F", READER, NULL), 200);
    assert_header(h, "Link", "</api/v1/things?limit=2&q=%2F&cursor=c%2B1>; rel=\"next\"");
}

static void a_creation_answers_201_with_location_and_tag(void **state)
{
    struct harness *h = *state;
    assert_int_equal(
        ask(h, "POST", "/api/v1/things", WRITER JSON "Idempotency-Key: k1\r\n", "{\"a\":1}"), 201);
    assert_header(h, "Location", "/api/v1/things/1");
    assert_true(slice_starts(reply_header(&h->reply, "ETag"), S("\"v7.")));
    assert_true(reply_has(h, "\"idempotency_key\":\"k1\""));
    assert_true(reply_has(h, "\"body\":{\"a\":1}"));
}

static void an_empty_answer_is_204_without_a_body(void **state)
{
    struct harness *h = *state;
    assert_int_equal(ask(h, "POST", "/api/v1/things/drop", WRITER, NULL), 204);
    assert_int_equal(reply_body(&h->reply).len, 0);
    assert_header(h, "Content-Length", "");
}

static void if_match_gives_the_operation_its_own_tag_back(void **state)
{
    struct harness *h = *state;
    char headers[512];
    assert_int_equal(ask(h, "GET", "/api/v1/things/1", READER, NULL), 200);
    snprintf(headers, sizeof(headers),
             WRITER "Content-Type: application/merge-patch+json\r\n"
                    "If-Match: " SLICE_FMT "\r\n",
             SLICE_ARG(reply_header(&h->reply, "ETag")));
    assert_int_equal(ask(h, "PATCH", "/api/v1/things/1", headers, "{}"), 200);
    assert_true(reply_has(h, "\"if_match\":\"v7\""));
    assert_int_equal(ask(h, "PATCH", "/api/v1/things/1", WRITER JSON "If-Match: \"v9\"\r\n", "{}"),
                     200);
    assert_true(reply_has(h, "\"if_match\":\"v9\""));
    assert_int_equal(
        ask(h, "PATCH", "/api/v1/things/1", WRITER JSON "If-Match: W/\"v9\"\r\n", "{}"), 400);
}

static void an_unchanged_answer_is_304(void **state)
{
    struct harness *h = *state;
    char headers[512];
    assert_int_equal(ask(h, "GET", "/api/v1/things/1", READER, NULL), 200);
    struct slice tag = reply_header(&h->reply, "ETag");
    snprintf(headers, sizeof(headers), READER "If-None-Match: \"x\", " SLICE_FMT "\r\n",
             SLICE_ARG(tag));
    assert_int_equal(ask(h, "GET", "/api/v1/things/1", headers, NULL), 304);
    assert_int_equal(reply_body(&h->reply).len, 0);
    assert_int_equal(ask(h, "GET", "/api/v1/things/2", headers, NULL), 200);
}

static void a_large_answer_is_compressed_when_the_client_agrees(void **state)
{
    struct harness *h = *state;
    assert_int_equal(ask(h, "GET", "/api/v1/big", NULL, NULL), 200);
    assert_header(h, "Content-Encoding", "");
    struct slice plain = reply_body(&h->reply);
    char *kept = malloc(plain.len);
    size_t kept_len = plain.len;
    memcpy(kept, plain.ptr, plain.len);

    assert_int_equal(ask(h, "GET", "/api/v1/big", "Accept-Encoding: br, gzip\r\n", NULL), 200);
    assert_header(h, "Content-Encoding", "gzip");
    struct slice packed = reply_body(&h->reply);
    assert_true(packed.len < kept_len / 10);
    z_stream z = { .next_in = (Bytef *)(uintptr_t)packed.ptr, .avail_in = (uInt)packed.len };
    char *out = malloc(kept_len + 1);
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)kept_len + 1;
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.total_out, kept_len);
    assert_memory_equal(out, kept, kept_len);
    inflateEnd(&z);
    free(out);
    free(kept);
    assert_int_equal(ask(h, "GET", "/api/v1/big", "Accept-Encoding: gzip;q=0\r\n", NULL), 200);
    assert_header(h, "Content-Encoding", "");
}

static void csv_is_offered_as_a_file(void **state)
{
    struct harness *h = *state;
    assert_int_equal(ask(h, "GET", "/api/v1/things.csv", READER, NULL), 200);
    assert_header(h, "Content-Type", "text/csv; charset=utf-8; header=present");
    assert_header(h, "Content-Disposition", "attachment; filename=\"things.csv\"");
}

static void head_answers_like_get_without_the_body(void **state)
{
    struct harness *h = *state;
    assert_int_equal(ask(h, "GET", "/api/v1/things", READER, NULL), 200);
    char length[16];
    snprintf(length, sizeof(length), SLICE_FMT,
             SLICE_ARG(reply_header(&h->reply, "Content-Length")));
    assert_int_equal(ask(h, "HEAD", "/api/v1/things", READER, NULL), 200);
    assert_header(h, "Content-Length", length);
    assert_int_equal(reply_body(&h->reply).len, 0);
}

static void options_lists_the_methods(void **state)
{
    struct harness *h = *state;
    assert_int_equal(ask(h, "OPTIONS", "/api/v1/things", NULL, NULL), 204);
    assert_header(h, "Allow", "GET, HEAD, POST, OPTIONS");
    assert_int_equal(ask(h, "OPTIONS", "/", NULL, NULL), 204);
    assert_header(h, "Allow", "GET, HEAD, OPTIONS");
}

static void a_wrong_method_is_405_and_says_which_are_right(void **state)
{
    struct harness *h = *state;
    assert_int_equal(ask(h, "DELETE", "/api/v1/things/1", READER, NULL), 405);
    assert_header(h, "Allow", "PATCH, GET, HEAD, OPTIONS");
    assert_int_equal(ask(h, "TRACE", "/api/v1/things", READER, NULL), 405);
    assert_int_equal(ask(h, "POST", "/", NULL, NULL), 405);
    assert_int_equal(ask(h, "GET", "/api/v1/login", NULL, NULL), 405);
    assert_header(h, "Allow", "POST, OPTIONS");
}

static void unknown_addresses_are_404_under_api(void **state)
{
    struct harness *h = *state;
    assert_int_equal(ask(h, "GET", "/api/v1/nothing", READER, NULL), 404);
    assert_int_equal(ask(h, "GET", "/api", READER, NULL), 404);
    assert_header(h, "Content-Type", "application/problem+json");
}

static void nobody_is_401_and_a_wrong_role_403(void **state)
{
    struct harness *h = *state;
    assert_int_equal(ask(h, "GET", "/api/v1/things", NULL, NULL), 401);
    assert_header(h, "WWW-Authenticate", "Bearer realm=\"entente\"");
    assert_int_equal(ask(h, "GET", "/api/v1/things", "Authorization: Bearer no\r\n", NULL), 401);
    assert_int_equal(ask(h, "GET", "/api/v1/things", "Authorization: Basic YTpi\r\n", NULL), 401);
    assert_int_equal(ask(h, "POST", "/api/v1/things", READER JSON, "{}"), 403);
}

static void problems_speak_english_and_french(void **state)
{
    struct harness *h = *state;
    assert_int_equal(ask(h, "GET", "/api/v1/fail?code=-4", NULL, NULL), 404);
    assert_true(reply_has(h, "{\"type\":\"/problems/not-found\",\"title\":\"Not found\","
                             "\"status\":404,\"detail\":\"the inner words\","
                             "\"code\":\"not-found\",\"instance\":\"/api/v1/fail\"}"));
    assert_header(h, "Content-Language", "en");
    assert_int_equal(
        ask(h, "GET", "/api/v1/fail?code=-1", "Accept-Language: de, fr-CA;q=0.9\r\n", NULL), 422);
    assert_true(reply_has(h, "\"errors\":[{\"pointer\":\"/name_en\",\"code\":\"too-long\","
                             "\"detail\":\"est trop long : 300\"}]"));
    assert_header(h, "Content-Language", "fr");
}

static void what_the_door_itself_refuses_is_said_in_french_too(void **state)
{
    struct harness *h = *state;
    static const char french[] = "Accept-Language: fr\r\n";
    assert_int_equal(ask(h, "GET", "/api/v1/nothing", french, NULL), 404);
    assert_true(reply_has(h, "\"detail\":\"cette adresse n'existe pas\""));
    assert_int_equal(ask(h, "POST", "/api/v1/login",
                         "Accept-Language: fr\r\nContent-Type: application/json\r\n", "{bad"),
                     400);
    assert_true(reply_has(h, "\"detail\":\"JSON, ligne 1, colonne 2 : un nom entre guillemets est "
                             "attendu\""));
    assert_int_equal(ask(h, "GET", "/api/v1/things?limit=1&limit=2",
                         "Authorization: Bearer ent_lectrice\r\n", NULL),
                     400);
    assert_true(reply_has(h, "\"detail\":\"limit figure deux fois\""));
}

static void the_user_s_language_counts_when_the_request_states_none(void **state)
{
    struct harness *h = *state;
    const char *who = "Authorization: Bearer ent_lectrice\r\n";
    assert_int_equal(ask(h, "GET", "/api/v1/things", who, NULL), 200);
    assert_true(reply_has(h, "\"french\":true"));
    assert_header(h, "X-Entente-Marking", "NON CLASSIFI%C3%89");
}

static void a_fault_inside_stays_inside(void **state)
{
    struct harness *h = *state;
    assert_int_equal(ask(h, "GET", "/api/v1/fail?code=-16", NULL, NULL), 500);
    assert_false(reply_has(h, "inner"));
    assert_int_equal(ask(h, "GET", "/api/v1/overflow", NULL, NULL), 413);
}

static void every_answer_has_the_security_headers(void **state)
{
    struct harness *h = *state;
    const char *const paths[] = { "/", "/api/v1/things", "/healthz", "/nowhere.js", "/%zz" };
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        assert_true(ask(h, "GET", paths[i], NULL, NULL) >= 200);
        assert_true(slice_starts(reply_header(&h->reply, "Content-Security-Policy"),
                                 S("default-src 'none'; script-src 'self';")));
        assert_header(h, "X-Content-Type-Options", "nosniff");
        assert_header(h, "Referrer-Policy", "no-referrer");
        assert_header(h, "Cross-Origin-Opener-Policy", "same-origin");
        assert_header(h, "Strict-Transport-Security", "");
    }
}

static void broken_json_is_400_with_its_place(void **state)
{
    struct harness *h = *state;
    assert_int_equal(ask(h, "POST", "/api/v1/things", WRITER JSON, "{\n \"a\": tru }"), 400);
    assert_true(reply_has(h, "\"code\":\"invalid\""));
    assert_true(reply_has(h, "line 2"));
    assert_true(reply_has(h, "column"));
}

static void a_wrong_media_type_is_415(void **state)
{
    struct harness *h = *state;
    assert_int_equal(ask(h, "POST", "/api/v1/things", WRITER "Content-Type: text/plain\r\n", "{}"),
                     415);
    assert_int_equal(ask(h, "POST", "/api/v1/things", WRITER, "{}"), 415);
    assert_int_equal(ask(h, "POST", "/api/v1/things",
                         WRITER "Content-Type: application/json; charset=latin1\r\n", "{}"),
                     415);
    assert_int_equal(ask(h, "POST", "/api/v1/things/import", STEWARD JSON, "{}"), 415);
    assert_int_equal(
        ask(h, "POST", "/api/v1/things/import", STEWARD "Content-Type: text/csv\r\n", "a,b\n"),
        200);
    assert_true(reply_has(h, "\"raw\":4"));
}

static void bad_addresses_are_400(void **state)
{
    struct harness *h = *state;
    const char *const paths[] = { "/api/v1/%",
                                  "/api/v1/things/%4",
                                  "/api/v1/things/%zz",
                                  "/api/v1/things/%00",
                                  "/api/v1/things/%FF",
                                  "/api/v1/things/a%2Fb",
                                  "/api/v1/things?q=%C3",
                                  "/api/v1/things?q=%00",
                                  "/api/v1/things?q=1&q=2",
                                  "/api/v1/things/1?id=2",
                                  "/api/v1/things?=1" };
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        assert_int_equal(ask(h, "GET", paths[i], READER, NULL), 400);
        assert_header(h, "Content-Type", "application/problem+json");
    }
}

static void a_long_address_is_414(void **state)
{
    struct harness *h = *state;
    for (size_t len = 8192; len <= 200000; len += 60000) {
        char *path = malloc(len + 1);
        memset(path, 'a', len);
        memcpy(path, "/api/v1/", 8);
        path[len] = '\0';
        int status = ask(h, "GET", path, NULL, NULL);
        assert_int_equal(status, len <= 8192 ? 404 : 414);
        free(path);
    }
}

static void oversized_headers_are_refused(void **state)
{
    struct harness *h = *state;
    size_t len = 100000;
    char *headers = malloc(len + 3);
    memset(headers, 'x', len);
    memcpy(headers, "X-Long: ", 8);
    memcpy(headers + len, "\r\n", 3);
    assert_int_equal(ask(h, "GET", "/healthz", headers, NULL), 431);
    free(headers);
}

static void nonsense_gets_no_answer_or_400(void **state)
{
    struct harness *h = *state;
    const struct slice inputs[] = {
        S("\r\n\r\n\r\n"),
        S("GET\r\n\r\n"),
        S("GET / HTTP/1.1\r\n\r\n"), /* no Host */
        S("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
        S("POST /api/v1/login HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n"
          "Connection: close\r\n\r\n"),
        S("POST /api/v1/login HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n"
          "Connection: close\r\n\r\n"),
        S("GET / HTTP/9.9\r\nHost: a\r\n\r\n"),
    };
    for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
        struct client c = client_open(h->port);
        buf_clear(&h->reply);
        client_send(&c, inputs[i]);
        shutdown(c.fd, SHUT_WR);
        client_read_for(&c, &h->reply, 200); /* some it only drops after its timeout */
        client_close(&c);
        int status = reply_status(&h->reply);
        assert_true(status == 0 || (status >= 400 && status < 500) || status == 505);
    }
    assert_int_equal(ask(h, "GET", "/healthz", NULL, NULL), 200);
}

static void a_nul_byte_ends_the_address_for_everyone(void **state)
{
    struct harness *h = *state;
    client_exchange(h->port,
                    S("GET /api/v1/things/1\0/../2?q=1 HTTP/1.1\r\nHost: a\r\n" READER
                      "Connection: close\r\n\r\n"),
                    &h->reply);
    assert_int_equal(reply_status(&h->reply), 200);
    assert_true(reply_has(h, "\"parameters\":{\"id\":\"1\"}"));
}

static void a_stated_length_above_the_limit_is_refused_before_the_body(void **state)
{
    struct harness *h = *state;
    struct client c = client_open(h->port);
    buf_clear(&h->reply);
    client_send(&c, S("POST /api/v1/things HTTP/1.1\r\nHost: a\r\n" WRITER JSON
                      "Content-Length: 5000000\r\nExpect: 100-continue\r\n\r\n"));
    assert_true(client_read_all(&c, &h->reply));
    client_close(&c);
    assert_int_equal(reply_status(&h->reply), 413);
    assert_true(reply_has(h, "too-large"));
}

static void an_unauthorised_import_is_refused_before_the_body(void **state)
{
    struct harness *h = *state;
    struct client c = client_open(h->port);
    buf_clear(&h->reply);
    client_send(&c, S("POST /api/v1/things/import HTTP/1.1\r\nHost: a\r\n" WRITER
                      "Content-Type: text/csv\r\nContent-Length: 200000000\r\n\r\n"));
    assert_true(client_read_all(&c, &h->reply));
    client_close(&c);
    assert_int_equal(reply_status(&h->reply), 403);
}

static void a_chunked_body_may_not_pass_the_limit_either(void **state)
{
    struct harness *h = *state;
    struct client c = client_open(h->port);
    buf_clear(&h->reply);
    client_send(&c, S("POST /api/v1/things HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" WRITER JSON
                      "Transfer-Encoding: chunked\r\n\r\n"));
    char *chunk = malloc(65536);
    memset(chunk, ' ', 65536);
    for (int i = 0; i < 70; i++) { /* 4.4 MiB */
        client_send(&c, S("10000\r\n"));
        client_send(&c, slice_make(chunk, 65536));
        client_send(&c, S("\r\n"));
    }
    client_send(&c, S("0\r\n\r\n"));
    assert_true(client_read_all(&c, &h->reply));
    client_close(&c);
    free(chunk);
    assert_int_equal(reply_status(&h->reply), 413);
}

static void a_chunked_body_is_put_together(void **state)
{
    struct harness *h = *state;
    client_exchange(h->port,
                    S("POST /api/v1/things HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" WRITER JSON
                      "Transfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n"),
                    &h->reply);
    assert_int_equal(reply_status(&h->reply), 201);
    assert_true(reply_has(h, "\"body\":{\"a\":1}"));
}

static void a_slow_client_does_not_hold_up_the_others(void **state)
{
    struct harness *h = *state;
    struct client slow[8];
    for (size_t i = 0; i < 8; i++) {
        slow[i] = client_open(h->port);
        client_send(&slow[i], S("POST /api/v1/things HTTP/1.1\r\nHost: a\r\nConte"));
    }
    for (int i = 0; i < 20; i++) {
        assert_int_equal(ask(h, "GET", "/healthz", NULL, NULL), 200);
    }
    client_send(&slow[0], S("nt-Type: application/json\r\nConnection: close\r\n" WRITER
                            "Content-Length: 2\r\n\r\n{"));
    client_send(&slow[0], S("}"));
    buf_clear(&h->reply);
    assert_true(client_read_all(&slow[0], &h->reply));
    assert_int_equal(reply_status(&h->reply), 201);
    for (size_t i = 0; i < 8; i++) {
        client_close(&slow[i]);
    }
}

static void a_connection_serves_many_requests(void **state)
{
    struct harness *h = *state;
    struct client c = client_open(h->port);
    buf_clear(&h->reply);
    for (int i = 0; i < 10; i++) {
        client_send(&c, S("POST /api/v1/things HTTP/1.1\r\nHost: a\r\n" WRITER JSON
                          "Content-Length: 7\r\n\r\n{\"n\":1}"
                          "GET /api/v1/nothing HTTP/1.1\r\nHost: a\r\n\r\n"));
    }
    client_send(&c, S("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    assert_true(client_read_all(&c, &h->reply));
    client_close(&c);
    int created = 0;
    int missing = 0;
    for (size_t i = 0; i + 12 < h->reply.len; i++) {
        created += memcmp(h->reply.ptr + i, "HTTP/1.1 201", 12) == 0;
        missing += memcmp(h->reply.ptr + i, "HTTP/1.1 404", 12) == 0;
    }
    assert_int_equal(created, 10);
    assert_int_equal(missing, 10);
    assert_true(memmem(h->reply.ptr, h->reply.len, "live", 4) != NULL);
}

static void pages_are_served_from_memory(void **state)
{
    struct harness *h = *state;
    assert_int_equal(ask(h, "GET", "/assets/app-12ab34cd.js", NULL, NULL), 200);
    assert_true(reply_has(h, "let a=1;"));
    assert_header(h, "Cache-Control", "public, max-age=31536000, immutable");
    assert_header(h, "ETag", "\"tag1\"");
    assert_int_equal(ask(h, "GET", "/assets/app-12ab34cd.js", "Accept-Encoding: gzip\r\n", NULL),
                     200);
    assert_header(h, "Content-Encoding", "gzip");
    assert_header(h, "ETag", "\"tag1z\"");
    assert_int_equal(ask(h, "GET", "/assets/app-12ab34cd.js", "If-None-Match: \"tag1z\"\r\n", NULL),
                     304);
}

static void routes_of_the_browser_get_the_index(void **state)
{
    struct harness *h = *state;
    const char *const paths[] = { "/", "/en/partners/0190", "/fr", "/login" };
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        assert_int_equal(ask(h, "GET", paths[i], NULL, NULL), 200);
        assert_true(reply_has(h, "<!doctype html>"));
        assert_header(h, "Cache-Control", "no-cache");
    }
    assert_int_equal(ask(h, "GET", "/assets/gone.js", NULL, NULL), 404);
}

static void the_description_is_kept_with_a_tag(void **state)
{
    struct harness *h = *state;
    char headers[128];
    assert_int_equal(ask(h, "GET", "/openapi.json", NULL, NULL), 200);
    assert_true(reply_has(h, "{\"openapi\":\"3.1.0\""));
    snprintf(headers, sizeof(headers), "If-None-Match: " SLICE_FMT "\r\n",
             SLICE_ARG(reply_header(&h->reply, "ETag")));
    assert_int_equal(ask(h, "GET", "/openapi.json", headers, NULL), 304);
}

static void the_metrics_count_by_operation_and_name_nothing_else(void **state)
{
    struct harness *h = *state;
    assert_int_equal(ask(h, "GET", "/api/v1/things/secret-id?q=secret-word", READER, NULL), 200);
    assert_int_equal(ask(h, "GET", "/metrics", NULL, NULL), 200);
    assert_header(h, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    assert_true(reply_has(h, "entente_http_requests_total{operation=\"thing.get\",class=\"2xx\"}"));
    assert_true(
        reply_has(h, "entente_http_request_seconds_bucket{operation=\"thing.get\",le=\"+Inf\"}"));
    assert_true(reply_has(h, "entente_build_info{version="));
    assert_false(reply_has(h, "secret"));
}

static void the_server_says_that_it_lives_and_is_ready(void **state)
{
    struct harness *h = *state;
    assert_int_equal(ask(h, "GET", "/healthz", NULL, NULL), 200);
    assert_int_equal(ask(h, "GET", "/readyz", NULL, NULL), 200);
}

/* Two servers on one port would share its connections out between them at random. */
static void a_taken_port_is_refused(void **state)
{
    struct harness *h = *state;
    struct error err = { 0 };
    struct http_server *second = NULL;
    const struct http_options options = { .node = h->node,
                                          .operations = fake_operations(),
                                          .port = h->port,
                                          .threads = 2,
                                          .log_level = LOG_ERROR };
    assert_int_equal(http_serve(&options, &err, &second), EN_IO);
    assert_non_null(strstr(err.message, "cannot listen on 127.0.0.1"));
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_operation_gets_its_parameters_and_answers_json),
        cmocka_unit_test(a_path_parameter_reaches_its_operation),
        cmocka_unit_test(a_paged_answer_links_to_its_next_page),
        cmocka_unit_test(a_creation_answers_201_with_location_and_tag),
        cmocka_unit_test(an_empty_answer_is_204_without_a_body),
        cmocka_unit_test(if_match_gives_the_operation_its_own_tag_back),
        cmocka_unit_test(an_unchanged_answer_is_304),
        cmocka_unit_test(a_large_answer_is_compressed_when_the_client_agrees),
        cmocka_unit_test(csv_is_offered_as_a_file),
        cmocka_unit_test(head_answers_like_get_without_the_body),
        cmocka_unit_test(options_lists_the_methods),
        cmocka_unit_test(a_wrong_method_is_405_and_says_which_are_right),
        cmocka_unit_test(unknown_addresses_are_404_under_api),
        cmocka_unit_test(nobody_is_401_and_a_wrong_role_403),
        cmocka_unit_test(problems_speak_english_and_french),
        cmocka_unit_test(what_the_door_itself_refuses_is_said_in_french_too),
        cmocka_unit_test(the_user_s_language_counts_when_the_request_states_none),
        cmocka_unit_test(a_fault_inside_stays_inside),
        cmocka_unit_test(every_answer_has_the_security_headers),
        cmocka_unit_test(broken_json_is_400_with_its_place),
        cmocka_unit_test(a_wrong_media_type_is_415),
        cmocka_unit_test(bad_addresses_are_400),
        cmocka_unit_test(a_long_address_is_414),
        cmocka_unit_test(oversized_headers_are_refused),
        cmocka_unit_test(nonsense_gets_no_answer_or_400),
        cmocka_unit_test(a_nul_byte_ends_the_address_for_everyone),
        cmocka_unit_test(a_stated_length_above_the_limit_is_refused_before_the_body),
        cmocka_unit_test(an_unauthorised_import_is_refused_before_the_body),
        cmocka_unit_test(a_chunked_body_may_not_pass_the_limit_either),
        cmocka_unit_test(a_chunked_body_is_put_together),
        cmocka_unit_test(a_slow_client_does_not_hold_up_the_others),
        cmocka_unit_test(a_connection_serves_many_requests),
        cmocka_unit_test(pages_are_served_from_memory),
        cmocka_unit_test(routes_of_the_browser_get_the_index),
        cmocka_unit_test(the_description_is_kept_with_a_tag),
        cmocka_unit_test(the_metrics_count_by_operation_and_name_nothing_else),
        cmocka_unit_test(the_server_says_that_it_lives_and_is_ready),
        cmocka_unit_test(a_taken_port_is_refused),
    };
    return cmocka_run_group_tests_name("the door over a raw socket", tests, harness_start,
                                       harness_stop);
}
