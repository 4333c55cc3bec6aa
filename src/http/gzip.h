/*
 * gzip of one whole answer. Invariant: what is returned is one complete gzip member.
 */
#pragma once

#include "base/slice.h"

/* Heap bytes for the caller to free; NULL when memory fails or it would not become smaller. */
char *gzip_compress(struct slice plain, size_t *ret_len);
