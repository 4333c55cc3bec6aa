/*
 * Binding what leaves the instance to its label, and checking what came: STANAG 4778 with this
 * instance's key (format/binding.h says what is in one, docs/bindings.md for whom).
 */
#pragma once

#include "format/binding.h"
#include "service/node.h"

/* What is bound: its bytes, and by which name they will be known. */
struct bound {
    struct slice uri;
    struct slice media;
    struct slice bytes;
    bool alternatives; /* say it in every policy that it has an equivalent in, too */
};

/* The binding data object of these bytes under this label. */
int bindings_make(struct node *n, struct arena *a, const struct label *l, const struct bound *what,
                  int64_t now_ms, struct error *err, struct buf *out);
/* The same for a file, under its own name, with alternatives. */
int bindings_make_file(struct node *n, struct arena *a, const struct label *l, const char *path,
                       struct slice media, int64_t now_ms, struct error *err, struct buf *out);

enum binding_by { BINDING_BY_US, BINDING_BY_GIVEN, BINDING_BY_UNKNOWN };

struct bindings_check {
    struct binding binding;
    const struct label *label; /* in this instance's policy */
    bool by_alternative;       /* what the originator says in other policies was read instead */
    struct slice payload; /* its path */
    enum binding_by by;
    char fingerprint[65];
};

struct bindings_query {
    const char *path;     /* the file, or its sidecar */
    const char *key_path; /* PEM of who must have signed; NULL: this instance */
    bool any_key;         /* whoever signed: shows that nothing was changed, not by whom */
};
/* EN_CORRUPT names what was changed; EN_FORBIDDEN: signed by a key nobody vouches for, about data
 * elsewhere, or with a label that has no equivalent here. Only where its policy is not known here,
 * or says nothing of ours, are its alternatives read: all of those whose policy is, together. */
int bindings_verify(struct node *n, struct arena *a, const struct bindings_query *q,
                    struct error *err, struct bindings_check *ret);

/* The public key that bindings of this instance hold under. */
int bindings_public_key(struct node *n, struct error *err, uint8_t ret[BINDING_POINT]);
