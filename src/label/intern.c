/*
 * Interned labels and the masks of viewers: see intern.h.
 *
 * Numbers index `entries`; `sorted` holds the numbers in the order of their texts, for a binary
 * search: no hash, so nobody can choose labels that are slow to find. Reading happens in a scratch
 * arena and only what is new and good is copied, so refused labels cost nothing that stays.
 * Invariant: entry 0 has no label; a number, once given, never changes its label.
 */
#include "label/intern.h"

#include "label/model.h"

#include "base/fault.h"
#include "base/limits.h"

enum {
    TABLE_MEMORY = 1024 * 1024 * 1024, /* a bound, not a reservation */
    SCRATCH_MEMORY = 16 * 1024 * 1024,
    FIRST_NUMBERS = 64,
};

struct entry {
    const struct label *label; /* NULL: a number that was never given */
    struct slice text;
};

struct label_table {
    const struct policy *policy;
    struct arena *arena;
    struct entry *entries;
    uint32_t *sorted;
    uint32_t sorted_count;
    uint32_t count;    /* highest number + 1 */
    uint32_t capacity; /* of both arrays */
};

struct label_table *label_table_new(const struct policy *p)
{
    struct label_table *t = base_calloc(1, sizeof(*t));
    if (!t) {
        return NULL;
    }
    t->policy = p;
    t->count = 1;
    t->capacity = FIRST_NUMBERS;
    t->arena = arena_new(TABLE_MEMORY);
    t->entries = base_calloc(t->capacity, sizeof(*t->entries));
    t->sorted = base_calloc(t->capacity, sizeof(*t->sorted));
    if (!t->arena || !t->entries || !t->sorted) {
        label_table_free(t);
        return NULL;
    }
    return t;
}

void label_table_free(struct label_table *t)
{
    if (!t) {
        return;
    }
    arena_free(t->arena);
    base_free(t->entries);
    base_free(t->sorted);
    base_free(t);
}

/* Where the text stands or would stand; true when it stands there. */
static bool find(const struct label_table *t, struct slice text, uint32_t *ret_at)
{
    uint32_t low = 0;
    uint32_t high = t->sorted_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = slice_compare(t->entries[t->sorted[middle]].text, text);
        if (order == 0) {
            *ret_at = middle;
            return true;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *ret_at = low;
    return false;
}

/* Room for this number; nothing changes when memory fails. */
static bool reserve(struct label_table *t, uint32_t number)
{
    uint32_t capacity = t->capacity;
    while (capacity <= number) {
        capacity *= 2;
    }
    if (capacity == t->capacity) {
        return true;
    }
    struct entry *entries = base_realloc(t->entries, capacity * sizeof(*entries));
    if (!entries) {
        return false;
    }
    t->entries = entries;
    uint32_t *sorted = base_realloc(t->sorted, capacity * sizeof(*sorted));
    if (!sorted) {
        return false;
    }
    t->sorted = sorted;
    memset(t->entries + t->capacity, 0, (capacity - t->capacity) * sizeof(*entries));
    t->capacity = capacity;
    return true;
}

/* Gives the number to a copy of the label, whose canonical text this is. */
static int add(struct label_table *t, uint32_t number, const struct label *l, struct slice text,
               struct error *err)
{
    if (number == 0 || number > LIMIT_LABELS) {
        return error_set(err, EN_TOO_LARGE, "at most %d labels", LIMIT_LABELS);
    }
    /* a join with itself is a copy that shares nothing */
    const struct label *copy = reserve(t, number) ? label_join(t->policy, t->arena, l, l) : NULL;
    struct slice kept = copy ? arena_copy(t->arena, text) : (struct slice){ 0 };
    if (!kept.ptr) {
        return error_set(err, EN_NO_MEMORY, "no memory for a label");
    }
    uint32_t at = 0;
    if (!find(t, kept, &at)) { /* two stored numbers may have come to mean the same label */
        memmove(&t->sorted[at + 1], &t->sorted[at], (t->sorted_count - at) * sizeof(*t->sorted));
        t->sorted[at] = number;
        t->sorted_count++;
    }
    t->entries[number] = (struct entry){ .label = copy, .text = kept };
    if (number >= t->count) {
        t->count = number + 1;
    }
    return 0;
}

/* Reads the text and writes its canonical form, both in scratch memory. */
static int read_text(const struct policy *p, struct arena *scratch, struct slice text,
                     struct error *err, struct buf *canonical, const struct label **ret)
{
    struct json *json = NULL;
    int code = json_parse(scratch, text, err, &json);
    if (code == 0) {
        code = label_parse(p, scratch, json, S("/label"), err, ret);
    }
    if (code == 0) {
        label_write(p, *ret, canonical);
        if (buf_failed(canonical)) {
            code = error_set(err, EN_NO_MEMORY, "no memory for a label");
        }
    }
    return code;
}

static int put_new(struct label_table *t, struct slice text, struct error *err, uint32_t *number)
{
    cleanup_arena struct arena *scratch = arena_new(SCRATCH_MEMORY);
    cleanup_buf struct buf canonical;
    buf_init(&canonical, LIMIT_RECORD);
    if (!scratch) {
        return error_set(err, EN_NO_MEMORY, "no memory for a label");
    }
    const struct label *l = NULL;
    int code = read_text(t->policy, scratch, text, err, &canonical, &l);
    if (code != 0) {
        return code;
    }
    uint32_t at = 0;
    if (*number == 0 && find(t, buf_slice(&canonical), &at)) {
        *number = t->sorted[at]; /* known by another spelling */
        return 0;
    }
    uint32_t wanted = *number ? *number : t->count;
    const struct label *known = label_table_label(t, wanted);
    if (known) {
        return label_equal(known, l)
                   ? 0
                   : error_set(err, EN_CONFLICT, "label number %u means another label", wanted);
    }
    code = add(t, wanted, l, buf_slice(&canonical), err);
    if (code == 0) {
        *number = wanted;
    }
    return code;
}

int label_table_intern(struct label_table *t, struct slice canonical, struct error *err,
                       uint32_t *ret)
{
    uint32_t at = 0;
    if (find(t, canonical, &at)) {
        *ret = t->sorted[at];
        return 0;
    }
    uint32_t number = 0;
    int code = put_new(t, canonical, err, &number);
    if (code == 0) {
        *ret = number;
    }
    return code;
}

int label_table_put(struct label_table *t, uint32_t number, struct slice canonical,
                    struct error *err)
{
    if (number == 0) {
        return error_set(err, EN_INVALID, "label number 0 is nobody");
    }
    return put_new(t, canonical, err, &number);
}

uint32_t label_table_count(const struct label_table *t)
{
    return t->count;
}

const struct label *label_table_label(const struct label_table *t, uint32_t number)
{
    return number < t->count ? t->entries[number].label : NULL;
}

struct slice label_table_text(const struct label_table *t, uint32_t number)
{
    return label_table_label(t, number) ? t->entries[number].text : S("");
}

/* ---- masks ---- */

void label_mask_done(struct label_mask *m)
{
    base_free(m->words);
    *m = (struct label_mask){ 0 };
}

int label_mask_make(const struct label_table *t, const struct clearance *c,
                    const struct uuid *person, int64_t at_ms, struct label_mask *ret)
{
    uint64_t *words = base_calloc(t->count / 64 + 1, sizeof(*words));
    if (!words) {
        return EN_NO_MEMORY;
    }
    for (uint32_t number = 1; number < t->count; number++) {
        /* an unknown number has no label, and no label is denied */
        if (label_may_read_by(t->policy, c, person, t->entries[number].label, at_ms)) {
            words[number >> 6] |= UINT64_C(1) << (number & 63);
        }
    }
    *ret = (struct label_mask){ .words = words, .count = t->count };
    return 0;
}
