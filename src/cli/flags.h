/*
 * What a verb takes, as flags and positions: the one list that parsing, help, man page and
 * completion are made from. In this door's own rows a FIELD_CODE says in `target` what stands for
 * its value ("FILE").
 */
#pragma once

#include "cli/verbs.h"

/* One flag or position of a verb. */
struct flag {
    const char *name;        /* "name-en"; of a position: "ID" */
    const char *placeholder; /* "DATE"; NULL: a switch */
    const char *help;        /* in the language of the run; may be empty */
    const struct choice *choices;
    const char *target; /* kind that a reference names, or NULL */
    bool positional;
    bool required;
    bool many;
    bool body; /* a field of the body */
};

typedef int (*flag_each)(void *context, const struct flag *f);
/* Positions first, then flags, then fields of the body. */
int flags_of(const struct cli *c, const struct operation *o, flag_each each, void *context);

/* Whether the operation takes a JSON body by flags; whether it changes a record by merge patch. */
bool operation_has_body(const struct cli *c, const struct operation *o);
bool operation_is_patch(const struct cli *c, const struct operation *o);

/* Calls back for every body field that becomes a flag: the row's, or the kind's, the common ones
 * and the label. */
typedef int (*field_each)(void *context, const struct field *f);
int operation_body_fields(const struct cli *c, const struct operation *o, field_each each,
                          void *context);

/* The object of the body whose members are flags of their own, of which this is one; or NULL. */
const struct field *operation_spread(const struct operation *o, const struct field *member);

/* "name_en" as a flag without its dashes: "name-en". Lives in the arena. */
const char *flag_name(struct arena *a, const char *name);
