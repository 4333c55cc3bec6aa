/*
 * Countries and areas of ISO 3166-1, with the names of the United Nations in English and French.
 * Codes identify; names are only for reading what people type and for pickers.
 */
#pragma once

#include "base/slice.h"

struct country {
    char alpha2[3];
    char alpha3[4];
    const char *en;
    const char *fr;
};

/* In order of alpha-3; alpha3 empty ends it. */
extern const struct country countries[];

/* By alpha-2 or alpha-3, any case; NULL when there is none. */
const struct country *country_find(struct slice code);
/* By code or by name in either language. */
const struct country *country_find_words(struct slice words);
