/*
 * Small pieces that the kinds' check and advance functions are written with, and the sentences
 * that field errors carry, in both languages.
 *
 * Invariant: a sentence appears in an error exactly as the English column of rule_texts, so that a
 * door can show its French twin. These functions only read a body that passed its field checks.
 */
#pragma once

#include "record/kind.h"

struct rule_text {
    const char *en;
    const char *fr;
};

/* The detail of a field error in the reader's language; what is not in the table stays as it is. */
const char *rule_text(const char *english, bool french);

/* The table itself ends with an empty row; every French sentence fits a field error's detail. */
extern const struct rule_text rule_texts[];

/* Puts the details of all field errors into French, where they are sentences of ours. */
void rule_errors_to_french(struct error *err);

/* Reads a date of the body; false when it is unset. */
bool rule_when(const struct json *body, const char *name, struct when *ret);

/* `last` may not lie surely before `first`. Reports at `prefix`/`last`, naming `first`. */
int rule_order(const struct json *body, const char *first, const char *last, struct slice prefix,
               struct error *err);
/* Two references may not name the same record; reports at the second. */
int rule_differ(const struct json *body, const char *one, const char *other, const char *sentence,
                struct error *err);
/* Latitude and longitude come together. */
int rule_point(const struct json *body, struct error *err);
/* A field is only meaningful in a state: reports REASON_RULE with the sentence when it is set. */
int rule_unset(const struct json *body, const char *name, const char *sentence, struct error *err);

/* Reports at "/list/index/member". */
int rule_report_item(struct error *err, const char *list, uint32_t index, const char *member,
                     enum reason reason, const char *detail);

/* One row of a life cycle: from this state to any of these (bits over the states in order). */
struct state_row {
    const char *state; /* NULL ends the table */
    unsigned next;     /* bit i: the state of row i may follow; staying is always allowed */
};
/* Answers through `field` of both bodies; REASON_TRANSITION otherwise. */
int rule_advance(const struct state_row *table, const char *field, const struct json *before,
                 const struct json *after, struct error *err);
bool rule_may_follow(const struct state_row *table, struct slice before, struct slice after);
