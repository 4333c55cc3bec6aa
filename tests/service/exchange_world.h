/*
 * Several instances in one process, a clock of the test's own, and short ways to state, send, take
 * and look. Used by the tests of exchange and by the simulation.
 */
#pragma once

#include "format/statement.h"
#include "service/exchange.h"
#include "service/records.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct site {
    char directory[64];
    struct node *node;
    struct arena *arena; /* of everything that a test asks for */
    struct error err;
    int64_t now_ms;
    struct exchange_wish wish; /* of the bundles that it makes */
    struct slice peers[10];    /* ids of the peer records, by number of the other site */
};

void site_open(struct site *s);
void site_reopen(struct site *s);
/* Closes it and leaves its files; site_open_copy opens a copy of them, with the same key. */
void site_leave(struct site *s);
void site_open_copy(struct site *s, const struct site *of);
void site_close(struct site *s);
/* Keeps the ledger as it is now; site_set_back returns to that, as a restored backup does. */
void site_save(struct site *s);
void site_set_back(struct site *s);
/* One meets the other, both compare fingerprints, and each gives the other this clearance
 * ("SECRET; Releasable To: CAN"). Sites are told by their place in an array of at most 10. */
void sites_meet(struct site *all, int a, int b, const char *clearance_of_a,
                const char *clearance_of_b);

/* States a record; `label` in short form, or NULL. The id lives in the site's arena. */
struct slice site_state(struct site *s, const char *kind, const char *fields, const char *label);
int site_change(struct site *s, const char *kind, struct slice id, const char *patch);
void site_relabel(struct site *s, const char *kind, struct slice id, const char *label);
void site_retract(struct site *s, const char *kind, struct slice id);
void site_redact(struct site *s, const char *kind, struct slice id, int64_t version);

/* On what grounds more may read. */
struct json *site_grounds(struct site *s);

/* An actor; references to it need nothing else. */
struct slice site_actor(struct site *s, const char *name, const char *label);

/* Makes the next bundle; buf_done frees. */
struct exchange_made site_make(struct site *s, int to, struct buf *ret);
/* Takes bytes; the receipt goes into *ret (may be NULL). */
struct exchange_taken site_take(struct site *s, struct slice bundle, struct buf *ret);
struct exchange_receipted site_receipt(struct site *s, struct slice receipt);
/* Make, take, receipt: all of it. */
struct exchange_taken site_send(struct site *all, int from, int to);

/* True when the site holds the record and it is not retracted. */
bool site_has(struct site *s, struct slice id);
/* Body text as the operator sees it; "" when there is none. */
struct slice site_body(struct site *s, struct slice id);
struct row site_row(struct site *s, struct slice id);
/* Entries of the ledger. */
int64_t site_entries(struct site *s);
/* The ledger verifies, and the picture made anew from it is the one that followed it. */
void site_sound(struct site *s);

/* What a peer with a program of its own may send: signed with its key, and any statements. */
struct craft {
    struct site *from, *to;
    struct site *claims;    /* whom the manifest names as the sender; NULL: from */
    struct site *addressed; /* whom it names as the receiver; NULL: to */
    int64_t number, base;
    const struct statement *statements;
    size_t count;
};
void site_craft(const struct craft *f, struct buf *ret);

#define site_ok(s, call)                                        \
    do {                                                        \
        int r_ = (call);                                        \
        if (r_ < 0)                                             \
            fail_msg("%s: %d %s", #call, r_, (s)->err.message); \
    } while (0)
