/*
 * Terms, shares and their printed form (explain.h). Largest remainder: every share is cut down to
 * whole parts per million, and the parts still missing go to the largest remainders, the earlier
 * term first on a tie. O(n log n). Must never print figures that do not add up.
 */
#include "kernel/explain.h"

#include <math.h>

size_t explain_pair(const struct trust_columns *c, size_t pair, const struct trust_view *v,
                    const struct decay *kept, const struct decay *broken, int dimension,
                    enum term_source source, double scale, uint32_t via, struct trust_term *terms,
                    size_t capacity)
{
    size_t count = 0;
    for (size_t i = c->offset[pair]; i < c->offset[pair + 1]; i++) {
        uint8_t side = c->side[i];
        if (!trust_visible(c, v, i) || (dimension >= 0 && side / 2 != dimension))
            continue;
        if (count < capacity) {
            const struct decay *d = trust_side_broken(side) ? broken : kept;
            terms[count] = (struct trust_term){
                .item = (uint32_t)i,
                .via = via,
                .source = source,
                .side = side,
                .decay = decay_of(d, v->as_of - c->at[i]),
                .scale = scale,
                .weight = scale * trust_units(trust_item(c, i, v->as_of, kept, broken)),
            };
        }
        count++;
    }
    return count;
}

int64_t explain_ppm(double x)
{
    return (int64_t)rint(x * 1e6);
}

static double remainder_of(const struct trust_term *t)
{
    double x = t->share * 1e6;
    return x - floor(x);
}

/* True when term a is served before term b. */
static bool before(const struct trust_term *terms, uint32_t a, uint32_t b)
{
    double ra = remainder_of(&terms[a]), rb = remainder_of(&terms[b]);
    return ra > rb || (ra >= rb && a < b);
}

static void sift(const struct trust_term *terms, uint32_t *heap, size_t root, size_t count)
{
    for (;;) {
        size_t child = 2 * root + 1;
        if (child >= count)
            return;
        if (child + 1 < count && before(terms, heap[child], heap[child + 1]))
            child++;
        if (!before(terms, heap[root], heap[child]))
            return;
        uint32_t swap = heap[root];
        heap[root] = heap[child];
        heap[child] = swap;
        root = child;
    }
}

/* Heap sort: no recursion, no allocation. order[] ends with the first served in front. */
static void sort_order(const struct trust_term *terms, uint32_t *order, size_t count)
{
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    for (size_t i = count / 2; i-- > 0;)
        sift(terms, order, i, count);
    for (size_t end = count; end > 1; end--) {
        uint32_t swap = order[0];
        order[0] = order[end - 1];
        order[end - 1] = swap;
        sift(terms, order, 0, end - 1);
    }
}

void explain_shares(struct trust_term *terms, size_t count, struct evidence e, struct opinion o,
                    double lambda, const struct trust_parameters *p, uint32_t *scratch)
{
    double n = lambda * e.broken;
    double s = (1 + p->kappa) * (e.kept + n) + p->prior_weight;
    int64_t missing = explain_ppm(o.expectation) - explain_ppm(o.prior);
    for (size_t i = 0; i < count; i++) {
        struct trust_term *t = &terms[i];
        t->share = trust_side_broken(t->side) ? -(lambda * t->weight * o.prior) / s
                                              : t->weight * (1 - o.prior) / s;
        t->ppm = (int64_t)floor(t->share * 1e6);
        missing -= t->ppm;
    }
    if (count == 0)
        return;
    sort_order(terms, scratch, count);
    /* missing lies between 0 and count; written so that it adds up whatever it is */
    for (size_t i = 0; missing > 0; i = (i + 1) % count, missing--)
        terms[scratch[i]].ppm++;
    for (size_t i = count; missing < 0; missing++) {
        i = i == 0 ? count - 1 : i - 1;
        terms[scratch[i]].ppm--;
    }
}
