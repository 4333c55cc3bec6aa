/*
 * Rendering records for a viewer: what a record looks like as JSON.
 *
 * Invariant: a reference to what the viewer may not read is absent, exactly as if it had never been
 * stated; a list item whose required reference is absent is absent too. Secret fields are never
 * written. The ETag is a hash of the rendered record, so it tells nothing more than the record.
 */
#pragma once

#include "picture/picture.h"

struct refs; /* titles of the records that an answer refers to */

struct render {
    struct snapshot *snapshot;
    struct json_writer *out;
    struct refs *refs;
};

/* Everything lives in the snapshot's arena. NULL without memory. */
struct refs *refs_new(struct snapshot *s);
/* True when the id is readable; notes its title. Ids that do not parse are unreadable. */
bool refs_add(struct refs *r, struct slice id);
/* "refs":{"<id>":{"kind","title","title_fr"}} in order of id; a foreign one with its origin. */
void refs_write(const struct refs *r, struct json_writer *out);

/* The record as an object with all its fields, without refs. row->body is parsed if needed. */
int render_record(struct render *r, struct row *row, struct error *err);
/* The same, left open for further members: the caller ends the object. */
int render_record_open(struct render *r, struct row *row, struct error *err);
/* "marking":{"en","fr"} */
void render_marking(struct snapshot *s, const struct label *l, struct json_writer *out);
/* Hash of the record as this viewer sees it, 32 hex digits. */
int render_etag(struct snapshot *s, struct row *row, struct error *err, struct slice *ret);
/* The same from what render_record_open wrote, for those who have it: nothing is rendered twice. */
int render_etag_open(struct snapshot *s, struct slice open, struct error *err, struct slice *ret);
/* "2026-01-02T03:04:05.678Z" */
void render_instant(struct json_writer *out, const char *name, int64_t ms);
/* What a row says of a record of another instance (origins.h): "origin","theirs","origin_name";
 * nothing of ours. True when it was said. */
bool render_origin(struct render *r, struct slice origin);
/* Title members of a readable record: "title","title_fr". */
void render_titles(struct snapshot *s, const struct row *row, struct json_writer *out);
