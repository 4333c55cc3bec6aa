/*
 * A partner may use external ids that records of ours have, by chance or on purpose: taking them
 * works, merges nothing, and what we find, refer to and import by such an id stays ours.
 */
#include "exchange_sites.h"

#include "base/limits.h"
#include "service/access.h"
#include "service/transfer.h"

#include <stdio.h>
#include <stdlib.h>

struct pair {
    struct site sites[2];
    struct slice theirs, theirs_too, ours; /* actors; B's bear every id of ours */
};

#define SHARED "{\"nature\":\"organisation\",\"name_en\":\"%s\",\"external_ids\":[\"hq:1\"]}"

static struct slice bearer(struct site *s, const char *name)
{
    char fields[256];
    snprintf(fields, sizeof fields, SHARED, name);
    return site_state(s, "actor", fields, NULL);
}

static struct slice found(struct site *s, const char *kind, const char *id)
{
    struct snapshot *look = NULL;
    struct row row = { 0 };
    site_ok(s, node_snapshot(s->node, node_operator(s->node), s->arena, s->now_ms, &s->err, &look));
    site_ok(s, snapshot_find_external(look, kinds_find(node_kinds(s->node), slice_of(kind)),
                                      slice_of(id), &s->err, &row));
    snapshot_close(look);
    return row.id;
}

static struct transfer_report import(struct site *s, const char *kind, const char *csv)
{
    struct transfer_report report = { 0 };
    struct write_context w = { .node = s->node, .now_ms = s->now_ms };
    site_ok(s, node_snapshot(s->node, node_operator(s->node), s->arena, s->now_ms, &s->err,
                             &w.snapshot));
    w.unlabelled = S("UNCLASSIFIED");
    site_ok(s, transfer_import_csv(&w, kinds_find(node_kinds(s->node), slice_of(kind)),
                                   slice_of(csv), false, NULL, &s->err, &report));
    return report;
}

/* B's first one is older than ours, so its id is the lower one; the second is younger. */
static int setup(void **state)
{
    struct pair *p = calloc(1, sizeof *p);
    assert_non_null(p);
    sites_open(p->sites, 2);
    sites_meet(p->sites, A, B, "CONFIDENTIAL", "CONFIDENTIAL");
    p->sites[B].now_ms -= 1000;
    p->theirs = bearer(&p->sites[B], "Theirs");
    p->ours = bearer(&p->sites[A], "Ours");
    p->sites[B].now_ms += 2000;
    p->theirs_too = bearer(&p->sites[B], "Theirs, too");
    /* and of an earlier kind than the one that has it here */
    site_state(&p->sites[B], "actor",
               "{\"nature\":\"unit\",\"name_en\":\"A unit\",\"external_ids\":[\"talk:1\"]}", NULL);
    site_state(&p->sites[A], "engagement",
               "{\"title\":\"Talks\",\"when\":\"2026-01-10\",\"mode\":\"meeting\",\"status\":"
               "\"held\",\"external_ids\":[\"talk:1\"]}",
               NULL);
    p->sites[A].now_ms = p->sites[B].now_ms;
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    struct pair *p = *state;
    sites_sound(p->sites, 2);
    sites_close(p->sites, 2);
    free(p);
    return 0;
}

static void taking_an_id_of_ours_neither_fails_nor_merges(void **state)
{
    struct pair *p = *state;
    struct site *a = &p->sites[A];
    struct slice before = site_body(a, p->ours);
    struct exchange_taken t = site_send(p->sites, B, A);
    assert_true(slice_compare(p->theirs, p->ours) < 0 && slice_compare(p->ours, p->theirs_too) < 0);
    assert_int_equal(t.outcome, BUNDLE_TAKEN);
    assert_int_equal(t.counts.put, 3);
    assert_int_equal(t.counts.refused, 0);
    assert_true(site_has(a, p->theirs) && site_has(a, p->theirs_too) && site_has(a, p->ours));
    assert_true(slice_eq(site_body(a, p->ours), before));
    assert_int_equal(site_row(a, p->ours).version, 1);
    assert_true(slice_eq(found(a, "actor", "hq:1"), p->ours));
    site_retract(a, "actor", p->ours); /* only now a partner's is what bears it */
    assert_true(slice_eq(found(a, "actor", "hq:1"), p->theirs));
}

static void an_import_finds_and_refers_to_ours(void **state)
{
    struct pair *p = *state;
    struct site *a = &p->sites[A];
    site_send(p->sites, B, A);
    struct transfer_report r =
        import(a, "actor",
               "external_ids,nature,name_en,parent\nhq:1,organisation,Ours again,\n"
               "hq:2,unit,Part of it,hq:1\n");
    assert_int_equal(r.failed, 0);
    assert_int_equal(r.changed, 1);
    assert_int_equal(r.created, 1);
    assert_int_equal(site_row(a, p->ours).version, 2);
    assert_int_equal(site_row(a, p->theirs).version, 1);
    assert_non_null(strstr(site_body(a, found(a, "actor", "hq:2")).ptr, p->ours.ptr));
    r = import(a, "annotation", "external_ids,about,stance,text\nn:1,talk:1,note,of the talks\n");
    assert_int_equal(r.failed, 0);
    assert_non_null(strstr(site_body(a, found(a, "annotation", "n:1")).ptr,
                           found(a, "engagement", "talk:1").ptr));
}

static void an_import_of_an_id_that_only_a_partner_has_states_one_of_ours(void **state)
{
    struct pair *p = *state;
    struct site *a = &p->sites[A];
    static const char csv[] = "external_ids,nature,name_en\nhq:1,organisation,Ours anew\n";
    site_send(p->sites, B, A);
    site_retract(a, "actor", p->ours);
    struct transfer_report r = import(a, "actor", csv);
    assert_int_equal(r.failed, 0);
    assert_int_equal(r.created, 1);
    struct slice anew = found(a, "actor", "hq:1");
    assert_false(slice_eq(anew, p->theirs) || slice_eq(anew, p->theirs_too));
    assert_int_equal(site_row(a, p->theirs).version, 1);
    r = import(a, "actor", csv); /* and is found again */
    assert_int_equal(r.unchanged, 1);
}

#define with_sites(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_sites(taking_an_id_of_ours_neither_fails_nor_merges),
        with_sites(an_import_finds_and_refers_to_ours),
        with_sites(an_import_of_an_id_that_only_a_partner_has_states_one_of_ours),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
