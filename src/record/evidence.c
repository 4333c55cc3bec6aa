/*
 * From testimony to evidence: the policy weighs what a record says.
 *
 *   weight of an item (micro-units) = round(10^6 sqrt(stakes) share part), part being the row's
 *   positive or negative share; split equally over the row's dimensions, the remainder to the
 * first.
 *
 * Invariant: same record and policy, same items in the same order (testimony order, then dimension,
 * positive before negative); the parts of a split add up exactly. Items of weight 0 are not given.
 * sqrt is exactly rounded by IEEE 754, so every platform gives the same integers.
 */
#include "record/weights_table.h"

#include <math.h>

struct weighing {
    const struct weights *weights;
    evidence_sink sink;
    void *context;
};

static double stakes_of(const struct weights *w, const struct weight_row *row, struct slice word)
{
    if (row->stakes > 0)
        return row->stakes;
    if (slice_is(word, "critical"))
        return w->critical;
    if (slice_is(word, "significant"))
        return w->significant;
    return w->routine;
}

static uint8_t stakes_rank(const struct weights *w, double stakes)
{
    return (uint8_t)(stakes >= w->critical      ? 3
                     : stakes >= w->significant ? 2
                     : stakes >= w->routine     ? 1
                                                : 0);
}

static unsigned dimensions_of(const struct weight_row *row, struct slice word)
{
    if (row->dimensions)
        return row->dimensions;
    for (unsigned d = 0; d < DIMENSION_COUNT; d++) {
        if (slice_is(word, dimension_choices[d].value))
            return 1U << d;
    }
    return 0;
}

static uint32_t micro(double stakes, double share, double part)
{
    double value = 1e6 * sqrt(stakes) * share * part;
    return value > 0 ? value < 4e9 ? (uint32_t)llround(value) : 4000000000U : 0;
}

/* Part `index` of `count` equal parts that add up to the total. */
static uint32_t equal_part(uint32_t total, unsigned index, unsigned count)
{
    return total / count + (index < total % count);
}

static void weigh(void *context, const struct testimony *t)
{
    struct weighing *g = context;
    const struct weight_row *row = weights_find(g->weights, slice_of(t->event));
    unsigned dimensions = row ? dimensions_of(row, t->dimension) : 0;
    if (!dimensions || slice_empty(t->truster) || slice_empty(t->trustee))
        return;
    double stakes = stakes_of(g->weights, row, t->stakes);
    double both = row->positive + row->negative;
    double parts[2] = { t->valence ? (t->valence > 0 ? both : 0) : row->positive,
                        t->valence ? (t->valence < 0 ? both : 0) : row->negative };
    unsigned count = (unsigned)__builtin_popcount(dimensions), index = 0;
    for (unsigned d = 0; d < DIMENSION_COUNT; d++) {
        if (!(dimensions >> d & 1))
            continue;
        for (int side = 0; side < 2; side++) {
            struct evidence_item item = {
                .truster = t->truster,
                .trustee = t->trustee,
                .at_ms = t->at_ms,
                .dimension = (uint8_t)d,
                .valence = (int8_t)(side ? -1 : 1),
                .w_micro = equal_part(micro(stakes, t->share, parts[side]), index, count),
                .event = row->event,
                .stakes = stakes_rank(g->weights, stakes),
            };
            if (item.w_micro)
                g->sink(g->context, &item);
        }
        index++;
    }
}

void weights_weigh(const struct weights *w, const struct testimony *t, evidence_sink sink,
                   void *context)
{
    struct weighing g = { .weights = w, .sink = sink, .context = context };
    weigh(&g, t);
}

void record_evidence(const struct kind *k, const struct json *body, const struct weights *w,
                     evidence_sink sink, void *context)
{
    struct weighing g = { .weights = w, .sink = sink, .context = context };
    if (k->testify)
        k->testify(body, weigh, &g);
}
