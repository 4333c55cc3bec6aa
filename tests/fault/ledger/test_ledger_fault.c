/*
 * Fails every allocation, read, write, sync, truncate, open and lock, one after the other, under a
 * round of work. After each: the answer was an error that says so, nothing is half-written, what
 * was acknowledged is there, the chain verifies, and the same open ledger goes on working.
 */
#include "fault_calls.h"
#include "fault_memory.h"
#include "fault_vfs.h"
#include "workload.h"

#include "base/fault.h"

#include <dirent.h>
#include <errno.h>
#include <sqlite3.h>
#include <unistd.h>

enum { TRIES_MAX = 5000, REOPEN_EVERY = 16, FRESH_EVERY = 100 };
/* Thousands of allocations parse the same few statements: past the first hundreds, one in so many.
 */
enum { EVERY_ONE = 150, STRIDE = 31 };

static void work_open(struct work *w)
{
    struct ledger_options o = {
        .directory = w->f.ledger_dir, .create = true, .now_ms = NOW_MS, .patience_ms = 5
    };

    ledger_close(w->f.l);
    w->f.l = NULL;
    assert_ok(&w->f, ledger_open(&o, &w->f.err, &w->f.l));
}

static struct work *work_new(void)
{
    struct work *w = calloc(1, sizeof(*w));

    assert_non_null(w);
    fixture_open(&w->f);
    work_open(w);
    return w;
}

static void work_free(struct work *w)
{
    fixture_done(&w->f);
    free(w);
}

struct fault {
    const char *name;
    unsigned kinds; /* of the VFS; 0: memory */
    int code;
    bool once;
    bool own_memory;  /* ours rather than SQLite's */
    int system_error; /* of a system call of ours; 0: none */
};

static void arm(const struct fault *fault, int n)
{
    if (fault->kinds != 0) {
        fault_vfs_arm(fault->kinds, fault->code, n, fault->once);
    } else if (fault->system_error != 0) {
        fault_calls_arm(fault->system_error, n);
    } else if (fault->own_memory) {
        fault_arm_allocation(n);
    } else {
        fault_memory_arm(n);
    }
}

static bool disarm(const struct fault *fault)
{
    if (fault->kinds != 0) {
        return fault_vfs_disarm();
    }
    if (fault->system_error != 0) {
        return fault_calls_disarm();
    }
    return fault->own_memory ? fault_disarm() : fault_memory_disarm();
}

/* Until a round ends before the fault strikes. Returns how many rounds were struck. */
static int strike_rounds(const struct fault *fault)
{
    struct work *w = work_new();
    int struck = 0;
    int failed = 0;

    for (int n = 1; n <= TRIES_MAX; n++) {
        if (n % REOPEN_EVERY == 0) {
            work_open(w); /* so that statements and caches are made anew under faults too */
        }
        arm(fault, n);
        work_round(w);
        if (!disarm(fault)) {
            break;
        }
        struck++;
        failed += w->failures > 0;
        work_check(w);
        if (w->batches > FRESH_EVERY) {
            work_free(w); /* or the checks would take longer and longer */
            w = work_new();
        }
    }
    work_open(w);
    w->unexpected = false;
    work_check(w);
    work_free(w);
    assert_true(struck > 0 && struck < TRIES_MAX);
    print_message("# %s: %d struck, %d of them refused work\n", fault->name, struck, failed);
    return failed;
}

static void a_round_under(const struct fault *fault)
{
    assert_true(strike_rounds(fault) > 0);
}

static void failing_writes_leave_nothing_half_written(void **state)
{
    static const struct fault faults[] = {
        { "write FULL once", FAULT_WRITE, SQLITE_FULL, true, false },
        { "write IOERR from then on", FAULT_WRITE, SQLITE_IOERR_WRITE, false, false },
    };

    (void)state;
    a_round_under(&faults[0]);
    a_round_under(&faults[1]);
}

static void failing_syncs_are_never_acknowledged(void **state)
{
    static const struct fault faults[] = {
        { "sync IOERR once", FAULT_SYNC, SQLITE_IOERR_FSYNC, true, false },
        { "sync IOERR from then on", FAULT_SYNC, SQLITE_IOERR_FSYNC, false, false },
    };

    (void)state;
    a_round_under(&faults[0]);
    a_round_under(&faults[1]);
}

static void failing_reads_are_reported(void **state)
{
    static const struct fault fault = { "read IOERR once", FAULT_READ, SQLITE_IOERR_READ, true,
                                        false };

    (void)state;
    /* Everything may be in the cache: a read that never comes cannot fail. */
    strike_rounds(&fault);
}

static void a_failing_truncate_spoils_nothing(void **state)
{
    static const struct fault fault = { "truncate IOERR", FAULT_TRUNCATE, SQLITE_IOERR_TRUNCATE,
                                        false, false };

    (void)state;
    strike_rounds(&fault); /* only the scrub after a redaction truncates; it tries again later */
}

static void locks_held_by_others_are_reported_as_busy(void **state)
{
    static const struct fault faults[] = {
        { "log lock BUSY once", FAULT_SHM_LOCK, SQLITE_BUSY, true, false },
        { "write lock BUSY from then on", FAULT_WRITE_LOCK, SQLITE_BUSY, false, false },
        { "log lock IOERR", FAULT_SHM_LOCK, SQLITE_IOERR_SHMLOCK, true, false },
    };

    (void)state;
    strike_rounds(&faults[0]); /* patience gets over it */
    a_round_under(&faults[1]);
    a_round_under(&faults[2]);
}

static void our_allocations_may_fail(void **state)
{
    static const struct fault fault = { "our memory", 0, 0, true, true };

    (void)state;
    a_round_under(&fault);
}

static void sqlite_s_allocations_may_fail(void **state)
{
    static const struct fault fault = { "SQLite's memory", 0, 0, true, false };

    (void)state;
    a_round_under(&fault);
}

static int count_files(const char *directory)
{
    DIR *dir = opendir(directory);
    const struct dirent *item;
    int count = 0;

    while (dir && (item = readdir(dir)) != NULL) {
        count += item->d_name[0] != '.';
    }
    if (dir) {
        closedir(dir);
    }
    return count;
}

/* Opens a new ledger under a fault, in a directory of its own; then without one. */
static bool strike_opening(struct fixture *f, const struct fault *fault, int n)
{
    struct ledger_options o = {
        .directory = f->ledger_dir, .create = true, .now_ms = NOW_MS, .patience_ms = 5
    };
    bool struck;
    int r;

    snprintf(f->ledger_dir, sizeof(f->ledger_dir), "%s/n%d", f->directory, n);
    arm(fault, n);
    r = ledger_open(&o, &f->err, &f->l);
    struck = disarm(fault);
    assert_true(r == 0 || work_explains(r));
    if (r == 0) {
        put(f, 2, 0, "{}"); /* struck or not: what is open works */
        fixture_close(f);
    }
    assert_ok(f, ledger_open(&o, &f->err, &f->l));
    put(f, 1, 0, "{}");
    assert_sound(f);
    fixture_close(f);
    assert_int_equal(count_files(f->ledger_dir), 2); /* ledger.db and key, no leftovers */
    return struck;
}

static void an_opening_that_fails_can_be_done_again(void **state)
{
    static const struct fault faults[] = {
        { "opening, open", FAULT_OPEN, SQLITE_CANTOPEN, true, false },
        { "opening, read", FAULT_READ, SQLITE_IOERR_READ, true, false },
        { "opening, write", FAULT_WRITE, SQLITE_FULL, false, false },
        { "opening, sync", FAULT_SYNC, SQLITE_IOERR_FSYNC, true, false },
        { "opening, lock", FAULT_LOCK, SQLITE_BUSY, false, false },
        { "opening, log lock", FAULT_SHM_LOCK, SQLITE_IOERR_SHMLOCK, true, false },
        { "opening, write lock", FAULT_WRITE_LOCK, SQLITE_BUSY, true, false },
        { "opening, log map", FAULT_SHM_MAP, SQLITE_IOERR_SHMMAP, true, false },
        { "opening, our memory", 0, 0, true, true },
        { "opening, disk full", .system_error = ENOSPC },
        { "opening, disk broken", .system_error = EIO },
        { "opening, SQLite's memory", 0, 0, true, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        struct fixture f;
        int n = 1;

        fixture_open(&f);
        fixture_close(&f);
        while (strike_opening(&f, &faults[i], n)) {
            n += n < EVERY_ONE ? 1 : STRIDE;
            assert_true(n < TRIES_MAX);
        }
        print_message("# %s: struck up to the %dth\n", faults[i].name, n - 1);
        assert_true(n > 1);
        fixture_done(&f);
    }
}

/* Backs up and restores under a fault; then without one. */
static bool strike_backup(struct fixture *f, const struct fault *fault, int n, int round)
{
    char restored[128];
    bool struck;
    int r;

    snprintf(f->backup, sizeof(f->backup), "%s/b%d", f->directory, n);
    snprintf(restored, sizeof(restored), "%s/r%d", f->directory, n);
    arm(fault, n);
    r = ledger_backup(f->l, f->backup, NULL, &f->err);
    if (r == 0) {
        r = ledger_restore(f->backup, restored, NOW_MS, &f->err);
    }
    struck = disarm(fault);
    if (r != 0 && !work_explains(r)) {
        print_message("# %s %d was answered with %d %s\n", fault->name, n, r, f->err.message);
        fail();
    }
    if (access(f->backup, F_OK) != 0) {
        assert_ok(f, ledger_backup(f->l, f->backup, NULL, &f->err));
    }
    if (r != 0) {
        assert_int_not_equal(access(restored, F_OK), 0); /* not even in part */
        assert_ok(f, ledger_restore(f->backup, restored, NOW_MS, &f->err));
    }
    assert_int_equal(count_files(restored), 2);
    assert_int_equal(count_files(f->directory), 1 + 2 * round); /* no temporary files */
    return struck;
}

static void a_backup_that_fails_leaves_no_file(void **state)
{
    static const struct fault faults[] = {
        { "backup, open", FAULT_OPEN, SQLITE_CANTOPEN, true, false },
        { "backup, read", FAULT_READ, SQLITE_IOERR_READ, true, false },
        { "backup, write", FAULT_WRITE, SQLITE_FULL, false, false },
        { "backup, sync", FAULT_SYNC, SQLITE_IOERR_FSYNC, true, false },
        { "backup, our memory", 0, 0, true, true },
        { "backup, disk full", .system_error = ENOSPC },
        { "backup, disk broken", .system_error = EIO },
        { "backup, SQLite's memory", 0, 0, true, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        struct fixture f;
        int n = 1;
        int round = 0;

        fixture_open(&f);
        fill(&f, 10);
        while (strike_backup(&f, &faults[i], n, ++round)) {
            n += n < EVERY_ONE ? 1 : STRIDE;
            assert_true(n < TRIES_MAX);
        }
        print_message("# %s: struck up to the %dth\n", faults[i].name, n - 1);
        assert_true(n > 1);
        fixture_done(&f);
    }
}

static void a_database_locked_for_too_long_is_busy_and_recovers(void **state)
{
    struct work *w = work_new();
    struct draft d = put_of(1, -1, "{}");
    struct appended ret;
    sqlite3 *db = NULL;
    char path[128];

    (void)state;
    snprintf(path, sizeof(path), "%s/ledger.db", w->f.ledger_dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(append(&w->f, &d, 1, &ret), EN_BUSY);
    assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    work_check(w);
    work_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failing_writes_leave_nothing_half_written),
        cmocka_unit_test(failing_syncs_are_never_acknowledged),
        cmocka_unit_test(failing_reads_are_reported),
        cmocka_unit_test(a_failing_truncate_spoils_nothing),
        cmocka_unit_test(locks_held_by_others_are_reported_as_busy),
        cmocka_unit_test(our_allocations_may_fail),
        cmocka_unit_test(sqlite_s_allocations_may_fail),
        cmocka_unit_test(an_opening_that_fails_can_be_done_again),
        cmocka_unit_test(a_backup_that_fails_leaves_no_file),
        cmocka_unit_test(a_database_locked_for_too_long_is_busy_and_recovers),
    };

    fault_memory_install();
    fault_vfs_install();
    return run_suite(tests);
}
