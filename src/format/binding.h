/*
 * STANAG 4778 bindings: a label and a file (or the body of an answer) that belong together, signed.
 *
 * A binding data object is one XML document: the label (STANAG 4774), a reference to the data, and
 * an XML signature (ECDSA on P-256 with SHA-256) over both: the MetadataBinding by its xml:id in
 * exclusive canonical form, and the data by its URI. Beside a file it stands as <file>.bdo.
 *
 * Reading follows a strict profile instead of the whole of XML-DSIG: the signature must be one that
 * this header describes, found by its place in the document, and what is interpreted is what was
 * hashed: the very bytes whose digest was checked. So there is nothing to wrap around it.
 */
#pragma once

#include "format/label_xml.h"

#define BINDING_NS "urn:nato:stanag:4778:bindinginformation:1:0"
#define BINDING_SUFFIX ".bdo"

enum { BINDING_BYTES = 1024 * 1024, BINDING_DIGEST = 32, BINDING_POINT = 64, BINDING_SIGN = 64 };

struct binding_payload {
    struct slice uri; /* a file's name, percent-encoded; the path of an answer */
    struct slice media;
    uint8_t digest[BINDING_DIGEST]; /* SHA-256 */
};

/* Who signs: r and s over a SHA-256, for this public point. */
struct binding_signer {
    int (*sign)(void *context, const uint8_t sha256[32], struct error *err, uint8_t ret[64]);
    void *context;
    uint8_t point[BINDING_POINT]; /* x and y */
};

/* labels: what label_xml_write wrote; the originator's first, then those beside it. */
int binding_write(const struct slice *labels, size_t label_count,
                  const struct binding_payload *payload, const struct binding_signer *signer,
                  struct error *err, struct buf *out);

enum { BINDING_OTHERS = 16 };

/* A label beside the originator's, under the same signature. It may be of a form or a policy that
 * nobody here reads, so what is wrong with it is told, and is no reason to refuse the binding. */
struct binding_other {
    struct label_xml label; /* of one with a problem only the kind is known */
    struct slice problem;   /* empty: it could be read */
};

struct binding {
    struct label_xml label; /* the originator's */
    struct binding_other *others;
    uint32_t other_count;           /* at most BINDING_OTHERS */
    struct binding_payload payload; /* its digest is the one that was signed */
    uint8_t point[BINDING_POINT];   /* the key under which the signature holds */
    bool certified;                 /* it came in a certificate (which nobody has checked) */
};

/* Reads and verifies all but the payload. key: the point that must have signed, or NULL for the key
 * that the document brings (which proves that nothing was changed since, not who signed).
 * EN_INVALID: not a binding of this profile; EN_CORRUPT: something was changed, and the message
 * names what. */
int binding_read(struct arena *a, struct slice text, const uint8_t *key, struct error *err,
                 struct binding *ret);

/* The name of the file beside the binding that it speaks of; EN_FORBIDDEN when the reference leads
 * out of that directory. */
int binding_file_name(struct arena *a, struct slice uri, struct error *err, struct slice *ret);
/* A file's name as a reference. */
void binding_add_uri(struct buf *out, struct slice name);

/* The point of a PEM public key or certificate on P-256. */
int binding_key_from_pem(struct slice pem, struct error *err, uint8_t ret[BINDING_POINT]);
/* SHA-256 of the point as SubjectPublicKeyInfo (DER), in hex: what `openssl pkey -pubin -outform
 * DER | sha256sum` prints. */
void binding_fingerprint(const uint8_t point[BINDING_POINT], char ret[65]);
/* The point as a PEM public key. */
void binding_write_pem(const uint8_t point[BINDING_POINT], struct buf *out);
