/*
 * The states of a coverage evaluation: a set of (missing quantities, causes that hold), each with
 * its probability mass; adding a state that is there adds to its mass.
 *
 * Invariant: states keep the order in which they first came, so every sum over them has one order.
 * Only the heap is used; EN_NO_MEMORY leaves the set as it was. Opened by coverage_run.c and
 * coverage_backups.c only.
 */
#pragma once

#include "base/error.h"

#include <stdint.h>

struct coverage_states {
    uint32_t width; /* requirements */
    uint32_t count, capacity;
    double *mass;
    uint64_t *causes;
    int32_t *missing; /* width a state, capacity * width allocated */
    size_t missing_room;
    uint32_t *slot; /* open addressing: 0, or the state's number + 1 */
    uint32_t slot_count, slot_room;
};

/* Empties it for states of this width; keeps the memory. */
void coverage_states_reset(struct coverage_states *s, uint32_t width);
void coverage_states_done(struct coverage_states *s);

int coverage_states_add(struct coverage_states *s, const int32_t *missing, uint64_t causes,
                        double mass, struct error *err);

/* Keeps the `most` of highest mass (equal ones: the first that came), in their order; ret_gone is
 * the mass of the others. Nothing may be added before the next reset. */
int coverage_states_cut(struct coverage_states *s, uint32_t most, struct error *err,
                        double *ret_gone);

static inline const int32_t *coverage_states_missing(const struct coverage_states *s, uint32_t i)
{
    return s->missing + (size_t)i * s->width;
}
