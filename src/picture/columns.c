/* Evidence columns: see columns.h. Notes are gathered and merged in one pass when a reader comes.
 */
#include "picture/columns.h"

#include "base/fault.h"

#include <sodium.h>
#include <stdlib.h>

/* An open-addressing map from 32 bytes (two ids; the second zero for parties) to a number. */
struct number_slot {
    struct uuid a, b;
    uint32_t number_plus_1; /* 0: free */
};

struct number_map {
    struct number_slot *slots;
    size_t capacity; /* power of two */
    size_t count;
};

struct pending {
    struct column_item *items;
    size_t count, capacity;
    uint32_t *dropped; /* records, each with the number of items that were noted before the drop */
    size_t *dropped_at;
    size_t dropped_count, dropped_capacity;
};

static uint64_t hash_ids(struct uuid a, struct uuid b)
{
    uint64_t w[4];
    memcpy(w, a.bytes, 16);
    memcpy(w + 2, b.bytes, 16);
    uint64_t h = 0x9e3779b97f4a7c15u;
    for (int i = 0; i < 4; i++) {
        h ^= w[i];
        h *= 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    return h;
}

static size_t map_slot(const struct number_map *m, struct uuid a, struct uuid b)
{
    size_t at = (size_t)hash_ids(a, b) & (m->capacity - 1);
    while (m->slots[at].number_plus_1 != 0 &&
           !(uuid_eq(m->slots[at].a, a) && uuid_eq(m->slots[at].b, b)))
        at = (at + 1) & (m->capacity - 1);
    return at;
}

static uint32_t map_find(const struct number_map *m, struct uuid a, struct uuid b)
{
    if (m->capacity == 0)
        return UINT32_MAX;
    return m->slots[map_slot(m, a, b)].number_plus_1 - 1;
}

static int map_grow(struct number_map *m)
{
    struct number_map wider = { .capacity = m->capacity ? m->capacity * 2 : 64, .count = m->count };
    wider.slots = base_calloc(wider.capacity, sizeof *wider.slots);
    if (!wider.slots)
        return EN_NO_MEMORY;
    for (size_t i = 0; i < m->capacity; i++)
        if (m->slots[i].number_plus_1)
            wider.slots[map_slot(&wider, m->slots[i].a, m->slots[i].b)] = m->slots[i];
    base_free(m->slots);
    *m = wider;
    return 0;
}

static int map_add(struct number_map *m, struct uuid a, struct uuid b, uint32_t number)
{
    if (2 * (m->count + 1) > m->capacity && map_grow(m) < 0)
        return EN_NO_MEMORY;
    m->slots[map_slot(m, a, b)] =
        (struct number_slot){ .a = a, .b = b, .number_plus_1 = number + 1 };
    m->count++;
    return 0;
}

/* Grows one array to hold `need` elements. */
static int grow(void *array, size_t *capacity, size_t need, size_t size)
{
    if (need <= *capacity)
        return 0;
    size_t wider = *capacity ? *capacity : 64;
    while (wider < need)
        wider *= 2;
    void **slot = array;
    void *moved = base_realloc(*slot, wider * size);
    if (!moved)
        return EN_NO_MEMORY;
    *slot = moved;
    *capacity = wider;
    return 0;
}

struct columns *columns_new(void)
{
    struct columns *c = base_calloc(1, sizeof *c);
    if (!c)
        return NULL;
    randombytes_buf(&c->id, sizeof c->id);
    c->parties = base_calloc(1, sizeof *c->parties);
    c->pairs = base_calloc(1, sizeof *c->pairs);
    c->pending = base_calloc(1, sizeof *c->pending);
    c->offset = base_calloc(1, sizeof *c->offset);
    if (!c->parties || !c->pairs || !c->pending || !c->offset) {
        columns_free(c);
        return NULL;
    }
    return c;
}

static void map_free(struct number_map *m)
{
    if (m)
        base_free(m->slots);
    base_free(m);
}

void columns_free(struct columns *c)
{
    if (!c)
        return;
    map_free(c->parties);
    map_free(c->pairs);
    if (c->pending) {
        base_free(c->pending->items);
        base_free(c->pending->dropped);
        base_free(c->pending->dropped_at);
    }
    base_free(c->pending);
    base_free(c->party);
    base_free(c->truster);
    base_free(c->trustee);
    base_free(c->offset);
    base_free(c->at);
    base_free(c->w_micro);
    base_free(c->side);
    base_free(c->contact);
    base_free(c->since);
    base_free(c->label);
    base_free(c->record);
    base_free(c);
}

int columns_drop(struct columns *c, uint32_t record)
{
    struct pending *p = c->pending;
    size_t other = p->dropped_capacity;
    if (grow(&p->dropped, &other, p->dropped_count + 1, sizeof *p->dropped) < 0 ||
        grow(&p->dropped_at, &p->dropped_capacity, p->dropped_count + 1, sizeof *p->dropped_at) < 0)
        return EN_NO_MEMORY;
    p->dropped[p->dropped_count] = record;
    p->dropped_at[p->dropped_count++] = p->count;
    return 0;
}

int columns_add(struct columns *c, const struct column_item *item)
{
    struct pending *p = c->pending;
    if (grow(&p->items, &p->capacity, p->count + 1, sizeof *p->items) < 0)
        return EN_NO_MEMORY;
    p->items[p->count++] = *item;
    return 0;
}

bool columns_dirty(const struct columns *c)
{
    return c->pending->count > 0 || c->pending->dropped_count > 0;
}

uint32_t columns_party(const struct columns *c, struct uuid id)
{
    return map_find(c->parties, id, (struct uuid){ { 0 } });
}

uint32_t columns_pair(const struct columns *c, struct uuid truster, struct uuid trustee)
{
    return map_find(c->pairs, truster, trustee);
}

static int party_of(struct columns *c, struct uuid id, uint32_t *ret)
{
    *ret = columns_party(c, id);
    if (*ret != UINT32_MAX)
        return 0;
    size_t capacity = c->party_capacity;
    if (grow(&c->party, &capacity, c->party_count + 1, sizeof *c->party) < 0)
        return EN_NO_MEMORY;
    c->party_capacity = (uint32_t)capacity;
    if (map_add(c->parties, id, (struct uuid){ { 0 } }, c->party_count) < 0)
        return EN_NO_MEMORY;
    c->party[c->party_count] = id;
    *ret = c->party_count++;
    return 0;
}

static int pair_of(struct columns *c, const struct column_item *item, uint32_t *ret)
{
    *ret = columns_pair(c, item->truster, item->trustee);
    if (*ret != UINT32_MAX)
        return 0;
    uint32_t truster, trustee;
    if (party_of(c, item->truster, &truster) < 0 || party_of(c, item->trustee, &trustee) < 0)
        return EN_NO_MEMORY;
    size_t need = (size_t)c->pair_count + 2;
    size_t a = c->pair_capacity, b = c->pair_capacity, d = c->pair_capacity;
    if (grow(&c->truster, &a, need, sizeof *c->truster) < 0 ||
        grow(&c->trustee, &b, need, sizeof *c->trustee) < 0 ||
        grow(&c->offset, &d, need, sizeof *c->offset) < 0)
        return EN_NO_MEMORY;
    c->pair_capacity = (uint32_t)d;
    if (map_add(c->pairs, item->truster, item->trustee, c->pair_count) < 0)
        return EN_NO_MEMORY;
    c->truster[c->pair_count] = truster;
    c->trustee[c->pair_count] = trustee;
    c->offset[c->pair_count + 1] = c->offset[c->pair_count];
    *ret = c->pair_count++;
    return 0;
}

/* The item arrays under construction during a merge. */
struct items {
    int64_t *at;
    uint32_t *w_micro;
    uint8_t *side, *contact;
    uint32_t *label, *record;
};

static void items_free(struct items *n)
{
    base_free(n->at);
    base_free(n->w_micro);
    base_free(n->side);
    base_free(n->contact);
    base_free(n->label);
    base_free(n->record);
}

static int items_alloc(struct items *n, size_t count)
{
    count += 1;
    n->at = base_malloc(count * sizeof *n->at);
    n->w_micro = base_malloc(count * sizeof *n->w_micro);
    n->side = base_malloc(count);
    n->contact = base_malloc(count);
    n->label = base_malloc(count * sizeof *n->label);
    n->record = base_malloc(count * sizeof *n->record);
    if (n->at && n->w_micro && n->side && n->contact && n->label && n->record)
        return 0;
    items_free(n);
    return EN_NO_MEMORY;
}

/* A bit per record number that was dropped, for the settled items. */
static uint64_t *dropped_bits(const struct pending *p, uint32_t *ret_limit)
{
    uint32_t highest = 0;
    for (size_t i = 0; i < p->dropped_count; i++)
        highest = p->dropped[i] > highest ? p->dropped[i] : highest;
    uint64_t *bits = base_calloc((size_t)highest / 64 + 1, sizeof *bits);
    for (size_t i = 0; bits && i < p->dropped_count; i++)
        bits[p->dropped[i] >> 6] |= 1ull << (p->dropped[i] & 63);
    *ret_limit = p->dropped_count ? highest + 1 : 0;
    return bits;
}

struct drop {
    uint32_t record;
    size_t at;
};

static int drop_compare(const void *x, const void *y)
{
    const struct drop *a = x, *b = y;
    if (a->record != b->record)
        return a->record < b->record ? -1 : 1;
    return a->at < b->at ? -1 : a->at > b->at;
}

/* Marks pending items that were dropped by a later note (weight stays, record set to UINT32_MAX).
 */
static int cancel_pending(struct pending *p)
{
    if (p->dropped_count == 0 || p->count == 0)
        return 0;
    struct drop *drops = base_malloc(p->dropped_count * sizeof *drops);
    if (!drops)
        return EN_NO_MEMORY;
    for (size_t i = 0; i < p->dropped_count; i++)
        drops[i] = (struct drop){ p->dropped[i], p->dropped_at[i] };
    qsort(drops, p->dropped_count, sizeof *drops, drop_compare);
    for (size_t i = 0; i < p->count; i++) {
        size_t low = 0, high = p->dropped_count; /* the last drop of this record */
        while (low < high) {
            size_t mid = (low + high) / 2;
            if (drops[mid].record <= p->items[i].record)
                low = mid + 1;
            else
                high = mid;
        }
        if (low > 0 && drops[low - 1].record == p->items[i].record && drops[low - 1].at > i)
            p->items[i].record = UINT32_MAX;
    }
    base_free(drops);
    return 0;
}

static void put_item(struct items *n, uint32_t at, const struct column_item *i)
{
    n->at[at] = i->at;
    n->w_micro[at] = i->w_micro;
    n->side[at] = i->side;
    n->contact[at] = i->contact;
    n->label[at] = i->label;
    n->record[at] = i->record;
}

/* Copies what stays of the old items of one pair; returns the new end. */
static uint32_t copy_pair(const struct columns *c, uint32_t from, uint32_t until,
                          const uint64_t *gone, uint32_t limit, struct items *n, uint32_t end)
{
    for (uint32_t i = from; i < until; i++) {
        uint32_t r = c->record[i];
        if (r < limit && (gone[r >> 6] >> (r & 63) & 1))
            continue;
        n->at[end] = c->at[i];
        n->w_micro[end] = c->w_micro[i];
        n->side[end] = c->side[i];
        n->contact[end] = c->contact[i];
        n->label[end] = c->label[i];
        n->record[end++] = r;
    }
    return end;
}

/* The compact form of the times, where they fit; without it the fold is slower, not different. */
static void set_since(struct columns *c)
{
    int64_t first = INT64_MAX, last = INT64_MIN;
    base_free(c->since);
    c->since = NULL;
    for (uint32_t i = 0; i < c->item_count; i++) {
        first = c->at[i] < first ? c->at[i] : first;
        last = c->at[i] > last ? c->at[i] : last;
    }
    if (c->item_count == 0 || last - first > UINT32_MAX)
        return;
    c->epoch = first;
    c->since = base_malloc((size_t)c->item_count * sizeof *c->since);
    for (uint32_t i = 0; c->since && i < c->item_count; i++)
        c->since[i] = (uint32_t)(c->at[i] - first);
}

static void columns_take(struct columns *c, struct items *n, uint32_t *offset, uint32_t count)
{
    struct items old = { c->at, c->w_micro, c->side, c->contact, c->label, c->record };
    items_free(&old);
    c->at = n->at;
    c->w_micro = n->w_micro;
    c->side = n->side;
    c->contact = n->contact;
    c->label = n->label;
    c->record = n->record;
    memcpy(c->offset, offset, ((size_t)c->pair_count + 1) * sizeof *offset);
    c->item_count = count;
    c->pending->count = c->pending->dropped_count = 0;
    c->generation++;
    set_since(c);
}

/* next[i] chains the pending items of one pair, first[pair] starts the chain. */
static int chain_pending(struct columns *c, uint32_t **ret_first, uint32_t **ret_next)
{
    struct pending *p = c->pending;
    uint32_t *of = base_malloc((p->count + 1) * sizeof *of);
    uint32_t *next = base_malloc((p->count + 1) * sizeof *next);
    int code = of && next ? 0 : EN_NO_MEMORY;
    for (size_t i = 0; code == 0 && i < p->count; i++) {
        of[i] = UINT32_MAX;
        if (p->items[i].record != UINT32_MAX)
            code = pair_of(c, &p->items[i], &of[i]);
    }
    uint32_t *first = code == 0 ? base_malloc(((size_t)c->pair_count + 1) * sizeof *first) : NULL;
    if (!first) {
        base_free(of);
        base_free(next);
        return EN_NO_MEMORY;
    }
    memset(first, 0xff, ((size_t)c->pair_count + 1) * sizeof *first);
    for (size_t i = p->count; i-- > 0;)
        if (of[i] != UINT32_MAX) {
            next[i] = first[of[i]];
            first[of[i]] = (uint32_t)i;
        }
    base_free(of);
    *ret_first = first;
    *ret_next = next;
    return 0;
}

int columns_settle(struct columns *c)
{
    struct pending *p = c->pending;
    if (!columns_dirty(c))
        return 0;
    uint32_t limit = 0, *first = NULL, *next = NULL;
    struct items n = { 0 };
    uint64_t *gone = dropped_bits(p, &limit);
    uint32_t *offset = NULL, end = 0;
    int code = gone ? cancel_pending(p) : EN_NO_MEMORY;
    if (code == 0)
        code = chain_pending(c, &first, &next);
    if (code == 0)
        code = items_alloc(&n, (size_t)c->item_count + p->count);
    if (code == 0 && !(offset = base_malloc(((size_t)c->pair_count + 1) * sizeof *offset))) {
        items_free(&n);
        code = EN_NO_MEMORY;
    }
    if (code == 0) {
        for (uint32_t pair = 0; pair < c->pair_count; pair++) {
            offset[pair] = end;
            end = copy_pair(c, c->offset[pair], c->offset[pair + 1], gone, limit, &n, end);
            for (uint32_t i = first[pair]; i != UINT32_MAX; i = next[i])
                put_item(&n, end++, &p->items[i]);
        }
        offset[c->pair_count] = end;
        columns_take(c, &n, offset, end);
    }
    base_free(gone);
    base_free(offset);
    base_free(first);
    base_free(next);
    return code;
}
