/*
 * The writer thread: group commit.
 *
 * Callers queue their batches and sleep; the writer takes what waits (bounded), appends every batch
 * behind a mark of its own, signs the new head, commits once, tells the listener, and wakes the
 * callers. Invariant: nobody is woken with success before the commit that holds their entries is
 * durable, and a refused batch leaves no trace while its neighbours commit. Chain state lives in
 * the store and is read under its lock in every transaction, because another process may write too.
 * It must never hold its mutex while it talks to the store or to the listener.
 */
#include "ledger/writer.h"

#include "ledger/batch.h"
#include "ledger/chain.h"

#include <signal.h>
#include <time.h>

enum {
    GROUP_BATCHES = 512,
    GROUP_ENTRIES = 4000,
    HEADER_MAX = 1024 * 1024, /* of one entry; the parts are limited far below */
    GATHER_NS_MAX = 2000000,  /* the longest that a group waits for the callers of the last one */
    SCRUB_RETRY_MS = 1000,
};

static void deadline(int64_t ns, struct timespec *ret)
{
    clock_gettime(CLOCK_MONOTONIC, ret);
    ns += ret->tv_nsec;
    ret->tv_sec += ns / 1000000000;
    ret->tv_nsec = ns % 1000000000;
}

static int64_t elapsed_ns(const struct timespec *since)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - since->tv_sec) * 1000000000 + (now.tv_nsec - since->tv_nsec);
}

/* The state of the writer thread alone. */
struct run {
    struct writer *w;
    struct buf scratch;
    size_t group_size; /* batches of the last group */
    int64_t commit_ns; /* how long it took */
    bool scrub;        /* destroyed bodies may still stand in the journal */
};

/*
 * Callers that were just woken come back within moments if they have more to write. Waiting for
 * them, never longer than a commit takes, keeps groups whole instead of committing the first comer
 * alone.
 */
static void gather(struct run *run)
{
    struct writer *w = run->w;
    int64_t most = run->commit_ns < GATHER_NS_MAX ? run->commit_ns : GATHER_NS_MAX;
    struct timespec until;

    if (run->group_size < 2 || w->waiting >= run->group_size || w->stop) {
        return;
    }
    deadline(most, &until);
    w->wanted = run->group_size;
    while (w->waiting < w->wanted && !w->stop) {
        if (pthread_cond_timedwait(&w->work, &w->lock, &until) != 0) {
            break;
        }
    }
    w->wanted = 1;
}

/* Takes the front of the queue, at least one batch. */
static struct pending *take_group(struct writer *w, size_t *ret_count)
{
    struct pending *first = w->first;
    struct pending *last = first;
    size_t entries = first->count;
    size_t count = 1;

    while (last->next && count < GROUP_BATCHES && entries + last->next->count <= GROUP_ENTRIES) {
        last = last->next;
        entries += last->count;
        count++;
    }
    w->first = last->next;
    w->last = w->first ? w->last : NULL;
    w->waiting -= count;
    last->next = NULL;
    *ret_count = count;
    return first;
}

/* 0 when the transaction may go on; the batch's own fate is in p->code. A batch of one needs no
 * mark: it is refused before it writes, and marks make the database copy every page it then
 * changes. */
static int append_one(struct pending *p, struct chain_tail *tail, struct error *err)
{
    const struct store_ops *ops = tail->store->ops;
    bool marked = p->count > 1;
    int r = marked ? ops->mark(tail->store, err) : 0;

    if (r != 0) {
        return r;
    }
    p->code = batch_append(p, tail);
    if (p->code == 0) {
        return marked ? ops->keep(tail->store, err) : 0;
    }
    if (batch_is_refusal(p->code)) {
        return marked ? ops->undo(tail->store, err) : 0;
    }
    *err = p->error;
    return p->code;
}

static int sign(struct run *run, const struct chain_tail *tail, struct error *err)
{
    uint8_t signature[SIGNATURE_SIZE];
    int r = signer_sign_head(run->w->signer, &tail->head, err, signature);

    if (r != 0) {
        return r;
    }
    return tail->store->ops->sign(tail->store, tail->head.seq, S("ed25519"),
                                  slice_make((const char *)signature, sizeof(signature)), err);
}

static int append_group(struct run *run, struct pending *group, struct chain_tail *tail,
                        struct error *err)
{
    const struct store_ops *ops = tail->store->ops;
    int64_t before = tail->head.seq;
    int r = 0;

    for (struct pending *p = group; p && r == 0; p = p->next) {
        r = append_one(p, tail, err);
    }
    if (r == 0 && tail->head.seq == before) {
        ops->rollback(tail->store); /* only refusals and replays: nothing to keep */
        return 0;
    }
    if (r == 0) {
        r = sign(run, tail, err);
    }
    if (r == 0) {
        return ops->commit(tail->store, err);
    }
    ops->rollback(tail->store);
    return r;
}

/* Refused batches fail too: they may have been refused for what a neighbour wrote, and that is
 * gone. */
static void fail_group(struct pending *group, const struct error *err)
{
    for (struct pending *p = group; p; p = p->next) {
        p->error = *err;
        p->code = err->code;
    }
}

/* Writes one group. Returns the last seq when entries were committed, else 0. */
static int64_t write_group(struct run *run, struct pending *group)
{
    struct chain_tail tail = { .store = run->w->store,
                               .instance = signer_instance(run->w->signer),
                               .scratch = &run->scratch };
    struct error err = { 0 };
    int64_t before;
    int r = tail.store->ops->begin(tail.store, &err, &tail.head);

    before = tail.head.seq;
    if (r == 0) {
        r = append_group(run, group, &tail, &err);
    }
    if (r != 0) {
        fail_group(group, &err);
        return 0;
    }
    for (struct pending *p = group; p; p = p->next) {
        run->scrub = run->scrub || (p->code == 0 && p->destroys);
    }
    return tail.head.seq > before ? tail.head.seq : 0;
}

static void wake(struct pending *group)
{
    struct pending *next;

    for (struct pending *p = group; p; p = next) {
        next = p->next; /* p is gone as soon as its caller wakes */
        sem_post(&p->done);
    }
}

static void publish(struct writer *w, int64_t last_seq)
{
    ledger_listener listener;
    void *context;

    pthread_mutex_lock(&w->lock);
    listener = w->listener;
    context = w->listener_context;
    pthread_mutex_unlock(&w->lock);
    if (listener) {
        listener(context, last_seq);
    }
    writer_note(w, last_seq);
}

static void serve(struct run *run, struct pending *group)
{
    struct timespec start;
    int64_t last_seq;

    clock_gettime(CLOCK_MONOTONIC, &start);
    last_seq = write_group(run, group);
    run->commit_ns = elapsed_ns(&start);
    if (run->scrub) {
        run->scrub = run->w->store->ops->scrub(run->w->store) != 0;
    }
    if (last_seq > 0) {
        publish(run->w, last_seq);
    }
    wake(group);
}

/* With the mutex held. True when there is work; false when a retry of the scrub is due. */
static bool sleep_until_work(struct run *run)
{
    struct writer *w = run->w;
    struct timespec until;

    deadline((int64_t)SCRUB_RETRY_MS * 1000000, &until);
    while (!w->first && !w->stop) {
        if (!run->scrub) {
            pthread_cond_wait(&w->work, &w->lock);
        } else if (pthread_cond_timedwait(&w->work, &w->lock, &until) != 0) {
            return false;
        }
    }
    return true;
}

static void *writer_main(void *context)
{
    struct run run = { .w = context };
    struct writer *w = context;

    buf_init(&run.scratch, HEADER_MAX);
    pthread_mutex_lock(&w->lock);
    for (;;) {
        bool work = sleep_until_work(&run);
        struct pending *group = NULL;

        if (w->first) {
            gather(&run);
            group = take_group(w, &run.group_size);
        } else if (work) {
            break; /* stopped, and nothing waits */
        }
        pthread_mutex_unlock(&w->lock);
        if (group) {
            serve(&run, group);
        } else {
            run.scrub = w->store->ops->scrub(w->store) != 0;
        }
        pthread_mutex_lock(&w->lock);
    }
    pthread_mutex_unlock(&w->lock);
    buf_done(&run.scratch);
    return NULL;
}

static void init_monotonic(pthread_cond_t *cond)
{
    pthread_condattr_t attributes;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(cond, &attributes);
    pthread_condattr_destroy(&attributes);
}

static void done(struct writer *w)
{
    pthread_cond_destroy(&w->work);
    pthread_cond_destroy(&w->news);
    pthread_mutex_destroy(&w->lock);
}

int writer_start(struct writer *w, struct store *store, struct signer *signer, struct error *err)
{
    sigset_t all;
    sigset_t before;
    int rc;

    *w = (struct writer){ .store = store, .signer = signer, .wanted = 1 };
    pthread_mutex_init(&w->lock, NULL);
    init_monotonic(&w->work);
    init_monotonic(&w->news);
    sigfillset(&all); /* signals are for the program's own threads */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    rc = pthread_create(&w->thread, NULL, writer_main, w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (rc != 0) {
        done(w);
        return error_set(err, EN_NO_MEMORY, "cannot start the ledger's writer: %s", strerror(rc));
    }
    return 0;
}

void writer_stop(struct writer *w)
{
    pthread_mutex_lock(&w->lock);
    w->stop = true;
    pthread_cond_signal(&w->work);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    done(w);
}

void writer_note(struct writer *w, int64_t seq)
{
    pthread_mutex_lock(&w->lock);
    if (seq > w->last_seq) {
        w->last_seq = seq;
        pthread_cond_broadcast(&w->news);
    }
    pthread_mutex_unlock(&w->lock);
}

void writer_wait(struct writer *w, int64_t after, int timeout_ms)
{
    struct timespec until;

    deadline((int64_t)timeout_ms * 1000000, &until);
    pthread_mutex_lock(&w->lock);
    while (w->last_seq <= after) {
        if (pthread_cond_timedwait(&w->news, &w->lock, &until) != 0) {
            break;
        }
    }
    pthread_mutex_unlock(&w->lock);
}

static void queue_and_wait(struct writer *w, struct pending *p)
{
    pthread_mutex_lock(&w->lock);
    if (w->last) {
        w->last->next = p;
    } else {
        w->first = p;
    }
    w->last = p;
    w->waiting++;
    if (w->waiting == w->wanted) {
        pthread_cond_signal(&w->work);
    }
    pthread_mutex_unlock(&w->lock);
    while (sem_wait(&p->done) != 0) {
        /* interrupted by a signal: the writer still has the batch */
    }
}

int writer_append(struct writer *w, const struct draft *drafts, size_t count, int64_t now_ms,
                  struct error *err, struct appended *ret)
{
    struct pending p;
    int r;

    if (count == 0) {
        return 0;
    }
    if (pthread_equal(pthread_self(), w->thread)) {
        return error_set(err, EN_INTERNAL, "a listener may not append: it runs in the writer");
    }
    r = batch_prepare(drafts, count, now_ms, err, &p);
    if (r != 0) {
        return r;
    }
    sem_init(&p.done, /* pshared= */ 0, 0);
    queue_and_wait(w, &p);
    sem_destroy(&p.done);
    r = p.code;
    if (r == 0) {
        memcpy(ret, p.results, count * sizeof(*ret));
    } else {
        error_set_at(err, p.error.origin, r, "%s", p.error.message);
    }
    batch_done(&p);
    return r;
}
