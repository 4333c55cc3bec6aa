/* `entente serve`: the HTTP door, until it is asked to stop. */
#pragma once

#include "cli/args.h"

int serve_run(struct cli *c, const struct arguments *args, struct error *err);
