/* `entente follow`: changes as they come. */
#pragma once

#include "cli/args.h"

int follow_run(struct cli *c, const struct arguments *args, struct error *err);
