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

/* Budgets and gaps ------------------------------------------------------------------------ */

static void stopped_fronts_hold_and_their_gap_is_true(void **state)
{
    (void)state;
    struct random r = { 201 };
    struct arena *a = arena_new(MEMORY);
    uint32_t stopped = 0, claimed = 0;
    for (int n = 0; n < 4 * CASES; n++) {
        struct cover_case x;
        bool readiness = random_below(&r, 2);
        case_make(&r, (enum case_kind)random_below(&r, CASE_KINDS), &x);
        struct cover_options o = { .readiness = readiness, .budget = case_pick(&r, 1, 60) };
        enumerate(&x.in, readiness, 0, &truth);
        struct cover_front f = solve(&x.in, &o, a);
        assert_true(f.nodes <= o.budget);
        assert_gap_holds(&f, &truth, readiness);
        assert_true(!f.infeasible || truth.count == 0);
        if (f.state == COVER_EXACT)
            assert_same_front(&f, &truth, readiness);
        stopped += f.state == COVER_STOPPED;
        claimed += f.state == COVER_STOPPED && f.gap < HUGE_VAL && f.gap > 0;
        arena_reset(a);
    }
    assert_true(stopped > CASES / 4 && claimed > CASES / 10);
    arena_free(a);
}

static void finished_epsilon_fronts_miss_nothing_by_more(void **state)
{
    (void)state;
    struct random r = { 202 };
    struct arena *a = arena_new(MEMORY);
    uint32_t smaller = 0;
    for (int n = 0; n < 2 * CASES; n++) {
        struct cover_case x;
        bool readiness = random_below(&r, 2);
        case_make(&r, (enum case_kind)random_below(&r, CASE_KINDS), &x);
        struct cover_options o = { .readiness = readiness, .epsilon = random_unit(&r) };
        enumerate(&x.in, readiness, 0, &truth);
        struct cover_front f = solve(&x.in, &o, a);
        assert_true(f.state != COVER_STOPPED && f.gap <= o.epsilon);
        assert_gap_holds(&f, &truth, readiness);
        assert_int_equal(f.infeasible, truth.count == 0);
        smaller += f.count < truth.count;
        arena_reset(a);
    }
    assert_true(smaller > CASES / 50); /* it is used */
    arena_free(a);
}

static bool stop_at_once(void *context, uint64_t nodes, uint32_t points)
{
    uint64_t *calls = context;
    (void)nodes;
    (void)points;
    (*calls)++;
    return false;
}

/* A need that takes thousands of nodes: many equal offers of unequal price. */
static void make_hard(struct random *r, struct cover_instance *in, struct cover_column *columns,
                      struct cover_part (*parts)[3], int32_t *demands)
{
    enum { ROWS = 8, COLUMNS = 60 };
    for (uint32_t row = 0; row < ROWS; row++)
        demands[row] = (int32_t)case_pick(r, 4, 8);
    for (uint32_t j = 0; j < COLUMNS; j++) {
        uint32_t row = (uint32_t)random_below(r, ROWS);
        columns[j] = (struct cover_column){ .partner = j,
                                            .burden = (int32_t)case_pick(r, 20, 60),
                                            .risk = (int32_t)case_pick(r, 5, 400),
                                            .readiness = (int32_t)case_pick(r, 0, 2),
                                            .parts = parts[j],
                                            .part_count = 3 };
        for (uint32_t k = 0; k < 3; k++)
            parts[j][k] =
                (struct cover_part){ (row + k * k + k) % ROWS, (int32_t)case_pick(r, 1, 5) };
    }
    *in = (struct cover_instance){ demands, ROWS, columns, COLUMNS, COLUMNS };
}

struct hard {
    struct cover_instance in;
    struct cover_column columns[60];
    struct cover_part parts[60][3];
    int32_t demands[8];
};

static void a_caller_may_stop_the_search(void **state)
{
    (void)state;
    struct random r = { 203 };
    struct hard x;
    uint64_t calls = 0;
    make_hard(&r, &x.in, x.columns, x.parts, x.demands);
    struct arena *a = arena_new(MEMORY);
    struct cover_options o = { .step = stop_at_once, .context = &calls };
    struct cover_front f = solve(&x.in, &o, a);
    assert_int_equal(f.state, COVER_STOPPED);
    assert_int_equal(calls, 1);
    assert_false(f.infeasible);
    arena_free(a);
}

static void more_budget_never_proves_less(void **state)
{
    (void)state;
    struct random r = { 204 };
    struct hard x;
    make_hard(&r, &x.in, x.columns, x.parts, x.demands);
    struct arena *a = arena_new(MEMORY);
    double before = HUGE_VAL;
    for (uint64_t budget = 1; budget < 3000; budget *= 3) {
        struct cover_options o = { .budget = budget };
        struct cover_front f = solve(&x.in, &o, a), again = solve(&x.in, &o, a);
        assert_true(f.gap <= before);
        before = f.gap;
        assert_true(f.nodes == again.nodes && f.gap == again.gap && f.count == again.count);
        for (uint32_t i = 0; i < f.count; i++)
            assert_memory_equal(f.points[i].columns, again.points[i].columns,
                                f.points[i].column_count * sizeof(uint32_t));
    }
    assert_true(before < .5);
    arena_free(a);
}

/* Laws ------------------------------------------------------------------------------------ */

static void shuffle_columns(struct random *r, struct cover_case *x)
{
    for (uint32_t i = x->in.column_count; i > 1; i--) {
        uint32_t other = (uint32_t)random_below(r, i);
        struct cover_column c = x->columns[i - 1];
        x->columns[i - 1] = x->columns[other];
        x->columns[other] = c;
    }
}

static void the_order_of_columns_changes_no_point(void **state)
{
    (void)state;
    struct random r = { 301 };
    struct arena *a = arena_new(MEMORY);
    for (int n = 0; n < CASES; n++) {
        struct cover_case x;
        case_make(&r, (enum case_kind)random_below(&r, CASE_KINDS), &x);
        struct cover_options o = { .readiness = true };
        struct cover_front f = solve(&x.in, &o, a);
        shuffle_columns(&r, &x);
        struct cover_front g = solve(&x.in, &o, a);
        assert_int_equal(f.count, g.count);
        for (uint32_t i = 0; i < f.count; i++) {
            struct vector p = vector_of(&f.points[i]), q = vector_of(&g.points[i]);
            assert_true(same(&p, &q, true)); /* both are sorted */
        }
        arena_reset(a);
    }
    arena_free(a);
}

static void points_come_in_order(void **state)
{
    (void)state;
    struct random r = { 302 };
    struct hard x;
    make_hard(&r, &x.in, x.columns, x.parts, x.demands);
    struct arena *a = arena_new(MEMORY);
    struct cover_options o = { .epsilon = .1, .readiness = true };
    struct cover_front f = solve(&x.in, &o, a);
    assert_true(f.count > 5);
    for (uint32_t i = 1; i < f.count; i++) {
        const struct cover_point *p = &f.points[i - 1], *q = &f.points[i];
        assert_true(p->burden < q->burden || (p->burden == q->burden && p->risk <= q->risk));
    }
    arena_free(a);
}

/* The largest values, demands and coalitions that the header allows. */
static void large_figures_stay_exact(void **state)
{
    (void)state;
    enum { N = 200 };
    struct cover_column columns[N];
    struct cover_part parts[N];
    int32_t demand = COVER_MEMBERS_MAX * 5;
    for (uint32_t j = 0; j < N; j++) {
        parts[j] = (struct cover_part){ 0, 5 };
        columns[j] = (struct cover_column){ .partner = j,
                                            .burden = COVER_VALUE_MAX - (int32_t)j,
                                            .risk = COVER_VALUE_MAX,
                                            .parts = &parts[j],
                                            .part_count = 1 };
    }
    struct cover_instance in = { &demand, 1, columns, N, N };
    struct cover_options o = { .readiness = false };
    struct arena *a = arena_new(MEMORY);
    struct cover_front f = solve(&in, &o, a);
    assert_int_equal(f.state, COVER_EXACT);
    assert_int_equal(f.count, 1);
    assert_int_equal(f.points[0].partners, COVER_MEMBERS_MAX);
    int64_t burden = 0;
    for (uint32_t j = N - COVER_MEMBERS_MAX; j < N; j++)
        burden += COVER_VALUE_MAX - (int32_t)j;
    assert_int_equal(f.points[0].burden, burden);
    demand = COVER_DEMAND_MAX; /* 200 members: more than are looked for */
    f = solve(&in, &o, a);
    assert_true(f.infeasible);
    arena_free(a);
}

/* Refusals -------------------------------------------------------------------------------- */

static void assert_refused(const struct cover_instance *in, const struct cover_options *o,
                           const char *pointer, enum reason reason)
{
    struct error err = { 0 };
    struct cover_front f = { .count = 77 };
    struct arena *a = arena_new(MEMORY);
    assert_int_equal(cover_solve(in, o, a, &err, &f), EN_INVALID);
    assert_int_equal(err.field_count, 1);
    assert_string_equal(err.fields[0].pointer, pointer);
    assert_int_equal(err.fields[0].reason, reason);
    assert_int_equal(f.count, 77);
    arena_free(a);
}

static void malformed_instances_are_refused_by_field(void **state)
{
    (void)state;
    int32_t demands[] = { 1, 2 };
    struct cover_part parts[] = { { 0, 1 }, { 1, 1 } };
    struct cover_column sound = { .parts = parts, .part_count = 2 }, c;
    struct cover_instance in = { demands, 2, &c, 1, 1 }, wrong;
    struct cover_options o = { 0 };
#define REFUSED(place, value, pointer, reason)       \
    do {                                             \
        c = sound;                                   \
        wrong = in;                                  \
        place = value;                               \
        assert_refused(&wrong, &o, pointer, reason); \
    } while (0)
    REFUSED(wrong.requirement_count, 0, "/requirements", REASON_RANGE);
    REFUSED(wrong.requirement_count, 65, "/requirements", REASON_RANGE);
    REFUSED(wrong.column_count, COVER_COLUMNS_MAX + 1, "/columns", REASON_TOO_MANY);
    REFUSED(c.partner, 1, "/columns/0/partner", REASON_RANGE);
    REFUSED(c.burden, -1, "/columns/0/burden", REASON_RANGE);
    REFUSED(c.risk, COVER_VALUE_MAX + 1, "/columns/0/risk", REASON_RANGE);
    REFUSED(c.readiness, -1, "/columns/0/readiness", REASON_RANGE);
    REFUSED(parts[1].quantity, 0, "/columns/0/parts/1/quantity", REASON_RANGE);
    parts[1] = (struct cover_part){ 0, 1 };
    REFUSED(c.burden, 0, "/columns/0/parts/1/requirement", REASON_DUPLICATE);
    parts[1].requirement = 2;
    REFUSED(c.burden, 0, "/columns/0/parts/1/requirement", REASON_RANGE);
    parts[1].requirement = 1;
    REFUSED(demands[1], 0, "/requirements/1/demand", REASON_RANGE);
    REFUSED(demands[1], COVER_DEMAND_MAX + 1, "/requirements/1/demand", REASON_RANGE);
    demands[1] = 1;
    REFUSED(o.epsilon, -1, "/epsilon", REASON_RANGE);
    REFUSED(o.epsilon, (double)NAN, "/epsilon", REASON_RANGE);
    o.epsilon = 0;
    REFUSED(o.partners_max, COVER_MEMBERS_MAX + 1, "/partners_max", REASON_RANGE);
#undef REFUSED
}

static void failed_memory_is_said_and_leaves_nothing(void **state)
{
    (void)state;
    struct random r = { 401 };
    for (enum case_kind kind = 0; kind < CASE_KINDS; kind++) {
        struct cover_case x;
        struct cover_front f = { 0 };
        case_make(&r, kind, &x);
        struct cover_options o = { .readiness = true, .budget = 20 };
        struct arena *a = arena_new(MEMORY);
        int code = EN_NO_MEMORY;
        for (long n = 1; code == EN_NO_MEMORY; n++) {
            struct error err = { 0 };
            arena_reset(a);
            fault_arm_allocation(n);
            code = cover_solve(&x.in, &o, a, &err, &f);
            bool refused = fault_disarm();
            assert_true(code == 0 || (code == EN_NO_MEMORY && err.code == EN_NO_MEMORY));
            assert_int_equal(refused, code != 0);
        }
        assert_int_equal(code, 0);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pure_covers_give_the_enumerated_front),
        cmocka_unit_test(redundant_needs_give_the_enumerated_front),
        cmocka_unit_test(pooled_quantities_give_the_enumerated_front),
        cmocka_unit_test(modes_give_the_enumerated_front),
        cmocka_unit_test(complements_give_the_enumerated_front),
        cmocka_unit_test(stopped_fronts_hold_and_their_gap_is_true),
        cmocka_unit_test(finished_epsilon_fronts_miss_nothing_by_more),
        cmocka_unit_test(a_caller_may_stop_the_search),
        cmocka_unit_test(more_budget_never_proves_less),
        cmocka_unit_test(the_order_of_columns_changes_no_point),
        cmocka_unit_test(points_come_in_order),
        cmocka_unit_test(large_figures_stay_exact),
        cmocka_unit_test(malformed_instances_are_refused_by_field),
        cmocka_unit_test(failed_memory_is_said_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
