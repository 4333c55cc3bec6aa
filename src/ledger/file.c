/*
 * Durable files: create privately under a temporary name, write, sync, link to the final name, sync
 * the directory.
 *
 * Invariant: a final name never shows a partial file and is never replaced (link refuses a taken
 * name, where rename would not). It must never follow this order differently: a name that survives
 * a power loss must have content that did.
 */
#include "ledger/file.h"

#include "base/fault.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int io_error(struct error *err, const char *what, const char *path)
{
    int code = errno == EACCES || errno == EPERM ? EN_FORBIDDEN : EN_IO;

    return error_set(err, errno == ENOMEM ? EN_NO_MEMORY : code, "%s %s: %s", what, path,
                     strerror(errno));
}

int file_make_directory(const char *path, struct error *err, bool *ret_made)
{
    struct stat info;
    bool made = mkdir(path, 0700) == 0;
    int r = 0;

    if (!made && errno != EEXIST) {
        return io_error(err, "cannot make the directory", path);
    }
    if (!made && (stat(path, &info) != 0 || !S_ISDIR(info.st_mode))) {
        return error_set(err, EN_CONFLICT, "%s is not a directory", path);
    }
    if (made) {
        r = file_sync_parent(path, err);
        if (r != 0) {
            rmdir(path);
        }
    }
    if (r == 0 && ret_made) {
        *ret_made = made;
    }
    return r;
}

int file_check_empty(const char *directory, struct error *err)
{
    DIR *dir = opendir(directory);
    const struct dirent *item;
    bool empty = true;

    if (!dir) {
        return errno == ENOENT ? 0 : io_error(err, "cannot read", directory);
    }
    while (empty && (item = readdir(dir)) != NULL) {
        empty = strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0;
    }
    closedir(dir);
    return empty ? 0 : error_set(err, EN_CONFLICT, "%s is not empty", directory);
}

bool file_exists(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0;
}

char *file_join(const char *directory, const char *name)
{
    size_t size = strlen(directory) + strlen(name) + 2;
    char *path = base_malloc(size);

    if (path) {
        snprintf(path, size, "%s/%s", directory, name);
    }
    return path;
}

char *file_temporary(const char *path)
{
    size_t size = strlen(path) + 32;
    char *name = base_malloc(size);

    if (name) {
        snprintf(name, size, "%s.tmp-%08x", path, (unsigned)randombytes_random());
    }
    return name;
}

int file_sync_directory(const char *directory, struct error *err)
{
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int r = 0;

    if (fd < 0) {
        return io_error(err, "cannot open", directory);
    }
    if (fsync(fd) != 0) {
        r = io_error(err, "cannot sync", directory);
    }
    close(fd);
    return r;
}

int file_sync_parent(const char *path, struct error *err)
{
    char *parent = file_join(path, "");
    char *slash;
    int r;

    if (!parent) {
        return error_set(err, EN_NO_MEMORY, "out of memory");
    }
    while ((slash = strrchr(parent, '/')) != NULL && slash[1] == '\0' && slash != parent) {
        *slash = '\0';
    }
    if (slash == parent) {
        slash[1] = '\0';
    } else if (slash) {
        *slash = '\0';
    }
    r = file_sync_directory(slash ? parent : ".", err);
    base_free(parent);
    return r;
}

int file_sync(const char *path, struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int r = 0;

    if (fd < 0) {
        return io_error(err, "cannot open", path);
    }
    if (fsync(fd) != 0) {
        r = io_error(err, "cannot sync", path);
    }
    close(fd);
    return r;
}

static int create(const char *path, struct error *err, int *ret_fd)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0 && errno == EEXIST) {
        return error_set(err, EN_CONFLICT, "%s exists", path);
    }
    if (fd < 0) {
        return io_error(err, "cannot create", path);
    }
    *ret_fd = fd;
    return 0;
}

int file_create_private(const char *path, struct error *err)
{
    int fd = -1;
    int r = create(path, err, &fd);

    if (r == 0) {
        close(fd);
    }
    return r;
}

int file_publish(const char *temporary, const char *path, struct error *err)
{
    if (link(temporary, path) != 0) {
        if (errno == EEXIST) {
            return error_set(err, EN_CONFLICT, "%s exists", path);
        }
        return io_error(err, "cannot name", path);
    }
    unlink(temporary);
    return file_sync_parent(path, err);
}

static int write_all(int fd, struct slice content)
{
    while (content.len > 0) {
        ssize_t n = write(fd, content.ptr, content.len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return -1;
        }
        content = slice_make(content.ptr + n, content.len - (size_t)n);
    }
    return fsync(fd);
}

int file_write_private(const char *path, struct slice content, struct error *err)
{
    char *temporary = file_temporary(path);
    int fd = -1;
    int r;

    if (!temporary) {
        return error_set(err, EN_NO_MEMORY, "out of memory");
    }
    r = create(temporary, err, &fd);
    if (r == 0) {
        if (write_all(fd, content) != 0) {
            r = io_error(err, "cannot write", temporary);
        }
        close(fd);
        if (r == 0) {
            r = file_publish(temporary, path, err);
        }
        unlink(temporary);
    }
    base_free(temporary);
    return r;
}
