/*
 * A ledger in a temporary directory. Each test has its own, so tests may run side by side.
 */
#include "fixture.h"

#include <dirent.h>
#include <sqlite3.h>
#include <unistd.h>

void fixture_open(struct fixture *f)
{
    const char *tmp = getenv("TMPDIR");

    if (!tmp && access("/dev/shm", W_OK) == 0) {
        tmp = "/dev/shm"; /* thousands of syncs: nothing here asks whether a disk obeys them */
    }

    memset(f, 0, sizeof(*f));
    snprintf(f->directory, sizeof(f->directory), "%.30s/entente-ledger-XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(f->directory));
    snprintf(f->ledger_dir, sizeof(f->ledger_dir), "%s/l", f->directory);
    snprintf(f->backup, sizeof(f->backup), "%s/backup", f->directory);
    fixture_reopen(f);
}

void fixture_close(struct fixture *f)
{
    ledger_close(f->l);
    f->l = NULL;
}

void fixture_reopen(struct fixture *f)
{
    struct ledger_options o = { .directory = f->ledger_dir, .create = true, .now_ms = NOW_MS };

    fixture_close(f);
    assert_ok(f, ledger_open(&o, &f->err, &f->l));
}

static void remove_tree(const char *path)
{
    DIR *dir = opendir(path);
    const struct dirent *item;
    char name[512];

    while (dir && (item = readdir(dir)) != NULL) {
        if (strcmp(item->d_name, ".") != 0 && strcmp(item->d_name, "..") != 0) {
            snprintf(name, sizeof(name), "%s/%s", path, item->d_name);
            if (unlink(name) != 0) {
                remove_tree(name);
            }
        }
    }
    if (dir) {
        closedir(dir);
    }
    rmdir(path);
}

void fixture_done(struct fixture *f)
{
    fixture_close(f);
    remove_tree(f->directory);
}

int fixture_setup(void **state)
{
    struct fixture *f = malloc(sizeof(*f));

    if (!f) {
        return -1;
    }
    fixture_open(f);
    *state = f;
    return 0;
}

int fixture_teardown(void **state)
{
    fixture_done(*state);
    free(*state);
    return 0;
}

struct uuid id_of(unsigned n)
{
    struct uuid id = { { 0x01, 0x8f, 0, 0, 0, 0, 0x70, 0, 0x80 } };

    for (int i = 0; i < 4; i++) {
        id.bytes[15 - i] = (uint8_t)(n >> (8 * i));
    }
    return id;
}

struct draft put_of(unsigned record, int64_t expected, const char *body)
{
    return (struct draft){ .operation = ENTRY_PUT,
                           .kind = S("actor"),
                           .record = id_of(record),
                           .expected = expected,
                           .label = S("{\"class\":\"UNCLASSIFIED\"}"),
                           .body = slice_of(body),
                           .user = S("u1") };
}

int append(struct fixture *f, const struct draft *d, size_t count, struct appended *ret)
{
    return ledger_append(f->l, d, count, NOW_MS, &f->err, ret);
}

struct appended must(struct fixture *f, struct draft d)
{
    struct appended a = { 0 };

    assert_ok(f, append(f, &d, 1, &a));
    return a;
}

struct appended put(struct fixture *f, unsigned record, int64_t expected, const char *body)
{
    return must(f, put_of(record, expected, body));
}

void fill(struct fixture *f, unsigned count)
{
    char body[64];

    for (unsigned i = 0; i < count; i++) {
        snprintf(body, sizeof(body), "{\"name\":\"partner %u\"}", i);
        put(f, i % 7, -1, body);
    }
}

void tamper(struct fixture *f, const char *sql)
{
    static const char before[] =
        "DROP TRIGGER entry_stays; DROP TRIGGER entry_fixed; DROP TRIGGER head_stays;"
        "DROP TRIGGER head_fixed; DROP TRIGGER body_stays; DROP TRIGGER body_fixed;";
    char path[128];
    char *message = NULL;
    sqlite3 *db = NULL;

    fixture_close(f);
    snprintf(path, sizeof(path), "%s/ledger.db", f->ledger_dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, before, NULL, NULL, NULL), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
        fail_msg("%s: %s", sql, message);
    }
    assert_true(sqlite3_total_changes(db) > 0); /* a tampering that changes nothing tests nothing */
    sqlite3_close(db);
    fixture_reopen(f);
}

int64_t verify(struct fixture *f, const struct hash *anchor, struct ledger_report *ret)
{
    int r = ledger_verify(f->l, anchor, NULL, &f->err, ret);

    if (r == 0) {
        assert_int_equal(ret->first_bad, 0);
        assert_null(ret->why);
        return 0;
    }
    assert_int_equal(r, EN_CORRUPT);
    assert_non_null(ret->why);
    return ret->first_bad;
}

void assert_sound(struct fixture *f)
{
    struct ledger_report report = { 0 };

    assert_ok(f, ledger_verify(f->l, NULL, NULL, &f->err, &report));
}

static bool file_contains(const char *path, const void *bytes, size_t len)
{
    FILE *file = fopen(path, "rb");
    bool found = false;
    char *content;
    long size;

    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    size = ftell(file);
    rewind(file);
    content = malloc((size_t)size + 1);
    assert_non_null(content);
    assert_int_equal(fread(content, 1, (size_t)size, file), size);
    found = memmem(content, (size_t)size, bytes, len) != NULL;
    free(content);
    fclose(file);
    return found;
}

bool files_contain(const char *directory, const void *bytes, size_t len)
{
    DIR *dir = opendir(directory);
    const struct dirent *item;
    bool found = false;
    char name[512];

    assert_non_null(dir);
    while ((item = readdir(dir)) != NULL) {
        if (item->d_name[0] != '.') {
            snprintf(name, sizeof(name), "%s/%s", directory, item->d_name);
            found = found || file_contains(name, bytes, len);
        }
    }
    closedir(dir);
    return found;
}
