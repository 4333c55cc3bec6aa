/*
 * XML documents as libxml2's trees, their canonical form, and the names of XML-DSIG; for
 * binding*.c.
 */
#pragma once

#include "format/binding.h"

#include <libxml/tree.h>

#define DSIG_NS "http://www.w3.org/2000/09/xmldsig#"
#define DSIG11_NS "http://www.w3.org/2009/xmldsig11#"
#define EXCLUSIVE_C14N "http://www.w3.org/2001/10/xml-exc-c14n#"
#define ENVELOPED "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
#define ECDSA_SHA256 "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
#define SHA256 "http://www.w3.org/2001/04/xmlenc#sha256"
#define XMIME_NS "http://www.w3.org/2005/05/xmlmime"
#define P256_OID "urn:oid:1.2.840.10045.3.1.7"

/* Parses with nothing loaded; refuses DTDs, comments, processing instructions, and what xml_parse
 * refuses. The caller frees with xmlFreeDoc. */
int binding_tree(struct arena *a, struct slice text, struct error *err, xmlDocPtr *ret);
bool binding_is(const xmlNode *n, const char *ns, const char *name);
/* The next element with this name from n on (n included), among its siblings; NULL when none. */
xmlNode *binding_element(xmlNode *n, const char *ns, const char *name);
uint32_t binding_elements(const xmlNode *parent);
/* The exclusive canonical form of an element, without `but` (may be NULL), kept in the arena. */
int binding_canonical(struct arena *a, xmlDocPtr doc, const xmlNode *element, const xmlNode *but,
                      struct error *err, struct slice *ret);
/* An attribute without namespace, or a slice with ptr NULL. */
struct slice binding_attribute(struct arena *a, const xmlNode *n, const char *name);
struct slice binding_content(struct arena *a, const xmlNode *n);

/* binding_key.c: P-256 by GnuTLS. */
bool binding_holds(const uint8_t point[BINDING_POINT], const uint8_t sha256[32],
                   const uint8_t signature[BINDING_SIGN]);
bool binding_point_of_certificate(const uint8_t *der, size_t len, uint8_t ret[BINDING_POINT]);
