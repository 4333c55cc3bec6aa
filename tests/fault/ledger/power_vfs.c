/*
 * The shadow of a file is made when it is opened and dropped when it is deleted.
 */
#include "power_vfs.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 32, SECTOR = 512 };

/* bytes NULL: a truncate to `offset`. */
struct change {
    sqlite3_int64 offset;
    size_t len;
    char *bytes;
};

struct shadow {
    char path[256]; /* empty: free */
    char *durable;
    size_t len;
    struct change *changes;
    size_t count;
    size_t capacity;
};

struct power_file {
    sqlite3_file base;
    sqlite3_file *real;
    struct shadow *shadow; /* NULL: not watched */
};

static struct {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    char prefix[128];
    pthread_mutex_t lock;
    struct shadow files[FILES_MAX];
} power = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void *grown(void *old, size_t size)
{
    void *memory = realloc(old, size ? size : 1);

    if (!memory) {
        abort();
    }
    return memory;
}

static void forget_changes(struct shadow *s)
{
    for (size_t i = 0; i < s->count; i++) {
        free(s->changes[i].bytes);
    }
    s->count = 0;
}

static void forget(struct shadow *s)
{
    forget_changes(s);
    free(s->changes);
    free(s->durable);
    memset(s, 0, sizeof(*s));
}

static struct shadow *find(const char *path, bool make)
{
    struct shadow *empty = NULL;

    for (size_t i = 0; i < FILES_MAX; i++) {
        if (strcmp(power.files[i].path, path) == 0) {
            return &power.files[i];
        }
        if (!empty && power.files[i].path[0] == '\0') {
            empty = &power.files[i];
        }
    }
    if (make && empty) {
        snprintf(empty->path, sizeof(empty->path), "%s", path);
    }
    return make ? empty : NULL;
}

static void apply_bytes(struct shadow *s, size_t offset, const char *bytes, size_t len)
{
    if (offset + len > s->len) {
        s->durable = grown(s->durable, offset + len);
        memset(s->durable + s->len, 0, offset + len - s->len);
        s->len = offset + len;
    }
    memcpy(s->durable + offset, bytes, len);
}

static void apply(struct shadow *s, const struct change *c)
{
    if (c->bytes) {
        apply_bytes(s, (size_t)c->offset, c->bytes, c->len);
    } else if ((size_t)c->offset < s->len) {
        s->len = (size_t)c->offset;
    }
}

static void remember(struct shadow *s, struct change c, const void *bytes)
{
    if (s->count == s->capacity) {
        s->capacity = s->capacity ? 2 * s->capacity : 64;
        s->changes = grown(s->changes, s->capacity * sizeof(*s->changes));
    }
    if (bytes) {
        c.bytes = grown(NULL, c.len);
        memcpy(c.bytes, bytes, c.len);
    }
    s->changes[s->count++] = c;
}

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct power_file *)file)->real;
}

static int power_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int power_read(sqlite3_file *file, void *bytes, int amount, sqlite3_int64 offset)
{
    return real_of(file)->pMethods->xRead(real_of(file), bytes, amount, offset);
}

static int power_write(sqlite3_file *file, const void *bytes, int amount, sqlite3_int64 offset)
{
    struct power_file *f = (struct power_file *)file;

    pthread_mutex_lock(&power.lock);
    if (f->shadow) {
        remember(f->shadow, (struct change){ .offset = offset, .len = (size_t)amount }, bytes);
    }
    pthread_mutex_unlock(&power.lock);
    return f->real->pMethods->xWrite(f->real, bytes, amount, offset);
}

static int power_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct power_file *f = (struct power_file *)file;

    pthread_mutex_lock(&power.lock);
    if (f->shadow) {
        remember(f->shadow, (struct change){ .offset = size }, NULL);
    }
    pthread_mutex_unlock(&power.lock);
    return f->real->pMethods->xTruncate(f->real, size);
}

static int power_sync(sqlite3_file *file, int flags)
{
    struct power_file *f = (struct power_file *)file;
    int rc = f->real->pMethods->xSync(f->real, flags);

    pthread_mutex_lock(&power.lock);
    if (f->shadow && rc == SQLITE_OK) {
        for (size_t i = 0; i < f->shadow->count; i++) {
            apply(f->shadow, &f->shadow->changes[i]);
        }
        forget_changes(f->shadow);
    }
    pthread_mutex_unlock(&power.lock);
    return rc;
}

static int power_size(sqlite3_file *file, sqlite3_int64 *ret)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), ret);
}

static int power_lock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int power_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int power_reserved(sqlite3_file *file, int *ret)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), ret);
}

static int power_control(sqlite3_file *file, int op, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), op, argument);
}

static int power_sector(sqlite3_file *file)
{
    (void)file;
    return SECTOR;
}

/* No promises: SQLite must not count on atomic or ordered writes. */
static int power_characteristics(sqlite3_file *file)
{
    (void)file;
    return 0;
}

static int power_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **ret)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, ret);
}

static int power_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, n, flags);
}

static void power_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int power_shm_unmap(sqlite3_file *file, int remove)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = power_close,
    .xRead = power_read,
    .xWrite = power_write,
    .xTruncate = power_truncate,
    .xSync = power_sync,
    .xFileSize = power_size,
    .xLock = power_lock,
    .xUnlock = power_unlock,
    .xCheckReservedLock = power_reserved,
    .xFileControl = power_control,
    .xSectorSize = power_sector,
    .xDeviceCharacteristics = power_characteristics,
    .xShmMap = power_shm_map,
    .xShmLock = power_shm_lock,
    .xShmBarrier = power_shm_barrier,
    .xShmUnmap = power_shm_unmap,
};

static int power_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                      int *ret_flags)
{
    struct power_file *f = (struct power_file *)file;
    int rc;

    (void)vfs;
    f->real = (sqlite3_file *)(f + 1);
    f->base.pMethods = NULL;
    f->shadow = NULL;
    rc = power.real->xOpen(power.real, name, f->real, flags, ret_flags);
    if (rc != SQLITE_OK) {
        return rc;
    }
    f->base.pMethods = &methods;
    if (name && strncmp(name, power.prefix, strlen(power.prefix)) == 0) {
        pthread_mutex_lock(&power.lock);
        f->shadow = find(name, /* make= */ true);
        pthread_mutex_unlock(&power.lock);
    }
    return SQLITE_OK;
}

static int power_delete(sqlite3_vfs *vfs, const char *name, int sync_directory)
{
    struct shadow *s;

    (void)vfs;
    pthread_mutex_lock(&power.lock);
    s = find(name, /* make= */ false);
    if (s) {
        forget(s);
    }
    pthread_mutex_unlock(&power.lock);
    return power.real->xDelete(power.real, name, sync_directory);
}

void power_vfs_install(const char *prefix)
{
    snprintf(power.prefix, sizeof(power.prefix), "%s", prefix);
    if (power.real) {
        return;
    }
    power.real = sqlite3_vfs_find(NULL);
    power.vfs = *power.real;
    power.vfs.zName = "power";
    power.vfs.szOsFile = (int)sizeof(struct power_file) + power.real->szOsFile;
    power.vfs.xOpen = power_open;
    power.vfs.xDelete = power_delete;
    sqlite3_vfs_register(&power.vfs, 1);
}

static uint32_t next(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33);
}

/* Lost, torn or whole. */
static void apply_by_chance(struct shadow *s, const struct change *c, uint64_t *seed)
{
    uint32_t fate = next(seed) % 3;

    if (fate == 0) {
        return;
    }
    if (fate == 1 || !c->bytes) {
        apply(s, c);
        return;
    }
    for (size_t at = 0; at < c->len; at += SECTOR) {
        size_t len = c->len - at < SECTOR ? c->len - at : SECTOR;
        if (next(seed) % 2 == 0) {
            apply_bytes(s, (size_t)c->offset + at, c->bytes + at, len);
        }
    }
}

static void write_left(const struct shadow *s, const char *directory, uint64_t *seed)
{
    struct shadow left = { .len = s->len };
    const char *slash = strrchr(s->path, '/');
    char path[512];
    FILE *file;

    left.durable = grown(NULL, s->len);
    if (s->len > 0) {
        memcpy(left.durable, s->durable, s->len);
    }
    for (size_t i = 0; i < s->count; i++) {
        apply_by_chance(&left, &s->changes[i], seed);
    }
    snprintf(path, sizeof(path), "%s/%s", directory, slash ? slash + 1 : s->path);
    file = fopen(path, "wb");
    if (!file || fwrite(left.durable, 1, left.len, file) != left.len || fclose(file) != 0) {
        abort();
    }
    free(left.durable);
}

void power_vfs_cut(const char *directory, uint64_t seed)
{
    pthread_mutex_lock(&power.lock);
    for (size_t i = 0; i < FILES_MAX; i++) {
        if (power.files[i].path[0] != '\0') {
            write_left(&power.files[i], directory, &seed);
        }
    }
    pthread_mutex_unlock(&power.lock);
}

void power_vfs_reset(void)
{
    pthread_mutex_lock(&power.lock);
    for (size_t i = 0; i < FILES_MAX; i++) {
        forget(&power.files[i]);
    }
    pthread_mutex_unlock(&power.lock);
}
