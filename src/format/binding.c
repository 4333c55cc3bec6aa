/*
 * Reading a binding: see binding.h.
 *
 * Steps: find the one MetadataBinding and the one Signature by their places; check that the
 * signature is of the profile; take the binding's canonical bytes and compare their digest; check
 * the signature over SignedInfo; only then read label and reference, from those bytes. Invariant:
 * nothing is interpreted that was not hashed, and every digest and algorithm is ours. Must never
 * follow a reference.
 */
#include "format/binding_internal.h"

#include <sodium.h>

struct reading {
    struct arena *a;
    struct error *err;
    xmlDocPtr doc;
    xmlNode *binding;
    xmlNode *signature;
    struct slice id;
    bool enveloped; /* the reference leaves the signature out of the binding */
    uint8_t binding_digest[BINDING_DIGEST];
    struct slice payload_uri; /* as signed */
    struct binding *out;
};

static int wrong(struct reading *g, const char *what)
{
    return error_set(g->err, EN_INVALID, "not a binding as STANAG 4778 sidecars are: %s", what);
}

/* The only element child with this name, or NULL. */
static xmlNode *only(xmlNode *parent, const char *ns, const char *name)
{
    xmlNode *found = binding_element(parent->children, ns, name);

    return found && !binding_element(found->next, ns, name) ? found : NULL;
}

static uint32_t count_signatures(const xmlNode *n)
{
    uint32_t count = 0;

    for (; n; n = n->next) {
        count += binding_is(n, DSIG_NS, "Signature");
        count += n->type == XML_ELEMENT_NODE ? count_signatures(n->children) : 0;
    }
    return count;
}

/* How many attributes called id, of any namespace and case, have this value. */
static uint32_t count_ids(const xmlNode *n, struct slice id)
{
    uint32_t count = 0;

    for (; n; n = n->next) {
        if (n->type != XML_ELEMENT_NODE) {
            continue;
        }
        for (const xmlAttr *at = n->properties; at; at = at->next) {
            const xmlNode *text = at->children;

            count += slice_eq_fold(slice_of((const char *)at->name), S("id")) && text &&
                     text->content && slice_eq(slice_of((const char *)text->content), id);
        }
        count += count_ids(n->children, id);
    }
    return count;
}

static int locate(struct reading *g)
{
    xmlNode *root = xmlDocGetRootElement(g->doc);
    xmlNode *container = NULL;
    xmlNode *places[3];

    if (root && binding_is(root, BINDING_NS, "BindingInformation")) {
        container = only(root, BINDING_NS, "MetadataBindingContainer");
    }
    g->binding = container ? only(container, BINDING_NS, "MetadataBinding") : NULL;
    if (!g->binding) {
        return wrong(g, "one BindingInformation with one MetadataBinding is expected");
    }
    places[0] = g->binding;
    places[1] = container;
    places[2] = root;
    for (int i = 0; i < 3 && !g->signature; i++) {
        g->signature = only(places[i], DSIG_NS, "Signature");
    }
    if (!g->signature || count_signatures(root) != 1) {
        return wrong(g, "one signature is expected, in or beside the MetadataBinding");
    }
    return 0;
}

static int read_id(struct reading *g)
{
    xmlChar *id = xmlGetNsProp(g->binding, (const xmlChar *)"id", XML_XML_NAMESPACE);

    if (id) {
        g->id = arena_copy(g->a, slice_of((const char *)id));
        xmlFree(id);
    }
    if (slice_empty(g->id) || count_ids(xmlDocGetRootElement(g->doc), g->id) != 1) {
        return wrong(g, "the MetadataBinding has an xml:id of its own");
    }
    return 0;
}

static bool algorithm_is(struct reading *g, xmlNode *parent, const char *name, const char *uri)
{
    xmlNode *n = only(parent, DSIG_NS, name);

    return n && binding_elements(n) == 0 && slice_is(binding_attribute(g->a, n, "Algorithm"), uri);
}

static bool read_base64(struct reading *g, xmlNode *n, uint8_t *ret, size_t size, size_t *ret_len)
{
    struct slice text = n && binding_elements(n) == 0 ? binding_content(g->a, n) : S("");

    return !slice_empty(text) &&
           sodium_base642bin(ret, size, text.ptr, text.len, " \t\r\n", ret_len, NULL,
                             sodium_base64_VARIANT_ORIGINAL) == 0;
}

static bool read_exactly(struct reading *g, xmlNode *n, uint8_t *ret, size_t size)
{
    size_t len = 0;

    return read_base64(g, n, ret, size, &len) && len == size;
}

/* Enveloped or not, then exclusive canonical form. */
static bool read_transforms(struct reading *g, xmlNode *transforms)
{
    uint32_t exclusive = 0;
    uint32_t enveloped = 0;

    for (xmlNode *n = transforms->children; n; n = n->next) {
        struct slice algorithm;

        if (n->type != XML_ELEMENT_NODE) {
            continue;
        }
        if (!binding_is(n, DSIG_NS, "Transform") || binding_elements(n) != 0) {
            return false;
        }
        algorithm = binding_attribute(g->a, n, "Algorithm");
        if (slice_is(algorithm, ENVELOPED) && exclusive == 0) {
            enveloped++;
        } else if (slice_is(algorithm, EXCLUSIVE_C14N)) {
            exclusive++;
        } else {
            return false;
        }
    }
    g->enveloped = enveloped == 1;
    return exclusive == 1 && enveloped <= 1;
}

static int read_reference(struct reading *g, xmlNode *n, bool seen[2])
{
    struct slice uri = binding_attribute(g->a, n, "URI");
    xmlNode *transforms = only(n, DSIG_NS, "Transforms");
    bool own =
        uri.len > 1 && uri.ptr[0] == '#' && slice_eq(slice_make(uri.ptr + 1, uri.len - 1), g->id);
    uint8_t *digest = own ? g->binding_digest : g->out->payload.digest;

    if (seen[own] || slice_empty(uri) || (!own && uri.ptr[0] == '#')) {
        return wrong(g, "the signature has one reference to the binding and one to the data");
    }
    seen[own] = true;
    if (!algorithm_is(g, n, "DigestMethod", SHA256) ||
        !read_exactly(g, only(n, DSIG_NS, "DigestValue"), digest, BINDING_DIGEST)) {
        return wrong(g, "digests are SHA-256");
    }
    if (own ? !transforms || !read_transforms(g, transforms) : transforms != NULL) {
        return wrong(g, "the binding is in exclusive canonical form, the data as it is");
    }
    if (!own) {
        g->payload_uri = uri;
    }
    return 0;
}

static int read_signed_info(struct reading *g, xmlNode *info)
{
    bool seen[2] = { false, false };
    int r = 0;

    if (!algorithm_is(g, info, "CanonicalizationMethod", EXCLUSIVE_C14N) ||
        !algorithm_is(g, info, "SignatureMethod", ECDSA_SHA256) || binding_elements(info) != 4) {
        return wrong(g, "signatures are ecdsa-sha256 in exclusive canonical form");
    }
    for (xmlNode *n = info->children; n && r == 0; n = n->next) {
        if (binding_is(n, DSIG_NS, "Reference")) {
            r = read_reference(g, n, seen);
        }
    }
    if (r == 0 && !(seen[0] && seen[1])) {
        r = wrong(g, "the signature has one reference to the binding and one to the data");
    }
    return r;
}

static bool read_key_value(struct reading *g, xmlNode *value)
{
    xmlNode *ec = value ? only(value, DSIG11_NS, "ECKeyValue") : NULL;
    xmlNode *curve = ec ? only(ec, DSIG11_NS, "NamedCurve") : NULL;
    uint8_t point[BINDING_POINT + 1];

    if (!curve || !slice_is(binding_attribute(g->a, curve, "URI"), P256_OID) ||
        !read_exactly(g, only(ec, DSIG11_NS, "PublicKey"), point, sizeof(point)) || point[0] != 4) {
        return false;
    }
    memcpy(g->out->point, point + 1, BINDING_POINT);
    return true;
}

static bool read_certificate(struct reading *g, xmlNode *data)
{
    xmlNode *n = data ? binding_element(data->children, DSIG_NS, "X509Certificate") : NULL;
    enum { CERTIFICATE_MAX = 16 * 1024 };
    uint8_t *der = n ? arena_alloc(g->a, CERTIFICATE_MAX) : NULL;
    size_t len = 0;

    g->out->certified = der && read_base64(g, n, der, CERTIFICATE_MAX, &len) &&
                        binding_point_of_certificate(der, len, g->out->point);
    return g->out->certified;
}

/* The key that the document brings. */
static int read_key(struct reading *g)
{
    xmlNode *info = only(g->signature, DSIG_NS, "KeyInfo");

    if (!info || !(read_key_value(g, only(info, DSIG_NS, "KeyValue")) ||
                   read_certificate(g, only(info, DSIG_NS, "X509Data")))) {
        return wrong(g, "it brings no key on P-256, and none was given");
    }
    return 0;
}

static int check_digest(struct reading *g, struct slice *ret)
{
    uint8_t digest[BINDING_DIGEST];
    int r = binding_canonical(g->a, g->doc, g->binding, g->enveloped ? g->signature : NULL, g->err,
                              ret);

    if (r != 0) {
        return r;
    }
    crypto_hash_sha256(digest, (const uint8_t *)ret->ptr, ret->len);
    if (sodium_memcmp(digest, g->binding_digest, sizeof(digest)) != 0) {
        return error_set(g->err, EN_CORRUPT, "the label was changed after it was signed");
    }
    return 0;
}

static int check_signature(struct reading *g, xmlNode *info)
{
    xmlNode *value = only(g->signature, DSIG_NS, "SignatureValue");
    uint8_t signature[BINDING_SIGN];
    uint8_t hash[32];
    struct slice canonical;
    int r;

    if (!read_exactly(g, value, signature, sizeof(signature))) {
        return wrong(g, "the signature's value has 64 bytes");
    }
    r = binding_canonical(g->a, g->doc, info, NULL, g->err, &canonical);
    if (r != 0) {
        return r;
    }
    crypto_hash_sha256(hash, (const uint8_t *)canonical.ptr, canonical.len);
    if (!binding_holds(g->out->point, hash, signature)) {
        return error_set(g->err, EN_CORRUPT, "the signature does not hold under this key");
    }
    return 0;
}

/* Kept as it is read, or with what is wrong with it. */
static int add_other(struct reading *g, const struct label_xml *x, struct slice problem)
{
    struct binding *out = g->out;

    if (!out->others) {
        out->others = arena_alloc_array(g->a, BINDING_OTHERS, sizeof(*out->others));
    }
    if (out->other_count == BINDING_OTHERS) {
        return wrong(g, "it has too many labels");
    }
    if (!out->others) {
        return error_set(g->err, EN_NO_MEMORY, "no memory for a binding");
    }
    out->others[out->other_count++] = (struct binding_other){ .label = *x, .problem = problem };
    return 0;
}

static int read_other(struct reading *g, const struct xml_node *n, enum label_xml_kind kind)
{
    struct label_xml x = { .kind = kind };
    struct error err = { 0 };
    int r = label_xml_read_node(g->a, n, &err, &x);

    if (r == EN_NO_MEMORY) {
        return error_set(g->err, r, "%s", err.message);
    }
    return add_other(g, &x, r == 0 ? slice_make("", 0) : arena_printf(g->a, "%s", err.message));
}

static int read_metadata(struct reading *g, const struct xml_node *metadata, uint32_t *labels)
{
    const struct slice ns = S(LABEL_XML_NS);
    const struct xml_node *n = metadata->first;

    if (!n || n->next) {
        return wrong(g, "Metadata holds one label");
    }
    if (xml_is(n, ns, "alternativeConfidentialityLabel")) {
        return read_other(g, n, LABEL_XML_ALTERNATIVE);
    }
    if (xml_is(n, ns, "successorConfidentialityLabel")) {
        return read_other(g, n, LABEL_XML_SUCCESSOR);
    }
    if ((*labels)++ > 0) {
        return wrong(g, "it has two labels of the originator");
    }
    return label_xml_read_node(g->a, n, g->err, &g->out->label);
}

static int read_data_reference(struct reading *g, const struct xml_node *n)
{
    const struct slice xmime = S(XMIME_NS);

    if (!xml_get(n, "URI", &g->out->payload.uri) ||
        !slice_eq(g->out->payload.uri, g->payload_uri)) {
        return error_set(g->err, EN_CORRUPT,
                         "the binding speaks of other data than the signature does");
    }
    for (uint32_t i = 0; i < n->attribute_count; i++) {
        if (slice_eq(n->attributes[i].ns, xmime) &&
            slice_is(n->attributes[i].name, "contentType")) {
            g->out->payload.media = n->attributes[i].value;
        }
    }
    return 0;
}

/* From the bytes whose digest was checked. */
static int interpret(struct reading *g, struct slice canonical)
{
    const struct slice ns = S(BINDING_NS);
    const struct xml_node *root = NULL;
    uint32_t labels = 0;
    uint32_t references = 0;
    int r = xml_parse(canonical, g->a, g->err, &root);

    if (r != 0) {
        return r;
    }
    for (const struct xml_node *n = root->first; n && r == 0; n = n->next) {
        if (xml_is(n, ns, "Metadata")) {
            r = read_metadata(g, n, &labels);
        } else if (xml_is(n, ns, "DataReference") && references++ == 0) {
            r = read_data_reference(g, n);
        } else {
            r = wrong(g, "an element that is not known");
        }
    }
    if (r == 0 && (labels != 1 || references != 1)) {
        r = wrong(g, "one label and one reference to the data are required");
    }
    return r;
}

static int read_and_verify(struct reading *g, const uint8_t *key)
{
    struct slice canonical = { 0 };
    xmlNode *info;
    int r = locate(g);

    if (r == 0) {
        r = read_id(g);
    }
    if (r != 0) {
        return r;
    }
    info = only(g->signature, DSIG_NS, "SignedInfo");
    r = info ? read_signed_info(g, info) : wrong(g, "the signature has no SignedInfo");
    if (r == 0 && key) {
        memcpy(g->out->point, key, BINDING_POINT);
    } else if (r == 0) {
        r = read_key(g);
    }
    r = r ? r : check_digest(g, &canonical);
    r = r ? r : check_signature(g, info);
    return r ? r : interpret(g, canonical);
}

int binding_read(struct arena *a, struct slice text, const uint8_t *key, struct error *err,
                 struct binding *ret)
{
    struct binding out = { 0 };
    struct reading g = { .a = a, .err = err, .out = &out };
    int r = binding_tree(a, text, err, &g.doc);

    if (r != 0) {
        return r;
    }
    r = read_and_verify(&g, key);
    xmlFreeDoc(g.doc);
    if (arena_failed(a)) { /* what seemed to be absent was not kept */
        error_clear(err);
        r = error_set(err, EN_NO_MEMORY, "no memory for a binding");
    }
    if (r == 0) {
        *ret = out;
    }
    return r;
}
