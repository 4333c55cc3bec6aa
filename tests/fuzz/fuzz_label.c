/*
 * Any bytes as a label, a clearance or a short text form; the first byte says which. What must
 * hold: a refusal says so and gives nothing; an accepted label reads back equal from its canonical
 * form, which is a fixed point, and from its text form; the join with any fixed label is read by
 * exactly those who read both and has the originators of both; what may be given now does not
 * depend on who asks; the operator reads all but what is nobody's.
 */
#include "fuzz.h"

#include "base/limits.h"
#include "label/label.h"

enum { MEMORY = 64 * 1024 * 1024, DATES = 3 };

static const char policy_text[] =
    "<SPIF xmlns='http://www.xmlspif.org/spif' xmlns:ent='urn:entente:policy:1' "
    "schemaVersion='2.1' creationDate='0' originatorDN='O' keyIdentifier='0' privilegeId='1.2' "
    "rbacId='1.2'><securityPolicyId name='fuzz' id='2.25.9'/><securityClassifications>"
    "<securityClassification name='LOW' lacv='9' hierarchy='1'/>"
    "<securityClassification name='HIGH' lacv='1' hierarchy='2'/></securityClassifications>"
    "<securityCategoryTagSets><securityCategoryTagSet name='Need' id='2.25.9.1'>"
    "<securityCategoryTag tagType='restrictive'><tagCategory name='X' lacv='1'/>"
    "<tagCategory name='Y' lacv='2'/></securityCategoryTag></securityCategoryTagSet>"
    "<securityCategoryTagSet name='Step' id='2.25.9.2'>"
    "<securityCategoryTag tagType='restrictive'><tagCategory name='I' lacv='1'/>"
    "<tagCategory name='II' lacv='2'/></securityCategoryTag></securityCategoryTagSet>"
    "<securityCategoryTagSet name='Rel' id='2.25.9.3'>"
    "<securityCategoryTag tagType='permissive'><tagCategory name='A' lacv='1'/>"
    "<tagCategory name='B' lacv='2'/><tagCategory name='G' lacv='3'/></securityCategoryTag>"
    "</securityCategoryTagSet><securityCategoryTagSet name='Team' id='2.25.9.4'>"
    "<securityCategoryTag tagType='permissive'><tagCategory name='P' lacv='1'/>"
    "</securityCategoryTag></securityCategoryTagSet>"
    "<securityCategoryTagSet name='Note' id='2.25.9.5'><securityCategoryTag tagType='tagType7'>"
    "<tagCategory name='STAFF' lacv='1'/></securityCategoryTag></securityCategoryTagSet>"
    "</securityCategoryTagSets><extensions><ent:policy default='LOW' tlp='GREEN'>"
    "<ent:tag name='Need' default='Y'/><ent:tag name='Step' chain='true'/>"
    "<ent:tag name='Rel' default='A'><ent:group name='G'>"
    "<ent:member name='A' until='2020-01-01'/><ent:member name='B'/></ent:group></ent:tag>"
    "</ent:policy></extensions></SPIF>";

/* clang takes pieces of an item for items unless brackets say otherwise */
static const char *const readers[] = {
    "{}",
    ("{\"class\":\"HIGH\",\"tlp\":\"RED\",\"restrictive\":{\"Need\":[\"X\",\"Y\"],"
     "\"Step\":[\"II\"]},\"permissive\":{\"Rel\":[\"A\"],\"Team\":[\"P\"]}}"),
    ("{\"class\":\"HIGH\",\"tlp\":\"AMBER\",\"restrictive\":{\"Need\":[\"Y\"]},"
     "\"permissive\":{\"Rel\":[\"B\",\"G\"]}}"),
};
enum { READERS = sizeof(readers) / sizeof(readers[0]) };

static const int64_t dates[DATES] = { INT64_MIN, 0, INT64_C(1600000000000) };

static const struct clearance *read_clearance(const struct policy *p, struct arena *a,
                                              struct slice text)
{
    struct json *v = NULL;
    const struct clearance *c = NULL;
    struct error err = { 0 };
    if (json_parse(a, text, NULL, &v) == 0) {
        int code = clearance_parse(p, a, v, S("/clearance"), &err, &c);
        must((code == 0) == (c != NULL));
        must(code == 0 || (err.code == code && err.field_count > 0));
    }
    return c;
}

static void check_round_trips(const struct policy *p, struct arena *a, const struct label *l)
{
    cleanup_buf struct buf first;
    cleanup_buf struct buf second;
    buf_init(&first, MEMORY);
    buf_init(&second, MEMORY);
    label_write(p, l, &first);
    struct json *v = NULL;
    const struct label *back = NULL;
    must(!buf_failed(&first) && json_parse(a, buf_slice(&first), NULL, &v) == 0);
    must(label_parse(p, a, v, S(""), NULL, &back) == 0 && label_equal(l, back));
    label_write(p, back, &second);
    must(slice_eq(buf_slice(&first), buf_slice(&second)));
    buf_clear(&second);
    json_write_canonical(a, v, &second);
    must(slice_eq(buf_slice(&first), buf_slice(&second)));

    buf_clear(&first);
    label_write_text(p, l, &first);
    must(label_parse_text(p, a, buf_slice(&first), S(""), NULL, &back) == 0);
    must(label_equal(l, back));
    buf_clear(&first);
    label_write_marking(p, l, true, &first);
    must(first.len > 0 && !buf_failed(&first) && slice_is_utf8(buf_slice(&first)));
}

static bool has_originator(const struct label *l, struct uuid id)
{
    const struct uuid *ids = NULL;
    size_t count = label_originators(l, &ids);
    for (size_t i = 0; i < count; i++) {
        if (uuid_eq(ids[i], id)) {
            return true;
        }
    }
    return false;
}

static void check_originators(const struct label *x, const struct label *y, const struct label *j)
{
    const struct uuid *ids = NULL;
    size_t count = label_originators(j, &ids);
    must(label_has_originators(j) == (label_has_originators(x) || label_has_originators(y)));
    for (size_t i = 0; i < count; i++) {
        must(has_originator(x, ids[i]) || has_originator(y, ids[i]));
        must(i == 0 || uuid_compare(ids[i - 1], ids[i]) < 0);
    }
    count = label_originators(x, &ids);
    for (size_t i = 0; i < count; i++) {
        must(has_originator(j, ids[i]));
    }
}

static void check_join(const struct policy *p, struct arena *a, const struct label *l)
{
    const struct label *fixed = NULL;
    must(label_parse_text(
             p, a,
             S("LOW; Need: X; Step: I; Rel: A, B; Rel: G; Note: STAFF; REVIEW: 2031-01-02; "
               "ORCON: 0190a1b2-0000-7000-8000-00000000000a; TLP:AMBER"),
             S(""), NULL, &fixed) == 0);
    const struct label *j = label_join(p, a, l, fixed);
    must(j && label_equal(j, label_join(p, a, fixed, l)));
    must(label_equal(l, label_join(p, a, l, l)));
    check_originators(l, fixed, j);
    int64_t review = 0;
    must(label_review(j, &review) && review <= INT64_C(1925078400000));
    must(label_check_new(p, l, 0, S(""), NULL) == label_check_new(p, l, 0, S(""), NULL));
    must(label_equal(l, label_join(p, a, l, policy_lowest_label(p))));
    for (size_t k = 0; k < READERS; k++) {
        const struct clearance *c = read_clearance(p, a, slice_of(readers[k]));
        must(c);
        for (size_t d = 0; d < DATES; d++) {
            bool both = label_may_read(p, c, l, dates[d]) && label_may_read(p, c, fixed, dates[d]);
            must(label_may_read(p, c, j, dates[d]) == both);
            must(!both || label_may_read(p, clearance_all(p), j, dates[d]));
        }
    }
}

static void check_label(const struct policy *p, struct arena *a, struct slice text, bool short_form)
{
    struct json *v = NULL;
    const struct label *l = NULL;
    struct error err = { 0 };
    if (!short_form && json_parse(a, text, NULL, &v) != 0) {
        return;
    }
    int code = short_form ? label_parse_text(p, a, text, S("label"), &err, &l)
                          : label_parse(p, a, v, S("/label"), &err, &l);
    if (code != 0) {
        must(code == EN_INVALID && !l && err.field_count > 0 && err.fields[0].pointer[0]);
        must(slice_is_utf8(slice_of(err.message)));
        return;
    }
    must(l && err.code == EN_OK);
    check_round_trips(p, a, l);
    check_join(p, a, l);
}

static void check_clearance(const struct policy *p, struct arena *a, struct slice text)
{
    const struct clearance *c = read_clearance(p, a, text);
    cleanup_buf struct buf first;
    cleanup_buf struct buf second;
    buf_init(&first, MEMORY);
    buf_init(&second, MEMORY);
    if (c) {
        clearance_write(p, c, &first);
        c = read_clearance(p, a, buf_slice(&first));
        must(c);
        clearance_write(p, c, &second);
        must(slice_eq(buf_slice(&first), buf_slice(&second)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    struct slice text = slice_make((const char *)data + 1, size - 1);
    struct policy *p = NULL;
    cleanup_arena struct arena *a = arena_new(4 * (size_t)MEMORY);
    must(a && policy_load(slice_of(policy_text), NULL, &p) == 0);
    switch (data[0]) {
    case 'L':
        check_label(p, a, text, /* short_form= */ false);
        break;
    case 'T':
        check_label(p, a, text, /* short_form= */ true);
        break;
    case 'C':
        check_clearance(p, a, text);
        break;
    default:
        break;
    }
    policy_free(p);
    return 0;
}
