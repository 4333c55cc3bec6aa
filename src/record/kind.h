/*
 * Kinds are data: one const table of fields per kind, and up to three small functions.
 *
 * From the table come validation, the picture's table and indexes, full text, CSV columns, OpenAPI
 * schemas, command-line flags and the forms in the browser. Adding a field is one line; adding a
 * kind is one file and one line in kinds.c. A kind never reads a clock, another record or a label.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "base/when.h"

enum field_type {
    FIELD_TEXT,     /* one line */
    FIELD_LONGTEXT, /* paragraphs */
    FIELD_ENUM,
    FIELD_REF,      /* id of a record of kind `target` (NULL: any kind) */
    FIELD_WHEN,     /* a date with its precision, or an instant */
    FIELD_BOOL,
    FIELD_INTEGER,
    FIELD_DECIMAL,
    FIELD_COUNTRY,  /* ISO 3166-1 alpha-3 (alpha-2 accepted on input and turned into alpha-3) */
    FIELD_LANGUAGE, /* BCP 47, e.g. en, fr-CA */
    FIELD_CODE,     /* a short code without white space */
    FIELD_LABEL,    /* a label or clearance in its JSON form, checked by its own layer */
    FIELD_OBJECT,   /* fields of its own */
    FIELD_DURATION, /* ISO 8601, e.g. P6M, P14D, PT36H; held in shortest form */
    FIELD_REGION,   /* UN M49 (021), ISO 3166-1 alpha-3 (CAN) or ISO 3166-2 (CA-AB) */
};

enum field_flag {
    FIELD_REQUIRED = 1 << 0,
    FIELD_MANY = 1 << 1,     /* a list */
    FIELD_INDEXED = 1 << 2,  /* a column with an index; a filter in lists */
    FIELD_SEARCHED = 1 << 3, /* its words are found by search */
    FIELD_SECRET = 1 << 4,   /* stored, never shown */
    FIELD_UNIQUE = 1 << 5,   /* system kinds only: no second record with this value */
    FIELD_FILE = 1 << 6,     /* of an operation, at the console: a file whose text is the value */
    FIELD_PLACED = 1 << 7,   /* of an operation, at the console: the words that no flag takes */
    FIELD_SPREAD = 1 << 8,   /* of an operation, an object: at the console each member is a flag */
};

struct choice {
    const char *value; /* NULL ends a list */
    const char *en;
    const char *fr;
};

struct field {
    const char *name; /* NULL ends a table */
    enum field_type type;
    unsigned flags;
    int64_t min, max;             /* INTEGER, DECIMAL: range; texts and lists: max length (0: the limit of the type) */
    const char *target;           /* REF */
    const struct choice *choices; /* ENUM */
    const struct field *fields;   /* OBJECT */
    const char *label_en, *label_fr;
    const char *help_en, *help_fr;
};

/* A row of a table of fields that needs no more than this. */
#define PLAIN_FIELD(n, t, fl, mx, en, fr, hen, hfr)                                               \
    {                                                                                             \
        .name = (n), .type = (t), .flags = (fl), .max = (mx), .label_en = (en), .label_fr = (fr), \
        .help_en = (hen), .help_fr = (hfr)                                                        \
    }

enum { DIMENSION_ABILITY, DIMENSION_BENEVOLENCE, DIMENSION_INTEGRITY, DIMENSION_COUNT };
extern const struct choice dimension_choices[];
extern const struct choice role_choices[]; /* of users */

/* What a record says about trust, before the policy weighs it: trustee did something to truster. */
struct testimony {
    const char *event;   /* a row of the weights policy: "commitment.kept" */
    struct slice truster;
    struct slice trustee;
    int64_t at_ms;
    struct slice stakes;    /* the record's own word ("critical"), or empty */
    struct slice dimension; /* when the record states one, or empty */
    int valence;            /* when the record states one (-1, 1), or 0: the policy's */
    double share;           /* credibility or strength 0..1; 1 when not stated */
};

typedef void (*testimony_sink)(void *context, const struct testimony *t);

struct kind {
    const char *name;   /* "actor" */
    const char *plural; /* "actors": path and table */
    const char *title_en, *title_fr;
    const char *help_en, *help_fr;
    const struct field *fields;
    const char *name_field;         /* the field whose text names the record; NULL: name_refs */
    const char *name_field_fr;      /* its French twin, or NULL */
    const char *name_refs[3];       /* reference fields whose titles name the record ("a – b") */
    const char *when_field;         /* the date lists are ordered by, or NULL (then: updated) */
    bool system;                    /* users and tokens: not offered as records */
    bool decided;                   /* written by decisions of a service only, read as any record */

    /* Rules across fields; reports with error_field. The body has passed the field checks. */
    int (*check)(const struct json *body, struct error *err);
    /* May `before` become `after`? NULL: always. */
    int (*advance)(const struct json *before, const struct json *after, struct error *err);
    /* The evidence this version gives. */
    void (*testify)(const struct json *body, testimony_sink sink, void *context);
};

/* All kinds of an instance: the built-in ones and the fields its configuration adds. */
struct kinds {
    const struct kind *const *items;
    size_t count;
};

/* custom: {"actor":[{"name":"x_callsign","type":"text","label_en":"..","label_fr":"..","help_en":..,"many":false,
 * "indexed":true,"choices":[{"value","en","fr"}]}]} or empty. Names start with "x_". Everything lives in the arena. */
int kinds_make(struct arena *a, struct slice custom, struct error *err, const struct kinds **ret);
const struct kind *kinds_find(const struct kinds *all, struct slice name);
const struct kind *kinds_find_plural(const struct kinds *all, struct slice plural);

const struct field *kind_field(const struct kind *k, struct slice name);
const struct field *field_find(const struct field *fields, struct slice name);
const char *field_type_word(enum field_type type);
const struct choice *choice_find(const struct choice *choices, struct slice value);

/* Fields that every record has, in addition to those of its kind: external_ids[], notes. */
extern const struct field common_fields[];

/* Calls each for every field of the kind: its own, then the common ones. */
#define KIND_EACH_FIELD(k, f)                                                                      \
    for (const struct field *tables_[] = { (k)->fields, common_fields }, **t_ = tables_;           \
         t_ < tables_ + 2; t_++)                                                                   \
        for (const struct field *f = *t_; f->name; f++)
