/* The instances: how they begin, meet and end, and their labels and clearances: see sim.h. */
#include "sim.h"

#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>

#define ALLIANCE_MS INT64_C(1709769600000)

static const char *const levels[] = { "UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET" };
static const char *const nations[] = { "CAN", "GBR", "SWE", "AUS" };
static const char *const nation_sets[] = { "", "CAN", "CAN, GBR", "NATO" };
static const char *const tlps[] = { "", "GREEN", "AMBER", "RED" };
/* A peer is an organisation: the most that it is given. */
static const char *const peer_tlps[] = { "CLEAR", "GREEN", "AMBER", "AMBER+STRICT" };

uint32_t sim_random(struct sim *w, uint32_t below)
{
    w->state = w->state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((w->state >> 33) % below);
}

void sim_trace(struct sim *w, const char *format, ...)
{
    char text[300];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    for (const char *c = text; *c; c++)
        w->trace = (w->trace ^ (uint8_t)*c) * UINT64_C(1099511628211);
    if (w->loud)
        fprintf(stderr, "%d: %s\n", w->episode, text);
}

void sim_fail(struct sim *w, const char *format, ...)
{
    char text[500];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fail_msg("seed %llu, episode %d: %s", (unsigned long long)w->seed, w->episode, text);
}

void sim_tick(struct sim *w)
{
    int64_t day = w->now_ms / DAY_MS;
    w->now_ms += 1000;
    if (w->now_ms / DAY_MS != day) /* what is over by date is looked at again */
        memset(w->settled, 0, sizeof w->settled);
    for (int i = 0; i < w->site_count; i++)
        w->sites[i].now_ms = w->now_ms;
}

void sim_label_text(const struct sim *w, const struct mark *m, int origin, char ret[160])
{
    int n = snprintf(ret, 160, "%s", levels[m->level]);
    if (m->nations)
        n += snprintf(ret + n, 160 - (size_t)n, "; Releasable To: %s", nation_sets[m->nations]);
    if (m->personal)
        n += snprintf(ret + n, 160 - (size_t)n, "; PERSONS: %s",
                      "dddddddd-dddd-7ddd-8ddd-dddddddddddd");
    if (m->controlled)
        n += snprintf(ret + n, 160 - (size_t)n, "; ORCON: %s", w->instances[origin]);
    if (m->tlp)
        snprintf(ret + n, 160 - (size_t)n, "; TLP:%s", tlps[m->tlp]);
}

static void grade_text(const struct grade *g, char ret[100])
{
    snprintf(ret, 100, "%s; Releasable To: %s; TLP:%s", levels[g->level], nations[g->nation],
             peer_tlps[g->tlp]);
}

void sim_grade_patch(const struct grade *g, char *ret, size_t size)
{
    snprintf(ret, size,
             "{\"clearance\":{\"class\":\"%s\",\"permissive\":{\"Releasable To\":[\"%s\"]},"
             "\"tlp\":\"%s\"}}",
             levels[g->level], nations[g->nation], peer_tlps[g->tlp]);
}

/* ---- the world ---- */

struct grade sim_random_grade(struct sim *w, int of)
{
    return (struct grade){ .level = (int)sim_random(w, 4),
                           .nation = w->nation[of],
                           .tlp = (int)sim_random(w, 4) };
}

static void meet(struct sim *w, int a, int b)
{
    char of_a[100], of_b[100];
    w->linked[a][b] = w->linked[b][a] = true;
    w->grade[b][a] = sim_random_grade(w, a);
    w->grade[a][b] = sim_random_grade(w, b);
    w->kinds[a][b] = w->kinds[b][a] = w->wants[a][b] = w->wants[b][a] = (1u << ITEM_KINDS) - 1;
    grade_text(&w->grade[b][a], of_a);
    grade_text(&w->grade[a][b], of_b);
    sites_meet(w->sites, a, b, of_a, of_b);
    snprintf(w->peer_ids[a][b], sizeof w->peer_ids[a][b], SLICE_FMT,
             SLICE_ARG(w->sites[a].peers[b]));
    snprintf(w->peer_ids[b][a], sizeof w->peer_ids[b][a], SLICE_FMT,
             SLICE_ARG(w->sites[b].peers[a]));
    w->sites[a].peers[b] = slice_of(w->peer_ids[a][b]);
    w->sites[b].peers[a] = slice_of(w->peer_ids[b][a]);
}

/* A tree, and some more links. */
static void meet_all(struct sim *w)
{
    for (int i = 1; i < w->site_count; i++)
        meet(w, (int)sim_random(w, (uint32_t)i), i);
    for (int more = (int)sim_random(w, (uint32_t)w->site_count); more > 0; more--) {
        int a = (int)sim_random(w, (uint32_t)w->site_count);
        int b = (int)sim_random(w, (uint32_t)w->site_count);
        if (a != b && !w->linked[a][b])
            meet(w, a, b);
    }
}

/* Instances as they are when they were just made: making one costs more than a short life of it. */
static struct site beginnings[SITES_MAX];

static void open_site(struct sim *w, int i)
{
    if (!beginnings[i].arena) {
        site_open(&beginnings[i]);
        site_leave(&beginnings[i]);
    }
    site_open_copy(&w->sites[i], &beginnings[i]);
    w->sites[i].now_ms = w->now_ms;
}

void sim_end(void)
{
    for (int i = 0; i < SITES_MAX; i++)
        if (beginnings[i].arena)
            site_close(&beginnings[i]);
}

/* Most worlds are small and short, so that there are many of them. */
static void choose_size(struct sim *w)
{
    bool large = w->seed % 16 == 0;
    w->site_count = large              ? 6 + (int)sim_random(w, 5)
                    : sim_random(w, 4) ? 3
                                       : 4 + (int)sim_random(w, 2);
    w->episodes = w->seed % 16 == 8 ? LONG_LIFE : 2;
    w->bundle_most =
        w->seed % 3 == 1 ? 2 + (int)(w->seed % 7) : 0; /* small bundles in every third */
    sim_parse_forked(w->seed % 16 == 4);
}

void sim_open(struct sim *w, uint64_t seed)
{
    bool loud = w->loud;
    memset(w, 0, sizeof *w);
    w->loud = loud;
    w->seed = seed;
    w->state = seed * 2654435761u + 99991;
    w->trace = UINT64_C(14695981039346656037);
    choose_size(w);
    w->now_ms = ALLIANCE_MS - (int64_t)sim_random(w, 12) * 8 * HOUR_MS;
    for (int i = 0; i < w->site_count; i++) {
        open_site(w, i);
        w->nation[i] = (int)sim_random(w, 4);
        uuid_format(ledger_instance(node_ledger(w->sites[i].node)), w->instances[i]);
    }
    meet_all(w);
}

void sim_close(struct sim *w)
{
    sim_forget(w);
    for (int i = 0; i < w->mail_count; i++)
        buf_done(&w->mail[i].bytes);
    int looked_at = (int)(w->seed % (uint64_t)w->site_count);
    for (int i = 0; i < w->site_count; i++) {
        if (w->episodes == LONG_LIFE || (i == looked_at && w->seed % 8 == 1))
            site_sound(&w->sites[i]);
        site_close(&w->sites[i]);
    }
}
