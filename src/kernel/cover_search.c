/*
 * Branch and bound over coalitions, for one hour and one shrink of the points (cover_levels.c).
 *
 * A node is a set of members and of excluded items. It takes the open row (or unmet class) with the
 * fewest candidates left and tries each in turn; one that was tried is excluded from the branches
 * after it, so no coalition is met twice. A candidate whose bound leaves no room among the points
 * is excluded for the whole node (reduced-cost fixing). A path in which a member has become
 * needless is given up: the coalition without it is at least as good and is met elsewhere.
 *
 * Every coalition that no point closes (in the shrunk sense) and in which every member is needed is
 * reached, so a pass that ends has proven the gap of its shrink. A pass that is stopped keeps the
 * bounds of what it left open.
 */
#include "kernel/cover_internal.h"

#include "base/fault.h"

enum { STEP = 512, LEFT_MAX = 1 << 16 };

static bool make_lists(struct cover_search *s)
{
    const struct cover_stage *st = s->st;
    uint32_t length[COVER_LISTS_MAX] = { 0 };
    for (uint32_t j = 0; j < st->count; j++) {
        const struct cover_item *it = &st->item[j];
        for (uint32_t i = 0; i < it->part_count; i++)
            length[it->parts[i].requirement]++;
        for (uint32_t c = 0; c < COVER_CLASSES_MAX; c++)
            length[st->rows + c] += it->gives >> c & 1U;
    }
    s->list_count = st->rows + COVER_CLASSES_MAX;
    s->longest = 1;
    for (uint32_t l = 0; l < s->list_count; l++) {
        s->longest = length[l] > s->longest ? length[l] : s->longest;
        s->list[l].item = arena_array_of(st->temporary, uint32_t, length[l] + 1);
        if (!s->list[l].item)
            return false;
    }
    return true;
}

int cover_search_enter(struct cover_search *s, struct cover_stage *st)
{
    s->st = st;
    s->depth = s->trail_count = 0;
    arena_reset(st->temporary);
    if (!make_lists(s))
        return EN_NO_MEMORY;
    size_t depths = (size_t)st->members_max + 1;
    s->excluded = arena_array_of(st->temporary, uint16_t, st->count + 1);
    s->trail = arena_array_of(st->temporary, uint32_t, st->count * 2 + 1);
    s->candidates = arena_array_of(st->temporary, uint32_t, depths * 2 * s->longest);
    s->credit = arena_array_of(st->temporary, struct lanes, st->in->partner_count + 1);
    s->partner = arena_array_of(st->temporary, struct cover_partner, st->in->partner_count + 1);
    s->has_credit = arena_array_of(st->temporary, bool, st->count + 1);
    bool made =
        s->excluded && s->trail && s->candidates && s->credit && s->partner && s->has_credit;
    return made ? 0 : EN_NO_MEMORY;
}

void cover_search_done(struct cover_search *s)
{
    cover_levels_done(&s->levels);
    for (uint32_t i = 0; i <= COVER_MEMBERS_MAX; i++)
        base_free(s->room[i].place);
    base_free(s->left);
    s->left = NULL;
}

static void fail(struct cover_search *s)
{
    s->failed = EN_NO_MEMORY;
    s->stopped = true;
}

bool cover_search_count(struct cover_search *s)
{
    if (s->levels.failed)
        fail(s);
    if (s->stopped)
        return false;
    if (s->o->budget > 0 && s->nodes >= s->o->budget) {
        s->stopped = true;
        return false;
    }
    s->nodes++;
    if (s->o->step && s->nodes % STEP == 0 && !s->o->step(s->o->context, s->nodes, s->set->count))
        s->stopped = true;
    return !s->stopped;
}

bool cover_search_room(struct cover_search *s, const struct lanes *bound)
{
    struct cover_room *r = &s->room[s->depth];
    const struct cover_room *parent = s->depth > 0 ? r - 1 : NULL;
    if (cover_room_make(&s->levels, parent, bound, s->depth + 1, r) < 0)
        fail(s);
    return r->count > 0;
}

static void sort_members(uint32_t *columns, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        uint32_t one = columns[i], at = i;
        for (; at > 0 && columns[at - 1] > one; at--)
            columns[at] = columns[at - 1];
        columns[at] = one;
    }
}

void cover_search_leaf(struct cover_search *s)
{
    uint32_t columns[COVER_MEMBERS_MAX];
    struct cover_found f = { .partners = (int32_t)s->depth, .columns = columns };
    for (uint32_t i = 0; i < s->depth; i++) {
        const struct cover_item *it = &s->st->item[s->path[i]];
        columns[i] = it->column;
        f.burden += it->burden;
        f.risk += it->risk;
        f.readiness = it->readiness > f.readiness ? it->readiness : f.readiness;
        f.weakest = it->risk > f.weakest ? it->risk : f.weakest;
    }
    f.key = s->objective ? f.readiness : 0;
    sort_members(columns, s->depth);
    int code = cover_set_add(s->set, &f);
    if (code > 0)
        code = cover_levels_add(&s->levels, f.burden, f.risk, s->depth);
    if (code < 0)
        fail(s);
}

/* Past the maximum the last bound becomes the least of all that follow: still a bound. */
void cover_search_leave(struct cover_search *s, const struct lanes *bound)
{
    if (s->left_count == LEFT_MAX) {
        lanes_min(&s->left[LEFT_MAX - 1], bound);
        return;
    }
    if (s->left_count == s->left_capacity) {
        uint32_t capacity = s->left_capacity ? 2 * s->left_capacity : 256;
        struct lanes *left = base_realloc(s->left, capacity * sizeof(*left));
        if (!left) {
            fail(s);
            return;
        }
        s->left = left;
        s->left_capacity = capacity;
    }
    s->left[s->left_count++] = *bound;
}

static uint64_t all_rows(const struct cover_stage *st)
{
    return UINT64_MAX >> (64 - st->rows);
}

/* Items that are of no use at the root: they begin later, or leave no room among the points. */
static void fix(struct cover_search *s, int32_t hour, struct lanes *bound)
{
    const struct cover_stage *st = s->st;
    for (uint32_t j = 0; j < st->count; j++)
        s->excluded[j] = st->item[j].begins > hour;
    if (st->pure)
        cover_pure_begin(s, bound);
    else
        cover_general_begin(s, bound);
    if (!cover_search_room(s, bound))
        return;
    for (uint32_t j = 0; j < st->count; j++) {
        if (s->excluded[j])
            continue;
        if (st->pure)
            s->excluded[j] = !cover_pure_wanted(s, j, all_rows(st), bound);
        else if (!cover_general_wanted(s, j, bound))
            cover_general_exclude(s, j, bound);
    }
    s->trail_count = 0; /* never undone */
}

static void fill_lists(struct cover_search *s)
{
    const struct cover_stage *st = s->st;
    for (uint32_t l = 0; l < s->list_count; l++)
        s->list[l].count = 0;
    for (uint32_t i = 0; i < st->count; i++) {
        uint32_t j = st->order[i];
        const struct cover_item *it = &st->item[j];
        if (s->excluded[j])
            continue;
        for (uint32_t k = 0; k < it->part_count; k++) {
            struct cover_list *l = &s->list[it->parts[k].requirement];
            l->item[l->count++] = j;
        }
        for (uint32_t c = 0; it->gives >> c != 0; c++) {
            struct cover_list *l = &s->list[st->rows + c];
            if (it->gives >> c & 1U)
                l->item[l->count++] = j;
            if (c == COVER_CLASSES_MAX - 1)
                break;
        }
    }
    for (uint32_t l = 0; l < s->list_count; l++) {
        uint32_t at = l;
        for (; at > 0 && s->list[s->list_order[at - 1]].count > s->list[l].count; at--)
            s->list_order[at] = s->list_order[at - 1];
        s->list_order[at] = l;
    }
}

/* Items that begin just at the hour, in order, into the room of the root. */
static uint32_t newest_items(struct cover_search *s, int32_t hour, uint32_t *ret)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->st->count; i++) {
        uint32_t j = s->st->order[i];
        if (!s->excluded[j] && s->st->item[j].readiness == hour)
            ret[count++] = j;
    }
    return count;
}

static void run(struct cover_search *s, const uint32_t *newest, uint32_t count,
                const struct lanes *bound)
{
    if (!cover_search_room(s, bound))
        return;
    if (s->st->pure && newest)
        cover_pure_branch(s, newest, count, all_rows(s->st), bound);
    else if (s->st->pure)
        cover_pure_node(s, all_rows(s->st), bound);
    else if (newest)
        cover_general_branch(s, newest, count, COVER_NO_ROW, bound);
    else
        cover_general_node(s, bound);
}

void cover_search_hour(struct cover_search *s, uint32_t at, uint32_t shrink, bool newest)
{
    struct cover_stage *st = s->st;
    int32_t hour = st->hours[at];
    s->left_count = 0;
    if (cover_levels_begin(&s->levels, st, shrink) < 0 ||
        cover_levels_load(&s->levels, s->set, hour) < 0) {
        fail(s);
        return;
    }
    struct lanes bound;
    fix(s, hour, &bound);
    fill_lists(s);
    uint32_t *list = newest ? base_malloc((st->count + 1) * sizeof(*list)) : NULL;
    if (newest && !list) {
        fail(s);
        return;
    }
    run(s, list, list ? newest_items(s, hour, list) : 0, &bound);
    base_free(list);
    if (s->levels.failed)
        fail(s);
    if (s->stopped && s->left_count == 0)
        cover_search_leave(s, &bound);
}
