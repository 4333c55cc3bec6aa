/*
 * The spool: drafts that have been checked and wait until all others have been.
 *
 * They wait in an unlinked file of the instance's own directory, never in memory, so that an import
 * of any size needs little of it and leaves nothing behind when the process ends.
 */
#pragma once

#include "ledger/ledger.h"
#include "service/transfer.h"

struct spool {
    int file;
    struct buf waiting; /* bytes not yet written to the file */
    int64_t count;
};

int spool_open(struct spool *s, const char *directory, struct error *err);
void spool_done(struct spool *s);
#define cleanup_spool __attribute__((cleanup(spool_done)))
int spool_add(struct spool *s, const struct draft *d, struct error *err);
/* Appends all in order, in batches; an error says how many stand in the ledger already. */
int spool_append(struct spool *s, struct node *n, int64_t now_ms,
                 const struct transfer_progress *progress, struct error *err);
