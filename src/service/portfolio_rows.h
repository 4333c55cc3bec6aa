/*
 * The rows of a portfolio before any figure: who is tied to an actor, by which relationship, under
 * what name. Read by one statement over the guarded views, and kept for as long as nothing was
 * written: the same viewer, or another who may read exactly the same labels, finds them again.
 *
 * Invariant: rows are kept per actor, set of readable labels and position of the picture, so they
 * are those that the statement would give now. Filters, figures and order by figures are not kept.
 * Safe for many threads.
 */
#pragma once

#include "picture/picture.h"
#include "record/weights.h"
#include "service/half_life.h"

struct light_row {
    struct slice relationship, partner; /* ids */
    struct slice title, title_fr, short_en, country, audience;
    struct slice nature, priority, posture;
    struct tie tie;         /* of this relationship */
    const struct tie *ties; /* of all relationships of the pair */
    size_t tie_count;
    int64_t cadence_ideal, cadence_longest; /* days, 0: none set */
};

/* In the order of (title, relationship). */
struct light_rows {
    struct light_row *rows;
    size_t count;
};

struct row_cache;

struct row_cache *row_cache_new(void);
void row_cache_free(struct row_cache *c);

/* All relationships of the actor; none when it may not be read. Valid until row_cache_release. */
int row_cache_get(struct row_cache *c, struct snapshot *s, const struct weights *w, struct slice of,
                  struct error *err, const struct light_rows **ret);
void row_cache_release(struct row_cache *c, const struct light_rows *rows);
