/* The clocks that benches read. */
#pragma once

#include <time.h>

/* Milliseconds since some moment: of the wall, of the process or of the thread. */
static inline double clock_ms(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}
