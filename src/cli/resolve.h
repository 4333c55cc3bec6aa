/* Names in place of ids: `entente trust CAN USA`. */
#pragma once

#include "cli/args.h"

/* Every reference of the arguments that is no id is looked up, as this viewer, among the records of
 * its kind: by external id, else by a name of its own. EN_NOT_FOUND when there is none, EN_CONFLICT
 * when there are several; the message names them. */
int resolve_references(struct cli *c, struct node *n, const struct viewer *v,
                       const struct arguments *args, struct error *err);
