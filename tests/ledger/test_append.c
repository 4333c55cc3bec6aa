/*
 * Appending and reading: versions, refusals, atomic batches, request keys, time, followers.
 */
#include "fixture.h"

#include "base/limits.h"
#include "ledger/chain.h"

struct seen {
    size_t count;
    int64_t seqs[64];
    int64_t versions[64];
    char bodies[64][64];
    int stop_at;
};

static int see(void *context, const struct entry *e)
{
    struct seen *seen = context;

    if (seen->count < 64) {
        seen->seqs[seen->count] = e->seq;
        seen->versions[seen->count] = e->version;
        snprintf(seen->bodies[seen->count], 64, SLICE_FMT, SLICE_ARG(e->body));
    }
    seen->count++;
    return seen->stop_at != 0 && (int)seen->count == seen->stop_at ? 77 : 0;
}

static void an_appended_entry_reads_back_whole(void **state)
{
    struct fixture *f = *state;
    cleanup_arena struct arena *a = arena_new(1 << 20);
    struct draft d = put_of(1, 0, "{\"name\":\"\xc3\x89lan\"}");
    struct appended ret;
    struct entry e;

    d.request = S("key-1");
    ret = must(f, d);
    assert_int_equal(ret.seq, 1);
    assert_int_equal(ret.version, 1);
    assert_int_equal(ret.at_ms, NOW_MS);
    assert_false(ret.replayed);
    assert_ok(f, ledger_read_version(f->l, a, id_of(1), 1, &f->err, &e));
    assert_true(uuid_eq(e.id, ret.id));
    assert_true(uuid_eq(e.instance, ledger_instance(f->l)));
    assert_true(slice_eq(e.body, d.body));
    assert_true(slice_eq(e.label, d.label));
    assert_true(slice_is(e.kind, "actor") && slice_is(e.user, "u1") &&
                slice_is(e.request, "key-1"));
    assert_int_equal(e.operation, ENTRY_PUT);
    assert_true(hash_eq(&e.body_hash, &ret.body_hash));
    assert_false(e.redacted);
}

static void versions_of_a_record_count_from_one(void **state)
{
    struct fixture *f = *state;
    struct seen seen = { 0 };

    put(f, 1, 0, "{\"v\":1}");
    put(f, 2, 0, "{\"v\":1}");
    put(f, 1, 1, "{\"v\":2}");
    assert_int_equal(put(f, 1, -1, "{\"v\":3}").version, 3);
    assert_ok(f, ledger_read_record(f->l, id_of(1), &f->err, see, &seen));
    assert_int_equal(seen.count, 3);
    assert_int_equal(seen.seqs[0], 1);
    assert_int_equal(seen.seqs[1], 3);
    assert_int_equal(seen.seqs[2], 4);
    assert_string_equal(seen.bodies[2], "{\"v\":3}");
}

static void a_stale_version_is_refused_and_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    struct draft d = put_of(1, 5, "{}");
    struct appended ret = { .seq = 99 };
    struct ledger_head head;

    put(f, 1, 0, "{}");
    assert_int_equal(append(f, &d, 1, &ret), EN_STALE);
    assert_non_null(strstr(f->err.message, "018f0000-0000-7000-8000-000000000001"));
    assert_int_equal(ret.seq, 99); /* outputs are untouched on failure */
    assert_ok(f, ledger_head_get(f->l, &f->err, &head));
    assert_int_equal(head.seq, 1);
}

static void a_record_that_exists_cannot_be_made_again(void **state)
{
    struct fixture *f = *state;
    struct draft d = put_of(1, 0, "{}");
    struct appended ret;

    put(f, 1, 0, "{}");
    assert_int_equal(append(f, &d, 1, &ret), EN_CONFLICT);
}

static void an_absent_record_is_neither_retracted_nor_redacted(void **state)
{
    struct fixture *f = *state;
    struct draft d = put_of(1, -1, "");
    struct appended ret;

    d.operation = ENTRY_RETRACT;
    assert_int_equal(append(f, &d, 1, &ret), EN_NOT_FOUND);
    d.operation = ENTRY_REDACT;
    assert_int_equal(append(f, &d, 1, &ret), EN_NOT_FOUND);
    d.expected = 3;
    assert_int_equal(append(f, &d, 1, &ret), EN_STALE);
}

static void a_batch_is_appended_whole_or_not_at_all(void **state)
{
    struct fixture *f = *state;
    struct draft batch[] = { put_of(1, 0, "{}"), put_of(1, 1, "{\"v\":2}"), put_of(2, 4, "{}") };
    struct appended ret[3];
    struct ledger_head head;

    assert_int_equal(append(f, batch, 3, ret), EN_STALE);
    assert_ok(f, ledger_head_get(f->l, &f->err, &head));
    assert_int_equal(head.seq, 0);
    batch[2].expected = 0;
    assert_ok(f, append(f, batch, 3, ret));
    assert_int_equal(ret[1].seq, 2);
    assert_int_equal(ret[1].version, 2);
    assert_int_equal(ret[2].version, 1);
    assert_sound(f);
}

static void retracting_counts_on_and_a_put_brings_the_record_back(void **state)
{
    struct fixture *f = *state;
    cleanup_arena struct arena *a = arena_new(1 << 20);
    struct draft d = put_of(1, 1, "");
    struct entry e;

    put(f, 1, 0, "{}");
    d.operation = ENTRY_RETRACT;
    assert_int_equal(must(f, d).version, 2);
    assert_ok(f, ledger_read_version(f->l, a, id_of(1), 2, &f->err, &e));
    assert_int_equal(e.operation, ENTRY_RETRACT);
    assert_null(e.body.ptr);
    assert_false(e.redacted);
    assert_int_equal(put(f, 1, 2, "{\"again\":true}").version, 3);
    d.expected = 3;
    d.body = S("{\"reason\":\"stated twice\"}");
    assert_int_equal(must(f, d).version, 4);
    assert_ok(f, ledger_read_version(f->l, a, id_of(1), 4, &f->err, &e));
    assert_true(slice_eq(e.body, d.body));
    assert_sound(f);
}

static void a_request_key_is_answered_again_and_never_appended_twice(void **state)
{
    struct fixture *f = *state;
    struct draft d = put_of(1, 0, "{\"v\":1}");
    cleanup_arena struct arena *a = arena_new(1 << 20);
    struct appended first;
    struct appended again;
    struct ledger_head head;
    struct entry e;

    d.request = S("r1");
    first = must(f, d);
    fixture_reopen(f);
    again = must(f, d); /* expected 0 would now be a conflict: the key is looked at first */
    assert_true(again.replayed);
    assert_false(again.differs);
    assert_true(uuid_eq(first.id, again.id));
    assert_int_equal(again.seq, first.seq);
    assert_int_equal(again.version, 1);
    d.body = S("{\"v\":2}");
    again = must(f, d);
    assert_true(again.replayed);
    assert_true(again.differs);
    assert_ok(f, ledger_head_get(f->l, &f->err, &head));
    assert_int_equal(head.seq, 1);
    assert_ok(f, ledger_find_request(f->l, a, S("r1"), &f->err, &e));
    assert_true(uuid_eq(e.id, first.id));
    assert_int_equal(ledger_find_request(f->l, a, S("r2"), &f->err, &e), EN_NOT_FOUND);
    assert_int_equal(ledger_find_request(f->l, a, S(""), &f->err, &e), EN_NOT_FOUND);
}

static void a_key_used_twice_in_one_batch_makes_one_entry(void **state)
{
    struct fixture *f = *state;
    struct draft batch[] = { put_of(1, 0, "{}"), put_of(1, 0, "{}"), put_of(2, 0, "{}") };
    struct appended ret[3];

    batch[0].request = batch[1].request = S("same");
    assert_ok(f, append(f, batch, 3, ret));
    assert_false(ret[0].replayed);
    assert_true(ret[1].replayed);
    assert_int_equal(ret[1].seq, 1);
    assert_int_equal(ret[2].seq, 2);
    assert_sound(f);
}

static void time_never_falls_along_the_chain(void **state)
{
    struct fixture *f = *state;
    struct draft d = put_of(1, -1, "{}");
    struct appended ret;

    assert_ok(f, ledger_append(f->l, &d, 1, NOW_MS + 5000, &f->err, &ret));
    assert_ok(f, ledger_append(f->l, &d, 1, NOW_MS, &f->err, &ret));
    assert_int_equal(ret.at_ms, NOW_MS + 5000);
    assert_ok(f, ledger_append(f->l, &d, 1, NOW_MS + 5001, &f->err, &ret));
    assert_int_equal(ret.at_ms, NOW_MS + 5001);
    assert_sound(f);
}

static void assert_refused(struct fixture *f, struct draft d, int code)
{
    struct appended ret;

    assert_int_equal(append(f, &d, 1, &ret), code);
}

/* or every later entry would be stamped with that time */
static void an_entry_from_the_future_is_refused_and_does_not_hold_the_clock(void **state)
{
    struct fixture *f = *state;
    struct draft d = put_of(1, 0, "{}");
    struct appended ret;

    d.at_ms = NOW_MS + 5 * 60 * 1000 + 1;
    assert_int_equal(append(f, &d, 1, &ret), EN_INVALID);
    d.at_ms--;
    must(f, d);
    put(f, 2, 0, "{}");
    assert_sound(f);
}

static void what_is_no_entry_is_refused(void **state)
{
    struct fixture *f = *state;
    struct draft good = put_of(1, -1, "{}");
    struct draft d;
    char *large = calloc(1, LIMIT_RECORD + 1);

    d = good, d.label = S("");
    assert_refused(f, d, EN_INVALID);
    d = good, d.label = S("{ }"); /* JSON, but not canonical */
    assert_refused(f, d, EN_INVALID);
    d = good, d.label = S("{\"b\":1,\"a\":2}");
    assert_refused(f, d, EN_INVALID);
    d = good, d.label = S("{},\"operation\":\"put\"");
    assert_refused(f, d, EN_INVALID);
    d = good, d.kind = S("");
    assert_refused(f, d, EN_INVALID);
    d = good, d.user = S("\xff");
    assert_refused(f, d, EN_INVALID);
    d = good, d.request = S("\xc0\x80");
    assert_refused(f, d, EN_INVALID);
    d = good, d.body = S("");
    assert_refused(f, d, EN_INVALID);
    d = good, d.operation = ENTRY_REDACT;
    assert_refused(f, d, EN_INVALID);
    d = good, d.redacts = 1;
    assert_refused(f, d, EN_INVALID);
    d = good, d.expected = -2;
    assert_refused(f, d, EN_INVALID);
    d = good, d.operation = (enum entry_operation)4;
    assert_refused(f, d, EN_INVALID);
    memset(large, 'x', LIMIT_RECORD + 1);
    d = good, d.body = slice_make(large, LIMIT_RECORD + 1);
    assert_refused(f, d, EN_TOO_LARGE);
    d.body.len--;
    must(f, d);
    free(large);
    assert_int_equal(ledger_append(f->l, &good, LIMIT_BATCH + 1, NOW_MS, &f->err, NULL),
                     EN_TOO_LARGE);
    assert_int_equal(ledger_append(f->l, &good, 0, NOW_MS, &f->err, NULL), 0);
    assert_sound(f);
}

static void reading_starts_after_a_position_and_stops_when_told(void **state)
{
    struct fixture *f = *state;
    struct seen seen = { 0 };

    fill(f, 20);
    assert_ok(f, ledger_read(f->l, 5, 3, &f->err, see, &seen));
    assert_int_equal(seen.count, 3);
    assert_int_equal(seen.seqs[0], 6);
    assert_int_equal(seen.seqs[2], 8);
    seen = (struct seen){ .stop_at = 4 };
    assert_int_equal(ledger_read(f->l, 0, INT64_MAX, &f->err, see, &seen), 77);
    assert_int_equal(seen.count, 4);
    seen = (struct seen){ 0 };
    assert_ok(f, ledger_read(f->l, 20, 100, &f->err, see, &seen));
    assert_int_equal(seen.count, 0);
}

static int read_within(void *context, const struct entry *e)
{
    struct fixture *f = context;
    cleanup_arena struct arena *a = arena_new(1 << 20);
    struct entry same;
    char body[64];

    snprintf(body, sizeof(body), "{\"after\":%d}", (int)e->seq);
    assert_ok(f, ledger_read_version(f->l, a, e->record, e->version, &f->err, &same));
    assert_true(hash_eq(&same.hash, &e->hash));
    if (e->seq <= 3) {
        put(f, 50, -1, body);
    }
    return 0;
}

static void a_reader_may_read_and_append_while_it_is_read_to(void **state)
{
    struct fixture *f = *state;
    struct ledger_head head;

    fill(f, 3);
    assert_ok(f, ledger_read(f->l, 0, INT64_MAX, &f->err, read_within, f));
    assert_ok(f, ledger_head_get(f->l, &f->err, &head));
    assert_int_equal(head.seq, 6);
    assert_sound(f);
}

struct heard {
    struct fixture *f;
    int64_t last;
    int calls;
    int append_code;
};

static void hear(void *context, int64_t last_seq)
{
    struct heard *heard = context;
    struct draft d = put_of(9, -1, "{}");
    struct ledger_head head;
    struct appended ret;

    assert_int_equal(ledger_head_get(heard->f->l, NULL, &head), 0);
    assert_int_equal(head.seq, last_seq); /* what is announced is already readable */
    heard->last = last_seq;
    heard->calls++;
    heard->append_code = ledger_append(heard->f->l, &d, 1, NOW_MS, NULL, &ret);
}

static void the_listener_hears_before_the_caller_returns(void **state)
{
    struct fixture *f = *state;
    struct heard heard = { .f = f };
    struct draft stale = put_of(1, 9, "{}");
    struct appended ret;

    ledger_listen(f->l, hear, &heard);
    put(f, 1, 0, "{}");
    assert_int_equal(heard.last, 1);
    assert_int_equal(append(f, &stale, 1, &ret), EN_STALE);
    assert_int_equal(heard.calls, 1);
    assert_int_equal(heard.append_code, EN_INTERNAL); /* refused, where it would wait for itself */
    put(f, 2, 0, "{}");
    assert_int_equal(heard.last, 2);
}

static void waiting_returns_what_is_there_and_gives_up_in_time(void **state)
{
    struct fixture *f = *state;
    int64_t last = -1;

    assert_int_equal(ledger_wait(f->l, 0, 0, &last), 0);
    assert_int_equal(last, 0);
    fill(f, 2);
    assert_int_equal(ledger_wait(f->l, 1, 60000, &last), 0);
    assert_int_equal(last, 2);
    assert_int_equal(ledger_wait(f->l, 2, 20, &last), 0);
    assert_int_equal(last, 2);
}

static void a_second_open_ledger_is_followed_and_its_chain_continued(void **state)
{
    struct fixture *f = *state;
    struct ledger_options o = { .directory = f->ledger_dir };
    struct fixture other = *f;
    int64_t last = 0;

    assert_ok(f, ledger_open(&o, &f->err, &other.l));
    put(f, 1, 0, "{}");
    assert_int_equal(put(&other, 1, 1, "{}").seq, 2);
    assert_int_equal(ledger_wait(f->l, 1, 60000, &last), 0);
    assert_int_equal(last, 2);
    assert_int_equal(put(f, 1, 2, "{}").seq, 3);
    ledger_close(other.l);
    assert_sound(f);
}

static void an_absent_ledger_opens_only_to_create(void **state)
{
    struct fixture *f = *state;
    char path[128];
    struct ledger_options o = { .directory = path };
    struct ledger *l = NULL;

    snprintf(path, sizeof(path), "%s/none", f->directory);
    assert_int_equal(ledger_open(&o, &f->err, &l), EN_NOT_FOUND);
    assert_null(l);
}

#define with_ledger(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_ledger(an_appended_entry_reads_back_whole),
        with_ledger(versions_of_a_record_count_from_one),
        with_ledger(a_stale_version_is_refused_and_leaves_nothing),
        with_ledger(a_record_that_exists_cannot_be_made_again),
        with_ledger(an_absent_record_is_neither_retracted_nor_redacted),
        with_ledger(a_batch_is_appended_whole_or_not_at_all),
        with_ledger(retracting_counts_on_and_a_put_brings_the_record_back),
        with_ledger(a_request_key_is_answered_again_and_never_appended_twice),
        with_ledger(a_key_used_twice_in_one_batch_makes_one_entry),
        with_ledger(time_never_falls_along_the_chain),
        with_ledger(an_entry_from_the_future_is_refused_and_does_not_hold_the_clock),
        with_ledger(what_is_no_entry_is_refused),
        with_ledger(reading_starts_after_a_position_and_stops_when_told),
        with_ledger(a_reader_may_read_and_append_while_it_is_read_to),
        with_ledger(the_listener_hears_before_the_caller_returns),
        with_ledger(waiting_returns_what_is_there_and_gives_up_in_time),
        with_ledger(a_second_open_ledger_is_followed_and_its_chain_continued),
        with_ledger(an_absent_ledger_opens_only_to_create),
    };

    return run_suite(tests);
}
