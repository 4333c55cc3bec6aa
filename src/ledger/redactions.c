/*
 * Sorts the REDACT entries by record, then walks each redacted record once: a body must be gone
 * exactly when a later REDACT of its record covers it. Time is n log n in what was redacted,
 * however many versions one record has; asking the store for every redaction anew would be
 * quadratic.
 */
#include "ledger/redactions.h"

#include "base/fault.h"

#include <stdlib.h>

static const char why_gone[] = "its body is gone and no entry redacts it";
static const char why_there[] = "its body was redacted and is still there";

void redactions_done(struct redactions *r)
{
    base_free(r->said);
    base_free(r->gone);
}

/* Room for one more item; NULL without memory. */
static void *room(void *items, size_t count, size_t *capacity, size_t size)
{
    size_t wider = *capacity ? 2 * *capacity : 64;
    void *grown;

    if (count < *capacity) {
        return items;
    }
    grown = base_realloc(items, wider * size);
    if (grown) {
        *capacity = wider;
    }
    return grown;
}

static bool note_said(struct redactions *r, const struct entry *e)
{
    struct redaction *said = room(r->said, r->said_count, &r->said_capacity, sizeof(*said));

    if (!said) {
        return false;
    }
    r->said = said;
    said[r->said_count++] =
        (struct redaction){ .record = e->record, .redacts = e->redacts, .version = e->version };
    return true;
}

static bool note_gone(struct redactions *r, const struct entry *e)
{
    struct gone *gone = room(r->gone, r->gone_count, &r->gone_capacity, sizeof(*gone));

    if (!gone) {
        return false;
    }
    r->gone = gone;
    gone[r->gone_count++] = (struct gone){ .record = e->record, .id = e->id, .seq = e->seq };
    return true;
}

bool redactions_note(struct redactions *r, const struct entry *e)
{
    if (e->operation == ENTRY_REDACT) {
        return note_said(r, e);
    }
    return e->redacted ? note_gone(r, e) : true;
}

static int order(const void *x, const void *y)
{
    const struct redaction *a = x;
    const struct redaction *b = y;
    int by_record = uuid_compare(a->record, b->record);

    if (by_record != 0) {
        return by_record;
    }
    if (a->redacts != b->redacts) {
        return a->redacts < b->redacts ? -1 : 1;
    }
    return (a->version > b->version) - (a->version < b->version);
}

/* The first redaction at or after this place in the order. */
static size_t lower_bound(const struct redactions *r, const struct redaction *place)
{
    size_t low = 0;
    size_t high = r->said_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (order(&r->said[middle], place) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* True when a REDACT of this record, with this `redacts`, comes after the version. */
static bool said_after(const struct redactions *r, struct uuid record, int64_t redacts,
                       int64_t version)
{
    struct redaction place = { .record = record, .redacts = redacts, .version = version + 1 };
    size_t i = lower_bound(r, &place);

    return i < r->said_count && uuid_eq(r->said[i].record, record) && r->said[i].redacts == redacts;
}

static bool covered(const struct redactions *r, const struct entry *put)
{
    return said_after(r, put->record, 0, put->version) ||
           said_after(r, put->record, put->version, put->version);
}

struct walk {
    const struct redactions *redactions;
    struct redaction_finding *finding;
};

static void find(struct redaction_finding *finding, int64_t seq, struct uuid id, const char *why)
{
    if (!finding->why || seq < finding->seq) {
        *finding = (struct redaction_finding){ .seq = seq, .id = id, .why = why };
    }
}

static int compare_row(void *context, const struct store_row *row)
{
    struct walk *walk = context;
    const struct entry *e = &row->entry;

    if (row->has_body && e->redacted != covered(walk->redactions, e)) {
        find(walk->finding, e->seq, e->id, e->redacted ? why_gone : why_there);
    }
    return 0;
}

int redactions_check(struct redactions *r, struct store *s, struct store_reader *reader,
                     struct error *err, struct redaction_finding *ret)
{
    struct redaction_finding finding = { .why = NULL };
    struct walk walk = { r, &finding };

    if (r->said_count > 1) {
        qsort(r->said, r->said_count, sizeof(*r->said), order);
    }
    for (size_t i = 0; i < r->said_count; i++) {
        struct store_query q = { .range = STORE_RECORD, .record = r->said[i].record };
        int code;

        if (i > 0 && uuid_eq(r->said[i - 1].record, q.record)) {
            continue;
        }
        code = s->ops->select(reader, &q, err, compare_row, &walk);
        if (code != 0) {
            return code;
        }
    }
    for (size_t i = 0; i < r->gone_count; i++) { /* of records that nothing redacts */
        struct redaction place = { .record = r->gone[i].record };
        size_t at = lower_bound(r, &place);
        if (at == r->said_count || !uuid_eq(r->said[at].record, place.record)) {
            find(&finding, r->gone[i].seq, r->gone[i].id, why_gone);
        }
    }
    *ret = finding;
    return 0;
}
