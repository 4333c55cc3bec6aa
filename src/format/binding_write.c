/*
 * Writing a binding: see binding.h.
 *
 * The text is written first without a signature, canonicalised by libxml2 and hashed, then with the
 * digests, then with the signature over the canonical SignedInfo: the same code that reads decides
 * what is signed.
 */
#include "format/binding_internal.h"

#include <sodium.h>

enum { BASE64 = sodium_base64_VARIANT_ORIGINAL };

static void add_base64(struct buf *out, const uint8_t *bytes, size_t len)
{
    char text[sodium_base64_ENCODED_LEN(BINDING_POINT + 1, BASE64)];

    sodium_bin2base64(text, sizeof(text), bytes, len, BASE64);
    buf_add_cstr(out, text);
}

static void add_signed_info(const struct binding_payload *payload, const uint8_t binding[32],
                            struct buf *out)
{
    buf_add_cstr(out, "<ds:SignedInfo>"
                      "<ds:CanonicalizationMethod Algorithm=\"" EXCLUSIVE_C14N "\"/>"
                      "<ds:SignatureMethod Algorithm=\"" ECDSA_SHA256 "\"/>"
                      "<ds:Reference URI=\"#binding\"><ds:Transforms>"
                      "<ds:Transform Algorithm=\"" ENVELOPED "\"/>"
                      "<ds:Transform Algorithm=\"" EXCLUSIVE_C14N "\"/></ds:Transforms>"
                      "<ds:DigestMethod Algorithm=\"" SHA256 "\"/><ds:DigestValue>");
    add_base64(out, binding, BINDING_DIGEST);
    buf_add_cstr(out, "</ds:DigestValue></ds:Reference><ds:Reference URI=\"");
    label_xml_escape(out, payload->uri, true);
    buf_add_cstr(out, "\"><ds:DigestMethod Algorithm=\"" SHA256 "\"/><ds:DigestValue>");
    add_base64(out, payload->digest, BINDING_DIGEST);
    buf_add_cstr(out, "</ds:DigestValue></ds:Reference></ds:SignedInfo>");
}

static void add_key(const struct binding_signer *signer, struct buf *out)
{
    uint8_t point[BINDING_POINT + 1] = { 4 }; /* uncompressed */

    memcpy(point + 1, signer->point, BINDING_POINT);
    buf_add_cstr(out, "<ds:KeyInfo><ds:KeyValue><dsig11:ECKeyValue xmlns:dsig11=\"" DSIG11_NS "\">"
                      "<dsig11:NamedCurve URI=\"" P256_OID "\"/><dsig11:PublicKey>");
    add_base64(out, point, sizeof(point));
    buf_add_cstr(out, "</dsig11:PublicKey></dsig11:ECKeyValue></ds:KeyValue></ds:KeyInfo>");
}

/* What is known so far; a NULL digest or signature is not written. */
struct stage {
    const struct slice *labels;
    size_t label_count;
    const struct binding_payload *payload;
    const struct binding_signer *signer;
    const uint8_t *digest;
    const uint8_t *signature;
};

static void add_document(const struct stage *s, struct buf *out)
{
    buf_add_cstr(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                      "<mb:BindingInformation xmlns:mb=\"" BINDING_NS "\">"
                      "<mb:MetadataBindingContainer><mb:MetadataBinding xml:id=\"binding\">");
    for (size_t i = 0; i < s->label_count; i++) {
        buf_add_cstr(out, "<mb:Metadata>");
        buf_add(out, s->labels[i]);
        buf_add_cstr(out, "</mb:Metadata>");
    }
    buf_add_cstr(out, "<mb:DataReference xmlns:xmime=\"" XMIME_NS "\" URI=\"");
    label_xml_escape(out, s->payload->uri, true);
    buf_add_cstr(out, "\" xmime:contentType=\"");
    label_xml_escape(out, s->payload->media, true);
    buf_add_cstr(out, "\"/>");
    if (s->digest) {
        buf_add_cstr(out, "<ds:Signature xmlns:ds=\"" DSIG_NS "\">");
        add_signed_info(s->payload, s->digest, out);
        if (s->signature) {
            buf_add_cstr(out, "<ds:SignatureValue>");
            add_base64(out, s->signature, BINDING_SIGN);
            buf_add_cstr(out, "</ds:SignatureValue>");
            add_key(s->signer, out);
        }
        buf_add_cstr(out, "</ds:Signature>");
    }
    buf_add_cstr(out, "</mb:MetadataBinding></mb:MetadataBindingContainer>"
                      "</mb:BindingInformation>\n");
}

/* SHA-256 of the canonical MetadataBinding, or, where there is a signature, of its SignedInfo. */
static int hash_stage(const struct stage *s, struct error *err, uint8_t ret[32])
{
    cleanup_arena struct arena *a = arena_new((size_t)8 * BINDING_BYTES);
    cleanup_buf struct buf text;
    struct slice canonical;
    xmlDocPtr doc = NULL;
    xmlNode *n;
    int r;

    buf_init(&text, BINDING_BYTES);
    add_document(s, &text);
    if (!a || buf_failed(&text)) {
        return error_set(err, EN_NO_MEMORY, "no memory for a binding");
    }
    r = binding_tree(a, buf_slice(&text), err, &doc);
    if (r != 0) {
        return r;
    }
    n = xmlDocGetRootElement(doc)->children->children; /* as it was just written */
    if (s->digest) {
        n = binding_element(n->children, DSIG_NS, "Signature")->children;
    }
    r = binding_canonical(a, doc, n, NULL, err, &canonical);
    if (r == 0) {
        crypto_hash_sha256(ret, (const uint8_t *)canonical.ptr, canonical.len);
    }
    xmlFreeDoc(doc);
    return r;
}

int binding_write(const struct slice *labels, size_t label_count,
                  const struct binding_payload *payload, const struct binding_signer *signer,
                  struct error *err, struct buf *out)
{
    struct stage s = {
        .labels = labels, .label_count = label_count, .payload = payload, .signer = signer
    };
    uint8_t digest[BINDING_DIGEST];
    uint8_t hash[32];
    uint8_t signature[BINDING_SIGN];
    int r = hash_stage(&s, err, digest);

    s.digest = digest;
    if (r == 0) {
        r = hash_stage(&s, err, hash);
    }
    if (r == 0) {
        r = signer->sign(signer->context, hash, err, signature);
    }
    if (r == 0) {
        s.signature = signature;
        add_document(&s, out);
        if (buf_failed(out)) {
            r = out->no_memory ? error_set(err, EN_NO_MEMORY, "no memory for a binding")
                               : error_set(err, EN_TOO_LARGE, "the binding has no room there");
        }
    }
    return r;
}
