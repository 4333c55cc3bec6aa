/*
 * The allocation switch: see fault.h.
 *
 * Invariant: with the countdown at 0 every call is the libc call. The countdown falls by one per
 * allocation and the call that takes it from 1 to 0 is refused; no later call is, until armed
 * again. It must never be armed outside tests.
 */
#include "base/fault.h"

#include <stdatomic.h>
#include <stdlib.h>

static atomic_long countdown;
static atomic_bool struck;

/* The slow half of the branch: only reached while a test has armed the switch. */
static bool refuses(void)
{
    long left = atomic_load(&countdown);
    while (left > 0) {
        if (atomic_compare_exchange_weak(&countdown, &left, left - 1)) {
            if (left == 1) {
                atomic_store(&struck, true);
            }
            return left == 1;
        }
    }
    return false;
}

static inline bool refused(void)
{
    return __builtin_expect(atomic_load_explicit(&countdown, memory_order_relaxed) != 0, 0) &&
           refuses();
}

void *base_malloc(size_t size)
{
    return refused() ? NULL : malloc(size);
}

void *base_calloc(size_t count, size_t size)
{
    return refused() ? NULL : calloc(count, size);
}

void *base_realloc(void *old, size_t size)
{
    return refused() ? NULL : realloc(old, size);
}

void base_free(void *ptr)
{
    free(ptr);
}

void fault_arm_allocation(long n)
{
    atomic_store(&struck, false);
    atomic_store(&countdown, n > 0 ? n : 0);
}

bool fault_disarm(void)
{
    atomic_store(&countdown, 0);
    return atomic_exchange(&struck, false);
}
