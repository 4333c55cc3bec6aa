/*
 * Reading a security policy from XML SPIF 2.1 (policy/README.md says what is understood).
 *
 * Strict on purpose: an element or attribute that is not understood could be one that restricts, so
 * it refuses the file. The first thing that is wrong is reported, with its line and element.
 */
#pragma once

#include "label/model.h"
#include "label/xml.h"

#define SPIF_NS S("http://www.xmlspif.org/spif")
#define SPIF_OWN_NS S("urn:entente:policy:1")

struct spif {
    struct arena *a; /* the policy's; strings are copied into it */
    struct error *err;
    int code; /* 0, EN_INVALID or EN_NO_MEMORY; the first that came up */
    struct policy *p;
    const struct xml_node *own; /* our block among the extensions, or NULL */
};

/* Fills the policy, all but its own labels and its digest. */
void spif_read(struct spif *s, const struct xml_node *root);

/* ---- spif_read.c: what the other files use ---- */

void spif_refuse(struct spif *s, const struct xml_node *n, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void spif_no_memory(struct spif *s);
struct slice spif_keep(struct spif *s, struct slice text);
/* Refuses attributes without namespace and elements that are not named; lists end with NULL. */
void spif_known(struct spif *s, const struct xml_node *n, const char *const *attributes,
                const char *const *elements);
/* A required attribute, copied. */
struct slice spif_need(struct spif *s, const struct xml_node *n, const char *attribute);
bool spif_bool(struct spif *s, const struct xml_node *n, const char *attribute);
/* Names go into labels and their text form: 1 to 64 bytes, without ; , : ~ " \ and not reserved. */
struct slice spif_name(struct spif *s, const struct xml_node *n, struct slice name);
void *spif_array(struct spif *s, size_t count, size_t size);

/* ---- spif_marking.c: markingData and markingQualifier ---- */

/* people, marking, policy, suppresses_class of a word that has its name. */
void spif_read_marking(struct spif *s, const struct xml_node *n, struct word *w);
void spif_read_qualifiers(struct spif *s, const struct xml_node *n, struct qualifiers *ret,
                          struct phrase *people);

/* ---- spif_rules.c: required, excluded, equivalent ---- */

enum tag_type spif_tag_type(struct spif *s, const struct xml_node *n);
const struct category_group *spif_read_required(struct spif *s, const struct xml_node *n,
                                                uint32_t *ret_count);
/* Of a class or a tag category; classes are known by then. */
void spif_read_rules(struct spif *s, const struct xml_node *n, struct word *w);
void spif_read_equivalents(struct spif *s, const struct xml_node *n, const char *element,
                           struct word *w);
void spif_read_equivalent_policies(struct spif *s, const struct xml_node *root);
/* Once all tags are there: do all references meet something? */
void spif_check_rules(struct spif *s, const struct xml_node *root);

/* ---- spif_tags.c ---- */

void spif_read_tag_sets(struct spif *s, const struct xml_node *root);

/* ---- spif_own.c: what SPIF has no element for ---- */

bool spif_is_group(const struct spif *s, struct slice tag, struct slice value);
void spif_read_own(struct spif *s);
