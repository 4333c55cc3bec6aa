/* Signed JSON: see signed_json.h. */
#include "service/signed_json.h"

#include "base/limits.h"

#include <sodium.h>

bool hex_read(struct slice text, uint8_t *ret, size_t size)
{
    size_t len = 0;
    if (text.len != 2 * size)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] >= 'A' && text.ptr[i] <= 'F')
            return false;
    return sodium_hex2bin(ret, size, text.ptr, text.len, NULL, &len, NULL) == 0 && len == size;
}

struct slice hex_write(struct arena *a, const uint8_t *bytes, size_t size)
{
    char *text = arena_alloc(a, 2 * size + 1);
    if (!text)
        return slice_make(NULL, 0);
    sodium_bin2hex(text, 2 * size + 1, bytes, size);
    return slice_make(text, 2 * size);
}

/* Of the object without its signature. */
static int hash_object(struct arena *a, const struct json *object, struct error *err,
                       uint8_t ret[SIGNER_HASH])
{
    struct buf text cleanup_buf = { 0 };
    const struct json *nothing = json_new_object(a);
    struct json *bare = nothing ? json_merge_patch(a, object, nothing) : NULL;
    if (!bare)
        return error_set(err, EN_NO_MEMORY, "out of memory");
    json_object_remove(bare, S("signature"));
    buf_init(&text, LIMIT_RECEIPT);
    json_write_canonical(a, bare, &text);
    if (buf_failed(&text))
        return error_set(err, text.no_memory ? EN_NO_MEMORY : EN_TOO_LARGE, "the text is too long");
    crypto_generichash(ret, SIGNER_HASH, (const uint8_t *)text.ptr, text.len, NULL, 0);
    return 0;
}

int signed_json_write(struct signer *s, enum signer_purpose purpose, struct arena *a,
                      struct json *object, struct error *err, struct buf *out)
{
    uint8_t hash[SIGNER_HASH], signature[SIGNER_SIGNATURE];
    int code = hash_object(a, object, err, hash);
    if (code == 0)
        code = signer_sign(s, purpose, hash, err, signature);
    if (code < 0)
        return code;
    if (json_set_text(a, object, "signature", hex_write(a, signature, sizeof signature)) < 0)
        return error_set(err, EN_NO_MEMORY, "out of memory");
    json_write_canonical(a, object, out);
    buf_add_char(out, '\n');
    return buf_failed(out) ? error_set(err, EN_TOO_LARGE, "the text is too long") : 0;
}

int signed_json_read(struct arena *a, struct slice text, size_t most, struct error *err,
                     struct json **ret)
{
    if (text.len > most)
        return error_set(err, EN_TOO_LARGE, "the text may have %zu bytes", most);
    int code = json_parse(a, text, err, ret);
    if (code == 0 && (*ret)->type != JSON_OBJECT)
        code = error_set(err, EN_INVALID, "a JSON object is expected");
    return code;
}

int signed_json_verify(struct arena *a, const struct json *object, enum signer_purpose purpose,
                       const uint8_t public_key[32], struct error *err)
{
    uint8_t hash[SIGNER_HASH], signature[SIGNER_SIGNATURE];
    int code = hash_object(a, object, err, hash);
    if (code < 0)
        return code;
    if (!hex_read(json_get_text(object, "signature"), signature, sizeof signature) ||
        !signer_verify(public_key, purpose, hash, signature))
        return error_set(err, EN_CORRUPT, "the signature does not hold");
    return 0;
}
