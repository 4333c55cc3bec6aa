/*
 * Any bytes as the body of an entry; the first byte chooses the kind. What must hold: a body is
 * refused with a reason or becomes canonical data that passes again unchanged; its words are UTF-8,
 * its references are ids, its evidence is weighed within bounds and never dated by the clock; the
 * header that the chain hashes is canonical JSON and says what the entry says.
 */
#include "fuzz.h"

#include "base/limits.h"
#include "ledger/chain.h"
#include "record/record.h"
#include "record/weights.h"

enum { MEMORY = 64 * 1024 * 1024 };

static void check_reference(void *context, const char *path, const struct field *f, struct slice id)
{
    struct uuid unused;
    (void)context;
    must(path[0] && f->type == FIELD_REF && uuid_parse(id, &unused));
}

/* As many items as the kind can give at most: both sides of two dimensions for each instance of an
 * obligation, two for each ordered pair of participants. */
static int most_items(const struct kind *k)
{
    return strcmp(k->name, "obligation") == 0
               ? LIMIT_LIST * 4
               : LIMIT_EVIDENCE_PARTICIPANTS * LIMIT_EVIDENCE_PARTICIPANTS * 2;
}

static void check_evidence(void *context, const struct evidence_item *item)
{
    int *count = context;
    must(item->valence == 1 || item->valence == -1);
    must(item->dimension < DIMENSION_COUNT && item->stakes < 4);
    must(item->w_micro <= 4000000 && item->event[0]);
    must(!slice_eq(item->truster, item->trustee));
    must(--*count >= 0);
}

static void check_header(struct arena *a, const struct kind *k, struct slice body)
{
    struct entry e = { .operation = ENTRY_PUT,
                       .kind = slice_of(k->name),
                       .user = S("00000000-0000-0000-0000-000000000000"),
                       .version = 1,
                       .label = S("{}"),
                       .body = body };
    struct json *header = NULL;
    cleanup_buf struct buf text, again;
    buf_init(&text, MEMORY);
    buf_init(&again, MEMORY);
    chain_write_header(&e, &text);
    must(json_parse(a, buf_slice(&text), NULL, &header) == 0);
    json_write_canonical(a, header, &again);
    must(slice_eq(buf_slice(&text), buf_slice(&again)));
    must(slice_is(json_get_text(header, "kind"), k->name));
}

static void check_accepted(struct arena *a, const struct kind *k, const struct json *body)
{
    static struct weights weights;
    struct json *again = NULL;
    int items = most_items(k);
    cleanup_buf struct buf words, text;
    buf_init(&words, MEMORY);
    buf_init(&text, MEMORY);
    must(record_check(k, a, body, NULL, NULL, &again) == 0 && json_equal(body, again));
    record_words(k, body, &words);
    must(slice_is_utf8(buf_slice(&words)));
    record_references(k, body, check_reference, NULL);
    must(weights_parse(S("{}"), NULL, &weights) == 0);
    record_evidence(k, body, &weights, check_evidence, &items);
    json_write_canonical(a, body, &text);
    must(!buf_failed(&text));
    check_header(a, k, buf_slice(&text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cleanup_arena struct arena *a = arena_new(MEMORY);
    const struct kinds *kinds;
    struct json *input = NULL, *body = NULL;
    struct error err = { 0 };
    must(a && kinds_make(a, S(""), NULL, &kinds) == 0);
    if (size == 0 || size > LIMIT_RECORD)
        return 0;
    const struct kind *k = kinds->items[data[0] % kinds->count];
    if (json_parse(a, slice_make((const char *)data + 1, size - 1), NULL, &input) < 0)
        return 0;
    if (input->type != JSON_OBJECT || record_check(k, a, input, NULL, &err, &body) < 0) {
        must(input->type != JSON_OBJECT || (err.code < 0 && err.message[0]));
        return 0;
    }
    check_accepted(a, k, body);
    return 0;
}
