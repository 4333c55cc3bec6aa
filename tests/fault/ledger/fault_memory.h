/*
 * Memory that runs out: SQLite's allocator, and ours (base/fault.h), fail the n-th allocation.
 */
#pragma once

#include <stdbool.h>

/* Before the first use of SQLite. */
void fault_memory_install(void);
/* The n-th following allocation of SQLite fails, once. */
void fault_memory_arm(int n);
bool fault_memory_disarm(void);
