/*
 * Exchange that has to find its way again: a sender set back to a backup whose first bundles are
 * lost, kinds that are wanted no longer and again, the bundle that goes although it says nothing,
 * and a receipt that is signed, but not in its form.
 */
#include "exchange_sites.h"

#include "base/limits.h"
#include "service/signed_json.h"

#define HOUR_MS INT64_C(3600000)

static void lose_a_bundle(struct site *sites)
{
    struct buf bundle cleanup_buf;
    site_make(&sites[A], B, &bundle);
}

static void change_peer(struct site *s, int of, const char *text)
{
    struct json *patch = NULL;
    site_ok(s, json_parse(s->arena, slice_of(text), &s->err, &patch));
    site_ok(s, peer_change(s->node, node_operator(s->node), s->arena, s->peers[of], patch, S("*"),
                           s->now_ms, &s->err));
}

static struct slice state_note(struct site *s, struct slice about)
{
    struct slice text = arena_printf(s->arena,
                                     "{\"about\":\"" SLICE_FMT "\",\"stance\":\"note\","
                                     "\"text\":\"A note\"}",
                                     SLICE_ARG(about));
    return site_state(s, "annotation", text.ptr, NULL);
}

/* ---- set back ---- */

/* What was sent in the life that is over had higher numbers; those of the new one overtake them. */
static void a_sender_that_was_set_back_and_whose_first_bundles_are_lost_leaves_nothing(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct slice one = site_actor(a, "One", NULL);
    site_send(sites, A, B);
    site_save(a);
    struct slice lost = site_actor(a, "Lost with the disk", NULL);
    site_send(sites, A, B);
    assert_true(site_has(b, lost));
    site_set_back(a);
    lose_a_bundle(sites);
    lose_a_bundle(sites);
    struct exchange_taken t = site_send(sites, A, B); /* its receipt names what came before it */
    assert_true(t.outcome == BUNDLE_TAKEN && t.base > 0);
    t = site_send(sites, A, B);
    assert_true(t.outcome == BUNDLE_TAKEN && t.base == 0);
    assert_true(site_has(b, one) && !site_has(b, lost));
    assert_true(site_send(sites, A, B).base > 0); /* the doubt is over */
}

static void the_receipt_that_is_given_again_names_what_came_before_too(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct buf bundle cleanup_buf;
    struct buf receipt cleanup_buf;
    buf_init(&receipt, LIMIT_RECEIPT);
    site_actor(a, "One", NULL);
    site_send(sites, A, B);
    site_save(a);
    struct slice lost = site_actor(a, "Lost with the disk", NULL);
    site_send(sites, A, B);
    site_set_back(a);
    lose_a_bundle(sites);
    lose_a_bundle(sites);
    site_make(a, B, &bundle);
    assert_int_equal(site_take(b, buf_slice(&bundle), NULL).outcome, BUNDLE_TAKEN);
    assert_int_equal(site_take(b, buf_slice(&bundle), &receipt).outcome, BUNDLE_OLD);
    site_receipt(a, buf_slice(&receipt));
    assert_int_equal(site_send(sites, A, B).base, 0);
    assert_false(site_has(b, lost));
}

/* ---- nothing to say ---- */

static bool sends_anything(struct site *sites)
{
    struct site *a = &sites[A];
    a->wish.unless_empty = true;
    struct buf bundle cleanup_buf;
    struct buf receipt cleanup_buf;
    buf_init(&receipt, LIMIT_RECEIPT);
    site_make(a, B, &bundle);
    a->wish.unless_empty = false;
    if (!bundle.len)
        return false;
    site_take(&sites[B], buf_slice(&bundle), &receipt);
    site_receipt(a, buf_slice(&receipt));
    return true;
}

static void who_has_nothing_to_say_says_so_once_a_day(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    assert_false(sends_anything(sites)); /* nothing was ever said */
    struct slice one = site_actor(a, "One", NULL);
    site_save(b);
    assert_true(sends_anything(sites));
    assert_false(sends_anything(sites));
    site_set_back(b); /* the sender does not know */
    assert_false(sends_anything(sites));
    a->now_ms = b->now_ms += 24 * HOUR_MS;
    assert_true(sends_anything(sites)); /* a gap */
    assert_true(sends_anything(sites));
    assert_true(site_has(b, one));
    assert_false(sends_anything(sites));
}

static void that_there_is_nothing_is_said_where_something_may_be(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    site_save(a);
    struct slice lost = site_actor(a, "Lost with the disk", NULL);
    site_send(sites, A, B);
    site_set_back(a);
    assert_int_equal(site_send(sites, A, B).outcome, BUNDLE_OLD);
    assert_true(site_has(b, lost));
    assert_true(sends_anything(sites));
    assert_false(site_has(b, lost));
    assert_false(sends_anything(sites));
}

/* ---- kinds that are wanted ---- */

static void what_is_wanted_again_comes_though_it_did_not_change(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct slice one = site_actor(a, "One", NULL), note = state_note(a, one);
    change_peer(b, A, "{\"kinds_in\":[\"actor\"]}");
    struct exchange_taken t = site_send(sites, A, B);
    assert_int_equal(t.counts.refused, 1);
    assert_int_equal(t.refusals[0].reason, EXCHANGE_UNKNOWN_KIND);
    assert_int_equal(site_send(sites, A, B).counts.refused, 0); /* not said again */
    change_peer(b, A, "{\"kinds_in\":null}");
    assert_int_equal(site_send(sites, A, B).outcome, BUNDLE_GAP);
    t = site_send(sites, A, B);
    assert_true(t.outcome == BUNDLE_TAKEN && t.base == 0);
    assert_true(site_has(b, one) && site_has(b, note));
    assert_int_equal(site_send(sites, A, B).outcome, BUNDLE_TAKEN);
}

static void what_is_wanted_no_longer_goes_and_comes_again(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct slice one = site_actor(a, "One", NULL), note = state_note(a, one);
    site_send(sites, A, B);
    assert_true(site_has(b, note));
    change_peer(b, A, "{\"kinds_in\":[\"actor\"]}");
    site_send(sites, A, B);
    site_send(sites, A, B);
    assert_true(site_has(b, one) && !site_has(b, note));
    change_peer(b, A, "{\"kinds_in\":[\"actor\",\"annotation\"]}");
    site_send(sites, A, B);
    site_send(sites, A, B);
    assert_true(site_has(b, one) && site_has(b, note));
}

/* A bundle that was on its way when the kinds changed: its ends are heard. */
static void the_end_of_what_is_wanted_no_longer_is_taken(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct slice one = site_actor(a, "One", NULL), note = state_note(a, one);
    struct buf bundle cleanup_buf;
    site_make(a, B, &bundle);
    site_take(b, buf_slice(&bundle), NULL);
    assert_true(site_has(b, note));
    change_peer(b, A, "{\"kinds_in\":[\"actor\"]}");
    site_retract(a, "annotation", note);
    struct exchange_taken t = site_send(sites, A, B);
    assert_int_equal(t.outcome, BUNDLE_TAKEN); /* over base 0 */
    assert_int_equal(t.counts.refused, 0);
    assert_int_equal(t.counts.retract, 1);
    assert_false(site_has(b, note));
}

/* ---- receipts ---- */

static struct slice sign_with(struct site *signer, struct slice receipt, const char *patch)
{
    struct arena *a = signer->arena;
    struct json *o = NULL, *p = NULL;
    struct buf out cleanup_buf;
    buf_init(&out, LIMIT_RECEIPT);
    site_ok(signer, json_parse(a, arena_copy(a, slice_trim(receipt)), &signer->err, &o));
    site_ok(signer, json_parse(a, slice_of(patch), &signer->err, &p));
    o = json_merge_patch(a, o, p);
    site_ok(signer,
            signed_json_write(node_signer(signer->node), SIGN_RECEIPT, a, o, &signer->err, &out));
    return arena_copy(a, buf_slice(&out));
}

static void a_signed_receipt_with_other_shapes_inside_does_no_harm(void **state)
{
    static const char *const patches[] = {
        "{\"signature\":null,\"refused\":{\"a\":{\"statement\":\"00\"},\"b\":1,\"c\":[]}}",
        "{\"signature\":null,\"refused\":[1,\"a\",[],null]}",
        "{\"signature\":null,\"refused\":\"text\",\"counts\":[],\"at\":\"x\"}",
        "{\"signature\":null,\"since\":{\"a\":\"b\",\"c\":[]}}",
        "{\"signature\":null,\"since\":[1,{},[\"a\"],null,\"\"]}",
        "{\"signature\":null,\"since\":\"text\"}",
    };
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    for (size_t i = 0; i < sizeof patches / sizeof *patches; i++) {
        struct buf bundle cleanup_buf;
        struct buf receipt cleanup_buf;
        buf_init(&receipt, LIMIT_RECEIPT);
        site_actor(a, "One more", NULL);
        site_make(a, B, &bundle);
        site_take(b, buf_slice(&bundle), &receipt);
        struct slice text = sign_with(b, buf_slice(&receipt), patches[i]);
        struct exchange_receipted done;
        error_clear(&a->err);
        exchange_receipt(a->node, node_operator(a->node), a->arena, text, a->now_ms, &a->err,
                         &done); /* whether it is believed is the peer's own affair */
        struct exchange_taken t = site_send(sites, A, B);
        assert_true(t.outcome == BUNDLE_TAKEN || t.outcome == BUNDLE_GAP);
    }
}

/* Signs it anew, naming the first bundle so many times as taken since. */
static struct slice with_since(struct site *signer, struct slice receipt, int count)
{
    struct json *o = NULL;
    struct buf patch cleanup_buf;
    buf_init(&patch, LIMIT_RECEIPT);
    site_ok(signer, json_parse(signer->arena, arena_copy(signer->arena, slice_trim(receipt)),
                               &signer->err, &o));
    struct slice known = json_get_text(o, "bundle");
    buf_add(&patch, S("{\"signature\":null,\"since\":["));
    for (int i = 0; i < count; i++)
        buf_printf(&patch, "%s\"" SLICE_FMT "\"", i ? "," : "", SLICE_ARG(known));
    buf_add(&patch, S("]}"));
    assert_false(buf_failed(&patch));
    return sign_with(signer, receipt, arena_copy(signer->arena, buf_slice(&patch)).ptr);
}

/* Which base the next bundle has after a receipt that names so many bundles, all of them known. */
static int64_t base_after(struct site *sites, int named)
{
    struct site *a = &sites[A], *b = &sites[B];
    struct buf bundle cleanup_buf;
    struct buf next cleanup_buf;
    struct buf receipt cleanup_buf;
    buf_init(&receipt, LIMIT_RECEIPT);
    site_actor(a, "One more", NULL);
    site_make(a, B, &bundle);
    site_take(b, buf_slice(&bundle), &receipt);
    site_receipt(a, with_since(b, buf_slice(&receipt), named));
    return site_make(a, B, &next).base;
}

static void a_receipt_that_cannot_name_all_that_was_taken_makes_the_sender_begin_anew(void **state)
{
    struct site *sites = *state;
    assert_int_equal(base_after(sites, 2), 1);
    assert_int_equal(base_after(sites, LIMIT_RECEIPT_SINCE), 0);
    site_send(sites, A, B);
    assert_int_equal(base_after(sites, 2), 6); /* and goes on from there */
}

#define with_sites(test) cmocka_unit_test_setup_teardown(test, sites_pair, sites_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_sites(a_sender_that_was_set_back_and_whose_first_bundles_are_lost_leaves_nothing),
        with_sites(the_receipt_that_is_given_again_names_what_came_before_too),
        with_sites(who_has_nothing_to_say_says_so_once_a_day),
        with_sites(that_there_is_nothing_is_said_where_something_may_be),
        with_sites(what_is_wanted_again_comes_though_it_did_not_change),
        with_sites(what_is_wanted_no_longer_goes_and_comes_again),
        with_sites(the_end_of_what_is_wanted_no_longer_is_taken),
        with_sites(a_signed_receipt_with_other_shapes_inside_does_no_harm),
        with_sites(a_receipt_that_cannot_name_all_that_was_taken_makes_the_sender_begin_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
