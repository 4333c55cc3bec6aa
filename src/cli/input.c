/*
 * Reads whole files for the console's verbs. A file larger than the buffer's maximum is refused
 * whole, never cut: half an import is worse than none.
 */
#include "cli/input.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int read_all(int fd, const char *path, struct buf *ret, struct error *err)
{
    char chunk[65536];
    for (;;) {
        ssize_t got = read(fd, chunk, sizeof(chunk));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return error_set(err, EN_IO, "%s: %s", path, strerror(errno));
        }
        if (got == 0) {
            return 0;
        }
        buf_add(ret, slice_make(chunk, (size_t)got));
        if (buf_failed(ret)) {
            return error_set(err, EN_TOO_LARGE, "%s: more than %zu bytes", path, ret->max);
        }
    }
}

int input_read(const char *path, struct buf *ret, struct error *err)
{
    if (strcmp(path, "-") == 0) {
        return read_all(STDIN_FILENO, path, ret, err);
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return error_set(err, errno == ENOENT ? EN_NOT_FOUND : EN_IO, "%s: %s", path,
                         strerror(errno));
    }
    int code = read_all(fd, path, ret, err);
    close(fd);
    return code;
}
