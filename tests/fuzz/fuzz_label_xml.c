/*
 * Any bytes as a STANAG 4774 label. What must hold: a refusal says so; what is read is JSON that
 * names a policy and a class; as a label of the policy it reads back equal, and when it is written
 * and read again it is its narrowed self, whose readers are among its own.
 */
#include "fuzz.h"

#include "format/label_xml.h"

enum { MEMORY = 64 * 1024 * 1024 };

#define NOW_MS INT64_C(1767312000000)

static const char policy_text[] =
    "<SPIF xmlns='http://www.xmlspif.org/spif' xmlns:ent='urn:entente:policy:1' "
    "schemaVersion='2.1' creationDate='0' originatorDN='O' keyIdentifier='0' privilegeId='1.2' "
    "rbacId='1.2'><securityPolicyId name='fuzz' id='2.25.9'/><securityClassifications>"
    "<securityClassification name='LOW' lacv='9' hierarchy='1'/>"
    "<securityClassification name='HIGH' lacv='1' hierarchy='2'/></securityClassifications>"
    "<securityCategoryTagSets><securityCategoryTagSet name='Need' id='2.25.9.1'>"
    "<securityCategoryTag tagType='restrictive'><tagCategory name='X' lacv='1'/>"
    "<tagCategory name='Y' lacv='2'/></securityCategoryTag></securityCategoryTagSet>"
    "<securityCategoryTagSet name='Rel' id='2.25.9.3'>"
    "<securityCategoryTag tagType='permissive'><tagCategory name='A' lacv='1'/>"
    "<tagCategory name='B' lacv='2'/><tagCategory name='G' lacv='3'/></securityCategoryTag>"
    "</securityCategoryTagSet>"
    "<securityCategoryTagSet name='Note' id='2.25.9.5'><securityCategoryTag tagType='tagType7'>"
    "<tagCategory name='STAFF' lacv='1'/></securityCategoryTag></securityCategoryTagSet>"
    "</securityCategoryTagSets><extensions><ent:policy default='LOW'>"
    "<ent:tag name='Rel'><ent:group name='G'>"
    "<ent:member name='A' until='2020-01-01'/><ent:member name='B'/></ent:group></ent:tag>"
    "</ent:policy></extensions></SPIF>";

static void check_again(const struct policy *p, struct arena *a, const struct label *l)
{
    struct label_xml_source source = { .originator = S("urn:uuid:x"), .now_ms = NOW_MS };
    const struct label *narrow = label_narrow(p, a, l, NOW_MS);
    const struct label *back = NULL;
    struct error err = { 0 };
    struct label_xml x;
    cleanup_buf struct buf out;

    buf_init(&out, XML_BYTES);
    if (!narrow || label_xml_write(p, a, l, &source, &err, &out) != 0)
        return; /* no memory */
    must(label_xml_read(a, buf_slice(&out), &err, &x) == 0);
    must(label_xml_label(p, a, &x, S("label"), &err, &back) == 0);
    must(label_equal(back, narrow));
    must(!label_may_read(p, clearance_all(p), back, NOW_MS) ||
         label_may_read(p, clearance_all(p), l, NOW_MS));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct policy *p; /* made once: the policy is the same for every input */
    struct slice input = slice_make((const char *)data, size);
    const struct label *l = NULL;
    struct error err = { 0 };
    struct arena *a = arena_new(MEMORY);
    struct label_xml x;

    if (!p)
        must(policy_load(slice_make(policy_text, sizeof(policy_text) - 1), NULL, &p) == 0);
    if (!a)
        return 0;
    int code = label_xml_read(a, input, &err, &x);
    must(code == 0 || (code < 0 && err.code == code && err.message[0]));
    if (code == 0) {
        must(json_get_text(x.label, "policy").len > 0 && json_get_text(x.label, "class").len > 0);
        must(json_get(x.label, "permissive") && json_get(x.label, "restrictive"));
        code = label_xml_label(p, a, &x, S("label"), &err, &l);
        must(code == 0 || err.code < 0);
        if (code == 0)
            check_again(p, a, l);
    }
    arena_free(a);
    return 0;
}
