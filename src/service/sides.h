/* Which record of the other side is about the same thing: what sides.c shows and others may ask. */
#pragma once

#include "picture/picture.h"
#include "service/node.h"

enum sides_match {
    SIDES_NONE,
    SIDES_STATED,   /* an annotation says so */
    SIDES_EXTERNAL, /* they share an external id */
    SIDES_KEY,      /* the same parties and the same natural key */
};

/* The twin of a record: of another instance when it is ours, ours when it is another's. SIDES_NONE
 * when there is none that the snapshot's viewer may read; then *ret is untouched. */
int sides_twin(struct node *n, struct snapshot *s, struct row *row, struct error *err,
               struct row *ret, enum sides_match *ret_match);
/* Are these two actors (records of any kind) one thing? The same record, twins by annotation, or
 * sharing an external id. */
bool sides_same(struct snapshot *s, struct slice a, struct slice b);
