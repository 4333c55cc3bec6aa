/*
 * The Traffic Light Protocol 2.0 (FIRST, August 2022): a second label, independent of the class.
 *
 * CLEAR < GREEN < AMBER < AMBER+STRICT < RED. The words stay English capitals in every language.
 * "WHITE", the word of version 1 for CLEAR, is understood and never written.
 */
#pragma once

#include "base/slice.h"

enum tlp {
    TLP_CLEAR,
    TLP_GREEN,
    TLP_AMBER,
    TLP_AMBER_STRICT,
    TLP_RED,
    TLP_COUNT_,
    /* the most that an organisation as such is ever given: RED is for the recipients it names */
    TLP_ORGANISATION = TLP_AMBER_STRICT
};

struct tlp_info {
    const char *name;  /* "AMBER+STRICT" */
    const char *color; /* on black */
    const char *en;    /* who may read it */
    const char *fr;
};

const struct tlp_info *tlp_info(enum tlp tlp);
/* The word alone or after "TLP:", in any case; false when it is none of them. */
bool tlp_parse(struct slice text, enum tlp *ret);
