/* What the files of releases share; nothing else includes it. */
#pragma once

#include "service/release.h"

/* Builds an object and remembers the first failure. */
struct release_body {
    struct arena *arena;
    const char *kind; /* of the record that it is the body of: "release", unless said otherwise */
    struct json *json;
    bool failed;
};
struct release_body release_body_new(struct arena *a);
void release_set(struct release_body *b, const char *name, struct slice text);
void release_set_json(struct release_body *b, const char *name, const struct json *value);
/* Copies the members of these names that `from` states. */
void release_copy(struct release_body *b, const struct json *from, const char *const *names);
/* Who decides, and when. */
void release_sign(struct release_body *b, const struct viewer *v, int64_t now_ms);
/* Checks the body against its kind and writes it canonically. */
int release_body_text(struct snapshot *s, const struct release_body *b, struct error *err,
                      struct slice *ret);
/* The label as canonical text. */
int release_label_text(struct snapshot *s, const struct label *l, struct error *err,
                       struct slice *ret);
bool release_is_own(struct node *n, const struct row *row);
/* Is its last day over? */
bool release_is_over(const struct json *stated, int64_t now_ms);
/* The decision with this id, with its body; one over a peer only for who may disclose. */
int release_find(struct snapshot *s, struct slice id, struct error *err, struct row *ret);
/* The version that gives a peer back what it had before this decision; *ret_count 0 when there is
 * nothing to give back (release_peer.c). */
int release_return_peer(struct snapshot *s, const struct row *release, struct error *err,
                        struct draft *ret, size_t *ret_count);
/* The draft of a record's next version under this label, without its body. */
int release_draft_version(struct snapshot *s, const struct row *row, const struct label *l,
                          struct error *err, struct draft *ret);
/* The draft of a new version of a release: its body with the patch applied. */
int release_revise(struct snapshot *s, struct row *row, const struct json *patch, struct error *err,
                   struct draft *ret);
/* Ends an approved release: gives the record back its label where there is something to give back,
 * and states the release anew with the patch, in one append. The snapshot of w is the operator's,
 * since what ends may hide from who ends it; it is closed. */
int release_end(struct write_context *w, struct slice id, const struct json *patch,
                struct slice user, struct error *err, struct written *ret);
/* Closes the snapshot of w, unless `code` is a failure appends the drafts in one, the release last,
 * and tells that. */
int release_append(struct write_context *w, struct draft *drafts, size_t count, struct slice user,
                   int code, struct error *err, struct written *ret);
