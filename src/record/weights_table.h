/*
 * The weights table, shared by its reader, its writer and the evidence. Internal to src/record.
 */
#pragma once

#include "record/weights.h"

void weights_defaults(struct weights *ret);
/* The row of an event, or NULL. Who holds the table for writing may write the row. */
struct weight_row *weights_find(const struct weights *w, struct slice event);
