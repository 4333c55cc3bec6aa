/* Lazy greedy on weighted coverage: see seek.h. */
#include "kernel/seek.h"

#include "base/fault.h"

#include <stdbool.h>
#include <stdlib.h>

/* What a candidate was last known to gain, and after how many picks that was. */
struct gain {
    int64_t gain;
    uint32_t candidate, step;
};

static int check(const struct seek_problem *p, struct error *err)
{
    for (uint32_t i = 0; i < p->cell_count; i++)
        if (p->weight[i] < 0)
            return error_set(err, EN_INVALID, "cell %u weighs less than nothing", i);
    for (uint32_t i = 0; i < p->candidate_count; i++)
        for (uint32_t k = p->start[i]; k < p->start[i + 1]; k++)
            if (p->cell[k] >= p->cell_count || (k > p->start[i] && p->cell[k] <= p->cell[k - 1]))
                return error_set(err, EN_INVALID, "candidate %u: its cells are out of order", i);
    return 0;
}

static bool before(struct gain a, struct gain b)
{
    return a.gain != b.gain ? a.gain > b.gain : a.candidate < b.candidate;
}

static void sink(struct gain *heap, uint32_t count, uint32_t at)
{
    struct gain moved = heap[at];
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= count)
            break;
        if (child + 1 < count && before(heap[child + 1], heap[child]))
            child++;
        if (!before(heap[child], moved))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moved;
}

static int64_t gain_of(const struct seek_problem *p, const uint8_t *covered, uint32_t i)
{
    int64_t sum = 0;
    for (uint32_t k = p->start[i]; k < p->start[i + 1]; k++)
        sum += covered[p->cell[k]] ? 0 : p->weight[p->cell[k]];
    return sum;
}

static int compare_gains(const void *x, const void *y)
{
    const struct gain *a = x, *b = y;
    return before(*a, *b) ? -1 : before(*b, *a);
}

/* value + the largest gains that are left: no set of `count` is worth more. */
static int64_t bound_of(const struct seek_problem *p, const uint8_t *covered, int64_t value,
                        uint32_t count, struct gain *room)
{
    for (uint32_t i = 0; i < p->candidate_count; i++)
        room[i] = (struct gain){ gain_of(p, covered, i), i, 0 };
    qsort(room, p->candidate_count, sizeof(*room), compare_gains);
    for (uint32_t i = 0; i < count && i < p->candidate_count; i++)
        value += room[i].gain;
    return value;
}

static void pick(const struct seek_problem *p, uint32_t count, struct gain *heap, uint8_t *covered,
                 struct seek_pick *picks, struct seek_result *r)
{
    uint32_t left = p->candidate_count;
    while (r->count < count && left > 0 && heap[0].gain > 0) {
        struct gain *top = &heap[0];
        if (top->step != r->count) {
            top->gain = gain_of(p, covered, top->candidate);
            top->step = r->count;
            r->evaluations++;
        } else {
            picks[r->count++] = (struct seek_pick){ top->candidate, top->gain };
            r->value += top->gain;
            for (uint32_t k = p->start[top->candidate]; k < p->start[top->candidate + 1]; k++)
                covered[p->cell[k]] = 1;
            heap[0] = heap[--left];
        }
        if (left > 0)
            sink(heap, left, 0);
    }
}

int seek_greedy(const struct seek_problem *p, uint32_t count, struct error *err,
                struct seek_pick *ret_picks, struct seek_result *ret)
{
    int code = check(p, err);
    if (code < 0)
        return code;
    struct gain *heap = base_calloc((size_t)p->candidate_count + 1, sizeof(*heap));
    uint8_t *covered = base_calloc((size_t)p->cell_count + 1, 1);
    struct seek_result r = { .evaluations = p->candidate_count };
    if (heap && covered) {
        r.bound = bound_of(p, covered, 0, count, heap); /* sorted by gain, so a heap */
        pick(p, count, heap, covered, ret_picks, &r);
        int64_t last = bound_of(p, covered, r.value, count, heap);
        r.bound = last < r.bound ? last : r.bound;
        *ret = r;
    } else {
        code = error_set(err, EN_NO_MEMORY, "no memory for %u candidates", p->candidate_count);
    }
    base_free(heap);
    base_free(covered);
    return code;
}
