/*
 * Exchange between sovereign instances: what a partner may see goes to it in bundles, and comes
 * back acknowledged in receipts. docs/exchange.md has the rules and the reason codes.
 *
 * Invariants: a bundle holds what the partner viewer may read when it is made, and nothing else; a
 * bundle that is not whole, not signed by the peer it says it is from, not for us, or not next in
 * its row changes nothing here; what is taken keeps its originator, and nobody here can change it.
 *
 * Clock, network and files are the caller's: every function takes `now_ms` and bytes.
 * Deterministic: which statements a bundle holds, their bytes and their order, what taking them
 * does and what the receipt says, given the ledgers and the times. Random: ids of records and
 * entries, salts, session keys and with them the sealed bytes; so compare statements and outcomes,
 * not files.
 *
 * A caller must hold no snapshot: these functions open their own, one after another. Everything
 * that is returned lives in the arena given.
 */
#pragma once

#include "base/json.h"
#include "picture/picture.h"
#include "service/node.h"

/* ---- peers (peers.c) ---- */

enum { FINGERPRINT_TEXT = 47 }; /* eight groups of five digits */

struct peer {
    struct slice id; /* of the record */
    struct slice name;
    struct slice actor; /* id, or empty */
    struct uuid instance;
    uint8_t sign_key[32];
    uint8_t box_key[32];
    struct slice state;                /* met, confirmed, suspended, ended */
    const struct clearance *clearance; /* as peer_clearance; NULL: none was stated, nothing is sent */
    struct slice url, tls_pin;         /* may be empty */
    struct slice trust_anchor, revocation_list;
    const struct json *kinds_out, *kinds_in; /* arrays, or NULL */
    struct slice fingerprint;
};

/* By the id of its record, by its name or by its instance; EN_NOT_FOUND. */
int peer_find(struct node *n, struct arena *a, struct slice which, int64_t now_ms,
              struct error *err, struct peer *ret);
/* All of them, by name. */
int peer_list(struct node *n, struct arena *a, int64_t now_ms, struct error *err, struct peer **ret,
              size_t *ret_count);
/* What the record of a peer lets it read: what was stated, but never TLP:RED, since a peer is an
 * organisation. Bundles, previews, differences and the partner viewer know no other. Without a
 * clearance it is the lowest. */
int peer_clearance(const struct policy *p, struct arena *a, const struct json *body,
                   struct error *err, const struct clearance **ret);
/* Of an instance and its keys: the text that two people compare by telephone. */
void peer_fingerprint(struct uuid instance, const uint8_t sign_key[32], const uint8_t box_key[32],
                      char ret[FINGERPRINT_TEXT + 1]);

/* What a card says beyond the keys; each may be empty. */
struct card_details {
    struct slice name;
    struct slice url;
    struct slice tls_pin;
};
/* Our card: a signed JSON text that a partner meets us by. */
int exchange_card(struct node *n, const struct viewer *v, const struct card_details *details,
                  int64_t now_ms, struct error *err, struct buf *ret);
/* Reads and verifies a partner's card; nothing is written. */
int card_read(struct arena *a, struct slice card, struct error *err, struct peer *ret);
/* Pins the keys of a card. input: {"name","actor","clearance","kinds_out","kinds_in","url",
 * "tls_pin","trust_anchor","revocation_list"}, all optional. With a clearance it is a decision, whose
 * grounds (release_grounds) are the member "release". A known instance that comes with other keys is
 * EN_CONFLICT. ret_id: of the peer's record. */
int peer_meet(struct node *n, const struct viewer *v, struct arena *a, struct slice card,
              const struct json *input, int64_t now_ms, struct error *err, struct slice *ret_id);
/* Compares what was read out to us (spaces and dashes do not matter). grounds: of a peer that was
 * suspended, since it is sent to again; else NULL. */
int peer_confirm(struct node *n, const struct viewer *v, struct arena *a, struct slice peer,
                 struct slice fingerprint, const struct json *grounds, int64_t now_ms,
                 struct error *err);
/* A merge patch of everything but instance, keys and (towards confirmed, from met) state. When the
 * peer may have more than before, the member "release" says on what grounds. */
int peer_change(struct node *n, const struct viewer *v, struct arena *a, struct slice peer,
                const struct json *patch, struct slice etag, int64_t now_ms, struct error *err);

/* ---- statements ---- */

enum statement_operation {
    STATE_PUT = 1,
    STATE_RETRACT,  /* the originator retracted it */
    STATE_REDACT,   /* the originator destroyed it */
    STATE_WITHDRAW, /* the sender provides it no longer */
};
const char *statement_word(enum statement_operation operation);

/* Why a statement was refused, or a record held back. */
enum exchange_reason {
    EXCHANGE_FINE = 0,
    EXCHANGE_UNKNOWN_KIND,   /* no such kind here, or it is not exchanged, or not wanted */
    EXCHANGE_INVALID,        /* not a record of its kind */
    EXCHANGE_LABEL_UNMAPPED, /* its policy has no equivalent here for the label */
    EXCHANGE_LABEL_UNKNOWN,  /* not a label of any policy known here */
    EXCHANGE_ABOVE_US,       /* nobody here may read it */
    EXCHANGE_NOT_ORIGINATOR, /* its originator is a peer of ours, and this is not it */
    EXCHANGE_OWN_RECORD,     /* we are its originator */
    EXCHANGE_OLDER,          /* a newer revision is here */
    EXCHANGE_TAMPERED,       /* the record is of another originator or kind than it was */
    EXCHANGE_TOO_LARGE,
    /* held back by the sender, beyond what the partner may not read */
    EXCHANGE_KIND,      /* not among the kinds sent to this peer */
    EXCHANGE_REFERENCE, /* it cannot be stated without naming what the peer may not read */
    /* TAMPERED or OLDER, where saying so would tell of a record that is hidden: in no receipt */
    EXCHANGE_SET_ASIDE,
    EXCHANGE_REASONS
};
const char *exchange_reason_word(enum exchange_reason reason);
/* One sentence. */
const char *exchange_reason_text(enum exchange_reason reason, bool french);

struct exchange_counts {
    int64_t put, retract, redact, withdraw;
    int64_t unchanged; /* taking: already so here */
    int64_t refused;
};

/* ---- sending (exchange_make.c) ---- */

struct exchange_change {
    struct slice record; /* id */
    const struct kind *kind;
    enum statement_operation operation;
    bool is_new;                  /* the receiver does not have it, as far as is known */
    struct slice title, title_fr; /* inspect: as stated; may be empty */
};
struct exchange_held {
    struct slice record;
    enum exchange_reason reason;
};
struct exchange_preview {
    struct exchange_change *changes; /* by id */
    size_t change_count;
    struct exchange_held *held; /* by id */
    size_t held_count;
    int64_t has;               /* records that it has */
    const struct label *label; /* the join of what would be sent */
    int64_t number, base;      /* that the bundle would bear */
    bool more;                 /* there is more than fits: another bundle would follow */
};
/* What the next bundle would hold, as far as this officer may read it too. */
int exchange_preview(struct node *n, const struct viewer *v, struct arena *a, struct slice peer,
                     int64_t most, int64_t now_ms, struct error *err, struct exchange_preview *ret);

struct exchange_made {
    struct slice peer; /* id of the record */
    int64_t number, base;
    char hash[65]; /* of what was signed; also the bundle's name on the way */
    struct exchange_counts counts;
    const struct label *label;
    int64_t looked_at; /* records that had to be looked at: the cost */
    bool more;         /* there was more than fits: once this one is receipted, the next has it */
};
struct exchange_wish {
    int64_t most;      /* records to state, 1 to LIMIT_BUNDLE_PUTS; 0: as many as may be */
    bool unless_empty; /* nothing to say: no bundle, and ret_bundle stays as it was; but one over
                          base 0, and one a day, is made all the same */
};
/* Makes the next bundle and records it as made. The officer must be cleared for all that the peer
 * is (EN_FORBIDDEN): who sends must be able to see what is sent. A bundle with nothing in it is
 * made too, unless that is not wished: its receipt tells that the peer is there and up to date.
 * What ends a record is never left for a later bundle. */
int exchange_make(struct node *n, const struct viewer *v, struct arena *a, struct slice peer,
                  const struct exchange_wish *wish, int64_t now_ms, struct error *err,
                  struct buf *ret_bundle, struct exchange_made *ret);
/* Takes in a receipt for one of our bundles. */
struct exchange_receipted {
    struct slice peer;
    int64_t number;
    struct slice outcome; /* taken, old, gap */
    struct exchange_counts counts;
    bool more; /* the bundle did not hold all: the next one has more */
};
int exchange_receipt(struct node *n, const struct viewer *v, struct arena *a, struct slice receipt,
                     int64_t now_ms, struct error *err, struct exchange_receipted *ret);

/* ---- taking (exchange_take.c) ---- */

/* What became of a bundle. Everything but TAKEN left the instance as it was. */
enum bundle_outcome {
    BUNDLE_TAKEN = 1,
    BUNDLE_OLD,         /* taken before, or overtaken: nothing to do */
    BUNDLE_GAP,         /* it builds on one that never came */
    BUNDLE_NOT_OURS,    /* sealed or addressed to another instance */
    BUNDLE_STRANGER,    /* from an instance that is no peer */
    BUNDLE_UNCONFIRMED, /* from a peer that is not confirmed */
    BUNDLE_FORGED,      /* the signature is not the peer's */
    BUNDLE_DAMAGED,     /* cut short or changed on the way */
    BUNDLE_MALFORMED,   /* whole, but not in the form of a bundle */
    BUNDLE_TOO_LARGE,
    BUNDLE_ABOVE_YOU, /* its label is above this officer */
};
const char *bundle_outcome_word(enum bundle_outcome outcome);
const char *bundle_outcome_text(enum bundle_outcome outcome, bool french);

struct exchange_refusal {
    struct slice record;    /* id */
    struct slice statement; /* hash, hex */
    enum exchange_reason reason;
};
struct exchange_taken {
    enum bundle_outcome outcome;
    struct slice peer; /* id of the record, or empty */
    struct slice peer_name;
    int64_t number, base, taken_up_to;
    char hash[65];
    int64_t made_ms;
    const struct label *label; /* of the bundle in our policy; NULL when it has no equivalent */
    bool same_policy;          /* the sender's policy file is byte for byte ours */
    bool more;                 /* it did not hold all: another one follows */
    struct exchange_counts counts;
    struct exchange_refusal *refusals; /* the first of them, in order of the bundle */
    size_t refusal_count;
    struct exchange_change *changes; /* inspect: what taking it would do, the first of them */
    size_t change_count;
};
/* What taking would do; nothing is written and no receipt is made. 0 with an outcome also for
 * hostile bundles; a negative code only when we could not tell (memory, disk). */
int exchange_inspect(struct node *n, const struct viewer *v, struct arena *a, struct slice bundle,
                     int64_t now_ms, struct error *err, struct exchange_taken *ret);
/* Takes it. ret_receipt gets the receipt for TAKEN, OLD and GAP, and stays empty for the others:
 * who cannot prove to be a peer gets no answer. */
int exchange_take(struct node *n, const struct viewer *v, struct arena *a, struct slice bundle,
                  int64_t now_ms, struct error *err, struct exchange_taken *ret,
                  struct buf *ret_receipt);

/* ---- what is known afterwards (exchange_log.c) ---- */

/* Writes {"items":[...],"next"} of bundles made and taken, newest first, that this viewer may read;
 * `after` is the "next" of the page before, or empty. */
int exchange_log(struct snapshot *s, struct slice peer, size_t limit, struct slice after,
                 struct json_writer *out, struct error *err);
/* Writes, per peer, when this record was sent, receipted, and when its retraction, redaction or
 * withdrawal was; EN_NOT_FOUND when the viewer may not read the record. */
int exchange_proof(struct snapshot *s, struct slice record, struct json_writer *out,
                   struct error *err);

/* ---- answering (adopt.c) ---- */

struct write_context;
struct written;
/* States a record of ours from a partner's: its fields, with the actors and records that are the
 * same on our side in place of theirs, and an annotation that the two are one thing. So a request
 * is answered: ours goes through its states, travels back, and both sides see both. The snapshot
 * of w is closed. EN_CONFLICT when it is ours, or was adopted before. */
int exchange_adopt(struct write_context *w, struct slice record, struct error *err,
                   struct written *ret);

/* ---- both sides (sides.c) ---- */

struct render;
/* Writes "ours", "theirs", "matched_by", "differences" and "annotations" of one thing that both
 * sides keep a record of, whichever side's record is named. */
int sides_write(struct node *n, struct slice record, struct render *r, struct error *err);
