/*
 * A round of everything one does with a ledger, and the account that is held against it afterwards.
 */
#pragma once

#include "../../ledger/fixture.h"

enum { WORK_BATCHES = 4096, WORK_DRAFTS = 3 };

/* What became of every batch ever tried: its drafts have request keys, so each can be asked for. */
struct work {
    struct fixture f;
    unsigned round;
    unsigned batches;
    unsigned char sizes[WORK_BATCHES];
    bool acknowledged[WORK_BATCHES];
    unsigned failures; /* of the last round */
    bool unexpected;   /* a failure with a code that no fault explains */
};

/* Tries puts, a batch, a refused batch, a retraction, a redaction, a replay and reads. */
void work_round(struct work *w);
/* No fault is armed: the open ledger takes entries, holds every acknowledged batch, none in part,
 * and verifies. */
void work_check(struct work *w);
bool work_explains(int code);
