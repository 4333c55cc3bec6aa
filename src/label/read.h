/*
 * Reading the JSON of labels, clearances and policies, with an error per wrong field.
 *
 * A reader goes on after a refusal, so that all wrong fields are named at once; its code says at
 * the end whether anything was refused. What is read is canonical (sets normalised).
 */
#pragma once

#include "label/model.h"
#include "label/path.h"

struct reader {
    struct arena *a;
    struct error *err;
    int code; /* 0, EN_INVALID or EN_NO_MEMORY */
};

void reader_refuse(struct reader *r, struct path at, enum reason reason, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void reader_no_memory(struct reader *r);

/* True when v is of the type; else refuses. */
bool read_type(struct reader *r, const struct json *v, enum json_type type, struct path at);
/* Refuses every member whose name is not in the list (ends with NULL). */
void read_known(struct reader *r, const struct json *object, struct path at,
                const char *const *names);
/* A list of names of the tag's atoms, as a set. Groups are refused unless allowed. */
struct set read_set(struct reader *r, const struct json *list, const struct tag *tag, bool groups,
                    struct path at);
/* A list of such lists, as clauses: never empty, because "no clause" could be meant as nobody. */
struct clauses read_clauses(struct reader *r, const struct json *list, const struct tag *tag,
                            struct path at);
uint16_t read_level(struct reader *r, const struct policy *p, const struct json *v, struct path at);
enum tlp read_tlp(struct reader *r, const struct json *v, struct path at);
/* "policy", where given, must be this one. */
void read_policy_id(struct reader *r, const struct policy *p, const struct json *object,
                    struct path at);
