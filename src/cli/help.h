/* Help on the terminal, made from the verbs. */
#pragma once

#include "cli/args.h"

/* What `entente` alone prints. */
void help_short(const struct cli *c, struct buf *out);
/* Every verb with one line; group: only verbs beginning with this word, or empty. */
void help_list(const struct cli *c, struct slice group, struct buf *out);
void help_verb(const struct cli *c, const struct verb *v, struct buf *out);
/* `entente help [VERB...]`. */
int help_run(struct cli *c, const struct arguments *args, struct error *err);
/* The error for words that begin no verb, with the nearest one. */
int help_unknown(const struct cli *c, struct slice typed, struct error *err);

/* What the operation does, in the language of the run, as one sentence without a full stop. */
struct slice help_sentence(const struct cli *c, const struct operation *o);
/* "actor get ID [FILE]" */
void help_usage(const struct cli *c, const struct verb *v, struct buf *out);
