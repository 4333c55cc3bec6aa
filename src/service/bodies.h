/* Bodies of many records for a computation: read under the viewer's guard, handed to nobody, so
 * they enter no marking by themselves. What an answer shows of them, it must mark. */
#pragma once

#include "picture/picture.h"

struct body {
    struct slice id;
    uint32_t label; /* its number, for snapshot_mark_number */
    const struct json *json;
};

struct bodies {
    struct body *items; /* in the order of the question */
    size_t count;
};

/* sql: a constant that selects r.id, r.label and r.body of record_v. */
int bodies_read(struct snapshot *s, const char *sql, const struct slice *values, int value_count,
                struct error *err, struct bodies *ret);
