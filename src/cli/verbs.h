/*
 * Verbs: the operations as the command line says them ("actor.list" is `entente actor list`), and
 * the few verbs that belong to this door alone (serve, help, man, completion, ...).
 */
#pragma once

#include "cli/cli.h"

struct arguments;

struct verb {
    const char *name;                  /* words separated by spaces: "actor list" */
    const struct operation *operation; /* what it takes: of the table, or this door's own row */
    /* What it does; NULL: runs the operation. Returns 0 or a code with the error filled. */
    int (*run)(struct cli *c, const struct arguments *args, struct error *err);
};

/* Sorted by name. */
struct verbs {
    const struct verb *items;
    size_t count;
};

int verbs_make(struct arena *a, const struct operations *operations, const struct verb *own,
               size_t own_count, struct error *err, const struct verbs **ret);

/* The longest verb that words[0..count) begin with; NULL when none. *ret_used: words it takes. */
const struct verb *verbs_match(const struct verbs *all, struct arena *a, char *const *words,
                               int count, int *ret_used);
/* True when some verb begins with this word and goes on. */
bool verbs_is_group(const struct verbs *all, struct slice word);
/* The verb nearest to what was typed, or NULL when nothing is near. */
const struct verb *verbs_nearest(const struct verbs *all, struct slice typed);
