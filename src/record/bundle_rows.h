/*
 * The rows of a bundle record's `statements`: what was said of which record, packed and in base64.
 *
 * One row: record (16 bytes), hash of the statement (16), operation (1), reason of refusal (1; 0:
 * it was not refused); of bundles that were taken also the originator's time (8, big-endian) and
 * entry (16). The four high bits of the operation say through how many instances it came. Operations and reasons are the numbers of service/exchange.h: fixed for ever, because
 * the rows stand in ledgers.
 */
#pragma once

#include "base/json.h"
#include "base/uuid.h"

enum {
    STATEMENT_HASH = 16,
    BUNDLE_ROW_MADE = 34,
    BUNDLE_ROW_TAKEN = 58,
    BUNDLE_ROWS_PART = 3000, /* of one record */
};

struct bundle_row {
    struct uuid record;
    uint8_t hash[STATEMENT_HASH];
    uint8_t operation;
    uint8_t reason;
    uint8_t relays; /* taken only; at most 15 */
    int64_t at_ms;     /* taken only */
    struct uuid entry; /* taken only */
};

/* The value of the field: an array of texts. NULL when memory fails. */
struct json *bundle_rows_pack(struct arena *a, const struct bundle_row *rows, size_t count,
                              bool taken);
/* The rows of a record's body; what is not in this form gives no rows. */
int bundle_rows_unpack(struct arena *a, const struct json *body, struct error *err,
                       struct bundle_row **ret, size_t *ret_count);
