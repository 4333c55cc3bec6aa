/*
 * Any bytes as a security policy. What must hold: a refusal names a place and gives nothing; a
 * policy that loads describes itself as JSON, its own labels read back equal from every form, and
 * nothing that it can be asked reaches outside it: marking, validity, a translation of its lowest
 * and default labels to and from a fixed policy, and the operator's clearance.
 */
#include "fuzz.h"

#include "label/policies.h"

enum { MEMORY = 64 * 1024 * 1024 };

static const char other_text[] =
    "<SPIF xmlns='http://www.xmlspif.org/spif' xmlns:ent='urn:entente:policy:1' "
    "schemaVersion='2.1' creationDate='0' originatorDN='O' keyIdentifier='0' privilegeId='1.2' "
    "rbacId='1.2'><securityPolicyId name='other' id='2.25.8'/><securityClassifications>"
    "<securityClassification name='ONE' lacv='1' hierarchy='1'/></securityClassifications>"
    "<securityCategoryTagSets><securityCategoryTagSet name='Rel' id='2.25.8.1'>"
    "<securityCategoryTag tagType='permissive'><tagCategory name='A' lacv='1'/>"
    "</securityCategoryTag></securityCategoryTagSet></securityCategoryTagSets>"
    "<extensions><ent:policy default='ONE; Rel: A'/></extensions></SPIF>";

static void check_label(const struct policy *p, struct arena *a, const struct label *l)
{
    struct json *v = NULL;
    const struct label *back = NULL;
    cleanup_buf struct buf b;
    buf_init(&b, MEMORY);
    label_write(p, l, &b);
    must(!buf_failed(&b) && json_parse(a, buf_slice(&b), NULL, &v) == 0);
    must(label_parse(p, a, v, S(""), NULL, &back) == 0 && label_equal(l, back));
    buf_clear(&b);
    label_write_text(p, l, &b);
    must(label_parse_text(p, a, buf_slice(&b), S(""), NULL, &back) == 0 && label_equal(l, back));
    buf_clear(&b);
    label_write_marking(p, l, false, &b);
    label_write_marking(p, l, true, &b);
    must(!buf_failed(&b) && slice_is_utf8(buf_slice(&b)));
    label_check_new(p, l, 0, S(""), NULL);
}

static void check_translation(const struct policies *all, const struct policy *from,
                              const struct policy *to, struct arena *a)
{
    struct json *v = NULL;
    struct error err = { 0 };
    const struct label *l = NULL;
    cleanup_buf struct buf b;
    buf_init(&b, MEMORY);
    label_write(from, policy_default_label(from), &b);
    must(json_parse(a, buf_slice(&b), NULL, &v) == 0);
    int code = label_translate(all, to, a, v, &err, &l);
    must((code == 0) == (l != NULL) && (code == 0 || err.code == code));
    if (l) {
        check_label(to, a, l);
    }
}

static void check_policy(const struct policy *p, struct slice text, struct arena *a)
{
    struct json *v = NULL;
    struct policy *other = NULL;
    struct policies *all = NULL;
    struct json_writer w;
    cleanup_buf struct buf b;
    buf_init(&b, MEMORY);
    jw_init(&w, &b);
    policy_describe(p, &w);
    must(buf_failed(&b) || json_parse(a, buf_slice(&b), NULL, &v) == 0);
    check_label(p, a, policy_default_label(p));
    check_label(p, a, policy_lowest_label(p));
    must(label_may_read(p, clearance_all(p), policy_lowest_label(p), 0));
    must(policy_load(slice_of(other_text), NULL, &other) == 0);
    must(policies_load(other, &text, 1, NULL, &all) == 0);
    for (size_t i = 0; i < policies_count(all); i++) {
        check_translation(all, policies_at(all, i), other, a);
        check_translation(all, other, policies_at(all, i), a);
    }
    policies_free(all);
    policy_free(other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_make((const char *)data, size);
    struct policy *p = NULL;
    struct error err = { 0 };
    cleanup_arena struct arena *a = arena_new(4 * (size_t)MEMORY);
    must(a);
    int code = policy_load(text, &err, &p);
    if (code != 0) {
        must(!p && err.code == code && err.message[0] && slice_is_utf8(slice_of(err.message)));
        return 0;
    }
    check_policy(p, text, a);
    policy_free(p);
    return 0;
}
