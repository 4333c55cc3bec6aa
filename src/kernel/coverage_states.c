/*
 * The set of states: arrays in order of arrival and an open-addressing index over them, at most
 * half full. See coverage_states.h for what it guarantees.
 */
#include "kernel/coverage_states.h"

#include "base/fault.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 64 };

/* The index starts small again, so that a small set after a large one clears little. */
void coverage_states_reset(struct coverage_states *s, uint32_t width)
{
    s->count = 0;
    s->width = width;
    s->slot_count = 0;
}

void coverage_states_done(struct coverage_states *s)
{
    base_free(s->mass);
    base_free(s->causes);
    base_free(s->missing);
    base_free(s->slot);
    *s = (struct coverage_states){ 0 };
}

static uint64_t hash(const struct coverage_states *s, const int32_t *missing, uint64_t causes)
{
    uint64_t h = causes * 0x9e3779b97f4a7c15U;
    for (uint32_t r = 0; r < s->width; r++)
        h = (h ^ (uint64_t)(uint32_t)missing[r]) * 0xff51afd7ed558ccdU;
    return h ^ (h >> 32);
}

/* The slot of this state, or the empty one where it belongs. */
static uint32_t find(const struct coverage_states *s, const int32_t *missing, uint64_t causes)
{
    uint32_t i = (uint32_t)hash(s, missing, causes) & (s->slot_count - 1);
    for (; s->slot[i] != 0; i = (i + 1) & (s->slot_count - 1)) {
        uint32_t state = s->slot[i] - 1;
        if (s->causes[state] == causes &&
            memcmp(coverage_states_missing(s, state), missing, s->width * sizeof(*missing)) == 0)
            break;
    }
    return i;
}

static int widen_index(struct coverage_states *s)
{
    uint32_t wanted = s->slot_count ? 2 * s->slot_count : 2 * FIRST_CAPACITY;
    if (wanted > s->slot_room) {
        uint32_t *slot = base_malloc(wanted * sizeof(*slot));
        if (!slot)
            return EN_NO_MEMORY;
        base_free(s->slot);
        s->slot = slot;
        s->slot_room = wanted;
    }
    s->slot_count = wanted;
    memset(s->slot, 0, wanted * sizeof(*s->slot));
    for (uint32_t i = 0; i < s->count; i++)
        s->slot[find(s, coverage_states_missing(s, i), s->causes[i])] = i + 1;
    return 0;
}

/* An array that grew stays grown when a later one cannot; the capacity is that of the least. */
static int grow(struct coverage_states *s)
{
    uint32_t capacity = s->capacity;
    if (s->count == capacity)
        capacity = capacity ? 2 * capacity : FIRST_CAPACITY;
    double *mass = base_realloc(s->mass, capacity * sizeof(*mass));
    s->mass = mass ? mass : s->mass;
    uint64_t *causes = base_realloc(s->causes, capacity * sizeof(*causes));
    s->causes = causes ? causes : s->causes;
    size_t room = (size_t)capacity * (s->width ? s->width : 1);
    int32_t *missing = base_realloc(s->missing, room * sizeof(*missing));
    if (missing) {
        s->missing = missing;
        s->missing_room = room;
    }
    if (!mass || !causes || !missing)
        return EN_NO_MEMORY;
    s->capacity = capacity;
    return 0;
}

static int make_room(struct coverage_states *s)
{
    bool fits = s->count < s->capacity && ((size_t)s->count + 1) * s->width <= s->missing_room;
    if (!fits && grow(s) < 0)
        return EN_NO_MEMORY;
    return s->count < s->slot_count / 2 ? 0 : widen_index(s);
}

int coverage_states_add(struct coverage_states *s, const int32_t *missing, uint64_t causes,
                        double mass, struct error *err)
{
    if (make_room(s) < 0)
        return error_set(err, EN_NO_MEMORY, "no memory for more than %u states", s->count);
    uint32_t at = find(s, missing, causes);
    if (s->slot[at] != 0) {
        s->mass[s->slot[at] - 1] += mass;
        return 0;
    }
    uint32_t state = s->count++;
    s->slot[at] = state + 1;
    s->mass[state] = mass;
    s->causes[state] = causes;
    memcpy(s->missing + (size_t)state * s->width, missing, s->width * sizeof(*missing));
    return 0;
}

static int by_mass_falling(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

static void move(struct coverage_states *s, uint32_t from, uint32_t to)
{
    s->mass[to] = s->mass[from];
    s->causes[to] = s->causes[from];
    memmove(s->missing + (size_t)to * s->width, coverage_states_missing(s, from),
            s->width * sizeof(*s->missing));
}

int coverage_states_cut(struct coverage_states *s, uint32_t most, struct error *err,
                        double *ret_gone)
{
    if (s->count <= most) {
        *ret_gone = 0;
        return 0;
    }
    double *sorted = base_malloc(s->count * sizeof(*sorted));
    if (!sorted)
        return error_set(err, EN_NO_MEMORY, "no memory for %u states", s->count);
    memcpy(sorted, s->mass, s->count * sizeof(*sorted));
    qsort(sorted, s->count, sizeof(*sorted), by_mass_falling);
    double least = sorted[most - 1];
    uint32_t equal = 0; /* of the least mass that may stay */
    for (uint32_t i = most; i-- > 0 && sorted[i] <= least;)
        equal++;
    base_free(sorted);
    uint32_t kept = 0;
    double gone = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        if (s->mass[i] > least || (s->mass[i] >= least && equal > 0)) {
            equal -= s->mass[i] <= least;
            move(s, i, kept++);
        } else {
            gone += s->mass[i];
        }
    }
    s->count = kept;
    *ret_gone = gone;
    return 0;
}
