/*
 * Labels and clearances in the reader's words. Answers state them by the names that the policy's
 * file gives, which are English; a French reader is shown what the policy says in French for them.
 * English text shows the names themselves, which is what one types.
 */
#pragma once

#include "cli/table.h"

/* A label, a clearance, or why a partner does not read a record, as it is shown; any other value,
 * and without memory, the value itself. */
const struct json *label_in_words(const struct table_style *style, const struct json *value);
