/*
 * Two whole instances in one process, each behind its own TLS identity: what one states reaches the
 * other through the real listener, and the receipt comes back; what may not leave does not,
 * whatever carries it.
 */
#include "../service/exchange_sites.h"

#include "base/limits.h"
#include "http/exchange_pusher.h"
#include "http/exchange_server.h"
#include "net/node_calls.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct end {
    struct node_carrier carrier;
    struct exchange_server *server;
};

struct net {
    struct site sites[SITES];
    struct end ends[2]; /* of A and B */
};

/* ---- two ends that know each other's address and key ---- */

static void end_open(struct site *s, struct end *e)
{
    error_clear(&s->err);
    site_ok(s, node_carrier_open(s->node, node_operator(s->node), s->arena, s->now_ms, false,
                                 &s->err, &e->carrier));
    e->carrier.carrier.config.retry_ms = 10;
    const struct exchange_options options = { .calls = &e->carrier.calls.calls,
                                              .identity = e->carrier.identity,
                                              .depot = e->carrier.carrier.depot };
    site_ok(s, exchange_serve(&options, &s->err, &e->server));
}

static void end_close(struct end *e)
{
    exchange_stop(e->server);
    node_carrier_close(&e->carrier);
}

static void change_peer(struct site *s, int other, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void change_peer(struct site *s, int other, const char *format, ...)
{
    char text[512];
    struct json *patch = NULL;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    error_clear(&s->err);
    s->now_ms = when_clock_ms();
    site_ok(s, json_parse(s->arena, arena_copy(s->arena, slice_of(text)), &s->err, &patch));
    json_object_set(s->arena, patch, S("release"), site_grounds(s));
    site_ok(s, peer_change(s->node, node_operator(s->node), s->arena, s->peers[other], patch,
                           S("*"), s->now_ms, &s->err));
}

static void introduce(struct net *n, int who, int to)
{
    change_peer(&n->sites[to], who, "{\"url\":\"https://127.0.0.1:%u\",\"tls_pin\":\"%s\"}",
                (unsigned)exchange_port(n->ends[who].server),
                tls_identity_pin(n->ends[who].carrier.identity));
}

static int setup(void **state)
{
    struct net *n = calloc(1, sizeof *n);
    assert_non_null(n);
    sites_open(n->sites, SITES);
    for (int i = A; i < SITES; i++)
        n->sites[i].now_ms = when_clock_ms();
    sites_meet(n->sites, A, B, "SECRET; Releasable To: CAN", "CONFIDENTIAL; Releasable To: GBR");
    sites_meet(n->sites, B, C, "SECRET; Releasable To: CAN", "SECRET; Releasable To: CAN");
    for (int i = A; i <= B; i++) {
        end_open(&n->sites[i], &n->ends[i]);
    }
    introduce(n, A, B);
    introduce(n, B, A);
    *state = n;
    return 0;
}

static int forget(const char *path, const struct stat *info, int type, struct FTW *at)
{
    (void)info;
    (void)type;
    (void)at;
    return remove(path);
}

static int teardown(void **state)
{
    struct net *n = *state;
    for (int i = A; i < SITES; i++) {
        static const char *const ours[] = { "tls.key", "tls.crt", "exchange" };
        char path[128];
        if (i <= B) {
            end_close(&n->ends[i]);
        }
        for (size_t k = 0; k < sizeof ours / sizeof *ours; k++) {
            snprintf(path, sizeof path, "%s/%s", n->sites[i].directory, ours[k]);
            nftw(path, forget, 8, FTW_DEPTH | FTW_PHYS);
        }
    }
    sites_sound(n->sites, SITES);
    sites_close(n->sites, SITES);
    free(n);
    return 0;
}

typedef int (*verb)(struct carrier *, const struct carrier_run *, struct error *,
                    struct carrier_report *);

static int try(struct net *n, int from, int to, verb one, struct carrier_report *ret)
{
    struct site *s = &n->sites[from];
    struct peer p;
    error_clear(&s->err);
    s->now_ms = when_clock_ms();
    site_ok(s, peer_find(s->node, s->arena, s->peers[to], s->now_ms, &s->err, &p));
    struct net_peer *peer = arena_new_of(s->arena, struct net_peer);
    *peer = node_calls_peer(&p);
    const struct carrier_run run = { .arena = s->arena, .peer = peer, .now_ms = s->now_ms };
    return one(&n->ends[from].carrier.carrier, &run, &s->err, ret);
}

static struct carrier_report carry(struct net *n, int from, int to, verb one)
{
    struct carrier_report report = { 0 };
    site_ok(&n->sites[from], try(n, from, to, one, &report));
    return report;
}

static bool says(const struct carrier_report *r, const char *text)
{
    return r->outcome.ptr && memmem(r->outcome.ptr, r->outcome.len, text, strlen(text));
}

/* ---- the tests ---- */

static void what_is_pushed_is_taken_and_acknowledged(void **state)
{
    struct net *n = *state;
    struct site *a = &n->sites[A], *b = &n->sites[B];
    struct slice low = site_actor(a, "Low", "UNCLASSIFIED"), high = site_actor(a, "High", "SECRET");
    struct carrier_report r = carry(n, A, B, carrier_push);
    assert_true(r.acknowledged && !r.nothing && says(&r, "\"outcome\":\"taken\""));
    assert_true(says(&r, "\"put\":1,"));
    assert_true(site_has(b, low));
    assert_false(site_has(b, high));
    int64_t ours = site_entries(a), theirs = site_entries(b);
    r = carry(n, A, B, carrier_push);
    assert_true(r.nothing);
    assert_int_equal(site_entries(a), ours); /* in vain leaves no trace */
    assert_int_equal(site_entries(b), theirs);
}

static void what_is_pulled_is_taken_and_acknowledged(void **state)
{
    struct net *n = *state;
    struct site *a = &n->sites[A], *b = &n->sites[B];
    struct slice id = site_actor(b, "Theirs", "UNCLASSIFIED");
    struct carrier_report r = carry(n, A, B, carrier_pull);
    assert_true(r.acknowledged && says(&r, "\"outcome\":\"taken\"") && says(&r, "\"put\":1,"));
    assert_true(site_has(a, id));
    int64_t ours = site_entries(a), theirs = site_entries(b);
    r = carry(n, A, B, carrier_pull);
    assert_true(r.nothing);
    assert_int_equal(site_entries(a), ours);
    assert_int_equal(site_entries(b), theirs);
}

static void a_retraction_travels(void **state)
{
    struct net *n = *state;
    struct slice id = site_actor(&n->sites[A], "Gone soon", "UNCLASSIFIED");
    carry(n, A, B, carrier_push);
    assert_true(site_has(&n->sites[B], id));
    site_retract(&n->sites[A], "actor", id);
    struct carrier_report r = carry(n, B, A, carrier_pull);
    assert_true(says(&r, "\"retract\":1,"));
    assert_false(site_has(&n->sites[B], id));
}

/* B was restored from a backup: what A believes that it has, it has no more. */
static void who_lost_something_is_sent_it_again(void **state)
{
    struct net *n = *state;
    struct site *a = &n->sites[A], *b = &n->sites[B];
    struct slice first = site_actor(a, "First", "UNCLASSIFIED");
    end_close(&n->ends[B]);
    site_save(b);
    end_open(b, &n->ends[B]);
    introduce(n, B, A);
    carry(n, A, B, carrier_push);
    assert_true(site_has(b, first));
    end_close(&n->ends[B]);
    site_set_back(b);
    end_open(b, &n->ends[B]);
    introduce(n, B, A);
    assert_false(site_has(b, first));
    struct slice second = site_actor(a, "Second", "UNCLASSIFIED");
    struct carrier_report r = carry(n, A, B, carrier_push);
    assert_true(r.acknowledged);
    assert_true(site_has(b, first) && site_has(b, second));
}

static void a_suspension_ends_it_on_either_side(void **state)
{
    struct net *n = *state;
    struct carrier_report r = { 0 };
    site_actor(&n->sites[A], "Never seen", "UNCLASSIFIED");
    change_peer(&n->sites[B], A, "{\"state\":\"suspended\"}");
    assert_int_equal(try(n, A, B, carrier_push, &r), EN_FORBIDDEN);
    assert_non_null(strstr(n->sites[A].err.message, "does not accept our TLS certificate"));
    int64_t theirs = site_entries(&n->sites[B]);
    assert_int_equal(try(n, B, A, carrier_pull, &r), EN_CONFLICT);
    assert_int_equal(site_entries(&n->sites[B]), theirs);
}

/* A connection is no reason to believe a bundle, nor to answer for another's. */
static void a_bundle_that_came_over_anothers_connection_is_not_answered(void **state)
{
    struct net *n = *state;
    struct site *b = &n->sites[B], *c = &n->sites[C];
    struct exchange_calls *calls = &n->ends[B].carrier.calls.calls;
    struct buf bundle cleanup_buf, receipt cleanup_buf, outcome cleanup_buf;
    struct peer p;
    enum carry_again again = CARRY_DONE;
    site_actor(c, "Of C", "UNCLASSIFIED");
    site_make(c, B, &bundle);
    buf_init(&receipt, LIMIT_RECEIPT);
    buf_init(&outcome, LIMIT_RESPONSE);
    site_ok(b, peer_find(b->node, b->arena, b->peers[A], b->now_ms, &b->err, &p));
    struct net_peer peer = node_calls_peer(&p);
    assert_int_equal(calls->take(calls->context, b->arena, &peer, buf_slice(&bundle), b->now_ms,
                                 &b->err, &receipt, &outcome, &again),
                     EN_CONFLICT);
    assert_int_equal(receipt.len, 0);
    assert_int_equal(outcome.len, 0);
}

static void a_bundle_for_somebody_else_changes_nothing(void **state)
{
    struct net *n = *state;
    struct site *a = &n->sites[A], *b = &n->sites[B];
    struct exchange_calls *calls = &n->ends[A].carrier.calls.calls;
    struct buf bundle cleanup_buf, receipt cleanup_buf, outcome cleanup_buf;
    struct peer p;
    enum carry_again again = CARRY_DONE;
    site_actor(b, "For C", "UNCLASSIFIED");
    site_make(b, C, &bundle);
    buf_init(&receipt, LIMIT_RECEIPT);
    buf_init(&outcome, LIMIT_RESPONSE);
    int64_t ours = site_entries(a);
    site_ok(a, peer_find(a->node, a->arena, a->peers[B], a->now_ms, &a->err, &p));
    struct net_peer peer = node_calls_peer(&p);
    assert_int_equal(calls->take(calls->context, a->arena, &peer, buf_slice(&bundle), a->now_ms,
                                 &a->err, &receipt, &outcome, &again),
                     EN_CONFLICT);
    assert_int_equal(receipt.len, 0);
    assert_int_equal(site_entries(a), ours);
}

/* Waits for what another thread does; gives up after a minute. */
static bool comes_true(struct net *n, bool (*is)(struct net *, struct slice), struct slice id)
{
    const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };
    for (int i = 0; i < 3000; i++) {
        if (is(n, id)) {
            return true;
        }
        nanosleep(&pause, NULL);
    }
    return false;
}

static bool b_has(struct net *n, struct slice id)
{
    return site_has(&n->sites[B], id);
}

/* Acknowledged and looked at again: nothing is left to send. */
static bool a_is_done(struct net *n, struct slice id)
{
    struct site *a = &n->sites[A];
    struct exchange_preview p = { 0 };
    (void)id;
    site_ok(a, exchange_preview(a->node, node_operator(a->node), a->arena, a->peers[B], 0,
                                when_clock_ms(), &a->err, &p));
    return p.change_count == 0;
}

static void what_was_written_is_sent_by_itself(void **state)
{
    struct net *n = *state;
    struct site *a = &n->sites[A];
    struct pusher *pusher = NULL;
    n->ends[A].carrier.carrier.config.push_after_s = 0;
    site_ok(a, pusher_start(&n->ends[A].carrier.carrier, &a->err, &pusher));
    a->now_ms = when_clock_ms();
    struct slice one = site_actor(a, "One", "UNCLASSIFIED");
    assert_true(comes_true(n, b_has, one));
    assert_true(comes_true(n, a_is_done, one));
    a->now_ms = when_clock_ms();
    struct slice two = site_actor(a, "Two", "UNCLASSIFIED");
    assert_true(comes_true(n, b_has, two));
    assert_true(comes_true(n, a_is_done, two));
    pusher_stop(pusher);
    int64_t entries = site_entries(a);
    assert_true(carry(n, A, B, carrier_push).nothing); /* its own entries are no news */
    assert_int_equal(site_entries(a), entries);
}

int main(void)
{
#define NET_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        NET_TEST(what_is_pushed_is_taken_and_acknowledged),
        NET_TEST(what_is_pulled_is_taken_and_acknowledged),
        NET_TEST(a_retraction_travels),
        NET_TEST(who_lost_something_is_sent_it_again),
        NET_TEST(a_suspension_ends_it_on_either_side),
        NET_TEST(a_bundle_that_came_over_anothers_connection_is_not_answered),
        NET_TEST(a_bundle_for_somebody_else_changes_nothing),
        NET_TEST(what_was_written_is_sent_by_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
