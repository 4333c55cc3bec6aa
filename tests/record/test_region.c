/* Areas: how they are read, what they lie in, and that the tables agree with those of countries. */
#include "record_check.h"

#include "record/country.h"
#include "record/region.h"

static void assert_read(const char *text, const char *expected)
{
    struct region region = { "none" };
    bool known = region_read(slice_of(text), &region);
    assert_int_equal(known, region_known(slice_of(text)));
    assert_string_equal(known ? region.code : "", expected);
}

static void codes_are_read_in_every_spelling(void **state)
{
    (void)state;
    assert_read("021", "021");
    assert_read("21", "021");
    assert_read("1", "001");
    assert_read("m49-019", "019");
    assert_read("M49-5", "005");
    assert_read("124", "CAN");
    assert_read("m49-4", "AFG");
    assert_read("CAN", "CAN");
    assert_read("can", "CAN");
    assert_read("ca", "CAN");
    assert_read("iso-can", "CAN");
    assert_read("ISO-CA", "CAN");
    assert_read("CA-AB", "CA-AB");
    assert_read("can-ab", "CA-AB");
    assert_read("iso-ca-ab", "CA-AB");
    assert_read("fr-2a", "FR-2A");
    assert_read("gb-eng", "GB-ENG");
    assert_read("is-1", "IS-1");
}

static void what_is_no_area_is_not_read(void **state)
{
    (void)state;
    static const char *const bad[] = { "",        "0",     "999",     "0021",      "m49-",  "m49-x",
                                       "m49-can", "iso-",  "iso-021", "XX",        "XYZ",   "CA-",
                                       "CA-ABCD", "XX-AB", "CA AB",   "CA-A B",    "CA-ÉB", "-AB",
                                       "Canada",  "021-A", "+21",     "CA-AB-CAL", "C",     "2 1" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_read(bad[i], "");
}

static void names_are_read_in_both_languages(void **state)
{
    (void)state;
    struct region region;
    assert_true(region_read_words(S("northern america"), &region));
    assert_string_equal(region.code, "021");
    assert_true(region_read_words(S("Amérique septentrionale"), &region));
    assert_string_equal(region.code, "021");
    assert_true(region_read_words(S("Allemagne"), &region));
    assert_string_equal(region.code, "DEU");
    assert_true(region_read_words(S("ca-qc"), &region));
    assert_string_equal(region.code, "CA-QC");
    assert_false(region_read_words(S("Atlantis"), &region));
}

static void assert_parent(const char *inner, const char *outer)
{
    assert_string_equal(
        slice_empty(region_parent(slice_of(inner))) ? "" : region_parent(slice_of(inner)).ptr,
        outer);
}

static void an_area_lies_in_the_next_larger_one(void **state)
{
    (void)state;
    assert_parent("CA-AB", "CAN");
    assert_parent("CAN", "021");
    assert_parent("iso-can", "021");
    assert_parent("021", "019");
    assert_parent("m49-019", "001");
    assert_parent("001", "");
    assert_parent("ATA", "001");
    assert_parent("PER", "005");
    assert_parent("005", "419");
    assert_parent("none", "");
}

static void within_follows_every_step_and_never_down(void **state)
{
    (void)state;
    static const char *const chain[] = { "CA-AB", "CAN", "021", "019", "001" };
    for (size_t i = 0; i < 5; i++) {
        for (size_t j = 0; j < 5; j++)
            assert_int_equal(region_within(slice_of(chain[i]), slice_of(chain[j])), i <= j);
    }
    assert_true(region_within(S("ca"), S("m49-019")));
    assert_true(region_within(S("iso-ken"), S("202")));
    assert_false(region_within(S("CA-AB"), S("CA-BC")));
    assert_false(region_within(S("CAN"), S("150")));
    assert_false(region_within(S("CAN"), S("nowhere")));
    assert_false(region_within(S("nowhere"), S("nowhere")));
}

static void names_come_in_both_languages(void **state)
{
    (void)state;
    assert_string_equal(region_name(S("150"), false), "Europe");
    assert_string_equal(region_name(S("021"), true), "Amérique septentrionale");
    assert_string_equal(region_name(S("deu"), false), "Germany");
    assert_string_equal(region_name(S("DEU"), true), "Allemagne");
    assert_string_equal(region_name(S("CA-AB"), true), "Canada");
    assert_null(region_name(S("XX"), false));
}

/* Every country has its place, is found by its number there, and every way up ends at the World. */
static void every_country_lies_in_the_world(void **state)
{
    (void)state;
    size_t seen = 0;
    for (const struct country *c = countries; c->en; c++, seen++) {
        struct slice at = slice_of(c->alpha3);
        struct region region;
        int steps = 0;
        assert_true(region_read(at, &region));
        assert_string_equal(region.code, c->alpha3);
        assert_true(region_within(at, S("001")));
        while (!slice_is(at, "001") && steps++ < 8)
            at = region_parent(at);
        assert_true(steps >= 1 && steps <= 4);
    }
    assert_int_equal(seen, 249);
}

/* The numbers 001 to 999 name 30 areas and 249 countries, each once. */
static void every_number_names_one_area(void **state)
{
    (void)state;
    cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
    size_t areas = 0, found = 0;
    for (unsigned n = 1; n < 1000; n++) {
        struct region region;
        struct slice text = arena_printf(a, "%03u", n);
        if (!region_read(text, &region))
            continue;
        if (slice_is(text, region.code))
            areas++;
        else if (country_find(slice_of(region.code)))
            found++;
        assert_true(region_within(text, S("001")));
        assert_non_null(region_name(text, true));
    }
    assert_int_equal(areas, 30);
    assert_int_equal(found, 249);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_read_in_every_spelling),
        cmocka_unit_test(what_is_no_area_is_not_read),
        cmocka_unit_test(names_are_read_in_both_languages),
        cmocka_unit_test(an_area_lies_in_the_next_larger_one),
        cmocka_unit_test(within_follows_every_step_and_never_down),
        cmocka_unit_test(names_come_in_both_languages),
        cmocka_unit_test(every_country_lies_in_the_world),
        cmocka_unit_test(every_number_names_one_area),
    };
    return run_suite(tests);
}
