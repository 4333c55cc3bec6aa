/*
 * The difference over random worlds: what a partner would get, what it has and what is held back
 * are what the preview of the next bundle says and what that bundle then puts.
 */
#include "exchange_scene.h"

#include "picture/holdings.h"
#include "service/difference.h"

#include <stdlib.h>

enum { MOST = 4096 };

static size_t kept(const struct exchange_preview *p, struct slice id)
{
    for (size_t i = 0; i < p->change_count; i++)
        if (slice_eq(p->changes[i].record, id))
            return i;
    return MOST;
}

static enum exchange_reason reason_of(const struct difference *d, struct slice id)
{
    for (size_t i = 0; i < d->held_back.shown; i++)
        if (slice_eq(d->held_back.items[i].id, id))
            return d->held_back.items[i].reason;
    return EXCHANGE_FINE;
}

static size_t puts_of(const struct exchange_preview *p)
{
    size_t puts = 0;
    for (size_t i = 0; i < p->change_count; i++)
        puts += p->changes[i].operation == STATE_PUT;
    return puts;
}

/* The world plants grants of others that no bundle brought; an officer cannot tell that from a
 * bundle above itself, and is told that they would go. */
static bool planted(struct scene *x, struct slice id)
{
    struct site *a = &x->sites[A];
    struct holding *sources;
    struct snapshot *s = NULL;
    struct row row;
    struct uuid origin;
    size_t count = 0;
    site_ok(a, node_snapshot(a->node, node_operator(a->node), a->arena, SCENE_NOW_MS, &a->err, &s));
    site_ok(a, snapshot_get(s, NULL, id, &a->err, &row));
    site_ok(a, holding_sources(s, id, &a->err, &sources, &count));
    assert_true(uuid_parse(row.origin, &origin));
    snapshot_close(s);
    return count == 0 && !uuid_eq(origin, ledger_instance(node_ledger(a->node)));
}

static void drop_planted(struct scene *x, struct difference_list *list)
{
    size_t kept = 0;
    assert_int_equal(list->shown, list->count);
    for (size_t i = 0; i < list->shown; i++)
        if (!planted(x, list->items[i].id))
            list->items[kept++] = list->items[i];
    list->shown = list->count = kept;
}

static void same_as_preview(const struct difference *d, const struct exchange_preview *p)
{
    size_t reasons = 0;
    assert_int_equal(d->would_get.count, puts_of(p));
    for (size_t i = 0; i < d->would_get.shown; i++) {
        const struct difference_item *item = &d->would_get.items[i];
        size_t at = kept(p, item->id);
        assert_true(at < MOST && p->changes[at].operation == STATE_PUT);
        assert_int_equal(p->changes[at].is_new, !item->has);
    }
    for (size_t i = 0; i < d->held_back.shown; i++)
        reasons += d->held_back.items[i].reason != EXCHANGE_FINE;
    /* a preview repeats no reason for what was looked at before */
    assert_true(p->base ? reasons >= p->held_count : reasons == p->held_count);
    for (size_t i = 0; i < p->held_count; i++)
        assert_int_equal(reason_of(d, p->held[i].record), p->held[i].reason);
    for (size_t i = 0; i < d->has.shown; i++)
        assert_int_equal(kept(p, d->has.items[i].id), MOST);
}

/* Returns how many the difference lists as held back for the sake of a reference. */
static size_t compare_with_preview(struct scene *x, int peer, struct difference *ret)
{
    struct site *a = &x->sites[A];
    struct snapshot *s = NULL;
    struct exchange_preview p;
    size_t references = 0;
    site_ok(a, difference_read(a->node, a->arena, a->peers[peer], node_operator(a->node),
                               SCENE_NOW_MS, MOST, &a->err, &s, ret));
    snapshot_close(s);
    site_ok(a, exchange_preview(a->node, node_operator(a->node), a->arena, a->peers[peer], 0,
                                SCENE_NOW_MS, &a->err, &p));
    drop_planted(x, &ret->would_get);
    drop_planted(x, &ret->held_back);
    same_as_preview(ret, &p);
    for (size_t i = 0; i < ret->held_back.shown; i++)
        references += ret->held_back.items[i].reason == EXCHANGE_REFERENCE;
    return references;
}

static void the_difference_names_what_the_next_bundle_holds(void **state)
{
    (void)state;
    size_t references = 0, renewed = 0, has = 0;
    for (uint64_t seed = 21; seed < 23; seed++) {
        struct scene *x = calloc(1, sizeof *x);
        struct difference d;
        scene_open(x, seed);
        scene_sweep(x);
        for (int round = 0; round < 3; round++)
            for (int peer = B; peer <= C; peer++) {
                references += compare_with_preview(x, peer, &d);
                assert_int_equal(site_send(x->sites, A, peer).outcome, BUNDLE_TAKEN);
                references += compare_with_preview(x, peer, &d);
                assert_int_equal(d.would_get.count, 0);
                world_change(&x->world, 40);
                scene_sweep(x);
                scene_make_only(x, peer); /* what is on its way is said again */
                references += compare_with_preview(x, peer, &d);
                for (size_t i = 0; i < d.would_get.shown; i++)
                    renewed += d.would_get.items[i].has;
                has += d.has.count;
            }
        scene_close(x);
        free(x);
    }
    print_message("# %zu held back for a reference, %zu renewed, %zu had\n", references, renewed,
                  has);
    assert_true(references > 20 && renewed > 20 && has > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_difference_names_what_the_next_bundle_holds),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
