/*
 * Which concepts answer a capability: the one asked, all that are narrower, and what an exact
 * mapping says is the same, again and again; and, apart from these, what a close mapping would
 * bring in if somebody confirmed it. As of a date, for what the viewer may read.
 */
#pragma once

#include "picture/picture.h"

/* A concept that answers, and the close mapping that it rests on (or empty: it covers). */
struct answering {
    struct slice concept, mapping;
};
struct answerings {
    struct answering *items; /* by concept */
    size_t count;
};

/* With `close` also those that a close mapping puts beside them. In the snapshot's arena; what was
 * read enters the marking. EN_TOO_LARGE beyond LIMIT_OPTION_CONCEPTS. */
int concepts_answering(struct snapshot *s, int64_t as_of_ms, struct slice concept, bool close,
                       struct error *err, struct answerings *ret);
const struct answering *answering_find(const struct answerings *all, struct slice concept);
