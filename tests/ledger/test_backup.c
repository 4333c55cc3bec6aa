/*
 * Backup and restore: one file, one moment, nothing replaced, nothing put in place unverified.
 */
#include "fixture.h"

#include "ledger/chain.h"
#include "ledger/key.h"

#include <dirent.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

static void restored_path(const struct fixture *f, char ret[128])
{
    snprintf(ret, 128, "%s/restored", f->directory);
}

static int open_restored(struct fixture *f, struct fixture *ret)
{
    struct ledger_options o = { .directory = ret->ledger_dir };

    *ret = *f;
    snprintf(ret->ledger_dir, sizeof(ret->ledger_dir), "%s/restored", f->directory);
    return ledger_open(&o, &f->err, &ret->l);
}

static int count_files(const char *directory)
{
    DIR *dir = opendir(directory);
    const struct dirent *item;
    int count = 0;

    assert_non_null(dir);
    while ((item = readdir(dir)) != NULL) {
        count += item->d_name[0] != '.';
    }
    closedir(dir);
    return count;
}

static int same_entry(void *context, const struct entry *e)
{
    struct fixture *other = context;
    cleanup_arena struct arena *a = arena_new(1 << 20);
    struct entry copy;

    assert_ok(other, ledger_read_version(other->l, a, e->record, e->version, &other->err, &copy));
    assert_true(hash_eq(&copy.hash, &e->hash));
    assert_true(slice_eq(copy.body, e->body));
    assert_int_equal(copy.seq, e->seq);
    return 0;
}

static void a_restored_backup_is_the_same_ledger(void **state)
{
    struct fixture *f = *state;
    struct fixture other;
    struct ledger_head a;
    struct ledger_head b;
    char path[128];

    fill(f, 50);
    assert_ok(f, ledger_backup(f->l, f->backup, NULL, &f->err));
    restored_path(f, path);
    assert_ok(f, ledger_restore(f->backup, path, NOW_MS, &f->err));
    assert_ok(f, open_restored(f, &other));
    assert_true(uuid_eq(ledger_instance(f->l), ledger_instance(other.l)));
    assert_ok(f, ledger_head_get(f->l, &f->err, &a));
    assert_ok(f, ledger_head_get(other.l, &f->err, &b));
    assert_int_equal(b.seq, 50);
    assert_true(hash_eq(&a.hash, &b.hash));
    assert_ok(f, ledger_read(f->l, 0, INT64_MAX, &f->err, same_entry, &other));
    assert_int_equal(put(&other, 90, 0, "{}").seq, 51); /* it can be worked with */
    assert_sound(&other);
    ledger_close(other.l);
}

static void a_backup_is_one_private_file(void **state)
{
    struct fixture *f = *state;
    struct stat info;

    fill(f, 5);
    assert_ok(f, ledger_backup(f->l, f->backup, NULL, &f->err));
    assert_int_equal(stat(f->backup, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_int_equal(count_files(f->directory), 2); /* the ledger's directory and this file */
}

static void a_backup_replaces_nothing(void **state)
{
    struct fixture *f = *state;

    fill(f, 5);
    assert_ok(f, ledger_backup(f->l, f->backup, NULL, &f->err));
    assert_int_equal(ledger_backup(f->l, f->backup, NULL, &f->err), EN_CONFLICT);
    assert_int_equal(ledger_restore(f->backup, f->ledger_dir, NOW_MS, &f->err), EN_CONFLICT);
    assert_int_equal(count_files(f->directory), 2);
    assert_sound(f);
}

static void a_restored_ledger_has_no_secret_in_its_database(void **state)
{
    struct fixture *f = *state;
    struct key key;
    char path[128];

    fill(f, 5);
    snprintf(path, sizeof(path), "%s/key", f->ledger_dir);
    assert_ok(f, key_load(path, &f->err, &key));
    assert_ok(f, ledger_backup(f->l, f->backup, NULL, &f->err));
    restored_path(f, path);
    assert_ok(f, ledger_restore(f->backup, path, NOW_MS, &f->err));
    assert_false(files_contain(f->ledger_dir, key.seed, sizeof(key.seed)));
    assert_false(files_contain(path, key.seed, sizeof(key.seed)));
    assert_int_equal(count_files(path), 2);
}

static void change_backup(struct fixture *f, const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(f->backup, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void assert_not_restored(struct fixture *f, int code)
{
    char path[128];

    restored_path(f, path);
    assert_int_equal(ledger_restore(f->backup, path, NOW_MS, &f->err), code);
    assert_int_not_equal(access(path, F_OK), 0); /* not even a directory is left */
}

static void a_tampered_backup_is_not_put_in_place(void **state)
{
    struct fixture *f = *state;

    fill(f, 20);
    assert_ok(f, ledger_backup(f->l, f->backup, NULL, &f->err));
    change_backup(f, "DROP TRIGGER entry_fixed; UPDATE entry SET user = 'x' WHERE seq = 4");
    assert_not_restored(f, EN_CORRUPT);
    assert_non_null(strstr(f->err.message, "entry 4"));
}

static void a_backup_with_another_key_is_not_put_in_place(void **state)
{
    struct fixture *f = *state;

    fill(f, 20);
    assert_ok(f, ledger_backup(f->l, f->backup, NULL, &f->err));
    change_backup(f, "UPDATE backup_key SET seed = zeroblob(32)");
    assert_not_restored(f, EN_CONFLICT);
}

static void what_is_no_backup_is_refused(void **state)
{
    struct fixture *f = *state;
    FILE *file;
    char path[128];

    restored_path(f, path);
    assert_int_equal(ledger_restore(f->backup, path, NOW_MS, &f->err), EN_IO); /* absent */
    file = fopen(f->backup, "w");
    assert_non_null(file);
    assert_not_restored(f, EN_CORRUPT); /* empty */
    fputs("This is a letter, not a ledger. It is long enough to look like something, though.",
          file);
    fclose(file);
    assert_not_restored(f, EN_CORRUPT);
}

struct load {
    struct fixture *f;
    unsigned record;
    atomic_bool *stop;
    atomic_int *started;
    int failures;
};

static void *write_until_told(void *context)
{
    struct load *load = context;
    struct draft d = put_of(load->record, -1, "{\"while\":\"backing up\"}");
    struct appended ret;

    do {
        load->failures += ledger_append(load->f->l, &d, 1, NOW_MS, NULL, &ret) != 0;
        if (ret.version == 1) {
            atomic_fetch_add(load->started, 1);
        }
    } while (!atomic_load(load->stop));
    return NULL;
}

static void a_backup_under_load_is_one_moment_of_the_chain(void **state)
{
    struct fixture *f = *state;
    struct ledger_report report;
    struct fixture other;
    struct load loads[4];
    pthread_t threads[4];
    atomic_bool stop = false;
    atomic_int started = 0;
    char path[128];

    fill(f, 200);
    for (unsigned i = 0; i < 4; i++) {
        loads[i] = (struct load){ f, 100 + i, &stop, &started, 0 };
        assert_int_equal(pthread_create(&threads[i], NULL, write_until_told, &loads[i]), 0);
    }
    while (atomic_load(&started) < 4) {
        usleep(1000);
    }
    assert_ok(f, ledger_backup(f->l, f->backup, NULL, &f->err));
    atomic_store(&stop, true);
    for (unsigned i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(loads[i].failures, 0);
    }
    restored_path(f, path);
    assert_ok(f, ledger_restore(f->backup, path, NOW_MS, &f->err));
    assert_ok(f, open_restored(f, &other));
    assert_ok(f, ledger_verify(other.l, NULL, NULL, &f->err, &report));
    assert_true(report.entries >= 204); /* all that was acknowledged before it began */
    assert_int_equal(verify(f, &report.head.hash, &report), 0); /* its head is in our chain */
    ledger_close(other.l);
}

static void count_step(void *context, int64_t done, int64_t total)
{
    int64_t *last = context;

    assert_true(done > *last && done <= total);
    *last = done == total ? -done : done;
}

static void progress_reaches_the_last_page(void **state)
{
    struct fixture *f = *state;
    int64_t last = 0;
    struct ledger_progress progress = { count_step, &last };

    fill(f, 5);
    assert_ok(f, ledger_backup(f->l, f->backup, &progress, &f->err));
    assert_true(last < 0);
}

#define with_ledger(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_ledger(a_restored_backup_is_the_same_ledger),
        with_ledger(a_backup_is_one_private_file),
        with_ledger(a_backup_replaces_nothing),
        with_ledger(a_restored_ledger_has_no_secret_in_its_database),
        with_ledger(a_tampered_backup_is_not_put_in_place),
        with_ledger(a_backup_with_another_key_is_not_put_in_place),
        with_ledger(what_is_no_backup_is_refused),
        with_ledger(a_backup_under_load_is_one_moment_of_the_chain),
        with_ledger(progress_reaches_the_last_page),
    };

    return run_suite(tests);
}
