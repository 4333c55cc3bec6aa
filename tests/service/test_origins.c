/*
 * Whose a record is: what answers say of records of another instance, to whom, and that our own
 * bear nothing.
 */
#include "exchange_sites.h"

#include "base/limits.h"
#include "service/partner.h"
#include "service/render.h"

#include <stdio.h>
#include <stdlib.h>

struct trio {
    struct site sites[SITES];
    struct slice own, near, far; /* at A: A's, B's, and C's that came through B */
};

/* A knows B and not C. */
static int setup(void **state)
{
    struct trio *t = calloc(1, sizeof *t);
    assert_non_null(t);
    sites_open(t->sites, SITES);
    sites_meet(t->sites, A, B, SITES_ALL, SITES_ALL);
    sites_meet(t->sites, B, C, SITES_ALL, SITES_ALL);
    t->own = site_actor(&t->sites[A], "Of A", NULL);
    t->near = site_actor(&t->sites[B], "Of B", NULL);
    t->far = site_actor(&t->sites[C], "Of C", NULL);
    site_send(t->sites, C, B);
    site_send(t->sites, B, A);
    *state = t;
    return 0;
}

static int teardown(void **state)
{
    struct trio *t = *state;
    sites_close(t->sites, SITES);
    free(t);
    return 0;
}

/* The record as this viewer is shown it, and as a row of a list and as a reference of it. */
struct shown {
    const struct json *record, *row, *ref;
};

static struct shown show(struct site *s, const struct viewer *v, struct slice id)
{
    struct snapshot *snapshot = NULL;
    struct buf text cleanup_buf;
    struct json_writer out;
    struct json *all = NULL;
    struct row row;
    buf_init(&text, LIMIT_RECORD * 4);
    jw_init(&out, &text);
    site_ok(s, node_snapshot(s->node, v, s->arena, s->now_ms, &s->err, &snapshot));
    struct render r = { .snapshot = snapshot, .out = &out, .refs = refs_new(snapshot) };
    assert_non_null(r.refs);
    site_ok(s, snapshot_get(snapshot, NULL, id, &s->err, &row));
    jw_object(&out);
    jw_key(&out, "shown");
    site_ok(s, render_record(&r, &row, &s->err));
    jw_key(&out, "row");
    jw_object(&out);
    render_origin(&r, row.origin);
    jw_object_end(&out);
    assert_true(refs_add(r.refs, id));
    refs_write(r.refs, &out);
    jw_object_end(&out);
    assert_int_equal(snapshot_failure(snapshot), 0);
    snapshot_close(snapshot);
    struct slice kept = arena_copy(s->arena, buf_slice(&text));
    site_ok(s, json_parse(s->arena, kept, &s->err, &all));
    return (struct shown){ .record = json_get(all, "shown"),
                           .row = json_get(all, "row"),
                           .ref = json_get_slice(json_get(all, "refs"), id) };
}

static void assert_says(const struct json *v, struct site *originator, const char *name)
{
    char origin[UUID_TEXT + 1];
    uuid_format(ledger_instance(node_ledger(originator->node)), origin);
    assert_true(json_get_bool(v, "theirs", false));
    assert_true(slice_is(json_get_text(v, "origin"), origin));
    if (name)
        assert_true(slice_is(json_get_text(v, "origin_name"), name));
    else
        assert_null(json_get(v, "origin_name"));
}

static void assert_all_say(const struct shown *x, struct site *originator, const char *name)
{
    assert_says(x->record, originator, name);
    assert_says(x->row, originator, name);
    assert_says(x->ref, originator, name);
}

/* What A calls B. */
static const char *name_of_b(struct site *a)
{
    struct peer p;
    site_ok(a, peer_find(a->node, a->arena, a->peers[B], a->now_ms, &a->err, &p));
    return arena_cstr(a->arena, p.name);
}

static struct viewer viewer_of(struct site *s, enum role role)
{
    struct viewer v = *node_operator(s->node);
    v.role = role;
    v.permissions = role_permissions(role);
    return v;
}

static void a_foreign_record_names_its_originator_to_who_may_disclose(void **state)
{
    struct trio *t = *state;
    struct site *a = &t->sites[A];
    for (enum role role = ROLE_DISCLOSURE_OFFICER; role <= ROLE_ADMINISTRATOR; role++) {
        struct viewer v = viewer_of(a, role);
        struct shown x = show(a, &v, t->near);
        assert_all_say(&x, &t->sites[B], name_of_b(a));
    }
}

static void to_others_it_is_foreign_without_a_name(void **state)
{
    struct trio *t = *state;
    struct site *a = &t->sites[A];
    for (enum role role = ROLE_READER; role < ROLE_DISCLOSURE_OFFICER; role++) {
        struct viewer v = viewer_of(a, role);
        struct shown x = show(a, &v, t->near);
        assert_all_say(&x, &t->sites[B], NULL);
    }
}

/* The peer stands for an actor of ours; whoever reads that actor is told its name. */
static void others_are_told_the_actor_that_the_peer_stands_for(void **state)
{
    struct trio *t = *state;
    struct site *a = &t->sites[A];
    struct slice actor = site_actor(a, "Their command", "UNCLASSIFIED");
    struct json *patch = NULL;
    struct slice text = arena_printf(a->arena, "{\"actor\":\"" SLICE_FMT "\"}", SLICE_ARG(actor));
    struct viewer v = viewer_of(a, ROLE_READER);
    site_ok(a, clearance_parse_text(node_policy(a->node), a->arena, S("UNCLASSIFIED"), S("/"),
                                    &a->err, &v.clearance));
    site_ok(a, json_parse(a->arena, text, &a->err, &patch));
    site_ok(a, peer_change(a->node, node_operator(a->node), a->arena, a->peers[B], patch, S("*"),
                           a->now_ms, &a->err));
    struct shown x = show(a, &v, t->near);
    assert_all_say(&x, &t->sites[B], "Their command");
    site_relabel(a, "actor", actor, "SECRET");
    x = show(a, &v, t->near);
    assert_all_say(&x, &t->sites[B], NULL);
    x = show(a, node_operator(a->node), t->near);
    assert_all_say(&x, &t->sites[B], name_of_b(a));
}

static void an_originator_that_is_none_of_our_peers_has_no_name(void **state)
{
    struct trio *t = *state;
    struct site *a = &t->sites[A];
    struct shown x = show(a, node_operator(a->node), t->far);
    assert_all_say(&x, &t->sites[C], NULL);
}

static void a_partner_is_told_no_name_even_where_an_officer_looks(void **state)
{
    struct trio *t = *state;
    struct site *a = &t->sites[A];
    const struct viewer *v = NULL;
    site_ok(a, partner_viewer(a->node, a->arena, a->peers[B], node_operator(a->node), a->now_ms,
                              &a->err, &v));
    struct shown x = show(a, v, t->near);
    assert_all_say(&x, &t->sites[B], NULL);
    struct viewer officer = *v; /* whatever a later change lets a partner do */
    officer.permissions = role_permissions(ROLE_ADMINISTRATOR);
    x = show(a, &officer, t->near);
    assert_all_say(&x, &t->sites[B], NULL);
}

static void our_own_records_bear_nothing_new(void **state)
{
    static const char *const names[] = { "theirs", "origin_name" };
    struct trio *t = *state;
    struct site *a = &t->sites[A];
    struct shown x = show(a, node_operator(a->node), t->own);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_null(json_get(x.record, names[i]));
        assert_null(json_get(x.ref, names[i]));
    }
    assert_non_null(json_get(x.record, "origin"));
    assert_null(json_get(x.ref, "origin"));
    assert_int_equal(x.row->count, 0);
}

static void a_name_that_changes_is_the_new_one_and_an_ended_peer_keeps_its_name(void **state)
{
    struct trio *t = *state;
    struct site *a = &t->sites[A];
    struct json *patch = NULL;
    site_ok(a,
            json_parse(a->arena, S("{\"name\":\"Bravo\",\"state\":\"ended\"}"), &a->err, &patch));
    site_ok(a, peer_change(a->node, node_operator(a->node), a->arena, a->peers[B], patch, S("*"),
                           a->now_ms, &a->err));
    struct shown x = show(a, node_operator(a->node), t->near);
    assert_all_say(&x, &t->sites[B], "Bravo");
}

static void a_bundle_carries_no_name_of_a_peer(void **state)
{
    struct trio *t = *state;
    struct site *b = &t->sites[B];
    struct slice body = site_body(b, t->far);
    assert_true(body.len > 0);
    assert_null(strstr(arena_cstr(b->arena, body), "origin_name"));
    struct slice relayed = site_body(&t->sites[A], t->far);
    assert_true(slice_eq(body, relayed));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_foreign_record_names_its_originator_to_who_may_disclose,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(to_others_it_is_foreign_without_a_name, setup, teardown),
        cmocka_unit_test_setup_teardown(others_are_told_the_actor_that_the_peer_stands_for, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_originator_that_is_none_of_our_peers_has_no_name, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_partner_is_told_no_name_even_where_an_officer_looks,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(our_own_records_bear_nothing_new, setup, teardown),
        cmocka_unit_test_setup_teardown(
            a_name_that_changes_is_the_new_one_and_an_ended_peer_keeps_its_name, setup, teardown),
        cmocka_unit_test_setup_teardown(a_bundle_carries_no_name_of_a_peer, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
