/*
 * Records of other instances: they keep their originator, nobody here writes into them, no other
 * instance writes into ours, and the chain over both verifies.
 */
#include "fixture.h"

static struct uuid partner(unsigned n)
{
    struct uuid id = { { 0xaa } };

    id.bytes[15] = (uint8_t)n;
    return id;
}

static struct draft foreign(unsigned record, int64_t expected, const char *body, unsigned n)
{
    struct draft d = put_of(record, expected, body);

    d.instance = partner(n);
    return d;
}

static void a_foreign_record_keeps_its_originator_and_the_chain_verifies(void **state)
{
    struct fixture *f = *state;
    cleanup_arena struct arena *a = arena_new(1 << 20);
    struct draft retract = foreign(1, 2, "", 7);
    struct draft redact = foreign(1, 3, "", 7);
    struct entry e;

    put(f, 9, 0, "{\"name\":\"ours\"}");
    must(f, foreign(1, 0, "{\"name\":\"theirs\"}", 7));
    must(f, foreign(1, 1, "{\"name\":\"theirs again\"}", 7));
    assert_ok(f, ledger_read_version(f->l, a, id_of(1), 2, &f->err, &e));
    assert_true(uuid_eq(e.instance, partner(7)));
    retract.operation = ENTRY_RETRACT;
    must(f, retract);
    redact.operation = ENTRY_REDACT;
    must(f, redact);
    assert_sound(f);
    fixture_reopen(f);
    assert_sound(f);
}

static void nobody_here_writes_into_a_foreign_record(void **state)
{
    struct fixture *f = *state;
    struct ledger_head before;
    struct ledger_head after;
    struct appended ret;
    struct draft d;

    must(f, foreign(1, 0, "{\"name\":\"theirs\"}", 7));
    assert_ok(f, ledger_head_get(f->l, &f->err, &before));
    for (int op = ENTRY_PUT; op <= ENTRY_REDACT; op++) {
        d = put_of(1, -1, op == ENTRY_PUT ? "{\"name\":\"ours\"}" : "");
        d.operation = (enum entry_operation)op;
        assert_int_equal(append(f, &d, 1, &ret), EN_FORBIDDEN);
    }
    assert_ok(f, ledger_head_get(f->l, &f->err, &after));
    assert_int_equal(before.seq, after.seq);
}

static void no_partner_writes_into_ours_nor_into_another_partner_s(void **state)
{
    struct fixture *f = *state;
    struct appended ret;
    struct draft d = foreign(2, -1, "{\"name\":\"theirs\"}", 7);

    put(f, 2, 0, "{\"name\":\"ours\"}");
    assert_int_equal(append(f, &d, 1, &ret), EN_FORBIDDEN);
    must(f, foreign(1, 0, "{\"name\":\"of seven\"}", 7));
    d = foreign(1, -1, "{\"name\":\"of eight\"}", 8);
    assert_int_equal(append(f, &d, 1, &ret), EN_FORBIDDEN);
    d.instance = ledger_instance(f->l);
    assert_int_equal(append(f, &d, 1, &ret), EN_FORBIDDEN);
    assert_sound(f);
}

static void a_refused_foreign_draft_takes_its_batch_with_it(void **state)
{
    struct fixture *f = *state;
    struct appended ret[2];
    struct draft d[2] = { foreign(3, 0, "{\"name\":\"new\"}", 7),
                          foreign(2, -1, "{\"name\":\"wrong\"}", 7) };

    put(f, 2, 0, "{\"name\":\"ours\"}");
    assert_int_equal(append(f, d, 2, ret), EN_FORBIDDEN);
    d[0].expected = 0;
    assert_int_equal(append(f, d, 1, ret), 0);
    assert_int_equal(ret[0].version, 1);
}

static void an_entry_given_to_another_originator_is_found(void **state)
{
    struct fixture *f = *state;
    struct ledger_report report;

    fill(f, 3);
    must(f, foreign(50, 0, "{\"name\":\"theirs\"}", 7));
    must(f, foreign(50, 1, "{\"name\":\"theirs\"}", 7));
    tamper(f, "UPDATE entry SET instance = x'00112233445566778899aabbccddeeff' WHERE seq = 5");
    assert_int_equal(verify(f, NULL, &report), 5);
    assert_string_equal(report.why, "hash of the header");
}

#define with_ledger(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_ledger(a_foreign_record_keeps_its_originator_and_the_chain_verifies),
        with_ledger(nobody_here_writes_into_a_foreign_record),
        with_ledger(no_partner_writes_into_ours_nor_into_another_partner_s),
        with_ledger(a_refused_foreign_draft_takes_its_batch_with_it),
        with_ledger(an_entry_given_to_another_originator_is_found),
    };

    return run_suite(tests);
}
