/*
 * Building columns: what the three files of it share; nothing else includes it.
 *
 * options_choices.c says in which ways each offer of a partner may be used, options_modes.c
 * combines them into the ways in which the partner may take part, options_columns.c makes the
 * problem of all partners.
 */
#pragma once

#include "service/options_internal.h"

enum {
    GROUPS_MAX = LIMIT_OPTION_PARTNER_OFFERS,
    ACTIONS_MAX = 64,
    POOL_MAX = 4 * LIMIT_OPTION_MODES,
    LINES_MAX = COVER_REQUIREMENTS_MAX
};

/* One way to use one offer. */
struct choice_of_offer {
    uint32_t offer;
    const struct fit **fits; /* none: not possible */
    uint32_t fit_count;
    bool raised; /* its quantity is raised to what the line asks */
    uint64_t repairs;
    int32_t readiness;
};

struct group { /* at most one of these */
    struct choice_of_offer *choices;
    uint32_t count, capacity;
};

/* A mode being built: by choice (0: none) of every group. */
struct slot {
    int64_t quantity[LINES_MAX];
    uint16_t chosen[GROUPS_MAX];
    int32_t burden, readiness;
    uint32_t wants, gives, offers;
    uint64_t repairs;
    uint32_t order; /* as found */
};

struct builder {
    struct option_desk *desk;
    struct option_problem *problem;
    uint32_t actor, most; /* modes kept of one partner */
    struct group groups[GROUPS_MAX];
    struct slice assets[GROUPS_MAX];
    uint32_t group_count;
    struct repair_action actions[ACTIONS_MAX];
    uint32_t action_count;
    struct slot *kept, *next; /* POOL_MAX + 1 each */
    uint32_t kept_count, next_count, order;
};

/* The offer's group, or that of its asset, with every way to use it. */
int builder_add_offer(struct builder *b, uint32_t offer);
/* All ways to choose from the groups, into kept. */
void builder_combine(struct builder *b);
/* Millionths that the choice brings to the fit's line. */
int64_t builder_quantity(const struct option_desk *d, const struct choice_of_offer *c,
                         const struct fit *f);
