/*
 * Whoever owns the file can change it; nobody can change it unseen. Each case tampers with the
 * closed file and expects the verifier to name the first bad entry and the reason.
 */
#include "fixture.h"

#include "ledger/chain.h"
#include "ledger/key.h"

#include <sqlite3.h>

static void expect(struct fixture *f, const char *sql, int64_t first_bad, const char *why)
{
    struct ledger_report report;

    fill(f, 20);
    tamper(f, sql);
    assert_int_equal(verify(f, NULL, &report), first_bad);
    assert_string_equal(report.why, why);
}

static void an_untouched_ledger_is_sound(void **state)
{
    struct fixture *f = *state;
    struct ledger_report report;

    assert_int_equal(verify(f, NULL, &report), 0);
    assert_int_equal(report.entries, 0);
    fill(f, 20);
    fixture_reopen(f);
    assert_int_equal(verify(f, NULL, &report), 0);
    assert_int_equal(report.entries, 20);
    assert_int_equal(report.heads, 20);
    assert_int_equal(report.head.seq, 20);
}

static void an_edited_body_is_found(void **state)
{
    expect(*state, "UPDATE body SET body = CAST('{\"name\":\"someone\"}' AS BLOB) WHERE seq = 9", 9,
           "hash of the body");
}

static void an_edited_salt_is_found(void **state)
{
    expect(*state, "UPDATE body SET salt = x'00112233445566778899aabbccddeeff' WHERE seq = 3", 3,
           "hash of the body");
}

static void every_edited_header_column_is_found(void **state)
{
    static const char *const edits[] = {
        "id = x'00112233445566778899aabbccddeeff'",
        "at_ms = at_ms + 1",
        "user = 'someone'",
        "kind = 'agreement'",
        "record = x'00112233445566778899aabbccddeeff'",
        "version = 9000",
        "label = '{\"class\":\"SECRET\"}'",
        "request = 'k'",
        "body_hash = x'00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'",
        "hash = x'00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'",
        "operation = 2",
    };
    char sql[256];

    (void)state;
    for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
        struct fixture f;

        fixture_open(&f);
        snprintf(sql, sizeof(sql), "UPDATE entry SET %s WHERE seq = 11", edits[i]);
        expect(&f, sql, 11, "hash of the header");
        fixture_done(&f);
    }
}

static void an_edited_link_is_found(void **state)
{
    expect(*state, "UPDATE entry SET previous = hash WHERE seq = 4", 4,
           "link to the previous entry");
}

static void another_instance_s_entry_is_found(void **state)
{
    expect(*state, "UPDATE entry SET instance = x'00112233445566778899aabbccddeeff' WHERE seq = 6",
           6, "instance");
}

static void a_deleted_entry_is_found(void **state)
{
    expect(*state, "DELETE FROM entry WHERE seq = 7", 7, "the entry is missing");
}

static void a_deleted_first_entry_is_found(void **state)
{
    expect(*state, "DELETE FROM entry WHERE seq = 1", 1, "the entry is missing");
}

static void a_deleted_and_closed_up_entry_is_found(void **state)
{
    expect(
        *state,
        "DELETE FROM entry WHERE seq = 7; DELETE FROM body WHERE seq = 7;"
        "DELETE FROM head WHERE seq = 7;"
        "UPDATE entry SET seq = seq - 1 WHERE seq > 7; UPDATE body SET seq = seq - 1 WHERE seq > 7;"
        "UPDATE head SET seq = seq - 1 WHERE seq > 7",
        7, "link to the previous entry");
}

static void a_deleted_body_is_found(void **state)
{
    expect(*state, "DELETE FROM body WHERE seq = 5", 5, "its body is missing");
}

static void a_body_destroyed_without_a_redaction_is_found(void **state)
{
    expect(*state,
           "UPDATE body SET destroyed = 1, salt = zeroblob(16), body = zeroblob(length(body))"
           " WHERE seq = 5",
           5, "its body is gone and no entry redacts it");
}

static void reordered_entries_are_found(void **state)
{
    expect(*state,
           "UPDATE entry SET seq = -1 WHERE seq = 8; UPDATE entry SET seq = 8 WHERE seq = 12;"
           "UPDATE entry SET seq = 12 WHERE seq = -1; UPDATE body SET seq = -1 WHERE seq = 8;"
           "UPDATE body SET seq = 8 WHERE seq = 12; UPDATE body SET seq = 12 WHERE seq = -1",
           8, "link to the previous entry");
}

static void a_forged_head_is_found(void **state)
{
    expect(*state,
           "UPDATE head SET signature = (SELECT signature FROM head WHERE seq = 9) WHERE seq = 10",
           10, "signature of the head");
}

static void a_head_of_an_unknown_algorithm_is_found(void **state)
{
    expect(*state, "UPDATE head SET alg = 'none' WHERE seq = 10", 10, "signature of the head");
}

static void entries_after_the_last_signed_head_are_found(void **state)
{
    expect(*state, "DELETE FROM head WHERE seq > 17", 18, "no signed head covers it");
}

static void a_cut_that_leaves_its_heads_is_found(void **state)
{
    expect(*state, "DELETE FROM entry WHERE seq > 15", 16,
           "the entry is missing, its signed head is there");
}

static void a_clean_cut_is_found_with_an_anchor_only(void **state)
{
    struct fixture *f = *state;
    struct ledger_report report;
    struct ledger_head head;

    fill(f, 20);
    assert_ok(f, ledger_head_get(f->l, &f->err, &head));
    tamper(f, "DELETE FROM entry WHERE seq > 15; DELETE FROM body WHERE seq > 15;"
              "DELETE FROM head WHERE seq > 15");
    assert_int_equal(verify(f, NULL, &report), 0);
    assert_int_equal(report.entries, 15);
    assert_int_equal(verify(f, &head.hash, &report), 16);
    assert_string_equal(report.why, "the anchor is not in the chain");
}

static void an_anchor_inside_the_chain_is_accepted(void **state)
{
    struct fixture *f = *state;
    struct ledger_report report;
    struct ledger_head head;

    fill(f, 5);
    assert_ok(f, ledger_head_get(f->l, &f->err, &head));
    fill(f, 5);
    assert_int_equal(verify(f, &head.hash, &report), 0);
}

/* Rewrites entry 10 and all hashes after it, as someone without the key can. */
static void rewrite_from(sqlite3 *db, struct ledger *l, int64_t seq);

struct rewriting {
    sqlite3 *db;
    struct hash previous;
    struct buf scratch;
    int64_t from;
};

static int rewrite(void *context, const struct entry *e)
{
    struct rewriting *w = context;
    struct entry changed = *e;
    sqlite3_stmt *st = NULL;

    if (e->seq < w->from) {
        w->previous = e->hash;
        return 0;
    }
    changed.previous = w->previous;
    changed.user = e->seq == w->from ? S("someone else") : e->user;
    assert_int_equal(chain_hash(&changed, &w->scratch, &changed.hash), 0);
    sqlite3_prepare_v2(w->db, "UPDATE entry SET user = ?, previous = ?, hash = ? WHERE seq = ?", -1,
                       &st, NULL);
    sqlite3_bind_text(st, 1, changed.user.ptr, (int)changed.user.len, SQLITE_STATIC);
    sqlite3_bind_blob(st, 2, changed.previous.bytes, HASH_SIZE, SQLITE_STATIC);
    sqlite3_bind_blob(st, 3, changed.hash.bytes, HASH_SIZE, SQLITE_STATIC);
    sqlite3_bind_int64(st, 4, e->seq);
    assert_int_equal(sqlite3_step(st), SQLITE_DONE);
    sqlite3_finalize(st);
    w->previous = changed.hash;
    return 0;
}

static void rewrite_from(sqlite3 *db, struct ledger *l, int64_t seq)
{
    struct rewriting w = { .db = db, .from = seq };

    buf_init(&w.scratch, 65536);
    assert_int_equal(sqlite3_exec(db, "DROP TRIGGER entry_fixed", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(ledger_read(l, 0, INT64_MAX, NULL, rewrite, &w), 0);
    buf_done(&w.scratch);
}

static void a_history_rewritten_without_the_key_is_found(void **state)
{
    struct fixture *f = *state;
    struct ledger_report report;
    sqlite3 *db = NULL;
    char path[128];

    fill(f, 20);
    snprintf(path, sizeof(path), "%s/ledger.db", f->ledger_dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    rewrite_from(db, f->l, 10);
    sqlite3_close(db);
    assert_int_equal(verify(f, NULL, &report), 10);
    assert_string_equal(report.why, "signature of the head");
}

static void a_redacted_body_that_comes_back_is_found(void **state)
{
    struct fixture *f = *state;
    struct draft d = put_of(1, 1, "");
    struct ledger_report report;
    char path[128];
    char *sql;
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;

    put(f, 1, 0, "{\"v\":1}");
    snprintf(path, sizeof(path), "%s/ledger.db", f->ledger_dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_prepare_v2(db, "SELECT hex(salt) FROM body WHERE seq = 1", -1, &st, NULL);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    sql = sqlite3_mprintf(
        "UPDATE body SET destroyed = 0, salt = x'%s', body = CAST('{\"v\":1}' AS BLOB)"
        " WHERE seq = 1",
        sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    sqlite3_close(db);
    d.operation = ENTRY_REDACT;
    d.redacts = 1;
    must(f, d);
    tamper(f, sql);
    sqlite3_free(sql);
    assert_int_equal(verify(f, NULL, &report), 1);
    assert_string_equal(report.why, "its body was redacted and is still there");
}

static void an_index_that_hides_an_entry_is_found(void **state)
{
    struct fixture *f = *state;
    struct ledger_report report;

    fill(f, 20);
    /* The index is rebuilt over fewer rows than the table has, then declared complete. */
    tamper(f, "CREATE TABLE t(x); DROP INDEX entry_version;"
              "CREATE UNIQUE INDEX entry_version ON entry (record, version) WHERE seq <> 9;"
              "PRAGMA writable_schema = 1;"
              "UPDATE sqlite_schema SET sql = 'CREATE UNIQUE INDEX entry_version ON entry (record, "
              "version)'"
              " WHERE name = 'entry_version'; PRAGMA writable_schema = 0;");
    assert_int_equal(verify(f, NULL, &report), 0);
    assert_string_equal(report.why, "structure of the database");
}

static void statements_that_change_entries_are_refused_by_the_file_itself(void **state)
{
    static const char *const wrong[] = {
        "UPDATE entry SET user = 'x'",
        "DELETE FROM entry",
        "UPDATE head SET alg = 'x'",
        "DELETE FROM head",
        "DELETE FROM body",
        "UPDATE body SET body = x'00'",
    };
    struct fixture *f = *state;
    sqlite3 *db = NULL;
    char path[128];

    fill(f, 3);
    snprintf(path, sizeof(path), "%s/ledger.db", f->ledger_dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(sqlite3_exec(db, wrong[i], NULL, NULL, NULL), SQLITE_CONSTRAINT);
    }
    sqlite3_close(db);
    assert_sound(f);
}

struct steps {
    int64_t last;
    int64_t total;
    int calls;
};

static void step(void *context, int64_t done, int64_t total)
{
    struct steps *steps = context;

    assert_true(done >= steps->last && done <= total);
    steps->last = done;
    steps->total = total;
    steps->calls++;
}

static void progress_ends_at_the_total(void **state)
{
    struct fixture *f = *state;
    struct steps steps = { 0 };
    struct ledger_progress progress = { step, &steps };
    struct ledger_report report;

    fill(f, 12);
    assert_ok(f, ledger_verify(f->l, NULL, &progress, &f->err, &report));
    assert_true(steps.calls > 0);
    assert_int_equal(steps.last, 12);
    assert_int_equal(steps.total, 12);
}

#define with_ledger(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_ledger(an_untouched_ledger_is_sound),
        with_ledger(an_edited_body_is_found),
        with_ledger(an_edited_salt_is_found),
        cmocka_unit_test(every_edited_header_column_is_found),
        with_ledger(an_edited_link_is_found),
        with_ledger(another_instance_s_entry_is_found),
        with_ledger(a_deleted_entry_is_found),
        with_ledger(a_deleted_first_entry_is_found),
        with_ledger(a_deleted_and_closed_up_entry_is_found),
        with_ledger(a_deleted_body_is_found),
        with_ledger(a_body_destroyed_without_a_redaction_is_found),
        with_ledger(reordered_entries_are_found),
        with_ledger(a_forged_head_is_found),
        with_ledger(a_head_of_an_unknown_algorithm_is_found),
        with_ledger(entries_after_the_last_signed_head_are_found),
        with_ledger(a_cut_that_leaves_its_heads_is_found),
        with_ledger(a_clean_cut_is_found_with_an_anchor_only),
        with_ledger(an_anchor_inside_the_chain_is_accepted),
        with_ledger(a_history_rewritten_without_the_key_is_found),
        with_ledger(a_redacted_body_that_comes_back_is_found),
        with_ledger(an_index_that_hides_an_entry_is_found),
        with_ledger(statements_that_change_entries_are_refused_by_the_file_itself),
        with_ledger(progress_ends_at_the_total),
    };

    return run_suite(tests);
}
