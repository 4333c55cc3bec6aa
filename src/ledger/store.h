/*
 * What a ledger asks of the database below it: the small interface behind which sqlite.c stands and
 * a PostgreSQL store fits unchanged.
 *
 * The writer thread is the only caller of the writing half: begin, then any of mark, undo, keep,
 * version, append, destroy, and reads through `own`, then sign and commit, or rollback. Between
 * begin and commit no other process may append (begin takes the store's write lock). A failed call
 * leaves the transaction to be rolled back, and the store usable afterwards. The reading half may
 * be called by any thread; one reader belongs to one thread at a time and sees one snapshot.
 */
#pragma once

#include "ledger/entry.h"
#include "ledger/ledger.h"

struct store;
struct store_reader;
struct identity;
struct key;

/* An entry as it is stored. Everything is borrowed until the callback returns. */
struct store_row {
    struct entry entry;
    bool has_body;       /* an entry with a body, destroyed or not */
    const uint8_t *salt; /* NULL: no body, or destroyed */
    struct slice alg;    /* of the signed head at this entry; empty: none (STORE_CHAIN only) */
    struct slice signature;
};

/* A non-zero return stops the reading and is returned. */
typedef int (*store_each)(void *context, const struct store_row *row);

enum store_range {
    STORE_AFTER,   /* seq > after, ascending, at most max */
    STORE_CHAIN,   /* all, ascending, with salts and signed heads */
    STORE_RECORD,  /* all of one record, ascending */
    STORE_VERSION, /* one version of one record */
    STORE_REQUEST, /* the entry of one request key */
};

struct store_query {
    enum store_range range;
    int64_t after;
    int64_t max;
    struct uuid record;
    int64_t version;
    struct slice request;
};

struct store_ops {
    const char *name;
    void (*close)(struct store *s);

    /* Takes the write lock and reads the head under it. EN_BUSY when another process keeps it. */
    int (*begin)(struct store *s, struct error *err, struct ledger_head *ret);
    /* After mark, either undo goes back to it or keep forgets it; one level. */
    int (*mark)(struct store *s, struct error *err);
    int (*undo)(struct store *s, struct error *err);
    int (*keep)(struct store *s, struct error *err);
    /* Latest version of a record, and its originator; 0: it does not exist. */
    int (*version)(struct store *s, struct uuid record, struct error *err, int64_t *ret,
                   struct uuid *ret_instance);
    /* salt NULL: the entry has no body. */
    int (*append)(struct store *s, const struct entry *e, const uint8_t *salt, struct error *err);
    /* Overwrites bodies and salts of a record's PUT entries; version 0: all. */
    int (*destroy)(struct store *s, struct uuid record, int64_t version, struct error *err);
    int (*sign)(struct store *s, int64_t seq, struct slice alg, struct slice signature,
                struct error *err);
    /* Returns when the transaction is durable; a failure has rolled it back. */
    int (*commit)(struct store *s, struct error *err);
    void (*rollback)(struct store *s);
    /* After destroy and commit: removes old copies that the store keeps for itself (a journal).
     * EN_BUSY: a reader still needs them, try again later. */
    int (*scrub)(struct store *s);

    int (*reader_take)(struct store *s, struct error *err, struct store_reader **ret);
    void (*reader_give)(struct store *s, struct store_reader *r);
    int (*select)(struct store_reader *r, const struct store_query *q, struct error *err,
                  store_each each, void *context);
    int (*head)(struct store_reader *r, struct error *err, struct ledger_head *ret);
    /* Position of the last signed head; 0: none. */
    int (*last_signed)(struct store_reader *r, struct error *err, int64_t *ret);
    /* EN_CORRUPT when the database's own structure (pages, indexes) does not hold. */
    int (*check)(struct store_reader *r, struct error *err);
    /* Last seq, cheap when nothing was written since the last call. */
    int (*last)(struct store *s, int64_t *ret);

    /* Copies one snapshot of the ledger, and the key, into an existing empty file. */
    int (*backup)(struct store *s, const char *path, const struct key *key,
                  const struct ledger_progress *progress, struct error *err);
};

struct store {
    const struct store_ops *ops;
    struct store_reader *own; /* reads inside the write transaction; writer thread only */
};

/* SQLite (sqlite.c). With create, an absent ledger is made for this key's instance; a ledger of
 * another instance is EN_CONFLICT. patience_ms: for locks of other processes. */
int sqlite_store_open(const char *path, bool create, int patience_ms,
                      const struct identity *identity, struct error *err, struct store **ret);
/* Copies a backup's ledger into an existing empty file and gives the key (sqlite_backup.c). */
int sqlite_backup_unpack(const char *backup, const char *path, struct error *err,
                         struct key *ret_key);
