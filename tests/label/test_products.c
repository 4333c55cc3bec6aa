/*
 * Canada's product of two chains and TLP, exhaustively: every pair of labels, every clearance.
 */
#include "check.h"

static const char *const classes[] = { "UNCLASSIFIED", "CONFIDENTIAL", "SECRET", "TOP SECRET" };
static const char *const steps[] = { NULL, "A", "B", "C" };
enum { CLASSES = 4, STEPS = 4, PRODUCT = CLASSES * STEPS };

struct fixture {
    struct policy *p;
    struct arena *a;
    const struct label *labels[PRODUCT];
    const struct clearance *clearances[PRODUCT];
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    f->p = shipped_policy("can");
    f->a = arena_new(CHECK_MEMORY);
    for (unsigned i = 0; i < PRODUCT; i++) {
        const char *step = steps[i % STEPS];
        struct slice part = step ? arena_printf(f->a, "\"Protected\":[\"%s\"]", step) : S("");
        struct slice json =
            arena_printf(f->a, "{\"class\":\"%s\",\"permissive\":{},\"restrictive\":{%s}}",
                         classes[i / STEPS], part.ptr);
        f->labels[i] = label_of(f->p, f->a, json.ptr);
        f->clearances[i] = clearance_of(f->p, f->a, json.ptr);
    }
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_free(f->a);
    policy_free(f->p);
    free(f);
    return 0;
}

static bool below(unsigned x, unsigned y)
{
    return x / STEPS <= y / STEPS && x % STEPS <= y % STEPS;
}

static unsigned max(unsigned x, unsigned y)
{
    return x > y ? x : y;
}

static void a_canadian_clearance_is_a_pair_and_reads_what_is_below_in_both(void **state)
{
    const struct fixture *f = *state;
    unsigned read = 0;
    for (unsigned k = 0; k < PRODUCT; k++) {
        for (unsigned l = 0; l < PRODUCT; l++) {
            bool may = label_may_read(f->p, f->clearances[k], f->labels[l], 0);
            assert_int_equal(may, below(l, k));
            assert_int_equal(clearance_within(f->clearances[l], f->clearances[k]), below(l, k));
            read += may;
        }
    }
    assert_int_equal(read, 100); /* (1+2+3+4)^2: a product, not a line */
}

static void the_join_of_all_canadian_pairs_is_the_higher_of_each_chain(void **state)
{
    const struct fixture *f = *state;
    for (unsigned x = 0; x < PRODUCT; x++) {
        for (unsigned y = 0; y < PRODUCT; y++) {
            unsigned both = max(x / STEPS, y / STEPS) * STEPS + max(x % STEPS, y % STEPS);
            const struct label *j = label_join(f->p, f->a, f->labels[x], f->labels[y]);
            assert_true(label_equal(j, f->labels[both]));
            for (unsigned k = 0; k < PRODUCT; k++) {
                assert_int_equal(label_may_read(f->p, f->clearances[k], j, 0),
                                 below(x, k) && below(y, k));
            }
        }
    }
}

static void a_page_bears_the_join_of_its_parts_in_both_languages(void **state)
{
    const struct fixture *f = *state;
    static const char *const en[] = {
        "UNCLASSIFIED",
        "PROTECTED A",
        "PROTECTED B",
        "PROTECTED C",
        "CONFIDENTIAL",
        "CONFIDENTIAL // PROTECTED A",
        "CONFIDENTIAL // PROTECTED B",
        "CONFIDENTIAL // PROTECTED C",
        "SECRET",
        "SECRET // PROTECTED A",
        "SECRET // PROTECTED B",
        "SECRET // PROTECTED C",
        "TOP SECRET",
        "TOP SECRET // PROTECTED A",
        "TOP SECRET // PROTECTED B",
        "TOP SECRET // PROTECTED C",
    };
    for (unsigned i = 0; i < PRODUCT; i++) {
        assert_string_equal(marking_of(f->p, f->a, f->labels[i], false), en[i]);
        const struct label *page =
            label_join(f->p, f->a, f->labels[i / STEPS * STEPS], f->labels[i % STEPS]);
        assert_string_equal(marking_of(f->p, f->a, page, false), en[i]);
    }
    assert_string_equal(marking_of(f->p, f->a, f->labels[0], true), "NON CLASSIFIÉ");
    assert_string_equal(marking_of(f->p, f->a, f->labels[2], true), "PROTÉGÉ B");
    assert_string_equal(marking_of(f->p, f->a, f->labels[15], true), "TRÈS SECRET // PROTÉGÉ C");
    const struct label *ceo = label_of_text(f->p, f->a, "SECRET; Releasable To: CAN");
    assert_string_equal(marking_of(f->p, f->a, ceo, false), "SECRET // CANADIAN EYES ONLY");
    assert_string_equal(marking_of(f->p, f->a, ceo, true), "SECRET // RÉSERVÉ AUX CANADIENS");
    const struct label *eyes = label_of_text(f->p, f->a, "SECRET; Releasable To: CAN, FVEY");
    assert_string_equal(marking_of(f->p, f->a, eyes, false), "SECRET // REL TO CAN, FVEY");
}

static void two_steps_said_at_once_are_the_higher_one(void **state)
{
    const struct fixture *f = *state;
    const struct label *both =
        label_of_text(f->p, f->a, "SECRET; Protected: A, C; Releasable To: ANYONE");
    assert_true(label_equal(both, f->labels[2 * STEPS + 3]));
    assert_string_equal(text_of(f->p, f->a, both), "SECRET; Protected: C; Releasable To: ANYONE");
}

/* ---- TLP ---- */

static const char *const words[] = { "CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED" };
enum { WORDS = 5 };

static void the_tlp_table_holds_under_every_shipped_policy(void **state)
{
    (void)state;
    static const char *const names[] = { "entente", "nato", "can", "tlp" };
    for (unsigned n = 0; n < 4; n++) {
        struct policy *p = shipped_policy(names[n]);
        struct arena *a = arena_new(CHECK_MEMORY);
        const char *lowest = n == 3 ? "CLEAR" : "UNCLASSIFIED";
        for (unsigned x = 0; x < WORDS; x++) {
            for (unsigned y = 0; y < WORDS; y++) {
                const struct label *both = label_join(
                    p, a, label_of_text(p, a, arena_printf(a, "%s; TLP:%s", lowest, words[x]).ptr),
                    label_of_text(p, a, arena_printf(a, "%s; TLP:%s", lowest, words[y]).ptr));
                const struct label *wanted = label_of_text(
                    p, a, arena_printf(a, "%s; TLP:%s", lowest, words[max(x, y)]).ptr);
                assert_true(label_equal(both, wanted));
            }
        }
        arena_free(a);
        policy_free(p);
    }
}

static void a_class_of_the_tlp_policy_demands_its_tlp_and_a_clearance_holds_it(void **state)
{
    (void)state;
    struct policy *p = shipped_policy("tlp");
    struct arena *a = arena_new(CHECK_MEMORY);
    for (unsigned x = 0; x < WORDS; x++) {
        const struct label *l = label_of_text(p, a, words[x]);
        struct slice json = arena_printf(a, "{\"class\":\"%s\"}", words[x]);
        struct slice marking = arena_printf(a, "TLP:%s", words[x]);
        assert_true(label_equal(l, label_of(p, a, json.ptr)));
        assert_string_equal(marking_of(p, a, l, true), marking.ptr);
        assert_non_null(strstr(json_of(p, a, l), arena_printf(a, "\"tlp\":\"%s\"", words[x]).ptr));
        for (unsigned y = 0; y < WORDS; y++) {
            const struct label *other = label_of_text(p, a, words[y]);
            assert_true(
                label_equal(label_join(p, a, l, other), label_of_text(p, a, words[max(x, y)])));
            assert_int_equal(label_may_read(p, clearance_of(p, a, json.ptr), other, 0), y <= x);
        }
    }
    arena_free(a);
    policy_free(p);
}

#define case_(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        case_(a_canadian_clearance_is_a_pair_and_reads_what_is_below_in_both),
        case_(the_join_of_all_canadian_pairs_is_the_higher_of_each_chain),
        case_(a_page_bears_the_join_of_its_parts_in_both_languages),
        case_(two_steps_said_at_once_are_the_higher_one),
        cmocka_unit_test(the_tlp_table_holds_under_every_shipped_policy),
        cmocka_unit_test(a_class_of_the_tlp_policy_demands_its_tlp_and_a_clearance_holds_it),
    };
    return run_suite(tests);
}
