/*
 * Peers and their pace; see exchange_roster.h.
 */
#include "http/exchange_roster.h"

#include "base/limits.h"

#include <pthread.h>
#include <stdlib.h>

enum { PACES = 256, WINDOW_MS = 10 * 60 * 1000 };

struct pace {
    struct uuid peer;
    bool running;
    int64_t begun_ms;
    unsigned count;
};

struct rosters {
    const struct exchange_calls *calls;
    pthread_mutex_t lock;
    struct roster *current;
    struct pace paces[PACES];
};

struct rosters *rosters_new(const struct exchange_calls *calls)
{
    struct rosters *r = calloc(1, sizeof(*r));
    if (r) {
        r->calls = calls;
        pthread_mutex_init(&r->lock, NULL);
    }
    return r;
}

static void drop(struct roster *roster)
{
    if (roster && --roster->users == 0) {
        arena_free(roster->arena);
        free(roster);
    }
}

void rosters_free(struct rosters *r)
{
    if (r) {
        drop(r->current);
        pthread_mutex_destroy(&r->lock);
        free(r);
    }
}

static struct roster *read_roster(const struct exchange_calls *calls, int64_t now_ms)
{
    struct roster *roster = calloc(1, sizeof(*roster));
    if (!roster) {
        return NULL;
    }
    roster->users = 1;
    roster->arena = arena_new(LIMIT_ARENA);
    roster->position = calls->position(calls->context); /* before: what comes meanwhile counts */
    if (!roster->arena || calls->peers(calls->context, roster->arena, now_ms, NULL, &roster->peers,
                                       &roster->count) != 0) {
        drop(roster);
        return NULL;
    }
    return roster;
}

struct roster *roster_take(struct rosters *r, int64_t now_ms)
{
    pthread_mutex_lock(&r->lock);
    int64_t position = r->calls->position(r->calls->context);
    if (!r->current || r->current->position != position) {
        drop(r->current);
        r->current = read_roster(r->calls, now_ms);
    }
    struct roster *roster = r->current;
    if (roster) {
        roster->users++;
    }
    pthread_mutex_unlock(&r->lock);
    return roster;
}

void roster_give(struct rosters *r, struct roster *roster)
{
    if (roster) {
        pthread_mutex_lock(&r->lock);
        drop(roster);
        pthread_mutex_unlock(&r->lock);
    }
}

/* ---- pace ---- */

/* The peer's row, or the longest-quiet one that does not run; NULL when all run. */
static struct pace *find(struct rosters *r, struct uuid peer)
{
    struct pace *quiet = NULL;
    for (size_t i = 0; i < PACES; i++) {
        struct pace *p = &r->paces[i];
        if (p->begun_ms && memcmp(&p->peer, &peer, sizeof(peer)) == 0) {
            return p;
        }
        if (!p->running && (!quiet || p->begun_ms < quiet->begun_ms)) {
            quiet = p;
        }
    }
    if (quiet) {
        *quiet = (struct pace){ .peer = peer };
    }
    return quiet;
}

int pace_begin(struct rosters *r, struct uuid peer, bool costs, int64_t now_ms)
{
    int wait = 0;
    pthread_mutex_lock(&r->lock);
    struct pace *p = find(r, peer);
    if (!p || p->running) {
        wait = 1;
    } else {
        if (p->begun_ms == 0 || now_ms - p->begun_ms >= WINDOW_MS) {
            p->begun_ms = now_ms;
            p->count = 0;
        }
        if (costs && p->count >= LIMIT_EXCHANGE_PACE) {
            wait = (int)((p->begun_ms + WINDOW_MS - now_ms) / 1000) + 1;
        } else {
            p->count += costs;
            p->running = true;
        }
    }
    pthread_mutex_unlock(&r->lock);
    return wait;
}

void pace_end(struct rosters *r, struct uuid peer)
{
    pthread_mutex_lock(&r->lock);
    struct pace *p = find(r, peer);
    if (p) {
        p->running = false;
    }
    pthread_mutex_unlock(&r->lock);
}
