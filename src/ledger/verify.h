/*
 * The proof that a ledger is what was written: every hash, link, version, body and signature.
 */
#pragma once

#include "ledger/key.h"
#include "ledger/store.h"

/* Checks one snapshot of the store against the instance's public key. See ledger_verify. */
int verify_store(struct store *s, const struct identity *identity, const struct hash *anchor,
                 const struct ledger_progress *progress, struct error *err,
                 struct ledger_report *ret);
