/* Packing the statements of a bundle: see bundle_rows.h. */
#include "record/bundle_rows.h"

#include "base/limits.h"

#include <sodium.h>

enum {
    TEXT_BYTES = 15 * 1024, /* of base64 in one text of the list; below LIMIT_TEXT */
    VARIANT = sodium_base64_VARIANT_ORIGINAL_NO_PADDING,
};

static void put_number(uint8_t *out, int64_t value)
{
    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t)((uint64_t)value >> (56 - 8 * i));
}

static int64_t get_number(const uint8_t *in)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value = value << 8 | in[i];
    return (int64_t)value;
}

static void pack_row(const struct bundle_row *row, bool taken, uint8_t *out)
{
    memcpy(out, row->record.bytes, 16);
    memcpy(out + 16, row->hash, STATEMENT_HASH);
    out[32] = (uint8_t)(row->operation | (taken ? row->relays << 4 : 0));
    out[33] = row->reason;
    if (!taken)
        return;
    put_number(out + 34, row->at_ms);
    memcpy(out + 42, row->entry.bytes, 16);
}

static void unpack_row(const uint8_t *in, bool taken, struct bundle_row *ret)
{
    *ret = (struct bundle_row){ .operation = in[32] & 15,
                                .reason = in[33],
                                .relays = (uint8_t)(in[32] >> 4) };
    memcpy(ret->record.bytes, in, 16);
    memcpy(ret->hash, in + 16, STATEMENT_HASH);
    if (!taken)
        return;
    ret->at_ms = get_number(in + 34);
    memcpy(ret->entry.bytes, in + 42, 16);
}

static size_t rows_per_text(size_t size)
{
    return TEXT_BYTES / 4 * 3 / size;
}

static int add_text(struct arena *a, struct json *list, const uint8_t *packed, size_t len)
{
    size_t size = sodium_base64_encoded_len(len, VARIANT);
    char *text = arena_alloc(a, size);
    if (!text)
        return EN_NO_MEMORY;
    sodium_bin2base64(text, size, packed, len, VARIANT);
    struct json *value = json_new_text(a, slice_of(text));
    return value ? json_array_add(a, list, value) : EN_NO_MEMORY;
}

struct json *bundle_rows_pack(struct arena *a, const struct bundle_row *rows, size_t count,
                              bool taken)
{
    size_t size = taken ? BUNDLE_ROW_TAKEN : BUNDLE_ROW_MADE, step = rows_per_text(size);
    uint8_t packed[TEXT_BYTES];
    struct json *list = json_new_array(a);
    for (size_t at = 0; list && at < count; at += step) {
        size_t n = count - at < step ? count - at : step;
        for (size_t i = 0; i < n; i++)
            pack_row(&rows[at + i], taken, packed + i * size);
        if (add_text(a, list, packed, n * size) < 0)
            return NULL;
    }
    return list;
}

int bundle_rows_unpack(struct arena *a, const struct json *body, struct error *err,
                       struct bundle_row **ret, size_t *ret_count)
{
    bool taken = slice_is(json_get_text(body, "direction"), "taken");
    size_t size = taken ? BUNDLE_ROW_TAKEN : BUNDLE_ROW_MADE, step = rows_per_text(size);
    const struct json *list = json_get(body, "statements");
    size_t texts = list && list->type == JSON_ARRAY ? list->count : 0, count = 0;
    uint8_t packed[TEXT_BYTES];
    struct bundle_row *rows = arena_array_of(a, struct bundle_row, texts * step + 1);
    if (!rows)
        return error_set(err, EN_NO_MEMORY, "bundle");
    for (size_t t = 0; t < texts; t++) {
        struct slice text = list->items[t].type == JSON_STRING ? list->items[t].text : S("");
        size_t len = 0;
        if (sodium_base642bin(packed, sizeof packed, text.ptr, text.len, NULL, &len, NULL,
                              VARIANT) != 0)
            continue;
        for (size_t i = 0; i < len / size && i < step; i++)
            unpack_row(packed + i * size, taken, &rows[count++]);
    }
    *ret = rows;
    *ret_count = count;
    return 0;
}
