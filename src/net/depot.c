/*
 * Files of bundles on their way; see depot.h.
 *
 * Invariant: no name comes from outside but 64 hexadecimal digits; directories are opened one
 * under the other without following links. A part has one writer, by a lock on the open file that
 * ends with it. A part is never trusted for what it says it is: its hash is taken when it is whole.
 */
#include "net/depot.h"

#include "base/limits.h"
#include "ledger/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HASH_SIZE_ = DEPOT_HASH_TEXT / 2, RECEIPTS_KEPT = 16 };

static const char *const boxes[] = {
    [DEPOT_IN] = "in", [DEPOT_OUT] = "out", [DEPOT_TO] = "to", [DEPOT_FROM] = "from"
};
static const char receipts[] = "receipts";

struct depot {
    int fd; /* DIR/exchange */
};

struct depot_part {
    int directory;
    int fd;
    char name[DEPOT_HASH_TEXT + 1];
    int64_t size;
    void *map;
    size_t map_size;
};

static int io_error(struct error *err, const char *what)
{
    return error_set(err, EN_IO, "bundles on their way: %s: %s", what, strerror(errno));
}

int depot_open(const char *directory, struct error *err, struct depot **ret)
{
    struct depot *s = calloc(1, sizeof(*s));
    char *path = file_join(directory, "exchange");
    int code = s && path ? file_make_directory(path, err, NULL)
                         : error_set(err, EN_NO_MEMORY, "no memory for the depot");
    if (code == 0) {
        s->fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        code = s->fd < 0 ? io_error(err, "cannot open the directory") : 0;
    }
    free(path);
    if (code < 0) {
        free(s);
        return code;
    }
    *ret = s;
    return 0;
}

void depot_close(struct depot *s)
{
    if (s) {
        close(s->fd);
        free(s);
    }
}

void depot_hash(struct slice bytes, char ret[DEPOT_HASH_TEXT + 1])
{
    uint8_t hash[HASH_SIZE_];
    crypto_generichash(hash, sizeof(hash), (const uint8_t *)bytes.ptr, bytes.len, NULL, 0);
    sodium_bin2hex(ret, DEPOT_HASH_TEXT + 1, hash, sizeof(hash));
}

bool depot_is_hash(struct slice text)
{
    if (text.len != DEPOT_HASH_TEXT) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
            return false;
        }
    }
    return true;
}

/* ---- directories ---- */

static int open_under(int parent, const char *name, bool make)
{
    if (make && mkdirat(parent, name, 0700) != 0 && errno != EEXIST) {
        return -1;
    }
    return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* The directory of a box, or -1. */
static int open_box(const struct depot *s, struct uuid peer, const char *box, bool make)
{
    char id[UUID_TEXT + 1];
    uuid_format(peer, id);
    int of_peer = open_under(s->fd, id, make);
    if (of_peer < 0) {
        return -1;
    }
    int fd = open_under(of_peer, box, make);
    int saved = errno;
    close(of_peer);
    errno = saved;
    return fd;
}

struct newest {
    char name[DEPOT_HASH_TEXT + 1];
    struct timespec at;
    int64_t size;
};

static bool before(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec != b->tv_sec ? a->tv_sec < b->tv_sec : a->tv_nsec < b->tv_nsec;
}

/* Looks through a box: how many files, the oldest and the newest. */
static size_t look(int directory, struct newest *oldest, struct newest *newest)
{
    size_t count = 0;
    int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *item;
    while (dir && (item = readdir(dir)) != NULL) {
        struct stat info;
        struct newest one = { 0 };
        if (!depot_is_hash(slice_of(item->d_name)) ||
            fstatat(directory, item->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(info.st_mode)) {
            continue;
        }
        memcpy(one.name, item->d_name, DEPOT_HASH_TEXT);
        one.at = info.st_mtim;
        one.size = info.st_size;
        *oldest = count == 0 || before(&one.at, &oldest->at) ? one : *oldest;
        *newest = count == 0 || !before(&one.at, &newest->at) ? one : *newest;
        count++;
    }
    if (dir) {
        closedir(dir);
    } else if (fd >= 0) {
        close(fd);
    }
    return count;
}

/* Makes room for one more file: the oldest go. */
static void make_room(int directory, size_t keep)
{
    struct newest oldest = { 0 }, newest = { 0 };
    while (look(directory, &oldest, &newest) >= keep && unlinkat(directory, oldest.name, 0) == 0) {
    }
}

/* ---- a file that grows ---- */

static int open_part(struct depot_part *p, struct error *err)
{
    struct stat info;
    if (faccessat(p->directory, p->name, F_OK, AT_SYMLINK_NOFOLLOW) != 0) {
        make_room(p->directory, LIMIT_EXCHANGE_UPLOADS);
    }
    p->fd =
        openat(p->directory, p->name, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (p->fd < 0) {
        return io_error(err, "cannot open a part");
    }
    if (flock(p->fd, LOCK_EX | LOCK_NB) != 0) {
        return error_set(err, EN_BUSY, "this bundle is being received already");
    }
    /* Forgotten between the two: the next attempt makes a new one. */
    if (fstat(p->fd, &info) != 0 || info.st_nlink == 0 || !S_ISREG(info.st_mode)) {
        return error_set(err, EN_BUSY, "this bundle is being received already");
    }
    p->size = info.st_size;
    return 0;
}

int depot_part_open(struct depot *s, enum depot_box box, struct uuid peer, struct slice name,
                    struct error *err, struct depot_part **ret)
{
    struct depot_part *p = calloc(1, sizeof(*p));
    if (!p) {
        return error_set(err, EN_NO_MEMORY, "no memory for a part");
    }
    p->fd = -1;
    memcpy(p->name, name.ptr, name.len < DEPOT_HASH_TEXT ? name.len : DEPOT_HASH_TEXT);
    p->directory = open_box(s, peer, boxes[box], /* make= */ true);
    int code = !depot_is_hash(name) ? error_set(err, EN_INVALID, "this is no name of a bundle")
               : p->directory < 0   ? io_error(err, "cannot open the box")
                                    : open_part(p, err);
    if (code < 0) {
        depot_part_close(p, /* keep= */ true);
        return code;
    }
    *ret = p;
    return 0;
}

int64_t depot_part_size(const struct depot_part *p)
{
    return p->size;
}

int depot_part_append(struct depot_part *p, struct slice bytes, int64_t max, struct error *err)
{
    if ((int64_t)bytes.len > max - p->size) {
        if (ftruncate(p->fd, 0) == 0) {
            p->size = 0;
        }
        return error_set(err, EN_TOO_LARGE, "more bytes came than were announced");
    }
    while (bytes.len > 0) {
        ssize_t n = write(p->fd, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return io_error(err, "cannot write a part");
        }
        bytes = slice_make(bytes.ptr + n, bytes.len - (size_t)n);
        p->size += n;
    }
    return 0;
}

int depot_part_whole(struct depot_part *p, struct error *err, struct slice *ret)
{
    char name[DEPOT_HASH_TEXT + 1];
    if (p->size == 0) {
        return error_set(err, EN_CORRUPT, "the bundle is not what its name says");
    }
    void *map = mmap(NULL, (size_t)p->size, PROT_READ, MAP_PRIVATE, p->fd, 0);
    if (map == MAP_FAILED) {
        return io_error(err, "cannot read a part");
    }
    p->map = map;
    p->map_size = (size_t)p->size;
    struct slice bytes = slice_make(map, p->map_size);
    depot_hash(bytes, name);
    if (strcmp(name, p->name) != 0) {
        return error_set(err, EN_CORRUPT, "the bundle is not what its name says");
    }
    *ret = bytes;
    return 0;
}

void depot_part_close(struct depot_part *p, bool keep)
{
    if (!p) {
        return;
    }
    if (p->map) {
        munmap(p->map, p->map_size);
    }
    if (!keep && p->directory >= 0) {
        unlinkat(p->directory, p->name, 0);
    }
    if (p->fd >= 0) {
        close(p->fd);
    }
    if (p->directory >= 0) {
        close(p->directory);
    }
    free(p);
}

int64_t depot_have(struct depot *s, enum depot_box box, struct uuid peer, struct slice name)
{
    struct stat info = { 0 };
    char text[DEPOT_HASH_TEXT + 1] = "";
    int directory = depot_is_hash(name) ? open_box(s, peer, boxes[box], /* make= */ false) : -1;
    if (directory < 0) {
        return 0;
    }
    memcpy(text, name.ptr, DEPOT_HASH_TEXT);
    bool there = fstatat(directory, text, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(info.st_mode);
    close(directory);
    return there ? info.st_size : 0;
}

/* ---- whole files ---- */

static int write_all(int fd, struct slice bytes, struct error *err)
{
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno != EINTR) {
            return io_error(err, "cannot write");
        }
        n = n < 0 ? 0 : n;
        bytes = slice_make(bytes.ptr + n, bytes.len - (size_t)n);
    }
    return 0;
}

/* Writes a file under a name of 64 digits, in one step. */
static int write_file(int directory, const char *name, struct slice bytes, struct error *err)
{
    char temporary[32];
    uint8_t random[8];
    randombytes_buf(random, sizeof(random));
    memcpy(temporary, "new-", 4);
    sodium_bin2hex(temporary + 4, sizeof(temporary) - 4, random, sizeof(random));
    int fd =
        openat(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return io_error(err, "cannot write");
    }
    int code = write_all(fd, bytes, err);
    if (close(fd) != 0 && code == 0) {
        code = io_error(err, "cannot write");
    }
    if (code == 0 && renameat(directory, temporary, directory, name) != 0) {
        code = io_error(err, "cannot write");
    }
    if (code < 0) {
        unlinkat(directory, temporary, 0);
    }
    return code;
}

int depot_keep(struct depot *s, enum depot_box box, struct uuid peer, struct slice bytes,
               struct error *err, char ret_name[DEPOT_HASH_TEXT + 1])
{
    char name[DEPOT_HASH_TEXT + 1];
    int directory = open_box(s, peer, boxes[box], /* make= */ true);
    if (directory < 0) {
        return io_error(err, "cannot open the box");
    }
    depot_hash(bytes, name);
    make_room(directory, 1);
    int code = write_file(directory, name, bytes, err);
    close(directory);
    if (code == 0) {
        memcpy(ret_name, name, sizeof(name));
    }
    return code;
}

int depot_kept(struct depot *s, enum depot_box box, struct uuid peer, int64_t now_ms,
               int64_t max_age_s, char ret_name[DEPOT_HASH_TEXT + 1], int64_t *ret_size)
{
    struct newest oldest = { 0 }, newest = { 0 };
    int directory = open_box(s, peer, boxes[box], /* make= */ false);
    if (directory < 0) {
        return -1;
    }
    int fd = -1;
    if (look(directory, &oldest, &newest) > 0 &&
        (int64_t)newest.at.tv_sec + max_age_s >= now_ms / 1000) {
        fd = openat(directory, newest.name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    }
    close(directory);
    if (fd >= 0) {
        memcpy(ret_name, newest.name, sizeof(newest.name));
        *ret_size = newest.size;
    }
    return fd;
}

void depot_drop(struct depot *s, enum depot_box box, struct uuid peer)
{
    int directory = open_box(s, peer, boxes[box], /* make= */ false);
    if (directory >= 0) {
        make_room(directory, 1);
        close(directory);
    }
}

/* ---- receipts ---- */

int depot_receipt_put(struct depot *s, struct uuid peer, struct slice name, struct slice receipt,
                      struct error *err)
{
    char text[DEPOT_HASH_TEXT + 1] = "";
    if (!depot_is_hash(name)) {
        return error_set(err, EN_INVALID, "this is no name of a bundle");
    }
    int directory = open_box(s, peer, receipts, /* make= */ true);
    if (directory < 0) {
        return io_error(err, "cannot open the box");
    }
    memcpy(text, name.ptr, DEPOT_HASH_TEXT);
    make_room(directory, RECEIPTS_KEPT);
    int code = write_file(directory, text, receipt, err);
    close(directory);
    return code;
}

int depot_receipt_get(struct depot *s, struct uuid peer, struct slice name, struct error *err,
                      struct buf *ret)
{
    char text[DEPOT_HASH_TEXT + 1] = "", bytes[4096];
    ssize_t n = 0;
    int directory = depot_is_hash(name) ? open_box(s, peer, receipts, /* make= */ false) : -1;
    int fd = -1;
    if (directory >= 0) {
        memcpy(text, name.ptr, DEPOT_HASH_TEXT);
        fd = openat(directory, text, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
        close(directory);
    }
    if (fd < 0) {
        return error_set(err, EN_NOT_FOUND, "there is no receipt");
    }
    while ((n = read(fd, bytes, sizeof(bytes))) > 0) {
        buf_add(ret, slice_make(bytes, (size_t)n));
    }
    close(fd);
    return n < 0 || buf_failed(ret) ? error_set(err, EN_IO, "cannot read a receipt") : 0;
}
