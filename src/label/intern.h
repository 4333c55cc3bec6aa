/*
 * Interned labels: each distinct label of a picture has a small number, and a viewer is a bit mask
 * over those numbers, so that may_read() in SQL and in kernels is one bit test.
 *
 * Invariant: number 0 is never a label (it reads as nobody). Numbers are local to one process and
 * one table; they are never shown. Not thread-safe: the owner locks.
 */
#pragma once

#include "label/label.h"

struct label_table;

struct label_table *label_table_new(const struct policy *p);
void label_table_free(struct label_table *t);

/* Number of the label with this canonical JSON text; parses and adds it when new.
 * EN_INVALID when it is no label of the policy; EN_TOO_LARGE past LIMIT_LABELS. */
int label_table_intern(struct label_table *t, struct slice canonical, struct error *err,
                       uint32_t *ret);
/* Fixes a known number at load time (numbers stored in the picture); numbers may come in any order.
 */
int label_table_put(struct label_table *t, uint32_t number, struct slice canonical,
                    struct error *err);
uint32_t label_table_count(const struct label_table *t); /* highest number + 1 */
/* NULL for an unknown number. The label lives as long as the table. */
const struct label *label_table_label(const struct label_table *t, uint32_t number);
struct slice label_table_text(const struct label_table *t, uint32_t number);

struct label_mask {
    uint64_t *words; /* heap */
    uint32_t count;  /* numbers covered; numbers at or past it are unreadable */
};
void label_mask_done(struct label_mask *m);
/* One bit per number: may this clearance read it at this date, held by this user (NULL: by nobody
 * in particular)? */
int label_mask_make(const struct label_table *t, const struct clearance *c,
                    const struct uuid *person, int64_t at_ms, struct label_mask *ret);
static inline bool label_mask_has(const struct label_mask *m, uint32_t number)
{
    return number < m->count && (m->words[number >> 6] >> (number & 63) & 1) != 0;
}
