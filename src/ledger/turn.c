/*
 * The turn is an advisory lock on the instance's directory: no file of its own that could be left
 * behind, copied by a backup or deleted while it is held.
 *
 * Invariant: it ends with turn_give or with the process. The lock belongs to the descriptor as it
 * was opened, so threads of one process exclude each other like processes do; and a process that
 * was forked meanwhile has the descriptor too, so it is unlocked before it is closed. A store that
 * several machines share would have to keep the turn itself.
 */
#include "ledger/turn.h"

#include "ledger/ledger_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum { TURN_POLL_MS = 20 };

static int lock(int fd, int patience_ms)
{
    static const struct timespec pause = { .tv_nsec = TURN_POLL_MS * 1000000L };

    for (int waited = 0;; waited += TURN_POLL_MS) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
            return 0;
        }
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return EN_IO;
        }
        if (waited >= patience_ms) {
            return EN_BUSY;
        }
        nanosleep(&pause, NULL);
    }
}

int turn_take(const struct ledger *l, struct error *err, struct turn *ret)
{
    struct turn t = { .fd = open(l->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
    int r = t.fd < 0 ? EN_IO : lock(t.fd, l->patience_ms);

    if (r == 0) {
        *ret = t;
        return 0;
    }
    error_set(err, r, "%s: %s", l->directory, strerror(errno));
    if (t.fd >= 0) {
        close(t.fd);
    }
    return r;
}

void turn_give(struct turn *t)
{
    if (t->fd < 0) {
        return;
    }
    flock(t->fd, LOCK_UN);
    close(t->fd);
    t->fd = -1;
}
