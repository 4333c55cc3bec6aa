/* What the files of exchange share; nothing else includes it. */
#pragma once

#include "format/statement.h"
#include "picture/holdings.h"
#include "service/bundle_parser.h"
#include "service/exchange.h"
#include "service/node_internal.h"
#include "service/signed_json.h"

/* ---- bundle records (exchange_record.c) ---- */

/* Where sending to a peer stands. */
struct exchange_state {
    int64_t last;       /* highest number used, by us or, as a receipt told, by what they took */
    int64_t base;       /* last receipted; 0: none, or what it held is in doubt */
    int64_t look;       /* position in the ledger that the base had looked at */
    int64_t base_ms;    /* when it was made */
    struct slice basis; /* of the base */
    struct slice rest;  /* of the base: it held nothing from this id on; empty: it held all */
    struct slice last_hash; /* of the last one made, hex */
    int64_t unsettled;      /* bundles made after the base */
};
int exchange_state_made(struct snapshot *s, struct slice peer, struct error *err,
                        struct exchange_state *ret);
/* The last bundle taken from a peer: number 0 when there is none. */
struct exchange_last {
    int64_t number;
    struct slice hash;
    struct slice basis; /* what was wanted then: exchange_wanted_basis */
};
int exchange_state_taken(struct snapshot *s, struct slice peer, struct error *err,
                         struct exchange_last *ret);
/* Of those taken between these two numbers, exclusive: their hashes, in order; no more than
 * LIMIT_RECEIPT_SINCE. */
int exchange_taken_between(struct node *n, struct arena *a, struct slice peer, int64_t after,
                           int64_t before, int64_t now_ms, struct error *err, struct slice **ret,
                           size_t *ret_count);
/* Names the kinds that are wanted from a peer; empty: all. ptr NULL without memory. */
struct slice exchange_wanted_basis(struct arena *a, const struct peer *p);

/* What a bundle record says of the whole. */
struct bundle_facts {
    struct slice peer;
    bool taken;
    const char *state;
    int64_t number, base;
    struct slice hash; /* hex */
    int64_t at_ms;
    int64_t size, look;
    struct slice basis; /* or empty */
    bool more;          /* it did not hold all */
    struct slice rest;  /* made: the first record that it had no room for, or empty */
    struct slice head;  /* or empty */
    struct exchange_counts counts;
    struct slice label; /* canonical */
};
/* Appends it with its rows, in as many parts as it takes. EN_BUSY when another process was quicker
 * with this number. */
int bundle_record_append(struct node *n, const struct viewer *v, const struct bundle_facts *facts,
                         const struct bundle_row *rows, size_t count, int64_t now_ms,
                         struct error *err);
/* The parts of the bundle with this hash, in order; EN_NOT_FOUND. */
int bundle_record_find(struct snapshot *s, struct slice peer, const char *direction,
                       struct slice hash, struct error *err, struct row **ret, size_t *ret_count);
/* A part's body with other members set, as canonical text. */
int bundle_record_body(struct arena *a, const struct json *body, const struct json *patch,
                       struct error *err, struct slice *ret);

/* ---- labels (exchange_label.c) ---- */

/* A partner's label in our policy. EN_INVALID: not a label; EN_FORBIDDEN: it has no equivalent. */
int exchange_label_read(struct node *n, struct arena *a, const struct json *label,
                        struct error *err, const struct label **ret);
/* The join of labels given as canonical texts, one after the other. */
struct label_sum {
    const struct policy *policy;
    struct arena *arena;
    const struct label *join; /* NULL: none yet */
    struct slice *seen;
    size_t seen_count, seen_capacity;
};
int label_sum_add(struct label_sum *sum, const struct label *l);

/* ---- what a statement says of a record (exchange_body.c) ---- */

/* The body without references to what the snapshot's viewer may not read, as canonical text.
 * EXCHANGE_REFERENCE in *ret_reason when nothing is left that is a record. */
int exchange_body(struct snapshot *s, struct row *row, struct error *err, struct slice *ret,
                  enum exchange_reason *ret_reason);

/* ---- revisions (exchange_revision.c) ---- */

struct exchange_revision {
    int operation; /* 0: nobody provides it */
    int64_t at_ms;
    struct uuid entry;
    bool past_redacted; /* own records only */
};
int exchange_revision_compare(const struct exchange_revision *a, const struct exchange_revision *b);
int exchange_revision_own(struct snapshot *s, const struct row *row, struct error *err,
                          struct exchange_revision *ret);
int exchange_revision_foreign(struct snapshot *s, struct slice record, struct error *err,
                              struct exchange_revision *ret);
/* Through how many instances a foreign record has come when we pass it on to this peer, ourselves
 * among them; 0 when nobody else provides it, so that there is nothing to pass on. */
int exchange_relays(struct snapshot *s, struct slice record, struct slice peer, struct error *err,
                    int *ret);

/* ---- the difference (exchange_diff.c) ---- */

struct exchange_item {
    struct uuid record;
    char id[UUID_TEXT + 1];
    const struct kind *kind; /* NULL: not known any more */
    int operation;
    bool is_new;
    struct slice line;
    uint8_t hash[STATEMENT_HASH];
    const struct label *label; /* of a put */
    enum exchange_reason held; /* it is not stated, for this reason */
    bool readable;             /* by the partner */
    bool goes;                 /* it may go to this peer */
    bool has;                  /* the peer has a version of it for certain */
};
/* Slices and label live until it returns. Told of what is to be said or held back; in a survey, of
 * all that was looked at: then an operation of 0 on what goes says that the peer has it so. */
typedef int (*exchange_sink)(void *context, const struct exchange_item *item);

struct exchange_diff {
    struct node *node;
    const struct peer *peer;
    int64_t now_ms;
    struct error *err;
    struct arena *arena;          /* of what outlives the chunks */
    const struct viewer *officer; /* NULL: to send. Else a survey: nothing is told that it may not
                                     read, of records and of bundles */
    const struct viewer *partner;
    struct exchange_state state;
    int64_t look; /* how far the ledger was looked at */
    char basis[65];
    int64_t looked_at;
    bool all;  /* everything was gathered: what is not among the ids, the peer may not read */
    bool full; /* set by the sink: what the peer does not have need not be looked at any more */
    struct uuid *ids; /* heap: the records to look at, in order */
    size_t id_count, id_capacity;
};
/* Finds what has to be looked at. exchange_diff_done frees, also after a failure. */
int exchange_diff_begin(struct exchange_diff *d, struct arena *a);
/* By whose bundles it is told what the peer has. */
const struct viewer *exchange_diff_eyes(const struct exchange_diff *d);
/* A survey looks also at what the partner reads and is not among the acknowledged, in order. */
int exchange_diff_add_missing(struct exchange_diff *d, const struct uuid *known, size_t count);
/* A snapshot of the viewer, in memory of its own, handed to the step. */
typedef int (*exchange_step)(struct exchange_diff *d, struct snapshot *s, void *context);
int exchange_with_snapshot(struct exchange_diff *d, const struct viewer *v, exchange_step step,
                           void *context);
/* Looks at it, in order of id (exchange_items.c). */
int exchange_diff_run(struct exchange_diff *d, exchange_sink sink, void *context);
void exchange_diff_done(struct exchange_diff *d);

/* Confirmed, cleared, and within what the officer may read. */
int exchange_check_sender(const struct viewer *v, const struct peer *p, struct error *err);
/* Nobody but the operator and officers. */
int exchange_check_officer(const struct viewer *v, struct error *err);

/* ---- opening a bundle (exchange_open.c) ---- */

struct opened_bundle {
    struct parsed_bundle parsed;
    struct manifest manifest;
    struct summary summary;
    struct peer peer;
    struct exchange_last last; /* taken from this peer before */
    size_t first;              /* where the statements begin in the lines */
    int64_t count;             /* of statements */
};
/* Unseals, parses and verifies it. 0 with the outcome in ret (0 itself: it is a peer's, for us), or
 * a code when we could not tell. opened_bundle_done frees, also after a failure. */
int exchange_open(struct node *n, const struct viewer *v, struct arena *a, struct slice bundle,
                  int64_t now_ms, struct error *err, struct opened_bundle *ret_opened,
                  struct exchange_taken *ret);
/* Looks up what was taken from the peer before: BUNDLE_OLD, BUNDLE_GAP, or 0: it may be taken. */
int exchange_place(struct node *n, struct arena *a, int64_t now_ms, struct error *err,
                   struct opened_bundle *o, struct exchange_taken *ret);
void opened_bundle_done(struct opened_bundle *o);

/* ---- what is provided no longer (exchange_orphans.c) ---- */

/* What the peer provided before it began from nothing and has not stated since; to be asked for
 * when a bundle is taken whose statements are these rows, in order of record. A list on the heap,
 * empty unless the bundle ends such a beginning. */
int exchange_orphans(struct node *n, const struct opened_bundle *o, const struct bundle_row *rows,
                     size_t count, int64_t now_ms, struct error *err, struct uuid **ret,
                     size_t *ret_count);

/* ---- one statement (exchange_statement.c) ---- */

struct taking {
    struct node *node;
    const struct viewer *viewer; /* who takes it, and is told */
    const struct peer *peer;     /* the carrier */
    const struct peer *peers;
    size_t peer_count;
    int64_t now_ms;
    struct error *err;
    struct slice user;
    struct snapshot *snapshot; /* the operator's */
    struct draft *drafts;      /* of this batch, in the snapshot's arena */
    size_t draft_count, draft_capacity;
    struct slice label_seen; /* most statements repeat the label before them */
    const struct label *label_known;
    struct slice label_text;
    struct label_sum sum;
};
struct judged {
    enum exchange_reason reason;
    bool hidden;  /* the viewer may not read what stands here: to it, nothing does */
    bool changes; /* of what the viewer may read, something is changed by the drafts */
    bool is_new;
    const struct kind *kind;
    struct slice title, title_fr;
};
/* Decides over a statement and adds the drafts that it makes. */
int exchange_judge(struct taking *t, const struct statement *st, struct judged *ret);

/* ---- receipts (exchange_receipts.c) ---- */

struct receipt_facts {
    const struct peer *peer;
    struct slice bundle; /* hash, hex */
    const char *outcome;
    int64_t number, base, taken_up_to;
    struct slice last;         /* hash of the bundle taken_up_to, hex, or empty */
    struct slice head;         /* hex */
    const struct slice *since; /* hashes of what was taken after the base and before it, hex */
    size_t since_count;
    int64_t at_ms;
    struct exchange_counts counts;
};
int exchange_receipt_write(struct node *n, struct arena *a, const struct receipt_facts *facts,
                           const struct bundle_row *rows, size_t count, struct error *err,
                           struct buf *out);
/* The receipt of a bundle that was taken before, again. EN_NOT_FOUND. */
int exchange_receipt_again(struct node *n, struct arena *a, const struct peer *p,
                           struct slice bundle, int64_t now_ms, struct error *err, struct buf *out);
