/*
 * Worker threads for what may take long (writes wait for the disk, imports, password hashes), so
 * that the few threads that read sockets never wait.
 *
 * Invariant: the queue is bounded; a job is either run exactly once or refused at once. Jobs are
 * embedded in what they work on; the pool owns nothing.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct workers;

struct job {
    void (*run)(struct job *job);
    struct job *next; /* the pool's */
};

/* NULL when threads or memory cannot be had. */
struct workers *workers_new(unsigned threads, size_t queue_max);
/* Runs what is queued, joins the threads, refuses all further jobs. */
void workers_stop(struct workers *w);
void workers_free(struct workers *w);
/* False when the queue is full. */
bool workers_submit(struct workers *w, struct job *job);
