/*
 * Exchange between two instances: what may go goes once, what may not go never, and whatever is not
 * a whole bundle from a confirmed peer for us, next in its row, changes nothing.
 */
#include "exchange_sites.h"

#include "base/limits.h"
#include "format/bundle.h"
#include "service/difference.h"

#include <pthread.h>
#include <stdio.h>

static void what_the_peer_may_read_reaches_it_and_keeps_its_originator(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct slice low = site_actor(a, "Low", "UNCLASSIFIED");
    struct slice high = site_actor(a, "High", "SECRET");
    struct slice theirs = site_actor(a, "Canadian only", "CONFIDENTIAL; Releasable To: CAN");
    struct exchange_taken t = site_send(sites, A, B);
    char origin[UUID_TEXT + 1];
    assert_int_equal(t.outcome, BUNDLE_TAKEN);
    assert_int_equal(t.counts.put, 1);
    assert_int_equal(t.counts.refused, 0);
    assert_true(site_has(b, low));
    assert_false(site_has(b, high) || site_has(b, theirs));
    assert_true(slice_eq(site_body(b, low), site_body(a, low)));
    uuid_format(ledger_instance(node_ledger(a->node)), origin);
    assert_true(slice_is(site_row(b, low).origin, origin));
}

static void a_second_bundle_holds_only_what_changed(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct slice one = site_actor(a, "One", NULL), two = site_actor(a, "Two", NULL);
    struct buf bundle cleanup_buf;
    assert_int_equal(site_send(sites, A, B).counts.put, 2);
    struct exchange_made made = site_make(a, B, &bundle);
    assert_int_equal(made.counts.put, 0);
    assert_int_equal(made.number, 2);
    assert_int_equal(made.base, 1);
    site_ok(a, site_change(a, "actor", two, "{\"name_en\":\"Two again\"}"));
    struct exchange_taken t = site_send(sites, A, B);
    assert_int_equal(t.counts.put, 1);
    assert_int_equal(t.number, 3);
    assert_true(slice_eq(site_body(b, two), site_body(a, two)));
    assert_true(slice_eq(site_body(b, one), site_body(a, one)));
}

static void a_retraction_travels_and_a_new_statement_brings_it_back(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct slice id = site_actor(a, "One", NULL);
    struct written done;
    site_send(sites, A, B);
    site_retract(a, "actor", id);
    assert_int_equal(site_send(sites, A, B).counts.retract, 1);
    assert_false(site_has(b, id));
    assert_int_equal(site_send(sites, A, B).counts.retract, 0);
    struct snapshot *s = NULL;
    site_ok(a, node_snapshot(a->node, node_operator(a->node), a->arena, a->now_ms, &a->err, &s));
    struct write_context w = { .node = a->node, .snapshot = s, .now_ms = a->now_ms };
    site_ok(a,
            records_restore(&w, kinds_find(node_kinds(a->node), S("actor")), id, &a->err, &done));
    assert_int_equal(site_send(sites, A, B).counts.put, 1);
    assert_true(site_has(b, id));
}

static void a_redaction_destroys_what_the_partner_holds(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct slice id = site_actor(a, "Regretted", NULL);
    struct entry e;
    struct uuid record;
    assert_true(uuid_parse(id, &record));
    site_send(sites, A, B);
    site_redact(a, "actor", id, 0);
    assert_int_equal(site_send(sites, A, B).counts.redact, 1);
    assert_false(site_has(b, id));
    site_ok(b, ledger_read_version(node_ledger(b->node), b->arena, record, 1, &b->err, &e));
    assert_true(e.redacted);
    assert_null(e.body.ptr);
}

static void a_redacted_past_is_destroyed_there_too_and_the_present_stays(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct slice id = site_actor(a, "Regretted", NULL);
    struct entry e;
    struct uuid record;
    assert_true(uuid_parse(id, &record));
    site_send(sites, A, B);
    site_ok(a, site_change(a, "actor", id, "{\"name_en\":\"Better\"}"));
    site_send(sites, A, B);
    site_redact(a, "actor", id, 1);
    assert_int_equal(site_send(sites, A, B).counts.put, 1);
    assert_true(site_has(b, id));
    assert_true(slice_eq(site_body(b, id), site_body(a, id)));
    site_ok(b, ledger_read_version(node_ledger(b->node), b->arena, record, 1, &b->err, &e));
    assert_true(e.redacted);
    site_ok(b, ledger_read_version(node_ledger(b->node), b->arena, record, 2, &b->err, &e));
    assert_false(e.redacted);
    assert_int_equal(site_send(sites, A, B).counts.put, 0);
}

static void a_redacted_past_is_destroyed_there_too_when_the_record_is_retracted(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct slice before = site_actor(a, "Before", NULL), after = site_actor(a, "After", NULL);
    struct slice ids[] = { before, after };
    struct entry e;
    struct uuid record;
    site_send(sites, A, B);
    site_ok(a, site_change(a, "actor", before, "{\"name_en\":\"Better\"}"));
    site_redact(a, "actor", before, 1);
    site_retract(a, "actor", before);
    site_ok(a, site_change(a, "actor", after, "{\"name_en\":\"Better\"}"));
    site_retract(a, "actor", after);
    assert_int_equal(site_send(sites, A, B).counts.retract, 2);
    site_redact(a, "actor", after, 1); /* the tombstone is there already */
    assert_int_equal(site_send(sites, A, B).counts.retract, 1);
    for (int i = 0; i < 2; i++) {
        assert_true(uuid_parse(ids[i], &record));
        assert_false(site_has(b, ids[i]));
        site_ok(b, ledger_read_version(node_ledger(b->node), b->arena, record, 1, &b->err, &e));
        assert_true(e.redacted);
    }
    assert_int_equal(site_send(sites, A, B).counts.retract, 0);
}

static void what_the_peer_may_no_longer_read_is_withdrawn_without_a_word_about_it(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct slice id = site_actor(a, "One", NULL);
    site_send(sites, A, B);
    site_relabel(a, "actor", id, "SECRET");
    struct exchange_taken t = site_send(sites, A, B);
    assert_int_equal(t.counts.withdraw, 1);
    assert_int_equal(t.counts.put, 0);
    assert_false(site_has(b, id));
    site_ok(a, site_change(a, "actor", id, "{\"name_en\":\"Hidden change\"}"));
    assert_int_equal(site_send(sites, A, B).counts.withdraw, 0);
}

/* The put was taken and its receipt lost: the sender does not know that the peer has it. */
static void what_may_have_arrived_is_withdrawn_too(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct buf bundle cleanup_buf;
    struct slice id = site_actor(a, "One", NULL);
    site_make(a, B, &bundle);
    site_take(b, buf_slice(&bundle), NULL);
    assert_true(site_has(b, id));
    site_relabel(a, "actor", id, "SECRET");
    assert_int_equal(site_send(sites, A, B).counts.withdraw, 1);
    assert_false(site_has(b, id));
}

static void a_reference_to_what_the_peer_may_not_read_leaves_no_trace(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct slice hidden = site_actor(a, "Hidden parent", "SECRET");
    char fields[256];
    snprintf(fields, sizeof fields,
             "{\"nature\":\"unit\",\"name_en\":\"Child\",\"parent\":\"" SLICE_FMT "\"}",
             SLICE_ARG(hidden));
    struct slice child = site_state(a, "actor", fields, NULL);
    assert_int_equal(site_send(sites, A, B).counts.put, 1);
    assert_null(strstr(site_body(b, child).ptr, "parent"));
    site_relabel(a, "actor", hidden, "UNCLASSIFIED");
    assert_int_equal(site_send(sites, A, B).counts.put, 2); /* the parent, and the child anew */
    assert_true(slice_eq(site_body(b, child), site_body(a, child)));
    site_relabel(a, "actor", hidden, "SECRET");
    struct exchange_taken t = site_send(sites, A, B);
    assert_int_equal(t.counts.put, 1);
    assert_int_equal(t.counts.withdraw, 1);
    assert_null(strstr(site_body(b, child).ptr, "parent"));
}

static void a_record_that_needs_what_the_peer_may_not_read_is_held_back(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct slice us = site_actor(a, "Us", NULL), hidden = site_actor(a, "Hidden", "SECRET");
    struct exchange_preview preview;
    char fields[400];
    snprintf(fields, sizeof fields,
             "{\"from\":\"" SLICE_FMT "\",\"to\":\"" SLICE_FMT
             "\",\"text\":\"Lend\",\"stakes\":\"routine\",\"state\":\"open\"}",
             SLICE_ARG(us), SLICE_ARG(hidden));
    struct slice id = site_state(a, "commitment", fields, NULL);
    site_ok(a, exchange_preview(a->node, node_operator(a->node), a->arena, a->peers[B], 0,
                                a->now_ms, &a->err, &preview));
    assert_int_equal(preview.change_count, 1);
    assert_int_equal(preview.held_count, 1);
    assert_int_equal(preview.held[0].reason, EXCHANGE_REFERENCE);
    assert_true(slice_eq(preview.held[0].record, id));
    assert_int_equal(site_send(sites, A, B).counts.put, 1);
    assert_false(site_has(b, id));
}

static void a_changed_clearance_is_followed_both_ways(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct slice conf = site_actor(a, "Confidential", "CONFIDENTIAL");
    struct slice secret = site_actor(a, "Secret", "SECRET");
    struct json *patch = NULL;
    site_send(sites, A, B);
    assert_true(site_has(b, conf) && !site_has(b, secret));
    json_parse(a->arena, S("{\"clearance\":{\"class\":\"SECRET\"}}"), NULL, &patch);
    json_object_set(a->arena, patch, S("release"), site_grounds(a));
    site_ok(a, peer_change(a->node, node_operator(a->node), a->arena, a->peers[B], patch, S("*"),
                           a->now_ms, &a->err));
    assert_int_equal(site_send(sites, A, B).counts.put, 1);
    assert_true(site_has(b, secret));
    json_parse(a->arena, S("{\"clearance\":{\"class\":\"RESTRICTED\"}}"), NULL, &patch);
    site_ok(a, peer_change(a->node, node_operator(a->node), a->arena, a->peers[B], patch, S("*"),
                           a->now_ms, &a->err));
    assert_int_equal(site_send(sites, A, B).counts.withdraw, 2);
    assert_false(site_has(b, conf) || site_has(b, secret));
}

static struct json *parsed(struct site *s, const char *text)
{
    struct json *o = NULL;
    site_ok(s, json_parse(s->arena, slice_of(text), &s->err, &o));
    return o;
}

/* The peer as it stood before TLP:RED was refused. */
static void give_red(struct site *s, struct slice peer)
{
    struct row row = site_row(s, peer);
    struct appended done;
    struct buf body cleanup_buf;
    struct buf label cleanup_buf;
    struct draft d = { .operation = ENTRY_PUT,
                       .kind = S("peer"),
                       .expected = row.version,
                       .user = S("00000000-0000-0000-0000-000000000000") };
    buf_init(&body, LIMIT_RECORD);
    buf_init(&label, LIMIT_RECORD);
    struct json *patch = parsed(s, "{\"clearance\":{\"class\":\"SECRET\",\"tlp\":\"RED\"}}");
    struct json *before = NULL;
    site_ok(s, json_parse(s->arena, row.body_text, &s->err, &before));
    json_write_canonical(s->arena, json_merge_patch(s->arena, before, patch), &body);
    label_write(node_policy(s->node), policy_lowest_label(node_policy(s->node)), &label);
    assert_true(uuid_parse(row.id, &d.record));
    d.body = buf_slice(&body);
    d.label = buf_slice(&label);
    site_ok(s, ledger_append(node_ledger(s->node), &d, 1, s->now_ms, &s->err, &done));
}

/* It is for the recipients that it names, and an organisation is none. */
static void what_is_tlp_red_leaves_in_no_bundle_whatever_the_peer_was_given(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct slice red = site_actor(a, "Red", "UNCLASSIFIED; TLP:RED");
    struct slice strict = site_actor(a, "Strict", "SECRET; TLP:AMBER+STRICT");
    struct exchange_preview preview;
    struct difference d;
    struct snapshot *snap = NULL;
    give_red(a, a->peers[B]);
    site_ok(a, exchange_preview(a->node, node_operator(a->node), a->arena, a->peers[B], 0,
                                a->now_ms, &a->err, &preview));
    assert_int_equal(preview.change_count, 1);
    assert_true(slice_eq(preview.changes[0].record, strict));
    site_ok(a, difference_read(a->node, a->arena, a->peers[B], node_operator(a->node), a->now_ms,
                               10, &a->err, &snap, &d));
    snapshot_close(snap);
    assert_int_equal(d.would_get.count, 1);
    assert_int_equal(d.held_back.count, 1);
    assert_true(slice_eq(d.held_back.items[0].id, red));
    assert_int_equal(d.held_back.items[0].denial.why, WHY_TLP);
    assert_int_equal(site_send(sites, A, B).counts.put, 1);
    assert_true(site_has(b, strict) && !site_has(b, red));
    site_relabel(a, "actor", strict, "SECRET; TLP:RED");
    assert_int_equal(site_send(sites, A, B).counts.withdraw, 1);
}

static void no_peer_is_given_tlp_red(void **state)
{
    struct site *sites = *state, *a = &sites[A];
    struct json *patch = parsed(a, "{\"clearance\":{\"class\":\"UNCLASSIFIED\",\"tlp\":\"RED\"}}");
    int64_t before = site_entries(a);
    error_clear(&a->err);
    assert_int_equal(peer_change(a->node, node_operator(a->node), a->arena, a->peers[B], patch,
                                 S("*"), a->now_ms, &a->err),
                     EN_INVALID);
    assert_string_equal(a->err.fields[0].pointer, "/clearance");
    assert_non_null(strstr(a->err.fields[0].detail, "at most TLP:AMBER+STRICT"));
    assert_int_equal(site_entries(a), before);
}

static void nobody_at_the_receiver_changes_what_the_partner_states(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct slice id = site_actor(a, "Theirs", NULL);
    struct written done;
    char fields[256];
    site_send(sites, A, B);
    assert_int_equal(site_change(b, "actor", id, "{\"name_en\":\"Ours\"}"), EN_FORBIDDEN);
    struct snapshot *s = NULL;
    site_ok(b, node_snapshot(b->node, node_operator(b->node), b->arena, b->now_ms, &b->err, &s));
    struct write_context w = { .node = b->node, .snapshot = s, .now_ms = b->now_ms };
    assert_int_equal(records_retract(&w, kinds_find(node_kinds(b->node), S("actor")), id, S(""),
                                     S("*"), &b->err, &done),
                     EN_FORBIDDEN);
    snprintf(fields, sizeof fields,
             "{\"about\":\"" SLICE_FMT "\",\"stance\":\"dispute\",\"text\":\"Not so\"}",
             SLICE_ARG(id));
    struct slice note = site_state(b, "annotation", fields, NULL);
    assert_int_equal(site_send(sites, B, A).counts.put, 1); /* theirs does not go back to them */
    assert_true(site_has(a, note));
    assert_true(slice_eq(site_body(a, note), site_body(b, note)));
}

/* ---- carriers that lose, double, reorder, cut, change and forge ---- */

static void a_lost_bundle_is_made_good_by_the_next(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct buf lost cleanup_buf;
    struct slice one = site_actor(a, "One", NULL);
    site_make(a, B, &lost);
    struct slice two = site_actor(a, "Two", NULL);
    assert_int_equal(site_send(sites, A, B).counts.put, 2);
    assert_true(site_has(b, one) && site_has(b, two));
    int64_t before = site_entries(b);
    assert_int_equal(site_take(b, buf_slice(&lost), NULL).outcome, BUNDLE_OLD);
    assert_int_equal(site_entries(b), before);
}

static void a_doubled_bundle_changes_nothing_and_gives_the_same_receipt(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct buf bundle cleanup_buf;
    struct buf first cleanup_buf;
    struct buf second cleanup_buf;
    buf_init(&first, LIMIT_RECEIPT);
    buf_init(&second, LIMIT_RECEIPT);
    site_actor(a, "One", NULL);
    site_make(a, B, &bundle);
    assert_int_equal(site_take(b, buf_slice(&bundle), &first).outcome, BUNDLE_TAKEN);
    int64_t before = site_entries(b);
    assert_int_equal(site_take(b, buf_slice(&bundle), &second).outcome, BUNDLE_OLD);
    assert_int_equal(site_entries(b), before);
    assert_true(slice_eq(buf_slice(&first), buf_slice(&second)));
    site_receipt(a, buf_slice(&second)); /* the first one was lost */
    before = site_entries(a);
    site_receipt(a, buf_slice(&second));
    assert_int_equal(site_entries(a), before);
    assert_int_equal(site_send(sites, A, B).base, 1);
}

static void a_receiver_that_was_set_back_is_sent_everything_again(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct slice one = site_actor(a, "One", NULL), gone = site_actor(a, "Gone", NULL);
    site_save(b);
    site_send(sites, A, B);
    site_set_back(b);
    assert_false(site_has(b, one));
    site_retract(a, "actor", gone);
    struct slice two = site_actor(a, "Two", NULL);
    int64_t before = site_entries(b);
    assert_int_equal(site_send(sites, A, B).outcome, BUNDLE_GAP);
    assert_int_equal(site_entries(b), before);
    struct exchange_taken t = site_send(sites, A, B);
    assert_int_equal(t.outcome, BUNDLE_TAKEN);
    assert_int_equal(t.base, 0);
    assert_true(site_has(b, one) && site_has(b, two) && !site_has(b, gone));
    assert_int_equal(site_send(sites, A, B).counts.put, 0);
}

static void a_sender_that_was_set_back_finds_its_place_again(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct slice one = site_actor(a, "One", NULL);
    site_send(sites, A, B);
    site_save(a);
    struct slice lost = site_actor(a, "Lost with the disk", NULL);
    site_send(sites, A, B);
    site_send(sites, A, B);
    site_set_back(a);
    struct slice two = site_actor(a, "Two", NULL);
    assert_int_equal(site_send(sites, A, B).outcome, BUNDLE_OLD);
    struct exchange_taken t = site_send(sites, A, B);
    assert_int_equal(t.outcome, BUNDLE_TAKEN);
    assert_int_equal(t.base, 0);
    assert_true(site_has(b, one) && site_has(b, two));
    assert_false(site_has(b, lost)); /* the sender does not know of it any more */
}

/* The bundles that carry everything, each receipted; how many they were. */
static int send_all(struct site *sites, struct exchange_taken *ret_last)
{
    int count = 0;
    do {
        *ret_last = site_send(sites, A, B);
        assert_int_equal(ret_last->outcome, BUNDLE_TAKEN);
        assert_true(ret_last->counts.put <= sites[A].wish.most);
    } while (++count < 20 && ret_last->more);
    return count;
}

/* The officer's difference and the next bundle speak of the same records. */
static void what_the_partner_would_get_is_what_the_next_bundle_holds(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct snapshot *s = NULL;
    struct difference d;
    struct exchange_preview p;
    site_actor(a, "Ours", NULL);
    site_actor(b, "Theirs", NULL);
    site_send(sites, B, A);
    for (int64_t left = 1; left >= 0; left--) {
        site_ok(a, difference_read(a->node, a->arena, a->peers[B], node_operator(a->node),
                                   a->now_ms, 10, &a->err, &s, &d));
        snapshot_close(s);
        site_ok(a, exchange_preview(a->node, node_operator(a->node), a->arena, a->peers[B], 0,
                                    a->now_ms, &a->err, &p));
        assert_int_equal(d.would_get.count, left);
        assert_int_equal(p.change_count, left);
        assert_int_equal(d.has.count, 1 - left);
        assert_int_equal(d.held_back.count, 0);
        site_send(sites, A, B);
    }
}

/* How much the next bundle looks at; it never arrives. */
static int64_t looked_at(struct site *s)
{
    struct buf bundle cleanup_buf;
    return site_make(s, B, &bundle).looked_at;
}

static void what_does_not_fit_follows(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct exchange_taken t;
    struct slice all[7];
    a->wish.most = 3;
    for (int i = 0; i < 7; i++)
        all[i] = site_actor(a, "Some", NULL);
    assert_int_equal(send_all(sites, &t), 3);
    assert_int_equal(t.counts.put, 1);
    assert_true(looked_at(a) <= 1); /* it goes on where it stopped */
    for (int i = 0; i < 7; i++)
        assert_true(site_has(b, all[i]));
    /* what ends a record does not wait behind what is new */
    for (int i = 0; i < 5; i++)
        site_actor(a, "More", NULL);
    site_retract(a, "actor", all[6]);
    t = site_send(sites, A, B);
    assert_true(t.more && !site_has(b, all[6]));
    assert_int_equal(send_all(sites, &t), 1);
    assert_int_equal(t.counts.put, 2);
    assert_int_equal(site_send(sites, A, B).counts.put, 0);
}

static void a_lost_part_is_made_good_by_the_next(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct exchange_taken t;
    struct buf bundle cleanup_buf;
    struct slice all[7];
    a->wish.most = 3;
    for (int i = 0; i < 7; i++)
        all[i] = site_actor(a, "Some", NULL);
    assert_true(site_make(a, B, &bundle).more); /* never arrives */
    assert_int_equal(send_all(sites, &t), 3);
    for (int i = 0; i < 7; i++)
        assert_true(site_has(b, all[i]));
}

static void a_beginning_in_parts_leaves_nothing_behind(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct exchange_taken t;
    struct slice all[4], lost;
    for (int i = 0; i < 4; i++)
        all[i] = site_actor(a, "Some", NULL);
    site_send(sites, A, B);
    site_save(a);
    lost = site_actor(a, "Lost with the disk", NULL);
    site_send(sites, A, B);
    site_send(sites, A, B);
    site_set_back(a);
    a->wish.most = 3;
    struct slice two = site_actor(a, "Two", NULL), three = site_actor(a, "Three", NULL);
    assert_int_equal(site_send(sites, A, B).outcome, BUNDLE_OLD);
    t = site_send(sites, A, B);
    assert_true(t.outcome == BUNDLE_TAKEN && t.base == 0 && t.more);
    assert_true(site_has(b, lost)); /* it may come in another part */
    assert_int_equal(send_all(sites, &t), 1);
    assert_true(t.base > 0 && !site_has(b, lost) && site_has(b, two) && site_has(b, three));
    for (int i = 0; i < 4; i++)
        assert_true(site_has(b, all[i]));
    site_actor(a, "Four", NULL);
    assert_int_equal(send_all(sites, &t), 1);
    assert_true(site_has(b, all[0])); /* what was begun is over */
}

static void a_bundle_for_another_instance_is_refused(void **state)
{
    struct site *sites = *state, *a = &sites[A], *c = &sites[C];
    struct buf bundle cleanup_buf;
    struct buf receipt cleanup_buf;
    buf_init(&receipt, LIMIT_RECEIPT);
    site_actor(a, "One", NULL);
    site_make(a, B, &bundle);
    int64_t before = site_entries(c);
    assert_int_equal(site_take(c, buf_slice(&bundle), &receipt).outcome, BUNDLE_NOT_OURS);
    assert_int_equal(site_entries(c), before);
    assert_int_equal(receipt.len, 0);
}

static void a_stranger_and_an_unconfirmed_peer_are_refused(void **state)
{
    struct site *sites = *state, *b = &sites[B], *c = &sites[C];
    struct buf bundle cleanup_buf;
    struct json *patch = NULL;
    sites_meet(sites, B, C, "SECRET", "SECRET");
    site_actor(c, "One", NULL);
    site_make(c, B, &bundle);
    json_parse(b->arena, S("{\"state\":\"suspended\"}"), NULL, &patch);
    site_ok(b, peer_change(b->node, node_operator(b->node), b->arena, b->peers[C], patch, S("*"),
                           b->now_ms, &b->err));
    int64_t before = site_entries(b);
    assert_int_equal(site_take(b, buf_slice(&bundle), NULL).outcome, BUNDLE_UNCONFIRMED);
    assert_int_equal(site_entries(b), before);
}

static void every_cut_and_every_changed_byte_is_refused(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct buf bundle cleanup_buf;
    site_actor(a, "One", NULL);
    site_make(a, B, &bundle);
    int64_t before = site_entries(b);
    for (size_t len = 0; len < bundle.len; len += len < 120 ? 40 : bundle.len / 16) {
        enum bundle_outcome o = site_take(b, slice_make(bundle.ptr, len), NULL).outcome;
        assert_true(o == BUNDLE_DAMAGED || o == BUNDLE_MALFORMED);
    }
    for (size_t at = 0; at < bundle.len; at += at < 128 ? 16 : bundle.len / 12) {
        bundle.ptr[at] ^= 1;
        enum bundle_outcome o = site_take(b, buf_slice(&bundle), NULL).outcome;
        assert_true(o == BUNDLE_DAMAGED || o == BUNDLE_MALFORMED || o == BUNDLE_NOT_OURS);
        bundle.ptr[at] ^= 1;
    }
    assert_int_equal(site_entries(b), before);
    assert_int_equal(site_take(b, buf_slice(&bundle), NULL).outcome, BUNDLE_TAKEN);
}

struct errand {
    struct site *site;
    struct slice bundle;
    enum bundle_outcome outcome;
};

static void *run_errand(void *context)
{
    struct errand *e = context;
    struct site *s = e->site;
    struct buf receipt cleanup_buf;
    struct exchange_taken t = { 0 };
    buf_init(&receipt, LIMIT_RECEIPT);
    if (exchange_take(s->node, node_operator(s->node), s->arena, e->bundle, s->now_ms, &s->err, &t,
                      &receipt) == 0)
        e->outcome = t.outcome;
    return NULL;
}

/* A server takes bundles in threads of its own, whose heaps grow in another way. */
static void a_thread_of_its_own_takes_a_large_bundle(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct buf bundle cleanup_buf;
    static char notes[12001];
    char fields[12200];
    memset(notes, 'n', sizeof notes - 1);
    snprintf(fields, sizeof fields,
             "{\"nature\":\"organisation\",\"name_en\":\"Long\",\"notes\":\"%s\"}", notes);
    for (int i = 0; i < 40; i++)
        site_state(a, "actor", fields, NULL);
    site_make(a, B, &bundle);
    struct errand e = { .site = b, .bundle = buf_slice(&bundle) };
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, run_errand, &e), 0);
    pthread_join(thread, NULL);
    assert_int_equal(e.outcome, BUNDLE_TAKEN);
}

static void a_receipt_that_was_changed_or_is_another_s_is_refused(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct buf bundle cleanup_buf;
    struct buf receipt cleanup_buf;
    struct exchange_receipted done;
    buf_init(&receipt, LIMIT_RECEIPT);
    site_actor(a, "One", NULL);
    site_make(a, B, &bundle);
    site_take(b, buf_slice(&bundle), &receipt);
    char *number = strstr(receipt.ptr, "\"number\":1");
    assert_non_null(number);
    number[9] = '2';
    assert_int_equal(exchange_receipt(a->node, node_operator(a->node), a->arena,
                                      buf_slice(&receipt), a->now_ms, &a->err, &done),
                     EN_CORRUPT);
    number[9] = '1';
    assert_int_equal(exchange_receipt(b->node, node_operator(b->node), b->arena,
                                      buf_slice(&receipt), b->now_ms, &b->err, &done),
                     EN_CONFLICT);
    site_receipt(a, buf_slice(&receipt));
}

static void a_card_of_a_known_instance_with_other_keys_is_refused(void **state)
{
    struct site *sites = *state, *a = &sites[A], *b = &sites[B];
    struct card_details none = { .name = S(""), .url = S(""), .tls_pin = S("") };
    struct buf card cleanup_buf;
    struct peer p;
    struct slice id;
    buf_init(&card, LIMIT_CARD);
    site_ok(b, exchange_card(b->node, node_operator(b->node), &none, b->now_ms, &b->err, &card));
    site_ok(a, card_read(a->arena, buf_slice(&card), &a->err, &p));
    assert_int_equal(p.fingerprint.len, FINGERPRINT_TEXT);
    assert_int_equal(peer_meet(a->node, node_operator(a->node), a->arena, buf_slice(&card), NULL,
                               a->now_ms, &a->err, &id),
                     EN_CONFLICT);
    char *instance = strstr(card.ptr, "\"instance\":\"") + 12;
    instance[35] = instance[35] == '0' ? '1' : '0';
    assert_int_equal(card_read(a->arena, buf_slice(&card), &a->err, &p), EN_CORRUPT);
    assert_int_equal(peer_confirm(a->node, node_operator(a->node), a->arena, a->peers[B],
                                  S("00000 00000 00000 00000 00000 00000 00000 00000"), NULL,
                                  a->now_ms, &a->err),
                     EN_INVALID);
}

#define with_sites(test) cmocka_unit_test_setup_teardown(test, sites_pair_and_stranger, sites_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_sites(what_the_peer_may_read_reaches_it_and_keeps_its_originator),
        with_sites(a_second_bundle_holds_only_what_changed),
        with_sites(a_retraction_travels_and_a_new_statement_brings_it_back),
        with_sites(a_redaction_destroys_what_the_partner_holds),
        with_sites(a_redacted_past_is_destroyed_there_too_and_the_present_stays),
        with_sites(a_redacted_past_is_destroyed_there_too_when_the_record_is_retracted),
        with_sites(what_the_peer_may_no_longer_read_is_withdrawn_without_a_word_about_it),
        with_sites(what_may_have_arrived_is_withdrawn_too),
        with_sites(a_reference_to_what_the_peer_may_not_read_leaves_no_trace),
        with_sites(a_record_that_needs_what_the_peer_may_not_read_is_held_back),
        with_sites(a_changed_clearance_is_followed_both_ways),
        with_sites(what_is_tlp_red_leaves_in_no_bundle_whatever_the_peer_was_given),
        with_sites(no_peer_is_given_tlp_red),
        with_sites(nobody_at_the_receiver_changes_what_the_partner_states),
        with_sites(a_lost_bundle_is_made_good_by_the_next),
        with_sites(a_doubled_bundle_changes_nothing_and_gives_the_same_receipt),
        with_sites(a_receiver_that_was_set_back_is_sent_everything_again),
        with_sites(a_sender_that_was_set_back_finds_its_place_again),
        with_sites(what_the_partner_would_get_is_what_the_next_bundle_holds),
        with_sites(what_does_not_fit_follows),
        with_sites(a_lost_part_is_made_good_by_the_next),
        with_sites(a_beginning_in_parts_leaves_nothing_behind),
        with_sites(a_bundle_for_another_instance_is_refused),
        with_sites(a_stranger_and_an_unconfirmed_peer_are_refused),
        with_sites(every_cut_and_every_changed_byte_is_refused),
        with_sites(a_thread_of_its_own_takes_a_large_bundle),
        with_sites(a_receipt_that_was_changed_or_is_another_s_is_refused),
        with_sites(a_card_of_a_known_instance_with_other_keys_is_refused),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
