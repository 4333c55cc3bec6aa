/*
 * Evidence in memory: a structure of arrays grouped by directed pair (truster -> trustee), the form
 * in which the trust kernel folds it. It mirrors the picture's evidence table and is patched on
 * every commit.
 *
 * Invariants: pairs are numbered in order of first appearance and keep their number; items of a
 * pair are contiguous. Numbers (of parties, pairs, records, labels) are local and never shown.
 * Sums over items are exact integers, so the order of items changes no answer. Not thread-safe:
 * the picture locks.
 */
#pragma once

#include "base/error.h"
#include "base/uuid.h"

struct columns {
    /* parties: the actors that appear in evidence */
    uint32_t party_count;
    struct uuid *party; /* id by party number */
    /* pairs */
    uint32_t pair_count;
    uint32_t *truster; /* party number by pair */
    uint32_t *trustee;
    uint32_t *offset; /* pair_count + 1: items of pair p are [offset[p], offset[p+1]) */
    /* items */
    uint32_t item_count;
    int64_t *at; /* seconds since 1970 */
    uint32_t *w_micro;
    uint8_t *side;    /* dimension * 2 + broken, as the trust kernel takes it */
    uint8_t *contact; /* 1: the record is a contact that was held */
    uint32_t *since;  /* at - epoch, or NULL when they span 2^32 s or more */
    int64_t epoch;
    uint64_t id;         /* random: no two columns of a process are taken for each other */
    uint64_t generation; /* grows with every change */
    uint32_t *label;     /* number in the picture's label table */
    uint32_t *record;    /* record number */

    /* private */
    uint32_t party_capacity, pair_capacity;
    struct number_map *parties, *pairs;
    struct pending *pending;
};

struct column_item {
    struct uuid truster, trustee;
    int64_t at;
    uint32_t w_micro;
    uint8_t side;
    uint8_t contact;
    uint32_t label;
    uint32_t record;
};

struct columns *columns_new(void);
void columns_free(struct columns *c);
/* Notes that the record's present items no longer hold. */
int columns_drop(struct columns *c, uint32_t record);
/* Notes one more item. */
int columns_add(struct columns *c, const struct column_item *item);
/* True when notes wait to be merged. */
bool columns_dirty(const struct columns *c);
/* Merges the notes into the arrays: O(items + notes). */
int columns_settle(struct columns *c);
/* Number of the pair, or UINT32_MAX. */
uint32_t columns_pair(const struct columns *c, struct uuid truster, struct uuid trustee);
/* Number of the party, or UINT32_MAX. */
uint32_t columns_party(const struct columns *c, struct uuid id);
