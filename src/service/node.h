/*
 * A node: one running instance: its ledger, its picture, its policies. Opened once by a door.
 *
 * Invariant: after a successful write returns, every read that begins later sees it.
 */
#pragma once

#include "identity/reason.h"
#include "label/intern.h"
#include "ledger/ledger.h"
#include "picture/viewer.h"
#include "record/weights.h"

struct config;
struct identity_rules;
struct node;
struct nurture;
struct picture;
struct policies;
struct signer;

struct node_options {
    const char *directory; /* ledger.db, picture.db, key; optionally policy.spif.xml, policies/,
                              trust.json, nurture.json, fields.json, config.json */
    bool create;
    int64_t now_ms;
    void (*progress)(void *context, const char *what, int64_t done, int64_t total);
    void *progress_context;
};

int node_open(const struct node_options *options, struct error *err, struct node **ret);
void node_close(struct node *n);

struct ledger *node_ledger(struct node *n);
struct signer *node_signer(struct node *n);
struct picture *node_picture(struct node *n);
const struct policy *node_policy(const struct node *n);
/* Its own policy, those that the program carries and those of DIR/policies. */
const struct policies *node_policies(const struct node *n);
const struct kinds *node_kinds(const struct node *n);
const struct weights *node_weights(const struct node *n);
const struct nurture *node_nurture(const struct node *n);
const struct config *node_config(const struct node *n);
const char *node_directory(const struct node *n);
/* The home actor's id as text (set by the sample import or `entente home`), or empty. */
struct slice node_home(struct node *n, struct arena *a);

/* The operator at the console: whoever holds the file holds everything. */
const struct viewer *node_operator(struct node *n);

/* Takes in what other processes appended; cheap when nothing changed. */
int node_refresh(struct node *n, struct error *err);
/* Between the two, commits do not wait for the picture: whoever reads takes in what is new, and the
 * end does. For writing many batches in a row. */
void node_bulk_begin(struct node *n);
int node_bulk_end(struct node *n, struct error *err);

struct snapshot;
/* The viewer's picture with everything that stands in the ledger now: how services and operations
 * begin a read. */
int node_snapshot(struct node *n, const struct viewer *v, struct arena *a, int64_t now_ms,
                  struct error *err, struct snapshot **ret);

/* Identity (src/service/access.c). All viewers live in the arena. */
/* EN_UNAUTHENTICATED for a wrong name, password or an inactive user: the same answer, the same
 * work. */
int access_login(struct node *n, struct arena *a, struct slice username, struct slice password,
                 int64_t now_ms, struct error *err, const struct viewer **ret);
/* The viewer of a user id as the user stands now (role, clearance); for sessions, at each request.
 */
int access_user(struct node *n, struct arena *a, struct uuid user, int64_t now_ms,
                struct error *err, const struct viewer **ret);
/* Somebody for whom an identity provider vouches, by claims that were verified. */
struct vouched {
    const struct identity_rules *rules;
    struct slice issuer, subject;
    const struct json *claims;
};
/* Applies the rules, makes the user or brings it up to date, and gives its viewer. EN_FORBIDDEN with
 * a reason when the rules, or the user as it stands, do not let them in. */
int access_vouched(struct node *n, struct arena *a, const struct vouched *who, int64_t now_ms,
                   enum identity_reason *ret_reason, struct error *err, struct slice *ret_rule,
                   const struct viewer **ret);
/* The viewer of an API token ("ent_..."). */
int access_token(struct node *n, struct arena *a, struct slice token, int64_t now_ms,
                 struct error *err, const struct viewer **ret);

/* A change, for the event stream, seen by this viewer. */
struct change {
    struct slice event_id; /* id of the entry */
    struct slice kind;
    struct slice id;
    int64_t version;
    const char *operation;
    int64_t seq; /* position to go on from; never shown */
};
/* Readable changes with seq > after, at most max; *ret_last is where to go on even if none is
 * readable. */
int node_changes(struct node *n, const struct viewer *v, struct arena *a, int64_t after, size_t max,
                 struct error *err, struct change **ret, size_t *ret_count, int64_t *ret_last);
/* The same as of a given moment, for those who have one; node_changes takes the clock's. */
int node_changes_at(struct node *n, const struct viewer *v, struct arena *a, int64_t now_ms,
                    int64_t after, size_t max, struct error *err, struct change **ret,
                    size_t *ret_count, int64_t *ret_last);
/* seq of an event id, for Last-Event-ID; 0 when unknown to this viewer. */
int64_t node_seq_of(struct node *n, const struct viewer *v, struct slice event_id);
/* When that event was written, in ms; 0 when unknown to this viewer. */
int64_t node_moment_of(struct node *n, const struct viewer *v, struct slice event_id);

/* The state of attention of the home actor's relationships, as this viewer may know it. */
struct watch;
struct attention_change {
    char relationship[UUID_TEXT + 1];
    const char *trust;   /* "below" the floor, "soon" (within 30 days), or "later" */
    const char *contact; /* "none", "fresh", "due" or "fading", against the cadence */
};
/* Looks at all of them as of the end of a day (days since 1970), tells what differs from the look
 * before, and keeps this one in *watch; with NULL there, it is the first and nothing differs. On
 * failure the look before stays. */
int node_watch(struct node *n, const struct viewer *v, struct arena *a, int64_t now_ms, int64_t day,
               struct error *err, struct watch **watch, struct attention_change **ret,
               size_t *ret_count);
void watch_free(struct watch *w);

/* Waits until the ledger has an entry past `after`, or the time passes. */
int64_t node_wait(struct node *n, int64_t after, int timeout_ms);
