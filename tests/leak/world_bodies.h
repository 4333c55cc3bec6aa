/* Random bodies of every kind, for the worlds of world.h. */
#pragma once

#include "world.h"

/* A moment before all that is asked about ends. */
int64_t world_moment(struct world *w);
/* A body that its kind accepts; references may point anywhere. */
struct slice world_body(struct world *w, const char *kind);
