/*
 * What the parts of the command-line door share: the options of one run, and where output goes.
 *
 * Invariant: a run reads its environment once (options.c), opens the node at most once (run.c),
 * writes answers to `out` and everything else to `err`. Both languages of a text stand side by
 * side where the text is used (`tr`). Nothing here knows a kind or an operation by name.
 */
#pragma once

#include "base/limits.h"
#include "ops/ops.h"

#include <stdio.h>

/* Memory and output of one console operation: larger than over HTTP, where many run at once. */
#define CLI_ARENA ((size_t)4 * LIMIT_ARENA)
#define CLI_OUTPUT ((size_t)16 * LIMIT_RESPONSE)

enum output_form { OUTPUT_TEXT, OUTPUT_JSON, OUTPUT_CSV };

struct options {
    const char *directory;
    const char *as;         /* user name or id; NULL: the operator */
    const char *as_partner; /* a peer; NULL: with the viewer's own eyes */
    enum output_form output;
    bool french;
    bool quiet;
    bool no_progress;
    bool help;
    bool version;
    const char *out;      /* file for the answer; NULL: standard output */
    bool bind;            /* with its binding beside it */
    struct slice columns; /* "a,b,c": only these columns, in this order */
};

struct cli {
    struct arena *arena;
    struct options options;
    const struct kinds *kinds;
    const struct operations *operations;
    const struct verbs *verbs;
    FILE *out, *err;
    int width; /* columns of the terminal; 0: not a terminal, no limit */
};

/* The text in the language of the run. */
__attribute__((format_arg(2), format_arg(3))) static inline const char *
tr(const struct cli *c, const char *en, const char *fr)
{
    return c->options.french && fr ? fr : en;
}
