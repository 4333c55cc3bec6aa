/*
 * Holdings: what each peer has of ours, and what each provides to us, derived from the `bundle`
 * records and their receipts. Disposable like all of the picture.
 *
 * A row is one record and one peer in one direction. Sent: `sent` is the bundle that told of it and
 * is not receipted yet (the peer may have it or not); `op` and `hash` are what a receipt
 * acknowledged (the peer has it for certain). Taken: `op` says whether the peer provides it still,
 * `at` and `entry` which revision of the originator that is.
 *
 * Rows carry the label of their last bundle and are read through the guard like everything else. So
 * they are whole for the operator alone, who makes bundles; what others are told of what a peer has
 * is made from the bundles that they may read (holding_acknowledged, holding_seen).
 */
#pragma once

#include "picture/picture.h"
#include "record/bundle_rows.h"

enum holding_direction { HOLDING_MADE = 1, HOLDING_TAKEN = 2 };

struct holding {
    struct slice record; /* id */
    struct slice peer;   /* id */
    int64_t op;          /* acknowledged operation, 0: none */
    struct slice hash;   /* of that statement, hex */
    int64_t sent;        /* bundle not receipted, 0: none */
    int64_t sent_op;
    struct slice sent_hash;
    int64_t refused; /* reason for which the peer refused the statement refused_hash, 0: none */
    struct slice refused_hash;
    /* numbers of bundles, 0: none: the last put and the last retraction, redaction or withdrawal */
    int64_t put_sent, put_acked, end_sent, end_acked, end_op;
    int64_t at_ms;      /* taken: of the originator */
    struct slice entry; /* taken: of the originator */
    int64_t relays;     /* taken: instances that passed it on, the peer among them */
};

/* 1 when there is one, 0 when not. */
int holding_get(struct snapshot *s, struct slice peer, enum holding_direction direction,
                struct slice record, struct error *err, struct holding *ret);
/* The same of what was sent, as far as the bundles tell that the snapshot's viewer may read: op,
 * hash, sent and refused alone. Those above the viewer change nothing. */
int holding_seen(struct snapshot *s, struct slice peer, struct slice record, struct error *err,
                 struct holding *ret);
/* Who provided this record to us, in order of peer. */
int holding_sources(struct snapshot *s, struct slice record, struct error *err,
                    struct holding **ret, size_t *ret_count);
/* The ids of the readable records that the peer has for certain, in order, as far as the bundles
 * tell that the snapshot's viewer may read: those above the viewer change nothing. */
int holding_acknowledged(struct snapshot *s, struct slice peer, struct error *err,
                         int (*each)(void *context, const struct slice *columns), void *context);
