/* What the halves of a world share: world.c and world_filter.c alone. */
#pragma once

#include "world.h"

#define WORLD_START_MS ((int64_t)1700000000000)

/* Ends the program, and says why, when a step of the set-up failed. */
void world_must(int code, const struct error *err, const char *what);
/* Removes what an instance, or a filter, left in this directory, and the directory. */
void world_remove(const char *directory);
