/*
 * Areas of the world: UN M49 areas ("001" World, "021" Northern America), the countries of ISO 3166-1
 * ("CAN") and their subdivisions of ISO 3166-2 ("CA-AB"). Each lies within one other, up to the World.
 *
 * Of a subdivision only the form is known, and that its country exists: ISO 3166-2 changes often.
 */
#pragma once

#include "base/slice.h"

enum { REGION_TEXT = 6 }; /* bytes of the longest code */

struct region {
    char code[REGION_TEXT + 1];
};

/* The code as records hold it. Read are M49 ("21", "021", "m49-021", also the number of a country),
 * ISO 3166-1 alpha-3 and alpha-2 ("CAN", "ca", "iso-can") and ISO 3166-2 ("CA-AB", "can-ab"), in any
 * case; false when it is none of them. */
bool region_read(struct slice text, struct region *ret);
/* The same, and names of areas and countries in English or French. */
bool region_read_words(struct slice words, struct region *ret);
bool region_known(struct slice text);
/* What it lies in: CA-AB in CAN, CAN in 021, 021 in 019, 019 in 001; empty for 001 and for no code. */
struct slice region_parent(struct slice text);
/* True when inner lies in outer or is outer. */
bool region_within(struct slice inner, struct slice outer);
/* Its name; a subdivision has that of its country. NULL when it is no code. */
const char *region_name(struct slice text, bool french);
