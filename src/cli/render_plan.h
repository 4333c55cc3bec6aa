/* The weeks of a plan as text: each line says what, with whom, when, for how long and why. */
#pragma once

#include "cli/table.h"

/* Is it a list of weeks with lines? */
bool plan_is_weeks(const struct json *list);
void plan_weeks(const struct table_style *style, const struct json *weeks, struct buf *out);
