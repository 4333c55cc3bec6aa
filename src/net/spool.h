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

enum { SPOOL_HASH_TEXT = 64 };

enum spool_box { SPOOL_IN, SPOOL_OUT, SPOOL_TO, SPOOL_FROM };

struct spool;

int spool_open(const char *directory, struct error *err, struct spool **ret);
void spool_close(struct spool *s);

/* The name of bytes; and whether a text is such a name. */
void spool_hash(struct slice bytes, char ret[SPOOL_HASH_TEXT + 1]);
bool spool_is_hash(struct slice text);

/* ---- a file that grows ---- */

struct spool_part;

/* Opens (or makes) the part of this name for one writer; EN_BUSY while another has it. */
int spool_part_open(struct spool *s, enum spool_box box, struct uuid peer, struct slice name,
                    struct error *err, struct spool_part **ret);
int64_t spool_part_size(const struct spool_part *p);
/* Appends; EN_TOO_LARGE past `max`, and then nothing is kept. */
int spool_part_append(struct spool_part *p, struct slice bytes, int64_t max, struct error *err);
/* The whole content, in memory that spool_part_close gives back. EN_CORRUPT when it is not what the
 * name says; then the part is forgotten. */
int spool_part_whole(struct spool_part *p, struct error *err, struct slice *ret);
/* Closes and keeps it, or closes and forgets it. */
void spool_part_close(struct spool_part *p, bool keep);

/* Bytes of a part that is there; 0 when there is none. */
int64_t spool_have(struct spool *s, enum spool_box box, struct uuid peer, struct slice name);

/* ---- whole files ---- */

/* Keeps a finished bundle under its hash, alone in its box. */
int spool_keep(struct spool *s, enum spool_box box, struct uuid peer, struct slice bytes,
               struct error *err, char ret_name[SPOOL_HASH_TEXT + 1]);
/* The kept bundle that is not older than max_age_s, opened for reading (-1: none). */
int spool_kept(struct spool *s, enum spool_box box, struct uuid peer, int64_t now_ms,
               int64_t max_age_s, char ret_name[SPOOL_HASH_TEXT + 1], int64_t *ret_size);
void spool_drop(struct spool *s, enum spool_box box, struct uuid peer);

/* The answer given to an uploaded bundle, for a peer that did not hear it. EN_NOT_FOUND. */
int spool_receipt_put(struct spool *s, struct uuid peer, struct slice name, struct slice receipt,
                      struct error *err);
int spool_receipt_get(struct spool *s, struct uuid peer, struct slice name, struct error *err,
                      struct buf *ret);
