/*
 * The brief: everything to know about one partner before a meeting, in one answer.
 */
#pragma once

#include "service/trust.h"

/* Writes the members of the answer into the open object: trust both ways between home and the
 * actor, relationships, people and posts, units, engagements, commitments, disclosures, agreements.
 */
int brief_write(struct node *n, struct snapshot *s, struct slice home, struct row *actor,
                int64_t as_of, struct render *r, struct error *err);
/* A whole figure with its three dimensions and the model's parameters, as members. */
int trust_write_all(struct trust_desk *d, const struct trust_query *q, struct json_writer *out,
                    struct error *err);
