/*
 * The worker pool: one queue, one condition; see work.h.
 */
#include "http/work.h"

#include <pthread.h>
#include <stdlib.h>

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct job *first;
    struct job *last;
    size_t queued;
    size_t queue_max;
    bool stopping;
    unsigned count;
    pthread_t threads[];
};

/* The next job, or NULL when the pool stops and nothing is left. */
static struct job *take(struct workers *w)
{
    pthread_mutex_lock(&w->lock);
    while (!w->first && !w->stopping) {
        pthread_cond_wait(&w->wake, &w->lock);
    }
    struct job *job = w->first;
    if (job) {
        w->first = job->next;
        w->last = w->first ? w->last : NULL;
        w->queued--;
    }
    pthread_mutex_unlock(&w->lock);
    return job;
}

static void *work(void *context)
{
    struct workers *w = context;
    for (struct job *job = take(w); job; job = take(w)) {
        job->run(job);
    }
    return NULL;
}

struct workers *workers_new(unsigned threads, size_t queue_max)
{
    struct workers *w = calloc(1, sizeof(*w) + threads * sizeof(w->threads[0]));
    if (!w) {
        return NULL;
    }
    w->queue_max = queue_max;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->wake, NULL);
    while (w->count < threads && pthread_create(&w->threads[w->count], NULL, work, w) == 0) {
        w->count++;
    }
    if (w->count == 0) {
        workers_free(w);
        return NULL;
    }
    return w;
}

void workers_stop(struct workers *w)
{
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_broadcast(&w->wake);
    pthread_mutex_unlock(&w->lock);
    for (unsigned i = 0; i < w->count; i++) {
        pthread_join(w->threads[i], NULL);
    }
    w->count = 0;
}

void workers_free(struct workers *w)
{
    if (w) {
        workers_stop(w);
        pthread_cond_destroy(&w->wake);
        pthread_mutex_destroy(&w->lock);
        free(w);
    }
}

bool workers_submit(struct workers *w, struct job *job)
{
    pthread_mutex_lock(&w->lock);
    bool accepted = w->queued < w->queue_max && !w->stopping;
    if (accepted) {
        job->next = NULL;
        if (w->last) {
            w->last->next = job;
        } else {
            w->first = job;
        }
        w->last = job;
        w->queued++;
        pthread_cond_signal(&w->wake);
    }
    pthread_mutex_unlock(&w->lock);
    return accepted;
}
