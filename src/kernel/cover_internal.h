/*
 * What the files of the options kernel (cover.h) share.
 *
 *   cover_check       the instance as it was given, or a refusal that names the field
 *   cover_columns     items: the columns that can matter by a given hour
 *   cover_directions  32 ways to weigh burden, risk and partners against each other
 *   cover_lp          one linear program by the dual simplex method
 *   cover_bound       integer multipliers from 32 such programs: what covering the rest must cost
 *   cover_groups      what they miss inside a group of rows, by exact dynamic programming
 *   cover_set         points found so far, none worse than another
 *   cover_levels      the corners of what those points leave open, as thresholds for the bounds
 *   cover_room        those of them that are left to a node
 *   cover_greedy      first coalitions
 *   cover_search      branch and bound, and its two kinds of node: cover_pure and cover_general
 *   cover_gap         what is proven when a search was stopped
 *   cover             hours, passes and the answer
 *
 * Rows are requirements in the order of the stage. All of it is integer arithmetic but for the
 * linear programs and the choice of directions, whose results are rounded to integers that are
 * valid whatever they are: rounding can cost speed, never a point.
 */
#pragma once

#include "kernel/cover.h"
#include "kernel/cover_lanes.h"

enum {
    COVER_ROWS_MAX = COVER_REQUIREMENTS_MAX,
    COVER_LISTS_MAX = COVER_ROWS_MAX + COVER_CLASSES_MAX, /* rows, then classes of complements */
    COVER_GROUP_ROWS = 11,
    COVER_GROUPS_MAX = (COVER_ROWS_MAX + COVER_GROUP_ROWS - 1) / COVER_GROUP_ROWS,
    COVER_FRACTION = 20,           /* fraction bits of a direction's weights */
    COVER_SCALE = 1 << 28,         /* no coalition weighs more in any direction */
    COVER_PARTS_PER_ONE = 1000000, /* gaps are counted in millionths */
};
#define COVER_GAP_NONE UINT32_MAX

/* One column of a stage. */
struct cover_item {
    uint32_t column, partner;
    int32_t burden, risk;
    int32_t readiness;
    int32_t begins; /* the same where the stage has several hours, else 0 */
    uint32_t wants, gives;
    uint64_t mask; /* rows it serves */
    uint32_t part_count;
    const struct cover_part *parts; /* by row, quantities no larger than the demand */
    /* other partners with a mode that precedes this item (cover_columns.c) */
    uint32_t better_count;
    const uint32_t *betters;
};

/* weight = (a burden + b risk + g) / 2^COVER_FRACTION. The first three directions are the
 * objectives alone: burden, risk and partners times 2^unit[0], 2^unit[1] and 2^unit[2]. */
struct cover_directions {
    int64_t a[LANES], b[LANES], g[LANES];
    int unit[3];
};

/* The problem for the columns that can begin by the latest of some hours. */
struct cover_stage {
    const struct cover_instance *in;
    struct arena *arena;     /* as long as the stage */
    struct arena *temporary; /* until the search enters a stage again */
    const int32_t *hours;    /* ascending */
    uint32_t hour_count;
    uint32_t *proven; /* per hour: gap in millionths, COVER_GAP_NONE: nothing yet */

    uint32_t rows;
    int32_t demand[COVER_ROWS_MAX];
    struct cover_item *item;
    uint32_t count;
    bool pure;   /* every demand 1, one mode a partner, no complements */
    bool served; /* every demand can be met, exclusions aside */
    uint32_t members_max;
    int32_t burden_end, risk_end; /* above those of every coalition that can matter */
    /* items of a partner: member[first[p] .. first[p+1]) */
    uint32_t *partner_first, *partner_item;

    struct cover_directions directions;
    struct lanes *weight, *reduced; /* per item: weight, and weight less what its parts are worth */
    struct lanes dual[COVER_ROWS_MAX];
    uint32_t *order;                                         /* items, most promising first */
    uint32_t group_count, group_first[COVER_GROUPS_MAX + 1]; /* rows of a group are neighbours */
    struct lanes *group[COVER_GROUPS_MAX]; /* per mask of the group's rows, 0 and more */
    bool priced;                           /* the bounds stand */
};

int cover_check(const struct cover_instance *in, const struct cover_options *o, struct error *err);

/* The items for those hours; EN_NO_MEMORY. ret->arena and ret->temporary are given. */
int cover_stage_make(const struct cover_instance *in, const struct cover_options *o,
                     const int32_t *hours, uint32_t hour_count, bool objective,
                     struct cover_stage *ret);

/* Points ---------------------------------------------------------------------------------- */

struct cover_found {
    int32_t burden, risk, partners, readiness, weakest;
    int32_t key;       /* readiness where it is an objective, else 0 */
    uint32_t *columns; /* ascending, on the heap */
};

struct cover_set {
    struct cover_found *at; /* none at most as bad as another in everything */
    uint32_t count, capacity;
};

/* 1 when the point is new (its columns are copied), 0 when an old one is as good, EN_NO_MEMORY. */
int cover_set_add(struct cover_set *s, const struct cover_found *f);
void cover_set_sort(struct cover_set *s); /* by burden, risk, partners, readiness */
void cover_set_done(struct cover_set *s);

/* Thresholds ------------------------------------------------------------------------------ */

/* Room for a point with less than this burden and less than this risk. */
struct cover_corner {
    int32_t burden, risk;
    uint32_t lanes; /* the most it may weigh, in the pool */
};

struct cover_level {
    struct cover_corner *corner; /* burden ascending, risk descending */
    uint32_t count, capacity;
    bool own; /* differs from the level below */
};

struct cover_levels {
    const struct cover_directions *directions;
    uint32_t shrink; /* millionths: points count as this much better than they are */
    uint32_t top;    /* levels 1 .. top: at most so many partners */
    struct cover_level level[COVER_MEMBERS_MAX + 2];
    struct lanes *pool;
    uint32_t pool_count, pool_capacity;
    uint32_t *spare;
    uint32_t spare_count, spare_capacity;
    uint32_t hot_level, hot_corner; /* where the last bound found room */
    uint64_t version;               /* another one after every change */
    bool failed;                    /* a room could not be made anew: EN_NO_MEMORY */
};

/* The corners in which a node has room, for its children. */
struct cover_room {
    struct lanes bound; /* of the node */
    uint32_t partners_min;
    uint64_t version; /* of the levels when it was made */
    struct cover_place {
        uint32_t level, lanes;
    } * place;
    uint32_t count, capacity;
};

/* Everything open; then the points of the set that begin by the hour. EN_NO_MEMORY. */
int cover_levels_begin(struct cover_levels *l, const struct cover_stage *st, uint32_t shrink);
int cover_levels_load(struct cover_levels *l, const struct cover_set *s, int32_t hour);
int cover_levels_add(struct cover_levels *l, int32_t burden, int32_t risk, uint32_t partners);
/* Could a coalition of at least that many partners that weighs at least `bound` be wanted? */
bool cover_levels_open(struct cover_levels *l, const struct lanes *bound, uint32_t partners_min);
void cover_levels_done(struct cover_levels *l);

/* Room for a node with that bound and at least so many partners, within that of its parent (NULL:
 * anywhere). EN_NO_MEMORY. */
int cover_room_make(const struct cover_levels *l, const struct cover_room *parent,
                    const struct lanes *bound, uint32_t partners_min, struct cover_room *r);
/* The same question as cover_levels_open, for a child of the room's node. */
bool cover_room_open(struct cover_levels *l, struct cover_room *r, const struct lanes *bound,
                     uint32_t partners_min);

/* Bounds ---------------------------------------------------------------------------------- */

void cover_directions_first(struct cover_stage *st);
/* Fitted to the points known, which are sorted; false (and nothing changed) when they are too few.
 */
bool cover_directions_fit(struct cover_stage *st, const struct cover_set *s, int32_t hour);

struct cover_lp {
    const struct cover_stage *st;
    uint32_t count; /* of items */
    uint32_t rows;  /* of the stage, then one for each partner that was taken more than once */
    bool boxed;     /* no item more than once */
    double *inverse, *basic, *column; /* a row each of the inverse of the basis; rows; rows */
    double *ratio, *cost;             /* items, then a surplus a row */
    uint32_t *head;                   /* per row: what is basic there */
    uint8_t *place;                   /* per item and surplus */
    uint32_t *partner_row;            /* per partner: its row, or 0 */
};
int cover_lp_make(const struct cover_stage *st, struct cover_lp *ret);
/* Multipliers y >= 0 of the rows, near the best of the dual; cost: count of them. */
void cover_lp_duals(struct cover_lp *lp, const double *cost, double *y);

/* Weights, multipliers, groups for the stage's directions. */
int cover_price(struct cover_stage *st);
int cover_groups_price(struct cover_stage *st);
/* What every coalition weighs at least. */
void cover_root(const struct cover_stage *st, struct lanes *ret);

/* Search ---------------------------------------------------------------------------------- */

struct cover_list {
    uint32_t *item;
    uint32_t count;
};

struct cover_partner {
    uint32_t free_modes; /* not excluded */
    uint16_t needed;     /* by so many members, since it is better than them */
    bool there;          /* a mode of it is a member */
};

struct cover_search {
    const struct cover_options *o;
    struct cover_set *set;
    bool objective; /* readiness is one */
    struct cover_levels levels;
    uint64_t nodes;
    int failed;   /* EN_NO_MEMORY */
    bool stopped; /* by the budget or the caller, or failed */

    struct cover_stage *st;
    struct cover_list list[COVER_LISTS_MAX];          /* items that serve a row or give a class */
    uint32_t list_order[COVER_LISTS_MAX], list_count; /* shortest first */
    uint16_t *excluded;                               /* per item: reasons not to take it */
    uint32_t *trail, trail_count;                     /* what was excluded, to undo it */
    uint32_t *candidates, longest;                 /* two lists of the longest length per depth */
    struct cover_room room[COVER_MEMBERS_MAX + 1]; /* per depth */
    uint32_t path[COVER_MEMBERS_MAX + 1], depth;
    /* general nodes */
    int32_t rest[COVER_ROWS_MAX], have[COVER_ROWS_MAX]; /* still wanted; brought so far */
    uint32_t open_rows;
    uint32_t wants, gives;
    struct lanes *credit; /* per partner: what its best mode may still save, 0 or less */
    bool *has_credit;     /* per item: it weighs less than its parts are worth, somewhere */
    struct cover_partner *partner;
    uint32_t pending; /* partners that are needed and not there */
    /* bounds of nodes that were left open when the search stopped */
    struct lanes *left;
    uint32_t left_count, left_capacity;
};

/* Makes what a search needs for this stage, in its temporary arena. */
int cover_search_enter(struct cover_search *s, struct cover_stage *st);
void cover_search_done(struct cover_search *s);
/* One pass over the coalitions of hours[at] with the points shrunk. With `newest` only over those
 * with a member that begins just then: the others were looked for at earlier hours. It ends, or
 * s->stopped and what was left open stands in s->left. */
void cover_search_hour(struct cover_search *s, uint32_t at, uint32_t shrink, bool newest);

/* For the nodes. */
bool cover_search_count(struct cover_search *s); /* one more node; false: stop */
void cover_search_leaf(struct cover_search *s);  /* the path is a coalition */
void cover_search_leave(struct cover_search *s, const struct lanes *bound);
/* Makes the room of a node at the present depth; false: none is left. */
bool cover_search_room(struct cover_search *s, const struct lanes *bound);

/* Branches over list[0..count) at the present path. The bound of a pure node is the weight of the
 * path and the multipliers of the open rows; that of a general node counts credits too. */
void cover_pure_begin(struct cover_search *s, struct lanes *ret_bound);
bool cover_pure_wanted(struct cover_search *s, uint32_t item, uint64_t open,
                       const struct lanes *bound);
void cover_pure_node(struct cover_search *s, uint64_t open, const struct lanes *bound);
void cover_pure_branch(struct cover_search *s, const uint32_t *list, uint32_t count, uint64_t open,
                       const struct lanes *bound);

#define COVER_NO_ROW COVER_LISTS_MAX
void cover_general_begin(struct cover_search *s, struct lanes *ret_bound);
bool cover_general_wanted(struct cover_search *s, uint32_t item, const struct lanes *bound);
/* Excludes an item that is not excluded; the bound rises by the credit that is lost. */
void cover_general_exclude(struct cover_search *s, uint32_t item, struct lanes *bound);
void cover_general_node(struct cover_search *s, const struct lanes *bound);
void cover_general_branch(struct cover_search *s, const uint32_t *list, uint32_t count,
                          uint32_t row, const struct lanes *bound);

/* First coalitions for the hour, one or two a direction. */
int cover_greedy(struct cover_search *s, int32_t hour);

/* The smallest gap from `least` on, in millionths, that closes all of the bounds at hours[at];
 * COVER_GAP_NONE when none does. Leaves the levels in disorder. EN_NO_MEMORY. */
int cover_gap_of(struct cover_search *s, uint32_t at, const struct lanes *bounds, uint32_t count,
                 uint32_t least, uint32_t *ret);
