/*
 * Bundles on their way: files under DIR/exchange/<peer>, so that a transfer that was cut goes on
 * where it stopped.
 *
 * A bundle goes by the BLAKE2b-256 of its bytes, in hexadecimal; that and the id of the peer's
 * record are the only names that files are ever given, and both are checked to be nothing else. A
 * box is one of three: what a peer uploads to us (in), what we make for it to fetch (out) or send
 * to it (to), and what we fetch from it (from). Every box holds few files and drops the oldest.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/uuid.h"

enum { DEPOT_HASH_TEXT = 64 };

enum depot_box { DEPOT_IN, DEPOT_OUT, DEPOT_TO, DEPOT_FROM };

struct depot;

int depot_open(const char *directory, struct error *err, struct depot **ret);
void depot_close(struct depot *s);

/* The name of bytes; and whether a text is such a name. */
void depot_hash(struct slice bytes, char ret[DEPOT_HASH_TEXT + 1]);
bool depot_is_hash(struct slice text);

/* ---- a file that grows ---- */

struct depot_part;

/* Opens (or makes) the part of this name for one writer; EN_BUSY while another has it. */
int depot_part_open(struct depot *s, enum depot_box box, struct uuid peer, struct slice name,
                    struct error *err, struct depot_part **ret);
int64_t depot_part_size(const struct depot_part *p);
/* Appends; EN_TOO_LARGE past `max`, and then nothing is kept. */
int depot_part_append(struct depot_part *p, struct slice bytes, int64_t max, struct error *err);
/* The whole content, in memory that depot_part_close gives back. EN_CORRUPT when it is not what the
 * name says; then the part is forgotten. */
int depot_part_whole(struct depot_part *p, struct error *err, struct slice *ret);
/* Closes and keeps it, or closes and forgets it. */
void depot_part_close(struct depot_part *p, bool keep);

/* Bytes of a part that is there; 0 when there is none. */
int64_t depot_have(struct depot *s, enum depot_box box, struct uuid peer, struct slice name);

/* ---- whole files ---- */

/* Keeps a finished bundle under its hash, alone in its box. */
int depot_keep(struct depot *s, enum depot_box box, struct uuid peer, struct slice bytes,
               struct error *err, char ret_name[DEPOT_HASH_TEXT + 1]);
/* The kept bundle that is not older than max_age_s, opened for reading (-1: none). */
int depot_kept(struct depot *s, enum depot_box box, struct uuid peer, int64_t now_ms,
               int64_t max_age_s, char ret_name[DEPOT_HASH_TEXT + 1], int64_t *ret_size);
void depot_drop(struct depot *s, enum depot_box box, struct uuid peer);

/* The answer given to an uploaded bundle, for a peer that did not hear it. EN_NOT_FOUND. */
int depot_receipt_put(struct depot *s, struct uuid peer, struct slice name, struct slice receipt,
                      struct error *err);
int depot_receipt_get(struct depot *s, struct uuid peer, struct slice name, struct error *err,
                      struct buf *ret);
