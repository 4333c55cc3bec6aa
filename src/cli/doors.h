/* The verbs that belong to this door alone. */
#pragma once

#include "cli/verbs.h"

/* EN_NO_MEMORY. */
int doors_make(struct arena *a, struct error *err, const struct verb **ret, size_t *ret_count);
