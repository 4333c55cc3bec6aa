/*
 * The batch door of the options kernel: a need and what partners offer in, the front out, both as
 * JSON (docs/options-format.md). It reads no clock and no file: the same bytes in give the same
 * bytes out.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "kernel/cover.h"

struct options_name {
    struct slice partner, mode;
};

struct options_file {
    struct cover_instance in;
    const struct options_name *names; /* per column */
};

/* EN_INVALID with a JSON pointer and a reason for every member that is wrong; the first sixteen are
 * kept. Names are slices of the arena. */
int options_file_read(struct slice text, struct arena *a, struct error *err,
                      struct options_file *ret);

/* Reads, solves and appends the answer. On failure nothing is appended. */
int options_file_solve(struct slice text, const struct cover_options *o, struct buf *out,
                       struct error *err);
