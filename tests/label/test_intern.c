/*
 * Interned labels and masks: one number per meaning, and a mask says for every number exactly what
 * the decision says.
 */
#include "check.h"

#include "base/limits.h"

struct fixture {
    struct policy *p;
    struct arena *a;
    struct label_table *t;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    f->p = default_policy();
    f->a = arena_new(CHECK_MEMORY);
    f->t = label_table_new(f->p);
    *state = f;
    return f->a && f->t ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    label_table_free(f->t);
    arena_free(f->a);
    policy_free(f->p);
    free(f);
    return 0;
}

static uint32_t intern(const struct fixture *f, const char *text)
{
    struct error err = { 0 };
    uint32_t number = 0;
    const char *json = json_of(f->p, f->a, label_of_text(f->p, f->a, text));
    if (label_table_intern(f->t, slice_of(json), &err, &number) != 0) {
        fail_msg("%s: %s", text, err.message);
    }
    return number;
}

static void equal_labels_have_one_number_and_others_another(void **state)
{
    const struct fixture *f = *state;
    assert_int_equal(label_table_count(f->t), 1);
    assert_int_equal(intern(f, "SECRET"), 1);
    assert_int_equal(intern(f, "SECRET; TLP:RED"), 2);
    assert_int_equal(intern(f, "SECRET"), 1);
    assert_int_equal(intern(f, "SECRET; Releasable To: USA, CAN"), 3);
    assert_int_equal(intern(f, "SECRET; Releasable To: CAN, USA, CAN"), 3);
    uint32_t number = 0;
    /* the same meaning, not in its canonical spelling */
    assert_int_equal(label_table_intern(f->t, S(" { \"class\" : \"SECRET\" } "), NULL, &number), 0);
    assert_int_equal(number, 1);
    assert_int_equal(label_table_count(f->t), 4);
    assert_true(label_equal(label_table_label(f->t, 3),
                            label_of_text(f->p, f->a, "SECRET; Releasable To: CAN, USA")));
    const char *canonical = json_of(f->p, f->a, label_table_label(f->t, 3));
    assert_true(slice_is(label_table_text(f->t, 3), canonical));
}

static void what_is_no_label_gets_no_number(void **state)
{
    const struct fixture *f = *state;
    static const char *const texts[] = { "", "{", "7", "{\"class\":\"COSMIC\"}",
                                         "{\"class\":\"SECRET\",\"policy\":\"NATO\"}" };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        uint32_t number = 77;
        struct error err = { 0 };
        assert_int_equal(label_table_intern(f->t, slice_of(texts[i]), &err, &number), EN_INVALID);
        assert_int_equal(err.code, EN_INVALID);
        assert_int_equal(number, 77);
        assert_int_equal(label_table_put(f->t, 5, slice_of(texts[i]), &err), EN_INVALID);
    }
    assert_int_equal(label_table_count(f->t), 1);
    assert_null(label_table_label(f->t, 0));
    assert_null(label_table_label(f->t, 1));
    assert_null(label_table_label(f->t, UINT32_MAX));
    assert_true(slice_empty(label_table_text(f->t, 0)));
    assert_true(slice_empty(label_table_text(f->t, 9)));
}

static void stored_numbers_come_back_in_any_order_and_keep_their_meaning(void **state)
{
    const struct fixture *f = *state;
    struct error err = { 0 };
    const struct slice secret = S("{\"class\":\"SECRET\"}");
    const struct slice red = S("{\"class\":\"SECRET\",\"tlp\":\"RED\"}");
    assert_int_equal(label_table_put(f->t, 300, secret, &err), 0);
    assert_int_equal(label_table_put(f->t, 7, red, &err), 0);
    assert_int_equal(label_table_put(f->t, 7, red, &err), 0);
    assert_int_equal(label_table_put(f->t, 7, secret, &err), EN_CONFLICT);
    assert_int_equal(label_table_put(f->t, 0, secret, &err), EN_INVALID);
    assert_int_equal(label_table_put(f->t, LIMIT_LABELS + 1, secret, &err), EN_TOO_LARGE);
    assert_int_equal(label_table_count(f->t), 301);
    assert_null(label_table_label(f->t, 8));
    assert_int_equal(intern(f, "SECRET"), 300);
    assert_int_equal(intern(f, "SECRET; TLP:RED"), 7);
    assert_int_equal(intern(f, "UNCLASSIFIED"), 301);
    /* a second stored number of the same meaning is kept too */
    assert_int_equal(label_table_put(f->t, 12, secret, &err), 0);
    assert_true(label_equal(label_table_label(f->t, 12), label_table_label(f->t, 300)));
    assert_int_equal(intern(f, "SECRET"), 300);
}

static void a_full_table_refuses_the_next_label(void **state)
{
    const struct fixture *f = *state;
    struct error err = { 0 };
    uint32_t number = 0;
    assert_int_equal(label_table_put(f->t, LIMIT_LABELS, S("{\"class\":\"SECRET\"}"), &err), 0);
    assert_int_equal(label_table_intern(f->t, S("{\"class\":\"RESTRICTED\"}"), &err, &number),
                     EN_TOO_LARGE);
    assert_int_equal(number, 0);
    assert_int_equal(intern(f, "SECRET"), LIMIT_LABELS);
}

/* Two thousand labels: every pair of a country and something. */
static void many_labels_keep_apart(void **state)
{
    const struct fixture *f = *state;
    static const char *const left[] = { "AUS", "CAN", "GBR", "NZL", "USA", "FRA", "DEU", "NOR" };
    static const char *const tlp[] = { "CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED" };
    static const char *const levels[] = { "SECRET", "RESTRICTED", "TOP SECRET" };
    for (int round = 0; round < 2; round++) {
        uint32_t expected = 1;
        for (unsigned pair = 1; pair < 256; pair += 2) {
            for (unsigned k = 0; k < 15; k++) {
                cleanup_buf struct buf b;
                buf_init(&b, CHECK_MEMORY);
                buf_printf(&b, "%s; Releasable To: ", levels[k % 3]);
                for (unsigned i = 0; i < 8; i++) {
                    if (pair >> i & 1) {
                        buf_printf(&b, "%s%s", i ? ", " : "", left[i]);
                    }
                }
                buf_printf(&b, "; TLP:%s", tlp[k / 3]);
                assert_int_equal(intern(f, b.ptr), expected++);
            }
        }
        assert_int_equal(label_table_count(f->t), 128 * 15 + 1);
    }
}

static void a_mask_says_what_the_decision_says(void **state)
{
    const struct fixture *f = *state;
    static const char *const labels[] = { "UNCLASSIFIED",
                                          "SECRET",
                                          "SECRET; TLP:RED",
                                          "RESTRICTED; Caveat: LEGAL",
                                          "SECRET; Releasable To: NATO",
                                          "SECRET; Releasable To: CAN; Releasable To: FVEY",
                                          "SECRET; Releasable To: NOBODY",
                                          "CONFIDENTIAL; Releasable To: EU; TLP:AMBER" };
    static const char *const readers[] = {
        "{}",
        "{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":[\"FIN\"]}}",
        "{\"class\":\"SECRET\",\"tlp\":\"RED\",\"permissive\":{\"Releasable To\":[\"GBR\"]}}",
        ("{\"class\":\"TOP SECRET\",\"tlp\":\"RED\",\"restrictive\":{\"Caveat\":[\"LEGAL\"]},"
         "\"permissive\":{\"Releasable To\":[\"CAN\"]}}"),
    };
    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        intern(f, labels[i]);
    }
    /* a gap, and more than one word of bits */
    assert_int_equal(
        label_table_put(f->t, 130, S("{\"class\":\"SECRET\",\"tlp\":\"GREEN\"}"), NULL), 0);
    unsigned readable = 0;
    for (size_t k = 0; k < sizeof(readers) / sizeof(readers[0]); k++) {
        const struct clearance *c = clearance_of(f->p, f->a, readers[k]);
        for (int64_t at = day("2019-06-01"); at < day("2024-06-01"); at += day("1971-01-01")) {
            struct label_mask m = { 0 };
            assert_int_equal(label_mask_make(f->t, c, NULL, at, &m), 0);
            assert_int_equal(m.count, 131);
            for (uint32_t n = 0; n < 200; n++) {
                bool reads = label_may_read(f->p, c, label_table_label(f->t, n), at);
                assert_int_equal(label_mask_has(&m, n), reads);
                readable += reads;
            }
            assert_false(label_mask_has(&m, 0));
            assert_false(label_mask_has(&m, UINT32_MAX));
            label_mask_done(&m);
            assert_null(m.words);
        }
    }
    assert_true(readable > 20);
}

static void a_mask_does_not_cover_labels_that_came_later(void **state)
{
    const struct fixture *f = *state;
    struct label_mask m = { 0 };
    assert_int_equal(intern(f, "UNCLASSIFIED"), 1);
    assert_int_equal(label_mask_make(f->t, clearance_all(f->p), NULL, 0, &m), 0);
    assert_int_equal(intern(f, "UNCLASSIFIED; TLP:GREEN"), 2);
    assert_true(label_mask_has(&m, 1));
    assert_false(label_mask_has(&m, 2));
    label_mask_done(&m);
}

#define case_(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        case_(equal_labels_have_one_number_and_others_another),
        case_(what_is_no_label_gets_no_number),
        case_(stored_numbers_come_back_in_any_order_and_keep_their_meaning),
        case_(a_full_table_refuses_the_next_label),
        case_(many_labels_keep_apart),
        case_(a_mask_says_what_the_decision_says),
        case_(a_mask_does_not_cover_labels_that_came_later),
    };
    return run_suite(tests);
}
