/*
 * The ledger's front: opening, and the calls that hand through to writer, store and verifier.
 *
 * Invariant: the key exists, synced, before the first ledger file does, so a ledger without its key
 * is damage, never a first start. It must never make a key for a ledger that is already there.
 */
#include "ledger/ledger.h"

#include "base/fault.h"
#include "ledger/file.h"
#include "ledger/ledger_internal.h"
#include "ledger/verify.h"

#include <sodium.h>
#include <time.h>

enum { WAIT_POLL_MS = 50 }; /* how often another process's writes are looked for */

static int start_signer(const struct ledger_options *o, const char *db, const char *key_path,
                        struct error *err, struct signer **ret)
{
    bool exists = file_exists(db); /* before the key is looked for: see the invariant */
    int r;

    if (!exists && !o->create) {
        return error_set(err, EN_NOT_FOUND, "there is no ledger in %s", o->directory);
    }
    if (exists) {
        return signer_start(key_path, /* create= */ false, o->now_ms, err, ret);
    }
    r = signer_start(key_path, /* create= */ true, o->now_ms, err, ret);
    if (r == 0) {
        r = file_create_private(db, err); /* SQLite itself would let others read it */
        if (r == EN_CONFLICT) {
            error_clear(err);
            r = 0;
        }
    }
    return r ? r : file_sync_directory(o->directory, err);
}

static int open_paths(struct ledger *l, const struct ledger_options *o, const char *db,
                      const char *key_path, struct error *err)
{
    int64_t last = 0;
    int r = start_signer(o, db, key_path, err, &l->signer); /* before there are threads */

    if (r == 0) {
        r = sqlite_store_open(db, o->create, l->patience_ms, signer_identity(l->signer), err,
                              &l->store);
    }
    if (r == 0) {
        r = l->store->ops->last(l->store, &last);
        if (r != 0) {
            error_set(err, r, "cannot read the ledger");
        }
    }
    if (r == 0) {
        r = writer_start(&l->writer, l->store, l->signer, err);
    }
    if (r == 0) {
        writer_note(&l->writer, last);
    } else if (l->store) {
        l->store->ops->close(l->store);
    }
    return r;
}

static int open_directory(struct ledger *l, const struct ledger_options *o, struct error *err)
{
    char *db = file_join(o->directory, LEDGER_FILE);
    char *key_path = file_join(o->directory, LEDGER_KEY_FILE);
    int r = 0;

    l->directory = file_join(o->directory, ".");
    l->patience_ms = o->patience_ms ? o->patience_ms : LEDGER_PATIENCE_MS;
    if (!db || !key_path || !l->directory) {
        r = error_set(err, EN_NO_MEMORY, "out of memory");
    } else if (o->create) {
        r = file_make_directory(o->directory, err, NULL);
    }
    if (r == 0) {
        r = open_paths(l, o, db, key_path, err);
    }
    base_free(db);
    l->key_path = key_path;
    return r;
}

static void release(struct ledger *l)
{
    signer_stop(l->signer);
    base_free(l->directory);
    base_free(l->key_path);
    base_free(l);
}

int ledger_open(const struct ledger_options *options, struct error *err, struct ledger **ret)
{
    struct ledger *l;
    int r;

    if (sodium_init() < 0) {
        return error_set(err, EN_INTERNAL, "the system gives no randomness");
    }
    l = base_calloc(1, sizeof(*l));
    if (!l) {
        return error_set(err, EN_NO_MEMORY, "out of memory");
    }
    r = open_directory(l, options, err);
    if (r != 0) {
        release(l);
        return r;
    }
    *ret = l;
    return 0;
}

void ledger_close(struct ledger *l)
{
    if (!l) {
        return;
    }
    writer_stop(&l->writer);
    l->store->ops->close(l->store);
    release(l);
}

struct uuid ledger_instance(const struct ledger *l)
{
    return signer_instance(l->signer);
}

struct signer *ledger_signer(struct ledger *l)
{
    return l->signer;
}

void ledger_public_key(const struct ledger *l, uint8_t ret[32])
{
    memcpy(ret, signer_identity(l->signer)->public_key, KEY_PUBLIC_SIZE);
}

int ledger_append(struct ledger *l, const struct draft *drafts, size_t count, int64_t now_ms,
                  struct error *err, struct appended *ret)
{
    return writer_append(&l->writer, drafts, count, now_ms, err, ret);
}

void ledger_listen(struct ledger *l, ledger_listener listener, void *context)
{
    pthread_mutex_lock(&l->writer.lock);
    l->writer.listener = listener;
    l->writer.listener_context = context;
    pthread_mutex_unlock(&l->writer.lock);
}

struct relay {
    ledger_each each;
    void *context;
};

static int relay_entry(void *context, const struct store_row *row)
{
    const struct relay *relay = context;

    return relay->each(relay->context, &row->entry);
}

static int read_query(struct ledger *l, const struct store_query *q, struct error *err,
                      store_each each, void *context)
{
    struct store_reader *reader = NULL;
    int r = l->store->ops->reader_take(l->store, err, &reader);

    if (r == 0) {
        r = l->store->ops->select(reader, q, err, each, context);
        l->store->ops->reader_give(l->store, reader);
    }
    return r;
}

int ledger_read(struct ledger *l, int64_t after, int64_t max, struct error *err, ledger_each each,
                void *context)
{
    struct store_query q = { .range = STORE_AFTER, .after = after, .max = max > 0 ? max : 0 };
    struct relay relay = { each, context };

    return read_query(l, &q, err, relay_entry, &relay);
}

int ledger_read_record(struct ledger *l, struct uuid record, struct error *err, ledger_each each,
                       void *context)
{
    struct store_query q = { .range = STORE_RECORD, .record = record };
    struct relay relay = { each, context };

    return read_query(l, &q, err, relay_entry, &relay);
}

struct keeper {
    struct arena *arena;
    struct entry entry;
    bool found;
};

static int keep_entry(void *context, const struct store_row *row)
{
    struct keeper *keeper = context;
    struct entry *e = &keeper->entry;
    struct slice *const texts[] = { &e->user, &e->kind, &e->label, &e->body, &e->request };

    *e = row->entry;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (texts[i]->len > 0) {
            *texts[i] = arena_copy(keeper->arena, *texts[i]);
        } else if (texts[i] != &e->body) {
            *texts[i] = S("");
        }
    }
    keeper->found = true;
    return arena_failed(keeper->arena) ? EN_NO_MEMORY : 0;
}

static int read_one(struct ledger *l, struct arena *a, const struct store_query *q,
                    struct error *err, struct entry *ret)
{
    struct keeper keeper = { .arena = a };
    int r = read_query(l, q, err, keep_entry, &keeper);

    if (r == 0 && !keeper.found) {
        r = error_set(err, EN_NOT_FOUND, "there is no such entry");
    } else if (r == EN_NO_MEMORY) {
        error_set(err, r, "out of memory");
    }
    if (r == 0) {
        *ret = keeper.entry;
    }
    return r;
}

int ledger_read_version(struct ledger *l, struct arena *a, struct uuid record, int64_t version,
                        struct error *err, struct entry *ret)
{
    struct store_query q = { .range = STORE_VERSION, .record = record, .version = version };

    return read_one(l, a, &q, err, ret);
}

int ledger_find_request(struct ledger *l, struct arena *a, struct slice request, struct error *err,
                        struct entry *ret)
{
    struct store_query q = { .range = STORE_REQUEST, .request = request };

    if (slice_empty(request)) {
        return error_set(err, EN_NOT_FOUND, "there is no such entry");
    }
    return read_one(l, a, &q, err, ret);
}

int ledger_head_get(struct ledger *l, struct error *err, struct ledger_head *ret)
{
    struct store_reader *reader = NULL;
    int r = l->store->ops->reader_take(l->store, err, &reader);

    if (r == 0) {
        r = l->store->ops->head(reader, err, ret);
        l->store->ops->reader_give(l->store, reader);
    }
    return r;
}

static int64_t monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int ledger_wait(struct ledger *l, int64_t after, int timeout_ms, int64_t *ret_last)
{
    int64_t until = monotonic_ms() + timeout_ms;

    for (;;) {
        int64_t last = 0;
        int64_t left;
        int r = l->store->ops->last(l->store, &last);

        if (r != 0) {
            return r;
        }
        left = until - monotonic_ms();
        if (last > after || left <= 0) {
            *ret_last = last;
            return 0;
        }
        writer_note(&l->writer, last);
        writer_wait(&l->writer, after, left < WAIT_POLL_MS ? (int)left : WAIT_POLL_MS);
    }
}

int ledger_verify(struct ledger *l, const struct hash *anchor,
                  const struct ledger_progress *progress, struct error *err,
                  struct ledger_report *ret)
{
    return verify_store(l->store, signer_identity(l->signer), anchor, progress, err, ret);
}
