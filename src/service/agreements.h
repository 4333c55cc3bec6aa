/*
 * Agreements as they stand on a day, for a viewer: the status of each readable one, who is bound by
 * it, and what binds two actors together.
 *
 * An actor is covered by an agreement when itself, one of its parents, or the state of its country
 * (the actor of nature state with the same country) is a party bound on that day. Two actors are
 * bound together when each is covered, by different parties. An agreement that the viewer may not
 * read binds nobody and replaces nothing.
 */
#pragma once

#include "picture/picture.h"
#include "record/agreement_status.h"

struct agreements;

/* An agreement that binds two actors together. */
struct agreement_link {
    struct slice agreement; /* its id */
    size_t index;           /* for agreements_status_of and the others below */
    enum agreement_state state;
    bool binding; /* in law */
    struct slice instrument;
    int64_t ends_on; /* last day in force, in ms of its beginning; DAY_NEVER: not known */
};

/* Reads all that the viewer may read, once. as_of in seconds. All lives in the snapshot's arena. */
int agreements_open(struct snapshot *s, int64_t as_of, struct error *err, struct agreements **ret);

size_t agreements_count(const struct agreements *g);
/* Index of an id; false when there is no such agreement for this viewer. */
bool agreements_find(const struct agreements *g, struct slice id, size_t *ret);
struct slice agreements_id(const struct agreements *g, size_t agreement);
const struct json *agreements_body(const struct agreements *g, size_t agreement);
const struct agreement_status *agreements_status_of(const struct agreements *g, size_t agreement);
/* The agreement in whose favour it ended or will end, or the empty slice. */
struct slice agreements_superseded_by(const struct agreements *g, size_t agreement);

/* Covered by it while it is in force (expiring is; suspended and provisional are not). */
bool agreements_bound(const struct agreements *g, size_t agreement, struct slice actor);

/* The agreements in force that bind a and b together, by id; with a capability (a concept), only
 * those whose `covers` names it or a broader one. An agreement that covers nothing in particular
 * covers no capability. The list lives in the snapshot's arena. */
int agreements_between(const struct agreements *g, struct slice a, struct slice b,
                       struct slice capability /* empty: any */, const struct agreement_link **ret,
                       size_t *ret_count);
