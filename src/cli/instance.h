/* `entente init` and `entente restore`: the verbs that make an instance. */
#pragma once

#include "cli/args.h"

int instance_init(struct cli *c, const struct arguments *args, struct error *err);
int instance_restore(struct cli *c, const struct arguments *args, struct error *err);
