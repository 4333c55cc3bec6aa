/*
 * Stopping without handlers: the two signals are blocked and taken when the verb is ready for
 * them, so nothing is ever interrupted in the middle.
 */
#include "cli/signals.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>

static sigset_t stopping(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

void signals_hold(void)
{
    const sigset_t set = stopping();
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

bool signals_wait(int seconds)
{
    const sigset_t set = stopping();
    const struct timespec most = { .tv_sec = seconds };
    int which;
    do {
        which = sigtimedwait(&set, NULL, &most);
    } while (which < 0 && errno == EINTR);
    return which > 0;
}

bool signals_came(void)
{
    const sigset_t set = stopping();
    const struct timespec now = { 0 };
    return sigtimedwait(&set, NULL, &now) > 0;
}
