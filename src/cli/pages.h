/* The answer of a call as a tree, and all pages of a list as one answer. */
#pragma once

#include "cli/cli.h"

/* Parses what the call wrote. */
int pages_parse(struct cli *c, struct call *call, struct json **ret);
/* Given the answer of the first page: runs the call for the others, with the same parameters (as
 * texts) but the cursor, and shows the whole. */
int pages_show(struct cli *c, struct call *call, struct json *parameters, struct json *answer);
