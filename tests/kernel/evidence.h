/*
 * Generated evidence for kernel tests: columns in one block of memory, grouped by pair.
 */
#pragma once

#include "kernel/trust.h"
#include "random.h"

#include <stdlib.h>

enum { EVIDENCE_LABELS = 100 };

struct made {
    struct trust_columns columns;
    size_t items;
    uint32_t *offset;
    int64_t *at;
    uint32_t *since, *weight, *label;
    uint8_t *side;
};

static inline void made_free(struct made *m)
{
    free(m->offset);
    free(m->at);
    free(m->since);
    free(m->weight);
    free(m->label);
    free(m->side);
}

/* Weights as they occur: 0.25, 1, 2, 4 units, odd ones, and where `heavy` now and then the heaviest
 * possible (blocks with and without one are added in different ways). */
static inline uint32_t made_weight(struct random *r, bool heavy)
{
    static const uint32_t usual[] = { 250000, 1000000, 2000000, 4000000 };
    uint64_t pick = random_below(r, 40);
    if (pick == 0 && heavy)
        return UINT32_MAX;
    if (pick < 10)
        return (uint32_t)random_below(r, 4000001);
    return usual[pick % 4];
}

/* Items of each pair: 0 .. most. Times from `from` over `span` seconds, many of them equal. */
static inline struct made made_evidence(struct random *r, size_t pairs, size_t most, int64_t from,
                                        uint64_t span)
{
    struct made m = { 0 };
    size_t room = pairs * most + 1;
    m.offset = malloc((pairs + 1) * sizeof(*m.offset));
    m.at = malloc(room * sizeof(*m.at));
    m.since = malloc(room * sizeof(*m.since));
    m.weight = malloc(room * sizeof(*m.weight));
    m.label = malloc(room * sizeof(*m.label));
    m.side = malloc(room * sizeof(*m.side));
    if (!m.offset || !m.at || !m.since || !m.weight || !m.label || !m.side)
        abort();
    bool heavy = random_below(r, 2) == 0;
    for (size_t p = 0; p < pairs; p++) {
        m.offset[p] = (uint32_t)m.items;
        for (size_t n = random_below(r, most + 1); n > 0; n--, m.items++) {
            size_t i = m.items;
            uint64_t moment = random_below(r, span);
            m.at[i] = from + (int64_t)(random_below(r, 3) ? moment : moment / 86400 * 86400);
            m.weight[i] = made_weight(r, heavy);
            m.side[i] = (uint8_t)random_below(r, TRUST_SIDES);
            m.label[i] = (uint32_t)random_below(r, EVIDENCE_LABELS);
        }
    }
    m.offset[pairs] = (uint32_t)m.items;
    m.columns = (struct trust_columns){ .pair_count = pairs,
                                        .offset = m.offset,
                                        .at = m.at,
                                        .weight = m.weight,
                                        .side = m.side,
                                        .label = m.label };
    if (trust_columns_since(m.at, m.items, m.since, &m.columns.epoch))
        m.columns.since = m.since;
    return m;
}
