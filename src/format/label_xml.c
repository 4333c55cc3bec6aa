/*
 * Reading STANAG 4774 XML: see label_xml.h.
 *
 * The label becomes the JSON that label_parse reads, so that one reader decides what a value is.
 * Invariant: a part that the XML does not have is an empty part there, never the policy's default;
 * a Category becomes one clause, or one set, whole; nothing is dropped. Must never merge two
 * Categories of a permissive tag into one list: that would let in the readers of both.
 */
#include "format/label_xml.h"

#include "base/limits.h"
#include "base/when.h"

#include <stdio.h>

/* What is being made; a first refusal ends it. */
struct reading {
    struct arena *a;
    struct error *err;
    struct json *restrictive, *permissive, *informative, *orcon;
    struct json *label;
    struct label_xml *x;
};

static const struct slice ns = { LABEL_XML_NS, sizeof(LABEL_XML_NS) - 1 };

static int no_memory(struct reading *g)
{
    return error_set(g->err, EN_NO_MEMORY, "no memory for a label");
}

static int wrong(struct reading *g, const struct xml_node *n, const char *what)
{
    return error_set(g->err, EN_INVALID, "label, line %u, " SLICE_FMT ": %s", n->line,
                     SLICE_ARG(n->name), what);
}

/* Every attribute must be one of these names (ends with NULL), without a namespace; xml:lang and
 * xml:id say nothing here. */
static bool attributes_known(const struct xml_node *n, const char *const *names)
{
    for (uint32_t i = 0; i < n->attribute_count; i++) {
        const struct xml_attribute *at = &n->attributes[i];
        const char *const *known = names;

        if (slice_is(at->ns, "http://www.w3.org/XML/1998/namespace") ||
            slice_is(at->ns, "http://www.w3.org/2001/XMLSchema-instance")) {
            continue;
        }
        while (*known && !(slice_empty(at->ns) && slice_is(at->name, *known))) {
            known++;
        }
        if (!*known) {
            return false;
        }
    }
    return true;
}

static struct slice uri_of(const struct xml_node *n)
{
    struct slice value = { 0 };

    if (!xml_get(n, "URI", &value)) {
        xml_get(n, "URL", &value);
    }
    return value;
}

static int set_text(struct reading *g, struct json *object, const char *name, struct slice text)
{
    return json_set_text(g->a, object, name, text) == 0 ? 0 : no_memory(g);
}

static int read_policy(struct reading *g, const struct xml_node *n)
{
    static const char *const known[] = { "URI", "URL", NULL };
    struct slice uri = uri_of(n);

    if (n->first || !attributes_known(n, known)) {
        return wrong(g, n, "only a name, with a URI");
    }
    g->x->policy_name = slice_trim(n->text);
    if (slice_starts(uri, S("urn:oid:"))) {
        g->x->policy_oid = slice_make(uri.ptr + 8, uri.len - 8);
    } else if (!slice_empty(uri)) {
        return wrong(g, n, "the policy's URI is not an object identifier (urn:oid:...)");
    }
    if (slice_empty(g->x->policy_name)) {
        return wrong(g, n, "the policy has no name");
    }
    return set_text(g, g->label, "policy", g->x->policy_name);
}

static int read_class(struct reading *g, const struct xml_node *n)
{
    static const char *const known[] = { "URI", "URL", NULL };

    if (n->first || !attributes_known(n, known) || slice_empty(slice_trim(n->text))) {
        return wrong(g, n, "only a name");
    }
    return set_text(g, g->label, "class", slice_trim(n->text));
}

/* The values of a Category as a JSON list. */
static int read_values(struct reading *g, const struct xml_node *category, struct json **ret)
{
    static const char *const none[] = { NULL };
    struct json *values = json_new_array(g->a);

    if (!values) {
        return no_memory(g);
    }
    if (!category->first && !slice_empty(slice_trim(category->text))) {
        return wrong(g, category, "text where values are expected");
    }
    for (const struct xml_node *v = category->first; v; v = v->next) {
        struct json *value;

        if (xml_is(v, ns, "IntegerValue") || xml_is(v, ns, "BitStringValue")) {
            return wrong(g, v, "values of tags are names here (GenericValue)");
        }
        if (!xml_is(v, ns, "GenericValue") || v->first || !attributes_known(v, none)) {
            return wrong(g, v, "not a value");
        }
        value = json_new_text(g->a, slice_trim(v->text));
        if (!value || json_array_add(g->a, values, value) != 0) {
            return no_memory(g);
        }
    }
    if (values->count > LIMIT_LABEL_ATOMS) {
        return wrong(g, category, "too many values");
    }
    *ret = values;
    return 0;
}

/* Sets of all values that must be held: a tag that stands twice adds to them. */
static int add_set(struct reading *g, struct json *part, struct slice tag,
                   const struct json *values)
{
    struct json *all = json_new_array(g->a);
    const struct json *before = json_get_slice(part, tag);
    bool ok = all != NULL;

    for (uint32_t i = 0; ok && before && i < before->count; i++) {
        ok = json_array_add(g->a, all, &before->items[i]) == 0;
    }
    for (uint32_t i = 0; ok && i < values->count; i++) {
        ok = json_array_add(g->a, all, &values->items[i]) == 0;
    }
    return ok && json_object_set(g->a, part, tag, all) == 0 ? 0 : no_memory(g);
}

/* One more clause: a tag that stands twice is met twice. */
static int add_clause(struct reading *g, struct slice tag, const struct json *values)
{
    struct json *all = json_new_array(g->a);
    const struct json *before = json_get_slice(g->permissive, tag);
    bool ok = all != NULL;

    for (uint32_t i = 0; ok && before && i < before->count; i++) {
        ok = json_array_add(g->a, all, &before->items[i]) == 0;
    }
    ok = ok && json_array_add(g->a, all, values) == 0;
    return ok && json_object_set(g->a, g->permissive, tag, all) == 0 ? 0 : no_memory(g);
}

static bool is_own(struct slice tag)
{
    return slice_is(tag, "TLP") || slice_is(tag, "PERSONS") || slice_is(tag, "ORCON");
}

/* Ours (label_xml_write.c). They demand more than a name can say, so they are Types of their own.
 */
static int read_own(struct reading *g, const struct xml_node *n, struct slice tag,
                    struct json *values)
{
    if (slice_is(tag, "TLP")) {
        if (values->count != 1 || json_get(g->label, "tlp")) {
            return wrong(g, n, "TLP has one value, once");
        }
        return set_text(g, g->label, "tlp", values->items[0].text);
    }
    if (slice_is(tag, "PERSONS")) {
        return json_get(g->label, "persons") ? wrong(g, n, "PERSONS stands once")
               : json_object_set(g->a, g->label, S("persons"), values) == 0 ? 0
                                                                            : no_memory(g);
    }
    if (values->count == 0 || json_get(g->label, "orcon")) {
        return wrong(g, n, "ORCON names its originators, once");
    }
    return json_object_set(g->a, g->label, S("orcon"), values) == 0 ? 0 : no_memory(g);
}

static int add_category(struct reading *g, const struct xml_node *n, struct slice tag,
                        struct slice type, struct json *values)
{
    if (slice_is(type, "PERMISSIVE")) {
        return add_clause(g, tag, values);
    }
    if (slice_is(type, "RESTRICTIVE") && is_own(tag)) {
        return read_own(g, n, tag, values);
    }
    if (values->count == 0) {
        return wrong(g, n, "a Category without values is nobody, and only PERMISSIVE can say that");
    }
    if (slice_is(type, "RESTRICTIVE")) {
        return add_set(g, g->restrictive, tag, values);
    }
    if (slice_is(type, "INFORMATIVE")) {
        return add_set(g, g->informative, tag, values);
    }
    return wrong(g, n, "Type is RESTRICTIVE, PERMISSIVE or INFORMATIVE");
}

static int read_category(struct reading *g, const struct xml_node *n)
{
    static const char *const known[] = { "Type", "TagName", "URI", "URL", NULL };
    struct json *values = NULL;
    struct slice type;
    struct slice tag;
    int r;

    if (!attributes_known(n, known)) {
        return wrong(g, n, "an attribute that is not known");
    }
    if (!xml_get(n, "Type", &type) || !xml_get(n, "TagName", &tag) || slice_empty(tag)) {
        return wrong(g, n, "Type and TagName are required");
    }
    r = read_values(g, n, &values);
    return r ? r : add_category(g, n, tag, type, values);
}

static int read_information(struct reading *g, const struct xml_node *n)
{
    uint32_t policies = 0;
    uint32_t classes = 0;
    int r = 0;

    for (const struct xml_node *i = n->first; i && r == 0; i = i->next) {
        if (xml_is(i, ns, "PolicyIdentifier") && policies++ == 0) {
            r = read_policy(g, i);
        } else if (xml_is(i, ns, "Classification") && classes++ == 0) {
            r = read_class(g, i);
        } else if (xml_is(i, ns, "Category")) {
            r = read_category(g, i);
        } else if (!xml_is(i, ns, "PrivacyMark")) { /* a phrase to be shown; it demands nothing */
            r = wrong(g, i, "not known here, or twice");
        }
    }
    if (r == 0 && (policies != 1 || classes != 1)) {
        r = wrong(g, n, "one PolicyIdentifier and one Classification are required");
    }
    return r;
}

static int read_originator(struct reading *g, const struct xml_node *n)
{
    static const char *const known[] = { "IDType", NULL };
    static const char *const types[] = {
        "rfc822Name", "dNSName",     "directoryName",     "uniformResourceIdentifier",
        "iPAddress",  "x400Address", "userPrincipalName", "jID",
        NULL
    };
    const char *const *t = types;

    if (!attributes_known(n, known) || !xml_get(n, "IDType", &g->x->originator_type) || n->first) {
        return wrong(g, n, "IDType is required");
    }
    while (*t && !slice_is(g->x->originator_type, *t)) {
        t++;
    }
    g->x->originator = slice_trim(n->text);
    return *t ? 0 : wrong(g, n, "the IDType is not known");
}

static bool read_instant(struct slice text, int64_t *ret)
{
    struct when w;

    if (!when_parse(slice_trim(text), &w) || w.precision < WHEN_INSTANT) {
        return false;
    }
    *ret = when_first_ms(w);
    return true;
}

static int read_part(struct reading *g, const struct xml_node *n, uint32_t seen[3])
{
    if (xml_is(n, ns, "ConfidentialityInformation") && seen[0]++ == 0) {
        return read_information(g, n);
    }
    if (xml_is(n, ns, "OriginatorID") && seen[1]++ == 0) {
        return read_originator(g, n);
    }
    if (xml_is(n, ns, "CreationDateTime") && seen[2]++ == 0) {
        g->x->has_created = read_instant(n->text, &g->x->created_ms);
        return g->x->has_created ? 0 : wrong(g, n, "not an instant");
    }
    return wrong(g, n, "not known here, or twice");
}

static int read_review(struct reading *g, const struct xml_node *n)
{
    struct slice review;
    int64_t ms;

    if (!xml_get(n, "ReviewDateTime", &review)) {
        return 0;
    }
    if (!read_instant(review, &ms)) {
        return wrong(g, n, "ReviewDateTime is not an instant");
    }
    return set_text(g, g->label, "review", slice_trim(review));
}

static bool read_kind(const struct xml_node *n, enum label_xml_kind *ret)
{
    static const struct {
        const char *name;
        enum label_xml_kind kind;
    } known[] = {
        { "originatorConfidentialityLabel", LABEL_XML_ORIGINATOR },
        { "OriginatorConfidentialityLabel", LABEL_XML_ORIGINATOR },
        { "ConfidentialityLabel", LABEL_XML_ORIGINATOR },
        { "alternativeConfidentialityLabel", LABEL_XML_ALTERNATIVE },
        { "successorConfidentialityLabel", LABEL_XML_SUCCESSOR },
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (xml_is(n, ns, known[i].name)) {
            *ret = known[i].kind;
            return true;
        }
    }
    return false;
}

static int begin(struct reading *g)
{
    struct json **const parts[] = { &g->restrictive, &g->permissive, &g->informative, &g->label };

    for (size_t i = 0; i < 4; i++) {
        *parts[i] = json_new_object(g->a);
        if (!*parts[i]) {
            return no_memory(g);
        }
    }
    return 0;
}

static int finish(struct reading *g)
{
    bool ok = json_object_set(g->a, g->label, S("restrictive"), g->restrictive) == 0 &&
              json_object_set(g->a, g->label, S("permissive"), g->permissive) == 0;

    if (ok && g->informative->count > 0) {
        ok = json_object_set(g->a, g->label, S("informative"), g->informative) == 0;
    }
    if (!ok) {
        return no_memory(g);
    }
    g->x->label = g->label;
    return json_get(g->label, "tlp") ? 0 : set_text(g, g->label, "tlp", S("CLEAR"));
}

int label_xml_read_node(struct arena *a, const struct xml_node *n, struct error *err,
                        struct label_xml *ret)
{
    static const char *const known[] = { "ReviewDateTime", "Id", NULL };
    struct label_xml x = { 0 };
    struct reading g = { .a = a, .err = err, .x = &x };
    uint32_t seen[3] = { 0 };
    int r = begin(&g);

    if (r == 0 && !read_kind(n, &x.kind)) {
        r = error_set(err, EN_INVALID,
                      "not a STANAG 4774 label: " SLICE_FMT " of \"" SLICE_FMT "\"",
                      SLICE_ARG(n->name), SLICE_ARG(n->ns));
    }
    if (r == 0 && !attributes_known(n, known)) {
        r = wrong(&g, n, "an attribute that is not known");
    }
    r = r ? r : read_review(&g, n);
    for (const struct xml_node *i = n->first; i && r == 0; i = i->next) {
        r = read_part(&g, i, seen);
    }
    if (r == 0 && seen[0] != 1) {
        r = wrong(&g, n, "ConfidentialityInformation is required");
    }
    r = r ? r : finish(&g);
    if (r != EN_NO_MEMORY && arena_failed(a)) {
        error_clear(err);
        r = no_memory(&g);
    }
    if (r == 0) {
        *ret = x;
    }
    return r;
}

int label_xml_read(struct arena *a, struct slice text, struct error *err, struct label_xml *ret)
{
    const struct xml_node *root = NULL;
    struct label_xml x = { 0 };
    int r = xml_parse(text, a, err, &root);

    r = r ? r : label_xml_read_node(a, root, err, &x);
    if (r == 0 && x.kind != LABEL_XML_ORIGINATOR) {
        r = error_set(err, EN_INVALID, SLICE_FMT " stands beside an originator's label, not alone",
                      SLICE_ARG(root->name));
    }
    if (r == 0) {
        *ret = x;
    }
    return r;
}

/* A name and an identifier that are of two policies are of none. */
static int check_policy(const struct policy *p, const struct label_xml *x, struct slice pointer,
                        struct error *err)
{
    if (!slice_eq(x->policy_name, policy_id(p))) {
        return error_field(err, pointer, REASON_CHOICE, "the policy here is " SLICE_FMT,
                           SLICE_ARG(policy_id(p)));
    }
    if (!slice_empty(x->policy_oid) && !slice_empty(policy_oid(p)) &&
        !slice_eq(x->policy_oid, policy_oid(p))) {
        return error_field(err, pointer, REASON_CHOICE,
                           "the policy's identifier here is " SLICE_FMT, SLICE_ARG(policy_oid(p)));
    }
    return 0;
}

int label_xml_label(const struct policy *p, struct arena *a, const struct label_xml *x,
                    struct slice pointer, struct error *err, const struct label **ret)
{
    int r = check_policy(p, x, pointer, err);

    return r ? r : label_parse(p, a, x->label, pointer, err, ret);
}

int label_xml_translate(const struct policies *all, const struct policy *to, struct arena *a,
                        const struct label_xml *x, struct error *err, const struct label **ret)
{
    const struct policy *from = policies_find(all, x->policy_name);
    int r;

    if (!from) {
        return error_set(err, EN_FORBIDDEN, "the policy " SLICE_FMT " is not known here",
                         SLICE_ARG(x->policy_name));
    }
    r = check_policy(from, x, S("/policy"), err);
    return r ? r : label_translate(all, to, a, x->label, err, ret);
}
