/*
 * An SQLite VFS over the real one that fails on demand: the n-th write, sync, truncate, lock, ...
 * of the kinds that are armed, once or from then on. A failing write has written half of its bytes
 * first.
 *
 * One per process: SQLite has one list of VFSs. Safe to use from several threads.
 */
#pragma once

#include <stdbool.h>

enum fault_kind {
    FAULT_OPEN = 1,
    FAULT_READ = 2,
    FAULT_WRITE = 4,
    FAULT_SYNC = 8,
    FAULT_TRUNCATE = 16,
    FAULT_LOCK = 32,     /* of the database file */
    FAULT_SHM_LOCK = 64, /* of the write-ahead log's index */
    FAULT_SHM_MAP = 128,
    FAULT_WRITE_LOCK = 256, /* of the log's index: the lock of the one who writes */
};

/* Makes it the default VFS. */
void fault_vfs_install(void);
/* The n-th following call (1 is the next) of these kinds returns this SQLite code. */
void fault_vfs_arm(unsigned kinds, int code, int n, bool once);
/* Disarms; true when a call was failed. */
bool fault_vfs_disarm(void);
