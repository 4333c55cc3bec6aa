/*
 * Durable appends per second with 1 and 64 concurrent writers, beside raw SQLite doing one
 * transaction per insert with the same pragmas; then verification and opening of a large ledger.
 *
 * Usage: bench_append [--seconds S] [--entries N] [--directory D]. D must be on the disk that is
 * measured (the default is /var/tmp: a memory file system would measure nothing). Prints one JSON
 * object; rates are medians of ROUNDS windows of S seconds, taken in turn so that a busy machine
 * hits all alike.
 */
#include "../clock.h"
#include "base/json.h"
#include "base/when.h"
#include "ledger/ledger.h"

#include <inttypes.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ROUNDS = 3, WRITERS = 64, FILL_THREADS = 2, FILL_BATCH = 1000, PATH_SIZE = 512 };

#define NOW_MS INT64_C(1700000000000)

static const char body_text[] =
    "{\"name\":\"Liaison cell\",\"note\":\"A body of the usual size: some two hundred bytes of "
    "canonical JSON, as an engagement or a commitment has it, with a date and a few references.\","
    "\"on\":\"2024-05-17\"}";

static double now_s(void)
{
    return clock_ms(CLOCK_MONOTONIC) / 1e3;
}

static void check(int r, const char *what, const struct error *err)
{
    if (r != 0) {
        fprintf(stderr, "%s: %d %s\n", what, r, err ? err->message : "");
        exit(1);
    }
}

static struct draft draft_of(struct uuid record)
{
    return (struct draft){ .operation = ENTRY_PUT,
                           .kind = S("engagement"),
                           .record = record,
                           .expected = 0,
                           .label = S("{\"class\":\"UNCLASSIFIED\"}"),
                           .body = slice_of(body_text),
                           .user = S("bench") };
}

static struct ledger *open_ledger(const char *directory)
{
    struct ledger_options o = { .directory = directory, .create = true, .now_ms = NOW_MS };
    struct error err = { 0 };
    struct ledger *l = NULL;

    check(ledger_open(&o, &err, &l), "open", &err);
    return l;
}

struct window {
    struct ledger *l;
    atomic_bool *stop;
    atomic_llong *count;
};

static void *append_until_stopped(void *context)
{
    const struct window *w = context;

    while (!atomic_load(w->stop)) {
        struct draft d = draft_of(uuid_new(when_clock_ms()));
        struct error err = { 0 };
        struct appended ret;

        check(ledger_append(w->l, &d, 1, NOW_MS, &err, &ret), "append", &err);
        atomic_fetch_add(w->count, 1);
    }
    return NULL;
}

static void count_commit(void *context, int64_t last_seq)
{
    (void)last_seq;
    atomic_fetch_add((atomic_llong *)context, 1);
}

/* Appends per second with so many writers, each waiting for its commit before the next. */
static double ledger_rate(struct ledger *l, int writers, double seconds, double *ret_group)
{
    pthread_t threads[WRITERS];
    atomic_llong count = 0;
    atomic_bool stop = false;
    atomic_llong commits = 0;
    struct window w = { l, &stop, &count };
    double start = now_s();
    struct timespec nap = { .tv_sec = (time_t)seconds,
                            .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9) };

    ledger_listen(l, count_commit, &commits);
    for (int i = 0; i < writers; i++) {
        check(pthread_create(&threads[i], NULL, append_until_stopped, &w), "thread", NULL);
    }
    nanosleep(&nap, NULL);
    atomic_store(&stop, true);
    for (int i = 0; i < writers; i++) {
        pthread_join(threads[i], NULL);
    }
    ledger_listen(l, NULL, NULL);
    *ret_group = (double)atomic_load(&count) / (double)atomic_load(&commits);
    return (double)atomic_load(&count) / (now_s() - start);
}

static sqlite3_stmt *open_raw(const char *directory, sqlite3 **ret)
{
    static const char setup[] =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
        "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000;"
        "CREATE TABLE entry (seq INTEGER PRIMARY KEY, record BLOB NOT NULL, version INTEGER NOT "
        "NULL,"
        " label TEXT NOT NULL, body BLOB NOT NULL) STRICT;"
        "CREATE UNIQUE INDEX entry_version ON entry (record, version);";
    char path[PATH_SIZE];
    sqlite3_stmt *st = NULL;

    snprintf(path, sizeof(path), "%s/raw.db", directory);
    check(sqlite3_open(path, ret), "raw open", NULL);
    check(sqlite3_exec(*ret, setup, NULL, NULL, NULL), "raw setup", NULL);
    check(sqlite3_prepare_v2(*ret, "INSERT INTO entry VALUES (NULL, ?, 1, '{}', ?)", -1, &st, NULL),
          "raw prepare", NULL);
    return st;
}

/* One transaction per insert: what a program does that has no group commit. */
static double raw_rate(sqlite3_stmt *st, double seconds)
{
    double start = now_s();
    int64_t count = 0;

    while (now_s() - start < seconds) {
        struct uuid record = uuid_new(when_clock_ms());

        sqlite3_bind_blob(st, 1, record.bytes, sizeof(record.bytes), SQLITE_STATIC);
        sqlite3_bind_blob(st, 2, body_text, sizeof(body_text) - 1, SQLITE_STATIC);
        check(sqlite3_step(st) != SQLITE_DONE, "raw insert", NULL);
        sqlite3_reset(st);
        count++;
    }
    return (double)count / (now_s() - start);
}

static int by_value(const void *x, const void *y)
{
    double a = *(const double *)x;
    double b = *(const double *)y;

    return (a > b) - (a < b);
}

static double median(double rates[ROUNDS])
{
    qsort(rates, ROUNDS, sizeof(rates[0]), by_value);
    return rates[ROUNDS / 2];
}

struct filler {
    struct ledger *l;
    int64_t batches;
};

static void *fill(void *context)
{
    const struct filler *f = context;
    struct draft *drafts = calloc(FILL_BATCH, sizeof(*drafts));
    struct appended *ret = calloc(FILL_BATCH, sizeof(*ret));

    check(!drafts || !ret, "memory", NULL);
    for (int64_t b = 0; b < f->batches; b++) {
        struct error err = { 0 };

        for (int i = 0; i < FILL_BATCH; i++) {
            drafts[i] = draft_of(uuid_new(when_clock_ms()));
        }
        check(ledger_append(f->l, drafts, FILL_BATCH, NOW_MS, &err, ret), "fill", &err);
    }
    free(drafts);
    free(ret);
    return NULL;
}

static double fill_rate(struct ledger *l, int64_t entries)
{
    struct filler f = { l, entries / FILL_BATCH / FILL_THREADS };
    pthread_t threads[FILL_THREADS];
    double start = now_s();

    for (int i = 0; i < FILL_THREADS; i++) {
        check(pthread_create(&threads[i], NULL, fill, &f), "thread", NULL);
    }
    for (int i = 0; i < FILL_THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    return (double)(f.batches * FILL_BATCH * FILL_THREADS) / (now_s() - start);
}

static int count_body(void *context, const struct entry *e)
{
    int64_t *bytes = context;

    *bytes += (int64_t)e->body.len;
    return 0;
}

struct figures {
    double raw;
    double single;
    double grouped;
    double group;
    double fill;
    int64_t entries;
    int64_t heads;
    double verify;
    double read;
    double open_ms;
};

static void measure_appends(const char *directory, double seconds, struct figures *ret)
{
    double raw[ROUNDS];
    double single[ROUNDS];
    double grouped[ROUNDS];
    double group[ROUNDS];
    sqlite3 *db = NULL;
    sqlite3_stmt *st = open_raw(directory, &db);
    char path[PATH_SIZE];
    struct ledger *l;

    snprintf(path, sizeof(path), "%s/appends", directory);
    l = open_ledger(path);
    for (int i = 0; i < ROUNDS; i++) {
        raw[i] = raw_rate(st, seconds);
        single[i] = ledger_rate(l, 1, seconds, &group[i]);
        grouped[i] = ledger_rate(l, WRITERS, seconds, &group[i]);
    }
    ledger_close(l);
    sqlite3_finalize(st);
    sqlite3_close(db);
    ret->raw = median(raw);
    ret->single = median(single);
    ret->grouped = median(grouped);
    ret->group = median(group);
}

static void measure_large(const char *directory, int64_t entries, struct figures *ret)
{
    struct ledger_report report = { 0 };
    struct error err = { 0 };
    char path[PATH_SIZE];
    struct ledger *l;
    double start;
    int64_t bytes = 0;

    snprintf(path, sizeof(path), "%s/large", directory);
    l = open_ledger(path);
    ret->fill = fill_rate(l, entries);
    ledger_close(l);
    start = now_s();
    l = open_ledger(path);
    ret->open_ms = 1e3 * (now_s() - start);
    start = now_s();
    check(ledger_read(l, 0, INT64_MAX, &err, count_body, &bytes), "read", &err);
    ret->read = (double)entries / (now_s() - start);
    start = now_s();
    check(ledger_verify(l, NULL, NULL, &err, &report), "verify", &err);
    ret->verify = (double)report.entries / (now_s() - start);
    ret->entries = report.entries;
    ret->heads = report.heads;
    ledger_close(l);
}

static void print_figures(const struct figures *f)
{
    struct json_writer w;
    struct buf out;

    buf_init(&out, 4096);
    jw_init(&w, &out);
    jw_object(&w);
    jw_key_cstr(&w, "bench", "ledger-append");
    jw_key_int(&w, "writers", WRITERS);
    jw_key_fixed(&w, "raw_sqlite_per_s", f->raw, 0);
    jw_key_fixed(&w, "one_writer_per_s", f->single, 0);
    jw_key_fixed(&w, "many_writers_per_s", f->grouped, 0);
    jw_key_fixed(&w, "entries_per_commit", f->group, 1);
    jw_key_fixed(&w, "many_to_one", f->grouped / f->single, 1);
    jw_key_fixed(&w, "many_to_raw", f->grouped / f->raw, 1);
    jw_key_fixed(&w, "one_to_raw", f->single / f->raw, 2);
    jw_key_fixed(&w, "batches_of_1000_per_s", f->fill, 0);
    jw_key_int(&w, "large_entries", f->entries);
    jw_key_int(&w, "large_heads", f->heads);
    jw_key_fixed(&w, "large_open_ms", f->open_ms, 1);
    jw_key_fixed(&w, "large_read_per_s", f->read, 0);
    jw_key_fixed(&w, "large_verify_per_s", f->verify, 0);
    jw_object_end(&w);
    printf("%s\n", out.ptr);
    buf_done(&out);
}

static void remove_files(const char *directory)
{
    static const char *const names[] = { "raw.db",      "raw.db-wal",        "raw.db-shm",
                                         "appends/key", "appends/ledger.db", "appends",
                                         "large/key",   "large/ledger.db",   "large" };
    char path[PATH_SIZE];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
        remove(path);
    }
    rmdir(directory);
}

int main(int argc, char **argv)
{
    const char *where = "/var/tmp";
    double seconds = 2;
    int64_t entries = 1000000;
    struct figures f = { 0 };
    char directory[PATH_SIZE - 64];

    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--seconds") == 0) {
            seconds = strtod(argv[i + 1], NULL);
        } else if (strcmp(argv[i], "--entries") == 0) {
            entries = strtoll(argv[i + 1], NULL, 10);
        } else if (strcmp(argv[i], "--directory") == 0) {
            where = argv[i + 1];
        }
    }
    snprintf(directory, sizeof(directory), "%s/entente-bench-XXXXXX", where);
    check(mkdtemp(directory) == NULL, "cannot make a directory", NULL);
    measure_appends(directory, seconds, &f);
    measure_large(directory, entries, &f);
    print_figures(&f);
    remove_files(directory);
    return 0;
}
