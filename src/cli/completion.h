/* `entente completion bash`: a completion script made from the verbs. */
#pragma once

#include "cli/args.h"

int completion_run(struct cli *c, const struct arguments *args, struct error *err);
