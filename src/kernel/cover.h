/*
 * Options: the exact Pareto front of coalitions that cover a need.
 *
 * A need has requirements r with demands d_r. A column is one mode of one partner: what it would
 * bring to which requirements, at a burden, a risk (integer: round(-1000 ln p), p the probability
 * that it delivers) and a readiness (hours until it can begin). A coalition is a set of columns
 * with at most one of each partner, whose quantities add up to every demand and whose wants are met
 * by its gives.
 *
 * Which coalition stands for a point: of those with the same objectives, the first that the search
 * meets; the search is a function of the instance (in its order) and the options alone, so the same
 * input gives the same coalitions everywhere. Another order of the same columns gives the same
 * points of an exact front, perhaps shown by other coalitions.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    COVER_REQUIREMENTS_MAX = 64,
    COVER_DEMAND_MAX = 1000,
    COVER_COLUMNS_MAX = 16384,
    COVER_CLASSES_MAX = 32,     /* bits of wants and gives */
    COVER_VALUE_MAX = 10000000, /* burden, risk and readiness of one column */
    COVER_MEMBERS_MAX = 128,    /* larger coalitions are never looked for */
};

struct cover_part {
    uint32_t requirement;
    int32_t quantity; /* 1 .. demand; more counts as the demand */
};

struct cover_column {
    uint32_t partner;
    int32_t burden, risk, readiness; /* >= 0 */
    const struct cover_part *parts;  /* no requirement twice */
    uint32_t part_count;
    /* Complements: bits of up to 32 classes. Every class that a chosen column wants must be given
     * by some chosen column. */
    uint32_t wants, gives;
};

struct cover_instance {
    const int32_t *demands; /* 1 .. COVER_DEMAND_MAX each */
    uint32_t requirement_count;
    const struct cover_column *columns;
    uint32_t column_count;
    uint32_t partner_count;
};

struct cover_options {
    /* Nodes of the search, 0: no limit. The same budget gives the same answer everywhere. */
    uint64_t budget;
    double epsilon; /* 0: exact; else a finished search has a gap of at most this (in millionths) */
    uint32_t partners_max; /* larger coalitions are not looked for; 0: COVER_MEMBERS_MAX */
    bool readiness;        /* true: readiness is an objective too; false: shown only */
    /* NULL, or called every some hundred nodes; false stops the search as a budget does. */
    bool (*step)(void *context, uint64_t nodes, uint32_t points);
    void *context;
};

/* One point: no other coalition is at most as bad in burden, risk, partners (and readiness, when it
 * is an objective) and better in one. */
struct cover_point {
    int32_t burden, risk, partners, readiness;
    int32_t weakest;         /* the largest risk of one member */
    const uint32_t *columns; /* ascending */
    uint32_t column_count;
};

enum cover_state { COVER_EXACT, COVER_WITHIN, COVER_STOPPED };

struct cover_front {
    const struct cover_point *points; /* by burden, then risk, partners, readiness */
    uint32_t count;
    enum cover_state state;
    /* Proven: whatever coalition exists, a point given has at most (1+gap) times its burden and its
     * risk, no more partners, and (when it is an objective) no later readiness. 0 when exact,
     * HUGE_VAL when nothing is proven. */
    double gap;
    uint64_t nodes;
    bool infeasible; /* proven: no coalition (of at most partners_max) covers the need */
};

/* The front, in the arena. EN_INVALID (field and reason in err) for a malformed instance. */
int cover_solve(const struct cover_instance *in, const struct cover_options *o, struct arena *a,
                struct error *err, struct cover_front *ret);
