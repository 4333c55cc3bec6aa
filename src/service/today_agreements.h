/* What needs attention today under agreements: obligations overdue and due soon, what has to be
 * said about agreements within ninety days, requests that wait for an answer. */
#pragma once

#include "service/render.h"

/* Writes its members into the open object; home may be empty: then the lists are. */
int today_write_agreements(struct snapshot *s, struct slice home, int64_t as_of, struct render *r,
                           struct error *err);
