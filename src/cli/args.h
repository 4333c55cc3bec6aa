/* The words after a verb, as the inputs of its operation. */
#pragma once

#include "cli/flags.h"

struct arguments {
    const struct verb *verb;
    struct json *parameters;  /* object: name -> text */
    struct json *body;        /* object, or NULL */
    const struct field *file; /* of the body: its value is a path whose content is meant, or NULL */
    const char *raw;          /* file of an OP_RAW_BODY, "-" for standard input, or NULL */
    struct slice if_match;
    bool all; /* follow the pages to the end */
};

/* Global options among the words go to c->options. All wrong words are collected in err. */
int args_parse(struct cli *c, const struct verb *v, char *const *words, int count,
               struct error *err, struct arguments *ret);

/* Text of a parameter, or NULL. */
const char *args_text(const struct cli *c, const struct arguments *args, const char *name);
bool args_switch(const struct arguments *args, const char *name);
/* A whole number within the range; the fallback when absent. */
int args_int(const struct cli *c, const struct arguments *args, const char *name, int64_t least,
             int64_t most, int64_t fallback, struct error *err, int64_t *ret);
