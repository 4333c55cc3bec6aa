/*
 * Amounts that have to add up: decimals as integers of a thousand-millionth. What a body states is
 * taken digit by digit, never through a double. Digits beyond the ninth after the point are cut.
 */
#pragma once

#include "base/json.h"

struct exact {
    __int128 nano;
};

/* False when it is no number of a body, or beyond 10^20. */
bool exact_of(const struct json *number, struct exact *ret);
struct exact exact_add(struct exact a, struct exact b);
struct exact exact_minus(struct exact a, struct exact b);
static inline bool exact_is_zero(struct exact a)
{
    return a.nano == 0;
}
/* "name": 12.5, with all its digits and no more. */
void exact_write(struct json_writer *out, const char *name, struct exact value);
