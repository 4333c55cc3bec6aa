/*
 * Labels: what a record demands of its reader; clearances: what a reader holds.
 *
 * A label is (policy, class, restrictive set, per permissive tag a conjunction of clauses, TLP,
 * originators), with informative values and a review date that are shown and never enforced.
 * The decision and the join are standards.md 1.4's, stated in docs/labels.md:
 *   read(K,L)  <=>  policy equal, class held, restrictive subset held, every clause of every
 *                   permissive tag meets the reader's atoms (groups expanded at the date), tlp held
 *   join(L1,L2) =   higher class, union of restrictive sets, union of clauses made minimal,
 *                   stricter TLP, originators of both
 * Originators (ORCON) do not enter the decision: they bind the onward release of a record, which
 * the service decides record by record. A review date that has passed changes nothing but a flag.
 * Invariant: a `struct label` is always in canonical order (policy order; clauses sorted, absorbed,
 * without duplicates), so two equal labels have equal canonical text. A clause with no atom is
 * nobody. Whatever is unknown (policy, class, tag, value) is refused, never guessed.
 * Labels and clearances are immutable and live in the arena they were made in.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "base/uuid.h"

struct policy; /* a security policy: levels, tags, groups with dated membership, markings */
struct label;
struct clearance;

/* Reads a policy file (XML SPIF 2.1, see policy/README.md). Heap; free with policy_free.
 * EN_INVALID names the line and the element. */
int policy_load(struct slice text, struct error *err, struct policy **ret);
void policy_free(struct policy *p);
/* The name that labels state ("policy"), the object identifier, and the BLAKE2b-256 of the file in
 * 64 hexadecimal digits. */
struct slice policy_id(const struct policy *p);
struct slice policy_oid(const struct policy *p);
struct slice policy_digest(const struct policy *p);
/* Writes the policy's public description for forms: levels, tags with values and groups, TLP, each
 * with EN and FR names, as one JSON object. */
void policy_describe(const struct policy *p, struct json_writer *w);

/* How people read a class (tag empty), a tag (name empty) or a value of a tag: as it is marked,
 * else as forms name it; what the policy does not know stays as it is. Lives with the policy, or is
 * the text that was given. */
struct slice policy_reading(const struct policy *p, struct slice tag, struct slice name,
                            bool french);

/* Does the file say what a record without label is? An instance's own policy must. */
bool policy_states_default(const struct policy *p);
/* The label of a record whose author said nothing (the policy's default; the lowest class where it
 * states none). */
const struct label *policy_default_label(const struct policy *p);
/* The lowest label: readable by everyone the policy knows. */
const struct label *policy_lowest_label(const struct policy *p);

/* Reads the JSON form, of which label_write writes the canonical spelling:
 *   {"class":"SECRET","permissive":{"Releasable To":[["CAN","USA"]]},"policy":"entente-default",
 *    "restrictive":{"Caveat":["LEGAL"]},"tlp":"GREEN"}
 * and, where they are not empty, "informative":{"Administrative":["STAFF"]}, "orcon":[instance ids]
 * and "review":"2031-01-02T00:00:00Z"; "persons":[user ids] where it is for named persons ([]:
 * nobody). Nothing (NULL, null, {}) is the default label. Else "class" is required; "permissive",
 * "restrictive" or "tlp" left out takes the policy's default for it; a tag left out of a part that
 * is given does not restrict; [[]] is nobody and [] is refused, since it could be meant as either.
 * Field errors are prefixed with `pointer` ("/label"). */
int label_parse(const struct policy *p, struct arena *a, const struct json *json,
                struct slice pointer, struct error *err, const struct label **ret);
/* The short form for CSV and the command line, as label_write_text writes it:
 *   SECRET; Caveat: LEGAL; Releasable To: CAN, USA; ORCON: <instance id>; TLP:AMBER
 * Field errors stand at `pointer` itself. */
int label_parse_text(const struct policy *p, struct arena *a, struct slice text,
                     struct slice pointer, struct error *err, const struct label **ret);
/* Canonical JSON (RFC 8785 order): equal labels give equal bytes. */
void label_write(const struct policy *p, const struct label *l, struct buf *out);
/* The same, as the next value of a writer. */
void label_write_json(const struct policy *p, const struct label *l, struct json_writer *w);
/* The same, as a text or a tree in the arena; ptr NULL, or NULL, when memory fails. */
struct slice label_text(const struct policy *p, struct arena *a, const struct label *l);
struct json *label_json(const struct policy *p, struct arena *a, const struct label *l);
void label_write_text(const struct policy *p, const struct label *l, struct buf *out);
/* The marking people read: "SECRET // REL TO CAN, USA // TLP:AMBER"; French where french. */
void label_write_marking(const struct policy *p, const struct label *l, bool french,
                         struct buf *out);
struct slice label_marking(const struct policy *p, struct arena *a, const struct label *l,
                           bool french);

/* NULL when memory fails. */
const struct label *label_join(const struct policy *p, struct arena *a, const struct label *x,
                               const struct label *y);
/* The label with at most one clause a permissive tag: what is common to all of them, groups looked
 * up at the date only where they must be. Never has a reader that the label has not. NULL when
 * memory fails. */
const struct label *label_narrow(const struct policy *p, struct arena *a, const struct label *l,
                                 int64_t at_ms);
bool label_equal(const struct label *x, const struct label *y);
/* Do the two demand the same of readers and of those who pass them on? Informative values and the
 * review date may differ. */
bool label_same_demand(const struct label *x, const struct label *y);

/* The instances without whose grant nothing goes on to a third (ORCON); sorted, live with the
 * label. */
bool label_has_originators(const struct label *l);
size_t label_originators(const struct label *l, const struct uuid **ret);
/* Is it read by persons whom it names alone? */
bool label_names_persons(const struct label *l);
/* The same label, read by this user alone (NULL: by nobody but the operator). It shares l's memory;
 * NULL when memory fails. */
const struct label *label_for_person(const struct policy *p, struct arena *a, const struct label *l,
                                     const struct uuid *person);
/* The same label without persons; l itself where it names none. */
const struct label *label_for_anyone(const struct policy *p, struct arena *a,
                                     const struct label *l);
/* Is this user (NULL: none) the only one whom it names? */
bool label_is_of_person(const struct label *l, const struct uuid *person);
/* Would somebody whom `before` does not keep out be kept out by the persons whom `after` names? */
bool label_narrows_persons(const struct label *before, const struct label *after);
/* When the label is to be looked at again; false when it says nothing. */
bool label_review(const struct label *l, int64_t *ret_ms);
/* The flag: that date has come. What the label demands stays as it is. */
bool label_review_due(const struct label *l, int64_t now_ms);
/* May a record get this label now? The policy's rules between values, obsolete values, validity
 * dates. Labels that were given before stay readable whatever this says; joins are not asked. */
int label_check_new(const struct policy *p, const struct label *l, int64_t now_ms,
                    struct slice pointer, struct error *err);
/* True for labels at the lowest class without any restriction (reads of them are not audited). */
bool label_is_lowest(const struct policy *p, const struct label *l);
/* The same but for the persons whom it names. */
bool label_is_lowest_for_persons(const struct policy *p, const struct label *l);

/* JSON form:
 *   {"class":"SECRET","permissive":{"Releasable To":["CAN"]},"restrictive":{"Caveat":["LEGAL"]},
 *    "tlp":"AMBER"}
 * class and tlp are the highest held (all lower ones are held too); a permissive tag says what the
 * reader is. What is left out is not held: lowest class, no value, CLEAR. */
int clearance_parse(const struct policy *p, struct arena *a, const struct json *json,
                    struct slice pointer, struct error *err, const struct clearance **ret);
/* The short form for the command line: "SECRET; Releasable To: CAN; TLP:AMBER". What is left out is
 * not held; a tag given twice adds to what is held. */
int clearance_parse_text(const struct policy *p, struct arena *a, struct slice text,
                         struct slice pointer, struct error *err, const struct clearance **ret);
void clearance_write(const struct policy *p, const struct clearance *c, struct buf *out);
/* True when `outer` holds everything that `inner` does: nobody grants more than they hold. */
bool clearance_within(const struct clearance *inner, const struct clearance *outer);
/* What both hold: reads no label that one of them does not. It may read less than both do, since of
 * a clause each may meet another part. NULL when memory fails, or of two policies. */
const struct clearance *clearance_meet(struct arena *a, const struct clearance *x,
                                       const struct clearance *y);
/* What an organisation may hold of it: TLP:RED is for named persons, whatever the class says. `c`
 * itself when it holds no more than that. NULL when memory fails. */
const struct clearance *clearance_of_organisation(struct arena *a, const struct clearance *c);
/* Everything the policy knows (the operator at the console). */
const struct clearance *clearance_all(const struct policy *p);
/* Does it read what is for named persons, whoever they are? No clearance that is stated does. */
bool clearance_reads_everyone(const struct clearance *c);

/* The decision. at_ms: the date at which group membership is read. Of somebody who is no user, such
 * as a partner: never reads what is for named persons. */
bool label_may_read(const struct policy *p, const struct clearance *c, const struct label *l,
                    int64_t at_ms);
/* The same of a user with this id; NULL is nobody in particular. */
bool label_may_read_by(const struct policy *p, const struct clearance *c, const struct uuid *person,
                       const struct label *l, int64_t at_ms);

/* Why it does not read: the first demand that is not met. */
enum label_why { WHY_NOT, WHY_POLICY, WHY_CLASS, WHY_TAG, WHY_TLP, WHY_PERSON };
struct label_denial {
    enum label_why why;
    struct slice tag, value; /* names in the policy; the value of a clause is all its atoms */
};
/* WHY_NOT when it reads. Texts live in the arena or with the policy. EN_NO_MEMORY. */
int label_why(const struct policy *p, struct arena *a, const struct clearance *c,
              const struct label *l, int64_t at_ms, struct label_denial *ret);
