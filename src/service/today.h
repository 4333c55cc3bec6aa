/*
 * Today: what needs attention. Overdue and soon due commitments of the home actor, promises broken
 * in the last ninety days, what is due under agreements, relationships whose contact fades, planned
 * engagements, new entries.
 */
#pragma once

#include "service/portfolio.h"

/* Writes the members of the answer into the open object. home may be empty: then only what needs
 * no home is told. */
int today_write(struct node *n, struct snapshot *s, struct slice home, int64_t as_of,
                struct render *r, struct error *err);
