/*
 * XML by libxml2's events, into a tree of our own: see xml.h.
 *
 * Invariant: the tree never refers to memory of libxml2 or of the text; on a refusal nothing is
 * returned. The first thing that is wrong stops the parser. Must never load anything: the handler
 * offers no external subset, no entity and no file.
 */
#include "label/xml.h"

#include "base/buf.h"
#include "base/utf8.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdarg.h>
#include <stdio.h>

enum { TEXT_MAX = 64 * 1024 }; /* of one element */

struct builder {
    struct arena *a;
    struct error *err;
    xmlParserCtxtPtr ctxt;
    int code;
    struct xml_node *root;
    struct xml_node *open[XML_DEPTH];
    struct xml_node *last[XML_DEPTH]; /* element inside open[i] */
    uint32_t depth;
    uint32_t elements;
    struct buf text; /* since the last tag */
};

static uint32_t line_of(const struct builder *b)
{
    return b->ctxt->input && b->ctxt->input->line > 0 ? (uint32_t)b->ctxt->input->line : 0;
}

__attribute__((format(printf, 3, 4))) static void stop(struct builder *b, int code,
                                                       const char *format, ...)
{
    if (b->code == 0) {
        char detail[160];
        va_list args;
        va_start(args, format);
        vsnprintf(detail, sizeof(detail), format, args);
        va_end(args);
        detail[utf8_whole(detail, strlen(detail))] = '\0';
        b->code = error_set(b->err, code, "line %u: %s", line_of(b), detail);
    }
    xmlStopParser(b->ctxt);
}

/* Once the parser was stopped its input is gone. */
static struct slice keep(struct builder *b, const xmlChar *bytes, size_t len)
{
    if (b->code != 0) {
        return S("");
    }
    struct slice copy = arena_copy(b->a, slice_make((const char *)bytes, len));
    if (!copy.ptr) {
        stop(b, EN_NO_MEMORY, "no memory for the document");
        return S("");
    }
    return copy;
}

static struct slice keep_name(struct builder *b, const xmlChar *name)
{
    return name ? keep(b, name, strlen((const char *)name)) : S("");
}

static bool is_blank(struct slice text)
{
    return slice_trim(text).len == 0;
}

/* libxml2 hands five pointers an attribute: name, prefix, namespace, start and end of the value. */
static void read_attributes(struct builder *b, struct xml_node *n, int count, const xmlChar **list)
{
    struct xml_attribute *all = arena_array_of(b->a, struct xml_attribute, (size_t)count);
    if (!all) {
        stop(b, EN_NO_MEMORY, "no memory for the document");
        return;
    }
    for (int i = 0; i < count; i++) {
        const xmlChar **five = list + 5 * (ptrdiff_t)i;
        all[i].name = keep_name(b, five[0]);
        all[i].ns = keep_name(b, five[2]);
        all[i].value = keep(b, five[3], (size_t)(five[4] - five[3]));
    }
    n->attributes = all;
    n->attribute_count = (uint32_t)count;
}

static void append(struct builder *b, struct xml_node *n)
{
    if (b->depth == 0) {
        b->root = n;
    } else if (!b->last[b->depth - 1]) {
        b->open[b->depth - 1]->first = n;
        b->last[b->depth - 1] = n;
    } else {
        b->last[b->depth - 1]->next = n;
        b->last[b->depth - 1] = n;
    }
    b->open[b->depth] = n;
    b->last[b->depth++] = NULL;
}

static void start_element(void *context, const xmlChar *name, const xmlChar *prefix,
                          const xmlChar *uri, int namespace_count, const xmlChar **namespaces,
                          int attribute_count, int defaulted, const xmlChar **attributes)
{
    struct builder *b = context;
    (void)prefix, (void)namespace_count, (void)namespaces, (void)defaulted;
    if (b->code != 0) {
        return;
    }
    if (b->depth == XML_DEPTH || ++b->elements > XML_ELEMENTS || attribute_count > XML_ATTRIBUTES) {
        stop(b, EN_TOO_LARGE, "more than %d elements deep, %d elements or %d attributes", XML_DEPTH,
             XML_ELEMENTS, XML_ATTRIBUTES);
        return;
    }
    if (!is_blank(buf_slice(&b->text))) {
        stop(b, EN_INVALID, "text between elements");
        return;
    }
    buf_clear(&b->text);
    struct xml_node *n = arena_new_of(b->a, struct xml_node);
    if (!n) {
        stop(b, EN_NO_MEMORY, "no memory for the document");
        return;
    }
    n->name = keep_name(b, name);
    n->ns = keep_name(b, uri);
    n->line = line_of(b);
    read_attributes(b, n, attribute_count, attributes);
    append(b, n);
}

static void end_element(void *context, const xmlChar *name, const xmlChar *prefix,
                        const xmlChar *uri)
{
    struct builder *b = context;
    (void)name, (void)prefix, (void)uri;
    if (b->code != 0 || b->depth == 0) {
        return;
    }
    struct xml_node *n = b->open[--b->depth];
    if (!n->first) {
        n->text = keep(b, (const xmlChar *)b->text.ptr, b->text.len);
    } else if (!is_blank(buf_slice(&b->text))) {
        stop(b, EN_INVALID, "text between elements");
    }
    buf_clear(&b->text);
}

static void characters(void *context, const xmlChar *bytes, int len)
{
    struct builder *b = context;
    if (b->code != 0 || len <= 0) {
        return;
    }
    buf_add(&b->text, slice_make((const char *)bytes, (size_t)len));
    if (b->text.no_memory) {
        stop(b, EN_NO_MEMORY, "no memory for the document");
    } else if (buf_failed(&b->text)) {
        stop(b, EN_TOO_LARGE, "an element has at most %d bytes of text", TEXT_MAX);
    }
}

static void refuse_dtd(void *context, const xmlChar *name, const xmlChar *public_id,
                       const xmlChar *system_id)
{
    (void)name, (void)public_id, (void)system_id;
    stop(context, EN_INVALID, "a document type (DTD) is not accepted");
}

static void refuse_error(void *context, xmlErrorPtr e)
{
    struct builder *b = context;
    if (e->level < XML_ERR_ERROR) {
        return;
    }
    if (e->code == XML_ERR_NO_MEMORY) {
        stop(b, EN_NO_MEMORY, "no memory for the document");
        return;
    }
    struct slice message = slice_trim(slice_of(e->message ? e->message : "not XML"));
    stop(b, EN_INVALID, SLICE_FMT, SLICE_ARG(message));
}

/* What libxml2 says when it has no context to say it to. */
__attribute__((format(printf, 2, 3))) static void say_nothing(void *context, const char *format,
                                                              ...)
{
    (void)context, (void)format;
}

static int run(struct builder *b, struct slice text)
{
    b->ctxt = xmlCreateMemoryParserCtxt(text.ptr, (int)text.len);
    if (!b->ctxt) {
        return error_set(b->err, EN_NO_MEMORY, "no memory for the document");
    }
    /* NOENT replaces the five predefined entities in attributes; there can be no others */
    xmlCtxtUseOptions(b->ctxt, XML_PARSE_NONET | XML_PARSE_NOENT);
    *b->ctxt->sax = (xmlSAXHandler){ .initialized = XML_SAX2_MAGIC,
                                     .startElementNs = start_element,
                                     .endElementNs = end_element,
                                     .characters = characters,
                                     .ignorableWhitespace = characters,
                                     .cdataBlock = characters,
                                     .internalSubset = refuse_dtd,
                                     .externalSubset = refuse_dtd,
                                     .serror = refuse_error };
    b->ctxt->userData = b;
    xmlParseDocument(b->ctxt);
    if (b->code == 0 && (!b->ctxt->wellFormed || !b->root || b->depth > 0)) {
        b->code = error_set(b->err, EN_INVALID, "line %u: not well formed XML", line_of(b));
    }
    if (b->ctxt->myDoc) {
        xmlFreeDoc(b->ctxt->myDoc);
        b->ctxt->myDoc = NULL;
    }
    xmlFreeParserCtxt(b->ctxt);
    return b->code;
}

int xml_parse(struct slice text, struct arena *a, struct error *err, const struct xml_node **ret)
{
    if (text.len > XML_BYTES) {
        return error_set(err, EN_TOO_LARGE, "an XML document has at most %d bytes", XML_BYTES);
    }
    if (text.len == 0 || !slice_is_utf8(text)) {
        return error_set(err, EN_INVALID, "not XML in UTF-8");
    }
    xmlInitParser();
    struct builder b = { .a = a, .err = err };
    buf_init(&b.text, TEXT_MAX);
    xmlGenericErrorFunc before = xmlGenericError; /* of this thread */
    void *before_context = xmlGenericErrorContext;
    xmlSetGenericErrorFunc(NULL, say_nothing);
    int code = run(&b, text);
    xmlSetGenericErrorFunc(before_context, before);
    buf_done(&b.text);
    if (code == 0) {
        *ret = b.root;
    }
    return code;
}

bool xml_is(const struct xml_node *n, struct slice ns, const char *name)
{
    return slice_is(n->name, name) && slice_eq(n->ns, ns);
}

bool xml_get(const struct xml_node *n, const char *name, struct slice *ret)
{
    for (uint32_t i = 0; i < n->attribute_count; i++) {
        const struct xml_attribute *at = &n->attributes[i];
        if (at->ns.len == 0 && slice_is(at->name, name)) {
            *ret = at->value;
            return true;
        }
    }
    return false;
}

struct slice xml_lang(const struct xml_node *n)
{
    for (uint32_t i = 0; i < n->attribute_count; i++) {
        const struct xml_attribute *at = &n->attributes[i];
        if (slice_is(at->name, "lang") &&
            slice_is(at->ns, "http://www.w3.org/XML/1998/namespace")) {
            return at->value;
        }
    }
    return S("");
}

static const struct xml_node *from(const struct xml_node *n, struct slice ns, const char *name)
{
    while (n && !xml_is(n, ns, name)) {
        n = n->next;
    }
    return n;
}

const struct xml_node *xml_child(const struct xml_node *n, struct slice ns, const char *name)
{
    return from(n->first, ns, name);
}

const struct xml_node *xml_next(const struct xml_node *n, struct slice ns, const char *name)
{
    return from(n->next, ns, name);
}

uint32_t xml_count(const struct xml_node *n, struct slice ns, const char *name)
{
    uint32_t count = 0;
    for (const struct xml_node *c = xml_child(n, ns, name); c; c = xml_next(c, ns, name)) {
        count++;
    }
    return count;
}
