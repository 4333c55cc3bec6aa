/*
 * Reading a bundle: secretstream, zstd, lines. See bundle.h.
 *
 * Invariants: what is decrypted is authentic before it is decompressed; memory is taken once, at
 * the start, so that a sandboxed reader needs none later; every count is checked before it is
 * trusted. A chunk's length is read from hostile bytes and compared with what is left before it is
 * used.
 */
#include "format/bundle_internal.h"

#include "base/fault.h"
#include "base/limits.h"

enum {
    MAGIC = sizeof(BUNDLE_MAGIC) - 1,
    HEADER = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    OVERHEAD = crypto_secretstream_xchacha20poly1305_ABYTES,
    FIRST_CHUNK = MAGIC + BUNDLE_SEALED_KEY + HEADER,
    ROOM = LIMIT_STATEMENT + 1 + BUNDLE_BLOCK, /* of lines that are not complete yet */
    RATIO_FREE = 4 << 20,                      /* plain bytes before the ratio is looked at */
};

struct bundle_reader {
    struct slice bundle;
    size_t at; /* of the next chunk */
    uint8_t session_key[BUNDLE_SESSION_KEY];
    crypto_secretstream_xchacha20poly1305_state stream;
    bool last_chunk; /* decrypted */

    void *memory; /* of zstd */
    ZSTD_DCtx *zstd;
    uint8_t block[BUNDLE_BLOCK];
    ZSTD_inBuffer in; /* over block */
    bool frame_ended;
    uint64_t plain, packed;

    char *text;        /* ROOM bytes */
    size_t start, end; /* what of it is to be given out */
    uint32_t lines;
    crypto_generichash_state hash;
    uint8_t signature[BUNDLE_SIGNATURE];
};

const uint8_t *bundle_sealed_key(struct slice bundle)
{
    if (bundle.len < FIRST_CHUNK || memcmp(bundle.ptr, BUNDLE_MAGIC, MAGIC) != 0) {
        return NULL;
    }
    return (const uint8_t *)bundle.ptr + MAGIC;
}

static int damaged(struct error *err)
{
    return error_set(err, EN_CORRUPT, "the bundle was cut short or changed on its way");
}

static int malformed(struct error *err, const char *why)
{
    return error_set(err, EN_INVALID, "the bundle is not in the form of a bundle: %s", why);
}

int bundle_reader_rewind(struct bundle_reader *r, struct error *err)
{
    const uint8_t *header = (const uint8_t *)r->bundle.ptr + MAGIC + BUNDLE_SEALED_KEY;

    if (crypto_secretstream_xchacha20poly1305_init_pull(&r->stream, header, r->session_key) != 0) {
        return damaged(err);
    }
    ZSTD_DCtx_reset(r->zstd, ZSTD_reset_session_only);
    crypto_generichash_init(&r->hash, NULL, 0, BUNDLE_HASH);
    r->at = FIRST_CHUNK;
    r->last_chunk = r->frame_ended = false;
    r->in = (ZSTD_inBuffer){ .src = r->block };
    r->plain = r->packed = 0;
    r->start = r->end = 0;
    r->lines = 0;
    return 0;
}

static bool take_memory(struct bundle_reader *r)
{
    size_t size = ZSTD_estimateDStreamSize((size_t)1 << BUNDLE_WINDOW_LOG);

    r->memory = base_malloc(size);
    r->text = base_malloc(ROOM);
    r->zstd = r->memory ? ZSTD_initStaticDStream(r->memory, size) : NULL;
    return r->text && r->zstd &&
           !ZSTD_isError(ZSTD_DCtx_setParameter(r->zstd, ZSTD_d_windowLogMax, BUNDLE_WINDOW_LOG));
}

int bundle_reader_new(struct slice bundle, const uint8_t session_key[BUNDLE_SESSION_KEY],
                      struct error *err, struct bundle_reader **ret)
{
    struct bundle_reader *r;
    int code;

    if (!bundle_sealed_key(bundle)) {
        return malformed(err, "it does not begin as one");
    }
    if (bundle.len > LIMIT_BUNDLE) {
        return error_set(err, EN_TOO_LARGE, "a bundle may have %d bytes", LIMIT_BUNDLE);
    }
    r = base_calloc(1, sizeof(*r));
    if (!r) {
        return error_set(err, EN_NO_MEMORY, "out of memory");
    }
    r->bundle = bundle;
    memcpy(r->session_key, session_key, BUNDLE_SESSION_KEY);
    code = take_memory(r) ? bundle_reader_rewind(r, err)
                          : error_set(err, EN_NO_MEMORY, "out of memory");
    if (code != 0) {
        bundle_reader_free(r);
        return code;
    }
    *ret = r;
    return 0;
}

void bundle_reader_free(struct bundle_reader *r)
{
    if (!r) {
        return;
    }
    base_free(r->memory); /* the context lives in it */
    base_free(r->text);
    sodium_memzero(r->session_key, sizeof(r->session_key));
    sodium_memzero(&r->stream, sizeof(r->stream));
    base_free(r);
}

/* Decrypts the next chunk into the block. */
static int next_chunk(struct bundle_reader *r, struct error *err)
{
    const uint8_t *at = (const uint8_t *)r->bundle.ptr + r->at;
    size_t left = r->bundle.len - r->at;
    unsigned long long plain = 0;
    unsigned char tag = 0;
    size_t len;

    if (r->last_chunk || left < 4) {
        return damaged(err);
    }
    len = (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
    if (len < OVERHEAD || len > BUNDLE_BLOCK + OVERHEAD || len > left - 4) {
        return damaged(err);
    }
    if (crypto_secretstream_xchacha20poly1305_pull(&r->stream, r->block, &plain, &tag, at + 4, len,
                                                   NULL, 0) != 0) {
        return damaged(err);
    }
    r->at += 4 + len;
    r->last_chunk = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    if (r->last_chunk != (r->at == r->bundle.len)) {
        return damaged(err); /* something follows the end, or the end is missing */
    }
    r->in = (ZSTD_inBuffer){ .src = r->block, .size = (size_t)plain };
    r->packed += plain;
    return 0;
}

/* Brings in more text. 1: there is more; 0: there is none, and all was used up. */
static int more(struct bundle_reader *r, struct error *err)
{
    ZSTD_outBuffer out;
    size_t left;
    int code;

    memmove(r->text, r->text + r->start, r->end - r->start);
    r->end -= r->start;
    r->start = 0;
    for (;;) {
        while (!r->frame_ended && r->in.pos == r->in.size && !r->last_chunk) {
            code = next_chunk(r, err);
            if (code != 0) {
                return code;
            }
        }
        if (r->frame_ended) {
            return r->last_chunk && r->in.pos == r->in.size
                       ? 0
                       : malformed(err, "something follows its end");
        }
        out = (ZSTD_outBuffer){ .dst = r->text + r->end, .size = ROOM - r->end };
        if (out.size > BUNDLE_BLOCK) {
            out.size = BUNDLE_BLOCK;
        }
        left = ZSTD_decompressStream(r->zstd, &out, &r->in);
        if (ZSTD_isError(left)) {
            return malformed(err, "it does not decompress");
        }
        r->frame_ended = left == 0;
        r->plain += out.pos;
        r->end += out.pos;
        if (r->plain > LIMIT_BUNDLE_PLAIN ||
            (r->plain > RATIO_FREE && r->plain / LIMIT_BUNDLE_RATIO > r->packed)) {
            return error_set(err, EN_TOO_LARGE, "the bundle holds more than a bundle may");
        }
        if (out.pos > 0) {
            return 1;
        }
        if (!r->frame_ended && r->in.pos == r->in.size && r->last_chunk) {
            return malformed(err, "its compressed text is not complete");
        }
    }
}

/* Length of the next line with its end; 0 when there is none. */
static int find_line(struct bundle_reader *r, struct error *err, size_t *ret)
{
    size_t looked = 0;

    for (;;) {
        size_t there = r->end - r->start;
        const char *end = memchr(r->text + r->start + looked, '\n', there - looked);
        int code;

        if (end) {
            *ret = (size_t)(end - (r->text + r->start)) + 1;
            return 0;
        }
        if (there > LIMIT_STATEMENT) {
            return error_set(err, EN_TOO_LARGE, "a statement may have %d bytes", LIMIT_STATEMENT);
        }
        looked = there;
        code = more(r, err);
        if (code < 0) {
            return code;
        }
        if (code == 0) {
            *ret = 0;
            return there == 0 ? 0 : malformed(err, "its last line has no end");
        }
    }
}

static bool read_signature(struct bundle_reader *r, struct slice line)
{
    const size_t head = sizeof(BUNDLE_SIGNATURE_HEAD) - 1;
    size_t len = 0;

    return line.len == BUNDLE_SIGNATURE_LINE &&
           memcmp(line.ptr, BUNDLE_SIGNATURE_HEAD, head) == 0 &&
           sodium_hex2bin(r->signature, sizeof(r->signature), line.ptr + head, 2 * BUNDLE_SIGNATURE,
                          NULL, &len, NULL) == 0 &&
           len == sizeof(r->signature) &&
           memcmp(line.ptr + head + 2 * BUNDLE_SIGNATURE, BUNDLE_SIGNATURE_TAIL,
                  sizeof(BUNDLE_SIGNATURE_TAIL) - 1) == 0;
}

int bundle_next(struct bundle_reader *r, struct error *err, struct slice *ret)
{
    struct slice line;
    size_t len = 0;
    int code;

    code = find_line(r, err, &len);
    if (code != 0) {
        return code;
    }
    if (len == 0) {
        return malformed(err, "it is not signed");
    }
    line = slice_make(r->text + r->start, len);
    if (line.len == BUNDLE_SIGNATURE_LINE && read_signature(r, line)) {
        r->start += len;
        code = find_line(r, err, &len);
        if (code == 0 && len > 0) {
            code = malformed(err, "something follows its signature");
        }
        return code;
    }
    r->lines++;
    if (r->lines > LIMIT_BUNDLE_LINES) {
        return error_set(err, EN_TOO_LARGE, "a bundle may have %d statements", LIMIT_BUNDLE_LINES);
    }
    if (len == 1 || !slice_is_utf8(slice_make(line.ptr, len - 1))) {
        return malformed(err, "a line is no text");
    }
    crypto_generichash_update(&r->hash, (const uint8_t *)line.ptr, line.len);
    r->start += len;
    *ret = slice_make(line.ptr, len - 1);
    return 1;
}

void bundle_reader_hash(const struct bundle_reader *r, uint8_t ret[BUNDLE_HASH])
{
    crypto_generichash_state copy = r->hash;

    crypto_generichash_final(&copy, ret, BUNDLE_HASH);
}

void bundle_reader_signature(const struct bundle_reader *r, uint8_t ret[BUNDLE_SIGNATURE])
{
    memcpy(ret, r->signature, BUNDLE_SIGNATURE);
}
