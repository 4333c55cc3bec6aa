/*
 * The instance key: made once, private, never guessed, never replaced.
 */
#include "fixture.h"

#include "ledger/key.h"

#include <sys/stat.h>
#include <unistd.h>

static void key_path(const struct fixture *f, char ret[128])
{
    snprintf(ret, 128, "%s/key", f->ledger_dir);
}

static void the_key_and_the_ledger_are_private(void **state)
{
    struct fixture *f = *state;
    char path[128];
    struct stat info;

    key_path(f, path);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_int_equal(stat(f->ledger_dir, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0700);
    snprintf(path, sizeof(path), "%s/ledger.db", f->ledger_dir);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
}

static void the_same_key_and_instance_come_back(void **state)
{
    struct fixture *f = *state;
    struct uuid instance = ledger_instance(f->l);
    uint8_t before[32];
    uint8_t after[32];

    ledger_public_key(f->l, before);
    fixture_reopen(f);
    ledger_public_key(f->l, after);
    assert_memory_equal(before, after, 32);
    assert_true(uuid_eq(instance, ledger_instance(f->l)));
}

static void two_instances_have_different_keys(void **state)
{
    struct fixture *f = *state;
    struct fixture other;
    uint8_t a[32];
    uint8_t b[32];

    fixture_open(&other);
    ledger_public_key(f->l, a);
    ledger_public_key(other.l, b);
    assert_memory_not_equal(a, b, 32);
    assert_false(uuid_eq(ledger_instance(f->l), ledger_instance(other.l)));
    fixture_done(&other);
}

static int reopen_code(struct fixture *f)
{
    struct ledger_options o = { .directory = f->ledger_dir, .create = true, .now_ms = NOW_MS };

    fixture_close(f);
    return ledger_open(&o, &f->err, &f->l);
}

static void a_key_that_others_may_read_is_refused(void **state)
{
    struct fixture *f = *state;
    static const mode_t modes[] = { 0640, 0604, 0660, 0644 };
    char path[128];

    key_path(f, path);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(chmod(path, modes[i]), 0);
        assert_int_equal(reopen_code(f), EN_FORBIDDEN);
    }
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(reopen_code(f), 0);
}

static void a_ledger_without_its_key_gets_no_new_one(void **state)
{
    struct fixture *f = *state;
    char path[128];

    key_path(f, path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(reopen_code(f), EN_NOT_FOUND);
    assert_int_not_equal(access(path, F_OK), 0);
}

static void another_instance_s_key_is_refused(void **state)
{
    struct fixture *f = *state;
    struct key key;
    char path[128];

    key_path(f, path);
    assert_int_equal(unlink(path), 0);
    key_make(NOW_MS, &key);
    assert_ok(f, key_save(path, &key, &f->err));
    assert_int_equal(reopen_code(f), EN_CONFLICT);
}

static void a_key_file_with_anything_else_in_it_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "entente key 2\n",
        "entente key 1\ninstance x\ncreated 1\ned25519 00\n",
        "entente key 1\ninstance 018f0000-0000-7000-8000-000000000001\ncreated 1\ned25519 "
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e\n",
        "entente key 1\ninstance 018f0000-0000-7000-8000-000000000001\ncreated 1\ned25519 "
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1g\n",
        "entente key 1\ninstance 018f0000-0000-7000-8000-000000000001\ncreated 1\ned25519 "
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\nmore\n",
    };
    struct fixture *f = *state;
    struct key key;
    char path[128];

    snprintf(path, sizeof(path), "%s/other", f->directory);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        FILE *file = fopen(path, "w");

        assert_non_null(file);
        assert_int_equal(chmod(path, 0600), 0);
        fputs(texts[i], file);
        fclose(file);
        assert_int_equal(key_load(path, &f->err, &key), EN_CORRUPT);
    }
}

static void a_saved_key_is_never_replaced(void **state)
{
    struct fixture *f = *state;
    struct key key;
    struct key again;
    char path[128];

    snprintf(path, sizeof(path), "%s/other", f->directory);
    key_make(NOW_MS, &key);
    assert_ok(f, key_save(path, &key, &f->err));
    assert_int_equal(key_save(path, &key, &f->err), EN_CONFLICT);
    assert_ok(f, key_load_or_make(path, NOW_MS, &f->err, &again));
    assert_memory_equal(&key, &again, sizeof(key));
}

static void a_signature_holds_for_its_head_only(void **state)
{
    struct ledger_head head = { .seq = 5 };
    uint8_t signature[SIGNATURE_SIZE];
    struct key key;

    (void)state;
    key_make(NOW_MS, &key);
    key_sign_head(&key, &head, signature);
    assert_true(key_verify_head(key.public_key, key.instance, &head, signature));
    head.seq = 6;
    assert_false(key_verify_head(key.public_key, key.instance, &head, signature));
    head.seq = 5;
    head.hash.bytes[0] = 1;
    assert_false(key_verify_head(key.public_key, key.instance, &head, signature));
    head.hash.bytes[0] = 0;
    assert_false(key_verify_head(key.public_key, id_of(1), &head, signature));
    signature[0] ^= 1;
    assert_false(key_verify_head(key.public_key, key.instance, &head, signature));
}

#define with_ledger(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_ledger(the_key_and_the_ledger_are_private),
        with_ledger(the_same_key_and_instance_come_back),
        with_ledger(two_instances_have_different_keys),
        with_ledger(a_key_that_others_may_read_is_refused),
        with_ledger(a_ledger_without_its_key_gets_no_new_one),
        with_ledger(another_instance_s_key_is_refused),
        with_ledger(a_key_file_with_anything_else_in_it_is_refused),
        with_ledger(a_saved_key_is_never_replaced),
        cmocka_unit_test(a_signature_holds_for_its_head_only),
    };

    return run_suite(tests);
}
