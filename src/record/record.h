/*
 * Records: checking what a user states against its kind, field by field.
 *
 * Invariant: a body that passed record_check is canonical data of its kind: only known fields, of
 * the right type, within limits, empty values removed, countries in alpha-3, dates in shortest
 * form. All errors of a body are collected (up to ERROR_FIELDS_MAX), none stops the check.
 */
#pragma once

#include "record/kind.h"

/* Answers whether a reference names a record of that kind (NULL: any) that the writer may read. */
typedef bool (*reference_check)(void *context, struct slice id, const char *kind);

struct record_rules {
    reference_check reference; /* NULL: references are checked for form only */
    void *context;
    const struct json *before; /* the version that this one follows, or NULL */
};

/* Checks `input` (an object) and makes the clean body in the arena. */
int record_check(const struct kind *k, struct arena *a, const struct json *input,
                 const struct record_rules *rules, struct error *err, struct json **ret);

/* Checks an object against a bare field table (operation inputs); pointer prefix e.g. "". */
int fields_check(const struct field *fields, struct arena *a, const struct json *input,
                 struct slice pointer, const struct record_rules *rules, struct error *err,
                 struct json **ret);

/* One text (CSV cell, query parameter, flag) to the JSON value of a field; lists split at ';'.
 * Objects in lists are written "key=value,key=value". NULL with an error. */
struct json *field_from_text(const struct field *f, struct arena *a, struct slice text,
                             struct slice pointer, struct error *err);
/* The inverse, for CSV and text output. */
void field_to_text(const struct field *f, const struct json *value, struct buf *out);

/* The text the record is called by (French twin when there is one), or empty when references
 * name it. */
struct slice record_title(const struct kind *k, const struct json *body, bool french);
/* Date the kind is ordered by, as text; empty when unset. */
struct slice record_when(const struct kind *k, const struct json *body);
/* All searched words of the body, separated by spaces. */
void record_words(const struct kind *k, const struct json *body, struct buf *out);

/* Calls each for every reference in the body, nested ones too ("participants.actor"). */
typedef void (*reference_sink)(void *context, const char *path, const struct field *f,
                               struct slice id);
void record_references(const struct kind *k, const struct json *body, reference_sink sink,
                       void *context);
/* Same for every indexed value of list fields ("instruments"). */
typedef void (*value_sink)(void *context, const struct field *f, struct slice value);
void record_list_values(const struct kind *k, const struct json *body, value_sink sink,
                        void *context);
