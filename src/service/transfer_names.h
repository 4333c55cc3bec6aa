/*
 * The names that an import has met: external ids and titles of its own rows, and references that
 * were found in the picture. What a reference cell means is decided here.
 *
 * Keys are 128-bit hashes of their text, so that a million rows need few bytes each.
 */
#pragma once

#include "picture/picture.h"

struct name_slot {
    uint64_t key[2]; /* both 0: free */
    struct uuid id;
    int64_t number; /* what the user of the map counts: a line, a version */
};

struct names {
    struct name_slot *slots;
    size_t capacity, count;
};

/* What a key stands for; the same text may be several things. */
enum name_role {
    NAME_EXTERNAL = 1, /* external id of a row of this import */
    NAME_TITLE,        /* title of a row of this import */
    NAME_FOUND,        /* text of a reference, found in the picture */
    NAME_RECORD,       /* id of a record that this import may refer to */
    NAME_TOUCHED,      /* id of a record that this import changes */
    NAME_LABEL_TEXT,   /* a label's canonical text */
    NAME_LABEL,        /* id of a record: which of these it has */
};

void names_done(struct names *n);
#define cleanup_names __attribute__((cleanup(names_done)))
struct name_slot *names_find(const struct names *n, enum name_role role, struct slice kind,
                             struct slice text);
/* Adds or replaces; EN_NO_MEMORY. */
int names_put(struct names *n, enum name_role role, struct slice kind, struct slice text,
              struct uuid id, int64_t number);

/* Finds the record that `text` names (an external id, or an exact title) among the rows before and
 * the records that the snapshot's viewer may read. kind NULL: any. False: none, or several. */
bool names_resolve(struct names *n, struct snapshot *s, const struct kind *kind,
                   const struct kind *own, struct slice text, struct uuid *ret);
