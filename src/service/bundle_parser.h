/*
 * The parser of foreign bundles: a process of its own that can neither open files nor sockets.
 *
 * It is forked for one bundle, keeps one descriptor, gives up every system call but reading and
 * writing that descriptor, memory and exit, and then decrypts, decompresses and parses. What it
 * answers is not believed: the caller's side computes the hash of the lines itself, so that a
 * parser taken over by its input can at worst say nonsense that no signature covers.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "format/bundle.h"

struct parsed_bundle {
    struct buf lines; /* manifest, statements, summary; each with its end of line */
    uint8_t hash[BUNDLE_HASH];
    uint8_t signature[BUNDLE_SIGNATURE]; /* as stated: to be verified by the caller */
};

/* EN_CORRUPT: cut short or changed; EN_INVALID: not in form; EN_TOO_LARGE; EN_NO_MEMORY, EN_IO or
 * EN_BUSY when we could not tell. The caller frees with parsed_bundle_done, also after a failure.
 */
int bundle_parse(struct slice bundle, const uint8_t session_key[BUNDLE_SESSION_KEY],
                 struct error *err, struct parsed_bundle *ret);
void parsed_bundle_done(struct parsed_bundle *p);
/* What the parser's process does first, with its end of the pipe: after it every other call kills.
 * EN_IO when the kernel will not. */
int bundle_parser_confine(int fd);
/* The next line of lines, and moves on; false at the end. */
bool parsed_bundle_line(const struct parsed_bundle *p, size_t *at, struct slice *ret);
