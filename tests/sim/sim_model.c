/*
 * What each instance may hold, from plain sets: see sim.h.
 *
 * Nothing here asks the program what a label means or where a record goes.
 */
#include "sim.h"

#define ALLIANCE_MS INT64_C(1709769600000) /* 2024-03-07: SWE joins NATO */

enum { RELAYS = 4 }; /* docs/exchange.md */
enum { CAN, GBR, SWE, AUS };
enum { RED = 3 };

bool model_reads(const struct grade *g, const struct mark *m, int64_t now_ms)
{
    bool nation = m->nations == 0 || g->nation == CAN || (m->nations >= 2 && g->nation == GBR) ||
                  (m->nations == 3 && g->nation == SWE && now_ms >= ALLIANCE_MS);
    bool tlp = m->tlp != RED && g->tlp >= m->tlp; /* for named persons: it leaves in no bundle */
    return g->level >= m->level && tlp && nation && !m->personal;
}

int model_item(const struct sim *w, struct slice id)
{
    for (int i = 0; i < w->item_count; i++)
        if (slice_is(id, w->items[i].id))
            return i;
    return -1;
}

/* ---- what may have come where ---- */

void model_edition(struct sim *w, int item)
{
    const struct item *it = &w->items[item];
    assert_true(w->edition_count < EDITIONS_MAX);
    w->editions[w->edition_count++] = (struct edition){
        .item = item, .text = it->text, .mark = it->mark, .may = 1u << it->origin
    };
}

/* A grant that was ever given, and is not over by its date. */
static bool was_granted(const struct sim *w, int item, int to)
{
    for (int i = 0; i < w->item_count; i++) {
        const struct item *g = &w->items[i];
        if (g->kind == ITEM_GRANT && g->to == to && g->origin == w->items[item].origin &&
            (g->of == -1 || g->of == item) && (!g->until_ms || g->until_ms >= w->now_ms))
            return true;
    }
    return false;
}

static bool may_pass(const struct sim *w, const struct edition *e, int from, int to)
{
    const struct item *it = &w->items[e->item];
    return w->linked[from][to] && (it->kind != ITEM_GRANT || from == it->origin) &&
           model_reads(&w->grade[from][to], &e->mark, w->now_ms) &&
           (!e->mark.controlled || to == it->origin || was_granted(w, e->item, to));
}

void model_spread(struct sim *w)
{
    for (int i = 0; i < w->edition_count; i++) {
        struct edition *e = &w->editions[i];
        unsigned before;
        do {
            before = e->may;
            for (int a = 0; a < w->site_count; a++)
                for (int b = 0; (e->may >> a & 1) && b < w->site_count; b++)
                    if (!(e->may >> b & 1) && may_pass(w, e, a, b))
                        e->may |= 1u << b;
        } while (e->may != before);
    }
}

/* ---- what is held in the end ---- */

/* Does `from` know of a grant in force that lets `to` have it, and may `to` know of it? */
static bool is_granted(const struct sim *w, const struct model_holding *h, int from, int to,
                       int item)
{
    for (int i = 0; i < w->item_count; i++) {
        const struct item *g = &w->items[i];
        if (g->kind == ITEM_GRANT && g->approved && g->to == to &&
            g->origin == w->items[item].origin && (g->of == -1 || g->of == item) &&
            (!g->until_ms || g->until_ms >= w->now_ms) && (h->holds[i] >> from & 1) &&
            model_reads(&w->grade[from][to], &g->mark, w->now_ms))
            return true;
    }
    return false;
}

static bool reads(const struct sim *w, const struct model_holding *h, int from, int to, int item)
{
    const struct item *it = &w->items[item];
    return model_reads(&w->grade[from][to], &it->mark, w->now_ms) &&
           (!it->mark.controlled || to == it->origin || is_granted(w, h, from, to, item));
}

enum answer { NO, YES, OPEN };

/* May `from` name this item to `to`? What is over at its originator may be known by what `from`
 * knew of it before. */
static enum answer may_name(const struct sim *w, const struct model_holding *h, int from, int to,
                            int item)
{
    const struct item *it = &w->items[item];
    if (from == it->origin || (h->holds[item] >> from & 1))
        return reads(w, h, from, to, item) ? YES : NO;
    return OPEN;
}

static enum answer may_go(const struct sim *w, const struct model_holding *h, int from, int to,
                          int item)
{
    const struct item *it = &w->items[item];
    if (to == it->origin || it->state != ITEM_LIVE || !(h->holds[item] >> from & 1) ||
        !(w->kinds[from][to] >> it->kind & 1) || !reads(w, h, from, to, item))
        return NO;
    if (it->kind == ITEM_NOTE)
        return may_name(w, h, from, to, it->about);
    if (it->kind == ITEM_GRANT && from != it->origin) /* consent is heard from who consents */
        return NO;
    if (it->kind == ITEM_GRANT && it->of >= 0) /* a grant of one thing is not one of everything */
        return may_name(w, h, from, to, it->of);
    return YES;
}

bool model_may_go(struct sim *w, const struct model_holding *h, int from, int to, int item)
{
    return may_go(w, h, from, to, item) == YES;
}

static bool speaks_for(const struct sim *w, int from, int to, int origin)
{
    return from == origin || !w->linked[to][origin];
}

/* What is not wanted is refused, and what was taken before goes. */
static bool wanted(const struct sim *w, int from, int to, int item)
{
    return w->wants[to][from] >> w->items[item].kind & 1;
}

static bool settle_once(struct sim *w, struct model_holding *h)
{
    bool changed = false;
    for (int i = 0; i < w->item_count; i++)
        for (int a = 0; a < w->site_count; a++)
            for (int b = 0; b < w->site_count; b++) {
                if (!w->linked[a][b] || !speaks_for(w, a, b, w->items[i].origin))
                    continue;
                int relays = a == w->items[i].origin ? 0 : h->relays[i][a] + 1;
                bool held = h->holds[i] >> b & 1;
                if (may_go(w, h, a, b, i) != YES || relays > RELAYS || !wanted(w, a, b, i) ||
                    (held && h->relays[i][b] <= relays))
                    continue;
                h->holds[i] |= 1u << b;
                h->relays[i][b] = relays;
                changed = true;
            }
    return changed;
}

/* Where a reference hangs on what was known before, nothing is claimed of the site and of those
 * whom it tells. */
static bool doubt_once(struct sim *w, struct model_holding *h)
{
    bool changed = false;
    for (int i = 0; i < w->item_count; i++)
        for (int a = 0; a < w->site_count; a++)
            for (int b = 0; b < w->site_count; b++) {
                const struct item *it = &w->items[i];
                if (!w->linked[a][b] || !speaks_for(w, a, b, it->origin) || b == it->origin ||
                    (h->holds[i] >> b & 1) || (h->open[i] >> b & 1))
                    continue;
                int named = it->kind == ITEM_NOTE    ? it->about
                            : it->kind == ITEM_GRANT ? it->of
                                                     : -1;
                bool open = (h->open[i] >> a & 1) || may_go(w, h, a, b, i) == OPEN ||
                            (named >= 0 && (h->open[named] >> a & 1));
                if (it->mark.controlled)
                    for (int g = 0; g < w->item_count; g++)
                        open |= w->items[g].kind == ITEM_GRANT && (h->open[g] >> a & 1);
                if (open) {
                    h->open[i] |= 1u << b;
                    changed = true;
                }
            }
    return changed;
}

void model_settle(struct sim *w, struct model_holding *h)
{
    memset(h, 0, sizeof *h);
    for (int i = 0; i < w->item_count; i++)
        if (w->items[i].state == ITEM_LIVE)
            h->holds[i] = 1u << w->items[i].origin;
    while (settle_once(w, h))
        ;
    while (doubt_once(w, h))
        ;
}
