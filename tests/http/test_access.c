/*
 * Signing in and out through the running door: sessions, CSRF, throttling, one-time links.
 */
#include "harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define JSON "Content-Type: application/json\r\n"
#define assert_header(h, name, text) \
    assert_true(slice_is(reply_header(&(h)->reply, (name)), (text)))

static int login(struct harness *h, const char *headers, const char *name, const char *password)
{
    char body[256];
    char all[256];
    snprintf(body, sizeof(body), "{\"username\":\"%s\",\"password\":\"%s\"}", name, password);
    snprintf(all, sizeof(all), JSON "%s", headers);
    return ask(h, "POST", "/api/v1/login", all, body);
}

static void signing_in_gives_a_strict_cookie_and_answers_as_me(void **state)
{
    struct harness *h = *state;
    assert_int_equal(login(h, "", "reader", "correct horse"), 200);
    struct slice cookie = reply_header(&h->reply, "Set-Cookie");
    assert_true(slice_starts(cookie, S("entente=")));
    assert_non_null(memmem(cookie.ptr, cookie.len, "; Path=/; HttpOnly; SameSite=Strict", 35));
    assert_null(memmem(cookie.ptr, cookie.len, "Secure", 6));
    assert_true(reply_has(h, "\"name\":\"reader\""));
    assert_true(reply_has(h, "{\"csrf\":\""));
}

static void a_wrong_name_and_a_wrong_password_are_the_same_answer(void **state)
{
    struct harness *h = *state;
    assert_int_equal(login(h, "", "reader", "wrong"), 401);
    char first[1024];
    snprintf(first, sizeof(first), SLICE_FMT, SLICE_ARG(reply_body(&h->reply)));
    assert_int_equal(login(h, "", "nobody-at-all", "wrong"), 401);
    assert_true(slice_is(reply_body(&h->reply), first));
    assert_header(h, "Set-Cookie", "");
}

static void a_sign_in_must_be_well_formed(void **state)
{
    struct harness *h = *state;
    assert_int_equal(ask(h, "POST", "/api/v1/login", JSON, "{"), 400);
    assert_int_equal(ask(h, "POST", "/api/v1/login", JSON, "[]"), 422);
    assert_int_equal(ask(h, "POST", "/api/v1/login", JSON, "{\"username\":1}"), 422);
    assert_true(reply_has(h, "{\"pointer\":\"/username\",\"code\":\"type\""));
    assert_true(reply_has(h, "{\"pointer\":\"/password\",\"code\":\"required\""));
    assert_int_equal(ask(h, "POST", "/api/v1/login", JSON, NULL), 400);
    assert_int_equal(ask(h, "POST", "/api/v1/login", "Content-Type: text/plain\r\n", "{}"), 415);
}

static void a_session_reads_without_and_writes_with_the_csrf_token(void **state)
{
    struct harness *h = *state;
    struct browser b = sign_in(h, "contributor");
    char headers[512];
    assert_int_equal(ask(h, "GET", "/api/v1/me", b.cookie, NULL), 200);
    assert_true(reply_has(h, "\"csrf\":"));
    assert_int_equal(ask(h, "GET", "/api/v1/things", b.cookie, NULL), 200);
    snprintf(headers, sizeof(headers), "%s" JSON, b.cookie);
    assert_int_equal(ask(h, "POST", "/api/v1/things", headers, "{}"), 403);
    snprintf(headers, sizeof(headers), "%sX-Entente-CSRF: %043d\r\n" JSON, b.cookie, 0);
    assert_int_equal(ask(h, "POST", "/api/v1/things", headers, "{}"), 403);
    snprintf(headers, sizeof(headers), "%s" JSON, b.both);
    assert_int_equal(ask(h, "POST", "/api/v1/things", headers, "{}"), 201);
}

static void another_session_s_csrf_token_does_not_do(void **state)
{
    struct harness *h = *state;
    struct browser a = sign_in(h, "contributor");
    struct browser b = sign_in(h, "contributor");
    char headers[512];
    snprintf(headers, sizeof(headers), "%s%s" JSON, a.cookie, b.both + strlen(b.cookie));
    assert_int_equal(ask(h, "POST", "/api/v1/things", headers, "{}"), 403);
}

static void requests_from_other_sites_are_refused(void **state)
{
    struct harness *h = *state;
    struct browser b = sign_in(h, "contributor");
    char headers[512];
    const char *const foreign[] = { "Origin: https://elsewhere.example\r\n", "Origin: null\r\n",
                                    "Sec-Fetch-Site: cross-site\r\n",
                                    "Sec-Fetch-Site: same-site\r\n" };
    for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
        snprintf(headers, sizeof(headers), "%s%s" JSON, b.both, foreign[i]);
        assert_int_equal(ask(h, "POST", "/api/v1/things", headers, "{}"), 403);
        assert_int_equal(login(h, foreign[i], "reader", "correct horse"), 403);
    }
    snprintf(headers, sizeof(headers),
             "%sSec-Fetch-Site: same-origin\r\nOrigin: http://localhost:%u\r\n" JSON, b.both,
             (unsigned)h->port);
    assert_int_equal(ask(h, "POST", "/api/v1/things", headers, "{}"), 201);
}

static void a_token_needs_no_csrf_and_outranks_the_cookie(void **state)
{
    struct harness *h = *state;
    struct browser b = sign_in(h, "contributor");
    char headers[512];
    snprintf(headers, sizeof(headers), "%sAuthorization: Bearer ent_steward\r\n" JSON, b.cookie);
    assert_int_equal(ask(h, "POST", "/api/v1/things", headers, "{}"), 201);
    assert_int_equal(ask(h, "GET", "/api/v1/me", headers, NULL), 200);
    assert_true(reply_has(h, "\"name\":\"steward\""));
    assert_false(reply_has(h, "csrf"));
}

static void signing_out_ends_the_session(void **state)
{
    struct harness *h = *state;
    struct browser b = sign_in(h, "reader");
    assert_int_equal(ask(h, "POST", "/api/v1/logout", b.cookie, NULL), 403);
    assert_int_equal(ask(h, "POST", "/api/v1/logout", b.both, NULL), 204);
    assert_header(h, "Set-Cookie", "entente=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    assert_int_equal(ask(h, "GET", "/api/v1/me", b.cookie, NULL), 401);
}

static void a_deactivated_user_is_out_at_once(void **state)
{
    struct harness *h = *state;
    struct browser b = sign_in(h, "administrator");
    assert_int_equal(ask(h, "GET", "/api/v1/me", b.cookie, NULL), 200);
    fake_user_remove(h->node, 4);
    assert_int_equal(ask(h, "GET", "/api/v1/me", b.cookie, NULL), 401);
}

static void another_role_or_clearance_ends_the_session_for_good(void **state)
{
    struct harness *h = *state;
    struct browser before = sign_in(h, "contributor");
    assert_int_equal(ask(h, "GET", "/api/v1/me", before.cookie, NULL), 200);
    fake_user_change(h->node, 2);
    assert_int_equal(ask(h, "GET", "/api/v1/me", before.cookie, NULL), 401);
    struct browser after = sign_in(h, "contributor");
    assert_int_equal(ask(h, "GET", "/api/v1/me", after.cookie, NULL), 200);
    assert_int_equal(ask(h, "GET", "/api/v1/me", before.cookie, NULL), 401);
    assert_int_equal(ask(h, "GET", "/api/v1/me", "Authorization: Bearer ent_contributor\r\n", NULL),
                     200);
}

static void a_new_password_ends_the_user_s_other_sessions(void **state)
{
    struct harness *h = *state;
    struct browser one = sign_in(h, "steward");
    struct browser other = sign_in(h, "steward");
    struct browser bystander = sign_in(h, "reader");
    assert_int_equal(ask(h, "POST", "/api/v1/password", one.both, NULL), 204);
    assert_int_equal(ask(h, "GET", "/api/v1/me", one.cookie, NULL), 200);
    assert_int_equal(ask(h, "GET", "/api/v1/me", other.cookie, NULL), 401);
    assert_int_equal(ask(h, "GET", "/api/v1/me", bystander.cookie, NULL), 200);
}

static void a_made_up_or_doubled_cookie_is_nobody(void **state)
{
    struct harness *h = *state;
    struct browser b = sign_in(h, "reader");
    char headers[512];
    snprintf(headers, sizeof(headers), "Cookie: entente=%043d\r\n", 0);
    assert_int_equal(ask(h, "GET", "/api/v1/me", headers, NULL), 401);
    snprintf(headers, sizeof(headers), "%.*s; entente=%043d\r\n", (int)strlen(b.cookie) - 2,
             b.cookie, 0);
    assert_int_equal(ask(h, "GET", "/api/v1/me", headers, NULL), 401);
    snprintf(headers, sizeof(headers), "%.*s; theme=dark\r\n", (int)strlen(b.cookie) - 2, b.cookie);
    assert_int_equal(ask(h, "GET", "/api/v1/me", headers, NULL), 200);
}

static void guessing_is_slowed_down(void **state)
{
    struct harness *h = *state;
    int refused = 0;
    for (int i = 0; i < 8; i++) {
        int status = login(h, "", "lectrice", "guess");
        assert_true(status == 401 || status == 429);
        refused += status == 429;
    }
    assert_true(refused > 0);
    int64_t wait = 0;
    assert_int_equal(login(h, "", "lectrice", "correct horse"), 429);
    assert_true(slice_to_int64(reply_header(&h->reply, "Retry-After"), &wait) && wait >= 1);
    assert_int_equal(login(h, "", "reader", "correct horse"), 200);
}

static void a_link_signs_in_once(void **state)
{
    struct harness *h = *state;
    char code[HTTP_CODE_TEXT + 1];
    char path[128];
    http_login_code(h->server, fake_user(1), code);
    snprintf(path, sizeof(path), "/login?code=%s", code);
    assert_int_equal(ask(h, "HEAD", path, NULL, NULL), 200);
    assert_int_equal(ask(h, "GET", path, "Sec-Purpose: prefetch\r\n", NULL), 403);
    assert_int_equal(ask(h, "GET", path, NULL, NULL), 303);
    assert_header(h, "Location", "/");
    char cookie[128];
    struct slice set = reply_header(&h->reply, "Set-Cookie");
    set = slice_cut(&set, ';');
    snprintf(cookie, sizeof(cookie), "Cookie: " SLICE_FMT "\r\n", SLICE_ARG(set));
    assert_int_equal(ask(h, "GET", "/api/v1/me", cookie, NULL), 200);
    assert_true(reply_has(h, "\"name\":\"reader\""));

    assert_int_equal(ask(h, "GET", path, NULL, NULL), 303);
    assert_header(h, "Location", "/login?expired=1");
    assert_header(h, "Set-Cookie", "");
}

static void a_link_of_a_removed_user_is_dead(void **state)
{
    struct harness *h = *state;
    char code[HTTP_CODE_TEXT + 1];
    char path[128];
    http_login_code(h->server, fake_user(4), code); /* removed above */
    fake_user_remove(h->node, 4);
    snprintf(path, sizeof(path), "/login?code=%s", code);
    assert_int_equal(ask(h, "GET", path, NULL, NULL), 303);
    assert_header(h, "Set-Cookie", "");
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signing_in_gives_a_strict_cookie_and_answers_as_me),
        cmocka_unit_test(a_wrong_name_and_a_wrong_password_are_the_same_answer),
        cmocka_unit_test(a_sign_in_must_be_well_formed),
        cmocka_unit_test(a_session_reads_without_and_writes_with_the_csrf_token),
        cmocka_unit_test(another_session_s_csrf_token_does_not_do),
        cmocka_unit_test(requests_from_other_sites_are_refused),
        cmocka_unit_test(a_token_needs_no_csrf_and_outranks_the_cookie),
        cmocka_unit_test(signing_out_ends_the_session),
        cmocka_unit_test(a_deactivated_user_is_out_at_once),
        cmocka_unit_test(another_role_or_clearance_ends_the_session_for_good),
        cmocka_unit_test(a_new_password_ends_the_user_s_other_sessions),
        cmocka_unit_test(a_made_up_or_doubled_cookie_is_nobody),
        cmocka_unit_test(guessing_is_slowed_down),
        cmocka_unit_test(a_link_signs_in_once),
        cmocka_unit_test(a_link_of_a_removed_user_is_dead),
    };
    return cmocka_run_group_tests_name("signing in", tests, harness_start, harness_stop);
}
