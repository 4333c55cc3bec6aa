/*
 * Releases: the recorded decisions by which more may read; docs/release.md tells them whole.
 *
 * Every version with a lower label or an added reader stands in one append with the decision that
 * allows it (kind `release`): who, on what authority, why, until when. Whoever writes versions asks
 * release_judge. A decision ends by its date or by being revoked; then the label before returns, or
 * where the label has changed since, the join of both: nothing that ends shows more than before.
 *
 * A peer that is given a clearance, or a wider one, or more kinds, or is sent to again after it was
 * suspended, is one too (kind `peer_release`), in one append with the peer's version; its end gives
 * the peer back what it had, narrowed by what was narrowed since.
 *
 * A label that names a foreign originator (ORCON) is changed by that originator only. An onward
 * grant is stated in our own name: who receives it asks for our consent by our instance's id.
 */
#pragma once

#include "service/records.h"

enum label_change { LABEL_KEPT, LABEL_RAISED, LABEL_LOWERED, LABEL_CONTROLLED };

/* What a change of label is; EN_NO_MEMORY. */
int label_change_of(struct snapshot *s, const struct label *before, const struct label *after,
                    enum label_change *ret);

/* What whoever lowers a label says of it: authority, reason, until, review. */
extern const struct field release_grounds[];
/* What a proposal and a decision state. */
extern const struct field release_proposal[];
extern const struct field release_decision[];

/* A version with another label, about to be written by the snapshot's viewer. */
struct release_change {
    struct uuid record;
    const struct label *before, *after;
    const struct json *grounds; /* an object of release_grounds, or NULL */
    int64_t now_ms;
};
/* True in *ret_lowers when *ret is the decision to append right behind that version (in the
 * snapshot's arena). EN_FORBIDDEN when the viewer may not decide it, EN_INVALID without grounds. */
int release_judge(struct snapshot *s, const struct release_change *c, struct error *err,
                  struct draft *ret, bool *ret_lowers);

/* A version of a peer, about to be written by the snapshot's viewer. */
struct peer_change {
    struct uuid record;
    const struct json *before, *after; /* bodies; before NULL: it is met now */
    const struct json *grounds;        /* an object of release_grounds, or NULL */
    int64_t now_ms;
};
/* As release_judge, of a peer: true in *ret_widens when it may have more than before, with the
 * decision (kind `peer_release`) to append right behind. */
int release_judge_peer(struct snapshot *s, const struct peer_change *c, struct error *err,
                       struct draft *ret, bool *ret_widens);

/* input: release_proposal, checked. The snapshot of w is closed. */
int release_propose(struct write_context *w, const struct json *input, struct error *err,
                    struct written *ret);
/* input: release_decision, checked; the viewer must be permitted to disclose. */
int release_decide(struct write_context *w, struct slice id, const struct json *input,
                   struct error *err, struct written *ret);
/* Takes back a proposal of one's own, or with the permission to disclose any decision, also one over
 * a peer. */
int release_revoke(struct write_context *w, struct slice id, struct slice remark, struct error *err,
                   struct written *ret);
/* Ends every decision of ours whose last moment has passed. No snapshot may be open. */
int release_sweep(struct node *n, struct arena *a, int64_t now_ms, struct error *err);

/* What waits for a disclosure officer: proposals, decisions that end within so many milliseconds,
 * decisions whose day of review has come. Ids in order of date, in the snapshot's arena. */
struct release_queue {
    struct slice *proposed, *expiring, *review;
    size_t proposed_count, expiring_count, review_count;
};
int release_queue_read(struct snapshot *s, int64_t within_ms, struct error *err,
                       struct release_queue *ret);
