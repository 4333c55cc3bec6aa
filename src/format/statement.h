/*
 * The lines inside a bundle: the manifest first, statements in order of their records' ids, the
 * summary last. Every line is canonical JSON (RFC 8785), so that equal statements have equal bytes
 * and equal hashes.
 *
 * manifest   {"base","format":"entente bundle 1","from","made_at","number",
 *             "policy":{"digest","name","oid"},"previous","to"}
 * statement  {"at","body","entry","instance","kind","label","operation":"put","past"?,"record",
 *             "relays"?}
 *            {"at","entry","instance","kind","operation":"retract","past"?,"record"}
 *            {"at","entry","instance","kind","operation":"redact","record"}
 *            {"instance","kind","operation":"withdraw","record"}
 * summary    {"counts":{"put","redact","retract","withdraw"},"format":"end","label"?,"more"?:true}
 *
 * "instance" is the originator of the record, "at" and "entry" say which of its revisions this is,
 * "past":"redacted" that the content of earlier revisions was destroyed, "relays" through how many
 * instances it came before this one, none when it is the sender's own. Nothing local is said: no
 * version, no user, no position, because numbers would tell what is not shown.
 */
#pragma once

#include "base/json.h"
#include "base/uuid.h"

#define BUNDLE_FORMAT "entente bundle 1"

struct manifest {
    struct uuid from, to;
    int64_t number, base;
    int64_t made_ms;
    struct slice previous; /* hash of the bundle before, hex; empty: none */
    struct slice policy_name, policy_oid, policy_digest;
};

struct statement {
    int operation; /* enum statement_operation of service/exchange.h: 1 to 4 */
    struct uuid record;
    struct uuid instance;
    struct slice kind;
    int64_t at_ms;      /* not of a withdrawal */
    struct uuid entry;  /* not of a withdrawal */
    struct slice label; /* put: canonical JSON; parsed in label_json */
    struct slice body;  /* put: canonical JSON; parsed in body_json */
    bool past_redacted; /* put, retract */
    int relays;         /* put: instances that passed it on, the sender among them; 0: its own */
    const struct json *label_json, *body_json;
};

struct summary {
    int64_t counts[4];  /* by operation - 1 */
    struct slice label; /* canonical JSON; empty: nothing is stated */
    bool more;          /* more is known than was stated: another bundle follows */
    const struct json *label_json;
};

/* "put", "retract", "redact", "withdraw". */
const char *statement_operation_word(int operation);

void manifest_write(const struct manifest *m, struct buf *out);
void statement_write(const struct statement *s, struct buf *out);
void summary_write(const struct summary *s, struct buf *out);

/* The parsers take any bytes: EN_INVALID for what is not exactly such a line in canonical form.
 * Slices live in the arena or in the line. */
int manifest_parse(struct arena *a, struct slice line, struct error *err, struct manifest *ret);
int statement_parse(struct arena *a, struct slice line, struct error *err, struct statement *ret);
int summary_parse(struct arena *a, struct slice line, struct error *err, struct summary *ret);
/* The first 16 bytes that a statement is known by in receipts and records: BLAKE2b-128. */
void statement_hash(struct slice line, uint8_t ret[16]);

/* ---- a whole bundle ---- */

struct bundle_reader;

/* Reads all lines and checks their form, order and counts, before the next step sees them: what the
 * sandboxed parser runs, and the fuzzer. `each` gets every line that is part of what was signed, in
 * order. 0, or the codes of bundle_next. */
typedef int (*line_sink)(void *context, struct slice line);
int bundle_check(struct bundle_reader *r, struct error *err, line_sink each, void *context);
