/*
 * Backup and restore: one file holding one snapshot of the ledger and the instance's key.
 *
 * Invariant: neither replaces anything. A backup has its name only when it is complete and synced;
 * a restored ledger has its name only after its whole chain verified with the key that came with
 * it. It must never leave a half-made file, and never a backup that others may read.
 */
#include "base/fault.h"
#include "ledger/file.h"
#include "ledger/ledger_internal.h"
#include "ledger/verify.h"

#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

/* A temporary database and what SQLite may have left beside it. */
static void remove_database(const char *path)
{
    static const char *const suffixes[] = { "", "-journal", "-wal", "-shm" };

    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        char name[PATH_MAX]; /* no allocation: this cleans up after one that failed */

        snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
        unlink(name);
    }
}

/* A name that may not survive power loss is taken back: failed means not there. */
static int publish(const char *temporary, const char *path, struct error *err)
{
    int r = file_publish(temporary, path, err);

    if (r != 0 && r != EN_CONFLICT) {
        unlink(path);
    }
    return r;
}

/* A backup holds the secret, so this process reads it, for as long as it takes to write it. */
static int copy_with_key(struct ledger *l, const char *temporary,
                         const struct ledger_progress *progress, struct error *err)
{
    struct identity identity;
    struct key key;
    int r = key_load(l->key_path, err, &key);

    if (r != 0) {
        return r;
    }
    identity = key_identity(&key);
    if (identity_eq(&identity, signer_identity(l->signer))) {
        r = l->store->ops->backup(l->store, temporary, &key, progress, err);
    } else {
        r = error_set(err, EN_CONFLICT, "the key file is not the key of this ledger any more");
    }
    key_done(&key);
    return r;
}

static int write_backup(struct ledger *l, const char *temporary, const char *path,
                        const struct ledger_progress *progress, struct error *err)
{
    int r = file_create_private(temporary, err);

    if (r == 0) {
        r = copy_with_key(l, temporary, progress, err);
        if (r == 0) {
            r = file_sync(temporary, err);
        }
        if (r == 0) {
            r = publish(temporary, path, err);
        }
        remove_database(temporary);
    }
    return r;
}

int ledger_backup(struct ledger *l, const char *path, const struct ledger_progress *progress,
                  struct error *err)
{
    char *temporary;
    int r;

    if (file_exists(path)) {
        return error_set(err, EN_CONFLICT, "%s exists; a backup replaces nothing", path);
    }
    temporary = file_temporary(path);
    if (!temporary) {
        return error_set(err, EN_NO_MEMORY, "out of memory");
    }
    r = write_backup(l, temporary, path, progress, err);
    base_free(temporary);
    return r;
}

static int verify_copy(const char *path, const struct identity *identity, struct error *err)
{
    struct ledger_report report;
    struct store *s = NULL;
    int r = sqlite_store_open(path, /* create= */ false, LEDGER_PATIENCE_MS, identity, err, &s);

    if (r == 0) {
        r = verify_store(s, identity, NULL, NULL, err, &report);
        s->ops->close(s);
    }
    return r;
}

/* The key first: a ledger file must never stand without its key. */
static int put_in_place(const char *copy, const struct key *key, const char *db,
                        const char *key_path, struct error *err)
{
    int r = file_sync(copy, err);

    if (r == 0) {
        r = key_save(key_path, key, err);
    }
    if (r == 0) {
        r = publish(copy, db, err);
    }
    if (r != 0 && r != EN_CONFLICT) {
        unlink(key_path); /* in a directory that was empty */
    }
    return r;
}

static int restore_as(const char *path, const char *copy, const char *db, const char *key_path,
                      struct error *err)
{
    struct key key = { .created_ms = 0 };
    int r = file_create_private(copy, err);

    if (r != 0) {
        return r;
    }
    r = sqlite_backup_unpack(path, copy, err, &key);
    if (r == 0) {
        struct identity identity = key_identity(&key);

        r = verify_copy(copy, &identity, err);
    }
    if (r == 0) {
        r = put_in_place(copy, &key, db, key_path, err);
    }
    remove_database(copy);
    key_done(&key);
    return r;
}

static int restore_into(const char *path, const char *directory, struct error *err)
{
    char *db = file_join(directory, LEDGER_FILE);
    char *key_path = file_join(directory, LEDGER_KEY_FILE);
    char *copy = db ? file_temporary(db) : NULL;
    int r;

    if (!db || !key_path || !copy) {
        r = error_set(err, EN_NO_MEMORY, "out of memory");
    } else {
        r = restore_as(path, copy, db, key_path, err);
    }
    base_free(db);
    base_free(key_path);
    base_free(copy);
    return r;
}

int ledger_restore(const char *path, const char *directory, int64_t now_ms, struct error *err)
{
    bool made = false;
    int r;

    (void)now_ms; /* nothing is dated: what comes back is what was, key and all */
    if (sodium_init() < 0) {
        return error_set(err, EN_INTERNAL, "the system gives no randomness");
    }
    r = file_check_empty(directory, err);
    if (r == 0) {
        r = file_make_directory(directory, err, &made);
    }
    if (r == 0) {
        r = restore_into(path, directory, err);
        if (r != 0 && made) {
            rmdir(directory);
        }
    }
    return r;
}
