/*
 * Memory that fails at the 1st, 2nd, 3rd ... place while a bundle is made, taken and receipted: the
 * answer is an error, nothing is half there, the ledger verifies, and trying again succeeds.
 */
#include "exchange_sites.h"

#include "base/fault.h"
#include "base/limits.h"

enum { STEP = 13, TRIES_MAX = 4000 };

static int setup(void **state)
{
    struct site *sites = sites_new(2);
    sites_meet(sites, A, B, "SECRET", "SECRET");
    for (int i = 0; i < 3; i++)
        site_actor(&sites[A], "Actor", NULL);
    *state = sites;
    return 0;
}

static void a_bundle_is_made_whole_or_not_at_all(void **state)
{
    struct site *sites = *state, *a = &sites[A];
    int64_t before = site_entries(a);
    for (long n = 1; n < (long)TRIES_MAX * STEP; n += STEP) {
        cleanup_arena struct arena *arena = arena_new(LIMIT_ARENA);
        struct exchange_made made;
        struct buf bundle cleanup_buf;
        struct error err = { 0 };
        buf_init(&bundle, LIMIT_BUNDLE);
        fault_arm_allocation(n);
        int code = exchange_make(a->node, node_operator(a->node), arena, a->peers[B], NULL,
                                 a->now_ms, &err, &bundle, &made);
        if (!fault_disarm() && code == 0) {
            assert_int_equal(made.counts.put, 3);
            assert_int_equal(site_entries(a), before + 1);
            return;
        }
        if (code < 0) {
            assert_int_equal(bundle.len, 0);
            assert_int_equal(err.code, code);
        }
        before = code == 0 ? site_entries(a) : before; /* what failed was not needed */
        assert_int_equal(site_entries(a), before);
    }
    fail_msg("it never succeeded");
}

static void a_bundle_is_taken_whole_in_the_end(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct buf bundle cleanup_buf;
    site_make(a, B, &bundle);
    for (long n = 1; n < (long)TRIES_MAX * STEP; n += STEP) {
        cleanup_arena struct arena *arena = arena_new(LIMIT_ARENA);
        struct exchange_taken taken;
        struct buf receipt cleanup_buf;
        struct error err = { 0 };
        buf_init(&receipt, LIMIT_RECEIPT);
        fault_arm_allocation(n);
        int code = exchange_take(b->node, node_operator(b->node), arena, buf_slice(&bundle),
                                 b->now_ms, &err, &taken, &receipt);
        bool failed = fault_disarm();
        if (code < 0) {
            assert_true(err.code == code && code != EN_INVALID && code != EN_CORRUPT);
            continue;
        }
        /* taken before a receipt could be written: it is given again */
        if (taken.outcome != BUNDLE_TAKEN && taken.outcome != BUNDLE_OLD)
            fail_msg("allocation %ld: %s", n, bundle_outcome_word(taken.outcome));
        assert_true(receipt.len > 0);
        if (failed)
            continue;
        site_receipt(a, buf_slice(&receipt));
        struct exchange_made made;
        struct buf next cleanup_buf;
        made = site_make(a, B, &next);
        assert_int_equal(made.counts.put, 0);
        assert_int_equal(made.base, 1);
        return;
    }
    fail_msg("it never succeeded");
}

static void a_receipt_counts_whole_or_not_at_all(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct buf bundle cleanup_buf;
    struct buf receipt cleanup_buf;
    buf_init(&receipt, LIMIT_RECEIPT);
    site_make(a, B, &bundle);
    site_take(b, buf_slice(&bundle), &receipt);
    int64_t before = site_entries(a);
    for (long n = 1; n < (long)TRIES_MAX * STEP; n += STEP) {
        cleanup_arena struct arena *arena = arena_new(LIMIT_ARENA);
        struct exchange_receipted done;
        struct error err = { 0 };
        fault_arm_allocation(n);
        int code = exchange_receipt(a->node, node_operator(a->node), arena, buf_slice(&receipt),
                                    a->now_ms, &err, &done);
        bool failed = fault_disarm();
        if (code < 0)
            assert_int_equal(site_entries(a), before);
        if (code == 0 && !failed)
            break;
    }
    assert_int_equal(site_entries(a), before + 1);
}

#define with_sites(test) cmocka_unit_test_setup_teardown(test, setup, sites_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_sites(a_bundle_is_made_whole_or_not_at_all),
        with_sites(a_bundle_is_taken_whole_in_the_end),
        with_sites(a_receipt_counts_whole_or_not_at_all),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
