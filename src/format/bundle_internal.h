/* What writing and reading a bundle share. */
#pragma once

#include "format/bundle.h"

#define ZSTD_STATIC_LINKING_ONLY /* for a context in memory of our own: it must never allocate */
#include <sodium.h>
#include <zstd.h>

#define BUNDLE_MAGIC "entente bundle 1\n"
#define BUNDLE_SIGNATURE_HEAD "{\"signature\":\""
#define BUNDLE_SIGNATURE_TAIL "\"}\n"

enum {
    BUNDLE_BLOCK = 65536,   /* compressed bytes of one chunk, at most */
    BUNDLE_WINDOW_LOG = 20, /* how far back compression looks: what the reader must keep */
    BUNDLE_SIGNATURE_LINE = (int)(sizeof(BUNDLE_SIGNATURE_HEAD) - 1 + 2 * BUNDLE_SIGNATURE +
                                  sizeof(BUNDLE_SIGNATURE_TAIL) - 1),
};
