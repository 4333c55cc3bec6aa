/*
 * The parts of the door that are functions or small tables: addresses, header negotiation, embedded
 * files, sessions, throttle, codes, compression, metrics, entity tags.
 */
#include "base/percent.h"
#include "base/utf8.h"
#include "http/code.h"
#include "http/gzip.h"
#include "http/metrics.h"
#include "http/negotiate.h"
#include "http/oidc_pending.h"
#include "http/response.h"
#include "http/session.h"
#include "http/static.h"
#include "http/throttle.h"
#include "http/url.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct uuid one = { .bytes = { 1 } };
static const struct uuid two = { .bytes = { 2 } };

static bool split(struct arena *a, struct slice target, struct url *ret)
{
    struct error err = { 0 };
    return url_split(a, target, &err, ret) == 0;
}

static void a_path_is_decoded_once(void **state)
{
    (void)state;
    cleanup_arena struct arena *a = arena_new(1 << 20);
    struct url url;
    assert_true(split(a, S("/a%20b/%2541+?x=%31"), &url));
    assert_true(slice_is(url.path, "/a b/%41+"));
    assert_true(slice_is(url.query, "x=%31"));
}

static void a_path_that_two_readers_could_read_differently_is_refused(void **state)
{
    (void)state;
    cleanup_arena struct arena *a = arena_new(1 << 20);
    struct url url;
    const struct slice bad[] = { S("/a%2fb"),        S("/%"),   S("/%1"),           S("/%g0"),
                                 S("/a\tb"),         S("/%7f"), S("/%c0%ae"),       S("/%ed%a0%80"),
                                 S("http://x/path"), S("*"),    S("/%f4%90%80%80"), S("") };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(split(a, bad[i], &url));
    }
}

static void any_text_survives_encoding_and_decoding(void **state)
{
    (void)state;
    cleanup_arena struct arena *a = arena_new(1 << 24);
    cleanup_buf struct buf out;
    buf_init(&out, 1 << 16);
    for (uint32_t c = 0x20; c < 0x3000; c++) {
        char text[4];
        struct slice s = slice_make(text, utf8_encode(c, text));
        if (c == 0x7F) {
            continue;
        }
        buf_clear(&out);
        buf_add_cstr(&out, "k=");
        percent_encode(&out, s);
        struct json *parameters = json_new_object(a);
        struct error err = { 0 };
        assert_int_equal(url_query(a, buf_slice(&out), &err, parameters), 0);
        assert_true(slice_eq(json_get_text(parameters, "k"), s));
        arena_reset(a);
    }
}

static void a_query_has_bounds(void **state)
{
    (void)state;
    cleanup_arena struct arena *a = arena_new(1 << 20);
    cleanup_buf struct buf out;
    buf_init(&out, 1 << 16);
    for (int i = 0; i < 65; i++) {
        buf_printf(&out, "p%d=1&", i);
    }
    struct error err = { 0 };
    assert_int_equal(url_query(a, buf_slice(&out), &err, json_new_object(a)), EN_INVALID);
    assert_int_equal(url_query(a, S("a=1&&b=&c"), &err, json_new_object(a)), 0);
    assert_int_equal(url_query(a, S("a=1&%61=2"), &err, json_new_object(a)), EN_INVALID);
}

static void the_better_language_wins_and_a_tie_keeps_the_fallback(void **state)
{
    (void)state;
    assert_true(negotiate_french(S("fr"), false));
    assert_true(negotiate_french(S("de, FR-ca;q=0.5, en;q=0.4"), false));
    assert_false(negotiate_french(S("en-GB,fr;q=0.9"), true));
    assert_true(negotiate_french(S("de"), true));
    assert_false(negotiate_french(S("fr;q=0"), false));
    assert_true(negotiate_french(S("en, fr"), true));
    assert_false(negotiate_french(S("frisian"), false));
    assert_false(negotiate_french(S(",;=;q=,fr;q=x"), false));
}

static void gzip_is_used_only_when_wanted(void **state)
{
    (void)state;
    assert_true(negotiate_gzip(S("gzip, deflate, br")));
    assert_true(negotiate_gzip(S("br;q=1.0, *;q=0.1")));
    assert_false(negotiate_gzip(S("")));
    assert_false(negotiate_gzip(S("identity")));
    assert_false(negotiate_gzip(S("gzip;q=0, *")));
    assert_false(negotiate_gzip(S("gzip; q=0.000")));
}

static void a_media_type_may_name_utf_8_only(void **state)
{
    (void)state;
    assert_true(media_is(S("application/json"), "application/json"));
    assert_true(media_is(S("Application/JSON ; charset=\"UTF-8\""), "application/json"));
    assert_false(media_is(S("application/json; charset=utf-16"), "application/json"));
    assert_false(media_is(S("application/jsonx"), "application/json"));
    assert_false(media_is(S(""), "application/json"));
}

static void entity_tags_are_compared_whole(void **state)
{
    (void)state;
    struct slice tag;
    assert_true(etag_listed(S("\"a\", W/\"b\""), S("b")));
    assert_true(etag_listed(S("*"), S("b")));
    assert_false(etag_listed(S("\"ab\", b"), S("b")));
    assert_true(etag_single(S(" \"v1\" "), &tag) && slice_is(tag, "v1"));
    assert_true(etag_single(S("*"), &tag) && slice_is(tag, "*"));
    assert_false(etag_single(S("W/\"v1\""), &tag));
    assert_false(etag_single(S("\"v1\", \"v2\""), &tag));
    assert_false(etag_single(S("v1"), &tag));
    assert_false(etag_single(S("\"\""), &tag));
}

static void a_tag_gives_back_the_operation_s_own_part(void **state)
{
    (void)state;
    cleanup_arena struct arena *a = arena_new(1 << 16);
    struct slice tag = response_etag(a, S("12.x"), S("body"));
    assert_int_equal(tag.len, 4 + 1 + 16);
    assert_true(slice_is(response_etag_own(tag), "12.x"));
    struct slice packed = arena_printf(a, SLICE_FMT "z", SLICE_ARG(tag));
    assert_true(slice_is(response_etag_own(packed), "12.x"));
    assert_true(slice_is(response_etag_own(S("12")), "12"));
    assert_true(slice_is(response_etag_own(S("12.0123456789abcdeg")), "12.0123456789abcdeg"));
    assert_false(slice_eq(tag, response_etag(a, S("12.x"), S("Body"))));
}

static void cookies_are_found_by_whole_name(void **state)
{
    (void)state;
    assert_true(slice_is(cookie_find(S("a=1; entente=x; b=2"), S("entente")), "x"));
    assert_true(slice_empty(cookie_find(S("xentente=x"), S("entente"))));
    assert_true(slice_empty(cookie_find(S("entente=x; entente=y"), S("entente"))));
    assert_true(slice_empty(cookie_find(S(""), S("entente"))));
}

static void an_origin_is_the_host_or_it_is_not(void **state)
{
    (void)state;
    assert_true(origin_is_host(S("https://a.example:8443"), S("a.example:8443")));
    assert_true(origin_is_host(S("http://LOCALHOST"), S("localhost")));
    assert_false(origin_is_host(S("https://a.example"), S("a.example:8443")));
    assert_false(origin_is_host(S("https://a.example.evil"), S("a.example")));
    assert_false(origin_is_host(S("null"), S("null")));
    assert_false(origin_is_host(S("http://"), S("")));
}

static void the_embedded_interface_has_an_index(void **state)
{
    (void)state;
    assert_non_null(static_find(web_files, web_file_count, S("/index.html")));
    for (size_t i = 1; i < web_file_count; i++) {
        assert_true(strcmp(web_files[i - 1].path, web_files[i].path) < 0);
    }
    assert_non_null(static_find(web_files, web_file_count, S("/en/today")));
    assert_null(static_find(web_files, web_file_count, S("/no-such.js")));
}

static void a_session_ends_after_idleness_and_after_its_time(void **state)
{
    (void)state;
    struct sessions *s = sessions_new(10);
    char token[SESSION_TOKEN_TEXT + 1];
    struct session_of of;
    sessions_start(s, &(struct session_of){ .user = one }, 0, token);
    struct slice t = slice_of(token);
    assert_true(sessions_find(s, t, SESSION_IDLE_MS, true, &of) && uuid_eq(of.user, one));
    assert_true(sessions_find(s, t, 2 * SESSION_IDLE_MS, false, &of)); /* no activity */
    assert_false(sessions_find(s, t, 2 * SESSION_IDLE_MS + 1, true, &of));
    assert_false(sessions_find(s, t, 0, true, &of)); /* it stays ended */
    sessions_start(s, &(struct session_of){ .user = one }, 0, token);
    for (int64_t at = 0; at <= SESSION_ABSOLUTE_MS; at += SESSION_IDLE_MS / 2) {
        assert_true(sessions_find(s, t, at, true, &of));
    }
    assert_false(sessions_find(s, t, SESSION_ABSOLUTE_MS + 1, true, &of));
    assert_int_equal(sessions_count(s, 0), 0);
    sessions_free(s);
}

static void a_full_table_drops_the_session_idle_for_longest(void **state)
{
    (void)state;
    enum { N = 8 };
    struct sessions *s = sessions_new(N);
    char tokens[N + 1][SESSION_TOKEN_TEXT + 1];
    struct session_of of;
    for (int i = 0; i < N; i++) {
        struct uuid each = { .bytes = { (uint8_t)(i + 1) } };
        sessions_start(s, &(struct session_of){ .user = each }, i, tokens[i]);
    }
    assert_true(sessions_find(s, slice_of(tokens[0]), 100, true, &of));
    sessions_start(s, &(struct session_of){ .user = two }, 101, tokens[N]);
    assert_true(sessions_find(s, slice_of(tokens[0]), 102, true, &of));
    assert_false(sessions_find(s, slice_of(tokens[1]), 102, true, &of));
    assert_true(sessions_find(s, slice_of(tokens[N]), 102, true, &of));
    assert_int_equal(sessions_count(s, 102), N);
    sessions_free(s);
}

static void a_user_cannot_push_out_the_sessions_of_others(void **state)
{
    (void)state;
    struct sessions *s = sessions_new(SESSION_PER_USER + 10);
    char first[SESSION_TOKEN_TEXT + 1];
    char token[SESSION_TOKEN_TEXT + 1];
    struct session_of of;
    sessions_start(s, &(struct session_of){ .user = one }, 0, first);
    for (int i = 0; i < 5 * SESSION_PER_USER; i++) {
        sessions_start(s, &(struct session_of){ .user = two }, i, token);
    }
    assert_true(sessions_find(s, slice_of(first), 1000, true, &of));
    assert_int_equal(sessions_count(s, 1000), SESSION_PER_USER + 1);
    sessions_end_user(s, two, slice_of(token));
    assert_int_equal(sessions_count(s, 1000), 2);
    sessions_free(s);
}

static void a_sign_in_under_way_is_taken_once_by_its_own_browser(void **state)
{
    (void)state;
    struct pending_table *t = pending_new();
    struct pending made, got;
    static const struct {
        bool own_state, own_cookie;
        int64_t age;
        bool taken;
    } cases[] = { { true, true, 0, true },
                  { true, true, PENDING_LIFE_MS, true },
                  { true, true, PENDING_LIFE_MS + 1, false },
                  { true, true, -1, false },
                  { true, false, 0, false },
                  { false, true, 0, false } };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        pending_make(t, S("10.0.0.1"), S("/en?x=1"), 1000, &made);
        struct slice own = cases[i].own_state ? slice_of(made.state) : S("guess");
        struct slice cookie = cases[i].own_cookie ? slice_of(made.cookie) : S("guess");
        assert_int_equal(pending_take(t, own, cookie, 1000 + cases[i].age, &got), cases[i].taken);
        assert_true(!cases[i].taken || (slice_is(slice_of(got.nonce), made.nonce) &&
                                        slice_is(slice_of(got.next), "/en?x=1")));
        bool again = pending_take(t, slice_of(made.state), slice_of(made.cookie), 1000, &got);
        assert_int_equal(again, !cases[i].own_state);
    }
    pending_free(t);
}

static void an_address_cannot_push_out_the_sign_ins_of_others(void **state)
{
    (void)state;
    struct pending_table *t = pending_new();
    struct pending other, first, made, got;
    pending_make(t, S("10.0.0.1"), S("/"), 0, &other);
    pending_make(t, S("10.0.0.2"), S("/"), 1, &first);
    for (int i = 0; i < 2 * PENDING_MAX; i++) {
        pending_make(t, S("10.0.0.2"), S("//elsewhere"), 2 + i, &made);
    }
    assert_string_equal(made.next, "/");
    assert_true(pending_take(t, slice_of(made.state), slice_of(made.cookie), 5000, &got));
    assert_false(pending_take(t, slice_of(first.state), slice_of(first.cookie), 5000, &got));
    assert_true(pending_take(t, slice_of(other.state), slice_of(other.cookie), 5000, &got));
    pending_free(t);
}

static void the_csrf_token_belongs_to_one_session(void **state)
{
    (void)state;
    struct sessions *s = sessions_new(10);
    char a[SESSION_TOKEN_TEXT + 1];
    char b[SESSION_TOKEN_TEXT + 1];
    char csrf[SESSION_TOKEN_TEXT + 1];
    sessions_start(s, &(struct session_of){ .user = one }, 0, a);
    sessions_start(s, &(struct session_of){ .user = one }, 0, b);
    sessions_csrf(s, slice_of(a), csrf);
    assert_true(sessions_csrf_holds(s, slice_of(a), slice_of(csrf)));
    assert_false(sessions_csrf_holds(s, slice_of(b), slice_of(csrf)));
    assert_false(sessions_csrf_holds(s, slice_of(a), slice_of(a)));
    assert_false(sessions_csrf_holds(s, slice_of(a), S("")));
    sessions_free(s);
}

static void each_further_failure_doubles_the_wait(void **state)
{
    (void)state;
    struct throttle *t = throttle_new();
    int64_t now = 1000000;
    for (int i = 0; i < THROTTLE_FREE_NAME; i++) {
        assert_int_equal(throttle_begin(t, S("name"), S("10.0.0.1"), now), 0);
    }
    int64_t expected = 1;
    for (int i = 0; i < 10; i++) {
        assert_int_equal(throttle_begin(t, S("NAME"), S("10.0.0.2"), now), expected);
        assert_int_equal(throttle_begin(t, S("name"), S("10.0.0.2"), now + 1), expected);
        now += expected * 1000;
        assert_int_equal(throttle_begin(t, S("name"), S("10.0.0.2"), now), 0);
        expected = expected * 2 > 900 ? 900 : expected * 2;
    }
    assert_int_equal(throttle_begin(t, S("other"), S("10.0.0.3"), now), 0);
    assert_int_equal(throttle_begin(t, S("name"), S("10.0.0.3"), now + THROTTLE_FORGET_MS + 1), 0);
    throttle_free(t);
}

static void an_address_is_slowed_whatever_names_it_tries(void **state)
{
    (void)state;
    struct throttle *t = throttle_new();
    char name[16];
    for (int i = 0; i < THROTTLE_FREE_ADDRESS; i++) {
        snprintf(name, sizeof(name), "n%d", i);
        assert_int_equal(throttle_begin(t, slice_of(name), S("10.0.0.9"), 5), 0);
    }
    assert_int_equal(throttle_begin(t, S("new"), S("10.0.0.9"), 5), 1);
    assert_int_equal(throttle_begin(t, S("new"), S("10.0.0.8"), 5), 0);
    throttle_free(t);
}

static void success_forgives_and_an_undone_attempt_never_was(void **state)
{
    (void)state;
    struct throttle *t = throttle_new();
    for (int i = 0; i < THROTTLE_FREE_NAME; i++) {
        assert_int_equal(throttle_begin(t, S("a"), S("x"), 5), 0);
    }
    throttle_success(t, S("a"), S("x"));
    assert_int_equal(throttle_begin(t, S("a"), S("x"), 5), 0);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(throttle_begin(t, S("b"), S("y"), 5), 0);
        throttle_undo(t, S("b"), S("y"));
    }
    throttle_free(t);
}

static void the_throttle_survives_a_flood_of_names(void **state)
{
    (void)state;
    struct throttle *t = throttle_new();
    char name[16];
    for (int i = 0; i < 50000; i++) {
        snprintf(name, sizeof(name), "flood%d", i);
        throttle_begin(t, slice_of(name), slice_of(name), i);
    }
    throttle_free(t);
}

static void a_code_works_once_and_not_for_long(void **state)
{
    (void)state;
    struct codes *c = codes_new();
    char code[CODE_TEXT + 1];
    struct uuid user;
    codes_make(c, one, 1000, code);
    assert_false(codes_use(c, S("guess"), 1000, &user));
    assert_true(codes_use(c, slice_of(code), 1000, &user) && uuid_eq(user, one));
    assert_false(codes_use(c, slice_of(code), 1000, &user));
    codes_make(c, one, 1000, code);
    assert_false(codes_use(c, slice_of(code), 1000 + CODE_LIFE_MS, &user));
    char first[CODE_TEXT + 1];
    codes_make(c, one, 1, first);
    for (int i = 0; i < CODES_MAX; i++) {
        codes_make(c, two, 2 + i, code);
    }
    assert_false(codes_use(c, slice_of(first), 100, &user));
    assert_true(codes_use(c, slice_of(code), 100, &user));
    codes_free(c);
}

static void what_does_not_shrink_is_not_compressed(void **state)
{
    (void)state;
    size_t len = 0;
    uint8_t noise[4096];
    randombytes_buf_deterministic(noise, sizeof(noise), (const uint8_t[32]){ 7 });
    assert_null(gzip_compress(slice_make((const char *)noise, sizeof(noise)), &len));
    char same[4096];
    memset(same, 'a', sizeof(same));
    char *packed = gzip_compress(slice_make(same, sizeof(same)), &len);
    assert_non_null(packed);
    assert_true(len < 100);
    free(packed);
}

static void histogram_buckets_are_cumulative(void **state)
{
    (void)state;
    struct metrics *m = metrics_new(2);
    metrics_name(m, 0, "quiet");
    metrics_name(m, 1, "busy");
    metrics_count(m, 1, 200, 50);
    metrics_count(m, 1, 204, 300);
    metrics_count(m, 1, 503, INT64_C(60000000));
    metrics_count(m, 1, 200, -1);
    cleanup_buf struct buf out;
    buf_init(&out, 1 << 16);
    metrics_write(m, NULL, 0, &out);
    const char *text = out.ptr;
    assert_non_null(strstr(text, "{operation=\"busy\",class=\"2xx\"} 3\n"));
    assert_non_null(strstr(text, "{operation=\"busy\",class=\"5xx\"} 1\n"));
    assert_non_null(strstr(text, "_bucket{operation=\"busy\",le=\"0.0001\"} 1\n"));
    assert_non_null(strstr(text, "_bucket{operation=\"busy\",le=\"0.0005\"} 2\n"));
    assert_non_null(strstr(text, "_bucket{operation=\"busy\",le=\"10\"} 2\n"));
    assert_non_null(strstr(text, "_bucket{operation=\"busy\",le=\"+Inf\"} 3\n"));
    assert_non_null(strstr(text, "_sum{operation=\"busy\"} 60.000350\n"));
    assert_null(strstr(text, "quiet"));
    metrics_free(m);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    if (sodium_init() < 0) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_is_decoded_once),
        cmocka_unit_test(a_path_that_two_readers_could_read_differently_is_refused),
        cmocka_unit_test(any_text_survives_encoding_and_decoding),
        cmocka_unit_test(a_query_has_bounds),
        cmocka_unit_test(the_better_language_wins_and_a_tie_keeps_the_fallback),
        cmocka_unit_test(gzip_is_used_only_when_wanted),
        cmocka_unit_test(a_media_type_may_name_utf_8_only),
        cmocka_unit_test(entity_tags_are_compared_whole),
        cmocka_unit_test(a_tag_gives_back_the_operation_s_own_part),
        cmocka_unit_test(cookies_are_found_by_whole_name),
        cmocka_unit_test(an_origin_is_the_host_or_it_is_not),
        cmocka_unit_test(the_embedded_interface_has_an_index),
        cmocka_unit_test(a_session_ends_after_idleness_and_after_its_time),
        cmocka_unit_test(a_full_table_drops_the_session_idle_for_longest),
        cmocka_unit_test(a_user_cannot_push_out_the_sessions_of_others),
        cmocka_unit_test(a_sign_in_under_way_is_taken_once_by_its_own_browser),
        cmocka_unit_test(an_address_cannot_push_out_the_sign_ins_of_others),
        cmocka_unit_test(the_csrf_token_belongs_to_one_session),
        cmocka_unit_test(each_further_failure_doubles_the_wait),
        cmocka_unit_test(an_address_is_slowed_whatever_names_it_tries),
        cmocka_unit_test(success_forgives_and_an_undone_attempt_never_was),
        cmocka_unit_test(the_throttle_survives_a_flood_of_names),
        cmocka_unit_test(a_code_works_once_and_not_for_long),
        cmocka_unit_test(what_does_not_shrink_is_not_compressed),
        cmocka_unit_test(histogram_buckets_are_cumulative),
    };
    return cmocka_run_group_tests_name("the parts of the door", tests, NULL, NULL);
}
