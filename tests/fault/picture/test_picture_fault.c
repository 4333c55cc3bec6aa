/*
 * Operations while memory, disk or locks fail: each in turn, until the operation gets through.
 *
 * A read either fails with a code that the fault explains or answers exactly what it answers
 * otherwise. A write that failed may be tried again under its key, and then stands once. Whatever
 * failed, the ledger verifies and the picture equals one made anew.
 */
#include "../../ops/desk.h"
#include "../ledger/fault_memory.h"
#include "../ledger/fault_vfs.h"

#include "base/fault.h"

#include <sqlite3.h>

static const struct with plain = { 0 };

struct bench {
    struct desk d;
    const char *a, *b, *promise, *agreement;
    int keys; /* actors created under keys */
};

/* An agreement with something owed and something supplied under it. */
static void agree(struct bench *x)
{
    struct desk *d = &x->d;
    x->agreement = desk_id(
        d, desk_must(d, "agreement.create", NULL,
                     desk_text(d,
                               "{\"title\":\"T\",\"instrument\":\"acsa\",\"in_force\":\"2024\","
                               "\"term\":\"P1Y\",\"renewal\":\"automatic\",\"parties\":[{"
                               "\"party\":\"%s\"},{\"party\":\"%s\"}]}",
                               x->a, x->b),
                     plain));
    desk_must(d, "obligation.create", NULL,
              desk_text(d,
                        "{\"agreement\":\"%s\",\"obligor\":\"%s\",\"beneficiary\":\"%s\","
                        "\"text\":\"t\",\"stakes\":\"routine\",\"trigger\":\"recurrence\","
                        "\"starts\":\"2025-01-31\",\"recurrence\":\"FREQ=MONTHLY;BYMONTHDAY=-1\"}",
                        x->agreement, x->a, x->b),
              plain);
    desk_must(d, "transaction.create", NULL,
              desk_text(d,
                        "{\"agreement\":\"%s\",\"supplier\":\"%s\",\"receiver\":\"%s\","
                        "\"item\":\"fuel\",\"state\":\"delivered\",\"delivered\":\"2026-01\","
                        "\"settlement\":\"cash\",\"value\":0.1,\"currency\":\"CAD\"}",
                        x->agreement, x->a, x->b),
              plain);
}

static int setup(void **state)
{
    struct bench *x = calloc(1, sizeof *x);
    desk_open(&x->d);
    x->a = desk_actor(&x->d, "Alpha", NULL);
    x->b = desk_actor(&x->d, "Bravo", "{\"class\":\"UNCLASSIFIED\"}");
    desk_must(
        &x->d, "relationship.create", NULL,
        desk_text(&x->d,
                  "{\"a\":\"%s\",\"b\":\"%s\",\"nature\":\"institutional\",\"priority\":\"T1\"}",
                  x->a, x->b),
        plain);
    for (int i = 0; i < 12; i++)
        x->promise = desk_id(
            &x->d,
            desk_must(&x->d, "commitment.create", NULL,
                      desk_text(&x->d,
                                "{\"from\":\"%s\",\"to\":\"%s\",\"text\":\"boats %d\","
                                "\"stakes\":\"routine\",\"state\":\"%s\",\"due\":\"2025-0%d\","
                                "\"decided_on\":\"2025-0%d\"}",
                                i % 2 ? x->a : x->b, i % 2 ? x->b : x->a, i,
                                i % 5 ? "kept" : "broken", 1 + i % 9, 1 + i % 9),
                      plain));
    agree(x);
    *state = x;
    return 0;
}

static int teardown(void **state)
{
    struct bench *x = *state;
    desk_assert_sound(&x->d);
    desk_assert_rebuilds_alike(&x->d);
    desk_done(&x->d);
    free(x);
    return 0;
}

static void arm_heap(int n)
{
    fault_arm_allocation(n);
}

static const struct fault heap = { arm_heap, fault_disarm };
static const struct fault sqlite_heap = { fault_memory_arm, fault_memory_disarm };

static bool explained(int code)
{
    return code == EN_NO_MEMORY || code == EN_IO || code == EN_BUSY;
}

enum { QUESTIONS = 18 };
struct question {
    const char *operation, *parameters;
};

static void questions_of(struct bench *x, struct question q[QUESTIONS])
{
    struct desk *d = &x->d;
    const char *pair = desk_text(d, "{\"truster\":\"%s\",\"trustee\":\"%s\"}", x->a, x->b);
    const char *of = desk_text(d, "{\"of\":\"%s\"}", x->a);
    struct question all[QUESTIONS] = {
        { "actor.get", desk_text(d, "{\"id\":\"%s\"}", x->a) },
        { "actor.list", "{\"sort\":\"title\",\"limit\":\"1\"}" },
        { "commitment.list", desk_text(d, "{\"from\":\"%s\",\"q\":\"boats\"}", x->a) },
        { "commitment.history", desk_text(d, "{\"id\":\"%s\"}", x->promise) },
        { "search", "{\"q\":\"bo\"}" },
        { "trust.get", pair },
        { "trust.explain", pair },
        { "trust.series",
          desk_text(d, "{\"truster\":\"%s\",\"trustee\":\"%s\",\"points\":\"5\"}", x->a, x->b) },
        { "trust.what-if", pair },
        { "portfolio", of },
        { "brief", desk_text(d, "{\"id\":\"%s\",\"of\":\"%s\"}", x->b, x->a) },
        { "today", of },
        { "network", desk_text(d, "{\"center\":\"%s\"}", x->a) },
        { "commitment.export", "{}" },
        { "agreement.status", desk_text(d, "{\"id\":\"%s\"}", x->agreement) },
        { "agreement.page", desk_text(d, "{\"id\":\"%s\"}", x->agreement) },
        { "calendar", of },
        { "balance", of },
    };
    memcpy(q, all, sizeof all);
}

/* Gives each refused allocation of one question in turn. Returns how often it failed. */
static int torment(struct bench *x, const struct fault *f, const struct question *q)
{
    struct desk *d = &x->d;
    struct slice right = desk_must(d, q->operation, q->parameters, NULL, plain).text;
    struct arena *whole = d->arena;
    int failures = 0;
    bool struck = true;
    for (int n = 1; struck; n += 1 + n / 6) {
        d->arena = arena_new(1 << 28);
        struct asked a =
            desk_ask(d, q->operation, q->parameters, NULL, (struct with){ .fault = f, .n = n });
        struck = a.struck;
        if (a.code == 0 && !slice_eq(a.text, right))
            fail_msg("%s n=%d: %.*s", q->operation, n, (int)(a.text.len < 900 ? a.text.len : 900),
                     a.text.ptr);
        if (a.code < 0 && !explained(a.code))
            fail_msg("%s n=%d: %d %s (%s)", q->operation, n, a.code, a.err.message, a.err.origin);
        failures += a.code < 0;
        arena_free(d->arena);
    }
    d->arena = whole;
    assert_true(slice_eq(desk_must(d, q->operation, q->parameters, NULL, plain).text, right));
    return failures;
}

static void torment_all(struct bench *x, const struct fault *f)
{
    struct question q[QUESTIONS];
    questions_of(x, q);
    int failures = 0;
    for (size_t i = 0; i < QUESTIONS; i++)
        failures += torment(x, f, &q[i]);
    assert_true(failures > QUESTIONS);
}

static void reads_without_memory_fail_or_answer_the_same(void **state)
{
    torment_all(*state, &heap);
}

static void reads_without_sqlite_memory_fail_or_answer_the_same(void **state)
{
    torment_all(*state, &sqlite_heap);
}

/* One more actor under a key of its own; a failed attempt is repeated. Both must give one record.
 */
static int create_under(struct bench *x, const struct fault *f, int n, bool *ret_struck)
{
    struct desk *d = &x->d;
    struct with key = { .key = desk_text(d, "key%d", x->keys) };
    const char *body = desk_text(d, "{\"nature\":\"unit\",\"name_en\":\"Keyed %d\"}", x->keys++);
    struct with failing = { .key = key.key, .fault = f, .n = n };
    struct asked first = desk_ask(d, "actor.create", NULL, body, failing);
    *ret_struck = first.struck;
    if (first.code < 0 && !explained(first.code))
        fail_msg("create n=%d: %d %s (%s)", n, first.code, first.err.message, first.err.origin);
    struct asked again = desk_must(d, "actor.create", NULL, body, key);
    if (first.code == 0)
        assert_string_equal(desk_id(d, first), desk_id(d, again));
    struct asked got =
        desk_must(d, "actor.get", desk_text(d, "{\"id\":\"%s\"}", desk_id(d, again)), NULL, plain);
    assert_true(json_get(got.json, "name_en") != NULL);
    return first.code;
}

static void assert_each_key_once(struct bench *x)
{
    uint32_t seen = 0;
    const char *parameters = "{\"nature\":\"unit\",\"limit\":\"200\"}";
    while (parameters) {
        struct asked a = desk_must(&x->d, "actor.list", parameters, NULL, plain);
        struct slice next = json_get_text(a.json, "next");
        seen += desk_count(a);
        parameters = next.len ? desk_text(&x->d,
                                          "{\"nature\":\"unit\",\"limit\":\"200\","
                                          "\"cursor\":\"" SLICE_FMT "\"}",
                                          SLICE_ARG(next))
                              : NULL;
    }
    assert_int_equal(seen, x->keys);
}

static void creates_survive(struct bench *x, const struct fault *f, int most)
{
    bool struck = true;
    int failures = 0;
    for (int n = 1; struck && n < most; n += 1 + n / 8)
        failures += create_under(x, f, n, &struck) < 0;
    assert_true(failures > 0);
    assert_each_key_once(x);
}

static void writes_without_memory_stand_once_or_not_at_all(void **state)
{
    creates_survive(*state, &heap, 2000);
}

static void writes_without_sqlite_memory_stand_once_or_not_at_all(void **state)
{
    creates_survive(*state, &sqlite_heap, 4000);
}

/* ---- disk and locks, of ledger and picture alike ---- */

static unsigned vfs_kinds;
static int vfs_code;

static void arm_vfs(int n)
{
    fault_vfs_arm(vfs_kinds, vfs_code, n, /* once= */ true);
}

static const struct fault vfs = { arm_vfs, fault_vfs_disarm };

static void writes_on_a_failing_disk_stand_and_the_picture_catches_up(void **state)
{
    struct bench *x = *state;
    static const struct {
        unsigned kinds;
        int code;
    } rows[] = { { FAULT_WRITE, SQLITE_FULL },       { FAULT_WRITE, SQLITE_IOERR_WRITE },
                 { FAULT_SYNC, SQLITE_IOERR_FSYNC }, { FAULT_READ, SQLITE_IOERR_READ },
                 { FAULT_SHM_LOCK, SQLITE_BUSY },    { FAULT_WRITE_LOCK, SQLITE_BUSY } };
    int failures = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool struck = true;
        vfs_kinds = rows[i].kinds;
        vfs_code = rows[i].code;
        for (int n = 1; struck && n < 60; n++)
            failures += create_under(x, &vfs, n, &struck) < 0;
    }
    assert_true(failures > 0);
    assert_each_key_once(x);
}

static void redaction_on_a_failing_disk_ends_destroyed(void **state)
{
    struct bench *x = *state;
    struct desk *d = &x->d;
    static const unsigned kinds[] = { FAULT_WRITE, FAULT_SYNC };
    for (int i = 0; i < 2; i++)
        for (int n = 1; n < 14; n++) {
            const char *id = desk_actor(d, "Zanzibarre", NULL);
            const char *parameters = desk_text(d, "{\"id\":\"%s\"}", id);
            vfs_kinds = kinds[i];
            vfs_code = SQLITE_IOERR;
            int code = desk_ask(d, "actor.redact", parameters, "{}",
                                (struct with){ .fault = &vfs, .n = n })
                           .code;
            assert_true(code == 0 || explained(code));
            if (code < 0 && (code = desk_ask(d, "actor.redact", parameters, "{}", plain).code) < 0)
                fail_msg("redact again: %d", code);
            assert_int_equal(desk_count(desk_must(d, "search", "{\"q\":\"zanzi\"}", NULL, plain)),
                             0);
        }
    desk_reopen(d);
    assert_false(desk_files_contain(d, "anzibarre"));
}

int main(void)
{
    fault_memory_install();
    fault_vfs_install();
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(reads_without_memory_fail_or_answer_the_same),
        CASE(reads_without_sqlite_memory_fail_or_answer_the_same),
        CASE(writes_without_memory_stand_once_or_not_at_all),
        CASE(writes_without_sqlite_memory_stand_once_or_not_at_all),
        CASE(writes_on_a_failing_disk_stand_and_the_picture_catches_up),
        CASE(redaction_on_a_failing_disk_ends_destroyed),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
