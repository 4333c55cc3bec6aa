/*
 * The thread that sends by itself; see exchange_pusher.h.
 *
 * Invariant: what it sends is what `exchange push` would send at that moment. A peer that cannot be
 * reached is tried again, ever more seldom, and holds nobody else up for longer than one attempt.
 */
#include "http/exchange_pusher.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/when.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { LOOK_MS = 500, RETRY_FIRST_MS = 60 * 1000, RETRY_LAST_MS = 60 * 60 * 1000 };

struct pusher {
    struct carrier *carrier;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;
    int64_t done_at;    /* position up to which everybody was sent what they lack; -1: never */
    int64_t seen_at;    /* position at the last look */
    int64_t quiet_from; /* since when the position has stood */
    int64_t retry_ms;   /* the next wait after a failure */
    int64_t retry_from; /* when to try again; 0: nobody failed */
};

static bool pause_for(struct pusher *p, int64_t ms)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&p->lock);
    if (!p->stopping) {
        pthread_cond_timedwait(&p->wake, &p->lock, &until);
    }
    bool stopping = p->stopping;
    pthread_mutex_unlock(&p->lock);
    return !stopping;
}

static bool stopping(struct pusher *p)
{
    pthread_mutex_lock(&p->lock);
    bool stop = p->stopping;
    pthread_mutex_unlock(&p->lock);
    return stop;
}

static bool send_to(struct pusher *p, struct arena *a, const struct net_peer *peer)
{
    struct error err = { 0 };
    struct carrier_report report = { 0 };
    const struct carrier_run run = { .arena = a, .peer = peer, .now_ms = when_clock_ms() };
    int code = carrier_push(p->carrier, &run, &err, &report);
    log_line(code < 0         ? LOG_WARNING
             : report.nothing ? LOG_DEBUG
                              : LOG_INFO,
             "exchange-push", log_text("peer", peer->id), log_number("bytes", report.bytes),
             log_number("attempts", report.attempts),
             log_text("code", slice_of(error_code_info(code)->word)),
             log_text("message", code < 0 ? slice_of(err.message) : (struct slice){ 0 }));
    return code == 0;
}

/* True when all could be sent what they lack. */
static bool send_to_all(struct pusher *p)
{
    const struct exchange_calls *calls = p->carrier->calls;
    struct arena *a cleanup_arena = arena_new(LIMIT_ARENA);
    struct net_peer *peers = NULL;
    size_t count = 0;
    bool all = a && calls->peers(calls->context, a, when_clock_ms(), NULL, &peers, &count) == 0;
    for (size_t i = 0; i < count && !stopping(p); i++) {
        struct arena *own cleanup_arena = arena_new(LIMIT_ARENA);
        if (peers[i].confirmed && peers[i].url.len > 0) {
            all = own && send_to(p, own, &peers[i]) && all;
        }
    }
    return all;
}

static void look(struct pusher *p)
{
    const struct exchange_calls *calls = p->carrier->calls;
    int64_t now_ms = when_clock_ms(), position = calls->position(calls->context);
    if (position != p->seen_at) {
        p->seen_at = position;
        p->quiet_from = now_ms;
    }
    bool news =
        position != p->done_at && now_ms - p->quiet_from >= p->carrier->config.push_after_s * 1000;
    bool retry = p->retry_from != 0 && now_ms >= p->retry_from;
    if (!news && !retry) {
        return;
    }
    /* The position of before: what comes meanwhile, and our own entries, are looked at again. */
    bool all = send_to_all(p);
    p->done_at = position;
    p->retry_from = all ? 0 : when_clock_ms() + p->retry_ms;
    p->retry_ms = all ? RETRY_FIRST_MS : p->retry_ms * 2;
    p->retry_ms = p->retry_ms < RETRY_LAST_MS ? p->retry_ms : RETRY_LAST_MS;
}

static void *work(void *context)
{
    struct pusher *p = context;
    while (pause_for(p, LOOK_MS)) {
        look(p);
    }
    return NULL;
}

int pusher_start(struct carrier *carrier, struct error *err, struct pusher **ret)
{
    struct pusher *p = calloc(1, sizeof(*p));
    if (!p) {
        return error_set(err, EN_NO_MEMORY, "no memory to send by itself");
    }
    p->carrier = carrier;
    p->done_at = p->seen_at = -1;
    p->retry_ms = RETRY_FIRST_MS;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->wake, NULL);
    if (pthread_create(&p->thread, NULL, work, p) != 0) {
        free(p);
        return error_set(err, EN_NO_MEMORY, "no thread to send by itself");
    }
    *ret = p;
    return 0;
}

void pusher_stop(struct pusher *p)
{
    if (!p) {
        return;
    }
    pthread_mutex_lock(&p->lock);
    p->stopping = true;
    pthread_cond_signal(&p->wake);
    pthread_mutex_unlock(&p->lock);
    pthread_join(p->thread, NULL);
    pthread_cond_destroy(&p->wake);
    pthread_mutex_destroy(&p->lock);
    free(p);
}
