/*
 * Redaction: the body and its salt are gone from every file of the ledger, and the chain still
 * holds.
 */
#include "fixture.h"

static struct draft redaction_of(unsigned record, int64_t version)
{
    struct draft d = put_of(record, -1, "");

    d.operation = ENTRY_REDACT;
    d.redacts = version;
    return d;
}

static bool is_redacted(struct fixture *f, unsigned record, int64_t version)
{
    cleanup_arena struct arena *a = arena_new(1 << 20);
    struct entry e;

    assert_ok(f, ledger_read_version(f->l, a, id_of(record), version, &f->err, &e));
    if (e.redacted) {
        assert_null(e.body.ptr);
    } else {
        assert_non_null(e.body.ptr);
    }
    return e.redacted;
}

static bool on_disk(struct fixture *f, const char *text)
{
    return files_contain(f->ledger_dir, text, strlen(text));
}

static void redacting_a_version_destroys_that_body_alone(void **state)
{
    struct fixture *f = *state;
    struct ledger_report report;

    put(f, 1, 0, "{\"secret\":\"amaranth\"}");
    put(f, 1, 1, "{\"secret\":\"bergamot\"}");
    put(f, 2, 0, "{\"secret\":\"celandine\"}");
    assert_true(on_disk(f, "amaranth"));
    assert_int_equal(must(f, redaction_of(1, 1)).version, 3);
    assert_true(is_redacted(f, 1, 1));
    assert_false(is_redacted(f, 1, 2));
    assert_false(is_redacted(f, 2, 1));
    assert_int_equal(verify(f, NULL, &report), 0);
    assert_int_equal(report.redacted, 1);
    assert_int_equal(report.entries, 4);
    assert_int_equal(report.heads, 4);
}

static void a_redacted_body_is_in_no_file_of_the_ledger(void **state)
{
    struct fixture *f = *state;
    char small[64];
    char *large = malloc(100001);

    /* Neighbours of many sizes, so that the bodies share pages and overflow them. */
    fill(f, 300);
    memset(large, 'x', 100000);
    memcpy(large + 50000, "dittany-in-the-middle", 21);
    memcpy(large + 99900, "elecampane-at-the-end", 21);
    large[100000] = '\0';
    put(f, 1000, 0, large);
    free(large);
    for (unsigned i = 0; i < 200; i++) {
        snprintf(small, sizeof(small), "{\"secret\":\"feverfew-%u!\"}", i);
        put(f, 2000 + i, 0, small);
    }
    fill(f, 100);
    assert_true(on_disk(f, "dittany-in-the-middle"));
    assert_true(on_disk(f, "feverfew-150!"));
    must(f, redaction_of(1000, 0));
    assert_false(on_disk(f, "dittany-in-the-middle")); /* at once, not only after closing */
    assert_false(on_disk(f, "elecampane-at-the-end"));
    for (unsigned i = 0; i < 200; i += 2) {
        must(f, redaction_of(2000 + i, 1));
    }
    fixture_close(f);
    for (unsigned i = 0; i < 200; i++) {
        snprintf(small, sizeof(small), "feverfew-%u!", i);
        assert_int_equal(on_disk(f, small), i % 2 == 1);
    }
    fixture_reopen(f);
    assert_sound(f);
}

static void redacting_all_spares_what_is_put_afterwards(void **state)
{
    struct fixture *f = *state;

    put(f, 1, 0, "{\"v\":1}");
    put(f, 1, 1, "{\"v\":2}");
    must(f, redaction_of(1, 0));
    put(f, 1, 3, "{\"v\":4}");
    assert_true(is_redacted(f, 1, 1));
    assert_true(is_redacted(f, 1, 2));
    assert_false(is_redacted(f, 1, 4));
    assert_sound(f);
    must(f, redaction_of(1, 4));
    assert_true(is_redacted(f, 1, 4));
    assert_sound(f);
}

static void many_redactions_of_one_record_are_each_accounted_for(void **state)
{
    struct fixture *f = *state;
    struct ledger_report report;

    for (int i = 0; i < 100; i++) {
        int64_t version = put(f, 1, -1, "{\"v\":1}").version;
        if (i % 3 != 0) {
            must(f, redaction_of(1, version));
        }
    }
    assert_int_equal(verify(f, NULL, &report), 0);
    assert_int_equal(report.redacted, 66);
    /* One more body gone than was said, in the midst of the others. */
    tamper(
        f,
        "UPDATE body SET destroyed = 1, salt = zeroblob(16), body = zeroblob(length(body))"
        " WHERE seq = (SELECT seq FROM body WHERE destroyed = 0 ORDER BY seq LIMIT 1 OFFSET 20)");
    assert_true(verify(f, NULL, &report) > 0);
    assert_string_equal(report.why, "its body is gone and no entry redacts it");
}

static void a_version_that_is_not_there_cannot_be_redacted(void **state)
{
    struct fixture *f = *state;
    struct draft d = redaction_of(1, 2);
    struct appended ret;

    put(f, 1, 0, "{\"v\":1}");
    assert_int_equal(append(f, &d, 1, &ret), EN_NOT_FOUND);
    assert_false(is_redacted(f, 1, 1));
}

static void redacting_twice_and_redacting_a_retraction_are_harmless(void **state)
{
    struct fixture *f = *state;
    struct draft d = put_of(1, -1, "");

    put(f, 1, 0, "{\"v\":1}");
    d.operation = ENTRY_RETRACT;
    must(f, d);
    must(f, redaction_of(1, 2));
    assert_false(is_redacted(f, 1, 1));
    must(f, redaction_of(1, 1));
    must(f, redaction_of(1, 1));
    must(f, redaction_of(1, 0));
    assert_true(is_redacted(f, 1, 1));
    assert_sound(f);
}

static void a_refused_batch_destroys_nothing(void **state)
{
    struct fixture *f = *state;
    struct draft batch[] = { redaction_of(1, 1), put_of(2, 7, "{}") };
    struct appended ret[2];

    put(f, 1, 0, "{\"v\":1}");
    assert_int_equal(append(f, batch, 2, ret), EN_STALE);
    assert_false(is_redacted(f, 1, 1));
    assert_sound(f);
}

static void a_body_may_be_put_and_redacted_in_one_batch(void **state)
{
    struct fixture *f = *state;
    struct draft batch[] = { put_of(1, 0, "{\"secret\":\"gentian\"}"), redaction_of(1, 1) };
    struct appended ret[2];

    assert_ok(f, append(f, batch, 2, ret));
    assert_true(is_redacted(f, 1, 1));
    assert_false(on_disk(f, "gentian"));
    assert_sound(f);
}

static int redact_while_reading(void *context, const struct entry *e)
{
    struct fixture *f = context;

    if (e->seq == 1) {
        must(f, redaction_of(1, 1));
        assert_true(on_disk(f, "hellebore")); /* this very reader still needs it */
    }
    return 0;
}

static void a_reader_delays_the_destruction_in_the_journal_only(void **state)
{
    struct fixture *f = *state;

    put(f, 1, 0, "{\"secret\":\"hellebore\"}");
    put(f, 2, 0, "{}");
    assert_ok(f, ledger_read(f->l, 0, INT64_MAX, &f->err, redact_while_reading, f));
    assert_true(is_redacted(f, 1, 1));
    put(f, 2, 1, "{}"); /* the writer tries again with the next commit */
    assert_false(on_disk(f, "hellebore"));
}

static void a_replayed_request_whose_body_was_redacted_counts_as_different(void **state)
{
    struct fixture *f = *state;
    struct draft d = put_of(1, 0, "{\"v\":1}");
    struct appended again;

    d.request = S("r1");
    must(f, d);
    must(f, redaction_of(1, 1));
    again = must(f, d);
    assert_true(again.replayed);
    assert_true(again.differs);
}

#define with_ledger(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_ledger(redacting_a_version_destroys_that_body_alone),
        with_ledger(a_redacted_body_is_in_no_file_of_the_ledger),
        with_ledger(redacting_all_spares_what_is_put_afterwards),
        with_ledger(many_redactions_of_one_record_are_each_accounted_for),
        with_ledger(a_version_that_is_not_there_cannot_be_redacted),
        with_ledger(redacting_twice_and_redacting_a_retraction_are_harmless),
        with_ledger(a_refused_batch_destroys_nothing),
        with_ledger(a_body_may_be_put_and_redacted_in_one_batch),
        with_ledger(a_reader_delays_the_destruction_in_the_journal_only),
        with_ledger(a_replayed_request_whose_body_was_redacted_counts_as_different),
    };

    return run_suite(tests);
}
