/* Reading a file, or standard input, into memory. */
#pragma once

#include "base/buf.h"
#include "base/error.h"

/* path "-" is standard input. EN_NOT_FOUND, EN_IO, or EN_TOO_LARGE when past the buffer's maximum.
 */
int input_read(const char *path, struct buf *ret, struct error *err);
