/*
 * STANAG 4774 confidentiality labels in XML.
 *
 * Written in one form (originatorConfidentialityLabel, alternativeConfidentialityLabel); read in all
 * forms that are met with: other names of the root, URL for URI, values of any prefix. Whatever is unknown is refused: namespace,
 * element, attribute, Type, IDType, and, by label_parse, policy, class, tag and value. A tag that
 * stands twice is read as two clauses, both to be met; two lists never become one.
 */
#pragma once

#include "label/label.h"
#include "label/policies.h"
#include "label/xml.h"

#define LABEL_XML_NS "urn:nato:stanag:4774:confidentialitymetadatalabel:1:0"

/* The originator's own; what it says is the same in another policy; what it says will follow. */
enum label_xml_kind { LABEL_XML_ORIGINATOR, LABEL_XML_ALTERNATIVE, LABEL_XML_SUCCESSOR };

/* What a label says of itself besides what it demands. */
struct label_xml {
    enum label_xml_kind kind;
    const struct json *label;     /* the form that label_parse reads; names its policy */
    struct slice policy_name;     /* PolicyIdentifier's text */
    struct slice policy_oid;      /* of urn:oid:...; empty when it has none */
    struct slice originator_type; /* IDType; empty: no OriginatorID */
    struct slice originator;
    bool has_created;
    int64_t created_ms;
};

/* A whole document: the originator's label. EN_INVALID says what is wrong with it. */
int label_xml_read(struct arena *a, struct slice text, struct error *err, struct label_xml *ret);
/* An element that was parsed already, of any of the three kinds. */
int label_xml_read_node(struct arena *a, const struct xml_node *n, struct error *err,
                        struct label_xml *ret);
/* As a label of this policy: its name, its object identifier (where both state one) and all values
 * must be the policy's. Field errors stand at `pointer`. */
int label_xml_label(const struct policy *p, struct arena *a, const struct label_xml *x,
                    struct slice pointer, struct error *err, const struct label **ret);

/* As a label of `to`: of the policy that the label names, which must be one of `all`, and
 * translated from there (label_translate). EN_FORBIDDEN when there is no such policy or no such
 * translation. */
int label_xml_translate(const struct policies *all, const struct policy *to, struct arena *a,
                        const struct label_xml *x, struct error *err, const struct label **ret);

struct label_xml_source {
    enum label_xml_kind kind;
    struct slice originator; /* a URI (urn:uuid:...); empty: not stated */
    int64_t now_ms;          /* CreationDateTime, and the day at which groups are looked up */
};
/* The element, without an XML declaration, in a spelling that exclusive C14N leaves as it is.
 * Several clauses become what is common to them (label_narrow); nobody is a Category without
 * values. */
int label_xml_write(const struct policy *p, struct arena *a, const struct label *l,
                    const struct label_xml_source *source, struct error *err, struct buf *out);

/* Text for an element or an attribute in double quotes, as C14N writes it. */
void label_xml_escape(struct buf *out, struct slice text, bool attribute);
