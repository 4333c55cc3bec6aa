/*
 * Whose a record is: what an answer says of one that another instance originated.
 *
 * Invariant: of our own records nothing is said. What we call a peer is told to those who may
 * disclose, as the list of peers is; others are told the actor that it stands for, if they may read
 * that; to whoever reads as a partner the originator is an instance without a name. A peer is looked up once an answer, however many rows it has.
 */
#pragma once

#include "picture/picture.h"

struct origins;

/* Lives in the snapshot's arena. NULL without memory. */
struct origins *origins_new(struct snapshot *s);
/* Another instance than the one whose picture it is. */
bool origins_foreign(const struct origins *o, struct slice origin);
/* "theirs":true,"origin_name":"…" of a foreign one, the name for those who may learn it. */
void origins_write(struct origins *o, struct slice origin, struct json_writer *out);
