/*
 * Onward release: what a partner may read of labels that name originators (ORCON).
 *
 * A partner reads such a label only when every originator is the partner itself or has granted it:
 * all that carries its name, or this one record. A grant is an approved, unexpired `release` record
 * of nature onward whose own origin is the originator, and it counts only when the partner may read
 * it: so what a partner may not read changes no byte of what it gets. Grants are read through the
 * guard, with a mask that reads no originators yet.
 *
 * Grants of all change bits of the mask. A grant of one record cannot, since other records have the
 * same label: such a record is read under a second number of its label, `labels` higher, whose bit
 * is set, in SQL by mask_label() and in the evidence columns by a copy of their labels. Must never
 * give a second number to a record without consent.
 */
#include "picture/internal.h"

#include "base/fault.h"
#include "base/when.h"

#include <sodium.h>
#include <stdlib.h>

struct grant {
    uint32_t record; /* 0: everything of this originator */
    struct uuid originator;
};

struct onward {
    const uint64_t *cleared; /* a bit per label that the clearance alone would read */
    struct grant *grants;    /* sorted */
    size_t count, capacity;
    const struct columns *columns; /* with second numbers, or NULL */
};

static int compare_grants(const void *x, const void *y)
{
    const struct grant *a = x, *b = y;
    if (a->record != b->record)
        return a->record < b->record ? -1 : 1;
    return uuid_compare(a->originator, b->originator);
}

static bool granted(const struct onward *o, uint32_t record, struct uuid originator)
{
    struct grant wanted = { .record = record, .originator = originator };
    return o->count &&
           bsearch(&wanted, o->grants, o->count, sizeof *o->grants, compare_grants) != NULL;
}

/* Has every originator consented? record 0: whatever record it is. */
static bool consented(const struct snapshot *s, const struct label *l, uint32_t record)
{
    const struct uuid *of = NULL;
    size_t count = label_originators(l, &of);
    for (size_t i = 0; i < count; i++)
        if (!uuid_eq(of[i], s->viewer->partner_instance) && !granted(s->onward, 0, of[i]) &&
            !(record && granted(s->onward, record, of[i])))
            return false;
    return true;
}

static bool has_bit(const uint64_t *words, uint32_t number)
{
    return (words[number >> 6] >> (number & 63) & 1) != 0;
}

int onward_withhold(struct snapshot *s, struct error *err)
{
    size_t words = (size_t)s->labels / 64 + 1, withheld = 0;
    if (!s->viewer->is_partner)
        return 0;
    struct onward *o = arena_new_of(s->arena, struct onward);
    uint64_t *cleared = arena_array_of(s->arena, uint64_t, words);
    if (!o || !cleared)
        return error_set(err, EN_NO_MEMORY, "snapshot");
    memcpy(cleared, s->mask.words, words * sizeof *cleared);
    *o = (struct onward){ .cleared = cleared };
    s->onward = o;
    for (uint32_t n = 1; n < s->labels; n++)
        if (has_bit(cleared, n) &&
            !consented(s, label_table_label(s->picture->labels, n), /* record= */ 0)) {
            s->mask.words[n >> 6] &= ~(UINT64_C(1) << (n & 63));
            withheld++;
        }
    if (withheld == 0)
        s->onward = NULL;
    return 0;
}

/* ---- grants ---- */

static bool add_grant(struct snapshot *s, struct onward *o, const struct grant *g)
{
    if (o->count == o->capacity) {
        size_t wider = o->capacity ? o->capacity * 2 : 16;
        struct grant *grants = arena_array_of(s->arena, struct grant, wider);
        if (!grants)
            return false;
        if (o->count)
            memcpy(grants, o->grants, o->count * sizeof *grants);
        o->grants = grants;
        o->capacity = wider;
    }
    o->grants[o->count++] = *g;
    return true;
}

static int take_grant(void *context, const struct slice *c)
{
    struct snapshot *s = context;
    struct grant g = { 0 };
    int64_t record = 0;
    struct when until;
    if (!uuid_parse(c[0], &g.originator))
        return 0;
    if (c[1].len && (!slice_to_int64(c[2], &record) || record <= 0))
        return 0; /* of a record that is not here */
    if (c[3].len && (!when_parse(c[3], &until) || when_last_ms(until) < s->at_ms))
        return 0;
    g.record = (uint32_t)record;
    return add_grant(s, s->onward, &g) ? 0 : EN_NO_MEMORY;
}

/* ---- what they change ---- */

/* Bits of the second numbers; the first ones of labels whose originators all granted everything. */
static int widen_mask(struct snapshot *s, bool single)
{
    const uint64_t *cleared = s->onward->cleared;
    uint32_t count = single ? 2 * s->labels : s->labels;
    uint64_t *words = base_calloc((size_t)count / 64 + 1, sizeof *words);
    if (!words)
        return EN_NO_MEMORY;
    memcpy(words, s->mask.words, ((size_t)s->labels / 64 + 1) * sizeof *words);
    for (uint32_t n = 1; n < s->labels; n++) {
        if (!has_bit(cleared, n) || has_bit(words, n))
            continue;
        bool all = consented(s, label_table_label(s->picture->labels, n), /* record= */ 0);
        uint32_t bit = all ? n : n + s->labels;
        if (all || single)
            words[bit >> 6] |= UINT64_C(1) << (bit & 63);
    }
    label_mask_done(&s->mask);
    s->mask = (struct label_mask){ .words = words, .count = count };
    return 0;
}

/* The columns as this viewer reads them: another identity, so that nothing folded over them is
 * taken for what others read, nor what was folded before another grant. */
static int widen_columns(struct snapshot *s)
{
    const struct columns *c = s->picture->columns;
    struct onward *o = s->onward;
    struct columns *own = arena_new_of(s->arena, struct columns);
    uint32_t *label = arena_array_of(s->arena, uint32_t, (size_t)c->item_count + 1);
    if (!own || !label)
        return EN_NO_MEMORY;
    for (uint32_t i = 0; i < c->item_count; i++)
        label[i] = snapshot_mask_number(s, c->label[i], c->record[i]);
    *own = *c;
    own->label = label;
    crypto_generichash_state h;
    crypto_generichash_init(&h, NULL, 0, 16);
    crypto_generichash_update(&h, (const uint8_t *)&c->id, sizeof c->id);
    for (size_t i = 0; i < o->count; i++) {
        crypto_generichash_update(&h, (const uint8_t *)&o->grants[i].record, sizeof(uint32_t));
        crypto_generichash_update(&h, o->grants[i].originator.bytes, 16);
    }
    crypto_generichash_update(&h, s->viewer->partner_instance.bytes, 16);
    uint8_t id[16];
    crypto_generichash_final(&h, id, sizeof id);
    memcpy(&own->id, id, sizeof own->id);
    o->columns = own;
    return 0;
}

int onward_grant(struct snapshot *s, struct error *err)
{
    static const char sql[] = "SELECT originator, record, number, until FROM grant_v"
                              " WHERE partner = ?1";
    char partner[UUID_TEXT + 1];
    struct slice value = slice_make(partner, UUID_TEXT);
    if (!s->onward)
        return 0;
    uuid_format(s->viewer->partner_instance, partner);
    int code = snapshot_query(s, sql, &value, 1, err, take_grant, s);
    struct onward *o = s->onward;
    bool single = false;
    for (size_t i = 0; i < o->count; i++)
        single |= o->grants[i].record != 0;
    if (code == 0 && o->count) {
        qsort(o->grants, o->count, sizeof *o->grants, compare_grants);
        code = widen_mask(s, single);
        if (code == 0 && single)
            code = widen_columns(s);
    }
    return code < 0 ? error_set(err, code, "snapshot: grants") : 0;
}

/* ---- reading by them ---- */

uint32_t snapshot_mask_number(const struct snapshot *s, uint32_t label, uint32_t record)
{
    if (label >= s->labels || label_mask_has(&s->mask, label) || !s->onward || !s->onward->count ||
        !has_bit(s->onward->cleared, label) ||
        !consented(s, label_table_label(s->picture->labels, label), record))
        return label;
    return label + s->labels;
}

bool snapshot_may_read(const struct snapshot *s, uint32_t label, uint32_t record)
{
    return label < s->labels && label_mask_has(&s->mask, snapshot_mask_number(s, label, record));
}

const struct columns *onward_columns(const struct snapshot *s)
{
    return s->onward && s->onward->columns ? s->onward->columns : s->picture->columns;
}
