/*
 * Stating records: create, change, retract, restore, redact. Every write goes through the ledger.
 *
 * The caller gives a snapshot for the checks; it is closed before the ledger is asked (a commit
 * waits for open snapshots) and must not be used afterwards. A label may not be above the writer's
 * clearance; a lower one stands in one append with the decision that allows it (release.h), whose
 * grounds are the member "release" of what is stated.
 */
#pragma once

#include "picture/picture.h"
#include "service/node.h"

struct write_context {
    struct node *node;
    struct snapshot *snapshot; /* closed by the call, also on failure */
    struct slice request;      /* idempotency key of this user, or empty */
    int64_t now_ms;
    bool unchecked_references;  /* imports check once, themselves */
    const struct json *grounds; /* on which a label is lowered, see release.h: of imports, and of
                                   changes that state none themselves; or NULL */
    struct slice unlabelled; /* imports: the label, as text or JSON, of new records for which none
                              * is stated; empty: the policy's */
};

struct written {
    struct slice id;
    int64_t version;
    bool replayed;
};

/* input: the record's fields, "label" among them if stated. */
int records_create(struct write_context *w, const struct kind *k, const struct json *input,
                   struct error *err, struct written *ret);
/* RFC 7396 patch onto the newest version. etag: what the writer saw ("*": any); EN_STALE when it
 * has changed since. */
int records_change(struct write_context *w, const struct kind *k, struct slice id,
                   const struct json *patch, struct slice etag, struct error *err,
                   struct written *ret);
int records_retract(struct write_context *w, const struct kind *k, struct slice id,
                    struct slice reason, struct slice etag, struct error *err, struct written *ret);
/* The newest body of a tombstone becomes a new version. */
int records_restore(struct write_context *w, const struct kind *k, struct slice id,
                    struct error *err, struct written *ret);
/* Destroys the body of one version, or of all (version 0). */
int records_redact(struct write_context *w, const struct kind *k, struct slice id, int64_t version,
                   struct error *err, struct written *ret);

/* Checks `input` for a record and makes the draft's label and body (in the arena): what create and
 * the imports share. `before` NULL for a new record. */
int records_prepare(struct snapshot *s, const struct kind *k, const struct json *input,
                    struct row *before, bool unchecked_references, struct error *err,
                    struct slice *ret_label, struct slice *ret_body);
/* A record that others read does not become one that named persons read: REASON_RULE. */
int records_check_persons(const struct label *before, const struct label *after, struct slice field,
                          struct error *err);
/* The label of a new record of this body that states none: an annotation has the one of what it is
 * about, joined with that of what it says is the same; the others have the policy's default, or
 * NULL. EN_NOT_FOUND, without a word, when what it is about cannot be read. */
int records_default_label(struct snapshot *s, struct arena *a, const struct kind *k,
                          const struct json *body, struct error *err, const struct label **ret);
/* The canonical text of a body. */
int records_canonical(struct arena *a, const struct json *v, struct error *err, struct slice *ret);
/* False for a record that came from another instance. */
bool is_own_record(struct node *n, const struct row *row);
/* The user of a viewer as the ledger names it. */
struct slice records_user(const struct viewer *v, struct arena *a);
