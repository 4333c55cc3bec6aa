/* `entente trust predict`: the batch door of the trust model. */
#pragma once

#include "cli/args.h"

/* The row of the verb, with a flag for every parameter of the model. NULL when memory fails. */
const struct operation *predict_operation(struct arena *a);
int predict_verb(struct cli *c, const struct arguments *args, struct error *err);
