/*
 * The batch door of the trust model: evidence and queries in, opinions out, both as CSV.
 *
 * Evidence: truster,trustee,time,valence,weight. Time: integer seconds (fractions are cut).
 * Valence: its sign counts, 0 is no evidence. Weight: units, default 1. Queries:
 * truster,trustee,as_of; every column is passed through, followed by
 * belief,disbelief,uncertainty,prior,trust,forecast with nine decimals. The opinion is that of
 * `trust` (prudent, lambda): trust = belief + prior * uncertainty; `forecast` is lambda 1. Evidence
 * at or after as_of is unseen; equal times are simultaneous, whatever the order of rows.
 *
 * Values: evidence truster,trustee,value with time optional (ratings -1..1; the latest rating of a
 * pair counts, the mean of those at one time); queries truster,trustee with as_of optional; one
 * column `value` is added.
 *
 * Columns are found by header name in any order; others are ignored. Errors name file, line, column
 * and reason. It reads no clock and no file: the same bytes in give the same bytes out.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "kernel/parameters.h"

struct predict_options {
    struct trust_parameters parameters;
    bool values;
    bool leave_one_out; /* values: as if the pair's own rating were not there */
    double value_scale; /* values: ratings run from -scale to scale */
};

struct predict_options predict_options_default(void);

struct predict_flag {
    const char *name;     /* without the dashes */
    const char *argument; /* what it takes, or NULL for a switch */
    const char *help_en, *help_fr;
};
/* Every flag, in the order of the help; ends with a NULL name. */
extern const struct predict_flag predict_flags[];

/* Sets one option from the command line; a switch ignores its value. EN_INVALID with the reason. */
int predict_options_set(struct predict_options *o, const char *flag_name, struct slice value,
                        struct error *err);
/* Rules between options (clip bounds in order, ...). predict_run calls it too. */
int predict_options_check(const struct predict_options *o, struct error *err);

typedef void (*predict_progress)(void *context, size_t done, size_t total);

/* progress may be NULL. On failure nothing is appended to out. */
int predict_run(const struct predict_options *o, struct slice evidence, struct slice queries,
                struct buf *out, predict_progress progress, void *context, struct error *err);
