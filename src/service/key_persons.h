/*
 * Key persons: whose leaving would take a relationship with them.
 *
 * A relationship rests on a person when more than half of its contact in the last year (held
 * engagements of ours with the partner) was carried by them. Institutional trust stays with the
 * organisation; what goes is contact, habit and knowledge, and the person's own interpersonal
 * trust. Order: days to the end of the posting, soonest first (negative: it has ended, and nobody
 * has taken over more than half yet); then those without a known end, most relationships first;
 * then by id.
 */
#pragma once

#include "service/contacts.h"
#include "service/trust.h"

/* Writes "items" into the open object. of may be empty: then there are none. as_of in seconds. */
int key_persons_write(struct node *n, struct snapshot *s, struct slice of, int64_t as_of,
                      struct render *r, struct error *err);
