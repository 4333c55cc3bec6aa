/*
 * Small XML documents as a tree in an arena: security policies, labels.
 *
 * Read by libxml2 as a stream of events: no DTD (a document that has one is refused, and with it
 * every entity of its own), no network, no files, UTF-8 only; size, depth and number of elements
 * have limits. Text between elements that is not blank is refused: what is read here has none.
 * Names are compared with their namespace; prefixes do not matter.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"

enum {
    XML_BYTES = 4 * 1024 * 1024,
    XML_DEPTH = 24,
    XML_ELEMENTS = 200000,
    XML_ATTRIBUTES = 64, /* of one element */
};

struct xml_attribute {
    struct slice ns; /* empty for most attributes */
    struct slice name;
    struct slice value;
};

struct xml_node {
    struct slice ns;
    struct slice name;
    const struct xml_attribute *attributes;
    uint32_t attribute_count;
    uint32_t line;
    struct slice text; /* of an element without elements inside */
    struct xml_node *first, *next;
};

/* EN_INVALID with the line when it is no such document, EN_TOO_LARGE past a limit. */
int xml_parse(struct slice text, struct arena *a, struct error *err, const struct xml_node **ret);

bool xml_is(const struct xml_node *n, struct slice ns, const char *name);
/* The attribute without namespace; false when it is absent. */
bool xml_get(const struct xml_node *n, const char *name, struct slice *ret);
/* xml:lang, or empty. */
struct slice xml_lang(const struct xml_node *n);
/* The first element with this name inside n, or the next one after it; NULL when there is none. */
const struct xml_node *xml_child(const struct xml_node *n, struct slice ns, const char *name);
const struct xml_node *xml_next(const struct xml_node *n, struct slice ns, const char *name);
uint32_t xml_count(const struct xml_node *n, struct slice ns, const char *name);
