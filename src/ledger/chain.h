/*
 * The chain: the bytes that are hashed and signed.
 *
 * Fixed for ever (format 1): another program must be able to rebuild these bytes from the columns
 * alone, in any language, and get the same hashes. Nothing here reads or writes a store, and
 * nothing here may ever change for an entry of format 1.
 */
#pragma once

#include "base/buf.h"
#include "ledger/entry.h"
#include "ledger/ledger.h"

enum { HEAD_MESSAGE_SIZE = 72, HASH_TEXT = 2 * HASH_SIZE };

/* Appends the RFC 8785 form of the entry's header; e->label must be canonical JSON. */
void chain_write_header(const struct entry *e, struct buf *out);
/* BLAKE2b-256 of the header; scratch is cleared first. EN_NO_MEMORY. */
int chain_hash(const struct entry *e, struct buf *scratch, struct hash *ret);
/* BLAKE2b-256 of salt and body; salt NULL and an empty body: of nothing. */
void chain_body_hash(const uint8_t *salt, struct slice body, struct hash *ret);

/* What an instance signs to vouch for all entries up to one: domain, instance, position, hash. */
void chain_head_message(struct uuid instance, const struct ledger_head *head,
                        uint8_t ret[HEAD_MESSAGE_SIZE]);

void hash_format(const struct hash *hash, char ret[HASH_TEXT + 1]);
static inline bool hash_eq(const struct hash *a, const struct hash *b)
{
    return memcmp(a->bytes, b->bytes, HASH_SIZE) == 0;
}
