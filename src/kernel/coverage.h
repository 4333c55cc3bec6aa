/*
 * How surely a coalition covers a whole need, and which backups help most.
 *
 * Member j delivers all it would bring, q_jr toward every requirement r, or nothing; it delivers
 * with probability p_j when every cause it hangs on holds, and never otherwise. Members and causes
 * are independent. Covered: for every r the quantities delivered add up to the demand d_r.
 *
 *   state = (what is still missing of each requirement, which shared causes hold)
 *   f(state) -> p f(state with q_j off) + (1-p) f(state)       member by member, equal states added
 *
 * is exact: total probability over the causes and over every way of delivering. A pooled quantity,
 * a redundancy and a yes-or-no requirement (demand 1) are the same thing here. A state that nothing
 * to come can complete has failed, a complete one has succeeded, and neither is kept; so n members
 * make no more than 2^n states, nor than prod (d_r + 1), for each setting of the causes.
 *
 * Past COVERAGE_STATES_MAX states the least probable are let go, and the answer is a pair of
 * bounds, each with its method: what was let go counted as failed or as covered
 * (COVERAGE_BY_STATES), or the product and the least of the probabilities of each requirement alone
 * (COVERAGE_BY_REQUIREMENTS; coverage rises with every delivery, so Harris 1960 makes the product a
 * lower bound). The tighter one of each side is given. It is never a guess.
 *
 * Independence is an assumption: partners of one parent or one agreement fail together. Name what
 * they share as a cause; nothing here finds it. A member that needs another one to deliver is met,
 * on the safe side, by a further requirement of demand 1 that the other one brings.
 *
 * Only + - * of doubles in a fixed order: the same bits everywhere. Requirements of demand 0 are
 * met; a need without requirements is covered. O(members * states * requirements).
 */
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    COVERAGE_STATES_MAX = 1 << 16, /* kept at once; more: bounds */
    COVERAGE_REQUIREMENTS_MAX = 64,
    COVERAGE_CAUSES_MAX = 64,
    COVERAGE_MEMBERS_MAX = 256,
    COVERAGE_CANDIDATES_MAX = 2048,
    COVERAGE_LOOKS_MAX = 1 << 25, /* of pairs of backups at states */
};

struct coverage_part {
    uint32_t requirement;
    int32_t quantity; /* >= 0 */
};

/* One mode of one partner. */
struct coverage_column {
    uint32_t partner;
    int32_t burden;
    double probability;                /* 0..1, that it delivers if all its causes hold */
    double low, high;                  /* its interval; read by coverage_interval only */
    uint64_t causes;                   /* bit k: it hangs on cause k */
    const struct coverage_part *parts; /* a requirement named twice adds up */
    uint32_t part_count;
};

struct coverage_need {
    const int32_t *demands; /* >= 0 */
    uint32_t requirement_count;
    const double *causes; /* probability that each holds */
    uint32_t cause_count;
    const struct coverage_column *columns;
    uint32_t column_count;
};

enum coverage_method { COVERAGE_EXACT, COVERAGE_BY_STATES, COVERAGE_BY_REQUIREMENTS };

struct coverage {
    double lower, upper; /* equal when exact */
    enum coverage_method lower_by, upper_by;
    uint32_t states; /* most states held at once */
};

/* Memory that one evaluation leaves to the next. Of one thread at a time. NULL: no memory. */
struct coverage_work;
struct coverage_work *coverage_work_new(void);
void coverage_work_free(struct coverage_work *w);

/* members: indices of columns, at most one of each partner, in any order.
 * EN_INVALID, EN_TOO_LARGE, EN_NO_MEMORY; the same for all three. */
int coverage_of(const struct coverage_need *need, const uint32_t *members, uint32_t count,
                struct coverage_work *w, struct error *err, struct coverage *ret);

/* With every member at its low, at its probability and at its high. Coverage rises with every
 * member's probability, so it lies within low.lower .. high.upper whenever each member's lies
 * within its own interval. That is a cautious envelope; no level is claimed for it. */
struct coverage_interval {
    struct coverage low, expected, high;
};
int coverage_interval(const struct coverage_need *need, const uint32_t *members, uint32_t count,
                      struct coverage_work *w, struct error *err, struct coverage_interval *ret);

/* Columns added to a coalition. */
struct coverage_backup {
    uint32_t count;      /* 0: no such choice makes the need surer */
    uint32_t columns[2]; /* ascending */
    int64_t burden;
    struct coverage with; /* the coalition with them; as alone when count is 0 */
};

struct coverage_backups {
    struct coverage alone;
    struct coverage_backup one;
    struct coverage_backup two; /* surer than the best one, else count is 0 */
    bool proven; /* false: the search for two ended at its limit, with the best so far */
};

/* The best backup and the best two among candidates (NULL: all columns), of partners that are not
 * in yet and not twice the same. Best: the highest probability (its lower bound), compared to
 * 1e-12; then the least burden; then the lowest columns. */
int coverage_backups(const struct coverage_need *need, const uint32_t *members, uint32_t count,
                     const uint32_t *candidates, uint32_t candidate_count, struct coverage_work *w,
                     struct error *err, struct coverage_backups *ret);
