/*
 * Writing STANAG 4774 XML: see label_xml.h.
 *
 * TLP, named persons and originators are Categories of Type RESTRICTIVE under tags of their own: a
 * program that does not know them must refuse the label, which is what they ask for; TLP:CLEAR and
 * no originator are not written. Invariant: reading what was written gives the narrowed label
 * again.
 */
#include "format/label_xml.h"

#include "base/when.h"

#include <stdio.h>

void label_xml_escape(struct buf *out, struct slice text, bool attribute)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.ptr[i]) {
        case '&':
            buf_add_cstr(out, "&amp;");
            break;
        case '<':
            buf_add_cstr(out, "&lt;");
            break;
        case '>':
            buf_add_cstr(out, attribute ? ">" : "&gt;");
            break;
        case '"':
            buf_add_cstr(out, attribute ? "&quot;" : "\"");
            break;
        case '\t':
            buf_add_cstr(out, attribute ? "&#x9;" : "\t");
            break;
        case '\n':
            buf_add_cstr(out, attribute ? "&#xA;" : "\n");
            break;
        case '\r':
            buf_add_cstr(out, "&#xD;");
            break;
        default:
            buf_add_char(out, text.ptr[i]);
        }
    }
}

static void add_instant(struct buf *out, int64_t ms)
{
    char text[32];

    when_format_ms(ms, ms % 1000 != 0, text);
    buf_add_cstr(out, text);
}

static void open_category(struct buf *out, struct slice tag, const char *type)
{
    buf_add_cstr(out, "<slab:Category TagName=\"");
    label_xml_escape(out, tag, true);
    buf_printf(out, "\" Type=\"%s\">", type);
}

static void add_value(struct buf *out, struct slice value)
{
    buf_add_cstr(out, "<slab:GenericValue>");
    label_xml_escape(out, value, false);
    buf_add_cstr(out, "</slab:GenericValue>");
}

static void add_category(struct buf *out, struct slice tag, const char *type,
                         const struct json *values)
{
    open_category(out, tag, type);
    for (uint32_t i = 0; values && i < values->count; i++) {
        add_value(out, values->items[i].text);
    }
    buf_add_cstr(out, "</slab:Category>");
}

/* Of a permissive tag the label, narrowed, has one clause. */
static void add_part(struct buf *out, const struct json *label, const char *part, const char *type,
                     bool clauses)
{
    const struct json *tags = json_get(label, part);

    for (uint32_t i = 0; tags && i < tags->count; i++) {
        const struct json_member *m = &tags->members[i];

        add_category(out, m->name, type, clauses ? &m->value.items[0] : &m->value);
    }
}

static void add_tlp(struct buf *out, const struct json *label)
{
    struct slice tlp = json_get_text(label, "tlp");

    if (!slice_empty(tlp) && !slice_is(tlp, "CLEAR")) {
        open_category(out, S("TLP"), "RESTRICTIVE");
        add_value(out, tlp);
        buf_add_cstr(out, "</slab:Category>");
    }
}

static void add_information(const struct policy *p, const struct json *label, struct buf *out)
{
    buf_add_cstr(out, "<slab:ConfidentialityInformation><slab:PolicyIdentifier");
    if (!slice_empty(policy_oid(p))) {
        buf_add_cstr(out, " URI=\"urn:oid:");
        label_xml_escape(out, policy_oid(p), true);
        buf_add_char(out, '"');
    }
    buf_add_char(out, '>');
    label_xml_escape(out, policy_id(p), false);
    buf_add_cstr(out, "</slab:PolicyIdentifier><slab:Classification>");
    label_xml_escape(out, json_get_text(label, "class"), false);
    buf_add_cstr(out, "</slab:Classification>");
    add_part(out, label, "restrictive", "RESTRICTIVE", false);
    add_part(out, label, "permissive", "PERMISSIVE", true);
    add_part(out, label, "informative", "INFORMATIVE", false);
    add_tlp(out, label);
    if (json_get(label, "persons")) {
        add_category(out, S("PERSONS"), "RESTRICTIVE", json_get(label, "persons"));
    }
    if (json_get(label, "orcon")) {
        add_category(out, S("ORCON"), "RESTRICTIVE", json_get(label, "orcon"));
    }
    buf_add_cstr(out, "</slab:ConfidentialityInformation>");
}

static const char *const elements[] = {
    [LABEL_XML_ORIGINATOR] = "slab:originatorConfidentialityLabel",
    [LABEL_XML_ALTERNATIVE] = "slab:alternativeConfidentialityLabel",
    [LABEL_XML_SUCCESSOR] = "slab:successorConfidentialityLabel",
};

static void add_element(const struct policy *p, const struct label *l, const struct json *label,
                        const struct label_xml_source *source, struct buf *out)
{
    int64_t review;

    buf_printf(out, "<%s xmlns:slab=\"" LABEL_XML_NS "\"", elements[source->kind]);
    if (label_review(l, &review)) {
        buf_add_cstr(out, " ReviewDateTime=\"");
        add_instant(out, review);
        buf_add_char(out, '"');
    }
    buf_add_char(out, '>');
    add_information(p, label, out);
    if (!slice_empty(source->originator)) {
        buf_add_cstr(out, "<slab:OriginatorID IDType=\"uniformResourceIdentifier\">");
        label_xml_escape(out, source->originator, false);
        buf_add_cstr(out, "</slab:OriginatorID>");
    }
    buf_add_cstr(out, "<slab:CreationDateTime>");
    add_instant(out, source->now_ms);
    buf_printf(out, "</slab:CreationDateTime></%s>", elements[source->kind]);
}

int label_xml_write(const struct policy *p, struct arena *a, const struct label *l,
                    const struct label_xml_source *source, struct error *err, struct buf *out)
{
    const struct label *narrow = label_narrow(p, a, l, source->now_ms);
    const struct json *label = narrow ? label_json(p, a, narrow) : NULL;

    if (!label) {
        return error_set(err, EN_NO_MEMORY, "no memory for a label");
    }
    add_element(p, narrow, label, source, out);
    return buf_failed(out) ? error_set(err, EN_NO_MEMORY, "no memory for a label") : 0;
}
