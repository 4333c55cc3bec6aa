/*
 * One caller's batch: what can be prepared before the writer's turn, and how it is appended inside
 * the writer's transaction.
 */
#pragma once

#include "ledger/ledger.h"
#include "ledger/store.h"

#include <semaphore.h>

/* What a draft gets before its place in the chain is known. */
struct seal {
    uint8_t random[10]; /* of the id */
    uint8_t salt[SALT_SIZE];
    struct uuid id;
    struct hash body_hash;
};

struct pending {
    const struct draft *drafts;
    size_t count;
    int64_t now_ms;
    struct seal *seals;       /* count */
    struct appended *results; /* count */
    struct error error;
    int code;
    bool destroys; /* has a REDACT */
    sem_t done;    /* posted when the fate is known: no lock for 64 woken callers to queue for */
    struct pending *next;
};

/* Checks the drafts, salts and hashes them. On success batch_done gives the memory back. */
int batch_prepare(const struct draft *drafts, size_t count, int64_t now_ms, struct error *err,
                  struct pending *ret);
void batch_done(struct pending *p);

/* Where the writer's transaction stands. */
struct chain_tail {
    struct store *store;
    struct uuid instance;
    struct ledger_head head;
    struct buf *scratch;
};

/* Appends all drafts inside the open transaction and moves the tail. On failure the caller undoes.
 */
int batch_append(struct pending *p, struct chain_tail *tail);
/* True for the failures that concern this batch alone. */
bool batch_is_refusal(int code);
