/*
 * The operation table: everything the product can do, declared once. HTTP routing, CLI verbs,
 * OpenAPI, man page, completion and the permission matrix come from it. A handler never sees HTTP.
 *
 * A door fills a `struct call`, finds the operation, and calls ops_run, which checks permission and
 * inputs, opens the viewer's picture when the operation reads, runs the handler and audits. The
 * answer is one JSON value in call->out (or CSV / JSON Lines when the operation says so).
 */
#pragma once

#include "picture/viewer.h"
#include "record/kind.h"
#include "service/node.h"

enum operation_flag {
    OP_READ = 1 << 0, /* opens a snapshot of the viewer's picture */
    OP_WRITE = 1 << 1,
    OP_PAGED = 1 << 2,    /* answers {"items":[...],"next":...} */
    OP_NO_HTTP = 1 << 3,  /* for the console only (whole-instance maintenance) */
    OP_NO_CLI = 1 << 4,   /* for the browser only (login, logout, streams) */
    OP_RAW_BODY = 1 << 5, /* the body is not JSON: call->raw */
    OP_IF_MATCH = 1 << 6, /* needs If-Match */
    OP_CREATED = 1 << 7,  /* answers 201 with Location */
    OP_LONG = 1 << 8,     /* reports progress */
    OP_EMPTY = 1 << 9,    /* answers 204 */
};

enum parameter_place { IN_PATH, IN_QUERY };

struct parameter {
    const char *name; /* NULL ends a list */
    enum parameter_place place;
    struct field field; /* type, flags (FIELD_REQUIRED), target, choices, labels and help */
};

struct call;

struct operation {
    const char *name;    /* "portfolio", "actor.list": CLI verb "actor list" */
    const char *method;  /* "GET"; NULL with OP_NO_HTTP */
    const char *path;    /* "/api/v1/actors/{id}" */
    unsigned permission; /* one enum permission, or several of which one is enough */
    unsigned flags;
    const struct parameter *parameters;
    const struct field *body; /* body fields (checked before the handler), or NULL */
    const struct kind *kind;  /* body is a record of this kind, when set and flag OP_WRITE */
    const char *answer;       /* schema name in the OpenAPI components; NULL with OP_EMPTY */
    const char *media;        /* NULL: application/json */
    const char *help_en, *help_fr;
    int (*handle)(struct call *c);
    const char *takes; /* media of an OP_RAW_BODY; NULL: CSV of a kind, else JSON Lines */
    const char *beside; /* member of the answer (base64) that the console writes beside the file it
                           was given, as FILE.member; NULL: none */
};

typedef void (*progress_step)(void *context, const char *what, int64_t done, int64_t total);

struct call {
    struct node *node;
    const struct operation *operation;
    const struct viewer *viewer; /* NULL: nobody is logged in */
    struct arena *arena;
    int64_t now_ms;
    bool french;
    /* inputs */
    struct json *parameters; /* object: name -> value, checked and typed by ops_run */
    const struct json *body; /* parsed JSON, or NULL */
    struct slice raw;        /* body bytes of OP_RAW_BODY */
    struct slice if_match;   /* ETag without quotes; "*" accepted */
    struct slice idempotency_key;
    struct slice as;          /* a peer: read with its eyes; the query's `as` is the same */
    const char *const *files; /* CLI only: paths given to maintenance verbs */
    progress_step progress;
    void *progress_context;
    /* outputs */
    struct buf *out;
    struct slice etag; /* without quotes; empty: none */
    struct slice location;
    struct slice marking_en, marking_fr;
    const struct label *label; /* the join of what a read shows; lives in the arena */
    struct error *err;
    struct slice as_peer; /* answered as this peer would see it; empty: as the viewer's own */
    bool as_narrowed;     /* the viewer's own clearance may hide what that peer sees */
    /* what stands written even when the answer does not reach whoever asked; empty: nothing */
    struct slice done_en, done_fr;
    /* set by ops_run for the handler */
    const struct viewer *reader; /* who is audited: the one who asks, also when as a peer */
    struct snapshot *snapshot;   /* the viewer's picture, for OP_READ */
};

/* The table: static rows and the rows made from the kinds. */
struct operations {
    const struct operation *items;
    size_t count;
    const uint16_t *first, *next; /* chains of rows by the name that their paths begin with */
};
int operations_make(struct arena *a, const struct kinds *kinds, struct error *err,
                    const struct operations **ret);
const struct operation *operations_find(const struct operations *all, struct slice name);

/* Matches method and path ("/api/v1/actors/0190..."); fills path parameters into *ret_parameters
 * (JSON object of texts). EN_NOT_FOUND, or EN_UNSUPPORTED when the path exists under another method
 * (ret_allow then lists the methods, "GET, PATCH"). */
int operations_route(const struct operations *all, struct arena *a, struct slice method,
                     struct slice path, const struct operation **ret, struct json **ret_parameters,
                     struct slice *ret_allow);

/* Runs it. 0, or a code with call->err filled. Query parameters arrive as texts in parameters. */
int ops_run(struct call *c);

/* What a server does of itself, every minute: ends releases that are over. */
int ops_tend(struct node *n, int64_t now_ms, struct error *err);
/* After ops_run: the binding data object (STANAG 4778) of the answer's bytes, under the label of
 * what they show, by this URI; or as a file with this name. EN_UNSUPPORTED when the answer has
 * none. */
int ops_bind(struct call *c, struct slice uri, struct slice media, struct slice bytes,
             struct buf *out);
int ops_bind_file(struct call *c, struct slice name, struct slice media, struct slice bytes,
                  struct buf *out);

/* The OpenAPI 3.1 document. */
void ops_openapi(const struct operations *all, const struct kinds *kinds, struct arena *a,
                 struct buf *out);
