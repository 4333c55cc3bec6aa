/*
 * Non-interference of exchange, the partner: what a partner may not read changes no statement of
 * its bundles; what it may no longer read adds withdrawals, which say nothing else.
 *
 * What remains is stated in docs/exchange.md ("What exchange tells of what is hidden").
 */
#include "exchange_scene.h"

#include "service/exchange_internal.h"

#include <stdlib.h>

struct said {
    struct arena *arena;
    struct slice lines[4000];
    struct uuid records[4000];
    int operations[4000];
    size_t count;
};

static int note_said(void *context, const struct exchange_item *item)
{
    struct said *x = context;
    if (!item->operation)
        return 0;
    assert_true(x->count < sizeof x->lines / sizeof *x->lines);
    x->lines[x->count] = arena_copy(x->arena, item->line);
    x->records[x->count] = item->record;
    x->operations[x->count++] = item->operation;
    return 0;
}

/* The statements of the next bundle. */
static struct said *next_bundle(struct site *a, struct node *n, struct slice peer)
{
    struct said *x = calloc(1, sizeof *x);
    struct peer p;
    x->arena = a->arena;
    site_ok(a, peer_find(n, a->arena, peer, SCENE_NOW_MS, &a->err, &p));
    struct exchange_diff d = { .node = n, .peer = &p, .now_ms = SCENE_NOW_MS, .err = &a->err };
    site_ok(a, exchange_diff_begin(&d, a->arena));
    site_ok(a, exchange_diff_run(&d, note_said, x));
    exchange_diff_done(&d);
    return x;
}

static bool was_said(const struct said *x, struct uuid record)
{
    for (size_t i = 0; x && i < x->count; i++)
        if (uuid_eq(x->records[i], record))
            return true;
    return false;
}

/* A withdrawal names what the partner was told of, and says nothing else. */
static void check_withdrawal(struct site *a, const struct said *x, size_t i,
                             const struct said *before)
{
    struct json *o = NULL;
    assert_true(was_said(before, x->records[i]));
    assert_int_equal(json_parse(a->arena, x->lines[i], NULL, &o), 0);
    assert_int_equal(o->count, 4);
    assert_true(json_get(o, "instance") && json_get(o, "kind") && json_get(o, "operation") &&
                json_get(o, "record"));
}

/* Statement by statement; what is hidden from the partner adds withdrawals and nothing else. */
static int compare_said(struct site *a, const struct said *all, const struct said *some,
                        const struct said *before)
{
    size_t at = 0;
    int withdrawn = 0;
    for (size_t i = 0; i < all->count; i++) {
        if (at < some->count && slice_eq(all->lines[i], some->lines[at])) {
            at++;
            continue;
        }
        if (all->operations[i] != STATE_WITHDRAW)
            fail_msg("said: %.*s\n# and not: %.*s", (int)all->lines[i].len, all->lines[i].ptr,
                     at < some->count ? (int)some->lines[at].len : 0,
                     at < some->count ? some->lines[at].ptr : "");
        check_withdrawal(a, all, i, before);
        withdrawn++;
    }
    if (at < some->count)
        fail_msg("not said: %.*s", (int)some->lines[at].len, some->lines[at].ptr);
    return withdrawn;
}

static struct viewer partner_of(struct scene *x, int which, const char *clearance)
{
    struct viewer v = officer_of(&x->sites[A], clearance);
    v.role = ROLE_READER;
    v.permissions = role_permissions(ROLE_READER);
    v.is_partner = true;
    v.partner_instance = ledger_instance(node_ledger(x->sites[which].node));
    return v;
}

struct totals {
    size_t said;
    int withdrawn;
};

static struct said *compare_bundle(struct scene *x, int which, const char *clearance,
                                   const struct said *before, struct totals *t)
{
    struct site *a = &x->sites[A];
    struct viewer v = partner_of(x, which, clearance);
    scene_sweep(x);
    world_filter(&x->world, &v, SCENE_NOW_MS);
    struct said *all = next_bundle(a, x->world.node, a->peers[which]);
    struct said *some = next_bundle(a, &x->world.filtered, a->peers[which]);
    t->withdrawn += compare_said(a, all, some, before);
    t->said += some->count;
    world_unfilter(&x->world);
    free(some);
    return all;
}

static void a_bundle_says_nothing_of_what_the_partner_may_not_read(void **state)
{
    (void)state;
    static const char *const clearances[SITES] = {
        [B] = SCENE_CLEARANCE_B, [C] = SCENE_CLEARANCE_C
    };
    struct scene *x = calloc(1, sizeof *x);
    scene_open(x, 12);
    for (int i = B; i < SITES; i++) {
        struct totals first = { 0 }, later = { 0 };
        struct said *one = compare_bundle(x, i, clearances[i], NULL, &first);
        assert_int_equal(site_send(x->sites, A, i).outcome, BUNDLE_TAKEN);
        world_change(&x->world, 120);
        struct said *two = compare_bundle(x, i, clearances[i], one, &later);
        print_message("# first %zu, later %zu and %d withdrawn\n", first.said, later.said,
                      later.withdrawn);
        assert_true(first.said > 30);
        assert_int_equal(first.withdrawn, 0);
        assert_true(later.said > 5);
        assert_true(later.withdrawn > 0);
        free(one);
        free(two);
    }
    scene_close(x);
    free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bundle_says_nothing_of_what_the_partner_may_not_read),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
