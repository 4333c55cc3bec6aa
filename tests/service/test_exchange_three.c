/*
 * Three instances: relays, onward release, hostile peers, and what both sides say.
 */
#include "exchange_sites.h"

#include "base/limits.h"
#include "ledger/signer.h"
#include "service/release.h"
#include "service/render.h"
#include "service/requests_board.h"

#include <stdio.h>

static void instance_of(struct site *s, char ret[UUID_TEXT + 1])
{
    uuid_format(ledger_instance(node_ledger(s->node)), ret);
}

/* ---- relays ---- */

static void a_relayed_record_keeps_its_originator_and_is_withdrawn_with_its_source(void **state)
{
    struct site *sites = *state, *a = &sites[A], *c = &sites[C];
    struct slice id = site_actor(a, "Of A", NULL);
    char origin[UUID_TEXT + 1];
    instance_of(a, origin);
    site_send(sites, A, B);
    site_send(sites, B, C);
    assert_true(slice_is(site_row(c, id).origin, origin));
    assert_int_equal(site_send(sites, C, B).counts.put, 0); /* nor does it go back by the relay */
    site_relabel(a, "actor", id, "TOP SECRET");
    site_send(sites, A, B);
    assert_false(site_has(&sites[B], id));
    assert_int_equal(site_send(sites, B, C).counts.withdraw, 1);
    assert_false(site_has(c, id));
}

static void a_retraction_and_a_redaction_reach_who_had_it_by_a_relay(void **state)
{
    struct site *sites = *state, *a = &sites[A], *c = &sites[C];
    struct slice one = site_actor(a, "One", NULL), two = site_actor(a, "Two", NULL);
    struct uuid record;
    struct entry e;
    site_send(sites, A, B);
    site_send(sites, B, C);
    site_retract(a, "actor", one);
    site_redact(a, "actor", two, 0);
    site_send(sites, A, B);
    struct exchange_taken t = site_send(sites, B, C);
    assert_int_equal(t.counts.retract, 1);
    assert_int_equal(t.counts.redact, 1);
    assert_false(site_has(c, one) || site_has(c, two));
    assert_true(uuid_parse(two, &record));
    site_ok(c, ledger_read_version(node_ledger(c->node), c->arena, record, 1, &c->err, &e));
    assert_true(e.redacted);
}

static void what_two_sources_provide_stays_until_both_withdraw_it(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B], *c = &sites[C];
    struct slice id = site_actor(a, "Shared", NULL);
    struct json *patch = NULL;
    site_send(sites, A, B);
    site_send(sites, B, C); /* from the relay, while C does not know A */
    sites_meet(sites, A, C, SITES_ALL, SITES_ALL);
    site_send(sites, A, C); /* and from the originator */
    json_parse(b->arena, S("{\"kinds_out\":[\"agreement\"]}"), NULL, &patch);
    site_ok(b, peer_change(b->node, node_operator(b->node), b->arena, b->peers[C], patch, S("*"),
                           b->now_ms, &b->err));
    assert_int_equal(site_send(sites, B, C).counts.withdraw, 1);
    assert_true(site_has(c, id));
    site_relabel(a, "actor", id, "TOP SECRET");
    assert_int_equal(site_send(sites, A, C).counts.withdraw, 1);
    assert_false(site_has(c, id));
}

static void nobody_speaks_for_a_peer_who_speaks_for_itself(void **state)
{
    struct site *sites = *state, *a = &sites[A], *c = &sites[C];
    sites_meet(sites, A, C, SITES_ALL, SITES_ALL);
    struct slice id = site_actor(a, "Of A", NULL);
    site_send(sites, A, B);
    struct exchange_taken t = site_send(sites, B, C);
    assert_int_equal(t.counts.refused, 1);
    assert_int_equal(t.refusals[0].reason, EXCHANGE_NOT_ORIGINATOR);
    assert_true(slice_eq(t.refusals[0].record, id));
    assert_false(site_has(c, id));
    assert_int_equal(site_send(sites, B, C).counts.refused, 0); /* it is not sent again */
    assert_int_equal(site_send(sites, A, C).counts.put, 1);
    assert_true(site_has(c, id));
}

/* ---- ORCON: A -> B -> C ---- */

static struct slice grant(struct site *s, struct slice record, struct site *to)
{
    struct written done;
    struct json *input = NULL, *decision = NULL;
    struct snapshot *snap = NULL;
    char text[400], instance[UUID_TEXT + 1];
    instance_of(to, instance);
    snprintf(text, sizeof text,
             "{\"nature\":\"onward\",\"record\":\"" SLICE_FMT "\",\"to\":[\"%s\"],"
             "\"reason\":\"needed\",\"authority\":\"J2\"}",
             SLICE_ARG(record), instance);
    site_ok(s, json_parse(s->arena, arena_copy(s->arena, slice_of(text)), &s->err, &input));
    site_ok(s, node_snapshot(s->node, node_operator(s->node), s->arena, s->now_ms, &s->err, &snap));
    struct write_context w = { .node = s->node, .snapshot = snap, .now_ms = s->now_ms };
    site_ok(s, release_propose(&w, input, &s->err, &done));
    struct slice id = done.id;
    site_ok(s, json_parse(s->arena, S("{\"decision\":\"approve\",\"authority\":\"J2\"}"), &s->err,
                          &decision));
    site_ok(s, node_snapshot(s->node, node_operator(s->node), s->arena, s->now_ms, &s->err, &snap));
    struct write_context d = { .node = s->node, .snapshot = snap, .now_ms = s->now_ms };
    int code = release_decide(&d, id, decision, &s->err, &done);
    if (code < 0 && code != EN_CONFLICT)
        fail_msg("%s", s->err.message);
    return id;
}

static void revoke(struct site *s, struct slice release)
{
    struct written done;
    struct snapshot *snap = NULL;
    site_ok(s, node_snapshot(s->node, node_operator(s->node), s->arena, s->now_ms, &s->err, &snap));
    struct write_context w = { .node = s->node, .snapshot = snap, .now_ms = s->now_ms };
    site_ok(s, release_revoke(&w, release, S("over"), &s->err, &done));
}

static void an_originator_s_record_goes_no_further_than_the_originator_consents(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B], *c = &sites[C];
    char origin[UUID_TEXT + 1], label[100];
    instance_of(a, origin);
    snprintf(label, sizeof label, "CONFIDENTIAL; ORCON: %s", origin);
    struct slice id = site_actor(a, "Controlled", label);
    grant(a, id, b);
    site_send(sites, A, B);
    assert_true(site_has(b, id));
    for (int i = 0; i < 2; i++) {
        site_send(sites, B, C);
        assert_false(site_has(c, id));
    }
    struct slice to_c = grant(a, id, c);
    site_send(sites, A, B);
    site_send(sites, B, C);
    assert_true(site_has(c, id));
    revoke(a, to_c);
    site_send(sites, A, B);
    site_send(sites, B, C);
    assert_false(site_has(c, id));
    assert_true(site_has(b, id));
}

/* B is a peer of C, A is not: what B says of A's records is B's word, but not that A consents. */
static void consent_is_heard_from_who_consents(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B], *c = &sites[C];
    char origin[UUID_TEXT + 1], partner[UUID_TEXT + 1], label[100], id[UUID_TEXT + 1];
    instance_of(a, origin);
    instance_of(b, partner);
    snprintf(label, sizeof label, "CONFIDENTIAL; ORCON: %s", origin);
    struct slice record = site_actor(a, "Controlled", label);
    struct slice to_c = grant(a, record, c), to_b = grant(a, record, b);
    site_send(sites, A, B);
    site_send(sites, B, C);
    assert_true(site_has(c, record)); /* consent that B heard */
    assert_false(site_has(c, to_c) || site_has(c, to_b));
    struct statement s = {
        .operation = STATE_PUT,
        .record = { { 1 } },
        .instance = ledger_instance(node_ledger(a->node)),
        .kind = S("release"),
        .at_ms = 1,
        .label = S("{\"class\":\"UNCLASSIFIED\",\"policy\":\"entente-default\"}"),
        .body = arena_printf(b->arena,
                             "{\"authority\":\"o\",\"decided_at\":\"2026-01-02T00:00:00Z\","
                             "\"decided_by\":\"d\",\"nature\":\"onward\",\"proposed_by\":\"p\","
                             "\"reason\":\"r\",\"state\":\"approved\",\"to\":[\"%s\"]}",
                             partner)
    };
    struct craft f = { .from = b, .to = c, .number = 9, .statements = &s, .count = 1 };
    struct buf bundle cleanup_buf;
    site_craft(&f, &bundle);
    struct exchange_taken t = site_take(c, buf_slice(&bundle), NULL);
    assert_int_equal(t.outcome, BUNDLE_TAKEN);
    assert_int_equal(t.counts.refused, 1);
    assert_int_equal(t.refusals[0].reason, EXCHANGE_NOT_ORIGINATOR);
    uuid_format(s.record, id);
    assert_false(site_has(c, slice_of(id)));
}

/* ---- hostile peers ---- */

static enum bundle_outcome take_crafted(const struct craft *f)
{
    struct buf bundle cleanup_buf;
    int64_t before = site_entries(f->to);
    site_craft(f, &bundle);
    enum bundle_outcome outcome = site_take(f->to, buf_slice(&bundle), NULL).outcome;
    if (outcome != BUNDLE_TAKEN)
        assert_int_equal(site_entries(f->to), before);
    return outcome;
}

static void a_bundle_must_be_from_and_for_whom_it_says(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B], *c = &sites[C];
    assert_int_equal(take_crafted(&(struct craft){ .from = c, .to = b, .claims = a, .number = 1 }),
                     BUNDLE_FORGED);
    assert_int_equal(
        take_crafted(&(struct craft){ .from = a, .to = b, .addressed = c, .number = 1 }),
        BUNDLE_NOT_OURS);
    assert_int_equal(take_crafted(&(struct craft){ .from = a, .to = c, .number = 1 }),
                     BUNDLE_STRANGER);
    assert_int_equal(take_crafted(&(struct craft){ .from = a, .to = b, .number = 7, .base = 5 }),
                     BUNDLE_GAP);
    assert_int_equal(take_crafted(&(struct craft){ .from = a, .to = b, .number = 1 }),
                     BUNDLE_TAKEN);
    assert_int_equal(take_crafted(&(struct craft){ .from = a, .to = b, .number = 1 }), BUNDLE_OLD);
}

static struct uuid id_of(unsigned n)
{
    struct uuid id = { { 1 } };
    id.bytes[15] = (uint8_t)n;
    return id;
}

static void every_statement_is_judged_by_itself(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B], *c = &sites[C];
    struct uuid me = ledger_instance(node_ledger(a->node));
    struct uuid you = ledger_instance(node_ledger(b->node));
    struct uuid third = ledger_instance(node_ledger(c->node));
    struct slice good = S("{\"name_en\":\"X\",\"nature\":\"organisation\"}");
    struct slice low = S("{\"class\":\"UNCLASSIFIED\",\"policy\":\"entente-default\"}");
    struct uuid own, theirs;
    assert_true(uuid_parse(site_actor(b, "Of B", NULL), &own));
    assert_true(uuid_parse(site_actor(c, "Of C", NULL), &theirs));
    site_send(sites, C, B);
    struct statement s[16];
    size_t n = 0;
#define PUT(k, l, b_)                                            \
    s[n] = (struct statement){ .operation = STATE_PUT,           \
                               .record = id_of((unsigned)n + 1), \
                               .instance = me,                   \
                               .kind = S(k),                     \
                               .at_ms = 1,                       \
                               .label = l,                       \
                               .body = b_ };                     \
    n++
    PUT("actor", low, good);                                                       /* 0 fine */
    PUT("user", low, S("{\"role\":\"administrator\",\"username\":\"evil\"}"));     /* 1 */
    PUT("spaceship", low, good);                                                   /* 2 */
    PUT("actor", low, S("{\"colour\":\"red\"}"));                                  /* 3 */
    PUT("actor", S("{\"class\":\"UNCLASSIFIED\",\"policy\":\"of mars\"}"), good);  /* 4 */
    PUT("actor", S("{\"class\":\"FUNNY\",\"policy\":\"entente-default\"}"), good); /* 5 */
    PUT("actor",
        S("{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":[[]]},"
          "\"policy\":\"entente-default\"}"),
        good);               /* 6 */
    PUT("actor", low, good); /* 7 */
    s[7].instance = you;
    PUT("actor", low, good); /* 8 */
    s[8].instance = third;
    PUT("peer", low, S("{\"name\":\"evil\"}")); /* 9 */
    /* ids of records that stand here, in order after the small ones */
    size_t first = uuid_compare(own, theirs) < 0 ? n : n + 1, second = first == n ? n + 1 : n;
    PUT("actor", low, good);
    PUT("actor", low, good);
    s[first].record = own;
    s[second].record = theirs;
    static const enum exchange_reason expected[] = {
        EXCHANGE_FINE,           EXCHANGE_UNKNOWN_KIND,  EXCHANGE_UNKNOWN_KIND, EXCHANGE_INVALID,
        EXCHANGE_LABEL_UNMAPPED, EXCHANGE_LABEL_UNKNOWN, EXCHANGE_ABOVE_US,     EXCHANGE_OWN_RECORD,
        EXCHANGE_NOT_ORIGINATOR, EXCHANGE_UNKNOWN_KIND,  EXCHANGE_TAMPERED,     EXCHANGE_TAMPERED,
    };
    struct craft f = { .from = a, .to = b, .number = 1, .statements = s, .count = n };
    struct buf bundle cleanup_buf;
    site_craft(&f, &bundle);
    struct exchange_taken t = site_take(b, buf_slice(&bundle), NULL);
    assert_int_equal(t.outcome, BUNDLE_TAKEN);
    assert_int_equal(t.counts.put, 1);
    assert_int_equal(t.refusal_count, n - 1);
    for (size_t i = 1; i < n; i++) {
        char id[UUID_TEXT + 1];
        uuid_format(s[i].record, id);
        assert_true(slice_is(t.refusals[i - 1].record, id));
        assert_string_equal(exchange_reason_word(t.refusals[i - 1].reason),
                            exchange_reason_word(expected[i]));
    }
#undef PUT
}

static void an_older_revision_of_another_carrier_is_refused(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B], *c = &sites[C];
    struct uuid stranger = id_of(99);
    struct statement s = { .operation = STATE_PUT,
                           .record = id_of(1),
                           .instance = stranger,
                           .kind = S("actor"),
                           .at_ms = 10,
                           .label =
                               S("{\"class\":\"UNCLASSIFIED\",\"policy\":\"entente-default\"}"),
                           .body = S("{\"name_en\":\"New\",\"nature\":\"organisation\"}") };
    struct craft f = { .from = a, .to = b, .number = 1, .statements = &s, .count = 1 };
    struct buf one cleanup_buf;
    struct buf two cleanup_buf;
    char id[UUID_TEXT + 1];
    site_craft(&f, &one);
    assert_int_equal(site_take(b, buf_slice(&one), NULL).counts.put, 1);
    s.at_ms = 9;
    s.body = S("{\"name_en\":\"Old\",\"nature\":\"organisation\"}");
    f.from = c;
    site_craft(&f, &two);
    struct exchange_taken t = site_take(b, buf_slice(&two), NULL);
    assert_int_equal(t.counts.refused, 1);
    assert_int_equal(t.refusals[0].reason, EXCHANGE_OLDER);
    uuid_format(s.record, id);
    assert_non_null(strstr(site_body(b, slice_of(id)).ptr, "New"));
}

/* ---- both sides ---- */

static struct slice sides_text(struct site *s, struct slice record)
{
    struct snapshot *snap = NULL;
    struct buf out cleanup_buf;
    struct json_writer w;
    buf_init(&out, LIMIT_RESPONSE);
    jw_init(&w, &out);
    site_ok(s, node_snapshot(s->node, node_operator(s->node), s->arena, s->now_ms, &s->err, &snap));
    struct render r = { .snapshot = snap, .out = &w, .refs = refs_new(snap) };
    jw_object(&w);
    site_ok(s, sides_write(s->node, record, &r, &s->err));
    jw_object_end(&w);
    snapshot_close(snap);
    return arena_copy(s->arena, buf_slice(&out));
}

static struct slice promise(struct site *s, struct slice from, struct slice to, const char *state,
                            const char *more)
{
    char fields[500];
    snprintf(fields, sizeof fields,
             "{\"from\":\"" SLICE_FMT "\",\"to\":\"" SLICE_FMT "\",\"text\":\"Lend two boats\","
             "\"stakes\":\"routine\",\"state\":\"%s\"%s}",
             SLICE_ARG(from), SLICE_ARG(to), state, more);
    return site_state(s, "commitment", fields, NULL);
}

static struct slice named_actor(struct site *s, const char *name, const char *external)
{
    char fields[200];
    snprintf(fields, sizeof fields,
             "{\"nature\":\"organisation\",\"name_en\":\"%s\",\"external_ids\":[\"%s\"]}", name,
             external);
    return site_state(s, "actor", fields, NULL);
}

static void both_sides_of_a_promise_stand_side_by_side_with_their_differences_named(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct slice a1 = named_actor(a, "Alpha", "x:alpha"), a2 = named_actor(a, "Beta", "x:beta");
    struct slice b1 = named_actor(b, "Alfa", "x:alpha"), b2 = named_actor(b, "Beta HQ", "x:beta");
    promise(a, a1, a2, "kept", ",\"due\":\"2026-01-15\",\"decided_on\":\"2026-01-02\"");
    struct slice ours =
        promise(b, b1, b2, "late", ",\"due\":\"2026-01-15\",\"decided_on\":\"2026-02-02\"");
    struct slice before = sides_text(b, ours);
    assert_non_null(strstr(before.ptr, "\"theirs\":null"));
    site_send(sites, A, B);
    struct slice text = sides_text(b, ours);
    assert_non_null(strstr(text.ptr, "\"matched_by\":\"parties\""));
    assert_non_null(strstr(text.ptr, "State: we say \\\"Kept late\\\", they say \\\"Kept\\\"."));
    assert_non_null(strstr(text.ptr, "\"field\":\"decided_on\""));
    assert_null(strstr(text.ptr, "\"field\":\"text\""));
    assert_null(strstr(text.ptr, "\"field\":\"from\"")); /* the same actor under two names */
}

static void a_request_from_a_peer_is_answered_by_a_record_of_ours(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct slice a1 = named_actor(a, "Alpha", "x:alpha"), a2 = named_actor(a, "Beta", "x:beta");
    struct slice home = named_actor(b, "Beta HQ", "x:beta");
    struct written done;
    struct snapshot *snap = NULL;
    struct buf out cleanup_buf;
    struct json_writer w;
    char fields[500];
    snprintf(fields, sizeof fields,
             "{\"from\":\"" SLICE_FMT "\",\"to\":\"" SLICE_FMT "\",\"nature\":\"support\","
             "\"text\":\"Two boats\",\"stakes\":\"routine\",\"state\":\"submitted\","
             "\"submitted_on\":\"2026-05-01\",\"response_due\":\"2026-07-01\"}",
             SLICE_ARG(a1), SLICE_ARG(a2));
    struct slice request = site_state(a, "request", fields, NULL);
    site_send(sites, A, B);
    buf_init(&out, LIMIT_RESPONSE);
    jw_init(&w, &out);
    site_ok(b, node_snapshot(b->node, node_operator(b->node), b->arena, b->now_ms, &b->err, &snap));
    struct render r = { .snapshot = snap, .out = &w, .refs = refs_new(snap) };
    jw_object(&w);
    site_ok(b, requests_board_write(home, b->now_ms, &r, &b->err));
    jw_object_end(&w);
    snapshot_close(snap);
    assert_non_null(strstr(out.ptr, "\"direction\":\"in\""));
    assert_non_null(strstr(out.ptr, "\"response_due\":\"2026-07-01\""));
    assert_non_null(strstr(out.ptr, "\"theirs\":true"));
    site_ok(b, node_snapshot(b->node, node_operator(b->node), b->arena, b->now_ms, &b->err, &snap));
    struct write_context wc = { .node = b->node, .snapshot = snap, .now_ms = b->now_ms };
    site_ok(b, exchange_adopt(&wc, request, &b->err, &done));
    assert_int_equal(site_change(b, "request", done.id, "{\"state\":\"validated\"}"), 0);
    site_ok(b, node_snapshot(b->node, node_operator(b->node), b->arena, b->now_ms, &b->err, &snap));
    struct write_context again = { .node = b->node, .snapshot = snap, .now_ms = b->now_ms };
    assert_int_equal(exchange_adopt(&again, request, &b->err, &done), EN_CONFLICT);
    site_send(sites, B, A);
    struct slice text = sides_text(a, request);
    assert_non_null(strstr(text.ptr, "\"matched_by\":\"annotation\""));
    assert_non_null(strstr(text.ptr, "we say \\\"Submitted\\\", they say \\\"Validated\\\""));
}

static void what_a_partner_says_is_no_evidence_of_ours(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct slice a1 = site_actor(a, "One", NULL), a2 = site_actor(a, "Two", NULL);
    struct snapshot *snap = NULL;
    promise(a, a1, a2, "broken", ",\"decided_on\":\"2026-01-02\"");
    site_send(sites, A, B);
    site_ok(a, node_snapshot(a->node, node_operator(a->node), a->arena, a->now_ms, &a->err, &snap));
    assert_true(snapshot_columns(snap)->item_count > 0);
    snapshot_close(snap);
    site_ok(b, node_snapshot(b->node, node_operator(b->node), b->arena, b->now_ms, &b->err, &snap));
    assert_int_equal(snapshot_columns(snap)->item_count, 0);
    snapshot_close(snap);
}

#define with_sites(test) cmocka_unit_test_setup_teardown(test, sites_row, sites_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_sites(a_relayed_record_keeps_its_originator_and_is_withdrawn_with_its_source),
        with_sites(a_retraction_and_a_redaction_reach_who_had_it_by_a_relay),
        with_sites(what_two_sources_provide_stays_until_both_withdraw_it),
        with_sites(nobody_speaks_for_a_peer_who_speaks_for_itself),
        with_sites(an_originator_s_record_goes_no_further_than_the_originator_consents),
        with_sites(consent_is_heard_from_who_consents),
        with_sites(a_bundle_must_be_from_and_for_whom_it_says),
        with_sites(every_statement_is_judged_by_itself),
        with_sites(an_older_revision_of_another_carrier_is_refused),
        with_sites(both_sides_of_a_promise_stand_side_by_side_with_their_differences_named),
        with_sites(a_request_from_a_peer_is_answered_by_a_record_of_ours),
        with_sites(what_a_partner_says_is_no_evidence_of_ours),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
