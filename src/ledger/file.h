/*
 * The few file system steps that the ledger needs to be durable: a file is either wholly there,
 * synced and named, or not there at all.
 */
#pragma once

#include "base/error.h"
#include "base/slice.h"

#include <sys/types.h>

/* Makes the directory when it is absent (its parent must exist). ret_made may be NULL. */
int file_make_directory(const char *path, struct error *err, bool *ret_made);
/* EN_CONFLICT when the directory holds anything; absent counts as empty. */
int file_check_empty(const char *directory, struct error *err);
bool file_exists(const char *path);
/* "directory/name" on the heap, NULL without memory. */
char *file_join(const char *directory, const char *name);
/* "path.tmp-<random>" on the heap: a name beside path that nobody else uses. */
char *file_temporary(const char *path);
/* Makes the names in a directory survive power loss; for the directory itself, or of a file. */
int file_sync_directory(const char *directory, struct error *err);
int file_sync_parent(const char *path, struct error *err);
int file_sync(const char *path, struct error *err);
/* Creates an empty private file (0600); EN_CONFLICT when the name is taken. */
int file_create_private(const char *path, struct error *err);
/* Gives a finished temporary file its name, never replacing one: EN_CONFLICT when taken. When the
 * directory cannot be synced the name stands all the same; the caller knows whether to take it
 * back. */
int file_publish(const char *temporary, const char *path, struct error *err);
/* Writes content as `path`, private, synced, all or nothing. EN_CONFLICT when taken. */
int file_write_private(const char *path, struct slice content, struct error *err);
