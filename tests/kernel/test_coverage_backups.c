/* The best backup and the best two are those that trying all of them finds. */
#include "base/fault.h"
#include "coverage_case.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "near.h"

enum { CASES = 600, MEMBERS = 3, COLUMNS = 9 };

static const uint32_t members[MEMBERS] = { 0, 1, 2 };

static void same(const struct coverage *x, const struct coverage *y)
{
    assert_true(x->lower == y->lower && x->upper == y->upper && x->states == y->states);
    assert_true(x->lower_by == y->lower_by && x->upper_by == y->upper_by);
}

static struct coverage_backups backups(const struct coverage_case *c, const uint32_t *candidates,
                                       uint32_t count)
{
    struct coverage_backups b;
    struct coverage_work *w = coverage_work_new();
    assert_non_null(w);
    assert_int_equal(coverage_backups(&c->need, members, MEMBERS, candidates, count, w, NULL, &b),
                     0);
    struct coverage alone;
    assert_int_equal(coverage_of(&c->need, members, MEMBERS, w, NULL, &alone), 0);
    same(&alone, &b.alone);
    coverage_work_free(w);
    return b;
}

static double with(const struct coverage_case *c, uint32_t a, uint32_t b)
{
    uint32_t more[MEMBERS + 2] = { 0, 1, 2, a, b };
    return case_exact(&c->need, more, b == COLUMNS ? MEMBERS + 1 : MEMBERS + 2);
}

static bool may_join(const struct coverage_case *c, uint32_t a)
{
    for (uint32_t i = 0; i < MEMBERS; i++) {
        if (c->columns[members[i]].partner == c->columns[a].partner)
            return false;
    }
    return true;
}

/* The highest probability by trying every column, and every two. */
static void try_all(const struct coverage_case *c, double *ret_one, double *ret_two)
{
    *ret_one = *ret_two = 0;
    for (uint32_t a = 0; a < COLUMNS; a++) {
        if (!may_join(c, a))
            continue;
        double one = with(c, a, COLUMNS);
        *ret_one = one > *ret_one ? one : *ret_one;
        for (uint32_t b = a + 1; b < COLUMNS; b++) {
            if (!may_join(c, b) || c->columns[a].partner == c->columns[b].partner)
                continue;
            double two = with(c, a, b);
            *ret_two = two > *ret_two ? two : *ret_two;
        }
    }
}

static void check_choice(const struct coverage_case *c, const struct coverage_backup *b,
                         uint32_t size, double best, double before)
{
    const double tie = 3e-12;
    assert_int_equal(b->with.lower_by, COVERAGE_EXACT);
    if (b->count == 0) {
        assert_true(best <= before + tie);
        return;
    }
    assert_int_equal(b->count, size);
    uint32_t second = size == 2 ? b->columns[1] : COLUMNS;
    assert_true(size == 1 || b->columns[0] < b->columns[1]);
    assert_true(may_join(c, b->columns[0]) && (size == 1 || may_join(c, second)));
    assert_near(b->with.lower, with(c, b->columns[0], second), 1e-13);
    assert_near(b->with.lower, best, tie);
    assert_true(b->with.lower > before);
    int64_t burden = c->columns[b->columns[0]].burden;
    burden += size == 2 ? c->columns[second].burden : 0;
    assert_int_equal(b->burden, burden);
}

static void the_best_are_those_that_trying_all_finds(void **state)
{
    (void)state;
    struct random r = { 31 };
    int ones = 0, twos = 0;
    for (int n = 0; n < CASES; n++) {
        struct coverage_case c;
        struct case_size z = { COLUMNS, 1 + (uint32_t)random_below(&r, 4),
                               (uint32_t)random_below(&r, 4), n % 3 == 0 ? 1 : 3 };
        double one, two;
        case_make(&r, &z, &c);
        c.columns[4].partner = c.columns[1].partner; /* of a member: may not join */
        c.columns[7].partner = c.columns[6].partner; /* not both of them */
        struct coverage_backups b = backups(&c, NULL, 0);
        try_all(&c, &one, &two);
        assert_true(b.proven);
        check_choice(&c, &b.one, 1, one, b.alone.lower);
        check_choice(&c, &b.two, 2, two, b.one.with.lower);
        ones += b.one.count == 1;
        twos += b.two.count == 2;
    }
    assert_true(ones > CASES / 4 && twos > CASES / 4);
}

/* One requirement; the members cover it with 1/2 each. */
static void make_plain(struct coverage_case *c, double probability)
{
    struct random r = { 32 };
    struct case_size z = { COLUMNS, 1, 0, 1 };
    case_make(&r, &z, c);
    for (uint32_t j = 0; j < COLUMNS; j++) {
        c->columns[j].part_count = 1;
        c->parts[j][0] = (struct coverage_part){ 0, 1 };
        c->columns[j].probability = j < MEMBERS ? 0.5 : probability;
        c->columns[j].burden = 7;
    }
}

static void a_tie_goes_to_the_lower_burden_then_to_the_lower_column(void **state)
{
    (void)state;
    struct coverage_case c;
    make_plain(&c, 0.5);
    struct coverage_backups b = backups(&c, NULL, 0);
    assert_int_equal(b.one.columns[0], 3);
    assert_int_equal(b.two.columns[0], 3);
    assert_int_equal(b.two.columns[1], 4);
    assert_int_equal(b.two.burden, 14);
    c.columns[8].burden = c.columns[6].burden = 2;
    b = backups(&c, NULL, 0);
    assert_int_equal(b.one.columns[0], 6);
    assert_int_equal(b.two.columns[0], 6);
    assert_int_equal(b.two.columns[1], 8);
    const uint32_t some[] = { 8, 5, 8, 4 };
    b = backups(&c, some, 4);
    assert_int_equal(b.one.columns[0], 8);
    assert_int_equal(b.two.columns[0], 4);
    assert_int_equal(b.two.columns[1], 8);
}

static void backups_that_add_nothing_are_none(void **state)
{
    (void)state;
    struct coverage_case c;
    make_plain(&c, 0);
    struct coverage_backups b = backups(&c, NULL, 0);
    assert_int_equal(b.one.count, 0);
    assert_int_equal(b.two.count, 0);
    same(&b.one.with, &b.alone);
    make_plain(&c, 1);
    b = backups(&c, NULL, 0);
    assert_int_equal(b.one.count, 1);
    assert_int_equal(b.two.count, 0);
    const uint32_t member[] = { 1 };
    b = backups(&c, member, 1);
    assert_int_equal(b.one.count, 0);
}

/* Two that share a cause are worth less together than two that do not. */
static void two_backups_under_one_cause_are_not_taken_for_two(void **state)
{
    (void)state;
    struct coverage_case c;
    make_plain(&c, 0.1);
    const double cause[] = { 0.6 };
    c.need.causes = cause;
    c.need.cause_count = 1;
    for (uint32_t j = 3; j < 5; j++) {
        c.columns[j].causes = 1;
        c.columns[j].probability = 1; /* 0.6 each, and 0.6 both */
    }
    c.columns[5].probability = 0.4;
    struct coverage_backups b = backups(&c, NULL, 0);
    assert_int_equal(b.one.columns[0], 3);
    assert_int_equal(b.two.columns[0], 3);
    assert_int_equal(b.two.columns[1], 5);
    assert_near(b.two.with.lower, 1 - 0.125 * 0.4 * 0.6, 1e-15);
}

static void two_halves_are_found_where_neither_alone_helps(void **state)
{
    (void)state;
    struct coverage_case c;
    make_plain(&c, 0.9);
    c.demands[0] = 5;
    c.parts[6][0].quantity = c.parts[8][0].quantity = 2;
    c.columns[0].probability = c.columns[1].probability = c.columns[2].probability = 0;
    c.columns[0].probability = 1; /* 1 of 5 is sure; 4 are missing */
    struct coverage_backups b = backups(&c, NULL, 0);
    assert_true(b.alone.upper <= 0);
    assert_int_equal(b.one.count, 0);
    assert_int_equal(b.two.columns[0], 6);
    assert_int_equal(b.two.columns[1], 8);
    assert_near(b.two.with.lower, 0.81, 1e-15);
}

static void every_failing_allocation_is_answered(void **state)
{
    (void)state;
    struct coverage_case c;
    struct random r = { 33 };
    struct case_size z = { COLUMNS, 3, 2, 3 };
    case_make(&r, &z, &c);
    for (long n = 1;; n++) {
        struct coverage_backups b = { .one = { .burden = 77 } };
        fault_arm_allocation(n);
        struct coverage_work *w = coverage_work_new();
        int rc =
            w ? coverage_backups(&c.need, members, MEMBERS, NULL, 0, w, NULL, &b) : EN_NO_MEMORY;
        bool struck = fault_disarm();
        coverage_work_free(w);
        assert_int_equal(rc, struck ? EN_NO_MEMORY : 0);
        if (struck)
            assert_int_equal(b.one.burden, 77);
        if (!struck) {
            assert_true(n > 6);
            break;
        }
    }
}

enum { WIDE = 12, MANY = 400 };

/* Members bring one of two to a requirement each, candidates one to half of them: no bound tells
 * one pair from another before nearly every state is seen. */
static void make_hard(struct coverage_column *columns, struct coverage_part (*parts)[WIDE])
{
    struct random r = { 34 };
    for (uint32_t j = 0; j < WIDE + MANY; j++) {
        columns[j] =
            (struct coverage_column){ .partner = j, .probability = 0.5, .parts = parts[j] };
        for (uint32_t i = 0; i < WIDE; i++) {
            if (j < WIDE ? i == j : random_below(&r, 2) == 0)
                parts[j][columns[j].part_count++] = (struct coverage_part){ i, 1 };
        }
    }
}

static void a_search_that_ends_at_its_limit_says_so(void **state)
{
    (void)state;
    struct coverage_column *columns = calloc(WIDE + MANY, sizeof(*columns));
    struct coverage_part(*parts)[WIDE] = calloc(WIDE + MANY, sizeof(*parts));
    struct coverage_work *w = coverage_work_new();
    int32_t demands[WIDE];
    uint32_t in[WIDE + 2];
    for (uint32_t i = 0; i < WIDE; i++) {
        demands[i] = 2;
        in[i] = i;
    }
    make_hard(columns, parts);
    struct coverage_need n = { .demands = demands,
                               .requirement_count = WIDE,
                               .columns = columns,
                               .column_count = WIDE + MANY };
    struct coverage_backups b;
    struct coverage c;
    assert_int_equal(coverage_backups(&n, in, WIDE, NULL, 0, w, NULL, &b), 0);
    assert_false(b.proven);
    assert_int_equal(b.one.count, 0);
    for (uint32_t i = 0; i < b.two.count; i++)
        in[WIDE + i] = b.two.columns[i];
    assert_int_equal(coverage_of(&n, in, WIDE + b.two.count, w, NULL, &c), 0);
    same(&c, &b.two.with);
    assert_true(b.two.count == 0 || c.lower > b.alone.lower);
    coverage_work_free(w);
    free(columns);
    free(parts);
}

static void too_many_candidates_are_refused(void **state)
{
    (void)state;
    struct coverage_case c;
    struct coverage_backups b;
    make_plain(&c, 0.5);
    struct coverage_work *w = coverage_work_new();
    const uint32_t absent[] = { COLUMNS };
    assert_int_equal(coverage_backups(&c.need, members, MEMBERS, absent, 1, w, NULL, &b),
                     EN_INVALID);
    assert_int_equal(coverage_backups(&c.need, members, MEMBERS, absent,
                                      COVERAGE_CANDIDATES_MAX + 1, w, NULL, &b),
                     EN_TOO_LARGE);
    coverage_work_free(w);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_are_those_that_trying_all_finds),
        cmocka_unit_test(a_tie_goes_to_the_lower_burden_then_to_the_lower_column),
        cmocka_unit_test(backups_that_add_nothing_are_none),
        cmocka_unit_test(two_backups_under_one_cause_are_not_taken_for_two),
        cmocka_unit_test(two_halves_are_found_where_neither_alone_helps),
        cmocka_unit_test(every_failing_allocation_is_answered),
        cmocka_unit_test(a_search_that_ends_at_its_limit_says_so),
        cmocka_unit_test(too_many_candidates_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
