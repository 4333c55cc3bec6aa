/* A few instances that have met: see exchange_sites.h. */
#include "exchange_sites.h"

#include <stdlib.h>

void sites_open(struct site *all, int count)
{
    for (int i = 0; i < count; i++)
        site_open(&all[i]);
}

void sites_sound(struct site *all, int count)
{
    for (int i = 0; i < count; i++)
        site_sound(&all[i]);
}

void sites_close(struct site *all, int count)
{
    for (int i = 0; i < count; i++)
        site_close(&all[i]);
}

/* One more than are open, so that the end is seen. */
struct site *sites_new(int count)
{
    struct site *all = calloc((size_t)count + 1, sizeof *all);
    assert_non_null(all);
    sites_open(all, count);
    return all;
}

static int pair_of(void **state, int count)
{
    struct site *all = sites_new(count);
    sites_meet(all, A, B, "SECRET; Releasable To: CAN", "CONFIDENTIAL; Releasable To: GBR");
    *state = all;
    return 0;
}

int sites_pair(void **state)
{
    return pair_of(state, 2);
}

int sites_pair_and_stranger(void **state)
{
    return pair_of(state, 3);
}

int sites_row(void **state)
{
    struct site *all = sites_new(3);
    sites_meet(all, A, B, SITES_ALL, SITES_ALL);
    sites_meet(all, B, C, SITES_ALL, SITES_ALL);
    *state = all;
    return 0;
}

int sites_end(void **state)
{
    struct site *all = *state;
    int count = 0;
    while (all[count].arena)
        count++;
    sites_sound(all, count);
    sites_close(all, count);
    free(all);
    return 0;
}
