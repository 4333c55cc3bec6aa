/*
 * Rules that one record alone cannot tell: whether it agrees with the records it names, with the
 * clock and with the security policy. What a record by itself must be is in src/record.
 *
 * A record that the writer may not read, or that is not there yet (an import states references
 * before they are checked), is not compared with. What stood so before may stay.
 */
#pragma once

#include "picture/picture.h"

/* A date is written in the zone of who writes it: the day may have begun there already. */
#define CROSS_CHECK_AHEAD_MS (INT64_C(14) * 3600 * 1000)

/* before: the body that stood, or NULL. */
int cross_check(struct snapshot *s, const struct kind *k, const struct json *body,
                const struct json *before, struct error *err);
