/*
 * The options kernel against enumeration of every coalition, on thousands of generated needs: the
 * same front, whatever the kind; gaps that hold; refusals that name the field.
 */
#include "kernel/cover.h"

#include "base/fault.h"
#include "cover_case.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { CASES = 700, MEMORY = 64 << 20, FRONT_MAX = 1 << CASE_COLUMNS };

/* Slow and obvious ------------------------------------------------------------------------ */

struct vector {
    int32_t burden, risk, partners, readiness, weakest;
};

struct vectors {
    struct vector at[FRONT_MAX];
    uint32_t count;
};

static bool at_most(const struct vector *a, const struct vector *b, bool readiness)
{
    return a->burden <= b->burden && a->risk <= b->risk && a->partners <= b->partners &&
           (!readiness || a->readiness <= b->readiness);
}

/* Is the set of columns a coalition for the need? Its objectives in ret. */
static bool judge_coalition(const struct cover_instance *in, const uint32_t *columns,
                            uint32_t count, struct vector *ret)
{
    int32_t have[COVER_REQUIREMENTS_MAX] = { 0 };
    uint32_t wants = 0, gives = 0;
    *ret = (struct vector){ .partners = (int32_t)count };
    for (uint32_t i = 0; i < count; i++) {
        const struct cover_column *c = &in->columns[columns[i]];
        for (uint32_t k = 0; k < i; k++) {
            if (in->columns[columns[k]].partner == c->partner)
                return false;
        }
        for (uint32_t k = 0; k < c->part_count; k++)
            have[c->parts[k].requirement] += c->parts[k].quantity;
        ret->burden += c->burden;
        ret->risk += c->risk;
        ret->readiness = c->readiness > ret->readiness ? c->readiness : ret->readiness;
        ret->weakest = c->risk > ret->weakest ? c->risk : ret->weakest;
        wants |= c->wants;
        gives |= c->gives;
    }
    for (uint32_t r = 0; r < in->requirement_count; r++) {
        if (have[r] < in->demands[r])
            return false;
    }
    return (wants & ~gives) == 0;
}

static void add_vector(struct vectors *v, const struct vector *x, bool readiness)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < v->count; i++) {
        if (at_most(&v->at[i], x, readiness))
            return;
    }
    for (uint32_t i = 0; i < v->count; i++) {
        if (!at_most(x, &v->at[i], readiness))
            v->at[kept++] = v->at[i];
    }
    v->at[kept++] = *x;
    v->count = kept;
}

static void enumerate(const struct cover_instance *in, bool readiness, uint32_t partners_max,
                      struct vectors *ret)
{
    ret->count = 0;
    for (uint32_t set = 0; set < 1U << in->column_count; set++) {
        uint32_t columns[CASE_COLUMNS], count = 0;
        struct vector x;
        for (uint32_t j = 0; j < in->column_count; j++) {
            if (set >> j & 1U)
                columns[count++] = j;
        }
        if ((partners_max == 0 || count <= partners_max) && judge_coalition(in, columns, count, &x))
            add_vector(ret, &x, readiness);
    }
}

/* Comparison ------------------------------------------------------------------------------ */

static struct vector vector_of(const struct cover_point *p)
{
    return (struct vector){ p->burden, p->risk, p->partners, p->readiness, p->weakest };
}

static bool same(const struct vector *a, const struct vector *b, bool readiness)
{
    return at_most(a, b, readiness) && at_most(b, a, readiness);
}

/* Every point is the sum of its columns, and a coalition. */
static void assert_points_hold(const struct cover_instance *in, const struct cover_front *f)
{
    for (uint32_t i = 0; i < f->count; i++) {
        const struct cover_point *p = &f->points[i];
        struct vector given = vector_of(p), summed;
        assert_int_equal(p->column_count, p->partners);
        assert_true(judge_coalition(in, p->columns, p->column_count, &summed));
        assert_memory_equal(&given, &summed, sizeof(given));
        for (uint32_t k = 1; k < p->column_count; k++)
            assert_true(p->columns[k - 1] < p->columns[k]);
    }
}

static void assert_same_front(const struct cover_front *f, const struct vectors *v, bool readiness)
{
    assert_int_equal(f->count, v->count);
    for (uint32_t i = 0; i < f->count; i++) {
        struct vector given = vector_of(&f->points[i]);
        uint32_t found = 0;
        for (uint32_t k = 0; k < v->count; k++)
            found += same(&given, &v->at[k], readiness);
        assert_int_equal(found, 1);
    }
}

/* The claim of the gap, against the exact front. */
static void assert_gap_holds(const struct cover_front *f, const struct vectors *v, bool readiness)
{
    for (uint32_t k = 0; k < v->count && f->gap < HUGE_VAL; k++) {
        bool within = false;
        for (uint32_t i = 0; i < f->count && !within; i++) {
            const struct cover_point *p = &f->points[i];
            double most = (1 + f->gap) * (1 + 1e-12);
            within = p->burden <= most * v->at[k].burden && p->risk <= most * v->at[k].risk &&
                     p->partners <= v->at[k].partners &&
                     (!readiness || p->readiness <= v->at[k].readiness);
        }
        assert_true(within);
    }
}

static struct cover_front solve(const struct cover_instance *in, const struct cover_options *o,
                                struct arena *a)
{
    struct error err = { 0 };
    struct cover_front f;
    int code = cover_solve(in, o, a, &err, &f);
    if (code < 0)
        print_error("%s\n", err.message);
    assert_int_equal(code, 0);
    assert_points_hold(in, &f);
    return f;
}

/* Cases ----------------------------------------------------------------------------------- */

static struct vectors truth; /* large: not on the stack */

static void compare_with_enumeration(enum case_kind kind, uint64_t seed, bool readiness)
{
    struct random r = { seed };
    struct arena *a = arena_new(MEMORY);
    uint32_t feasible = 0;
    for (int n = 0; n < CASES; n++) {
        struct cover_case x;
        case_make(&r, kind, &x);
        struct cover_options o = { .readiness = readiness,
                                   .partners_max = random_below(&r, 4) ? 0 : case_pick(&r, 1, 4) };
        enumerate(&x.in, readiness, o.partners_max, &truth);
        struct cover_front f = solve(&x.in, &o, a);
        assert_int_equal(f.state, COVER_EXACT);
        assert_true(f.gap == 0);
        assert_same_front(&f, &truth, readiness);
        assert_int_equal(f.infeasible, truth.count == 0);
        feasible += truth.count > 0;
        arena_reset(a);
    }
    assert_in_range(feasible, CASES / 10, CASES - 1); /* both kinds of answer were judged */
    arena_free(a);
}

static void pure_covers_give_the_enumerated_front(void **state)
{
    (void)state;
    compare_with_enumeration(CASE_COVER, 101, false);
    compare_with_enumeration(CASE_COVER, 102, true);
}

static void redundant_needs_give_the_enumerated_front(void **state)
{
    (void)state;
    compare_with_enumeration(CASE_REDUNDANT, 103, false);
    compare_with_enumeration(CASE_REDUNDANT, 104, true);
}

static void pooled_quantities_give_the_enumerated_front(void **state)
{
    (void)state;
    compare_with_enumeration(CASE_POOLED, 105, false);
    compare_with_enumeration(CASE_POOLED, 106, true);
}

static void modes_give_the_enumerated_front(void **state)
{
    (void)state;
    compare_with_enumeration(CASE_MODES, 107, false);
    compare_with_enumeration(CASE_MODES, 108, true);
}

static void complements_give_the_enumerated_front(void **state)
{
    (void)state;
    compare_with_enumeration(CASE_COMPLEMENTS, 109, false);
    compare_with_enumeration(CASE_COMPLEMENTS, 110, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pure_covers_give_the_enumerated_front),
        cmocka_unit_test(redundant_needs_give_the_enumerated_front),
        cmocka_unit_test(pooled_quantities_give_the_enumerated_front),
        cmocka_unit_test(modes_give_the_enumerated_front),
        cmocka_unit_test(complements_give_the_enumerated_front),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
