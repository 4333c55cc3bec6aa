/*
 * One pass over a coalition's members: from "all is missing" to the states they may leave behind.
 * Shared by the files of coverage; the model is in coverage.h.
 *
 * Invariant: covered + dropped + the mass of the states + the mass that has failed is 1 (to
 * rounding). No state is complete, and none is beyond what is still to come and the reserve.
 */
#pragma once

#include "kernel/coverage.h"
#include "kernel/coverage_states.h"

struct coverage_work {
    struct coverage_states now, next;
};

enum coverage_reading { COVERAGE_LOW, COVERAGE_EXPECTED, COVERAGE_HIGH };
enum { COVERAGE_EVERY = -1 };

/* What a pass is asked. */
struct coverage_task {
    const struct coverage_need *need;
    const uint32_t *members;
    uint32_t count;
    enum coverage_reading reading;
    int only;               /* one requirement, or COVERAGE_EVERY */
    const int64_t *reserve; /* per requirement: what backups may add; NULL: nothing */
    uint64_t reserve_causes;
};

/* What it finds; the states that are neither covered nor failed are in work->now. */
struct coverage_pass {
    double covered, dropped;
    uint64_t open; /* causes by which the states are still split */
    uint32_t states;
};

int coverage_run(const struct coverage_task *t, struct coverage_work *w, struct error *err,
                 struct coverage_pass *ret);

/* EN_INVALID or EN_TOO_LARGE for a need or coalition that is not as coverage.h asks. */
int coverage_check(const struct coverage_need *need, const uint32_t *members, uint32_t count,
                   struct error *err);
int coverage_check_column(const struct coverage_need *need, uint32_t column, struct error *err);

static inline double coverage_unit(double x)
{
    return x < 0 ? 0 : x > 1 ? 1 : x;
}
