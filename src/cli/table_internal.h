/* What the two files of tables share; nothing else includes it. */
#pragma once

#include "cli/table.h"

/* Is the member machinery that text leaves out of its object? */
bool table_is_quiet(const struct json *object, struct slice name);
/* An object that text shows as one cell, not by its members. */
bool table_is_one(const struct json *v);
