/* `entente options solve`: the batch door of the options kernel. */
#pragma once

#include "cli/args.h"

extern const struct operation solve_operation;
int solve_verb(struct cli *c, const struct arguments *args, struct error *err);
