/*
 * The system calls that the ledger makes itself (for the key, for names of backups), failing on
 * demand. The test is linked with --wrap for each, which catches our calls and leaves SQLite's
 * alone.
 */
#pragma once

#include <stdbool.h>

/* The n-th following write, fsync, link or mkdir fails with this errno, once. */
void fault_calls_arm(int error, int n);
bool fault_calls_disarm(void);
