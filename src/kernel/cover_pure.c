/*
 * Nodes of a pure cover: every demand is 1, a partner has one mode, nothing is wanted. What is
 * still open is a mask of rows. The bound of a node is F + sum of the open rows' multipliers; what
 * is compared with the points adds the largest correction of a group (cover_groups.c).
 */
#include "kernel/cover_internal.h"

enum { ROWS_LOOKED_AT = 12 }; /* the shortest lists suffice to find a narrow branching */

/* bound + weight - multipliers of the rows that the item closes */
LANES_INLINE void child(const struct cover_search *s, uint32_t item, uint64_t open,
                        const struct lanes *bound, struct lanes *ret)
{
    const struct cover_stage *st = s->st;
    *ret = *bound;
    lanes_add(ret, &st->weight[item]);
    for (uint64_t m = open & st->item[item].mask; m != 0; m &= m - 1)
        lanes_sub(ret, &st->dual[__builtin_ctzll(m)]);
}

LANES_INLINE const struct lanes *correction(const struct cover_stage *st, uint32_t g, uint64_t open)
{
    uint32_t size = st->group_first[g + 1] - st->group_first[g];
    return &st->group[g][open >> st->group_first[g] & ((1U << size) - 1)];
}

static void correct(const struct cover_stage *st, uint64_t open, struct lanes *bound)
{
    struct lanes most = *correction(st, 0, open);
    for (uint32_t g = 1; g < st->group_count; g++)
        lanes_max(&most, correction(st, g, open));
    lanes_add(bound, &most);
}

void cover_pure_begin(struct cover_search *s, struct lanes *ret_bound)
{
    struct lanes sum = { 0 };
    for (uint32_t r = 0; r < s->st->rows; r++)
        lanes_add(&sum, &s->st->dual[r]);
    *ret_bound = sum;
}

bool cover_pure_wanted(struct cover_search *s, uint32_t item, uint64_t open,
                       const struct lanes *bound)
{
    struct lanes b;
    uint64_t left = open & ~s->st->item[item].mask;
    child(s, item, open, bound, &b);
    correct(s->st, left, &b);
    return cover_room_open(&s->levels, &s->room[s->depth], &b, s->depth + (left ? 2 : 1));
}

static void exclude(struct cover_search *s, uint32_t item)
{
    s->excluded[item] = 1;
    s->trail[s->trail_count++] = item;
}

/* Has a member of the path no row for itself, with this item added? */
static bool needless_member(const struct cover_search *s, uint32_t item)
{
    const struct cover_item *items = s->st->item;
    uint64_t all = items[item].mask, twice = 0;
    for (uint32_t i = 0; i < s->depth; i++) {
        twice |= all & items[s->path[i]].mask;
        all |= items[s->path[i]].mask;
    }
    for (uint32_t i = 0; i < s->depth; i++) {
        if ((items[s->path[i]].mask & ~twice) == 0)
            return true;
    }
    return false;
}

static void leave(struct cover_search *s, uint64_t open, const struct lanes *bound)
{
    struct lanes b = *bound;
    correct(s->st, open, &b);
    cover_search_leave(s, &b);
}

static void enter(struct cover_search *s, uint32_t item, uint64_t open, const struct lanes *bound)
{
    uint64_t left = open & ~s->st->item[item].mask;
    struct lanes b;
    child(s, item, open, bound, &b);
    if (s->stopped) {
        leave(s, left, &b);
        return;
    }
    bool needless = needless_member(s, item);
    s->path[s->depth++] = item;
    if (left == 0)
        cover_search_leaf(s);
    else if (!needless)
        cover_pure_node(s, left, &b);
    s->depth--;
}

void cover_pure_branch(struct cover_search *s, const uint32_t *list, uint32_t count, uint64_t open,
                       const struct lanes *bound)
{
    uint32_t mark = s->trail_count;
    for (uint32_t i = 0; i < count; i++) {
        if (s->excluded[list[i]])
            continue; /* found useless while another row was looked at */
        if (cover_pure_wanted(s, list[i], open, bound))
            enter(s, list[i], open, bound);
        exclude(s, list[i]);
    }
    while (s->trail_count > mark)
        s->excluded[s->trail[--s->trail_count]] = 0;
}

/* Candidates of a row, fewer than `enough`; those without room are excluded on the way. */
static uint32_t candidates(struct cover_search *s, uint32_t row, uint32_t enough, uint64_t open,
                           const struct lanes *bound, uint32_t *ret)
{
    const struct cover_list *l = &s->list[row];
    uint32_t count = 0;
    for (uint32_t i = 0; i < l->count && count < enough; i++) {
        uint32_t item = l->item[i];
        if (s->excluded[item])
            continue;
        if (cover_pure_wanted(s, item, open, bound))
            ret[count++] = item;
        else
            exclude(s, item);
    }
    return count;
}

void cover_pure_node(struct cover_search *s, uint64_t open, const struct lanes *bound)
{
    if (!cover_search_count(s)) {
        leave(s, open, bound);
        return;
    }
    struct lanes corrected = *bound;
    correct(s->st, open, &corrected);
    if (!cover_search_room(s, &corrected))
        return;
    uint32_t mark = s->trail_count, fewest = UINT32_MAX, looked = 0;
    uint32_t *best = s->candidates + (size_t)s->depth * 2 * s->longest, *other = best + s->longest;
    for (uint32_t i = 0; i < s->list_count && looked < ROWS_LOOKED_AT && fewest > 1; i++) {
        uint32_t row = s->list_order[i];
        if (row >= s->st->rows || !(open >> row & 1U))
            continue;
        uint32_t count = candidates(s, row, fewest, open, bound, other);
        looked++;
        if (count < fewest) {
            uint32_t *found = other;
            other = best;
            best = found;
            fewest = count;
        }
    }
    cover_pure_branch(s, best, fewest, open, bound);
    while (s->trail_count > mark)
        s->excluded[s->trail[--s->trail_count]] = 0;
}
