/*
 * A process that gives up every system call but a few: for children that hold secrets, or parse
 * what strangers sent.
 */
#pragma once

#include <stddef.h>

enum { SANDBOX_CALLS_MAX = 32 };

/* From here on the calling process may make these system calls (SYS_read, ...) alone; any other
 * kills it. Cannot be undone, and children inherit it. Meant for a process of one thread. Returns 0
 * or -errno: the caller must not go on without it. Allocates nothing. */
int sandbox_enter(const int *calls, size_t count);
/* After fork, before anything else: keeps this one descriptor, as descriptor 0, and closes all
 * others; no core dump, no debugger, no new privileges; and the name shows in ps. 0 or -errno. */
int sandbox_alone(int descriptor, const char *name);
