/*
 * Answers and errors as text, JSON or CSV: one table of functions a form.
 *
 * Invariant: an answer goes to out and is complete; an error goes to err, in the language of the
 * run, and names every field that was refused.
 */
#pragma once

#include "cli/cli.h"

struct render {
    struct cli *c;
    const char *operation;
    const struct json *answer;
    const struct policy *policy;
    struct slice marking; /* in the language of the run; empty: none */
    struct buf *out;
    struct error *err;
    size_t left_out;   /* columns that did not fit; told after the answer */
    struct slice next; /* the cursor of the next page, when the form does not show it */
};

struct form {
    const char *name;
    int (*answer)(struct render *r);
    void (*error)(struct cli *c, const struct error *e, struct buf *out);
};
extern const struct form form_text, form_json, form_csv;

/* text: the bytes of the answer, one JSON value. */
int render_answer(struct cli *c, const struct call *call, const struct json *answer,
                  struct error *err);
/* Prints the error and gives the exit code it stands for. */
int render_error(struct cli *c, struct error *e);
/* A remark on err for the person at the terminal; silent with --quiet. */
void render_remark(struct cli *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Writes all of it to the stream; EN_IO. */
int render_write(FILE *stream, const struct buf *text, struct error *err);
