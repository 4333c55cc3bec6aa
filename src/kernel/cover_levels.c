/*
 * What the points found so far leave open, as thresholds for the bounds.
 *
 * Level s is for coalitions of at most s partners: the points with at most s partners leave a
 * staircase open below them in burden and risk, the union of rectangles [0, burden) x [0, risk),
 * one a corner. A coalition in the rectangle weighs, in direction k, at most
 *
 *   T_k = floor( (a_k (burden - 1) + b_k (risk - 1) + g_k s) / 2^F )
 *
 * so a node whose bound exceeds T_k in some k has nothing for this corner, and a node that has
 * nothing for any corner is closed. (Local upper bounds: Klamroth, Lacour, Vanderpooten 2015.)
 *
 * With a shrink of e millionths a point counts as ceil(v / (1 + e)) in burden and risk: what is
 * then closed is within (1 + e) of the point. Level s needs no look when s + 1 has the same
 * corners, since those of s + 1 ask for more. A point changes only the corners it lies in; a change
 * costs O(levels * (log corners + corners moved)).
 */
#include "kernel/cover_internal.h"

#include "base/fault.h"

static void threshold(const struct cover_levels *l, int32_t burden, int32_t risk, uint32_t level,
                      struct lanes *ret)
{
    const struct cover_directions *d = l->directions;
    for (uint32_t k = 0; k < LANES; k++) {
        int64_t most = d->a[k] * (burden - 1) + d->b[k] * (risk - 1) + d->g[k] * (int64_t)level;
        lanes_set(ret, k, (int32_t)(most >> COVER_FRACTION));
    }
}

static bool grow(void **array, uint32_t *capacity, uint32_t wanted, size_t size)
{
    if (wanted <= *capacity)
        return true;
    uint32_t larger = *capacity ? 2 * *capacity : 16;
    larger = larger < wanted ? wanted : larger;
    void *grown = base_realloc(*array, larger * size);
    if (!grown)
        return false;
    *array = grown;
    *capacity = larger;
    return true;
}

/* A place in the pool, from those given back first. */
static bool take_lanes(struct cover_levels *l, uint32_t *ret)
{
    if (l->spare_count > 0) {
        *ret = l->spare[--l->spare_count];
        return true;
    }
    void *pool = l->pool, *spare = l->spare;
    bool room = grow(&pool, &l->pool_capacity, l->pool_count + 1, sizeof(*l->pool));
    l->pool = pool;
    room = room && grow(&spare, &l->spare_capacity, l->pool_capacity, sizeof(*l->spare));
    l->spare = spare;
    if (room)
        *ret = l->pool_count++;
    return room;
}

static bool make_corner(struct cover_levels *l, int32_t burden, int32_t risk, uint32_t level,
                        struct cover_corner *ret)
{
    *ret = (struct cover_corner){ .burden = burden, .risk = risk };
    if (!take_lanes(l, &ret->lanes))
        return false;
    threshold(l, burden, risk, level, &l->pool[ret->lanes]);
    return true;
}

int cover_levels_begin(struct cover_levels *l, const struct cover_stage *st, uint32_t shrink)
{
    l->directions = &st->directions;
    l->shrink = shrink;
    l->top = st->members_max;
    l->pool_count = l->spare_count = 0;
    l->hot_level = l->hot_corner = 0;
    l->version++;
    for (uint32_t s = 1; s <= l->top; s++) {
        struct cover_level *level = &l->level[s];
        void *corner = level->corner;
        if (!grow(&corner, &level->capacity, 16, sizeof(*level->corner)))
            return EN_NO_MEMORY;
        level->corner = corner;
        level->own = s == 1;
        level->count = 1;
        if (!make_corner(l, st->burden_end, st->risk_end, s, &level->corner[0]))
            return EN_NO_MEMORY;
    }
    return 0;
}

/* First corner with more burden than this. */
static uint32_t corner_above(const struct cover_level *level, int32_t burden)
{
    uint32_t from = 0, until = level->count;
    while (from < until) {
        uint32_t middle = from + (until - from) / 2;
        if (level->corner[middle].burden > burden)
            until = middle;
        else
            from = middle + 1;
    }
    return from;
}

/* Replaces corners [from, until), which hold the point, by those it leaves of them. */
static int split(struct cover_levels *l, uint32_t s, uint32_t from, uint32_t until, int32_t burden,
                 int32_t risk)
{
    struct cover_level *level = &l->level[s];
    struct cover_corner left[2];
    uint32_t count = 0;
    void *corner = level->corner;
    if (!grow(&corner, &level->capacity, level->count + 2, sizeof(*level->corner)))
        return EN_NO_MEMORY;
    level->corner = corner;
    int32_t risk_before = level->corner[from].risk, burden_after = level->corner[until - 1].burden;
    for (uint32_t i = from; i < until; i++)
        l->spare[l->spare_count++] = level->corner[i].lanes;
    if (burden > 0 && !make_corner(l, burden, risk_before, s, &left[count++]))
        return EN_NO_MEMORY;
    if (risk > 0 && !make_corner(l, burden_after, risk, s, &left[count++]))
        return EN_NO_MEMORY;
    memmove(level->corner + from + count, level->corner + until,
            (level->count - until) * sizeof(*level->corner));
    memcpy(level->corner + from, left, count * sizeof(*left));
    level->count = level->count - (until - from) + count;
    l->version++;
    return 0;
}

/* As much better as the shrink says: ceil(v / (1 + e)). */
static int32_t shrunk(const struct cover_levels *l, int32_t value)
{
    int64_t one = COVER_PARTS_PER_ONE, all = one + l->shrink;
    return (int32_t)((value * one + all - 1) / all);
}

int cover_levels_add(struct cover_levels *l, int32_t burden, int32_t risk, uint32_t partners)
{
    burden = shrunk(l, burden);
    risk = shrunk(l, risk);
    for (uint32_t s = partners ? partners : 1; s <= l->top; s++) {
        struct cover_level *level = &l->level[s];
        uint32_t from = corner_above(level, burden), until = from;
        while (until < level->count && level->corner[until].risk > risk)
            until++;
        if (until == from)
            break; /* levels above have even less open */
        int code = split(l, s, from, until, burden, risk);
        if (code < 0)
            return code;
        if (s == partners)
            level->own = true;
    }
    return 0;
}

int cover_levels_load(struct cover_levels *l, const struct cover_set *s, int32_t hour)
{
    int code = 0;
    for (uint32_t i = 0; i < s->count && code == 0; i++) {
        const struct cover_found *f = &s->at[i];
        if (f->key <= hour && (uint32_t)f->partners <= l->top)
            code = cover_levels_add(l, f->burden, f->risk, (uint32_t)f->partners);
    }
    return code;
}

static bool level_open(struct cover_levels *l, uint32_t s, const struct lanes *bound,
                       int64_t burden, int64_t risk)
{
    const struct cover_level *level = &l->level[s];
    if (burden > INT32_MAX || risk > INT32_MAX)
        return false;
    for (uint32_t i = corner_above(level, (int32_t)burden);
         i < level->count && level->corner[i].risk > risk; i++) {
        if (!lanes_any_above(bound, &l->pool[level->corner[i].lanes])) {
            l->hot_level = s;
            l->hot_corner = i;
            return true;
        }
    }
    return false;
}

/* The objective that a bound in an objective's own direction proves. */
static int64_t least_of(const struct cover_levels *l, const struct lanes *bound, uint32_t k)
{
    int unit = l->directions->unit[k];
    int64_t least = lanes_get(bound, k);
    return unit > 0 ? (least + ((int64_t)1 << unit) - 1) >> unit : least * ((int64_t)1 << -unit);
}

bool cover_levels_open(struct cover_levels *l, const struct lanes *bound, uint32_t partners_min)
{
    if (l->hot_level >= partners_min && l->hot_level >= 1 &&
        l->hot_corner < l->level[l->hot_level].count) {
        const struct cover_corner *hot = &l->level[l->hot_level].corner[l->hot_corner];
        if (!lanes_any_above(bound, &l->pool[hot->lanes]))
            return true;
    }
    int64_t burden = least_of(l, bound, 0), risk = least_of(l, bound, 1);
    int64_t partners = least_of(l, bound, 2);
    uint32_t from = partners_min > 1 ? partners_min : 1;
    from = partners > (int64_t)from ? (uint32_t)partners : from;
    for (uint32_t s = from; s <= l->top; s++) {
        if ((s == l->top || l->level[s + 1].own) && level_open(l, s, bound, burden, risk))
            return true;
    }
    return false;
}

void cover_levels_done(struct cover_levels *l)
{
    for (uint32_t s = 0; s <= COVER_MEMBERS_MAX; s++)
        base_free(l->level[s].corner);
    base_free(l->pool);
    base_free(l->spare);
    *l = (struct cover_levels){ 0 };
}
