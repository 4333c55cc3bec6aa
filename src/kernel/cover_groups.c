/*
 * Partition bound for pure covers: what the linear program misses inside a group of rows.
 *
 * Rows are split into groups A of at most 11. V_A(m) = the least weight that covers the rows m of A
 * exactly as a set cover, an item costing its weight less the multipliers of its rows outside A
 * (never negative). Then every coalition that covers U weighs at least
 *
 *   sum_{r in U} y_r + max_A [ V_A(U & A) - sum_{r in U & A} y_r ]
 *
 * and the bracket, 0 at least, stands in a table per group and mask. Rows of a group are neighbours
 * (cover_columns.c), so a mask of a group is a shift and an and. V_A by dynamic programming over
 * masks: the row with the fewest distinct projections is covered by one of them.
 * Cost: O(2^11 * projections of a row) per group, in 32 directions at once.
 */
#include "kernel/cover_internal.h"

enum { UNCOVERED = 1 << 29 };

struct table {
    const struct cover_stage *st;
    uint32_t first, rows; /* of the group */
    struct lanes *best;   /* per mask: cheapest item that covers just this of the group */
    bool *have;
    uint32_t *list[COVER_GROUP_ROWS], count[COVER_GROUP_ROWS]; /* masks with this row */
};

static int split_rows(struct cover_stage *st)
{
    uint32_t groups = (st->rows + COVER_GROUP_ROWS - 1) / COVER_GROUP_ROWS, at = 0;
    for (uint32_t g = 0; g < groups; g++) {
        uint32_t size = (st->rows - at + groups - g - 1) / (groups - g);
        st->group_first[g] = at;
        at += size;
        st->group[g] = arena_array_of(st->arena, struct lanes, (size_t)1 << size);
        if (!st->group[g])
            return EN_NO_MEMORY;
    }
    st->group_first[groups] = at;
    st->group_count = groups;
    return 0;
}

static int table_make(struct table *t, struct arena *a)
{
    size_t most = (size_t)1 << COVER_GROUP_ROWS;
    t->best = arena_array_of(a, struct lanes, most);
    t->have = arena_array_of(a, bool, most);
    if (!t->best || !t->have)
        return EN_NO_MEMORY;
    for (uint32_t r = 0; r < COVER_GROUP_ROWS; r++) {
        t->list[r] = arena_array_of(a, uint32_t, most);
        if (!t->list[r])
            return EN_NO_MEMORY;
    }
    return 0;
}

/* The weight of the item less its rows outside the group. */
static void priced_out(const struct table *t, uint32_t item, uint64_t mask, struct lanes *ret)
{
    const struct cover_item *it = &t->st->item[item];
    *ret = t->st->weight[item];
    for (uint32_t i = 0; i < it->part_count; i++) {
        if (!(mask >> it->parts[i].requirement & 1U))
            lanes_sub(ret, &t->st->dual[it->parts[i].requirement]);
    }
}

static void project(struct table *t)
{
    uint32_t masks = 1U << t->rows;
    uint64_t group = (uint64_t)(masks - 1) << t->first;
    memset(t->have, 0, masks * sizeof(*t->have));
    memset(t->count, 0, sizeof(t->count));
    for (uint32_t j = 0; j < t->st->count; j++) {
        uint32_t m = (uint32_t)((t->st->item[j].mask & group) >> t->first);
        struct lanes w;
        if (m == 0)
            continue;
        priced_out(t, j, group, &w);
        if (t->have[m])
            lanes_min(&t->best[m], &w);
        else
            t->best[m] = w;
        t->have[m] = true;
    }
    for (uint32_t m = 1; m < masks; m++) {
        for (uint32_t r = 0; t->have[m] && r < t->rows; r++) {
            if (m >> r & 1U)
                t->list[r][t->count[r]++] = m;
        }
    }
}

static uint32_t row_of(const struct table *t, uint32_t m)
{
    uint32_t found = COVER_GROUP_ROWS;
    for (uint32_t r = 0; r < t->rows; r++) {
        if ((m >> r & 1U) && (found == COVER_GROUP_ROWS || t->count[r] < t->count[found]))
            found = r;
    }
    return found;
}

static void cover_masks(const struct table *t, struct lanes *value)
{
    lanes_fill(&value[0], 0);
    for (uint32_t m = 1; m < 1U << t->rows; m++) {
        uint32_t r = row_of(t, m);
        struct lanes least;
        lanes_fill(&least, UNCOVERED);
        for (uint32_t i = 0; i < t->count[r]; i++) {
            struct lanes sum = t->best[t->list[r][i]];
            lanes_add(&sum, &value[m & ~t->list[r][i]]);
            lanes_min(&least, &sum);
        }
        value[m] = least;
    }
}

static void less_multipliers(const struct table *t, struct lanes *value)
{
    struct lanes zero = { 0 };
    for (uint32_t m = 1; m < 1U << t->rows; m++) {
        for (uint32_t r = 0; r < t->rows; r++) {
            if (m >> r & 1U)
                lanes_sub(&value[m], &t->st->dual[t->first + r]);
        }
        lanes_max(&value[m], &zero);
    }
}

int cover_groups_price(struct cover_stage *st)
{
    struct table t = { .st = st };
    if (st->group_count == 0 && split_rows(st) < 0)
        return EN_NO_MEMORY;
    if (table_make(&t, st->temporary) < 0)
        return EN_NO_MEMORY;
    for (uint32_t g = 0; g < st->group_count; g++) {
        t.first = st->group_first[g];
        t.rows = st->group_first[g + 1] - t.first;
        project(&t);
        cover_masks(&t, st->group[g]);
        less_multipliers(&t, st->group[g]);
    }
    return 0;
}
