/*
 * The entry: one dated statement about one version of one record, chained to the entry before it.
 *
 * Fixed for ever (format 1): the header is the RFC 8785 form of
 *   {"at","body_hash","format":1,"id","instance","kind","label","operation","previous","record","redacts"?,"request"?,"user","version"}
 * and hash = BLAKE2b-256(header). "at" is integer milliseconds; hashes are lower-case hex; "label"
 * is the label's own JSON; "redacts" is present in REDACT entries only. The body is not inside the
 * header, only its hash (BLAKE2b-256 of the salt and the canonical body; of nothing when there is
 * no body), so that redaction can destroy body and salt while the chain still verifies.
 *
 * RETRACT and REDACT entries are versions of their record like any other: the version counts on.
 * What a record says is its last PUT unless a RETRACT follows it; a REDACT changes no state, it
 * only says that a body was destroyed.
 *
 * `instance` is the originator: this ledger's own, or the partner whose statement was taken. All
 * entries of a record have the same one, so nobody here can change what a partner states, and no
 * partner what is stated here.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"
#include "base/uuid.h"

enum { HASH_SIZE = 32, SALT_SIZE = 16 };

struct hash {
    uint8_t bytes[HASH_SIZE];
};

enum entry_operation { ENTRY_PUT = 1, ENTRY_RETRACT = 2, ENTRY_REDACT = 3 };

/* What a caller hands to the ledger. Slices are borrowed until the append returns. */
struct draft {
    enum entry_operation operation;
    struct slice kind;
    struct uuid record;
    int64_t expected;     /* version the writer saw; 0: the record must not exist; -1: any */
    struct slice label;   /* canonical JSON */
    struct slice body;    /* canonical JSON; RETRACT: why, or empty; REDACT: empty */
    struct slice user;    /* id of the user who writes, as text */
    struct slice request; /* idempotency key, opaque bytes as text; empty: none */
    int64_t redacts;      /* REDACT: the version whose body is destroyed; 0: all */
    int64_t at_ms;        /* restores state when it was said; 0: now */
    struct uuid instance; /* whose record it is; all zero: this ledger's own */
};

/* What the ledger gives back. Slices live in the arena of the read. */
struct entry {
    int64_t seq; /* position in this ledger, from 1; local, never shown to a viewer */
    struct uuid id;
    int64_t at_ms;
    struct uuid instance; /* the originator of the record */
    struct slice user;
    enum entry_operation operation;
    struct slice kind;
    struct uuid record;
    int64_t version;
    struct slice label;
    struct slice body; /* ptr NULL when redacted or none */
    bool redacted;
    int64_t redacts; /* REDACT: as in the draft */
    struct slice request;
    struct hash body_hash;
    struct hash previous;
    struct hash hash;
};

const char *entry_operation_word(enum entry_operation operation);
