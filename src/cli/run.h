/* Opening the node, naming the viewer, running one operation and showing its answer. */
#pragma once

#include "cli/args.h"
#include "cli/progress.h"

/* Opens the instance of the options. EN_NOT_FOUND says how to make one when create is not set. */
int run_open(struct cli *c, bool create, struct progress *p, struct error *err, struct node **ret);

void run_closep(struct node **n);
#define cleanup_node __attribute__((cleanup(run_closep)))

/* The operator, or the user that --as names. */
int run_viewer(struct cli *c, struct node *n, struct error *err, const struct viewer **ret);

/* Runs an operation by name with these inputs and parses its answer; *ret NULL when it is empty.
 * EN_UNSUPPORTED when the table has no such operation. */
int run_named(struct cli *c, struct node *n, const struct viewer *v, const char *name,
              struct json *parameters, const struct json *body, struct error *err,
              struct json **ret);

/* The same as a peer would see it (--as-partner), when `as` is not empty. */
int run_named_as(struct cli *c, struct node *n, const struct viewer *v, struct slice as,
                 const char *name, struct json *parameters, struct error *err, struct json **ret);
/* The id of a user name, as far as this viewer may list users; EN_NOT_FOUND. */
int run_user_named(struct cli *c, struct node *n, const struct viewer *v, struct slice name,
                   struct error *err, struct uuid *ret);

/* Shows an answer that a verb of this door made. */
int run_show(struct cli *c, const struct buf *answer, struct error *err);

/* Opens, runs, shows, closes: what a verb of the operation table does. */
int run_operation(struct cli *c, const struct arguments *args, struct error *err);
