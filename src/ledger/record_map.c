/*
 * Open addressing with linear probing, at most two thirds full.
 *
 * The verifier keeps its own account of versions, rather than asking the store's index, because the
 * index is part of what it doubts. Ids may come from an adversary, so the hash mixes all 16 bytes;
 * a crafted cluster costs time, never correctness.
 */
#include "ledger/record_map.h"

#include "base/fault.h"

enum { CAPACITY_FIRST = 1024 };

void record_map_done(struct record_map *m)
{
    base_free(m->slots);
}

static size_t place(struct uuid id)
{
    uint64_t a;
    uint64_t b;

    memcpy(&a, id.bytes, sizeof(a));
    memcpy(&b, id.bytes + 8, sizeof(b));
    a = (a ^ (b >> 29) ^ (b << 35)) * UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(a ^ (a >> 32));
}

static struct record_slot *probe(const struct record_map *m, struct uuid record)
{
    size_t mask = m->capacity - 1;
    size_t i = place(record) & mask;

    while (m->slots[i].version != 0 && !uuid_eq(m->slots[i].record, record)) {
        i = (i + 1) & mask;
    }
    return &m->slots[i];
}

static bool grow(struct record_map *m)
{
    struct record_map wider = { .capacity = m->capacity ? 2 * m->capacity : CAPACITY_FIRST };

    wider.slots = base_calloc(wider.capacity, sizeof(*wider.slots));
    if (!wider.slots) {
        return false;
    }
    for (size_t i = 0; i < m->capacity; i++) {
        if (m->slots[i].version != 0) {
            *probe(&wider, m->slots[i].record) = m->slots[i];
        }
    }
    wider.count = m->count;
    record_map_done(m);
    *m = wider;
    return true;
}

struct record_slot *record_map_at(struct record_map *m, struct uuid record)
{
    struct record_slot *slot;

    if (3 * (m->count + 1) > 2 * m->capacity && !grow(m)) {
        return NULL;
    }
    slot = probe(m, record);
    if (slot->version == 0) {
        slot->record = record;
        m->count++;
    }
    return slot;
}
