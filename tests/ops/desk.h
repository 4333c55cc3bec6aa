/*
 * An instance in a directory of its own, and a short way to ask its operations: parameters and body
 * as JSON texts, the answer parsed. Everything lives in the desk's arena.
 */
#pragma once

#include "ops/ops.h"
#include "picture/picture.h"
#include "service/access.h"
#include "service/node_internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DESK_NOW INT64_C(1780000000000)

struct desk {
    char directory[64];
    struct node *node;
    struct arena *arena;
    const struct operations *operations;
    int64_t now_ms;
};

struct asked {
    int code;
    struct slice text;       /* the answer as it stands */
    const struct json *json; /* parsed, or NULL */
    struct slice etag, location, marking;
    struct slice as_peer; /* with whose eyes it was answered */
    bool as_narrowed;
    struct error err;
    bool struck; /* the armed fault came */
};

/* Something that fails on demand: the n-th time from now. */
struct fault {
    void (*arm)(int n);
    bool (*disarm)(void);
};

void desk_open(struct desk *d);
void desk_close(struct desk *d); /* keeps the files */
void desk_reopen(struct desk *d);
void desk_done(struct desk *d);

/* What else a call may bring. */
struct with {
    const char *if_match;        /* NULL: "*" */
    const char *key;             /* idempotency */
    const struct viewer *viewer; /* NULL: the operator */
    struct node *node;           /* NULL: the desk's */
    bool french;
    const char *as; /* a peer with whose eyes to read */
    const struct fault *fault;   /* armed around the operation alone */
    int n;
};
struct asked desk_ask(struct desk *d, const char *operation, const char *parameters,
                      const char *body, struct with with);
/* The same, and it must succeed. */
struct asked desk_must(struct desk *d, const char *operation, const char *parameters,
                       const char *body, struct with with);
/* printf into the arena. */
const char *desk_text(struct desk *d, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
const char *desk_id(struct desk *d, struct asked a); /* {"id":...} of an answer */
/* A viewer of this role and clearance (JSON). */
const struct viewer *desk_viewer(struct desk *d, enum role role, const char *clearance);
/* A confirmed peer of this name and clearance (JSON); its instance is all `digit`s. Its id. */
const char *desk_peer(struct desk *d, const char *name, char digit, const char *clearance);
/* A new actor of this name and label (JSON, or NULL); its id. */
const char *desk_actor(struct desk *d, const char *name, const char *label);
/* Do the picture's rows equal those of one made anew from the ledger? */
void desk_assert_rebuilds_alike(struct desk *d);
void desk_assert_sound(struct desk *d);
/* Number of items of a list answer. */
uint32_t desk_count(struct asked a);
/* Do the files of the directory have these bytes anywhere? */
bool desk_files_contain(struct desk *d, const char *bytes);
