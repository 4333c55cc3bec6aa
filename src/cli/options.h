/* The options that every verb takes, and what the environment says before them. */
#pragma once

#include "cli/cli.h"

/* One global option, for parsing, help, man page and completion alike. */
struct global_option {
    const char *name;      /* "output" */
    const char *shorthand; /* "o", or NULL */
    const char *value;     /* "FORM"; NULL: a switch */
    const char *choices;   /* "text json csv", or NULL */
    const char *help_en, *help_fr;
};
extern const struct global_option global_options[]; /* name NULL ends */

/* Directory, language and width from the environment. */
int options_init(struct cli *c, struct error *err);

/* Columns of the terminal behind the stream; 0 when it is none. */
int options_width(FILE *stream);

/* Takes argv[*index] if it is a global option (and its value); moves *index past it and sets
 * *ret_taken. EN_INVALID for a missing or unknown value. */
int options_take(struct cli *c, char *const *argv, int argc, int *index, bool *ret_taken,
                 struct error *err);
