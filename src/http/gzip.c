/*
 * gzip through zlib; see gzip.h. The lowest level: JSON shrinks to a sixth with it already, and a
 * higher one would cost more time than most networks save.
 */
#define ZLIB_CONST
#include "http/gzip.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

enum { LEVEL = 1, GZIP_WINDOW = 15 + 16, MEMORY = 8 };

char *gzip_compress(struct slice plain, size_t *ret_len)
{
    if (plain.len > INT_MAX) {
        return NULL;
    }
    z_stream z = { 0 };
    if (deflateInit2(&z, LEVEL, Z_DEFLATED, GZIP_WINDOW, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK) {
        return NULL;
    }
    char *out = malloc(plain.len);
    int rc = Z_MEM_ERROR;
    if (out) {
        z.next_in = (const Bytef *)plain.ptr;
        z.avail_in = (uInt)plain.len;
        z.next_out = (Bytef *)out;
        z.avail_out = (uInt)plain.len;
        rc = deflate(&z, Z_FINISH);
    }
    size_t len = z.total_out;
    deflateEnd(&z);
    if (rc != Z_STREAM_END) {
        free(out);
        return NULL;
    }
    *ret_len = len;
    return out;
}
