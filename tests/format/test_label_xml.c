/*
 * STANAG 4774 labels in XML: what is written reads back, what is met with in the wild is read, and
 * what is not known is refused.
 */
#include "../label/check.h"

#include "format/label_xml.h"

struct world {
    struct policy *p;
    struct arena *a;
    struct error err;
};

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof(*w));

    assert_non_null(w);
    w->p = default_policy();
    w->a = arena_new(CHECK_MEMORY);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;

    policy_free(w->p);
    arena_free(w->a);
    free(w);
    return 0;
}

static struct slice write_label(struct world *w, const struct label *l)
{
    struct label_xml_source source = { .originator = S("urn:uuid:x"), .now_ms = day("2026-01-02") };
    cleanup_buf struct buf out;

    buf_init(&out, XML_BYTES);
    assert_int_equal(label_xml_write(w->p, w->a, l, &source, &w->err, &out), 0);
    return arena_copy(w->a, buf_slice(&out));
}

static int read_label(struct world *w, struct slice text, const struct label **ret)
{
    struct label_xml x;
    int r;

    error_clear(&w->err);
    memset(&w->err, 0, sizeof(w->err));
    r = label_xml_read(w->a, text, &w->err, &x);
    return r ? r : label_xml_label(w->p, w->a, &x, S("/label"), &w->err, ret);
}

static void a_label_reads_back_as_it_was_written(void **state)
{
    static const char *const texts[] = {
        "UNCLASSIFIED",
        "SECRET; Caveat: LEGAL, MEDICAL",
        "SECRET; Releasable To: CAN, USA; TLP:AMBER",
        "TOP SECRET; Caveat: PERSONNEL; Releasable To: NATO; TLP:RED",
        "RESTRICTED; Releasable To: NOBODY",
        "SECRET; ORCON: 018f0000-0000-7000-8000-000000000001, 018f0000-0000-7000-8000-000000000002",
        "RESTRICTED; PERSONS: 018f0000-0000-7000-8000-000000000001; TLP:GREEN",
        "UNCLASSIFIED; PERSONS: NOBODY",
        "CONFIDENTIAL; Releasable To: FVEY; REVIEW: 2031-01-02T00:00:00Z; TLP:AMBER+STRICT",
        "UNCLASSIFIED; TLP:GREEN",
    };
    struct world *w = *state;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const struct label *l = label_of_text(w->p, w->a, texts[i]);
        const struct label *back = NULL;

        if (read_label(w, write_label(w, l), &back) != 0) {
            fail_msg("%s: %s", texts[i], w->err.message);
        }
        assert_string_equal(json_of(w->p, w->a, back), json_of(w->p, w->a, l));
        assert_true(label_equal(l, back));
    }
}

static void it_says_who_made_it_and_when(void **state)
{
    struct world *w = *state;
    struct label_xml x;

    assert_int_equal(label_xml_read(w->a, write_label(w, policy_lowest_label(w->p)), &w->err, &x),
                     0);
    assert_true(slice_is(x.originator, "urn:uuid:x"));
    assert_true(slice_is(x.originator_type, "uniformResourceIdentifier"));
    assert_true(x.has_created);
    assert_true(x.created_ms == day("2026-01-02"));
    assert_true(slice_eq(x.policy_name, policy_id(w->p)));
}

#define NS "xmlns=\"urn:nato:stanag:4774:confidentialitymetadatalabel:1:0\""
#define POLICY "<PolicyIdentifier>entente-default</PolicyIdentifier>"
#define SECRET POLICY "<Classification>SECRET</Classification>"
#define LABEL(root, inside)                                                                       \
    "<" root " " NS "><ConfidentialityInformation>" inside "</ConfidentialityInformation></" root \
    ">"
#define ORIGINATOR(inside) LABEL("originatorConfidentialityLabel", inside)
#define TO(values) "<Category Type=\"PERMISSIVE\" TagName=\"Releasable To\">" values "</Category>"
#define V(value) "<GenericValue>" value "</GenericValue>"

static void other_spellings_are_read(void **state)
{
    static const struct {
        const char *xml, *text;
    } rows[] = {
        { LABEL("ConfidentialityLabel", SECRET), "SECRET" },
        { LABEL("OriginatorConfidentialityLabel", SECRET), "SECRET" },
        { "<?xml version='1.0'?>\n<a:ConfidentialityLabel "
          "xmlns:a='urn:nato:stanag:4774:confidentialitymetadatalabel:1:0'>\n "
          "<a:ConfidentialityInformation>\n<a:PolicyIdentifier>\n entente-default "
          "</a:PolicyIdentifier>"
          "<a:Classification> SECRET\n</a:Classification>\n"
          "</a:ConfidentialityInformation></a:ConfidentialityLabel>",
          "SECRET" },
        { ORIGINATOR(SECRET "<PrivacyMark>Read and keep.</PrivacyMark>"), "SECRET" },
        { ORIGINATOR(POLICY "<Classification URI=\"urn:oid:1.2\">SECRET</Classification>" TO(
              V("CAN") V("USA"))),
          "SECRET; Releasable To: CAN, USA" },
        { ORIGINATOR(POLICY
                     "<Classification>SECRET</Classification>"
                     "<Category URL=\"urn:oid:1.2\" TagName=\"Caveat\" Type=\"RESTRICTIVE\">" V(
                         "LEGAL") "</Category>"),
          "SECRET; Caveat: LEGAL" },
        /* the same tag twice: both, not either */
        { ORIGINATOR(SECRET TO(V("CAN") V("USA")) TO(V("CAN") V("JPN"))),
          "SECRET; Releasable To: CAN, USA; Releasable To: CAN, JPN" },
        { ORIGINATOR(SECRET TO("")), "SECRET; Releasable To: NOBODY" },
        { ORIGINATOR(SECRET "<Category Type=\"RESTRICTIVE\" TagName=\"Caveat\">" V(
              "LEGAL") "</Category><Category Type=\"RESTRICTIVE\" "
                       "TagName=\"Caveat\">" V("MEDICAL") "</Category>"),
          "SECRET; Caveat: LEGAL, MEDICAL" },
    };
    struct world *w = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct label *l = NULL;

        if (read_label(w, slice_of(rows[i].xml), &l) != 0) {
            fail_msg("%s: %s", rows[i].xml, w->err.message);
        }
        assert_string_equal(json_of(w->p, w->a, l),
                            json_of(w->p, w->a, label_of_text(w->p, w->a, rows[i].text)));
    }
}

static void what_is_unknown_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "<",
        "<originatorConfidentialityLabel/>", /* no namespace */
        "<originatorConfidentialityLabel "
        "xmlns=\"urn:nato:stanag:4774:confidentialitymetadatalabel:2:0\"/>",
        LABEL("alternativeConfidentialityLabel", SECRET),
        LABEL("Other", SECRET),
        ORIGINATOR(""),
        ORIGINATOR(POLICY),
        ORIGINATOR("<Classification>SECRET</Classification>"),
        ORIGINATOR(SECRET "<Classification>SECRET</Classification>"),
        ORIGINATOR(POLICY SECRET),
        ORIGINATOR("<PolicyIdentifier>another</PolicyIdentifier>"
                   "<Classification>SECRET</Classification>"),
        ORIGINATOR("<PolicyIdentifier URI=\"http://x\">entente-default</PolicyIdentifier>"
                   "<Classification>SECRET</Classification>"),
        ORIGINATOR(POLICY "<Classification>MOST SECRET</Classification>"),
        ORIGINATOR(POLICY "<Classification>secret</Classification>"),
        ORIGINATOR(SECRET TO(V("XYZ"))),
        ORIGINATOR(SECRET TO(V("can"))),
        ORIGINATOR(SECRET TO("<IntegerValue>1</IntegerValue>")),
        ORIGINATOR(SECRET TO("<BitStringValue>01</BitStringValue>")),
        ORIGINATOR(SECRET TO("CAN")),
        ORIGINATOR(SECRET TO(V("<b/>"))),
        ORIGINATOR(SECRET
                   "<Category Type=\"PERMISSIVE\" TagName=\"Other\">" V("CAN") "</Category>"),
        ORIGINATOR(SECRET "<Category Type=\"RESTRICTIVE\" TagName=\"Releasable To\">" V(
            "CAN") "</Category>"),
        ORIGINATOR(SECRET "<Category Type=\"INFORMATIVE\" TagName=\"Releasable To\">" V(
            "CAN") "</Category>"),
        ORIGINATOR(SECRET
                   "<Category Type=\"PERMISSIVE\" TagName=\"Caveat\">" V("LEGAL") "</Category>"),
        ORIGINATOR(SECRET "<Category Type=\"permissive\" TagName=\"Releasable To\">" V(
            "CAN") "</Category>"),
        ORIGINATOR(SECRET "<Category Type=\"ENUMERATED\" TagName=\"Releasable To\">" V(
            "CAN") "</Category>"),
        ORIGINATOR(SECRET "<Category Type=\"RESTRICTIVE\" TagName=\"Caveat\"/>"),
        ORIGINATOR(SECRET "<Category TagName=\"Releasable To\">" V("CAN") "</Category>"),
        ORIGINATOR(SECRET "<Category Type=\"PERMISSIVE\">" V("CAN") "</Category>"),
        ORIGINATOR(SECRET "<Category Type=\"PERMISSIVE\" TagName=\"Releasable To\" Also=\"1\">" V(
            "CAN") "</Category>"),
        ORIGINATOR(SECRET "<Category Type=\"RESTRICTIVE\" TagName=\"TLP\">" V("AMBER")
                       V("RED") "</Category>"),
        ORIGINATOR(SECRET
                   "<Category Type=\"RESTRICTIVE\" TagName=\"TLP\">" V("BLUE") "</Category>"),
        ORIGINATOR(SECRET
                   "<Category Type=\"RESTRICTIVE\" TagName=\"ORCON\">" V("me") "</Category>"),
        ORIGINATOR(SECRET "<Category Type=\"RESTRICTIVE\" TagName=\"ORCON\"/>"),
        ORIGINATOR(SECRET
                   "<Category Type=\"RESTRICTIVE\" TagName=\"PERSONS\">" V("me") "</Category>"),
        ORIGINATOR(SECRET "<Category Type=\"RESTRICTIVE\" TagName=\"PERSONS\"/>"
                          "<Category Type=\"RESTRICTIVE\" TagName=\"PERSONS\"/>"),
        ORIGINATOR(SECRET "<Unknown/>"),
        "<!DOCTYPE a [<!ENTITY b \"SECRET\">]>" ORIGINATOR(SECRET),
        "<!DOCTYPE a SYSTEM \"http://localhost/a.dtd\">" ORIGINATOR(SECRET),
        ORIGINATOR(POLICY "<Classification>&b;</Classification>"),
    };
    struct world *w = *state;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const struct label *l = NULL;
        int r = read_label(w, slice_of(texts[i]), &l);

        if (r != EN_INVALID || l) {
            fail_msg("%s: %d %s", texts[i], r, w->err.message);
        }
        assert_true(w->err.message[0] != '\0' || w->err.field_count > 0);
    }
}

static void depth_has_a_limit(void **state)
{
    enum { DEEP = 1000000 };
    struct world *w = *state;
    char *text = malloc(3 * DEEP + 1);
    const struct label *l = NULL;
    int r;

    assert_non_null(text);
    for (size_t i = 0; i < DEEP; i++) {
        memcpy(text + 3 * i, "<a>", 3);
    }
    r = read_label(w, slice_make(text, (size_t)3 * DEEP), &l);
    assert_int_equal(r, EN_TOO_LARGE);
    free(text);
}

static void the_policy_s_identifier_must_be_its_own(void **state)
{
    struct world *w = *state;
    struct slice oid = policy_oid(w->p);
    const struct label *l = NULL;
    struct slice text;

    text = arena_printf(w->a,
                        "<ConfidentialityLabel " NS "><ConfidentialityInformation>"
                        "<PolicyIdentifier URI=\"urn:oid:" SLICE_FMT "%s\">entente-default"
                        "</PolicyIdentifier><Classification>SECRET</Classification>"
                        "</ConfidentialityInformation></ConfidentialityLabel>",
                        SLICE_ARG(oid), slice_empty(oid) ? "1.2.3" : "");
    assert_int_equal(read_label(w, text, &l), 0);
    if (slice_empty(oid)) {
        return; /* a policy without one cannot compare */
    }
    text = arena_printf(w->a,
                        "<ConfidentialityLabel " NS "><ConfidentialityInformation>"
                        "<PolicyIdentifier URI=\"urn:oid:" SLICE_FMT ".1\">entente-default"
                        "</PolicyIdentifier><Classification>SECRET</Classification>"
                        "</ConfidentialityInformation></ConfidentialityLabel>",
                        SLICE_ARG(oid));
    assert_int_equal(read_label(w, text, &l), EN_INVALID);
}

static void names_are_escaped(void **state)
{
    cleanup_buf struct buf out;

    (void)state;
    buf_init(&out, 4096);
    label_xml_escape(&out, S("a<b>&\"\r\n\t"), /* attribute= */ true);
    assert_true(slice_is(buf_slice(&out), "a&lt;b>&amp;&quot;&#xD;&#xA;&#x9;"));
    buf_clear(&out);
    label_xml_escape(&out, S("a<b>&\"\r\n\t"), /* attribute= */ false);
    assert_true(slice_is(buf_slice(&out), "a&lt;b&gt;&amp;\"&#xD;\n\t"));
}

#define in_world(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_world(a_label_reads_back_as_it_was_written),
        in_world(it_says_who_made_it_and_when),
        in_world(other_spellings_are_read),
        in_world(what_is_unknown_is_refused),
        in_world(depth_has_a_limit),
        in_world(the_policy_s_identifier_must_be_its_own),
        cmocka_unit_test(names_are_escaped),
    };

    return run_suite(tests);
}
