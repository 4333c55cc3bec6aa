/* `entente policy check`: is this file a security policy, and what does it say? */
#pragma once

#include "cli/args.h"

extern const struct operation policy_check_operation;
int policy_check_verb(struct cli *c, const struct arguments *args, struct error *err);
