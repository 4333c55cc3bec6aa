/*
 * Any bytes as a bundle. The first byte says how they are taken:
 *   0: as they are, as the file that a stranger sent
 *   1: as the compressed text, sealed and encrypted as a sender who knows our key would
 *   2: as the lines, compressed and encrypted
 *   3: as lines again, repeated until they are very many
 * What must hold: reading ends with one of four codes; every line given out is a statement in its
 * one form, or the manifest, or the summary; what was given out, written again, reads back with the
 * same hash.
 */
#include "fuzz.h"

#include "base/limits.h"
#include "format/bundle_internal.h"
#include "format/statement.h"

#include <string.h>

enum { ROOM = 1 << 22 };

static const uint8_t known_key[BUNDLE_SESSION_KEY] = { 1, 2, 3 };

/* A recipient of our own: the same bytes are read the same way each time. */
static void recipient(uint8_t public_key[32])
{
    static const uint8_t seed[32] = { 9 };
    uint8_t secret[32];
    crypto_box_seed_keypair(public_key, secret, seed);
}

/* What a sender who is not bound by our writer may send: any bytes in the chunks. */
static void encrypt(const uint8_t *data, size_t size, struct buf *out)
{
    crypto_secretstream_xchacha20poly1305_state stream;
    uint8_t header[crypto_secretstream_xchacha20poly1305_HEADERBYTES];
    char sealed[BUNDLE_SEALED_KEY] = { 0 };
    uint8_t *block = malloc(BUNDLE_BLOCK + 64);
    size_t at = 0;
    bool last = false;
    must(block);
    crypto_secretstream_xchacha20poly1305_init_push(&stream, header, known_key);
    buf_add_cstr(out, BUNDLE_MAGIC);
    buf_add(out, slice_make(sealed, sizeof sealed));
    buf_add(out, slice_make((const char *)header, sizeof header));
    while (!last) {
        size_t n = size - at < BUNDLE_BLOCK ? size - at : BUNDLE_BLOCK;
        unsigned long long len = 0;
        last = at + n == size;
        crypto_secretstream_xchacha20poly1305_push(
            &stream, block, &len, data + at, n, NULL, 0,
            last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
        char head[4] = { (char)(len >> 24), (char)(len >> 16), (char)(len >> 8), (char)len };
        buf_add(out, slice_make(head, sizeof head));
        buf_add(out, slice_make((const char *)block, (size_t)len));
        at += n;
    }
    free(block);
}

static void zip(const uint8_t *data, size_t size, struct buf *out)
{
    ZSTD_CCtx *c = ZSTD_createCCtx();
    void *packed = malloc(ROOM);
    must(c && packed);
    ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, BUNDLE_WINDOW_LOG);
    ZSTD_CCtx_setParameter(c, ZSTD_c_contentSizeFlag, 0);
    ZSTD_inBuffer in = { data, size, 0 };
    ZSTD_outBuffer to = { packed, ROOM, 0 };
    must(ZSTD_compressStream2(c, &to, &in, ZSTD_e_end) == 0);
    encrypt(packed, to.pos, out);
    free(packed);
    ZSTD_freeCCtx(c);
}

/* A small input that becomes much: what limits are for. */
static void zip_many(const uint8_t *data, size_t size, struct buf *out)
{
    uint8_t *much = malloc(ROOM / 2);
    must(much);
    for (size_t i = 0; i < ROOM / 2; i++)
        much[i] = size ? data[i % size] : '\n';
    zip(much, ROOM / 2, out);
    free(much);
}

struct seen {
    struct bundle_writer *writer;
    struct arena *arena;
    int lines;
};

static int see_line(void *context, struct slice line)
{
    struct seen *s = context;
    struct manifest m;
    struct statement st;
    struct summary sum;
    arena_reset(s->arena);
    must(slice_is_utf8(line) && line.len > 0 && line.len <= LIMIT_STATEMENT);
    if (s->lines++ == 0) {
        must(manifest_parse(s->arena, line, NULL, &m) == 0);
        must(m.number > m.base);
    } else if (statement_parse(s->arena, line, NULL, &st) == 0) {
        struct buf again cleanup_buf;
        buf_init(&again, LIMIT_STATEMENT);
        statement_write(&st, &again);
        must(slice_eq(buf_slice(&again), line));
    } else {
        must(summary_parse(s->arena, line, NULL, &sum) == 0);
    }
    must(bundle_write(s->writer, line, NULL) == 0);
    return 0;
}

static void check(struct slice bundle)
{
    struct bundle_reader *r = NULL;
    struct error err = { 0 };
    struct seen s = { .arena = arena_new(64 << 20) };
    struct buf again cleanup_buf;
    uint8_t key[32], one[BUNDLE_HASH], other[BUNDLE_HASH];
    buf_init(&again, LIMIT_BUNDLE);
    recipient(key);
    must(s.arena && bundle_writer_new(key, &again, NULL, &s.writer) == 0);
    int code = bundle_reader_new(bundle, known_key, &err, &r);
    if (code == 0)
        code = bundle_check(r, &err, see_line, &s);
    must(code == 0 || code == EN_CORRUPT || code == EN_INVALID || code == EN_TOO_LARGE);
    must(code == 0 || (err.code == code && err.message[0]));
    if (code == 0) {
        must(s.lines >= 2);
        bundle_reader_hash(r, one);
        bundle_writer_hash(s.writer, other);
        must(memcmp(one, other, sizeof one) == 0);
    }
    bundle_reader_free(r);
    bundle_writer_free(s.writer);
    arena_free(s.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf made cleanup_buf;
    must(sodium_init() >= 0);
    buf_init(&made, LIMIT_BUNDLE);
    if (size == 0 || size > ROOM / 4)
        return 0;
    if (data[0] % 4 == 0)
        buf_add(&made, slice_make((const char *)data + 1, size - 1));
    else if (data[0] % 4 == 1)
        encrypt(data + 1, size - 1, &made);
    else if (data[0] % 4 == 2)
        zip(data + 1, size - 1, &made);
    else
        zip_many(data + 1, size - 1, &made);
    check(buf_slice(&made));
    return 0;
}
