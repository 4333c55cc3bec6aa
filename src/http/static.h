/*
 * The pages: files embedded in the program when it was built, served from memory.
 *
 * Invariant: the table is constant and sorted by path; every file has a strong ETag. Paths without
 * an extension are routes of the browser's own router and get index.html. It must never open a
 * file.
 */
#pragma once

#include "base/slice.h"

struct static_file {
    const char *path; /* "/assets/app-3f2a91c0.js" */
    const char *type; /* Content-Type */
    const char *etag; /* without quotes */
    bool immutable;   /* the name holds a hash of the content */
    const char *bytes;
    size_t size;
    const char *gzip; /* NULL: not worth it */
    size_t gzip_size;
};

/* Made by tools/embed.py from web/dist. */
extern const struct static_file web_files[];
extern const size_t web_file_count;

/* The file to answer this path with, or NULL. */
const struct static_file *static_find(const struct static_file *files, size_t count,
                                      struct slice path);
