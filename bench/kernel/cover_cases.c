/*
 * Generated needs for the options benchmark, and the kernel's time on them.
 *
 *   cover_cases time PARTNERS REQUIREMENTS KIND SEED [BUDGET [EPSILON [readiness]]]
 *       solves it: one JSON object with the processor seconds, the state, the gap and the front
 *   cover_cases print PARTNERS REQUIREMENTS KIND SEED
 *       the need as `entente options solve` reads it (docs/options-format.md)
 *
 * Kinds: 0 cover, every demand 1; 1 redundancy, about a third of the demands 2; 2 pooled
 * quantities, demands 1 to 8 and offers of 1 to 6; 3 sole-use modes and redundancy: two offers of a
 * partner use the same asset, so every subset of its offers without both is a mode. Requirements
 * differ in how many serve them (popularity rank^-0.6), a partner serves one to five of them, every
 * requirement has two partners at least. Seeded with splitmix64.
 */
#include "../clock.h"
#include "kernel/cover.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OFFERS = 5, MODES = 32, ROWS = COVER_REQUIREMENTS_MAX };
enum { COVER, REDUNDANT, POOLED, SOLE_USE };

struct need {
    uint32_t partners, rows, count;
    int kind;
    uint64_t random;
    int32_t demands[ROWS];
    uint32_t providers[ROWS];
    double popularity[ROWS], popularity_sum;
    struct cover_column *columns;
    struct cover_part (*parts)[OFFERS];
};

static uint64_t next_random(struct need *n)
{
    uint64_t z = n->random += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

static double unit(struct need *n)
{
    return (double)(next_random(n) >> 11) * 0x1p-53;
}

static int32_t between(struct need *n, int32_t from, int32_t to)
{
    return from + (int32_t)(next_random(n) % (uint64_t)(to - from + 1));
}

static void make_popularity(struct need *n)
{
    for (uint32_t r = 0; r < n->rows; r++)
        n->popularity[r] = pow(r + 1, -0.6);
    for (uint32_t r = n->rows - 1; r > 0; r--) {
        uint32_t other = (uint32_t)between(n, 0, (int32_t)r);
        double swap = n->popularity[r];
        n->popularity[r] = n->popularity[other];
        n->popularity[other] = swap;
    }
    for (uint32_t r = 0; r < n->rows; r++)
        n->popularity_sum += n->popularity[r];
}

static uint32_t popular_row(struct need *n)
{
    double x = unit(n) * n->popularity_sum;
    uint32_t r = 0;
    while (r + 1 < n->rows && x >= n->popularity[r])
        x -= n->popularity[r++];
    return r;
}

static bool holds(const uint32_t *rows, uint32_t count, uint32_t row)
{
    for (uint32_t i = 0; i < count; i++) {
        if (rows[i] == row)
            return true;
    }
    return false;
}

/* The requirements a partner serves; the first partners see to it that each has two. */
static uint32_t make_offers(struct need *n, uint32_t partner, uint32_t *ret)
{
    static const double shares[] = { .30, .60, .80, .92 };
    double u = unit(n);
    uint32_t wanted = 1, count = 0;
    for (size_t i = 0; i < sizeof(shares) / sizeof(*shares); i++)
        wanted += u >= shares[i];
    wanted = partner == 0 ? 3 : wanted;
    wanted = wanted < n->rows ? wanted : n->rows;
    if (partner < 2 * n->rows)
        ret[count++] = partner % n->rows;
    while (count < wanted) {
        uint32_t row = popular_row(n);
        if (!holds(ret, count, row))
            ret[count++] = row;
    }
    return count;
}

static void add_mode(struct need *n, uint32_t mask, uint32_t offers, const uint32_t *rows,
                     const int32_t *burdens, const int32_t *quantities,
                     const struct cover_column *of)
{
    struct cover_column *c = &n->columns[n->count];
    *c = *of;
    c->parts = n->parts[n->count];
    for (uint32_t i = 0; i < offers; i++) {
        if (!(mask >> i & 1U))
            continue;
        c->burden += burdens[i];
        n->parts[n->count][c->part_count++] =
            (struct cover_part){ rows[i], n->kind == POOLED ? quantities[i] : 1 };
    }
    n->count++;
}

static void make_partner(struct need *n, uint32_t partner)
{
    uint32_t rows[OFFERS], offers = make_offers(n, partner, rows);
    int32_t burdens[OFFERS], quantities[OFFERS];
    bool own = partner == 0;
    struct cover_column of = { .partner = partner, .burden = own ? 1 : between(n, 5, 30) };
    for (uint32_t i = 0; i < offers; i++) {
        burdens[i] = own ? between(n, 1, 6) : between(n, 3, 25);
        quantities[i] = between(n, 1, 6);
        n->providers[rows[i]]++;
    }
    double p = 0.55 + 0.44 * sqrt(unit(n));
    of.risk = (int32_t)lround(-1000 * log(own ? 0.99 : p));
    of.readiness = own ? 0 : 24 * between(n, 0, 7);
    uint32_t all = (1U << offers) - 1;
    for (uint32_t mask = n->kind == SOLE_USE ? 1 : all; mask <= all; mask++) {
        if (n->kind != SOLE_USE || offers < 2 || (mask & 3U) != 3)
            add_mode(n, mask, offers, rows, burdens, quantities, &of);
    }
}

/* No demand is beyond what all together bring. */
static void make_demands(struct need *n)
{
    int64_t most[ROWS] = { 0 };
    for (uint32_t j = 0; j < n->count; j++) {
        for (uint32_t i = 0; i < n->columns[j].part_count; i++)
            most[n->parts[j][i].requirement] += n->parts[j][i].quantity;
    }
    for (uint32_t r = 0; r < n->rows; r++) {
        bool twice = unit(n) < .3 && n->providers[r] >= 4;
        n->demands[r] = n->kind == POOLED ? between(n, 1, 8) : n->kind != COVER && twice ? 2 : 1;
        n->demands[r] = n->demands[r] < most[r] ? n->demands[r] : (int32_t)most[r];
    }
}

static void make(struct need *n, uint32_t partners, uint32_t rows, int kind, uint64_t seed)
{
    size_t most = (size_t)partners * (kind == SOLE_USE ? MODES : 1);
    *n = (struct need){ .partners = partners,
                        .rows = rows,
                        .kind = kind,
                        .random = seed * 7919 + partners * 31 + rows * 131 + (unsigned)kind,
                        .columns = calloc(most, sizeof(*n->columns)),
                        .parts = calloc(most, sizeof(*n->parts)) };
    if (!n->columns || !n->parts)
        abort();
    make_popularity(n);
    for (uint32_t p = 0; p < partners; p++)
        make_partner(n, p);
    make_demands(n);
}

static void print_mode(const struct need *n, uint32_t j)
{
    const struct cover_column *c = &n->columns[j];
    (void)printf("{\"id\":\"m%u\",\"burden\":%d,\"risk\":%d,\"readiness\":%d,\"covers\":{", j,
                 c->burden, c->risk, c->readiness);
    for (uint32_t i = 0; i < c->part_count; i++)
        (void)printf("%s\"r%u\":%d", i ? "," : "", c->parts[i].requirement, c->parts[i].quantity);
    (void)printf("}}");
}

static void print(const struct need *n)
{
    (void)printf("{\"requirements\":[");
    for (uint32_t r = 0; r < n->rows; r++)
        (void)printf("%s{\"id\":\"r%u\",\"demand\":%d}", r ? "," : "", r, n->demands[r]);
    (void)printf("],\"partners\":[");
    for (uint32_t j = 0; j < n->count; j++) {
        bool first = j == 0 || n->columns[j - 1].partner != n->columns[j].partner;
        (void)printf(first ? "%s{\"id\":\"p%u\",\"modes\":[" : ",", j ? "]},\n" : "\n",
                     n->columns[j].partner);
        print_mode(n, j);
    }
    (void)printf("]}\n]}\n");
}

static double seconds(void)
{
    return clock_ms(CLOCK_THREAD_CPUTIME_ID) / 1e3;
}

static int time_it(const struct need *n, const struct cover_options *o)
{
    static const char *const states[] = { "exact", "within", "stopped" };
    struct cover_instance in = { .demands = n->demands,
                                 .requirement_count = n->rows,
                                 .columns = n->columns,
                                 .column_count = n->count,
                                 .partner_count = n->partners };
    struct cover_front f;
    struct error err = { 0 };
    cleanup_arena struct arena *a = arena_new((size_t)1 << 30);
    double from = seconds();
    if (cover_solve(&in, o, a, &err, &f) < 0) {
        (void)fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    (void)printf("{\"columns\":%u,\"seconds\":%.6f,\"nodes\":%llu,\"state\":\"%s\",\"gap\":%.6f,"
                 "\"front\":[",
                 n->count, seconds() - from, (unsigned long long)f.nodes, states[f.state],
                 f.gap < HUGE_VAL ? f.gap : -1);
    for (uint32_t i = 0; i < f.count; i++)
        (void)printf("%s[%d,%d,%d]", i ? "," : "", f.points[i].burden, f.points[i].risk,
                     f.points[i].partners);
    (void)printf("]}\n");
    return 0;
}

static uint64_t number(const char *text)
{
    return strtoull(text, NULL, 10);
}

int main(int argc, char **argv)
{
    struct need n;
    if (argc < 6) {
        (void)fputs("usage: cover_cases time|print PARTNERS REQUIREMENTS KIND SEED "
                    "[BUDGET [EPSILON [readiness]]]\n",
                    stderr);
        return 2;
    }
    make(&n, (uint32_t)number(argv[2]), (uint32_t)number(argv[3]), (int)number(argv[4]),
         number(argv[5]));
    struct cover_options o = { .budget = argc > 6 ? number(argv[6]) : 0,
                               .epsilon = argc > 7 ? strtod(argv[7], NULL) : 0,
                               .readiness = argc > 8 };
    int code = 0;
    if (strcmp(argv[1], "print") == 0)
        print(&n);
    else
        code = time_it(&n, &o);
    free(n.columns);
    free(n.parts);
    return code;
}
