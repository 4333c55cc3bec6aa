/*
 * Room of a node: the corners (cover_levels.c) that its bound does not close.
 *
 * What is closed to a node is closed to its children, since their coalitions are among its own. So
 * a child is compared with the corners left to its parent, few at some depth, and not with all.
 * When a point was added since, the corners are gathered anew: the old ones may stand for others
 * now. The corner that let the last child in is asked first.
 */
#include "kernel/cover_internal.h"

#include "base/fault.h"

static bool add(struct cover_room *r, uint32_t level, uint32_t lanes)
{
    if (r->count == r->capacity) {
        uint32_t capacity = r->capacity ? 2 * r->capacity : 64;
        struct cover_place *place = base_realloc(r->place, capacity * sizeof(*place));
        if (!place)
            return false;
        r->place = place;
        r->capacity = capacity;
    }
    r->place[r->count++] = (struct cover_place){ level, lanes };
    return true;
}

static int gather(const struct cover_levels *l, struct cover_room *r)
{
    for (uint32_t s = r->partners_min > 1 ? r->partners_min : 1; s <= l->top; s++) {
        const struct cover_level *level = &l->level[s];
        if (s < l->top && !l->level[s + 1].own)
            continue; /* the next has the same corners, and asks for more */
        for (uint32_t i = 0; i < level->count; i++) {
            if (!lanes_any_above(&r->bound, &l->pool[level->corner[i].lanes]) &&
                !add(r, s, level->corner[i].lanes))
                return EN_NO_MEMORY;
        }
    }
    return 0;
}

static int narrow(const struct cover_levels *l, const struct cover_room *parent,
                  struct cover_room *r)
{
    for (uint32_t i = 0; i < parent->count; i++) {
        const struct cover_place *p = &parent->place[i];
        if (p->level >= r->partners_min && !lanes_any_above(&r->bound, &l->pool[p->lanes]) &&
            !add(r, p->level, p->lanes))
            return EN_NO_MEMORY;
    }
    return 0;
}

int cover_room_make(const struct cover_levels *l, const struct cover_room *parent,
                    const struct lanes *bound, uint32_t partners_min, struct cover_room *r)
{
    r->bound = *bound;
    r->partners_min = partners_min;
    r->version = l->version;
    r->count = 0;
    return parent && parent->version == l->version ? narrow(l, parent, r) : gather(l, r);
}

static bool open_here(const struct cover_levels *l, struct cover_room *r, const struct lanes *bound,
                      uint32_t partners_min)
{
    for (uint32_t i = 0; i < r->count; i++) {
        struct cover_place p = r->place[i];
        if (p.level < partners_min || lanes_any_above(bound, &l->pool[p.lanes]))
            continue;
        r->place[i] = r->place[0];
        r->place[0] = p;
        return true;
    }
    return false;
}

bool cover_room_open(struct cover_levels *l, struct cover_room *r, const struct lanes *bound,
                     uint32_t partners_min)
{
    if (r->version != l->version) {
        r->count = 0;
        r->version = l->version;
        l->failed = gather(l, r) < 0 || l->failed;
    }
    return open_here(l, r, bound, partners_min);
}
