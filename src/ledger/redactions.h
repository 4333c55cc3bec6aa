/*
 * What a chain says was destroyed, against what is: gathered in one pass, compared at its end.
 */
#pragma once

#include "ledger/store.h"

/* A REDACT entry: versions of the record below `version` are covered, all of them or just one. */
struct redaction {
    struct uuid record;
    int64_t redacts; /* 0: all */
    int64_t version;
};

/* An entry whose body is gone. */
struct gone {
    struct uuid record;
    struct uuid id;
    int64_t seq;
};

struct redactions {
    struct redaction *said;
    size_t said_count;
    size_t said_capacity;
    struct gone *gone;
    size_t gone_count;
    size_t gone_capacity;
};

/* The contradiction with the lowest seq; why NULL: none. */
struct redaction_finding {
    int64_t seq;
    struct uuid id;
    const char *why;
};

void redactions_done(struct redactions *r);
/* Notes the entry if it redacts or is redacted. False without memory. */
bool redactions_note(struct redactions *r, const struct entry *e);
/* After the whole chain. Reads every redacted record once. */
int redactions_check(struct redactions *r, struct store *s, struct store_reader *reader,
                     struct error *err, struct redaction_finding *ret);
