/*
 * The turn: what must be done by one at a time, of all threads and processes that have this
 * instance open, although it appends more than once and reads in between. An append alone needs
 * none: its versions are checked in its own transaction.
 */
#pragma once

#include "ledger/ledger.h"

/* A file descriptor; -1: not had. */
struct turn {
    int fd;
};

/* Waits as long as the ledger is patient; then EN_BUSY. Not to be asked for by who has it. */
int turn_take(const struct ledger *l, struct error *err, struct turn *ret);
/* Gives it back and marks it as not had; does nothing when it is not. Who dies gives it back. */
void turn_give(struct turn *t);
