/*
 * Trees and canonical forms by libxml2: see binding_internal.h.
 *
 * Invariant: a tree has elements, text and attributes, and nothing else. Must never resolve an
 * identifier, an entity or a file.
 */
#include "format/binding_internal.h"

#include <libxml/c14n.h>
#include <libxml/parser.h>

static bool plain(const xmlNode *n)
{
    for (; n; n = n->next) {
        bool known = n->type == XML_ELEMENT_NODE || n->type == XML_TEXT_NODE ||
                     n->type == XML_CDATA_SECTION_NODE;

        if (!known || (n->type == XML_ELEMENT_NODE && !plain(n->children))) {
            return false; /* the depth is limited: xml_parse has seen the text */
        }
    }
    return true;
}

static void silent(void *context, xmlErrorPtr e)
{
    (void)context;
    (void)e;
}

int binding_tree(struct arena *a, struct slice text, struct error *err, xmlDocPtr *ret)
{
    const struct xml_node *unused;
    xmlParserCtxtPtr parser;
    xmlDocPtr doc;
    int r;

    if (text.len > BINDING_BYTES) {
        return error_set(err, EN_TOO_LARGE, "a binding has at most %d bytes", BINDING_BYTES);
    }
    r = xml_parse(text, a, err, &unused);
    if (r != 0) {
        return r;
    }
    parser = xmlNewParserCtxt();
    if (!parser) {
        return error_set(err, EN_NO_MEMORY, "no memory for a binding");
    }
    parser->sax->serror = silent; /* not to standard error */
    doc = xmlCtxtReadMemory(parser, text.ptr, (int)text.len, NULL, NULL, XML_PARSE_NONET);
    xmlFreeParserCtxt(parser);
    if (!doc || doc->intSubset || doc->extSubset || !plain(doc->children)) {
        xmlFreeDoc(doc);
        return error_set(err, EN_INVALID,
                         "a binding has no comments and no processing instructions");
    }
    *ret = doc;
    return 0;
}

bool binding_is(const xmlNode *n, const char *ns, const char *name)
{
    return n->type == XML_ELEMENT_NODE && n->ns && n->ns->href &&
           strcmp((const char *)n->ns->href, ns) == 0 && strcmp((const char *)n->name, name) == 0;
}

xmlNode *binding_element(xmlNode *n, const char *ns, const char *name)
{
    while (n && !binding_is(n, ns, name)) {
        n = n->next;
    }
    return n;
}

uint32_t binding_elements(const xmlNode *parent)
{
    uint32_t count = 0;

    for (const xmlNode *n = parent->children; n; n = n->next) {
        count += n->type == XML_ELEMENT_NODE;
    }
    return count;
}

struct part {
    const xmlNode *element;
    const xmlNode *but;
};

/* libxml2 asks for every node, attribute and namespace whether it belongs. */
static int belongs(void *context, xmlNodePtr n, xmlNodePtr parent)
{
    const struct part *p = context;
    bool inside = false;

    if (n->type == XML_NAMESPACE_DECL || n->type == XML_ATTRIBUTE_NODE) {
        n = parent;
    }
    for (const xmlNode *up = n; up; up = up->parent) {
        if (up == p->but) {
            return 0;
        }
        inside = inside || up == p->element;
    }
    return inside;
}

int binding_canonical(struct arena *a, xmlDocPtr doc, const xmlNode *element, const xmlNode *but,
                      struct error *err, struct slice *ret)
{
    struct part part = { .element = element, .but = but };
    xmlOutputBufferPtr out = xmlAllocOutputBuffer(NULL);
    struct slice kept = { 0 };
    int written = -1;

    if (!out) {
        return error_set(err, EN_NO_MEMORY, "no memory for a binding");
    }
    xmlSetStructuredErrorFunc(NULL, silent); /* of this thread */
    written = xmlC14NExecute(doc, belongs, &part, XML_C14N_EXCLUSIVE_1_0, NULL,
                             /* with_comments= */ 0, out);
    xmlSetStructuredErrorFunc(NULL, NULL);
    if (written >= 0) {
        kept = arena_copy(a, slice_make((const char *)xmlOutputBufferGetContent(out),
                                        xmlOutputBufferGetSize(out)));
    }
    xmlOutputBufferClose(out);
    if (written < 0) {
        return error_set(err, EN_INVALID, "a binding that has no canonical form");
    }
    if (!kept.ptr) {
        return error_set(err, EN_NO_MEMORY, "no memory for a binding");
    }
    *ret = kept;
    return 0;
}

static struct slice keep(struct arena *a, xmlChar *text)
{
    struct slice kept = { 0 };

    if (text) {
        kept = arena_copy(a, slice_of((const char *)text));
        xmlFree(text);
    }
    return kept;
}

struct slice binding_attribute(struct arena *a, const xmlNode *n, const char *name)
{
    return keep(a, xmlGetNoNsProp(n, (const xmlChar *)name));
}

struct slice binding_content(struct arena *a, const xmlNode *n)
{
    return keep(a, xmlNodeGetContent(n));
}
