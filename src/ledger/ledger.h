/*
 * The ledger: an append-only, hash-chained list of entries with signed heads; the only truth.
 *
 * The interface below is what a store must offer; src/ledger/sqlite.c is the first, and a
 * PostgreSQL one fits it unchanged. Invariants: an append that returned 0 survives kill -9 and
 * power loss; entries are never changed (redaction destroys a body and its salt, nothing else);
 * versions of a record count from 1 without gaps and are checked inside the append's transaction.
 * All calls may come from any thread.
 */
#pragma once

#include "ledger/entry.h"

struct ledger;
struct signer;

struct ledger_options {
    const char *directory; /* holds ledger.db and key; created (0700) when create is set */
    bool create;
    int64_t now_ms;  /* for a key made on first use */
    int patience_ms; /* how long another process's lock is waited for; 0: 10 s */
};

int ledger_open(const struct ledger_options *options, struct error *err, struct ledger **ret);
void ledger_close(struct ledger *l);
struct uuid ledger_instance(const struct ledger *l);
/* The process that holds the secret keys (ledger/signer.h). */
struct signer *ledger_signer(struct ledger *l);
/* Ed25519 public key of the instance, 32 bytes. */
void ledger_public_key(const struct ledger *l, uint8_t ret[32]);

/* What became of one draft of a batch. */
struct appended {
    int64_t seq;
    int64_t version;
    struct uuid id;
    int64_t at_ms;
    bool replayed;         /* the same request key was already appended: these are its results */
    struct hash body_hash; /* of the entry that stands */
    bool differs;          /* replayed, but this draft says something else (or the entry's body was
                            * redacted):          the caller used one key for two things */
};

/* Appends all drafts atomically, in order, or none. now_ms stamps them. EN_STALE when a record is
 * at another version than expected (message names it), EN_CONFLICT when expected is 0 and it
 * exists, EN_FORBIDDEN when it is another instance's. Returns only after the commit is durable. The single writer gathers what other threads
 * are waiting to append and commits them together; one caller's conflict never spoils another's
 * batch. */
int ledger_append(struct ledger *l, const struct draft *drafts, size_t count, int64_t now_ms,
                  struct error *err, struct appended *ret);

/* Called by the writer thread after each durable commit, before the waiting callers return, so that
 * a picture can be current when the caller continues. One listener. */
typedef void (*ledger_listener)(void *context, int64_t last_seq);
void ledger_listen(struct ledger *l, ledger_listener listener, void *context);

/* Entries with seq > after, ascending, at most `max`; calls `each` for every one (a non-zero
 * return stops and is returned). The entry's slices live until `each` returns (the arena is reset
 * between calls). */
typedef int (*ledger_each)(void *context, const struct entry *e);
int ledger_read(struct ledger *l, int64_t after, int64_t max, struct error *err, ledger_each each,
                void *context);
/* All entries of one record, oldest first. */
int ledger_read_record(struct ledger *l, struct uuid record, struct error *err, ledger_each each,
                       void *context);
/* One version of one record; EN_NOT_FOUND. */
int ledger_read_version(struct ledger *l, struct arena *a, struct uuid record, int64_t version,
                        struct error *err, struct entry *ret);
/* The entry appended under this request key; EN_NOT_FOUND. */
int ledger_find_request(struct ledger *l, struct arena *a, struct slice request, struct error *err,
                        struct entry *ret);

struct ledger_head {
    int64_t seq; /* 0: empty */
    struct hash hash;
    int64_t at_ms;
};
int ledger_head_get(struct ledger *l, struct error *err, struct ledger_head *ret);

/* Follow: waits until an entry past `after` exists (also one written by another process), or
 * timeout_ms passes; gives the last seq. */
int ledger_wait(struct ledger *l, int64_t after, int timeout_ms, int64_t *ret_last);

struct ledger_progress {
    void (*step)(void *context, int64_t done, int64_t total); /* may be NULL */
    void *context;
};

struct ledger_report {
    int64_t entries;
    int64_t heads; /* signatures checked */
    int64_t redacted;
    int64_t first_bad; /* seq of the first bad entry; 0: none */
    const char *why;   /* static text: "hash of the body", "link to the previous entry", ... */
    struct uuid first_bad_id;
    struct ledger_head head;
};
/* Checks every entry, link, body hash, version sequence and signed head. 0 when sound; EN_CORRUPT
 * with the report filled. anchor: a head hash known from elsewhere that must be in the chain, or
 * NULL. */
int ledger_verify(struct ledger *l, const struct hash *anchor,
                  const struct ledger_progress *progress, struct error *err,
                  struct ledger_report *ret);

/* Online, one consistent file holding ledger and key (see docs/backup.md); refuses to overwrite. */
int ledger_backup(struct ledger *l, const char *path, const struct ledger_progress *progress,
                  struct error *err);
/* Into an empty or absent directory; verifies first. */
int ledger_restore(const char *path, const char *directory, int64_t now_ms, struct error *err);
