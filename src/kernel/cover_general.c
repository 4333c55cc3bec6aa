/*
 * Nodes with quantities, redundancy, several modes of a partner or complements.
 *
 * The bound of a node is the weight of its path, plus the multipliers times what is still wanted of
 * each row, plus the credits of partners that are still free: the least reduced weight of their
 * modes where that is below 0, since each can be taken once at most. Excluding an item can only
 * raise a credit, so bounds rise on the way down. What complements ask for is not priced: leaving
 * it out keeps the bound valid. An unmet class is branched on like a row with demand 1.
 */
#include "kernel/cover_internal.h"

enum { LISTS_LOOKED_AT = 12 };

static void refresh_credit(struct cover_search *s, uint32_t partner)
{
    const struct cover_stage *st = s->st;
    struct lanes best = { 0 };
    for (uint32_t i = st->partner_first[partner]; i < st->partner_first[partner + 1]; i++) {
        uint32_t item = st->partner_item[i];
        if (s->has_credit[item] && s->excluded[item] == 0)
            lanes_min(&best, &st->reduced[item]);
    }
    s->credit[partner] = best;
}

void cover_general_begin(struct cover_search *s, struct lanes *ret_bound)
{
    const struct cover_stage *st = s->st;
    struct lanes sum = { 0 };
    for (uint32_t j = 0; j < st->count; j++)
        s->has_credit[j] = lanes_any_negative(&st->reduced[j]);
    memset(s->partner, 0, st->in->partner_count * sizeof(*s->partner));
    s->pending = 0;
    for (uint32_t j = 0; j < st->count; j++)
        s->partner[st->item[j].partner].free_modes += s->excluded[j] == 0;
    for (uint32_t p = 0; p < st->in->partner_count; p++) {
        refresh_credit(s, p);
        lanes_add(&sum, &s->credit[p]);
    }
    for (uint32_t r = 0; r < st->rows; r++) {
        lanes_sub_times(&sum, &st->dual[r], -st->demand[r]);
        s->rest[r] = st->demand[r];
        s->have[r] = 0;
    }
    s->open_rows = st->rows;
    s->wants = s->gives = 0;
    *ret_bound = sum;
}

LANES_INLINE int32_t taken(const struct cover_search *s, const struct cover_part *p)
{
    int32_t rest = s->rest[p->requirement];
    return p->quantity < rest ? p->quantity : rest;
}

LANES_INLINE void child(const struct cover_search *s, uint32_t item, const struct lanes *bound,
                        struct lanes *ret)
{
    const struct cover_stage *st = s->st;
    const struct cover_item *it = &st->item[item];
    *ret = *bound;
    lanes_add(ret, &st->weight[item]);
    lanes_sub(ret, &s->credit[it->partner]);
    for (uint32_t i = 0; i < it->part_count; i++) {
        int32_t n = taken(s, &it->parts[i]);
        if (n > 0)
            lanes_sub_times(ret, &st->dual[it->parts[i].requirement], n);
    }
}

/* Is everything met with this item? */
static bool completes(const struct cover_search *s, const struct cover_item *it)
{
    uint32_t open = s->open_rows;
    for (uint32_t i = 0; i < it->part_count; i++) {
        int32_t rest = s->rest[it->parts[i].requirement];
        open -= rest > 0 && it->parts[i].quantity >= rest;
    }
    return open == 0 && ((s->wants | it->wants) & ~(s->gives | it->gives)) == 0;
}

/* Partners that the path would still need with this item (cover_columns.c); UINT32_MAX when one of
 * them cannot come any more. */
static uint32_t pending_with(const struct cover_search *s, const struct cover_item *it)
{
    uint32_t pending = s->pending - (s->partner[it->partner].needed > 0);
    for (uint32_t i = 0; i < it->better_count; i++) {
        const struct cover_partner *p = &s->partner[it->betters[i]];
        if (p->there)
            continue;
        if (p->free_modes == 0)
            return UINT32_MAX;
        pending += p->needed == 0;
    }
    return pending;
}

bool cover_general_wanted(struct cover_search *s, uint32_t item, const struct lanes *bound)
{
    struct lanes b;
    uint32_t pending = pending_with(s, &s->st->item[item]);
    bool complete = completes(s, &s->st->item[item]);
    if (pending == UINT32_MAX || (complete && pending > 0))
        return false;
    child(s, item, bound, &b);
    uint32_t more = complete ? 1 : pending > 1 ? pending + 1 : 2;
    return cover_room_open(&s->levels, &s->room[s->depth], &b, s->depth + more);
}

void cover_general_exclude(struct cover_search *s, uint32_t item, struct lanes *bound)
{
    uint32_t partner = s->st->item[item].partner;
    s->partner[partner].free_modes -= s->excluded[item]++ == 0;
    s->trail[s->trail_count++] = item;
    if (!s->has_credit[item])
        return;
    lanes_sub(bound, &s->credit[partner]);
    refresh_credit(s, partner);
    lanes_add(bound, &s->credit[partner]);
}

static void undo(struct cover_search *s, uint32_t mark)
{
    while (s->trail_count > mark) {
        uint32_t item = s->trail[--s->trail_count];
        s->partner[s->st->item[item].partner].free_modes += --s->excluded[item] == 0;
        if (s->has_credit[item])
            refresh_credit(s, s->st->item[item].partner);
    }
}

/* Counts the partners that the member needs, or takes them back. */
static void need_betters(struct cover_search *s, const struct cover_item *it, bool need)
{
    for (uint32_t i = 0; i < it->better_count; i++) {
        struct cover_partner *p = &s->partner[it->betters[i]];
        bool before = p->needed > 0 && !p->there;
        p->needed = (uint16_t)(need ? p->needed + 1 : p->needed - 1);
        bool now = p->needed > 0 && !p->there;
        s->pending = s->pending + now - before;
    }
}

/* No partner twice: its modes are excluded while one of them is a member. */
static void block_partner(struct cover_search *s, uint32_t partner, bool block)
{
    const struct cover_stage *st = s->st;
    struct cover_partner *p = &s->partner[partner];
    s->pending = s->pending + (p->needed > 0 && !block) - (p->needed > 0 && block);
    p->there = block;
    for (uint32_t i = st->partner_first[partner]; i < st->partner_first[partner + 1]; i++) {
        uint16_t *excluded = &s->excluded[st->partner_item[i]];
        p->free_modes -= *excluded == 0;
        *excluded = (uint16_t)(block ? *excluded + 1 : *excluded - 1);
        p->free_modes += *excluded == 0;
    }
    refresh_credit(s, partner);
}

struct before {
    uint32_t wants, gives;
};

static struct before join(struct cover_search *s, uint32_t item)
{
    const struct cover_item *it = &s->st->item[item];
    struct before b = { s->wants, s->gives };
    s->path[s->depth++] = item;
    s->wants |= it->wants;
    s->gives |= it->gives;
    for (uint32_t i = 0; i < it->part_count; i++) {
        uint32_t r = it->parts[i].requirement;
        int32_t n = taken(s, &it->parts[i]);
        s->rest[r] -= n;
        s->open_rows -= n > 0 && s->rest[r] == 0;
        s->have[r] += it->parts[i].quantity;
    }
    block_partner(s, it->partner, true);
    need_betters(s, it, true);
    return b;
}

static void part_with(struct cover_search *s, uint32_t item, struct before b)
{
    const struct cover_item *it = &s->st->item[item];
    need_betters(s, it, false);
    block_partner(s, it->partner, false);
    for (uint32_t i = 0; i < it->part_count; i++) {
        uint32_t r = it->parts[i].requirement;
        s->have[r] -= it->parts[i].quantity;
        int32_t rest = s->st->demand[r] - s->have[r];
        rest = rest > 0 ? rest : 0;
        s->open_rows += s->rest[r] == 0 && rest > 0;
        s->rest[r] = rest;
    }
    s->wants = b.wants;
    s->gives = b.gives;
    s->depth--;
}

static uint32_t given_by_others(const struct cover_search *s, uint32_t member)
{
    uint32_t gives = 0;
    for (uint32_t i = 0; i < s->depth; i++)
        gives |= i == member ? 0 : s->st->item[s->path[i]].gives;
    return gives;
}

static bool needless(const struct cover_search *s, uint32_t member)
{
    const struct cover_item *it = &s->st->item[s->path[member]];
    for (uint32_t i = 0; i < it->part_count; i++) {
        uint32_t r = it->parts[i].requirement;
        if (s->have[r] - it->parts[i].quantity < s->st->demand[r])
            return false;
    }
    return it->gives == 0 || (it->gives & ~given_by_others(s, member)) == 0;
}

static bool needless_member(const struct cover_search *s)
{
    for (uint32_t i = 0; i < s->depth; i++) {
        if (needless(s, i))
            return true;
    }
    return false;
}

static void enter(struct cover_search *s, uint32_t item, const struct lanes *bound)
{
    struct lanes b;
    child(s, item, bound, &b);
    if (s->stopped) {
        cover_search_leave(s, &b);
        return;
    }
    struct before before = join(s, item);
    if (s->open_rows == 0 && (s->wants & ~s->gives) == 0)
        cover_search_leaf(s);
    else if (!needless_member(s))
        cover_general_node(s, &b);
    part_with(s, item, before);
}

/* Can every partner that the path needs still come? */
static bool all_can_come(const struct cover_search *s)
{
    for (uint32_t i = 0; i < s->depth && s->pending > 0; i++) {
        const struct cover_item *it = &s->st->item[s->path[i]];
        for (uint32_t k = 0; k < it->better_count; k++) {
            const struct cover_partner *p = &s->partner[it->betters[k]];
            if (!p->there && p->free_modes == 0)
                return false;
        }
    }
    return true;
}

/* What an item brings to a row, or to a class. */
static int32_t brings(const struct cover_search *s, uint32_t item, uint32_t row)
{
    const struct cover_item *it = &s->st->item[item];
    for (uint32_t i = 0; i < it->part_count; i++) {
        if (it->parts[i].requirement == row)
            return it->parts[i].quantity;
    }
    return 1;
}

static int32_t wanted_of(const struct cover_search *s, uint32_t row)
{
    if (row < s->st->rows)
        return s->rest[row];
    return s->wants & ~s->gives & 1U << (row - s->st->rows) ? 1 : 0;
}

void cover_general_branch(struct cover_search *s, const uint32_t *list, uint32_t count,
                          uint32_t row, const struct lanes *bound)
{
    uint32_t mark = s->trail_count;
    struct lanes b = *bound;
    int64_t left = 0, wanted = row == COVER_NO_ROW ? 0 : wanted_of(s, row);
    for (uint32_t i = 0; i < count && row != COVER_NO_ROW; i++)
        left += s->excluded[list[i]] ? 0 : brings(s, list[i], row);
    for (uint32_t i = 0; i < count && left >= wanted; i++) {
        uint32_t item = list[i];
        if (s->excluded[item])
            continue; /* found useless while another row was looked at */
        if (cover_general_wanted(s, item, &b))
            enter(s, item, &b);
        cover_general_exclude(s, item, &b);
        left -= row == COVER_NO_ROW ? 0 : brings(s, item, row);
    }
    undo(s, mark);
}

/* Candidates of a row; those without room are excluded on the way and raise the bound. Counting
 * ends when there are `enough` and they bring what is wanted; -1: they never do. */
static int64_t candidates(struct cover_search *s, uint32_t row, uint32_t enough,
                          struct lanes *bound, uint32_t *ret)
{
    const struct cover_list *l = &s->list[row];
    int64_t wanted = wanted_of(s, row), brought = 0;
    uint32_t count = 0;
    for (uint32_t i = 0; i < l->count; i++) {
        uint32_t item = l->item[i];
        if (s->excluded[item])
            continue;
        if (count >= enough && brought >= wanted)
            return count;
        if (!cover_general_wanted(s, item, bound)) {
            cover_general_exclude(s, item, bound);
            continue;
        }
        ret[count++] = item;
        brought += brings(s, item, row);
    }
    return brought >= wanted ? (int64_t)count : -1;
}

/* The row or class with the fewest candidates; COVER_NO_ROW when one cannot be met. */
static uint32_t choose(struct cover_search *s, struct lanes *bound, uint32_t **ret_list,
                       uint32_t *ret_count)
{
    uint32_t *best = s->candidates + (size_t)s->depth * 2 * s->longest, *other = best + s->longest;
    uint32_t fewest = UINT32_MAX, looked = 0, found = COVER_NO_ROW;
    for (uint32_t i = 0; i < s->list_count && looked < LISTS_LOOKED_AT; i++) {
        uint32_t row = s->list_order[i];
        if (wanted_of(s, row) == 0)
            continue;
        int64_t count = candidates(s, row, fewest, bound, other);
        looked++;
        if (count < 0)
            return COVER_NO_ROW;
        if ((uint32_t)count < fewest) {
            uint32_t *list = other;
            other = best;
            best = list;
            fewest = (uint32_t)count;
            found = row;
        }
    }
    *ret_list = best;
    *ret_count = fewest;
    return found;
}

void cover_general_node(struct cover_search *s, const struct lanes *bound)
{
    if (!cover_search_count(s)) {
        cover_search_leave(s, bound);
        return;
    }
    if (!all_can_come(s) || !cover_search_room(s, bound))
        return;
    uint32_t mark = s->trail_count, count = 0, *list = NULL;
    struct lanes b = *bound;
    uint32_t row = choose(s, &b, &list, &count);
    if (row != COVER_NO_ROW)
        cover_general_branch(s, list, count, row, &b);
    undo(s, mark);
}
