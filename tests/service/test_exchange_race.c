/*
 * Two bundles taken at one instance at the same moment, from two peers, about one record.
 *
 * The moment is made, not hoped for: the linker puts __wrap_ledger_append in the place of
 * ledger_append (tests/service/meson.build), and at the append that a test names the other bundle
 * is taken by another thread. The first one goes on when the other has ended, or waits for its
 * turn.
 */
#include "exchange_sites.h"

#include "base/limits.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/file.h>

int __real_ledger_append(struct ledger *l, const struct draft *drafts, size_t count, int64_t now_ms,
                         struct error *err, struct appended *ret);
int __wrap_ledger_append(struct ledger *l, const struct draft *drafts, size_t count, int64_t now_ms,
                         struct error *err, struct appended *ret);
int __real_flock(int fd, int operation);
int __wrap_flock(int fd, int operation);

/* ---- the other one ---- */

struct other {
    int left; /* appends until it begins; 0: it does not, any more */
    struct node *node;
    struct slice bundle;
    int64_t now_ms;
    const struct draft *draft; /* instead of a bundle: written past all that takes turns */
    pthread_t thread;
    bool begun;
    bool at_rest; /* it has ended, or waits */
    struct arena *arena;
    struct error err;
    struct exchange_taken taken;
    int code;
};

static struct other other;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t rests = PTHREAD_COND_INITIALIZER;

static void rest(void)
{
    pthread_mutex_lock(&lock);
    other.at_rest = true;
    pthread_cond_broadcast(&rests);
    pthread_mutex_unlock(&lock);
}

static void *take_other(void *context)
{
    struct buf receipt cleanup_buf;
    (void)context;
    buf_init(&receipt, LIMIT_RECEIPT);
    other.code = exchange_take(other.node, node_operator(other.node), other.arena, other.bundle,
                               other.now_ms, &other.err, &other.taken, &receipt);
    rest();
    return NULL;
}

static void begin_other(void)
{
    if (pthread_create(&other.thread, NULL, take_other, NULL) != 0)
        abort();
    other.begun = true;
    pthread_mutex_lock(&lock);
    while (!other.at_rest)
        pthread_cond_wait(&rests, &lock);
    pthread_mutex_unlock(&lock);
}

int __wrap_flock(int fd, int operation)
{
    int code = __real_flock(fd, operation), why = errno;
    if (code < 0 && why == EWOULDBLOCK && other.begun)
        rest();
    errno = why;
    return code;
}

int __wrap_ledger_append(struct ledger *l, const struct draft *drafts, size_t count, int64_t now_ms,
                         struct error *err, struct appended *ret)
{
    struct appended done;
    if (other.left > 0 && --other.left == 0) {
        if (!other.draft)
            begin_other();
        else if (__real_ledger_append(l, other.draft, 1, now_ms, NULL, &done) < 0)
            abort();
    }
    return __real_ledger_append(l, drafts, count, now_ms, err, ret);
}

/* ---- what the peers say ---- */

static const struct slice low = { "{\"class\":\"UNCLASSIFIED\",\"policy\":\"entente-default\"}",
                                  51 };
static const struct uuid record = { { 1, [15] = 1 } }, stranger = { { 2, [15] = 2 } };

/* Of a record of somebody who is no peer: what it said at `at_ms`; "": it is withdrawn. */
static void say(struct site *from, struct site *to, int64_t number, int64_t at_ms, const char *name,
                struct buf *ret)
{
    struct statement s = {
        .operation = name[0] ? STATE_PUT : STATE_WITHDRAW,
        .record = record,
        .instance = stranger,
        .kind = S("actor"),
        .at_ms = at_ms,
        .label = low,
        .body = arena_printf(from->arena, "{\"name_en\":\"%s\",\"nature\":\"organisation\"}", name)
    };
    struct craft f = { .from = from, .to = to, .number = number, .statements = &s, .count = 1 };
    site_craft(&f, ret);
}

/* Takes one bundle; at its n-th append, the other, through this node. */
static struct exchange_taken take_both(struct site *b, struct slice one, int n, struct slice two,
                                       struct node *by)
{
    other = (struct other){
        .left = n, .node = by, .bundle = two, .now_ms = b->now_ms, .code = EN_INTERNAL
    };
    other.arena = arena_new(LIMIT_ARENA);
    struct exchange_taken t = site_take(b, one, NULL);
    assert_true(other.begun);
    pthread_join(other.thread, NULL);
    if (other.code < 0)
        fail_msg("%s", other.err.message);
    assert_int_equal(t.outcome, BUNDLE_TAKEN);
    assert_int_equal(other.taken.outcome, BUNDLE_TAKEN);
    return t;
}

static void end_other(void)
{
    arena_free(other.arena);
    other = (struct other){ .left = 0 };
}

static struct slice body_of(struct site *b)
{
    char id[UUID_TEXT + 1];
    uuid_format(record, id);
    return site_body(b, arena_copy(b->arena, slice_of(id)));
}

static bool stands(struct site *b)
{
    char id[UUID_TEXT + 1];
    uuid_format(record, id);
    return site_has(b, slice_of(id));
}

/* The same with the bundles of another thread, and of another process. */
static void both_ways(void **state, void (*test)(struct site *sites, struct node *by))
{
    struct site *sites = *state, *b = &sites[B];
    struct node_options o = { .directory = b->directory, .now_ms = b->now_ms };
    struct node *second = NULL;
    site_save(b);
    test(sites, b->node);
    site_set_back(b);
    site_ok(b, node_open(&o, &b->err, &second));
    test(sites, second);
    node_close(second);
}

/* ---- tests ---- */

static void newer_beside_older(struct site *sites, struct node *by)
{
    struct site *b = &sites[B];
    struct buf older cleanup_buf;
    struct buf newer cleanup_buf;
    say(&sites[C], b, 1, 9, "Old", &older);
    say(&sites[A], b, 1, 10, "New", &newer);
    /* nothing stood here when the older one was judged */
    struct exchange_taken t = take_both(b, buf_slice(&older), 1, buf_slice(&newer), by);
    assert_int_equal(t.counts.put, 1);
    assert_int_equal(other.taken.counts.put, 1);
    assert_non_null(strstr(body_of(b).ptr, "New"));
    end_other();
}

static void of_a_new_record_brought_by_two_at_once_the_newer_revision_stands(void **state)
{
    both_ways(state, newer_beside_older);
}

static void older_beside_newer(struct site *sites, struct node *by)
{
    struct site *b = &sites[B];
    struct buf older cleanup_buf;
    struct buf newer cleanup_buf;
    say(&sites[C], b, 1, 9, "Old", &older);
    say(&sites[A], b, 1, 10, "New", &newer);
    /* the record is written; that A provides it is not yet */
    take_both(b, buf_slice(&newer), 2, buf_slice(&older), by);
    assert_int_equal(other.taken.counts.refused, 1);
    assert_int_equal(other.taken.refusals[0].reason, EXCHANGE_OLDER);
    assert_non_null(strstr(body_of(b).ptr, "New"));
    end_other();
}

static void what_is_written_counts_before_its_bundle_is_recorded(void **state)
{
    both_ways(state, older_beside_newer);
}

static void withdrawal_beside_put(struct site *sites, struct node *by)
{
    struct site *b = &sites[B];
    struct buf first cleanup_buf;
    struct buf same cleanup_buf;
    struct buf gone cleanup_buf;
    say(&sites[C], b, 1, 9, "Same", &first);
    say(&sites[A], b, 1, 9, "Same", &same);
    say(&sites[C], b, 2, 9, "", &gone);
    assert_int_equal(site_take(b, buf_slice(&first), NULL).outcome, BUNDLE_TAKEN);
    /* A's bundle changes nothing here, so its record is all that is written */
    take_both(b, buf_slice(&same), 1, buf_slice(&gone), by);
    assert_true(stands(b));
    end_other();
}

static void a_record_stays_that_one_brings_while_another_withdraws_it(void **state)
{
    both_ways(state, withdrawal_beside_put);
}

/* By a program that takes no turns. */
static void take_past(struct site *b, struct slice bundle, const struct draft *draft)
{
    struct exchange_taken taken;
    struct buf receipt cleanup_buf;
    int64_t before = site_entries(b);
    buf_init(&receipt, LIMIT_RECEIPT);
    other = (struct other){ .left = 1, .draft = draft };
    assert_int_equal(exchange_take(b->node, node_operator(b->node), b->arena, bundle, b->now_ms,
                                   &b->err, &taken, &receipt),
                     EN_BUSY);
    assert_int_equal(receipt.len, 0);
    assert_int_equal(site_entries(b), before + 1);
    error_clear(&b->err);
}

static struct draft draft_of(struct uuid instance)
{
    return (struct draft){ .operation = ENTRY_PUT,
                           .kind = S("actor"),
                           .record = record,
                           .label = low,
                           .body = S("{\"name_en\":\"There\",\"nature\":\"organisation\"}"),
                           .user = S("u"),
                           .instance = instance };
}

static void what_appeared_since_it_was_judged_makes_it_be_taken_again(void **state)
{
    struct site *sites = *state, *b = &sites[B];
    struct draft draft = draft_of(stranger);
    struct buf bundle cleanup_buf;
    say(&sites[A], b, 1, 10, "New", &bundle);
    take_past(b, buf_slice(&bundle), &draft);
    assert_non_null(strstr(body_of(b).ptr, "There"));
    assert_int_equal(site_take(b, buf_slice(&bundle), NULL).counts.put, 1);
    assert_non_null(strstr(body_of(b).ptr, "New"));
}

static void another_s_record_that_appeared_meanwhile_is_not_written_over(void **state)
{
    struct site *sites = *state, *b = &sites[B];
    struct draft draft = draft_of((struct uuid){ { 3 } });
    struct buf bundle cleanup_buf;
    say(&sites[A], b, 1, 10, "New", &bundle);
    take_past(b, buf_slice(&bundle), &draft);
    struct exchange_taken t = site_take(b, buf_slice(&bundle), NULL);
    assert_int_equal(t.outcome, BUNDLE_TAKEN);
    assert_int_equal(t.counts.refused, 1);
    assert_int_equal(t.refusals[0].reason, EXCHANGE_TAMPERED);
    assert_non_null(strstr(body_of(b).ptr, "There"));
}

#define with_sites(test) cmocka_unit_test_setup_teardown(test, sites_row, sites_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_sites(of_a_new_record_brought_by_two_at_once_the_newer_revision_stands),
        with_sites(what_is_written_counts_before_its_bundle_is_recorded),
        with_sites(a_record_stays_that_one_brings_while_another_withdraws_it),
        with_sites(what_appeared_since_it_was_judged_makes_it_be_taken_again),
        with_sites(another_s_record_that_appeared_meanwhile_is_not_written_over),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
