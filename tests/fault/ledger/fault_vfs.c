/*
 * The failing VFS: every file method counts, then fails or hands on.
 */
#include "fault_vfs.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <string.h>

struct fault_file {
    sqlite3_file base;
    sqlite3_file *real; /* in the same allocation, behind this struct */
};

static struct {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    atomic_uint kinds;
    atomic_int code;
    atomic_int left; /* calls until the failure */
    atomic_bool once;
    atomic_bool struck;
} shim;

/* SQLITE_OK, or the code to fail with. */
static int fails(enum fault_kind kind)
{
    int before;

    if ((atomic_load(&shim.kinds) & (unsigned)kind) == 0) {
        return SQLITE_OK;
    }
    before = atomic_fetch_sub(&shim.left, 1);
    if (before > 1 || (before < 1 && atomic_load(&shim.once))) {
        return SQLITE_OK;
    }
    atomic_store(&shim.struck, true);
    return atomic_load(&shim.code);
}

void fault_vfs_arm(unsigned kinds, int code, int n, bool once)
{
    atomic_store(&shim.code, code);
    atomic_store(&shim.left, n);
    atomic_store(&shim.once, once);
    atomic_store(&shim.struck, false);
    atomic_store(&shim.kinds, kinds);
}

bool fault_vfs_disarm(void)
{
    atomic_store(&shim.kinds, 0);
    return atomic_load(&shim.struck);
}

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct fault_file *)file)->real;
}

static int shim_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int shim_read(sqlite3_file *file, void *bytes, int amount, sqlite3_int64 offset)
{
    int rc = fails(FAULT_READ);

    return rc ? rc : real_of(file)->pMethods->xRead(real_of(file), bytes, amount, offset);
}

static int shim_write(sqlite3_file *file, const void *bytes, int amount, sqlite3_int64 offset)
{
    int rc = fails(FAULT_WRITE);

    if (rc != SQLITE_OK) {
        real_of(file)->pMethods->xWrite(real_of(file), bytes, amount / 2, offset);
        return rc;
    }
    return real_of(file)->pMethods->xWrite(real_of(file), bytes, amount, offset);
}

static int shim_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    int rc = fails(FAULT_TRUNCATE);

    return rc ? rc : real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int shim_sync(sqlite3_file *file, int flags)
{
    int rc = fails(FAULT_SYNC);

    return rc ? rc : real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int shim_size(sqlite3_file *file, sqlite3_int64 *ret)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), ret);
}

static int shim_lock(sqlite3_file *file, int level)
{
    int rc = fails(FAULT_LOCK);

    return rc ? rc : real_of(file)->pMethods->xLock(real_of(file), level);
}

static int shim_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int shim_reserved(sqlite3_file *file, int *ret)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), ret);
}

static int shim_control(sqlite3_file *file, int op, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), op, argument);
}

static int shim_sector(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int shim_characteristics(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int shim_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **ret)
{
    int rc = fails(FAULT_SHM_MAP);

    return rc ? rc : real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, ret);
}

static int shim_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    bool locks = (flags & SQLITE_SHM_LOCK) != 0;
    int rc = locks ? fails(FAULT_SHM_LOCK) : SQLITE_OK;

    if (rc == SQLITE_OK && locks && offset == 0) {
        rc = fails(FAULT_WRITE_LOCK);
    }
    return rc ? rc : real_of(file)->pMethods->xShmLock(real_of(file), offset, n, flags);
}

static void shim_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int shim_shm_unmap(sqlite3_file *file, int remove)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = shim_close,
    .xRead = shim_read,
    .xWrite = shim_write,
    .xTruncate = shim_truncate,
    .xSync = shim_sync,
    .xFileSize = shim_size,
    .xLock = shim_lock,
    .xUnlock = shim_unlock,
    .xCheckReservedLock = shim_reserved,
    .xFileControl = shim_control,
    .xSectorSize = shim_sector,
    .xDeviceCharacteristics = shim_characteristics,
    .xShmMap = shim_shm_map,
    .xShmLock = shim_shm_lock,
    .xShmBarrier = shim_shm_barrier,
    .xShmUnmap = shim_shm_unmap,
};

static int shim_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                     int *ret_flags)
{
    struct fault_file *f = (struct fault_file *)file;
    int rc = fails(FAULT_OPEN);

    (void)vfs;
    f->base.pMethods = NULL;
    f->real = (sqlite3_file *)(f + 1);
    if (rc == SQLITE_OK) {
        rc = shim.real->xOpen(shim.real, name, f->real, flags, ret_flags);
    }
    if (rc == SQLITE_OK) {
        f->base.pMethods = &methods;
    }
    return rc;
}

void fault_vfs_install(void)
{
    shim.real = sqlite3_vfs_find(NULL);
    shim.vfs = *shim.real;
    shim.vfs.zName = "fault";
    shim.vfs.szOsFile = (int)sizeof(struct fault_file) + shim.real->szOsFile;
    shim.vfs.xOpen = shim_open;
    sqlite3_vfs_register(&shim.vfs, 1);
}
