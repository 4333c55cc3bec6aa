/*
 * Bindings: no bit of one can be turned without that being noticed, and no part that is interpreted
 * is a part that was not signed. What xmlsec1 says of the same files is in binding_judge.py.
 */
#include "../label/check.h"

#include "binding_key.h"

#include "base/fault.h"
#include "format/binding.h"

struct world {
    struct policy *p;
    struct arena *a;
    struct error err;
    struct test_key key;
    struct slice text; /* a good one */
};

/* Bound to the first text; the others stand beside it. */
static struct slice bind_all(struct world *w, const struct slice *labels, size_t count,
                             const char *uri)
{
    struct binding_payload payload = { .uri = slice_of(uri), .media = S("text/csv") };
    cleanup_buf struct buf out;

    buf_init(&out, BINDING_BYTES);
    memset(payload.digest, 7, sizeof(payload.digest));
    assert_int_equal(binding_write(labels, count, &payload, &w->key.signer, &w->err, &out), 0);
    return arena_copy(w->a, buf_slice(&out));
}

static struct slice label_xml(struct world *w, const char *label, enum label_xml_kind kind)
{
    struct label_xml_source source = { .kind = kind, .now_ms = day("2026-01-02") };
    cleanup_buf struct buf xml;

    buf_init(&xml, BINDING_BYTES);
    assert_int_equal(
        label_xml_write(w->p, w->a, label_of_text(w->p, w->a, label), &source, &w->err, &xml), 0);
    return arena_copy(w->a, buf_slice(&xml));
}

static struct slice make(struct world *w, const char *label, const char *uri)
{
    struct slice xml = label_xml(w, label, LABEL_XML_ORIGINATOR);

    return bind_all(w, &xml, 1, uri);
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof(*w));

    assert_non_null(w);
    w->p = default_policy();
    w->a = arena_new(CHECK_MEMORY);
    test_key_new(&w->key);
    w->text = make(w, "SECRET; Caveat: LEGAL; Releasable To: CAN, USA", "actors.csv");
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;

    test_key_free(&w->key);
    policy_free(w->p);
    arena_free(w->a);
    free(w);
    return 0;
}

static int read_it(struct world *w, struct slice text, bool by_key, struct binding *ret)
{
    memset(&w->err, 0, sizeof(w->err));
    return binding_read(w->a, text, by_key ? w->key.signer.point : NULL, &w->err, ret);
}

static void what_was_bound_comes_back(void **state)
{
    struct world *w = *state;
    const struct label *l = NULL;
    struct binding b;
    uint8_t sevens[32];

    memset(sevens, 7, sizeof(sevens));
    for (int by_key = 0; by_key < 2; by_key++) {
        assert_int_equal(read_it(w, w->text, by_key, &b), 0);
        assert_true(slice_is(b.payload.uri, "actors.csv"));
        assert_true(slice_is(b.payload.media, "text/csv"));
        assert_memory_equal(b.payload.digest, sevens, 32);
        assert_memory_equal(b.point, w->key.signer.point, BINDING_POINT);
        assert_false(b.certified);
        assert_int_equal(label_xml_label(w->p, w->a, &b.label, S("label"), &w->err, &l), 0);
        assert_string_equal(text_of(w->p, w->a, l),
                            "SECRET; Caveat: LEGAL; Releasable To: CAN, USA");
    }
}

/* What a reader gets, in one text. */
static const char *meaning(struct world *w, const struct binding *b)
{
    cleanup_buf struct buf out;

    buf_init(&out, BINDING_BYTES);
    json_write_value(b->label.label, &out);
    buf_add(&out, b->payload.uri);
    buf_add(&out, b->payload.media);
    buf_add(&out, b->label.originator);
    buf_add_int(&out, b->label.created_ms);
    for (int i = 0; i < BINDING_DIGEST; i++) {
        buf_printf(&out, "%02x", b->payload.digest[i]);
    }
    return arena_cstr(w->a, buf_slice(&out));
}

static void a_turned_bit_is_noticed_or_means_the_same(void **state)
{
    struct world *w = *state;
    char *copy = malloc(w->text.len);
    unsigned same = 0;
    struct binding b;
    const char *good;

    assert_non_null(copy);
    assert_int_equal(read_it(w, w->text, true, &b), 0);
    good = meaning(w, &b);
    for (size_t i = 0; i < w->text.len; i++) {
        memcpy(copy, w->text.ptr, w->text.len);
        copy[i] = (char)(copy[i] ^ (1 << i % 7));
        if (read_it(w, slice_make(copy, w->text.len), true, &b) == 0) {
            assert_string_equal(meaning(w, &b), good);
            same++;
        } else {
            assert_true(w->err.message[0] != '\0');
        }
    }
    free(copy);
    /* the key is given, so the one in the document may say what it likes; little else may change */
    assert_true(same < w->text.len / 4);
}

static void a_key_of_someone_else_does_not_do(void **state)
{
    struct world *w = *state;
    struct test_key other;
    struct binding b;

    test_key_new(&other);
    memset(&w->err, 0, sizeof(w->err));
    assert_int_equal(binding_read(w->a, w->text, other.signer.point, &w->err, &b), EN_CORRUPT);
    assert_string_equal(w->err.message, "the signature does not hold under this key");
    test_key_free(&other);
}

static struct slice with(struct world *w, const char *before, const char *after)
{
    const char *at = memmem(w->text.ptr, w->text.len, before, strlen(before));
    cleanup_buf struct buf out;
    size_t head;

    assert_non_null(at);
    head = (size_t)(at - w->text.ptr);
    buf_init(&out, BINDING_BYTES);
    buf_add(&out, slice_make(w->text.ptr, head));
    buf_add_cstr(&out, after);
    buf_add(&out, slice_make(at + strlen(before), w->text.len - head - strlen(before)));
    return arena_copy(w->a, buf_slice(&out));
}

static void what_was_changed_is_named(void **state)
{
    static const struct {
        const char *before, *after, *message;
    } rows[] = {
        { ">SECRET<", ">RESTRICTED<", "the label was changed after it was signed" },
        { "DataReference xmlns:xmime=\"http://www.w3.org/2005/05/xmlmime\" URI=\"actors.csv\"",
          "DataReference xmlns:xmime=\"http://www.w3.org/2005/05/xmlmime\" URI=\"others.csv\"",
          "the label was changed after it was signed" },
        { "Reference URI=\"actors.csv\"><ds", "Reference URI=\"others.csv\"><ds",
          "the signature does not hold under this key" },
    };
    struct world *w = *state;
    struct binding b;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct slice text = with(w, rows[i].before, rows[i].after);

        assert_int_equal(read_it(w, text, true, &b), EN_CORRUPT);
        assert_string_equal(w->err.message, rows[i].message);
    }
}

/* Each is well-formed XML, and none is of the profile. */
static void another_profile_is_refused(void **state)
{
    static const struct {
        const char *before, *after;
    } rows[] = {
        { "<mb:Metadata>", "<!-- a remark --><mb:Metadata>" },
        { "<mb:Metadata>", "<?do it?><mb:Metadata>" },
        { "?>\n", "?>\n<!DOCTYPE a>\n" },
        { "xmldsig-more#ecdsa-sha256", "xmldsig-more#ecdsa-sha1" },
        { "xmldsig-more#ecdsa-sha256", "xmldsig-more#hmac-sha256" },
        { "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>",
          "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#"
          "WithComments\"/>" },
        { "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>",
          "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"/>" },
        { "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>",
          "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"/>"
          "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>" },
        { "xmlenc#sha256", "xmldsig#sha1" },
        { "URI=\"#binding\"", "URI=\"\"" },
        { "URI=\"#binding\"", "URI=\"#other\"" },
        { "URI=\"#binding\"", "URI=\"#xpointer(/)\"" },
        { "<ds:Reference URI=\"actors.csv\">", "<ds:Reference URI=\"#binding\">" },
        { " xml:id=\"binding\"", "" },
        { "<mb:DataReference", "<mb:Extra xml:id=\"binding\"/><mb:DataReference" },
        { "<mb:DataReference", "<mb:Extra ID=\"binding\"/><mb:DataReference" },
        { "</ds:Signature>", "</ds:Signature><ds:Signature "
                             "xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>" },
        { "</mb:BindingInformation>", "<mb:MetadataBindingContainer/></mb:BindingInformation>" },
        { "</mb:MetadataBindingContainer>", "<mb:MetadataBinding/></mb:MetadataBindingContainer>" },
        { "bindinginformation:1:0", "bindinginformation:2:0" },
        { "<ds:SignatureValue>", "<ds:SignatureValue>AA" },
    };
    struct world *w = *state;
    struct binding b;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct slice text = with(w, rows[i].before, rows[i].after);
        int r = read_it(w, text, true, &b);

        if (r != EN_INVALID) {
            fail_msg("%s: %d %s", rows[i].after, r, w->err.message);
        }
    }
}

static void a_name_leads_nowhere_else(void **state)
{
    static const char *const outside[] = {
        "",           "..",    ".",     ".hidden", "../a",  "a/b",    "/a",         "%2e%2e",
        "%2E%2E%2Fa", "a%2fb", "a%5cb", "a\\b",    "a:b",   "file:a", "a?b",        "a#b",
        "a%00b",      "a%zz",  "a%4",   "a%",      "a%0ab", "%ff",    "http://a/b",
    };
    struct world *w = *state;
    struct slice name;
    cleanup_buf struct buf uri;

    for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
        if (binding_file_name(w->a, slice_of(outside[i]), &w->err, &name) != EN_FORBIDDEN) {
            fail_msg("%s", outside[i]);
        }
    }
    buf_init(&uri, 4096);
    binding_add_uri(&uri, S("un résumé (2) 100%.csv"));
    assert_true(slice_is(buf_slice(&uri), "un%20r%C3%A9sum%C3%A9%20%282%29%20100%25.csv"));
    assert_int_equal(binding_file_name(w->a, buf_slice(&uri), &w->err, &name), 0);
    assert_true(slice_is(name, "un résumé (2) 100%.csv"));
}

static void a_key_has_one_fingerprint(void **state)
{
    struct world *w = *state;
    cleanup_buf struct buf pem;
    uint8_t point[BINDING_POINT];
    char one[65];
    char two[65];

    buf_init(&pem, 4096);
    binding_write_pem(w->key.signer.point, &pem);
    assert_int_equal(binding_key_from_pem(buf_slice(&pem), &w->err, point), 0);
    assert_memory_equal(point, w->key.signer.point, BINDING_POINT);
    binding_fingerprint(point, one);
    binding_fingerprint(w->key.signer.point, two);
    assert_string_equal(one, two);
    assert_int_equal(binding_key_from_pem(S("-----BEGIN PUBLIC KEY-----\nAA==\n"), &w->err, point),
                     EN_INVALID);
}

/* Those beside the originator's label are told, whatever they are, and never taken for it. */
static void labels_beside_it_are_kept(void **state)
{
    struct world *w = *state;
    struct slice texts[] = {
        label_xml(w, "SECRET", LABEL_XML_ORIGINATOR),
        label_xml(w, "RESTRICTED", LABEL_XML_ALTERNATIVE),
        S("<slab:alternativeConfidentialityLabel xmlns:slab=\"" LABEL_XML_NS "\"><slab:New/>"
          "</slab:alternativeConfidentialityLabel>"),
        label_xml(w, "UNCLASSIFIED", LABEL_XML_SUCCESSOR),
    };
    struct slice swapped[] = { texts[1], texts[0] };
    struct binding b;

    assert_int_equal(read_it(w, bind_all(w, texts, 4, "a.csv"), true, &b), 0);
    assert_true(slice_is(json_get_text(b.label.label, "class"), "SECRET"));
    assert_int_equal(b.other_count, 3);
    assert_int_equal(b.others[0].label.kind, LABEL_XML_ALTERNATIVE);
    assert_true(slice_is(json_get_text(b.others[0].label.label, "class"), "RESTRICTED"));
    assert_true(slice_empty(b.others[0].problem));
    assert_int_equal(b.others[1].label.kind, LABEL_XML_ALTERNATIVE);
    assert_non_null(strstr(arena_cstr(w->a, b.others[1].problem), "New"));
    assert_int_equal(b.others[2].label.kind, LABEL_XML_SUCCESSOR);
    assert_int_equal(read_it(w, bind_all(w, swapped, 2, "a.csv"), true, &b), 0);
    assert_true(slice_is(json_get_text(b.label.label, "class"), "SECRET"));
    assert_int_equal(read_it(w, bind_all(w, texts + 1, 3, "a.csv"), true, &b), EN_INVALID);
    swapped[0] = swapped[1];
    assert_int_equal(read_it(w, bind_all(w, swapped, 2, "a.csv"), true, &b), EN_INVALID);
}

static void labels_beside_it_are_not_without_end(void **state)
{
    struct world *w = *state;
    struct slice texts[2 + BINDING_OTHERS];
    struct binding b;

    texts[0] = label_xml(w, "SECRET", LABEL_XML_ORIGINATOR);
    for (size_t i = 1; i < 2 + BINDING_OTHERS; i++) {
        texts[i] = label_xml(w, "SECRET", LABEL_XML_ALTERNATIVE);
    }
    assert_int_equal(read_it(w, bind_all(w, texts, 1 + BINDING_OTHERS, "a.csv"), true, &b), 0);
    assert_int_equal(b.other_count, BINDING_OTHERS);
    assert_int_equal(read_it(w, bind_all(w, texts, 2 + BINDING_OTHERS, "a.csv"), true, &b),
                     EN_INVALID);
}

/* Every allocation of ours in turn, until both get through. */
static void memory_may_fail(void **state)
{
    enum { MOST = 2000 };
    struct world *w = *state;
    bool struck = true;
    int refused = 0;

    for (int n = 1; n < MOST && struck; n++) {
        struct arena *a = arena_new(CHECK_MEMORY);
        struct error err = { 0 };
        struct label_xml x;
        struct binding b;
        int r;

        assert_non_null(a);
        fault_arm_allocation(n);
        r = binding_read(a, w->text, w->key.signer.point, &err, &b);
        struck = fault_disarm();
        assert_true(r == 0 || (r == EN_NO_MEMORY && struck && err.code == r));
        refused += r != 0;
        arena_reset(a);
        fault_arm_allocation(n);
        r = label_xml_read(a,
                           S("<ConfidentialityLabel "
                             "xmlns=\"urn:nato:stanag:4774:confidentialitymetadatalabel:1:0\">"
                             "<ConfidentialityInformation><PolicyIdentifier>p</PolicyIdentifier>"
                             "<Classification>c</Classification></ConfidentialityInformation>"
                             "</ConfidentialityLabel>"),
                           &err, &x);
        struck = fault_disarm() || struck;
        assert_true(r == 0 || r == EN_NO_MEMORY);
        arena_free(a);
    }
    assert_true(refused > 0);
    assert_false(struck);
}

#define in_world(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_world(what_was_bound_comes_back),
        in_world(a_turned_bit_is_noticed_or_means_the_same),
        in_world(a_key_of_someone_else_does_not_do),
        in_world(what_was_changed_is_named),
        in_world(another_profile_is_refused),
        in_world(a_name_leads_nowhere_else),
        in_world(a_key_has_one_fingerprint),
        in_world(labels_beside_it_are_kept),
        in_world(labels_beside_it_are_not_without_end),
        in_world(memory_may_fail),
    };

    return run_suite(tests);
}
