/*
 * Comparing words as people type them: without regard to case, to the accents of French, to spaces,
 * underscores, hyphens and apostrophes. "Date d'échéance" and "date_decheance" are the same word.
 *
 * For header names, choices and names of countries only; never for what identifies a record.
 */
#pragma once

#include "base/slice.h"

bool words_same(struct slice a, struct slice b);
