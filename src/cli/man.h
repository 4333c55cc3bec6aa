/* `entente man`: the manual page, in roff, made from the verbs. */
#pragma once

#include "cli/args.h"

int man_run(struct cli *c, const struct arguments *args, struct error *err);
