/*
 * An SQLite VFS over the real one that knows what would be left after the power fails.
 *
 * For every file it keeps the bytes as of the last sync, and the writes and truncates since. At a
 * cut, each of those happened, or did not, or (a write) happened for some of its 512-byte sectors:
 * a seed decides. Names of files are taken to be durable, as SQLite syncs directories itself.
 */
#pragma once

#include <stdint.h>

/* Makes it the default VFS; files under other paths than the prefix are left alone. */
void power_vfs_install(const char *prefix);
/* Writes what is left of every file, with its own name, into a directory. */
void power_vfs_cut(const char *directory, uint64_t seed);
/* Forgets all files. */
void power_vfs_reset(void);
