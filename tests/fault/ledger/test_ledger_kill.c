/*
 * kill -9 at random moments under load: what was acknowledged is there, nothing is there in part,
 * the chain verifies, and the next process goes on.
 *
 * A child process appends from several threads and reports every acknowledgement through a pipe,
 * after it has it. The parent kills it after a seeded random number of reports and a random nap,
 * reads what is left in the pipe, opens the same ledger and compares. The same ledger suffers all
 * rounds.
 */
#include "../../ledger/fixture.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 60, WRITERS = 6, BATCH = 3, REPORTS_MAX = 200 };

/* One acknowledgement: the batch of this writer with this number, with the ids it was given. */
struct report {
    uint32_t round;
    uint32_t writer;
    uint32_t number;
    struct uuid ids[BATCH];
};

struct child_writer {
    struct ledger *l;
    int pipe;
    uint32_t round;
    uint32_t writer;
};

static void key_of(const struct report *r, unsigned i, char ret[64])
{
    snprintf(ret, 64, "%u.%u.%u.%u", r->round, r->writer, r->number, i);
}

static void *child_write(void *context)
{
    const struct child_writer *w = context;
    struct report report = { .round = w->round, .writer = w->writer };
    unsigned record = 100 + w->writer;

    for (;; report.number++) {
        struct draft batch[BATCH] = { put_of(record, -1, "{\"under\":\"load\"}"),
                                      put_of(record, -1, "{\"to be\":\"redacted\"}"),
                                      put_of(record, -1, "") };
        struct appended ret[BATCH];
        char keys[BATCH][64];

        for (unsigned i = 0; i < BATCH; i++) {
            key_of(&report, i, keys[i]);
            batch[i].request = slice_of(keys[i]);
        }
        batch[2].operation = report.number % 5 == 0 ? ENTRY_REDACT : ENTRY_RETRACT;
        if (ledger_append(w->l, batch, BATCH, NOW_MS, NULL, ret) != 0) {
            _exit(3);
        }
        for (unsigned i = 0; i < BATCH; i++) {
            report.ids[i] = ret[i].id;
        }
        /* Shorter than PIPE_BUF: one write is one report. */
        if (write(w->pipe, &report, sizeof(report)) != (ssize_t)sizeof(report)) {
            _exit(4);
        }
    }
    return NULL;
}

static void child_main(const char *directory, uint32_t round, int pipe)
{
    struct ledger_options o = { .directory = directory, .create = true, .now_ms = NOW_MS };
    struct child_writer writers[WRITERS];
    struct ledger *l = NULL;
    pthread_t thread;

    if (ledger_open(&o, NULL, &l) != 0) {
        _exit(2);
    }
    for (uint32_t i = 0; i < WRITERS; i++) {
        writers[i] = (struct child_writer){ l, pipe, round, i };
        if (pthread_create(&thread, NULL, child_write, &writers[i]) != 0) {
            _exit(5);
        }
    }
    for (;;) {
        pause();
    }
}

static uint32_t random_below(uint64_t *state, uint32_t limit)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((*state >> 33) % limit);
}

static bool read_report(int pipe, struct report *ret)
{
    size_t have = 0;

    while (have < sizeof(*ret)) {
        ssize_t n = read(pipe, (char *)ret + have, sizeof(*ret) - have);
        if (n <= 0) {
            return false;
        }
        have += (size_t)n;
    }
    return true;
}

/* Runs a child until it is killed; gives what it had acknowledged. */
static size_t load_and_kill(struct fixture *f, uint32_t round, uint64_t *seed,
                            struct report *reports, size_t max)
{
    size_t wanted = random_below(seed, 20);
    size_t count = 0;
    int status = 0;
    int ends[2];
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        close(ends[0]);
        child_main(f->ledger_dir, round, ends[1]);
    }
    assert_true(child > 0);
    close(ends[1]);
    while (count < wanted && read_report(ends[0], &reports[count])) {
        count++;
    }
    usleep(random_below(seed, 10000));
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status)); /* it did not end by itself, so no append failed */
    while (count < max && read_report(ends[0], &reports[count])) {
        count++;
    }
    assert_true(count < max);
    close(ends[0]);
    return count;
}

static int find(struct fixture *f, const struct report *r, unsigned i, struct entry *ret)
{
    cleanup_arena struct arena *a = arena_new(1 << 16);
    char key[64];

    key_of(r, i, key);
    return ledger_find_request(f->l, a, slice_of(key), &f->err, ret);
}

static void check_acknowledged(struct fixture *f, const struct report *reports, size_t count)
{
    for (size_t n = 0; n < count; n++) {
        for (unsigned i = 0; i < BATCH; i++) {
            struct entry e;
            assert_ok(f, find(f, &reports[n], i, &e));
            assert_true(uuid_eq(e.id, reports[n].ids[i]));
        }
    }
}

/* The batch after a writer's last acknowledged one is there whole, or not at all. */
static void check_unacknowledged(struct fixture *f, const struct report *reports, size_t count,
                                 uint32_t round)
{
    for (uint32_t writer = 0; writer < WRITERS; writer++) {
        struct report next = { .round = round, .writer = writer };
        int found = 0;
        struct entry e;

        for (size_t n = 0; n < count; n++) {
            if (reports[n].writer == writer && reports[n].number >= next.number) {
                next.number = reports[n].number + 1;
            }
        }
        for (unsigned i = 0; i < BATCH; i++) {
            found += find(f, &next, i, &e) == 0;
        }
        assert_true(found == 0 || found == BATCH);
    }
}

static void acknowledged_entries_survive_kill_9(void **state)
{
    struct fixture *f = *state;
    struct report *reports = calloc(REPORTS_MAX * 20, sizeof(*reports));
    uint64_t seed = 20240517;
    size_t total = 0;

    for (uint32_t round = 0; round < ROUNDS; round++) {
        size_t count;

        fixture_close(f); /* a fork must not carry an open database */
        count = load_and_kill(f, round, &seed, reports, REPORTS_MAX * 20);
        fixture_reopen(f);
        check_acknowledged(f, reports, count);
        check_unacknowledged(f, reports, count, round);
        total += count;
        if (round % 4 == 3) {
            assert_sound(f);
        }
    }
    put(f, 1, 0, "{\"after\":\"all that\"}");
    assert_sound(f);
    assert_true(total > ROUNDS);
    print_message("# %d kills, %zu acknowledged batches, all there\n", (int)ROUNDS, total);
    free(reports);
}

static void a_first_start_that_is_killed_can_be_done_again(void **state)
{
    struct fixture *f = *state;
    uint64_t seed = 7;

    fixture_close(f);
    for (int i = 0; i < 25; i++) {
        pid_t child;
        int status;

        snprintf(f->ledger_dir, sizeof(f->ledger_dir), "%s/first%d", f->directory, i);
        child = fork();
        if (child == 0) {
            struct ledger_options o = { .directory = f->ledger_dir, .create = true };
            struct ledger *l = NULL;
            _exit(ledger_open(&o, NULL, &l) != 0); /* left open */
        }
        usleep(random_below(&seed, 12000));
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) || status == 0);
        fixture_reopen(f);
        put(f, 1, 0, "{}");
        assert_sound(f);
        fixture_close(f);
    }
}

#define with_ledger(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_ledger(acknowledged_entries_survive_kill_9),
        with_ledger(a_first_start_that_is_killed_can_be_done_again),
    };

    signal(SIGPIPE, SIG_IGN);
    return run_suite(tests);
}
