/*
 * Reading a security policy from XML SPIF: the root, the classifications, and what all parts share;
 * see spif.h.
 *
 * Invariant: levels stand in the order of @hierarchy, from the lowest; @lacv is a code, unique and
 * never compared for size. Names are unique without regard to case and hold no character with a
 * meaning in the text form. Must never accept an element or attribute that it does not understand.
 */
#include "label/spif.h"

#include "base/limits.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- what all parts share ---- */

void spif_refuse(struct spif *s, const struct xml_node *n, const char *format, ...)
{
    if (s->code != 0) {
        return;
    }
    char detail[160];
    va_list args;
    va_start(args, format);
    vsnprintf(detail, sizeof(detail), format, args);
    va_end(args);
    detail[utf8_whole(detail, strlen(detail))] = '\0';
    s->code = error_set(s->err, EN_INVALID, "line %u, %.*s: %s", n->line, (int)n->name.len,
                        n->name.ptr, detail);
}

void spif_no_memory(struct spif *s)
{
    if (s->code == 0) {
        s->code = error_set(s->err, EN_NO_MEMORY, "no memory for the policy");
    }
}

void *spif_array(struct spif *s, size_t count, size_t size)
{
    void *array = arena_alloc_array(s->a, count, size);
    if (!array) {
        spif_no_memory(s);
    }
    return array;
}

struct slice spif_keep(struct spif *s, struct slice text)
{
    struct slice copy = arena_copy(s->a, text);
    if (!copy.ptr) {
        spif_no_memory(s);
        return S("");
    }
    return copy;
}

static bool is_listed(struct slice name, const char *const *names)
{
    while (*names && !slice_is(name, *names)) {
        names++;
    }
    return *names != NULL;
}

void spif_known(struct spif *s, const struct xml_node *n, const char *const *attributes,
                const char *const *elements)
{
    for (uint32_t i = 0; i < n->attribute_count; i++) {
        const struct xml_attribute *at = &n->attributes[i];
        if (at->ns.len == 0 && !is_listed(at->name, attributes)) {
            spif_refuse(s, n, "the attribute \"" SLICE_FMT "\" is not understood",
                        SLICE_ARG(at->name));
        }
    }
    for (const struct xml_node *c = n->first; c; c = c->next) {
        if (!slice_eq(c->ns, n->ns) || !is_listed(c->name, elements)) {
            spif_refuse(s, c, "the element is not understood in " SLICE_FMT, SLICE_ARG(n->name));
        }
    }
    if (!n->first && slice_trim(n->text).len > 0 && !is_listed(S("#text"), elements)) {
        spif_refuse(s, n, "text is not understood here");
    }
}

struct slice spif_need(struct spif *s, const struct xml_node *n, const char *attribute)
{
    struct slice value = S("");
    if (!xml_get(n, attribute, &value) || value.len == 0) {
        spif_refuse(s, n, "the attribute \"%s\" is required", attribute);
        return S("");
    }
    if (value.len > LIMIT_NAME) {
        spif_refuse(s, n, "the attribute \"%s\" has at most %d bytes", attribute, LIMIT_NAME);
    }
    return spif_keep(s, value);
}

bool spif_bool(struct spif *s, const struct xml_node *n, const char *attribute)
{
    struct slice v;
    if (!xml_get(n, attribute, &v) || slice_is(v, "false") || slice_is(v, "0")) {
        return false;
    }
    if (!slice_is(v, "true") && !slice_is(v, "1")) {
        spif_refuse(s, n, "\"%s\" is true or false", attribute);
    }
    return true;
}

/* Characters past the basic plane (first byte 0xf0 and up) are left out so that the order of bytes
 * is the order of UTF-16 units that canonical JSON asks for. */
struct slice spif_name(struct spif *s, const struct xml_node *n, struct slice name)
{
    static const char *const reserved[] = { "NOBODY",  "ANYONE", "NONE",  "TLP",
                                            "PERSONS", "ORCON",  "REVIEW" };
    bool fits = name.len > 0 && name.len <= POLICY_NAME && slice_trim(name).len == name.len;
    for (size_t i = 0; fits && i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];
        fits = c >= 0x20 && c != 0x7f && c < 0xf0 && !strchr(";,:~\"\\", name.ptr[i]);
    }
    for (size_t i = 0; fits && i < sizeof(reserved) / sizeof(reserved[0]); i++) {
        fits = !slice_eq_fold(name, slice_of(reserved[i]));
    }
    if (!fits) {
        spif_refuse(s, n,
                    "a name has 1 to %d bytes, none of ; , : ~ \" \\, and is not NOBODY, ANYONE, "
                    "NONE, TLP, PERSONS, ORCON or REVIEW",
                    POLICY_NAME);
    }
    return name;
}

/* ---- classifications ---- */

static void read_class(struct spif *s, const struct xml_node *n, struct word *w)
{
    static const char *const attributes[] = {
        "name", "color", "lacv", "hierarchy", "obsolete", NULL
    };
    static const char *const elements[] = { "equivalentClassification", "markingData",
                                            "markingQualifier", "requiredCategory", NULL };
    spif_known(s, n, attributes, elements);
    w->name = spif_name(s, n, spif_need(s, n, "name"));
    w->lacv = spif_need(s, n, "lacv");
    w->color = S("");
    struct slice color;
    if (xml_get(n, "color", &color)) {
        w->color = spif_need(s, n, "color");
    }
    spif_read_marking(s, n, w);
}

struct rank {
    int64_t hierarchy;
    const struct xml_node *node;
};

static int compare_ranks(const void *x, const void *y)
{
    const struct rank *a = x;
    const struct rank *b = y;
    return (a->hierarchy > b->hierarchy) - (a->hierarchy < b->hierarchy);
}

/* The classes in the order of their hierarchy; two of the same rank would have no join. */
static uint32_t rank_classes(struct spif *s, const struct xml_node *list,
                             struct rank ranks[POLICY_LEVELS])
{
    uint32_t count = 0;
    const struct xml_node *n = xml_child(list, SPIF_NS, "securityClassification");
    for (; n && s->code == 0; n = xml_next(n, SPIF_NS, "securityClassification")) {
        if (count == POLICY_LEVELS) {
            spif_refuse(s, n, "at most %d classifications", POLICY_LEVELS);
            return 0;
        }
        ranks[count].node = n;
        if (!slice_to_int64(spif_need(s, n, "hierarchy"), &ranks[count++].hierarchy)) {
            spif_refuse(s, n, "\"hierarchy\" is a number");
        }
    }
    if (count == 0) {
        spif_refuse(s, list, "a policy has a securityClassification");
        return 0;
    }
    qsort(ranks, count, sizeof(ranks[0]), compare_ranks);
    for (uint32_t i = 1; i < count; i++) {
        if (ranks[i].hierarchy == ranks[i - 1].hierarchy) {
            spif_refuse(s, ranks[i].node, "two classifications of the same hierarchy");
        }
    }
    return count;
}

static void read_classes(struct spif *s, const struct xml_node *root)
{
    static const char *const attributes[] = { "name", NULL };
    static const char *const elements[] = { "securityClassification", NULL };
    const struct xml_node *list = xml_child(root, SPIF_NS, "securityClassifications");
    if (!list) {
        spif_refuse(s, root, "securityClassifications is required");
        return;
    }
    struct rank ranks[POLICY_LEVELS];
    spif_known(s, list, attributes, elements);
    uint32_t count = rank_classes(s, list, ranks);
    struct word *levels = spif_array(s, count, sizeof(*levels));
    if (s->code != 0) {
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        read_class(s, ranks[i].node, &levels[i]);
        for (uint32_t k = 0; k < i; k++) {
            if (slice_eq_fold(levels[k].name, levels[i].name) ||
                slice_eq(levels[k].lacv, levels[i].lacv)) {
                spif_refuse(s, ranks[i].node, "another classification has this name or lacv");
            }
        }
    }
    s->p->levels = levels;
    s->p->level_count = count;
    for (uint32_t i = 0; i < count; i++) {
        spif_read_rules(s, ranks[i].node, &levels[i]);
        spif_read_equivalents(s, ranks[i].node, "equivalentClassification", &levels[i]);
    }
}

/* ---- the root ---- */

static bool is_oid(struct slice oid)
{
    bool digit = false;
    for (size_t i = 0; i < oid.len; i++) {
        if (oid.ptr[i] == '.' ? !digit : oid.ptr[i] < '0' || oid.ptr[i] > '9') {
            return false;
        }
        digit = oid.ptr[i] != '.';
    }
    return digit && memchr(oid.ptr, '.', oid.len);
}

static void read_identity(struct spif *s, const struct xml_node *root)
{
    static const char *const attributes[] = { "name", "id", NULL };
    static const char *const elements[] = { "markingData", "markingQualifier", NULL };
    const struct xml_node *n = xml_child(root, SPIF_NS, "securityPolicyId");
    if (!n || xml_next(n, SPIF_NS, "securityPolicyId")) {
        spif_refuse(s, root, "one securityPolicyId is required");
        return;
    }
    spif_known(s, n, attributes, elements);
    struct policy *p = s->p;
    p->id = spif_need(s, n, "name");
    p->oid = spif_need(s, n, "id");
    if (!is_oid(p->oid)) {
        spif_refuse(s, n, "\"id\" is an object identifier, as 1.3.26.1.3.1");
    }
    if (!slice_eq_fold(p->id, S("TLP"))) { /* as the policy of that name is called */
        spif_name(s, n, p->id);
    }
    p->word.name = p->id;
    spif_read_marking(s, n, &p->word);
}

/* Markings at the root concern the whole: a phrase that replaces the policy's name, separators. */
static void read_whole_marking(struct spif *s, const struct xml_node *root)
{
    struct word whole = { .name = s->p->id };
    spif_read_marking(s, root, &whole);
    if (whole.replaces_policy) {
        s->p->word.marking = whole.policy;
        s->p->word.replaces_policy = true;
    }
    spif_read_qualifiers(s, root, &s->p->qualifiers, NULL);
}

static void find_own(struct spif *s, const struct xml_node *root)
{
    const struct xml_node *extensions = xml_child(root, SPIF_NS, "extensions");
    s->own = extensions ? xml_child(extensions, SPIF_OWN_NS, "policy") : NULL;
    if (s->own && xml_next(s->own, SPIF_OWN_NS, "policy")) {
        spif_refuse(s, s->own, "one such block");
    }
}

static void refuse_twice(struct spif *s, const struct xml_node *root)
{
    static const char *const single[] = { "securityClassifications", "securityCategoryTagSets",
                                          "equivalentPolicies", "extensions" };
    for (size_t i = 0; i < sizeof(single) / sizeof(single[0]); i++) {
        if (xml_count(root, SPIF_NS, single[i]) > 1) {
            spif_refuse(s, root, "%s stands here once", single[i]);
        }
    }
}

void spif_read(struct spif *s, const struct xml_node *root)
{
    static const char *const attributes[] = { "schemaVersion", "version",       "creationDate",
                                              "originatorDN",  "keyIdentifier", "privilegeId",
                                              "rbacId",        "userRefURI",    "docRefURI",
                                              "notBefore",     "notAfter",      NULL };
    static const char *const elements[] = { "defaultSecurityPolicyId",
                                            "securityPolicyId",
                                            "updateInfo",
                                            "securityClassifications",
                                            "securityCategoryTagSets",
                                            "privacyMarks",
                                            "equivalentPolicies",
                                            "markingData",
                                            "markingQualifier",
                                            "extensions",
                                            NULL };
    if (!xml_is(root, SPIF_NS, "SPIF")) {
        spif_refuse(s, root, "not a SPIF element of http://www.xmlspif.org/spif");
        return;
    }
    spif_known(s, root, attributes, elements);
    refuse_twice(s, root);
    struct slice version = spif_need(s, root, "schemaVersion");
    if (!slice_is(version, "1.0") && !slice_is(version, "2.0") && !slice_is(version, "2.1")) {
        spif_refuse(s, root, "schemaVersion is 1.0, 2.0 or 2.1");
    }
    find_own(s, root);
    read_identity(s, root);
    read_whole_marking(s, root);
    spif_read_equivalent_policies(s, root);
    read_classes(s, root);
    spif_read_tag_sets(s, root);
    if (s->code == 0) {
        spif_read_own(s);
    }
    if (s->code == 0) {
        spif_read_rules(s, root, &s->p->word); /* the policy's own validity dates */
        spif_check_rules(s, root);
    }
}
