/*
 * Bench: planning attention beside what a list of relationships costs anyway.
 *
 *   sort   a plain qsort of as many (number, key) pairs: what showing them in any order costs
 *   plan   one week for 10 k relationships in 200 regions, six forms of engagement, hours for a
 *          twelfth of them; and 26 weeks
 *   value  importance-weighted trust after 26 weeks by the index, by oldest contact first, and by
 *          doing nothing
 *
 * Seeded; medians of rounds that take turns; prints one JSON object. Usage: bench_attention [ARMS]
 */
#include "../clock.h"
#include "kernel/attention.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 15, REGIONS = 200, WEEKS = 26 };

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

static double unit(uint64_t *state)
{
    return (double)(next_random(state) >> 11) * 0x1p-53;
}

static int compare_doubles(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static double median(double *times)
{
    qsort(times, ROUNDS, sizeof(*times), compare_doubles);
    return times[ROUNDS / 2];
}

static const struct attention_type types[] = {
    { .hours = 0.25, .kept = 0.02, .broken = 0, .success = 1 },
    { .hours = 0.5, .kept = 0.15, .broken = 0.1, .success = 0.97 },
    { .hours = 2, .kept = 0.8, .broken = 0.25, .success = 0.95 },
    { .hours = 3, .kept = 1.5, .broken = 0.25, .success = 0.95, .travels = true },
    { .hours = 8, .kept = 3, .broken = 0.5, .success = 0.9, .travels = true },
    { .hours = 12, .kept = 4, .broken = 0.5, .success = 0.9, .travels = true },
};
enum { TYPES = sizeof types / sizeof *types };

static void make_arms(struct attention_arm *arms, uint32_t count)
{
    static const double half_lives[] = { 26, 52, 104 };
    uint64_t seed = 1;
    for (uint32_t i = 0; i < count; i++)
        arms[i] = (struct attention_arm){
            .state = { .kept = 4 * unit(&seed),
                       .broken = next_random(&seed) % 3 ? 0 : unit(&seed),
                       .prior = 0.4 + 0.4 * unit(&seed),
                       .rate = log(2) / half_lives[next_random(&seed) % 3] },
            .importance = exp(3 * unit(&seed)),
            .types = (1U << TYPES) - 1,
            .region = (uint32_t)(next_random(&seed) % REGIONS),
            .due = next_random(&seed) % 200 ? ATTENTION_NEVER : 0,
            .since = (int32_t)(next_random(&seed) % 52),
        };
}

struct pair {
    double key;
    uint32_t arm;
};

static int compare_pairs(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->key != y->key)
        return x->key > y->key ? -1 : 1;
    return x->arm < y->arm ? -1 : x->arm > y->arm;
}

static double sort_ms(struct pair *pairs, uint32_t count, uint64_t seed)
{
    for (uint32_t i = 0; i < count; i++)
        pairs[i] = (struct pair){ unit(&seed), i };
    double from = clock_ms(CLOCK_THREAD_CPUTIME_ID);
    qsort(pairs, count, sizeof *pairs, compare_pairs);
    return clock_ms(CLOCK_THREAD_CPUTIME_ID) - from;
}

static struct attention_plan plan_of(const struct attention_problem *p, enum attention_policy how,
                                     struct arena *a, double *ret_ms)
{
    struct attention_plan plan;
    double from = clock_ms(CLOCK_THREAD_CPUTIME_ID);
    if (attention_plan_make(p, how, a, NULL, &plan) < 0)
        exit(1);
    *ret_ms = clock_ms(CLOCK_THREAD_CPUTIME_ID) - from;
    return plan;
}

int main(int argc, char **argv)
{
    uint32_t count = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 10000;
    struct arena *a = arena_new((size_t)1 << 30);
    struct attention_arm *arms = calloc((size_t)count + 1, sizeof *arms);
    struct pair *pairs = calloc((size_t)count + 1, sizeof *pairs);
    struct trust_parameters parameters = trust_parameters_default();
    double trips[REGIONS], hours[WEEKS], sort[ROUNDS], week[ROUNDS], each[ROUNDS];
    if (!a || !arms || !pairs)
        return 1;
    make_arms(arms, count);
    for (int i = 0; i < REGIONS; i++)
        trips[i] = 4 + i % 9;
    for (int i = 0; i < WEEKS; i++)
        hours[i] = count / 12.0;
    struct attention_problem p = { .parameters = &parameters,
                                   .types = types,
                                   .type_count = TYPES,
                                   .arms = arms,
                                   .arm_count = count,
                                   .trip_hours = trips,
                                   .region_count = REGIONS,
                                   .hours = hours,
                                   .weeks = 1 };
    uint32_t lines = 0, made = 0;
    for (int r = 0; r < ROUNDS; r++) {
        sort[r] = sort_ms(pairs, count, (uint64_t)r);
        struct attention_plan plan = plan_of(&p, ATTENTION_INDEX, a, &week[r]);
        lines = plan.line_count;
        made = plan.trip_count;
        each[r] = week[r] / sort[r];
        arena_reset(a);
    }
    double sorted = median(sort), planned = median(week), ratio = median(each), all, ignored;
    p.weeks = WEEKS;
    double index = plan_of(&p, ATTENTION_INDEX, a, &all).value;
    double oldest = plan_of(&p, ATTENTION_OLDEST, a, &ignored).value;
    double nothing = plan_of(&p, ATTENTION_NOTHING, a, &ignored).value;
    printf("{\"bench\":\"attention\",\"clock\":\"thread cpu\",\"relationships\":%u,"
           "\"sort_ms\":%.2f,\"week_ms\":%.2f,\"week_to_sort\":%.1f,\"week_lines\":%u,"
           "\"week_trips\":%u,\"weeks_26_ms\":%.1f,\"trust_index\":%.4f,\"trust_oldest\":%.4f,"
           "\"trust_nothing\":%.4f}\n",
           count, sorted, planned, ratio, lines, made, all, index, oldest, nothing);
    arena_free(a);
    free(arms);
    free(pairs);
    return 0;
}
