/*
 * label_narrow against the decision itself: for every reader of the small policy, at every date,
 * whoever may read the narrowed label may read the label.
 */
#include "check.h"

enum { LABELS = 3000, CLAUSES = 3 };

static const char *const atoms[] = { "A", "B", "C", "G" };

/* A label with up to three clauses of random atoms. */
static const struct label *random_label(const struct policy *p, struct arena *a, uint64_t *seed)
{
    char text[256];
    size_t len =
        (size_t)snprintf(text, sizeof(text), "{\"class\":\"LOW\",\"permissive\":{\"Rel\":[");
    uint32_t clauses = 1 + random_below(seed, CLAUSES);

    for (uint32_t c = 0; c < clauses; c++) {
        uint32_t mask = random_below(seed, 16);
        bool first = true;

        len += (size_t)snprintf(text + len, sizeof(text) - len, "%s[", c ? "," : "");
        for (uint32_t i = 0; i < 4; i++) {
            if (mask & 1u << i) {
                len += (size_t)snprintf(text + len, sizeof(text) - len, "%s\"%s\"",
                                        first ? "" : ",", atoms[i]);
                first = false;
            }
        }
        len += (size_t)snprintf(text + len, sizeof(text) - len, "]");
    }
    snprintf(text + len, sizeof(text) - len, "]}}");
    return label_of(p, a, text);
}

static const struct clearance *reader_of(const struct policy *p, struct arena *a, uint32_t mask)
{
    char text[128];
    size_t len =
        (size_t)snprintf(text, sizeof(text), "{\"class\":\"LOW\",\"permissive\":{\"Rel\":[");
    bool first = true;

    for (uint32_t i = 0; i < 4; i++) {
        if (mask & 1u << i) {
            len += (size_t)snprintf(text + len, sizeof(text) - len, "%s\"%s\"", first ? "" : ",",
                                    atoms[i]);
            first = false;
        }
    }
    snprintf(text + len, sizeof(text) - len, "]}}");
    return clearance_of(p, a, text);
}

static const char *const dates[] = { "2019-06-01", "2019-12-31", "2020-01-01", "2021-06-01" };
enum { DATES = 4, READERS = 16 };

struct tally {
    const struct policy *p;
    const struct clearance *readers[READERS];
    int kept;
    int lost;
};

/* Of the readers of one day. */
static void compare(struct tally *t, const struct label *whole, const struct label *narrow,
                    const char *date)
{
    for (uint32_t mask = 0; mask < READERS; mask++) {
        bool may = label_may_read(t->p, t->readers[mask], whole, day(date));
        bool still = label_may_read(t->p, t->readers[mask], narrow, day(date));

        assert_true(may || !still);
        t->kept += still;
        t->lost += may && !still;
    }
}

static void no_reader_is_added(void **state)
{
    struct policy *p = small_policy();
    struct arena *a = arena_new(CHECK_MEMORY);
    struct tally t = { .p = p };
    uint64_t seed = 7;

    (void)state;
    for (uint32_t mask = 0; mask < READERS; mask++) {
        t.readers[mask] = reader_of(p, a, mask);
    }
    for (int i = 0; i < LABELS; i++) {
        const struct label *l = random_label(p, a, &seed);
        bool grouped = strstr(json_of(p, a, l), "\"G\"") != NULL;

        for (int d = 0; d < DATES; d++) {
            const struct label *n = label_narrow(p, a, l, day(dates[d]));

            compare(&t, l, n, dates[d]);
            for (int other = 0; other < DATES && !grouped; other++) {
                compare(&t, l, n, dates[other]); /* without groups no date matters */
            }
        }
    }
    print_message("# %d decisions kept, %d lost\n", t.kept, t.lost);
    assert_true(t.kept > 5 * t.lost);
    arena_free(a);
    policy_free(p);
}

static void what_is_common_stays_as_it_is_written(void **state)
{
    static const struct {
        const char *label, *date, *narrow;
    } rows[] = {
        { "LOW; Rel: A, B", "2021-01-01", "LOW; Rel: A, B" },
        { "LOW; Rel: G", "2021-01-01", "LOW; Rel: G" },
        { "LOW; Rel: A, B; Rel: B, C", "2021-01-01", "LOW; Rel: B" },
        { "LOW; Rel: A, G; Rel: C, G", "2021-01-01", "LOW; Rel: G" },
        { "LOW; Rel: A, C; Rel: G", "2019-01-01", "LOW; Rel: A" },
        { "LOW; Rel: A, C; Rel: G", "2021-01-01", "LOW; Rel: C" },
        { "LOW; Rel: A; Rel: G", "2021-01-01", "LOW; Rel: NOBODY" },
        { "LOW; Rel: A; Rel: B; Team: P", "2021-01-01", "LOW; Rel: NOBODY; Team: P" },
    };
    struct policy *p = small_policy();
    struct arena *a = arena_new(CHECK_MEMORY);

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct label *l = label_of_text(p, a, rows[i].label);

        assert_string_equal(text_of(p, a, label_narrow(p, a, l, day(rows[i].date))),
                            rows[i].narrow);
    }
    arena_free(a);
    policy_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_reader_is_added),
        cmocka_unit_test(what_is_common_stays_as_it_is_written),
    };

    return run_suite(tests);
}
