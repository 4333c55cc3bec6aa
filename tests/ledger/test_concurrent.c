/*
 * Many writers: threads in one process, and processes on one file.
 */
#include "fixture.h"

#include "ledger/turn.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 16, ROUNDS = 40 };

struct racer {
    struct fixture *f;
    pthread_barrier_t *barrier;
    int number;
    int codes[ROUNDS];
    struct appended results[ROUNDS];
};

static void *race(void *context)
{
    struct racer *r = context;
    char body[64];

    for (int i = 0; i < ROUNDS; i++) {
        struct draft batch[2];
        struct appended ret[2];

        /* Every thread wants the same next version of record 1, and a private entry beside it. */
        snprintf(body, sizeof(body), "{\"by\":%d,\"round\":%d}", r->number, i);
        batch[0] = put_of((unsigned)(100 + r->number), -1, body);
        batch[1] = put_of(1, i, body);
        pthread_barrier_wait(r->barrier);
        r->codes[i] = ledger_append(r->f->l, batch, 2, NOW_MS, NULL, ret);
        r->results[i] = ret[1];
        pthread_barrier_wait(r->barrier);
    }
    return NULL;
}

static void of_conflicting_writers_exactly_one_wins(void **state)
{
    struct fixture *f = *state;
    struct racer *racers = calloc(THREADS, sizeof(*racers));
    pthread_barrier_t barrier;
    pthread_t threads[THREADS];
    struct ledger_head head;

    pthread_barrier_init(&barrier, NULL, THREADS);
    for (int i = 0; i < THREADS; i++) {
        racers[i] = (struct racer){ .f = f, .barrier = &barrier, .number = i };
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    for (int round = 0; round < ROUNDS; round++) {
        int winners = 0;
        for (int i = 0; i < THREADS; i++) {
            int code = racers[i].codes[round];
            assert_true(code == 0 || code == (round == 0 ? EN_CONFLICT : EN_STALE));
            winners += code == 0;
            if (code == 0) {
                assert_int_equal(racers[i].results[round].version, round + 1);
            }
        }
        assert_int_equal(winners, 1);
    }
    /* A loser's private entry is gone with its batch: two entries per round, no more. */
    assert_ok(f, ledger_head_get(f->l, &f->err, &head));
    assert_int_equal(head.seq, 2 * ROUNDS);
    assert_sound(f);
    pthread_barrier_destroy(&barrier);
    free(racers);
}

struct feeder {
    struct fixture *f;
    unsigned number;
    int failures;
};

static void *feed(void *context)
{
    struct feeder *feeder = context;

    for (int i = 0; i < 100; i++) {
        struct draft d = put_of(200 + feeder->number, i, "{\"fed\":true}");
        struct draft wrong = put_of(200 + feeder->number, i + 50, "{}");
        struct appended ret = { 0 };

        feeder->failures += ledger_append(feeder->f->l, &d, 1, NOW_MS, NULL, &ret) != 0;
        feeder->failures += ret.version != i + 1;
        feeder->failures += ledger_append(feeder->f->l, &wrong, 1, NOW_MS, NULL, &ret) != EN_STALE;
    }
    return NULL;
}

static void one_caller_s_refusals_never_spoil_another_s_batches(void **state)
{
    struct fixture *f = *state;
    struct feeder feeders[THREADS];
    pthread_t threads[THREADS];
    struct ledger_report report;

    for (unsigned i = 0; i < THREADS; i++) {
        feeders[i] = (struct feeder){ f, i, 0 };
        assert_int_equal(pthread_create(&threads[i], NULL, feed, &feeders[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(feeders[i].failures, 0);
    }
    assert_int_equal(verify(f, NULL, &report), 0);
    assert_int_equal(report.entries, 100 * THREADS);
    assert_true(report.heads < report.entries); /* commits were shared */
}

static void *ask_again(void *context)
{
    struct feeder *feeder = context;
    char key[32];

    for (int i = 0; i < 50; i++) {
        struct draft d = put_of(300 + (unsigned)i, 0, "{\"once\":true}");
        struct appended ret = { 0 };

        snprintf(key, sizeof(key), "request-%d", i);
        d.request = slice_of(key);
        feeder->failures += ledger_append(feeder->f->l, &d, 1, NOW_MS, NULL, &ret) != 0;
        feeder->failures += ret.version != 1 || ret.differs;
    }
    return NULL;
}

static void the_same_requests_from_many_threads_are_appended_once(void **state)
{
    struct fixture *f = *state;
    struct feeder feeders[THREADS];
    pthread_t threads[THREADS];
    struct ledger_head head;

    for (unsigned i = 0; i < THREADS; i++) {
        feeders[i] = (struct feeder){ f, i, 0 };
        assert_int_equal(pthread_create(&threads[i], NULL, ask_again, &feeders[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(feeders[i].failures, 0);
    }
    assert_ok(f, ledger_head_get(f->l, &f->err, &head));
    assert_int_equal(head.seq, 50);
    assert_sound(f);
}

/* A child process appends `count` versions to the shared record, trying again when stale. */
static int write_as_child(const char *directory, int count)
{
    struct ledger_options o = { .directory = directory, .create = true, .now_ms = NOW_MS };
    struct ledger *l = NULL;
    int left = count;

    if (ledger_open(&o, NULL, &l) != 0) {
        return 1;
    }
    while (left > 0) {
        struct draft d = put_of(1, -1, "{\"from\":\"a process\"}");
        struct appended ret;

        if (ledger_append(l, &d, 1, NOW_MS, NULL, &ret) != 0) {
            return 2;
        }
        left--;
    }
    ledger_close(l);
    return 0;
}

static void processes_on_one_file_share_one_chain(void **state)
{
    struct fixture *f = *state;
    struct ledger_report report;
    char directory[128];
    pid_t children[4];

    /* A new directory, so that the processes also race to make the key and the tables. */
    snprintf(directory, sizeof(directory), "%s/shared", f->directory);
    fixture_close(f); /* a fork must not carry an open database */
    for (int i = 0; i < 4; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            _exit(write_as_child(directory, 50));
        }
        assert_true(children[i] > 0);
    }
    for (int i = 0; i < 4; i++) {
        int status = -1;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    snprintf(f->ledger_dir, sizeof(f->ledger_dir), "%s/shared", f->directory);
    fixture_reopen(f);
    assert_int_equal(verify(f, NULL, &report), 0);
    assert_int_equal(report.entries, 200);
}

static void another_process_s_entry_wakes_a_follower(void **state)
{
    struct fixture *f = *state;
    int64_t last = 0;
    int status = -1;
    pid_t child;

    fixture_close(f); /* a fork must not carry an open database */
    child = fork();
    if (child == 0) {
        usleep(50000);
        _exit(write_as_child(f->ledger_dir, 1));
    }
    fixture_reopen(f);
    assert_int_equal(ledger_wait(f->l, 0, 60000, &last), 0);
    assert_int_equal(last, 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void a_turn_is_had_by_one_at_a_time_and_ends_with_who_gives_it_back(void **state)
{
    struct fixture *f = *state;
    struct ledger_options o = { .directory = f->ledger_dir, .now_ms = NOW_MS, .patience_ms = 1 };
    struct ledger *second = NULL;
    struct turn one = { .fd = -1 }, two = { .fd = -1 };
    int gate[2], status = -1;
    char end;

    assert_ok(f, ledger_open(&o, &f->err, &second));
    assert_ok(f, turn_take(f->l, &f->err, &one));
    assert_int_equal(turn_take(second, &f->err, &two), EN_BUSY);
    assert_int_equal(two.fd, -1);
    put(f, 1, 0, "{}"); /* who only appends waits for nobody */
    assert_int_equal(pipe(gate), 0);
    pid_t child = fork(); /* has what its parent had open, and lives on */
    if (child == 0) {
        close(gate[1]);
        _exit(read(gate[0], &end, 1) == 0 ? 0 : 1);
    }
    turn_give(&one);
    turn_give(&one);
    assert_ok(f, turn_take(second, &f->err, &two));
    turn_give(&two);
    close(gate[0]);
    close(gate[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    ledger_close(second);
}

static void a_turn_ends_with_the_process_that_had_it(void **state)
{
    struct fixture *f = *state;
    struct turn turn = { .fd = -1 };
    int status = -1;

    fixture_close(f); /* a fork must not carry an open database */
    pid_t child = fork();
    if (child == 0) {
        fixture_reopen(f);
        if (turn_take(f->l, &f->err, &turn) != 0)
            _exit(1);
        kill(getpid(), SIGKILL);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    fixture_reopen(f);
    assert_ok(f, turn_take(f->l, &f->err, &turn));
    turn_give(&turn);
}

#define with_ledger(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_ledger(of_conflicting_writers_exactly_one_wins),
        with_ledger(one_caller_s_refusals_never_spoil_another_s_batches),
        with_ledger(the_same_requests_from_many_threads_are_appended_once),
        with_ledger(processes_on_one_file_share_one_chain),
        with_ledger(another_process_s_entry_wakes_a_follower),
        with_ledger(a_turn_is_had_by_one_at_a_time_and_ends_with_who_gives_it_back),
        with_ledger(a_turn_ends_with_the_process_that_had_it),
    };

    return run_suite(tests);
}
