/*
 * The value checker behind record_check, fields_check and field_from_text: one code path, so that a
 * cell, a flag and a JSON member are judged alike. Internal to src/record.
 */
#pragma once

#include "record/record.h"

#include <stddef.h>

struct checker {
    struct arena *arena;
    const struct record_rules *rules; /* may be NULL */
    struct error *err;
    int code;        /* 0, or the first failure */
    bool loose_refs; /* references may still be names to resolve */
    size_t bytes;    /* of text kept so far: the size of a record is limited */
    size_t path_len;
    char path[160]; /* not cleared */
};

void checker_init(struct checker *c, struct arena *a, const struct record_rules *rules,
                  struct slice pointer, struct error *err);
/* Checks one value against its field; true when *ret holds a clean value, false when it is unset
 * or was refused (then c->code is set). */
bool checker_value(struct checker *c, const struct field *f, const struct json *in,
                   struct json *ret);
/* Checks the members that the table names; other members are not looked at. */
void checker_members(struct checker *c, const struct field *fields, const struct json *in,
                     struct json *ret);
void checker_report(struct checker *c, enum reason reason, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Path stack; returns the length to give back to checker_pop. */
size_t checker_push(struct checker *c, struct slice name);
void checker_pop(struct checker *c, size_t len);
