/*
 * The ties along which a viewer may be introduced, as arrays for the kernel (kernel/paths.h).
 *
 * A tie u -> v says that u can introduce to v. Its strength is
 *   relationship  the trust forecast of u in v, folded for this viewer; times the policy's factor
 *                 when the relationship is dormant (priority T5 or posture dormant): weak, not
 *                 absent. Both ways, one for each side; interpersonal and institutional alike
 *   posting       between a person and the position held, both ways: stated in the policy
 *   unit          between an actor and the one it is part of, both ways: stated in the policy
 *   membership    between a member and its body, both ways: stated in the policy, and weak, since
 *                 to sit in the same alliance is not yet to be known
 *   access        from its holder to whom, or to the thing, that the access is to: policy, by its
 *                 stated strength, and weak when none is stated
 * each from a readable record that is in force on the day. Of several ties between two the
 * strongest counts, then the sort first named above, then the lower id of its record.
 *
 * The ties between actors are those of the network (shape_network.h), which is kept from question
 * to question; only ties to the thing asked for are a question's own.
 */
#pragma once

#include "service/shape.h"

struct introduction_graph {
    struct shape shape; /* holds the network */
    struct snapshot *snapshot;
    struct arena *arena;
    int64_t as_of; /* seconds */
    const struct shape_actor *actors;
    uint32_t actor_count;
    struct introduction_tie *extra; /* to the thing asked for; once settled the strongest of each */
    uint32_t extra_count, extra_capacity;
    struct paths_graph paths; /* of actor_count + 1 actors: the last is the thing asked for */
    bool has_own_paths;
    const uint64_t *willing;
};

/* as_of: seconds; networks of shape_day are kept. Free with introduction_graph_done, also after a
 * failure. */
int introduction_graph_read(struct node *n, struct snapshot *s, int64_t as_of, struct error *err,
                            struct introduction_graph *ret);
/* A tie to the thing asked for, which has the number actor_count. */
int introduction_graph_add(struct introduction_graph *g, const struct introduction_tie *tie);
/* The actor is not to introduce anybody. */
int introduction_graph_leave_out(struct introduction_graph *g, uint32_t actor);
/* Makes the kernel's graph, when there are ties beyond the network's. */
int introduction_graph_settle(struct introduction_graph *g, struct error *err);
void introduction_graph_done(struct introduction_graph *g);
struct paths_filter introduction_filter(const struct introduction_graph *g);

/* UINT32_MAX when there is no such actor that the viewer may read. */
uint32_t introduction_actor_find(const struct introduction_graph *g, struct slice id);
/* NULL when there is none; of a settled graph. */
const struct introduction_tie *introduction_tie_find(const struct introduction_graph *g,
                                                     uint32_t from, uint32_t to);
/* Do these dates ("": open) hold at the graph's date? */
bool introduction_in_force(const struct introduction_graph *g, struct slice from,
                           struct slice until);
/* The policy's strength of an access. */
uint16_t introduction_access_strength(const struct introduction_graph *g, struct slice word);
