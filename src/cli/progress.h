/* A progress bar on a terminal; nothing anywhere else. */
#pragma once

#include "cli/cli.h"

struct progress {
    FILE *stream; /* NULL: shows nothing */
    bool french;
    int width;
    int64_t began_ms, shown_ms;
    struct slice what; /* of the bar that stands on the line, for starting anew */
    bool drawn;
};

void progress_init(struct progress *p, const struct cli *c);
/* A progress_step: context is the struct progress. */
void progress_show(void *context, const char *what, int64_t done, int64_t total);
/* Clears the line. */
void progress_done(struct progress *p);
/* The line for these figures, without a clock or a terminal. */
void progress_line(const struct progress *p, const char *what, int64_t done, int64_t total,
                   int64_t elapsed_ms, struct buf *out);
