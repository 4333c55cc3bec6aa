/*
 * UUIDv7 (RFC 9562): 48 bits of milliseconds, 74 random bits. Nothing in an id counts records, so
 * an id tells nothing about records its reader may not see. Randomness is passed in.
 */
#pragma once

#include "base/slice.h"

enum { UUID_TEXT = 36 };

struct uuid {
    uint8_t bytes[16];
};

/* random: 10 bytes. */
struct uuid uuid_v7(int64_t ms, const uint8_t random[10]);
/* Writes 36 lower-case characters and a NUL. */
void uuid_format(struct uuid id, char ret[UUID_TEXT + 1]);
/* Any version; lower or upper case; the whole slice. */
bool uuid_parse(struct slice text, struct uuid *ret);
int uuid_compare(struct uuid a, struct uuid b);
/* The same of two struct uuid, for qsort and bsearch. */
int uuid_order(const void *a, const void *b);
static inline bool uuid_eq(struct uuid a, struct uuid b)
{
    return memcmp(a.bytes, b.bytes, 16) == 0;
}
/* A new random id now (libsodium randomness); doors and services that were given `now` use it. */
struct uuid uuid_new(int64_t ms);
