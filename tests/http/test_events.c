/*
 * The event stream over the running door: what arrives, where it begins, and when it ends.
 */
#include "harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct client open_stream(struct harness *h, const char *headers)
{
    char request[512];
    struct client c = client_open(h->port);
    int len = snprintf(request, sizeof(request), "GET /api/v1/events HTTP/1.1\r\nHost: a\r\n%s\r\n",
                       headers);
    buf_clear(&h->reply);
    client_send(&c, slice_make(request, (size_t)len));
    return c;
}

static bool seen(const struct harness *h, const char *text)
{
    return memmem(h->reply.ptr, h->reply.len, text, strlen(text)) != NULL;
}

#define READER "Authorization: Bearer ent_reader\r\n"

static void a_stream_needs_someone_who_may_read(void **state)
{
    struct harness *h = *state;
    assert_int_equal(ask(h, "GET", "/api/v1/events", NULL, NULL), 401);
}

static void changes_arrive_but_hidden_ones_do_not(void **state)
{
    struct harness *h = *state;
    fake_change(h->node, "before", false);
    struct client c = open_stream(h, READER);
    assert_true(client_read_until(&c, &h->reply, "retry: 3000\n\n"));
    fake_change(h->node, "secret", true);
    fake_change(h->node, "first", false);
    assert_true(client_read_until(&c, &h->reply,
                                  "id: first\nevent: change\ndata: {\"kind\":\"actor\","
                                  "\"id\":\"first\",\"version\":1,"
                                  "\"operation\":\"put\"}\n\n"));
    assert_int_equal(reply_status(&h->reply), 200);
    assert_true(slice_is(reply_header(&h->reply, "Content-Type"), "text/event-stream"));
    assert_false(seen(h, "secret"));
    assert_false(seen(h, "before"));
    client_close(&c);
}

static void a_stream_goes_on_after_the_last_event_seen(void **state)
{
    struct harness *h = *state;
    char id[16];
    for (int i = 0; i < 250; i++) {
        snprintf(id, sizeof(id), "many-%03d", i);
        fake_change(h->node, id, false);
    }
    struct client c = open_stream(h, READER "Last-Event-ID: many-005\r\n");
    assert_true(client_read_until(&c, &h->reply, "id: many-249\n"));
    assert_true(seen(h, "id: many-006\n"));
    assert_true(seen(h, "id: many-130\n"));
    assert_false(seen(h, "id: many-005\n"));
    client_close(&c);
}

static void an_unknown_last_event_begins_with_what_comes_next(void **state)
{
    struct harness *h = *state;
    fake_change(h->node, "old", false);
    struct client c = open_stream(h, READER "Last-Event-ID: never-was\r\n");
    assert_true(client_read_until(&c, &h->reply, "retry: 3000\n\n"));
    fake_change(h->node, "new", false);
    assert_true(client_read_until(&c, &h->reply, "id: new\n"));
    assert_false(seen(h, "id: old\n"));
    client_close(&c);
}

static void attention_that_a_change_moved_is_told_without_an_id(void **state)
{
    struct harness *h = *state;
    fake_attention(h->node, 0);
    struct client c = open_stream(h, READER);
    assert_true(client_read_until(&c, &h->reply, "retry: 3000\n\n"));
    fake_attention(h->node, 2);
    fake_change(h->node, "evidence", false);
    assert_true(client_read_until(&c, &h->reply,
                                  "\n\nevent: attention\ndata: {\"relationship\":\"tie\","
                                  "\"trust\":\"below\",\"contact\":\"due\",\"day\":\"20"));
    assert_true(seen(h, "id: evidence\nevent: change\n"));
    client_close(&c);
}

/* What is hidden does not even make the door look: the first readable change does. */
static void attention_is_looked_at_only_for_what_the_viewer_may_read(void **state)
{
    struct harness *h = *state;
    fake_attention(h->node, 0);
    struct client c = open_stream(h, READER);
    assert_true(client_read_until(&c, &h->reply, "retry: 3000\n\n"));
    fake_attention(h->node, 1);
    fake_change(h->node, "veiled", true);
    struct client other = open_stream(h, "Authorization: Bearer ent_contributor\r\n");
    assert_true(client_read_until(&other, &h->reply, "retry: 3000\n\n"));
    fake_change(h->node, "seen-by-all", false);
    assert_true(client_read_until(&c, &h->reply, "event: attention\n"));
    const char *change = memmem(h->reply.ptr, h->reply.len, "id: seen-by-all", 15);
    const char *told = memmem(h->reply.ptr, h->reply.len, "event: attention", 16);
    assert_true(change != NULL && told > change);
    assert_false(seen(h, "veiled"));
    client_close(&other);
    client_close(&c);
}

static void who_comes_back_is_told_what_the_days_have_changed(void **state)
{
    struct harness *h = *state;
    fake_attention(h->node, 1);
    fake_change(h->node, "old-one", false);
    struct client c = open_stream(h, READER "Last-Event-ID: old-one\r\n");
    assert_true(client_read_until(&c, &h->reply, "\"trust\":\"soon\""));
    client_close(&c);
}

static void signing_out_ends_the_stream_before_the_next_event(void **state)
{
    struct harness *h = *state;
    struct browser b = sign_in(h, "reader");
    struct client c = open_stream(h, b.cookie);
    assert_true(client_read_until(&c, &h->reply, "retry: 3000\n\n"));
    cleanup_buf struct buf kept = h->reply;
    buf_init(&h->reply, 1024 * 1024);
    assert_int_equal(ask(h, "POST", "/api/v1/logout", b.both, NULL), 204);
    fake_change(h->node, "after-logout", false);
    assert_true(client_read_all(&c, &kept)); /* returns because the server closes */
    assert_null(memmem(kept.ptr, kept.len, "after-logout", 12));
    client_close(&c);
}

static void a_deactivated_user_s_stream_ends(void **state)
{
    struct harness *h = *state;
    struct client c = open_stream(h, "Authorization: Bearer ent_administrator\r\n");
    assert_true(client_read_until(&c, &h->reply, "retry: 3000\n\n"));
    fake_user_remove(h->node, 4);
    fake_change(h->node, "after-removal", false);
    assert_true(client_read_all(&c, &h->reply));
    assert_false(seen(h, "after-removal"));
    client_close(&c);
}

static void another_clearance_ends_the_stream_of_a_session(void **state)
{
    struct harness *h = *state;
    struct browser b = sign_in(h, "contributor");
    struct client c = open_stream(h, b.cookie);
    assert_true(client_read_until(&c, &h->reply, "retry: 3000\n\n"));
    fake_user_change(h->node, 2);
    fake_change(h->node, "after-change", false);
    assert_true(client_read_all(&c, &h->reply));
    assert_false(seen(h, "after-change"));
    client_close(&c);
    assert_int_equal(ask(h, "GET", "/api/v1/me", b.cookie, NULL), 401);
}

static void a_client_that_goes_away_is_forgotten(void **state)
{
    struct harness *h = *state;
    for (int i = 0; i < 10; i++) {
        struct client c = open_stream(h, READER);
        assert_true(client_read_until(&c, &h->reply, "retry: 3000\n\n"));
        client_close(&c);
    }
    /* The next events find the sockets closed. */
    bool none = false;
    for (int i = 0; i < 200 && !none; i++) {
        fake_change(h->node, "knock", false);
        assert_int_equal(ask(h, "GET", "/metrics", NULL, NULL), 200);
        none = seen(h, "\nentente_streams 0\n");
    }
    assert_true(none);
}

static void a_user_with_too_many_streams_loses_the_oldest(void **state)
{
    struct harness *h = *state;
    struct client oldest = open_stream(h, "Authorization: Bearer ent_contributor\r\n");
    assert_true(client_read_until(&oldest, &h->reply, "retry: 3000\n\n"));
    struct client held[16];
    for (int i = 0; i < 16; i++) {
        held[i] = open_stream(h, "Authorization: Bearer ent_contributor\r\n");
        assert_true(client_read_until(&held[i], &h->reply, "retry: 3000\n\n"));
    }
    buf_clear(&h->reply);
    assert_true(client_read_all(&oldest, &h->reply)); /* returns because the server closes */
    client_close(&oldest);
    fake_change(h->node, "still-here", false);
    assert_true(client_read_until(&held[0], &h->reply, "id: still-here\n"));
    for (int i = 0; i < 16; i++) {
        client_close(&held[i]);
    }
}

static void the_number_of_streams_is_limited(void **state)
{
    struct harness *h = *state;
    char headers[64];
    static struct client held[256];
    int open = 0;
    int refused = 0;
    for (int i = 0; i < 256; i++) {
        snprintf(headers, sizeof(headers), "Authorization: Bearer ent_n%d\r\n", 10 + i / 12);
        held[i] = open_stream(h, headers);
        /* a few of earlier tests may still count until their heartbeat */
        assert_true(client_read_until(&held[i], &h->reply, "\r\n\r\n"));
        open += reply_status(&h->reply) == 200;
        refused += reply_status(&h->reply) == 503;
    }
    assert_true(open > 200 && open + refused == 256);
    assert_int_equal(ask(h, "GET", "/api/v1/events", "Authorization: Bearer ent_n99\r\n", NULL),
                     503);
    assert_true(reply_header(&h->reply, "Retry-After").len > 0);
    for (int i = 0; i < 256; i++) {
        client_close(&held[i]);
    }
}

static void stopping_the_server_ends_open_streams(void **state)
{
    (void)state;
    void *own = NULL;
    assert_int_equal(harness_start(&own), 0);
    struct harness *h = own;
    struct client c = open_stream(h, READER);
    assert_true(client_read_until(&c, &h->reply, "retry: 3000\n\n"));
    http_stop(h->server);
    assert_true(client_read_all(&c, &h->reply));
    client_close(&c);
    /* the chunked body was ended properly, not cut */
    assert_true(h->reply.len > 5 && memcmp(h->reply.ptr + h->reply.len - 5, "0\r\n\r\n", 5) == 0);
    h->server = NULL;
    harness_stop(&own);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_needs_someone_who_may_read),
        cmocka_unit_test(changes_arrive_but_hidden_ones_do_not),
        cmocka_unit_test(a_stream_goes_on_after_the_last_event_seen),
        cmocka_unit_test(an_unknown_last_event_begins_with_what_comes_next),
        cmocka_unit_test(attention_that_a_change_moved_is_told_without_an_id),
        cmocka_unit_test(attention_is_looked_at_only_for_what_the_viewer_may_read),
        cmocka_unit_test(who_comes_back_is_told_what_the_days_have_changed),
        cmocka_unit_test(signing_out_ends_the_stream_before_the_next_event),
        cmocka_unit_test(another_clearance_ends_the_stream_of_a_session),
        cmocka_unit_test(a_client_that_goes_away_is_forgotten),
        cmocka_unit_test(a_deactivated_user_s_stream_ends),
        cmocka_unit_test(a_user_with_too_many_streams_loses_the_oldest),
        cmocka_unit_test(the_number_of_streams_is_limited),
        cmocka_unit_test(stopping_the_server_ends_open_streams),
    };
    return cmocka_run_group_tests_name("the event stream", tests, harness_start, harness_stop);
}
