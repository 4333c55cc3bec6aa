/* Half-lives of relationships: see half_life.h. */
#include "service/half_life.h"

static int64_t words_half_life(const struct weights *w, const struct tie_words *words)
{
    if (slice_is(words->nature, "interpersonal"))
        return w->half_life_individual;
    if (slice_is(words->horizon, "strategic") || slice_is(words->term, "enduring"))
        return w->half_life_strategic;
    if (slice_is(words->term, "time_bound"))
        return w->half_life_time_bound;
    return w->half_life_situational;
}

static int64_t floor_seconds(int64_t ms)
{
    return ms / 1000 - (ms % 1000 < 0);
}

struct tie tie_of(const struct weights *w, const struct tie_words *words)
{
    struct when from, until;
    bool begins = when_parse(words->from, &from), ends = when_parse(words->until, &until);
    return (struct tie){ .first = begins ? floor_seconds(when_first_ms(from)) : INT64_MIN,
                         .last = ends ? floor_seconds(when_last_ms(until)) : INT64_MAX,
                         .half_life = words_half_life(w, words) };
}

bool tie_in_force(const struct tie *t, int64_t as_of)
{
    return t->first <= as_of && as_of <= t->last;
}

int64_t ties_half_life(const struct weights *w, const struct tie *ties, size_t count, int64_t as_of)
{
    int64_t longest = 0;
    for (size_t i = 0; i < count; i++)
        if (tie_in_force(&ties[i], as_of) && ties[i].half_life > longest)
            longest = ties[i].half_life;
    return longest ? longest : w->half_life_situational;
}
