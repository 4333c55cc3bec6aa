/*
 * Signed JSON: one object in canonical form with a member "signature", made over the canonical form
 * of the object without it. Cards and receipts are such texts.
 */
#pragma once

#include "base/json.h"
#include "ledger/signer.h"

/* Signs `object` (which gains the member) and appends its canonical form and an end of line. */
int signed_json_write(struct signer *s, enum signer_purpose purpose, struct arena *a,
                      struct json *object, struct error *err, struct buf *out);
/* Reads such a text of at most `most` bytes; it is not verified yet. EN_INVALID, EN_TOO_LARGE. */
int signed_json_read(struct arena *a, struct slice text, size_t most, struct error *err,
                     struct json **ret);
/* EN_CORRUPT when the signature is not this key's. */
int signed_json_verify(struct arena *a, const struct json *object, enum signer_purpose purpose,
                       const uint8_t public_key[32], struct error *err);

/* Hexadecimal, exactly `size` bytes, lower case. */
bool hex_read(struct slice text, uint8_t *ret, size_t size);
struct slice hex_write(struct arena *a, const uint8_t *bytes, size_t size);
