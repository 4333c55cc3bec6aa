/*
 * SQLite's own allocation methods with a countdown before them.
 */
#include "fault_memory.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>

static sqlite3_mem_methods real;
static atomic_int left;
static atomic_bool struck;

static bool refused(void)
{
    int before;

    if (atomic_load(&left) <= 0) {
        return false;
    }
    before = atomic_fetch_sub(&left, 1);
    if (before == 1) {
        atomic_store(&struck, true);
    }
    return before == 1;
}

static void *shim_malloc(int size)
{
    return refused() ? NULL : real.xMalloc(size);
}

static void *shim_realloc(void *old, int size)
{
    return refused() ? NULL : real.xRealloc(old, size);
}

void fault_memory_install(void)
{
    sqlite3_mem_methods methods;

    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real) != SQLITE_OK) {
        abort();
    }
    methods = real;
    methods.xMalloc = shim_malloc;
    methods.xRealloc = shim_realloc;
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) != SQLITE_OK) {
        abort();
    }
}

void fault_memory_arm(int n)
{
    atomic_store(&struck, false);
    atomic_store(&left, n);
}

bool fault_memory_disarm(void)
{
    atomic_store(&left, 0);
    return atomic_load(&struck);
}
