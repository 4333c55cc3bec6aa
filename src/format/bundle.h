/*
 * The bytes of a bundle: lines of canonical JSON, compressed, encrypted, sealed to one recipient.
 *
 *     "entente bundle 1\n"
 *     session key, sealed to the recipient's X25519 key       (crypto_box_seal, 80 bytes)
 *     header of the stream                                    (secretstream, 24 bytes)
 *     chunks: length (4 bytes, big-endian), ciphertext        (the last one is tagged as the last)
 *
 * Inside the chunks is one zstd frame; inside it, lines: the manifest, the statements, the summary,
 * and last {"signature":"..."} over the BLAKE2b-256 of all lines before it. The recipient is named
 * in the manifest, so inside what is signed: a bundle opened and sealed anew for someone else is
 * still addressed to the first.
 *
 * The reader is for hostile bytes. It gives lines out before the end was seen, so its caller must
 * act on none of them until bundle_next has returned 0 and the signature has been verified. It
 * reads no file, starts nothing, and takes a bounded amount of memory whatever it is given.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"

enum {
    BUNDLE_SESSION_KEY = 32,
    BUNDLE_SEALED_KEY = 80,
    BUNDLE_HASH = 32,
    BUNDLE_SIGNATURE = 64,
};

/* ---- writing ---- */

struct bundle_writer;

/* Seals to this key. The caller frees with bundle_writer_free, also after a failure. */
int bundle_writer_new(const uint8_t recipient[32], struct buf *out, struct error *err,
                      struct bundle_writer **ret);
void bundle_writer_free(struct bundle_writer *w);
/* line: canonical JSON without line breaks. */
int bundle_write(struct bundle_writer *w, struct slice line, struct error *err);
/* Of the lines so far. */
void bundle_writer_hash(const struct bundle_writer *w, uint8_t ret[BUNDLE_HASH]);
/* The signature line, and the end. */
int bundle_writer_end(struct bundle_writer *w, const uint8_t signature[BUNDLE_SIGNATURE],
                      struct error *err);

/* ---- reading ---- */

struct bundle_reader;

/* The sealed session key of what looks like a bundle; NULL when it does not. */
const uint8_t *bundle_sealed_key(struct slice bundle);

/* Everything it will need is allocated here. EN_CORRUPT, EN_TOO_LARGE, EN_INVALID, EN_NO_MEMORY. */
int bundle_reader_new(struct slice bundle, const uint8_t session_key[BUNDLE_SESSION_KEY],
                      struct error *err, struct bundle_reader **ret);
void bundle_reader_free(struct bundle_reader *r);
/* From the first line again. */
int bundle_reader_rewind(struct bundle_reader *r, struct error *err);
/* 1 with the next line, good until the next call; 0 at the end, when the bundle is whole and its
 * last line was a signature; EN_CORRUPT: cut short or changed; EN_INVALID: not in this form;
 * EN_TOO_LARGE. A line is valid UTF-8 of 1 to LIMIT_STATEMENT bytes; nothing else is promised. */
int bundle_next(struct bundle_reader *r, struct error *err, struct slice *ret);
/* After the end. */
void bundle_reader_hash(const struct bundle_reader *r, uint8_t ret[BUNDLE_HASH]);
void bundle_reader_signature(const struct bundle_reader *r, uint8_t ret[BUNDLE_SIGNATURE]);
