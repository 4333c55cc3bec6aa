/*
 * The single writer: gathers the batches that callers wait to append, and commits them together.
 */
#pragma once

#include "ledger/ledger.h"
#include "ledger/signer.h"
#include "ledger/store.h"

#include <pthread.h>

struct pending;

struct writer {
    struct store *store;
    struct signer *signer;
    pthread_t thread;
    pthread_mutex_t lock; /* guards everything below */
    pthread_cond_t work;  /* the writer sleeps here */
    pthread_cond_t news;  /* ledger_wait sleeps here */
    struct pending *first;
    struct pending *last;
    size_t waiting; /* batches in the queue */
    size_t wanted;  /* the writer wakes when so many wait */
    bool stop;
    ledger_listener listener;
    void *listener_context;
    int64_t last_seq; /* last entry known to be committed */
};

int writer_start(struct writer *w, struct store *store, struct signer *signer, struct error *err);
/* Commits what waits, then ends the thread. */
void writer_stop(struct writer *w);
int writer_append(struct writer *w, const struct draft *drafts, size_t count, int64_t now_ms,
                  struct error *err, struct appended *ret);
/* Somebody learned that this entry is committed. */
void writer_note(struct writer *w, int64_t seq);
/* Sleeps until an entry past `after` is known, or the time is over. */
void writer_wait(struct writer *w, int64_t after, int timeout_ms);
