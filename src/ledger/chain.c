/*
 * Writes the canonical header of an entry, and hashes headers and bodies.
 *
 * The members are written in the order RFC 8785 sorts them, so no JSON tree is built: the header is
 * made once per append and once per verified entry. Invariant: two entries that differ in any
 * column but the body have different headers, and the body is bound by its hash. It must never
 * escape or reorder the label, which arrives canonical.
 */
#include "ledger/chain.h"

#include "base/json.h"

#include <sodium.h>

const char *entry_operation_word(enum entry_operation operation)
{
    static const char *const words[] = {
        [ENTRY_PUT] = "put", [ENTRY_RETRACT] = "retract", [ENTRY_REDACT] = "redact"
    };
    if (operation < ENTRY_PUT || operation > ENTRY_REDACT) {
        return "unknown";
    }
    return words[operation];
}

void hash_format(const struct hash *hash, char ret[HASH_TEXT + 1])
{
    sodium_bin2hex(ret, HASH_TEXT + 1, hash->bytes, HASH_SIZE);
}

static void write_hash(struct buf *out, const struct hash *hash)
{
    char text[HASH_TEXT + 1];

    hash_format(hash, text);
    buf_add_char(out, '"');
    buf_add(out, slice_make(text, HASH_TEXT));
    buf_add_char(out, '"');
}

static void write_uuid(struct buf *out, struct uuid id)
{
    char text[UUID_TEXT + 1];

    uuid_format(id, text);
    buf_add_char(out, '"');
    buf_add(out, slice_make(text, UUID_TEXT));
    buf_add_char(out, '"');
}

void chain_write_header(const struct entry *e, struct buf *out)
{
    buf_add_cstr(out, "{\"at\":");
    buf_add_int(out, e->at_ms);
    buf_add_cstr(out, ",\"body_hash\":");
    write_hash(out, &e->body_hash);
    buf_add_cstr(out, ",\"format\":1,\"id\":");
    write_uuid(out, e->id);
    buf_add_cstr(out, ",\"instance\":");
    write_uuid(out, e->instance);
    buf_add_cstr(out, ",\"kind\":");
    json_write_text(out, e->kind);
    buf_add_cstr(out, ",\"label\":");
    buf_add(out, e->label);
    buf_add_cstr(out, ",\"operation\":");
    json_write_text(out, slice_of(entry_operation_word(e->operation)));
    buf_add_cstr(out, ",\"previous\":");
    write_hash(out, &e->previous);
    buf_add_cstr(out, ",\"record\":");
    write_uuid(out, e->record);
    if (e->operation == ENTRY_REDACT) {
        buf_add_cstr(out, ",\"redacts\":");
        buf_add_int(out, e->redacts);
    }
    if (!slice_empty(e->request)) {
        buf_add_cstr(out, ",\"request\":");
        json_write_text(out, e->request);
    }
    buf_add_cstr(out, ",\"user\":");
    json_write_text(out, e->user);
    buf_add_cstr(out, ",\"version\":");
    buf_add_int(out, e->version);
    buf_add_char(out, '}');
}

int chain_hash(const struct entry *e, struct buf *scratch, struct hash *ret)
{
    struct slice header;

    buf_clear(scratch);
    chain_write_header(e, scratch);
    if (buf_failed(scratch)) {
        return EN_NO_MEMORY;
    }
    header = buf_slice(scratch);
    crypto_generichash(ret->bytes, HASH_SIZE, (const uint8_t *)header.ptr, header.len, NULL, 0);
    return 0;
}

void chain_body_hash(const uint8_t *salt, struct slice body, struct hash *ret)
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, HASH_SIZE);
    if (salt) {
        crypto_generichash_update(&state, salt, SALT_SIZE);
    }
    if (!slice_empty(body)) {
        crypto_generichash_update(&state, (const uint8_t *)body.ptr, body.len);
    }
    crypto_generichash_final(&state, ret->bytes, HASH_SIZE);
}

void chain_head_message(struct uuid instance, const struct ledger_head *head,
                        uint8_t ret[HEAD_MESSAGE_SIZE])
{
    /* The domain keeps a head's signature from ever being taken for that of something else. */
    static const uint8_t domain[16] = "entente head 1";

    memcpy(ret, domain, sizeof(domain));
    memcpy(ret + 16, instance.bytes, sizeof(instance.bytes));
    for (int i = 0; i < 8; i++) {
        ret[32 + i] = (uint8_t)((uint64_t)head->seq >> (56 - 8 * i));
    }
    memcpy(ret + 40, head->hash.bytes, HASH_SIZE);
}
