/*
 * The join and the equality of labels, their originators and their review date.
 *
 * The join of two labels is read by exactly those who may read both (standards: higher class, union
 * of the restrictive sets, union of the clauses made minimal, stricter TLP; the persons whom both
 * name), and goes on to a third only when the originators of both grant it. Informative values are
 * gathered, and the earlier review date counts. Invariant: commutative, associative, idempotent,
 * canonical. Must never widen: labels of two policies have no join.
 */
#include "label/model.h"

static bool join_originators(struct arena *a, const struct label *x, const struct label *y,
                             struct label *ret)
{
    uint32_t count = x->originator_count + y->originator_count;
    struct uuid *ids = arena_array_of(a, struct uuid, count);
    if (!ids) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        ids[i] =
            i < x->originator_count ? x->originators[i] : y->originators[i - x->originator_count];
    }
    ret->originators = ids;
    ret->originator_count = ids_normalise(ids, count);
    return true;
}

static void join_review(const struct label *x, const struct label *y, struct label *ret)
{
    ret->has_review = x->has_review || y->has_review;
    if (x->has_review && y->has_review) {
        ret->review_ms = x->review_ms < y->review_ms ? x->review_ms : y->review_ms;
    } else if (ret->has_review) {
        ret->review_ms = x->has_review ? x->review_ms : y->review_ms;
    }
}

static bool join_sets(struct arena *a, uint32_t count, const struct set *x, const struct set *y,
                      struct set *ret)
{
    for (uint32_t t = 0; t < count; t++) {
        if (!set_union(a, x[t], y[t], &ret[t])) {
            return false;
        }
    }
    return true;
}

const struct label *label_join(const struct policy *p, struct arena *a, const struct label *x,
                               const struct label *y)
{
    struct draft d;
    /* labels of two policies have no join: translating is another operation, and it may refuse */
    if (!x || !y || x->policy != p || y->policy != p || !draft_init(p, a, &d)) {
        return NULL;
    }
    d.label->level = x->level > y->level ? x->level : y->level;
    d.label->tlp = x->tlp > y->tlp ? x->tlp : y->tlp;
    join_review(x, y, d.label);
    if (!join_originators(a, x, y, d.label) ||
        !persons_join(a, x->persons, y->persons, &d.label->persons) ||
        !join_sets(a, p->restrictive_count, x->restrictive, y->restrictive, d.restrictive) ||
        !join_sets(a, p->informative_count, x->informative, y->informative, d.informative)) {
        return NULL;
    }
    for (uint32_t t = 0; t < p->permissive_count; t++) {
        if (!clauses_union(a, x->permissive[t], y->permissive[t], &d.permissive[t])) {
            return NULL;
        }
    }
    draft_finish(&d);
    return d.label;
}

static bool sets_equal(uint32_t count, const struct set *x, const struct set *y)
{
    for (uint32_t t = 0; t < count; t++) {
        if (set_compare(x[t], y[t]) != 0) {
            return false;
        }
    }
    return true;
}

static bool originators_equal(const struct label *x, const struct label *y)
{
    bool equal = x->originator_count == y->originator_count;
    for (uint32_t i = 0; equal && i < x->originator_count; i++) {
        equal = uuid_eq(x->originators[i], y->originators[i]);
    }
    return equal;
}

bool label_same_demand(const struct label *x, const struct label *y)
{
    if (x->policy != y->policy || x->level != y->level || x->tlp != y->tlp ||
        !persons_equal(x->persons, y->persons) || !originators_equal(x, y) ||
        !sets_equal(x->policy->restrictive_count, x->restrictive, y->restrictive)) {
        return false;
    }
    for (uint32_t t = 0; t < x->policy->permissive_count; t++) {
        if (!clauses_equal(x->permissive[t], y->permissive[t])) {
            return false;
        }
    }
    return true;
}

bool label_equal(const struct label *x, const struct label *y)
{
    if (x == y) {
        return true;
    }
    return x && y && label_same_demand(x, y) && x->has_review == y->has_review &&
           x->review_ms == y->review_ms &&
           sets_equal(x->policy->informative_count, x->informative, y->informative);
}

bool label_is_lowest(const struct policy *p, const struct label *l)
{
    return l && label_same_demand(l, p->lowest_label);
}

bool label_is_lowest_for_persons(const struct policy *p, const struct label *l)
{
    struct label rest = *l;
    rest.persons = (struct persons){ 0 };
    return label_is_lowest(p, &rest);
}

bool label_has_originators(const struct label *l)
{
    return l->originator_count > 0;
}

size_t label_originators(const struct label *l, const struct uuid **ret)
{
    *ret = l->originators;
    return l->originator_count;
}

bool label_review(const struct label *l, int64_t *ret_ms)
{
    if (l->has_review) {
        *ret_ms = l->review_ms;
    }
    return l->has_review;
}

bool label_review_due(const struct label *l, int64_t now_ms)
{
    return l->has_review && l->review_ms <= now_ms;
}
