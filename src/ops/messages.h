/*
 * Messages in French: every sentence that an operation may answer with has its twin here.
 *
 * A row is the format that the code states in English and what a French reader is shown; %1 to %9
 * are what stood in the places of the format, themselves put into French where they are sentences.
 * What has no row (names, ids, codes) stays as it is. Codes and reasons have theirs in
 * base/error.c, the rules of records in record/rules.c.
 */
#pragma once

#include "base/error.h"

struct message_row {
    const char *en; /* the format as the code states it */
    const char *fr;
};
extern const struct message_row message_rows[]; /* ends with an empty row */

/* The French twin of an English sentence, cut to size; false when there is none. */
bool message_in_french(const char *english, char *ret, size_t size);
/* Puts the message and the details of the fields into French. */
void messages_to_french(struct error *err);
