/*
 * A small stand-in for the node and the operation table, so that the door is tested alone: five
 * users, a handful of operations that show what they were called with, a list of changes.
 */
#pragma once

#include "ops/ops.h"

struct node *fake_node_new(void);
void fake_node_free(struct node *n);
const struct operations *fake_operations(void);

/* Users by number: 1 reader, 2 contributor, 3 steward, 4 administrator, 5 French reader. Names are
 * "reader", "contributor", ...; every password is "correct horse"; tokens are "ent_" and the name.
 */
struct uuid fake_user(unsigned number);
/* From now on the user is unknown, as after a deactivation. */
void fake_user_remove(struct node *n, unsigned number);
/* From now on the user has another role or clearance. */
void fake_user_change(struct node *n, unsigned number);
/* Appends a change; what begins with "old" was written on the first day of all; hidden ones are
 * readable by nobody. */
void fake_change(struct node *n, const char *id, bool hidden);
/* From now on the one relationship that is watched is in this state: 0 later, 1 soon, 2 below. */
void fake_attention(struct node *n, int state);
/* How often an operation's handler has run. */
int fake_runs(struct node *n);
