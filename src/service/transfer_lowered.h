/*
 * Labels that fall in a file that is restored: each must have its decision, in the file right
 * behind the version, or else one is recorded in the name of whoever restores.
 */
#pragma once

#include "service/release.h"
#include "service/transfer_names.h"

struct lowered {
    struct names names;   /* the label of each record, and of each label its number */
    struct slice *labels; /* canonical texts, in the arena of the snapshot */
    size_t count, capacity;
    bool waiting; /* a version with a lower label, whose decision is not seen yet */
    struct uuid record;
    size_t before, after;
    int64_t at_ms;
    int64_t recorded; /* decisions that the file did not have */
};

void lowered_done(struct lowered *l);
/* The next entry of the file, in order. *ret_add: append *ret before it. */
int lowered_take(struct lowered *l, struct snapshot *s, const struct draft *d, int64_t now_ms,
                 struct error *err, struct draft *ret, bool *ret_add);
/* The file ends: as before its next entry. */
int lowered_end(struct lowered *l, struct snapshot *s, int64_t now_ms, struct error *err,
                struct draft *ret, bool *ret_add);
