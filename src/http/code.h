/*
 * One-time sign-in codes, as in the link that `entente serve` prints.
 *
 * Invariant: a code works once, for fifteen minutes, for one user; only its hash is kept, and it is
 * compared in constant time. At most CODES_MAX wait at a time: the oldest gives way.
 */
#pragma once

#include "base/uuid.h"

enum { CODES_MAX = 64, CODE_TEXT = 43, CODE_LIFE_MS = 15 * 60 * 1000 };

struct codes;

struct codes *codes_new(void); /* NULL when there is no memory */
void codes_free(struct codes *c);
void codes_make(struct codes *c, struct uuid user, int64_t now_ms, char ret[CODE_TEXT + 1]);
/* Uses it up. False when it is unknown, used or too old: one answer for all three. */
bool codes_use(struct codes *c, struct slice code, int64_t now_ms, struct uuid *ret_user);
