/*
 * __wrap_x stands for x, __real_x for what it was (ld --wrap).
 */
#include "fault_calls.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/types.h>

static atomic_int left;
static atomic_int code;
static atomic_bool struck;

ssize_t __real_write(int fd, const void *bytes, size_t size);
int __real_fsync(int fd);
int __real_link(const char *from, const char *to);
int __real_mkdir(const char *path, mode_t mode);
ssize_t __wrap_write(int fd, const void *bytes, size_t size);
int __wrap_fsync(int fd);
int __wrap_link(const char *from, const char *to);
int __wrap_mkdir(const char *path, mode_t mode);

static bool refused(void)
{
    if (atomic_load(&left) <= 0 || atomic_fetch_sub(&left, 1) != 1) {
        return false;
    }
    atomic_store(&struck, true);
    errno = atomic_load(&code);
    return true;
}

ssize_t __wrap_write(int fd, const void *bytes, size_t size)
{
    return refused() ? -1 : __real_write(fd, bytes, size);
}

int __wrap_fsync(int fd)
{
    return refused() ? -1 : __real_fsync(fd);
}

int __wrap_link(const char *from, const char *to)
{
    return refused() ? -1 : __real_link(from, to);
}

int __wrap_mkdir(const char *path, mode_t mode)
{
    return refused() ? -1 : __real_mkdir(path, mode);
}

void fault_calls_arm(int error, int n)
{
    atomic_store(&struck, false);
    atomic_store(&code, error);
    atomic_store(&left, n);
}

bool fault_calls_disarm(void)
{
    atomic_store(&left, 0);
    return atomic_load(&struck);
}
