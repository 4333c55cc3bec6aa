/* Writing a bundle: lines, zstd, secretstream. See bundle.h. */
#include "format/bundle_internal.h"

#include "base/fault.h"
#include "base/limits.h"

enum { LEVEL = 3 };

struct bundle_writer {
    struct buf *out;
    ZSTD_CCtx *zstd;
    crypto_secretstream_xchacha20poly1305_state stream;
    crypto_generichash_state hash;
    uint8_t block[BUNDLE_BLOCK]; /* compressed, not yet encrypted */
    size_t used;
    uint8_t sealed[BUNDLE_BLOCK + crypto_secretstream_xchacha20poly1305_ABYTES];
};

static void seal_key(struct bundle_writer *w, const uint8_t recipient[32], bool *ret_ok)
{
    uint8_t key[crypto_secretstream_xchacha20poly1305_KEYBYTES];
    uint8_t sealed[BUNDLE_SEALED_KEY];
    uint8_t header[crypto_secretstream_xchacha20poly1305_HEADERBYTES];

    crypto_secretstream_xchacha20poly1305_keygen(key);
    *ret_ok = crypto_box_seal(sealed, key, sizeof(key), recipient) == 0 &&
              crypto_secretstream_xchacha20poly1305_init_push(&w->stream, header, key) == 0;
    sodium_memzero(key, sizeof(key));
    buf_add_cstr(w->out, BUNDLE_MAGIC);
    buf_add(w->out, slice_make((const char *)sealed, sizeof(sealed)));
    buf_add(w->out, slice_make((const char *)header, sizeof(header)));
}

int bundle_writer_new(const uint8_t recipient[32], struct buf *out, struct error *err,
                      struct bundle_writer **ret)
{
    struct bundle_writer *w = base_calloc(1, sizeof(*w));
    bool sealed = false;

    if (!w) {
        return error_set(err, EN_NO_MEMORY, "out of memory");
    }
    w->out = out;
    w->zstd = ZSTD_createCCtx();
    *ret = w;
    if (!w->zstd || ZSTD_isError(ZSTD_CCtx_setParameter(w->zstd, ZSTD_c_compressionLevel, LEVEL)) ||
        ZSTD_isError(ZSTD_CCtx_setParameter(w->zstd, ZSTD_c_windowLog, BUNDLE_WINDOW_LOG))) {
        return error_set(err, EN_NO_MEMORY, "out of memory");
    }
    crypto_generichash_init(&w->hash, NULL, 0, BUNDLE_HASH);
    seal_key(w, recipient, &sealed);
    return sealed ? 0 : error_set(err, EN_INVALID, "the recipient's key is not a key");
}

void bundle_writer_free(struct bundle_writer *w)
{
    if (!w) {
        return;
    }
    ZSTD_freeCCtx(w->zstd);
    sodium_memzero(&w->stream, sizeof(w->stream));
    base_free(w);
}

static void push_block(struct bundle_writer *w, bool last)
{
    unsigned char tag = last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                             : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
    unsigned long long len = 0;
    uint8_t head[4];

    crypto_secretstream_xchacha20poly1305_push(&w->stream, w->sealed, &len, w->block, w->used, NULL,
                                               0, tag);
    for (int i = 0; i < 4; i++) {
        head[i] = (uint8_t)(len >> (24 - 8 * i));
    }
    buf_add(w->out, slice_make((const char *)head, sizeof(head)));
    buf_add(w->out, slice_make((const char *)w->sealed, (size_t)len));
    w->used = 0;
}

static int compress(struct bundle_writer *w, struct slice text, ZSTD_EndDirective end,
                    struct error *err)
{
    ZSTD_inBuffer in = { .src = text.ptr, .size = text.len };
    size_t left;

    do {
        ZSTD_outBuffer out = { .dst = w->block, .size = sizeof(w->block), .pos = w->used };

        left = ZSTD_compressStream2(w->zstd, &out, &in, end);
        if (ZSTD_isError(left)) {
            return error_set(err, EN_NO_MEMORY, "the bundle cannot be compressed");
        }
        w->used = out.pos;
        if (w->used == sizeof(w->block)) {
            push_block(w, /* last= */ false);
        }
    } while (in.pos < in.size || (end == ZSTD_e_end && left > 0));
    if (end == ZSTD_e_end) {
        push_block(w, /* last= */ true);
    }
    if (buf_failed(w->out)) {
        return error_set(err, w->out->no_memory ? EN_NO_MEMORY : EN_TOO_LARGE,
                         "the bundle is larger than %zu bytes", w->out->max);
    }
    return 0;
}

int bundle_write(struct bundle_writer *w, struct slice line, struct error *err)
{
    int r;

    if (line.len == 0 || line.len > LIMIT_STATEMENT) {
        return error_set(err, EN_TOO_LARGE, "a statement may have %d bytes", LIMIT_STATEMENT);
    }
    crypto_generichash_update(&w->hash, (const uint8_t *)line.ptr, line.len);
    crypto_generichash_update(&w->hash, (const uint8_t *)"\n", 1);
    r = compress(w, line, ZSTD_e_continue, err);
    return r ? r : compress(w, S("\n"), ZSTD_e_continue, err);
}

void bundle_writer_hash(const struct bundle_writer *w, uint8_t ret[BUNDLE_HASH])
{
    crypto_generichash_state copy = w->hash;

    crypto_generichash_final(&copy, ret, BUNDLE_HASH);
}

int bundle_writer_end(struct bundle_writer *w, const uint8_t signature[BUNDLE_SIGNATURE],
                      struct error *err)
{
    char text[BUNDLE_SIGNATURE_LINE + 1];
    size_t at = sizeof(BUNDLE_SIGNATURE_HEAD) - 1;

    memcpy(text, BUNDLE_SIGNATURE_HEAD, at);
    sodium_bin2hex(text + at, 2 * BUNDLE_SIGNATURE + 1, signature, BUNDLE_SIGNATURE);
    memcpy(text + at + 2 * BUNDLE_SIGNATURE, BUNDLE_SIGNATURE_TAIL,
           sizeof(BUNDLE_SIGNATURE_TAIL)); /* ends the line, and the text */
    return compress(w, slice_of(text), ZSTD_e_end, err);
}
