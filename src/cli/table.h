/*
 * A list of JSON values as rows and named columns: what text and CSV share.
 *
 * Nested objects become columns with dotted names, in the order in which they first appear. In text
 * form ids are shown by their titles, bilingual texts in one language, and trust figures as one
 * number; CSV keeps everything.
 */
#pragma once

#include "base/json.h"

struct policy;

struct table_style {
    struct arena *arena;
    const struct policy *policy; /* whose words say labels, or NULL: names as they are stated */
    const struct json *refs; /* id -> {"title","title_fr"}, or NULL: show ids */
    bool french;
    bool plain; /* CSV: nothing summarised, ids as they are */
    bool whole; /* nothing left out */
    bool told;  /* whose it is has been said of what this is part of */
};

struct column {
    struct slice name;
    size_t width; /* of the widest cell, name included */
    bool number;  /* every cell is a number: aligned right */
};

struct table {
    struct column *columns;
    size_t column_count;
    struct slice *cells; /* row by row; ptr NULL: no value */
    size_t row_count;
};

/* rows: values, mostly objects. only: "a,b" wanted columns, or empty for all. EN_NO_MEMORY, or
 * EN_TOO_LARGE beyond 256 columns. */
int table_make(const struct table_style *style, const struct json *rows, size_t count,
               struct slice only, struct error *err, struct table *ret);

/* One value as one line. */
void table_cell(const struct table_style *style, const struct json *value, struct buf *out);

/* The same for a named member: ids that are there to be copied keep their form. */
void table_member(const struct table_style *style, struct slice name, const struct json *value,
                  struct buf *out);

/* The leaves of an object, in order. */
typedef int (*table_leaf)(void *context, struct slice name, const struct json *value);
int table_leaves(const struct table_style *style, const struct json *value, struct slice prefix,
                 table_leaf each, void *context);

/* A list of objects: shown as a table of its own, not as one cell. */
bool table_is_list(const struct json *value);
