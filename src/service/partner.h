/*
 * The partner's eyes: the viewer of a peer, by which everything that is shown or sent to it is
 * read.
 *
 * Invariant: what the viewer reads is decided by the peer's own clearance and by onward grants in
 * force now (picture/onward.c). For an officer who asks as the partner, the officer's clearance
 * must hold besides: nobody sees more by asking as another. Releases that are over are ended first,
 * which is a write: no snapshot may be open.
 */
#pragma once

#include "picture/picture.h"
#include "service/node.h"

/* which: a peer by the id of its record, its instance or its name. officer NULL: the whole truth,
 * for sending. EN_NOT_FOUND when there is no such peer; EN_CONFLICT, for an officer, when nobody
 * stated what it may read. The viewer lives in the arena, and no longer than the officer. */
int partner_viewer(struct node *n, struct arena *a, struct slice which,
                   const struct viewer *officer, int64_t now_ms, struct error *err,
                   const struct viewer **ret);
/* True when the officer's own clearance may hide what the partner reads. */
bool partner_narrowed(const struct viewer *partner);
