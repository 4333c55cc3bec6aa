/*
 * vCards (RFC 6350, version 4.0; 3.0 is also read), both ways.
 *
 * Reading takes a file card by card: lines are unfolded, parameters split and decoded (RFC 6868),
 * values left as written for vcard_text and vcard_split to undo. What cannot be read is refused
 * with its line: bytes that are not UTF-8, a line without a name or a colon, a card that is not
 * begun or not ended, another version. After an error the reader stands behind that card, so that a
 * report may go on.
 *
 * Writing keeps every line within 75 octets without cutting a character, ends lines with CRLF and
 * escapes what texts may not hold.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"

enum {
    VCARD_PROPERTIES_MAX = 500,      /* of one card */
    VCARD_PARAMETERS_MAX = 32,       /* of one property; of a list each value counts */
    VCARD_PARTS_MAX = 64,            /* of one structured value */
    VCARD_LINE_MAX = LIMIT_CARD_LINE /* pictures are read over, not kept */
};

struct vcard_parameter {
    struct slice name, value; /* the name as written */
};

struct vcard_property {
    struct slice name; /* without its group, as written */
    struct slice value;
    const struct vcard_parameter *parameters;
    size_t parameter_count;
    unsigned line;
};

struct vcard {
    int version; /* 3 or 4 */
    unsigned line;
    struct vcard_property *properties; /* without BEGIN, VERSION and END */
    size_t count;
};

struct vcard_reader {
    struct slice text;
    size_t at;
    unsigned line;
};

void vcard_open(struct vcard_reader *r, struct slice text);
/* 1 and the next card, 0 at the end, or a negative code. All lives in the arena. */
int vcard_next(struct vcard_reader *r, struct arena *a, struct error *err, struct vcard *ret);

/* The first property of that name at or after *at, which moves behind it; NULL at the end. */
const struct vcard_property *vcard_find(const struct vcard *c, const char *name, size_t *at);
/* The value of the first parameter of that name, or empty. */
struct slice vcard_parameter(const struct vcard_property *p, const char *name);
/* Has the property TYPE=word, as a parameter of its own or in a list? */
bool vcard_is_type(const struct vcard_property *p, const char *word);
/* The value as a text, escapes undone. */
struct slice vcard_text(struct arena *a, struct slice value);
/* A structured value (';') or a list (','): its parts as texts; past VCARD_PARTS_MAX the rest is
 * not told. 0 on failure of memory, which the arena remembers. */
size_t vcard_split(struct arena *a, struct slice value, char separator,
                   struct slice ret[VCARD_PARTS_MAX]);

/* ---- writing ---- */

void vcard_begin(struct buf *out); /* BEGIN and VERSION:4.0 */
/* parameters as they stand in the line ("LANGUAGE=fr"), or "". A value that is empty writes
 * nothing. */
void vcard_add_text(struct buf *out, const char *name, const char *parameters, struct slice text);
void vcard_add_parts(struct buf *out, const char *name, const char *parameters, char separator,
                     const struct slice *parts, size_t count);
/* A URI, a date, a word: not escaped; what cannot stand in a line is left out. */
void vcard_add_value(struct buf *out, const char *name, const char *parameters, struct slice value);
void vcard_end(struct buf *out);
