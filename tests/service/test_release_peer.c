/*
 * Releases to peers: what a peer may have beyond what it had stands in one append with the decision
 * that lets it, and what a decision gave ends with it: never more than before, never more than now.
 */
#include "exchange_sites.h"

#include "base/limits.h"
#include "ledger/signer.h"
#include "service/difference.h"
#include "service/partner.h"
#include "service/release.h"

#include <stdio.h>

#define DAY INT64_C(86400000)
#define LONG_AGO "2026-01-01" /* the sites' clock begins at 2026-05-28 */
#define NEXT_DAY "2026-05-29"

static struct json *parsed(struct site *s, const char *text)
{
    struct json *o = NULL;
    site_ok(s, json_parse(s->arena, arena_copy(s->arena, slice_of(text)), &s->err, &o));
    return o;
}

static int change_as(struct site *s, const struct viewer *v, const char *patch)
{
    error_clear(&s->err);
    return peer_change(s->node, v, s->arena, s->peers[B], parsed(s, patch), S("*"), s->now_ms,
                       &s->err);
}

static int change(struct site *s, const char *patch)
{
    return change_as(s, node_operator(s->node), patch);
}

/* A patch with its grounds, until a day or for good. */
static void decide(struct site *s, const char *members, const char *until)
{
    char text[600];
    s->now_ms += 60000; /* so that the newest is the first */
    snprintf(text, sizeof text,
             "{%s,\"release\":{\"authority\":\"Order 4\",\"reason\":\"Exercise\"%s%s%s}}", members,
             until ? ",\"until\":\"" : "", until ? until : "", until ? "\"" : "");
    site_ok(s, change(s, text));
}

static void refused_without_grounds(struct site *s, const char *patch)
{
    int64_t before = site_entries(s);
    assert_int_equal(change(s, patch), EN_INVALID);
    assert_int_equal(s->err.field_count, 1);
    assert_string_equal(s->err.fields[0].pointer, "/release");
    assert_int_equal(s->err.fields[0].reason, REASON_REQUIRED);
    assert_int_equal(site_entries(s), before);
}

static const struct json *peer_body(struct site *s)
{
    return parsed(s, arena_cstr(s->arena, site_body(s, s->peers[B])));
}

static struct slice in_clearance(struct site *s, const char *part)
{
    return json_get_text(json_get(peer_body(s), "clearance"), part);
}

static struct slice peer_state(struct site *s)
{
    return json_get_text(peer_body(s), "state");
}

static uint32_t readers(struct site *s)
{
    const struct json *all =
        json_get(json_get(json_get(peer_body(s), "clearance"), "permissive"), "Releasable To");
    return all ? all->count : 0;
}

/* The decisions over B, newest first. */
static struct page decisions(struct site *s)
{
    struct snapshot *snap = NULL;
    struct page page = { 0 };
    struct filter of = { .field = S("peer"), .value = s->peers[B] };
    site_ok(s, node_snapshot(s->node, node_operator(s->node), s->arena, s->now_ms, &s->err, &snap));
    struct list_query q = { .kind = kinds_find(node_kinds(s->node), S("peer_release")),
                            .filters = &of,
                            .filter_count = 1,
                            .order = LIST_WHEN,
                            .descending = true,
                            .limit = 50 };
    site_ok(s, snapshot_list(snap, &q, &s->err, &page));
    for (size_t i = 0; i < page.count; i++)
        site_ok(s, snapshot_body(snap, &page.rows[i], &s->err));
    snapshot_close(snap);
    return page;
}

static void sweep(struct site *s)
{
    error_clear(&s->err);
    site_ok(s, release_sweep(s->node, s->arena, s->now_ms, &s->err));
}

static struct write_context writing(struct site *s, const struct viewer *v)
{
    struct write_context w = { .node = s->node, .now_ms = s->now_ms };
    error_clear(&s->err);
    site_ok(s, node_snapshot(s->node, v, s->arena, s->now_ms, &s->err, &w.snapshot));
    return w;
}

static struct viewer viewer_of(struct site *s, enum role role)
{
    struct viewer v = *node_operator(s->node);
    v.role = role;
    v.permissions = role_permissions(role);
    return v;
}

/* ---- deciding ---- */

static void a_wider_clearance_stands_in_one_append_with_its_decision(void **state)
{
    struct site *sites = *state, *a = &sites[A];
    uint32_t known = (uint32_t)decisions(a).count; /* it was met with a clearance */
    assert_int_equal(known, 1);
    refused_without_grounds(a, "{\"clearance\":{\"class\":\"SECRET\"}}");
    refused_without_grounds(
        a, "{\"clearance\":{\"permissive\":{\"Releasable To\":[\"GBR\",\"USA\"]}}}");
    refused_without_grounds(a, "{\"clearance\":{\"tlp\":\"GREEN\"}}");
    int64_t before = site_entries(a);
    decide(a, "\"clearance\":{\"class\":\"SECRET\"}", NEXT_DAY);
    assert_int_equal(site_entries(a), before + 2);
    struct page page = decisions(a);
    assert_int_equal(page.count, known + 1);
    const struct json *d = page.rows[0].body;
    assert_true(slice_eq(json_get_text(d, "peer"), a->peers[B]));
    assert_true(slice_is(json_get_text(d, "nature"), "clearance"));
    assert_true(slice_is(json_get_text(d, "state"), "approved"));
    assert_true(slice_is(json_get_text(d, "authority"), "Order 4"));
    assert_true(slice_is(json_get_text(d, "reason"), "Exercise"));
    assert_true(slice_is(json_get_text(d, "until"), NEXT_DAY));
    assert_true(json_get_text(d, "decided_by").len && json_get_text(d, "decided_at").len);
    assert_true(slice_is(json_get_text(json_get(d, "clearance_before"), "class"), "CONFIDENTIAL"));
    assert_true(slice_is(json_get_text(json_get(d, "clearance_after"), "class"), "SECRET"));
    assert_null(json_get(d, "state_before"));
}

static void less_for_a_peer_and_what_is_no_access_need_no_decision(void **state)
{
    struct site *sites = *state, *a = &sites[A];
    size_t known = decisions(a).count;
    site_ok(a, change(a, "{\"clearance\":{\"class\":\"RESTRICTED\"}}"));
    site_ok(a, change(a, "{\"kinds_out\":[\"actor\",\"annotation\"]}"));
    site_ok(a, change(a, "{\"kinds_out\":[\"actor\"]}"));
    site_ok(a, change(a, "{\"name\":\"Other\",\"kinds_in\":[\"actor\"]}"));
    site_ok(a, change(a, "{\"state\":\"suspended\"}"));
    site_ok(a, change(a, "{\"clearance\":null}"));
    site_ok(a, change(a, "{\"state\":\"confirmed\"}")); /* nothing is sent to it */
    assert_int_equal(decisions(a).count, known);
}

/* Who may not read as much as the peer gives it no more, and may make it less. */
static void a_lower_officer_makes_it_less_and_never_more(void **state)
{
    struct site *sites = *state, *a = &sites[A];
    struct viewer low = viewer_of(a, ROLE_DISCLOSURE_OFFICER);
    site_ok(a, clearance_parse_text(node_policy(a->node), a->arena, S("RESTRICTED"), S("/"),
                                    &a->err, &low.clearance));
    assert_int_equal(change_as(a, &low,
                               "{\"clearance\":{\"tlp\":\"GREEN\"},"
                               "\"release\":{\"authority\":\"x\",\"reason\":\"x\"}}"),
                     EN_INVALID);
    assert_string_equal(a->err.fields[0].pointer, "/clearance");
    site_ok(a, change_as(a, &low, "{\"clearance\":{\"class\":\"RESTRICTED\"}}"));
    assert_int_equal(readers(a), 1); /* what the patch does not state stays */
}

static void more_kinds_and_a_peer_that_is_sent_to_again_are_decisions(void **state)
{
    struct site *sites = *state, *a = &sites[A];
    site_ok(a, change(a, "{\"kinds_out\":[\"actor\"]}"));
    refused_without_grounds(a, "{\"kinds_out\":[\"actor\",\"annotation\"]}");
    refused_without_grounds(a, "{\"kinds_out\":[\"annotation\"]}");
    refused_without_grounds(a, "{\"kinds_out\":null}");
    decide(a, "\"kinds_out\":[\"actor\",\"annotation\"]", NULL);
    site_ok(a, change(a, "{\"state\":\"suspended\"}"));
    refused_without_grounds(a, "{\"state\":\"confirmed\"}");
    uint8_t sign[32], box[32];
    char text[FINGERPRINT_TEXT + 1];
    struct site *b = &sites[B];
    signer_public_keys(node_signer(b->node), sign, box);
    peer_fingerprint(ledger_instance(node_ledger(b->node)), sign, box, text);
    error_clear(&a->err);
    assert_int_equal(peer_confirm(a->node, node_operator(a->node), a->arena, a->peers[B],
                                  slice_of(text), NULL, a->now_ms, &a->err),
                     EN_INVALID);
    assert_string_equal(a->err.fields[0].pointer, "/release");
    error_clear(&a->err);
    a->now_ms += 60000;
    site_ok(a, peer_confirm(a->node, node_operator(a->node), a->arena, a->peers[B], slice_of(text),
                            site_grounds(a), a->now_ms, &a->err));
    assert_true(slice_is(peer_state(a), "confirmed"));
    const struct json *d = decisions(a).rows[0].body;
    assert_true(slice_is(json_get_text(d, "state_before"), "suspended"));
    assert_true(slice_is(json_get_text(d, "state_after"), "confirmed"));
    assert_int_equal(json_get(d, "kinds_before")->count, 2);
}

static void a_first_clearance_is_a_decision_and_a_peer_without_one_is_none(void **state)
{
    struct site *sites = *state, *a = &sites[A], *c = &sites[C];
    struct card_details none = { .name = S("C"), .url = S(""), .tls_pin = S("") };
    struct buf card cleanup_buf;
    struct slice id;
    struct json *input = parsed(a, "{\"clearance\":{\"class\":\"UNCLASSIFIED\"}}");
    buf_init(&card, LIMIT_CARD);
    site_ok(c, exchange_card(c->node, node_operator(c->node), &none, c->now_ms, &c->err, &card));
    int64_t before = site_entries(a);
    error_clear(&a->err);
    assert_int_equal(peer_meet(a->node, node_operator(a->node), a->arena, buf_slice(&card), input,
                               a->now_ms, &a->err, &id),
                     EN_INVALID);
    assert_string_equal(a->err.fields[0].pointer, "/release");
    assert_int_equal(site_entries(a), before);
    error_clear(&a->err);
    site_ok(a, peer_meet(a->node, node_operator(a->node), a->arena, buf_slice(&card), NULL,
                         a->now_ms, &a->err, &a->peers[B]));
    assert_int_equal(site_entries(a), before + 1);
    assert_int_equal(decisions(a).count, 0);
    refused_without_grounds(a, "{\"clearance\":{\"class\":\"UNCLASSIFIED\"}}");
    decide(a, "\"clearance\":{\"class\":\"UNCLASSIFIED\"}", NULL);
    assert_null(json_get(decisions(a).rows[0].body, "clearance_before"));
}

static void grounds_are_whole_and_not_over_and_an_officer_s(void **state)
{
    struct site *sites = *state, *a = &sites[A];
    static const char *const all[][2] = {
        { "\"authority\":\"x\"", "/release/reason" },
        { "\"reason\":\"x\"", "/release/authority" },
        { "\"authority\":\"x\",\"reason\":\"x\",\"until\":\"" LONG_AGO "\"", "/release/until" },
        { "\"authority\":\"x\",\"reason\":\"x\",\"state\":\"x\"", "/release/state" },
    };
    struct viewer steward = viewer_of(a, ROLE_STEWARD);
    char text[300];
    int64_t before = site_entries(a);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        snprintf(text, sizeof text, "{\"clearance\":{\"class\":\"SECRET\"},\"release\":{%s}}",
                 all[i][0]);
        assert_int_equal(change(a, text), EN_INVALID);
        assert_string_equal(a->err.fields[0].pointer, all[i][1]);
    }
    assert_int_equal(change_as(a, &steward,
                               "{\"clearance\":{\"class\":\"SECRET\"},"
                               "\"release\":{\"authority\":\"x\",\"reason\":\"x\"}}"),
                     EN_FORBIDDEN);
    assert_int_equal(site_entries(a), before);
}

/* ---- the end ---- */

static void what_a_decision_gave_is_withdrawn_when_it_is_over(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct slice conf = site_actor(a, "Conf", "CONFIDENTIAL"),
                 secret = site_actor(a, "S", "SECRET");
    decide(a, "\"clearance\":{\"class\":\"SECRET\"}", NEXT_DAY);
    assert_int_equal(site_send(sites, A, B).counts.put, 2);
    a->now_ms += DAY;
    b->now_ms += DAY;
    assert_int_equal(site_send(sites, A, B).counts.withdraw, 0); /* on its last day */
    a->now_ms += DAY;
    b->now_ms += DAY;
    assert_int_equal(site_send(sites, A, B).counts.withdraw, 1); /* nobody swept before */
    assert_true(site_has(b, conf) && !site_has(b, secret));
    assert_true(slice_is(in_clearance(a, "class"), "CONFIDENTIAL"));
    assert_int_equal(readers(a), 1);
    assert_true(slice_is(json_get_text(decisions(a).rows[0].body, "state"), "expired"));
    int64_t entries = site_entries(a);
    sweep(a);
    assert_int_equal(site_entries(a), entries); /* once */
}

static void what_was_narrowed_since_stays_narrow(void **state)
{
    struct site *sites = *state, *a = &sites[A];
    decide(a,
           "\"clearance\":{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":"
           "[\"GBR\",\"USA\"]}}",
           NEXT_DAY);
    site_ok(a, change(a, "{\"clearance\":{\"permissive\":{\"Releasable To\":[\"USA\"]}}}"));
    a->now_ms += 2 * DAY;
    sweep(a);
    assert_true(slice_is(in_clearance(a, "class"), "CONFIDENTIAL")); /* no more than before */
    assert_int_equal(readers(a), 0);                                 /* and no more than now */
    decide(a, "\"clearance\":{\"class\":\"SECRET\"}", "2026-06-10");
    site_ok(a, change(a, "{\"clearance\":{\"class\":\"UNCLASSIFIED\"}}"));
    a->now_ms += 30 * DAY;
    sweep(a);
    assert_true(slice_is(in_clearance(a, "class"), "UNCLASSIFIED"));
}

/* It reads nothing, so nobody is shown what the lowest clearance would. */
static void has_no_view(struct site *s)
{
    const struct viewer *v = NULL;
    struct snapshot *snapshot = NULL;
    struct difference d;
    assert_int_equal(partner_viewer(s->node, s->arena, s->peers[B], node_operator(s->node),
                                    s->now_ms, &s->err, &v),
                     EN_CONFLICT);
    error_clear(&s->err);
    assert_int_equal(difference_read(s->node, s->arena, s->peers[B], node_operator(s->node),
                                     s->now_ms, 10, &s->err, &snapshot, &d),
                     EN_CONFLICT);
    error_clear(&s->err);
}

static void a_first_clearance_that_is_over_leaves_nothing(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct slice low = site_actor(a, "Low", NULL);
    struct exchange_preview p;
    site_ok(a, change(a, "{\"clearance\":null}"));
    decide(a, "\"clearance\":{\"class\":\"SECRET\"}", NEXT_DAY);
    site_send(sites, A, B);
    assert_true(site_has(b, low));
    a->now_ms += 2 * DAY;
    b->now_ms += 2 * DAY;
    site_actor(a, "New", NULL);
    site_ok(a, exchange_preview(a->node, node_operator(a->node), a->arena, a->peers[B], 0,
                                a->now_ms, &a->err, &p));
    assert_int_equal(p.change_count, 1); /* not even what everybody may read */
    assert_int_equal(p.changes[0].operation, STATE_WITHDRAW);
    struct exchange_taken t = site_send(sites, A, B);
    assert_int_equal(t.counts.put, 0);
    assert_int_equal(t.counts.withdraw, 1);
    assert_null(json_get(peer_body(a), "clearance"));
    has_no_view(a);
    assert_false(site_has(b, low));
    assert_int_equal(site_send(sites, A, B).counts.withdraw, 0);
    decide(a, "\"clearance\":{\"class\":\"SECRET\"}", NULL);
    assert_int_equal(site_send(sites, A, B).counts.put, 2);
    assert_true(site_has(b, low));
}

static void kinds_return_and_where_none_is_common_nothing_goes(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    site_ok(a, change(a, "{\"kinds_out\":[\"annotation\",\"actor\"]}"));
    decide(a, "\"kinds_out\":[\"annotation\",\"actor\",\"agreement\"]", NEXT_DAY);
    site_ok(a, change(a, "{\"kinds_out\":[\"agreement\",\"actor\"]}"));
    struct slice one = site_actor(a, "One", NULL);
    site_send(sites, A, B);
    assert_true(site_has(b, one));
    a->now_ms += 2 * DAY;
    sweep(a);
    const struct json *kinds = json_get(peer_body(a), "kinds_out");
    assert_int_equal(kinds->count, 1);
    assert_true(slice_is(kinds->items[0].text, "actor"));
    decide(a, "\"kinds_out\":[\"agreement\",\"actor\"]", "2026-06-10");
    site_ok(a, change(a, "{\"kinds_out\":[\"agreement\"]}"));
    a->now_ms += 30 * DAY;
    b->now_ms = a->now_ms;
    sweep(a);
    assert_null(json_get(peer_body(a), "clearance")); /* an empty list would have been all */
    site_send(sites, A, B);
    assert_false(site_has(b, one));
}

static void all_kinds_for_a_while_are_the_few_again(void **state)
{
    struct site *sites = *state, *a = &sites[A];
    site_ok(a, change(a, "{\"kinds_out\":[\"actor\"]}"));
    decide(a, "\"kinds_out\":null", NEXT_DAY);
    assert_null(json_get(peer_body(a), "kinds_out"));
    a->now_ms += 2 * DAY;
    sweep(a);
    assert_int_equal(json_get(peer_body(a), "kinds_out")->count, 1);
    assert_non_null(json_get(peer_body(a), "clearance"));
}

static void a_peer_that_was_sent_to_again_is_suspended_again(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct buf bundle cleanup_buf;
    site_ok(a, change(a, "{\"state\":\"suspended\"}"));
    decide(a, "\"state\":\"confirmed\"", NEXT_DAY);
    site_make(b, A, &bundle);
    a->now_ms += 2 * DAY; /* nobody swept: taking does */
    int64_t before = site_entries(a);
    assert_int_equal(site_take(a, buf_slice(&bundle), NULL).outcome, BUNDLE_UNCONFIRMED);
    assert_int_equal(site_entries(a), before + 2); /* the peer, and the decision */
    assert_true(slice_is(peer_state(a), "suspended"));
    decide(a, "\"state\":\"confirmed\"", "2026-06-10");
    site_ok(a, change(a, "{\"state\":\"ended\"}"));
    a->now_ms += 30 * DAY;
    sweep(a);
    assert_true(slice_is(peer_state(a), "ended"));
}

static void a_clearance_of_another_policy_gives_nothing_back(void **state)
{
    struct site *sites = *state, *a = &sites[A];
    struct page page = { 0 };
    struct appended done;
    struct buf text cleanup_buf;
    struct buf label cleanup_buf;
    buf_init(&text, LIMIT_RECORD);
    buf_init(&label, LIMIT_RECORD);
    decide(a, "\"clearance\":{\"class\":\"SECRET\"}", NEXT_DAY);
    page = decisions(a);
    size_t at = slice_is(json_get_text(page.rows[0].body, "authority"), "Order 4") ? 0 : 1;
    struct draft d = { .operation = ENTRY_PUT,
                       .kind = S("peer_release"),
                       .expected = page.rows[at].version,
                       .user = S("00000000-0000-0000-0000-000000000000") };
    struct json *body = json_merge_patch(
        a->arena, page.rows[at].body, parsed(a, "{\"clearance_before\":{\"class\":\"COSMIC\"}}"));
    json_write_canonical(a->arena, body, &text);
    label_write(node_policy(a->node), policy_lowest_label(node_policy(a->node)), &label);
    assert_true(uuid_parse(page.rows[at].id, &d.record));
    d.body = buf_slice(&text);
    d.label = buf_slice(&label);
    site_ok(a, ledger_append(node_ledger(a->node), &d, 1, a->now_ms, &a->err, &done));
    a->now_ms += 2 * DAY;
    sweep(a);
    assert_null(json_get(peer_body(a), "clearance"));
}

static void a_revoked_decision_ends_at_once_and_is_no_contributor_s(void **state)
{
    struct site *sites = *state, *a = &sites[A];
    struct viewer contributor = viewer_of(a, ROLE_CONTRIBUTOR);
    struct written done;
    decide(a, "\"clearance\":{\"class\":\"SECRET\"}", NULL);
    struct slice id = decisions(a).rows[0].id;
    struct write_context w = writing(a, &contributor);
    assert_int_equal(release_revoke(&w, id, S(""), &a->err, &done), EN_NOT_FOUND);
    w = writing(a, node_operator(a->node));
    site_ok(a, release_revoke(&w, id, S("over"), &a->err, &done));
    assert_true(slice_eq(done.id, id));
    assert_true(slice_is(in_clearance(a, "class"), "CONFIDENTIAL"));
    const struct json *d = decisions(a).rows[0].body;
    assert_true(slice_is(json_get_text(d, "state"), "revoked"));
    assert_true(slice_is(json_get_text(d, "remark"), "over"));
    w = writing(a, node_operator(a->node));
    assert_int_equal(release_revoke(&w, id, S(""), &a->err, &done), EN_CONFLICT);
}

static void the_queue_shows_what_ends_soon(void **state)
{
    struct site *sites = *state, *a = &sites[A];
    struct release_queue q = { 0 };
    struct snapshot *s = NULL;
    decide(a, "\"clearance\":{\"class\":\"SECRET\"}", "2026-06-05");
    struct slice id = decisions(a).rows[0].id;
    site_ok(a, node_snapshot(a->node, node_operator(a->node), a->arena, a->now_ms, &a->err, &s));
    site_ok(a, release_queue_read(s, 14 * DAY, &a->err, &q));
    struct release_queue sooner = { 0 };
    int code = release_queue_read(s, 2 * DAY, &a->err, &sooner);
    snapshot_close(s);
    assert_int_equal(code, 0);
    assert_int_equal(sooner.expiring_count, 0);
    assert_int_equal(q.expiring_count, 1);
    assert_true(slice_eq(q.expiring[0], id));
}

#define with_sites(test) cmocka_unit_test_setup_teardown(test, sites_pair_and_stranger, sites_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_sites(a_wider_clearance_stands_in_one_append_with_its_decision),
        with_sites(less_for_a_peer_and_what_is_no_access_need_no_decision),
        with_sites(a_lower_officer_makes_it_less_and_never_more),
        with_sites(more_kinds_and_a_peer_that_is_sent_to_again_are_decisions),
        with_sites(a_first_clearance_is_a_decision_and_a_peer_without_one_is_none),
        with_sites(grounds_are_whole_and_not_over_and_an_officer_s),
        with_sites(what_a_decision_gave_is_withdrawn_when_it_is_over),
        with_sites(what_was_narrowed_since_stays_narrow),
        with_sites(a_first_clearance_that_is_over_leaves_nothing),
        with_sites(kinds_return_and_where_none_is_common_nothing_goes),
        with_sites(all_kinds_for_a_while_are_the_few_again),
        with_sites(a_peer_that_was_sent_to_again_is_suspended_again),
        with_sites(a_clearance_of_another_policy_gives_nothing_back),
        with_sites(a_revoked_decision_ends_at_once_and_is_no_contributor_s),
        with_sites(the_queue_shows_what_ends_soon),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
