/*
 * Reading the parts of a policy file: words, tags, groups with dated membership.
 *
 * Strict on purpose: a misspelt "until" that is ignored would widen a group for ever.
 */
#pragma once

#include "label/read.h"

/* p->levels, from the lowest. */
void policy_read_levels(struct reader *r, const struct json *list, struct path at,
                        struct policy *p);
/* p->restrictive and p->permissive; names are unique over both. */
void policy_read_tags(struct reader *r, const struct json *root, struct path at, struct policy *p);
/* A required text member that may serve as a name: see policy/README.md. */
struct slice policy_read_name(struct reader *r, const struct json *object, const char *member,
                              struct path at);
/* An optional text for people; the fallback when it is absent. */
struct slice policy_read_phrase(struct reader *r, const struct json *object, const char *member,
                                struct slice fallback, struct path at);
