/*
 * The default weights: the table of the trust model's documentation, as data.
 *
 * Invariant: every event that a kind can testify has a row here (the tests prove it), and rows for
 * the events of kinds to come are ready, so that a policy file written today keeps its meaning.
 */
#include "record/weights.h"

#include "record/weights_table.h"

enum {
    ABILITY = 1 << DIMENSION_ABILITY,
    BENEVOLENCE = 1 << DIMENSION_BENEVOLENCE,
    INTEGRITY = 1 << DIMENSION_INTEGRITY,
};

static const struct weight_row default_rows[] = {
    /* event, dimensions, positive, negative, stakes (0: the record's) */
    { "commitment.kept", ABILITY | INTEGRITY, 1, 0, 0 },
    { "commitment.late", ABILITY | INTEGRITY, 0.5, 0.5, 0 },
    { "commitment.broken", ABILITY | INTEGRITY, 0, 1, 0 },
    { "obligation.fulfilled", ABILITY | INTEGRITY, 1, 0, 0 },
    { "obligation.late", ABILITY | INTEGRITY, 0.5, 0.5, 0 },
    { "obligation.breached", ABILITY | INTEGRITY, 0, 1, 0 },
    { "request.answered", ABILITY | BENEVOLENCE, 1, 0, 0 },
    { "request.partly", ABILITY | BENEVOLENCE, 0.5, 0.5, 0 },
    { "request.declined", ABILITY | BENEVOLENCE, 0, 0, 0 },
    { "request.ignored", ABILITY | BENEVOLENCE, 0, 1, 0 },
    { "disclosure.honoured", INTEGRITY, 1, 0, 4 },
    { "disclosure.breached", INTEGRITY, 0, 1, 16 },
    { "transaction.settled", INTEGRITY, 1, 0, 1 },
    { "transaction.overdue", INTEGRITY, 0, 1, 1 },
    { "engagement.held", BENEVOLENCE, 1, 0, 0.0625 },
    { "engagement.cancelled_late", BENEVOLENCE, 0, 1, 0.0625 },
    { "report.confirmed", ABILITY, 1, 0, 1 },
    { "report.refuted", ABILITY, 0, 1, 1 },
    { "assessment.positive", 0, 1, 0, 1 },
    { "assessment.negative", 0, 0, 1, 1 },
};

enum { DAY = 86400 };

void weights_defaults(struct weights *ret)
{
    *ret = (struct weights){
        .count = sizeof default_rows / sizeof default_rows[0],
        .routine = 1,
        .significant = 4,
        .critical = 16,
        .half_life_strategic = 730LL * DAY,
        .half_life_situational = 365LL * DAY,
        .half_life_time_bound = 180LL * DAY,
        .half_life_individual = 180LL * DAY,
        .lambda = 1.5,
        .prior_weight = 3,
        .kappa = 0.25,
        .reporter_cap = 4,
        .prior_strength = 4,
        .reciprocity = 0.5,
        .witness_cap = 1,
        .base_rate_default = 0.6,
        .own_delivery = 0.98,
        .delivery_floor = 0.2,
        .fading_days = 180,
        .tie_posting = 0.95,
        .tie_unit = 0.8,
        .tie_membership = 0.3,
        .tie_dormant = 0.5,
        .access_weak = 0.4,
        .access_fair = 0.65,
        .access_strong = 0.9,
    };
    memcpy(ret->rows, default_rows, sizeof default_rows);
}

struct weight_row *weights_find(const struct weights *w, struct slice event)
{
    for (size_t i = 0; i < w->count; i++) {
        if (slice_is(event, w->rows[i].event))
            return (struct weight_row *)(uintptr_t)&w->rows[i];
    }
    return NULL;
}
