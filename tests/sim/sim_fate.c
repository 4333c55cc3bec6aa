/*
 * What befalls instances and links: peers are suspended and resumed, kinds are wanted no longer and
 * again, and an instance is set back to a backup and lives on from there. See sim.h.
 *
 * A backup that comes back forgets: what the instance stated since is nobody's any more, and its
 * peers believe it to have what it lost. The carrier may still bring letters of the life that is
 * over.
 */
#include "sim.h"

#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>

static void forget_idle(struct sim *w)
{
    memset(w->settled, 0, sizeof w->settled);
}

static int random_link(struct sim *w, int site)
{
    for (;;) {
        int to = (int)sim_random(w, (uint32_t)w->site_count);
        if (w->linked[site][to])
            return to;
    }
}

/* ---- suspended ---- */

static void set_suspended(struct sim *w, int site, int to, bool suspended)
{
    w->suspended[site][to] = suspended;
    sim_trace(w, "site %d %s site %d", site, suspended ? "suspends" : "resumes", to);
    sim_patch_peer(w, site, to,
                   suspended ? "{\"state\":\"suspended\"}" : "{\"state\":\"confirmed\"}");
    forget_idle(w);
}

void sim_suspend(struct sim *w, int site)
{
    int to = random_link(w, site);
    set_suspended(w, site, to, !w->suspended[site][to]);
}

bool sim_resume_all(struct sim *w, bool unless_lucky)
{
    bool all = true;
    for (int a = 0; a < w->site_count; a++)
        for (int b = 0; b < w->site_count; b++) {
            if (!w->suspended[a][b])
                continue;
            if (unless_lucky && sim_random(w, 4) == 0)
                all = false;
            else
                set_suspended(w, a, b, false);
        }
    return all;
}

/* ---- kinds that are wanted ---- */

void sim_change_wants(struct sim *w, int site)
{
    int from = random_link(w, site);
    unsigned wants = (1u << ITEM_KINDS) - 1;
    char patch[200];
    if (sim_random(w, 3) == 0)
        wants &= ~(1u << sim_random(w, ITEM_KINDS));
    w->wants[site][from] = wants;
    w->uneven = true;
    w->forced[from][site] = true;
    sim_trace(w, "site %d wants the kinds %x of site %d", site, wants, from);
    sim_kinds_patch("kinds_in", wants, patch, sizeof patch);
    sim_patch_peer(w, site, from, patch);
    forget_idle(w);
}

/* ---- backups ---- */

void sim_save(struct sim *w, int site)
{
    struct memory *m = w->memories[site] ? w->memories[site] : calloc(1, sizeof *m);
    assert_non_null(m);
    sim_trace(w, "site %d is backed up", site);
    site_save(&w->sites[site]);
    memcpy(m->items, w->items, sizeof m->items);
    m->item_count = w->item_count;
    memcpy(m->grade, w->grade[site], sizeof m->grade);
    memcpy(m->kinds, w->kinds[site], sizeof m->kinds);
    memcpy(m->wants, w->wants[site], sizeof m->wants);
    memcpy(m->suspended, w->suspended[site], sizeof m->suspended);
    w->memories[site] = m;
}

/* Its own items as they were; what it stated since is lost. No text is ever used twice. */
static void set_items_back(struct sim *w, int site, const struct memory *m)
{
    for (int i = 0; i < w->item_count; i++) {
        struct item *it = &w->items[i];
        int texts = it->texts;
        if (it->origin != site)
            continue;
        if (i < m->item_count) {
            *it = m->items[i];
        } else {
            it->state = ITEM_LOST;
            it->destroyed = 0; /* so is the order to destroy: nobody is told what nobody knows */
        }
        it->texts = texts;
    }
}

void sim_set_back(struct sim *w, int site)
{
    const struct memory *m = w->memories[site];
    if (!m)
        return;
    sim_trace(w, "site %d is set back", site);
    site_set_back(&w->sites[site]);
    set_items_back(w, site, m);
    memcpy(w->grade[site], m->grade, sizeof m->grade);
    memcpy(w->kinds[site], m->kinds, sizeof m->kinds);
    memcpy(w->wants[site], m->wants, sizeof m->wants);
    memcpy(w->suspended[site], m->suspended, sizeof m->suspended);
    w->seen[site] = 0;
    w->uneven = true;
    for (int i = 0; i < w->site_count; i++)
        w->forced[site][i] = w->forced[i][site] = w->linked[site][i];
    forget_idle(w);
}

void sim_forget(struct sim *w)
{
    for (int i = 0; i < w->site_count; i++) {
        free(w->memories[i]);
        w->memories[i] = NULL;
    }
}
