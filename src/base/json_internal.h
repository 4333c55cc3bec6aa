/*
 * What the JSON files share among themselves: numbers as text and back, and member order.
 */
#pragma once

#include "base/json.h"

/* 2^53: up to here every integer has a double of its own. */
#define JSON_INTEGER_MAX INT64_C(9007199254740992)

enum { JSON_NUMBER_TEXT = 32 };

/* Reads text, which must be a number of the JSON grammar, into the number members of v.
 * False when it is too large for a double. */
bool json_number_read(struct slice text, struct json *v);
/* Writes a finite double in ES6 form; returns the length (no NUL is added). */
size_t json_number_format(double value, char ret[JSON_NUMBER_TEXT]);

/* Order of names by UTF-16 code units: negative, 0 or positive. */
int json_name_compare(struct slice a, struct slice b);
/* Sorts by json_name_compare; scratch has room for count pointers. Stable, n log n always. */
void json_sort_members(const struct json_member **members, const struct json_member **scratch,
                       size_t count);
