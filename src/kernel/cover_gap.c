/*
 * The gap that bounds prove: the smallest shrink of the points (cover_levels.c) at which no bound
 * of a list finds room. Nothing is searched. What has no room with the points shrunk by e is,
 * whatever it turns out to be, within (1 + e) of a point in burden and risk. Room only shrinks as e
 * grows, so the smallest is found by halving, to FINE millionths. Cost: log2(MOST / FINE) times all
 * bounds.
 */
#include "kernel/cover_internal.h"

enum { MOST = 1 << 23, FINE = 64 };

static int any_open(struct cover_search *s, uint32_t at, const struct lanes *bounds, uint32_t count,
                    uint32_t shrink, bool *ret)
{
    bool open = false;
    int code = cover_levels_begin(&s->levels, s->st, shrink);
    if (code == 0)
        code = cover_levels_load(&s->levels, s->set, s->st->hours[at]);
    for (uint32_t i = 0; i < count && code == 0 && !open; i++)
        open = cover_levels_open(&s->levels, &bounds[i], 1);
    *ret = open;
    return code;
}

int cover_gap_of(struct cover_search *s, uint32_t at, const struct lanes *bounds, uint32_t count,
                 uint32_t least, uint32_t *ret)
{
    uint32_t open_at = least, closed_at = MOST;
    bool open;
    int code = any_open(s, at, bounds, count, least, &open);
    if (code < 0 || !open) {
        *ret = least;
        return code;
    }
    code = any_open(s, at, bounds, count, MOST, &open);
    if (code < 0 || open) {
        *ret = COVER_GAP_NONE;
        return code;
    }
    while (code == 0 && closed_at - open_at > FINE) {
        uint32_t middle = open_at + (closed_at - open_at) / 2;
        code = any_open(s, at, bounds, count, middle, &open);
        if (open)
            open_at = middle;
        else
            closed_at = middle;
    }
    *ret = closed_at;
    return code;
}
