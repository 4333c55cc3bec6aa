/* The instances, and random writes in them: see sim.h. */
#include "sim.h"

#include "base/limits.h"
#include "ledger/signer.h"
#include "service/release.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ALLIANCE_MS INT64_C(1709769600000)
#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)

static const char *const levels[] = { "UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET" };
static const char *const nations[] = { "CAN", "GBR", "SWE", "AUS" };
static const char *const nation_sets[] = { "", "CAN", "CAN, GBR", "NATO" };
static const char *const tlps[] = { "", "GREEN", "AMBER", "RED" };
/* A peer is an organisation: the most that it is given. */
static const char *const peer_tlps[] = { "CLEAR", "GREEN", "AMBER", "AMBER+STRICT" };
static const char *const kind_names[] = { "actor", "annotation", "release" };

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

/* ---- the world ---- */

static struct grade random_grade(struct sim *w, int of)
{
    return (struct grade){ .level = (int)sim_random(w, 4),
                           .nation = w->nation[of],
                           .tlp = (int)sim_random(w, 4) };
}

static void meet(struct sim *w, int a, int b)
{
    char of_a[100], of_b[100];
    w->linked[a][b] = w->linked[b][a] = true;
    w->grade[b][a] = random_grade(w, a);
    w->grade[a][b] = random_grade(w, b);
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

/* ---- writes ---- */

static void unsettle(struct sim *w)
{
    memset(w->settled, 0, sizeof w->settled);
}

static struct mark random_mark(struct sim *w, bool may_control)
{
    struct mark m = { .level = (int)sim_random(w, 4),
                      .nations = sim_random(w, 2) ? 0 : (int)sim_random(w, 4),
                      .tlp = sim_random(w, 2) ? 0 : (int)sim_random(w, 4) };
    if (sim_random(w, 3) == 0)
        m = (struct mark){ 0 }; /* what goes to all */
    m.controlled = may_control && sim_random(w, 4) == 0;
    return m;
}

/* A live item of this site, or with site -1 of anybody; -1: none was found. */
static int random_item(struct sim *w, int site, enum item_kind kind, enum item_state state)
{
    for (int tries = 0; w->item_count && tries < 12; tries++) {
        int i = (int)sim_random(w, (uint32_t)w->item_count);
        const struct item *it = &w->items[i];
        if (it->kind == kind && it->state == state && (site < 0 || it->origin == site))
            return i;
    }
    return -1;
}

static struct item *new_item(struct sim *w, enum item_kind kind, int site, struct mark mark)
{
    struct item *it = &w->items[w->item_count];
    *it = (struct item){ .kind = kind,
                         .origin = site,
                         .text = 1,
                         .texts = 1,
                         .mark = mark,
                         .about = -1,
                         .same_as = -1,
                         .of = -1,
                         .to = -1,
                         .firsts = 1 };
    return it;
}

static void state_item(struct sim *w, struct item *it, const char *fields)
{
    char label[160];
    sim_label_text(w, &it->mark, it->origin, label);
    struct slice id = site_state(&w->sites[it->origin], kind_names[it->kind], fields, label);
    snprintf(it->id, sizeof it->id, SLICE_FMT, SLICE_ARG(id));
    model_edition(w, w->item_count++);
}

static void create_actor(struct sim *w, int site)
{
    struct item *it = new_item(w, ITEM_ACTOR, site, random_mark(w, true));
    char fields[200];
    snprintf(fields, sizeof fields, "{\"nature\":\"organisation\",\"name_en\":\"item %d text 1.\"}",
             w->item_count);
    sim_trace(w, "site %d states actor %d at %d/%d/%d%s", site, w->item_count, it->mark.level,
              it->mark.nations, it->mark.tlp, it->mark.controlled ? " controlled" : "");
    state_item(w, it, fields);
}

static void create_note(struct sim *w, int site)
{
    int about = random_item(w, sim_random(w, 3) ? site : -1, ITEM_ACTOR, ITEM_LIVE);
    int same = random_item(w, sim_random(w, 2) ? site : -1, ITEM_ACTOR, ITEM_LIVE);
    struct item *it = new_item(w, ITEM_NOTE, site, random_mark(w, true));
    char fields[300];
    if (about < 0 || !site_has(&w->sites[site], slice_of(w->items[about].id)))
        return;
    if (same == about || (same >= 0 && !site_has(&w->sites[site], slice_of(w->items[same].id))))
        same = -1;
    it->about = about;
    it->same_as = same;
    int n = snprintf(fields, sizeof fields,
                     "{\"about\":\"%s\",\"stance\":\"note\",\"text\":\"item %d text 1.\"",
                     w->items[about].id, w->item_count);
    if (same >= 0)
        n += snprintf(fields + n, sizeof fields - (size_t)n, ",\"same_as\":\"%s\"",
                      w->items[same].id);
    snprintf(fields + n, sizeof fields - (size_t)n, "}");
    sim_trace(w, "site %d states note %d about %d and %d at %d/%d/%d%s", site, w->item_count, about,
              same, it->mark.level, it->mark.nations, it->mark.tlp,
              it->mark.controlled ? " controlled" : "");
    state_item(w, it, fields);
}

/* ---- grants ---- */

static void day_text(int64_t at_ms, char ret[16])
{
    time_t t = (time_t)(at_ms / 1000);
    struct tm tm;
    gmtime_r(&t, &tm);
    strftime(ret, 16, "%Y-%m-%d", &tm);
}

static struct write_context context_of(struct site *s)
{
    struct write_context w = { .node = s->node, .now_ms = s->now_ms };
    site_ok(s, node_snapshot(s->node, node_operator(s->node), s->arena, s->now_ms, &s->err,
                             &w.snapshot));
    return w;
}

static void grant_fields(struct sim *w, struct item *g, bool stated, char *text, size_t size)
{
    char until[16] = "";
    int n = snprintf(text, size, "{\"nature\":\"onward\",\"to\":[\"%s\"],\"reason\":\"item %d\"",
                     w->instances[g->to], w->item_count);
    if (g->of >= 0)
        n += snprintf(text + n, size - (size_t)n, ",\"record\":\"%s\"", w->items[g->of].id);
    if (stated)
        n += snprintf(text + n, size - (size_t)n, ",\"label\":{\"class\":\"UNCLASSIFIED\"}");
    if (g->until_ms) {
        day_text(g->until_ms, until);
        n += snprintf(text + n, size - (size_t)n, ",\"until\":\"%s\"", until);
    }
    snprintf(text + n, size - (size_t)n, "}");
}

static void create_grant(struct sim *w, int site)
{
    int of = sim_random(w, 6) ? random_item(w, site, ITEM_ACTOR, ITEM_LIVE) : -1;
    if (of >= 0 && !w->items[of].mark.controlled)
        return;
    struct item *g = new_item(w, ITEM_GRANT, site, (struct mark){ 0 });
    struct site *s = &w->sites[site];
    struct json *input = NULL;
    struct written done;
    char text[500];
    bool stated = of < 0 || sim_random(w, 3) == 0;
    g->of = of;
    g->to = (int)sim_random(w, (uint32_t)w->site_count);
    if (!stated) {
        g->mark = w->items[of].mark;
        g->mark.controlled = false;
    }
    g->approved = true;
    if (sim_random(w, 2))
        g->until_ms = (w->now_ms / DAY_MS + 1 + sim_random(w, 2)) * DAY_MS - 1;
    grant_fields(w, g, stated, text, sizeof text);
    sim_trace(w, "site %d grants %d to site %d as %d%s%s", site, of, g->to, w->item_count,
              stated ? " openly" : "", g->until_ms ? " for a while" : "");
    site_ok(s, json_parse(s->arena, arena_copy(s->arena, slice_of(text)), &s->err, &input));
    struct write_context c = context_of(s);
    site_ok(s, release_propose(&c, input, &s->err, &done));
    snprintf(g->id, sizeof g->id, SLICE_FMT, SLICE_ARG(done.id));
    site_ok(s, json_parse(s->arena, S("{\"decision\":\"approve\",\"authority\":\"J2\"}"), &s->err,
                          &input));
    sim_tick(w);
    c = context_of(s);
    site_ok(s, release_decide(&c, slice_of(g->id), input, &s->err, &done));
    model_edition(w, w->item_count++);
}

static void revoke_grant(struct sim *w, int site)
{
    int i = random_item(w, site, ITEM_GRANT, ITEM_LIVE);
    struct site *s = &w->sites[site];
    struct written done;
    if (i < 0 || !w->items[i].approved ||
        (w->items[i].until_ms && w->items[i].until_ms < w->now_ms))
        return;
    sim_trace(w, "site %d revokes %d", site, i);
    w->items[i].approved = false;
    struct write_context c = context_of(s);
    site_ok(s, release_revoke(&c, slice_of(w->items[i].id), S("over"), &s->err, &done));
}

/* ---- changes ---- */

static int random_own(struct sim *w, int site, enum item_state state)
{
    int i = random_item(w, site, ITEM_ACTOR, state);
    return i >= 0 ? i : random_item(w, site, ITEM_NOTE, state);
}

static void change_item(struct sim *w, int site)
{
    int i = random_own(w, site, ITEM_LIVE);
    char patch[100];
    if (i < 0)
        return;
    struct item *it = &w->items[i];
    it->text = ++it->texts;
    snprintf(patch, sizeof patch, "{\"%s\":\"item %d text %d.\"}",
             it->kind == ITEM_ACTOR ? "name_en" : "text", i, it->text);
    sim_trace(w, "site %d changes %d to text %d", site, i, it->text);
    site_ok(&w->sites[site],
            site_change(&w->sites[site], kind_names[it->kind], slice_of(it->id), patch));
    model_edition(w, i);
}

static void relabel_item(struct sim *w, int site)
{
    int i = random_own(w, site, ITEM_LIVE);
    char label[160];
    if (i < 0)
        return;
    struct item *it = &w->items[i];
    struct mark m = random_mark(w, true);
    if (memcmp(&m, &it->mark, sizeof m) == 0)
        return;
    it->mark = m;
    it->firsts += it->text == 1;
    sim_label_text(w, &it->mark, site, label);
    sim_trace(w, "site %d relabels %d to %d/%d/%d%s", site, i, m.level, m.nations, m.tlp,
              m.controlled ? " controlled" : "");
    site_relabel(&w->sites[site], kind_names[it->kind], slice_of(it->id), label);
    model_edition(w, i);
}

static void retract_item(struct sim *w, int site)
{
    int i = random_own(w, site, ITEM_LIVE);
    if (i < 0)
        return;
    sim_trace(w, "site %d retracts %d", site, i);
    w->items[i].state = ITEM_RETRACTED;
    site_retract(&w->sites[site], kind_names[w->items[i].kind], slice_of(w->items[i].id));
}

static void restore_item(struct sim *w, int site)
{
    int i = random_own(w, site, ITEM_RETRACTED);
    struct site *s = &w->sites[site];
    struct written done;
    if (i < 0)
        return;
    sim_trace(w, "site %d restores %d", site, i);
    struct write_context c = context_of(s);
    int code =
        records_restore(&c, kinds_find(node_kinds(s->node), slice_of(kind_names[w->items[i].kind])),
                        slice_of(w->items[i].id), &s->err, &done);
    if (code == EN_INVALID)
        return; /* it names what is not here any more */
    site_ok(s, code);
    w->items[i].state = ITEM_LIVE;
    w->items[i].firsts += w->items[i].text == 1;
}

static void redact_item(struct sim *w, int site)
{
    int i = random_own(w, site, sim_random(w, 3) ? ITEM_LIVE : ITEM_RETRACTED);
    if (i < 0)
        return;
    sim_trace(w, "site %d redacts %d", site, i);
    w->items[i].state = ITEM_REDACTED;
    w->items[i].destroyed = w->items[i].text;
    site_redact(&w->sites[site], kind_names[w->items[i].kind], slice_of(w->items[i].id), 0);
}

/* The first text of something that says another by now, where one version alone bears it. */
static void redact_past(struct sim *w, int site)
{
    int i = random_own(w, site, ITEM_LIVE);
    if (i < 0 || w->items[i].text < 2 || w->items[i].firsts > 1 || w->items[i].destroyed)
        return;
    sim_trace(w, "site %d redacts the past of %d", site, i);
    w->items[i].destroyed = 1;
    site_redact(&w->sites[site], kind_names[w->items[i].kind], slice_of(w->items[i].id), 1);
}

/* ---- peers ---- */

static int random_peer(struct sim *w, int site)
{
    for (;;) {
        int to = (int)sim_random(w, (uint32_t)w->site_count);
        if (w->linked[site][to])
            return to;
    }
}

void sim_patch_peer(struct sim *w, int site, int to, const char *text)
{
    struct site *s = &w->sites[site];
    struct json *patch = NULL;
    site_ok(s, json_parse(s->arena, arena_copy(s->arena, slice_of(text)), &s->err, &patch));
    json_object_set(s->arena, patch, S("release"), site_grounds(s));
    site_ok(s, peer_change(s->node, node_operator(s->node), s->arena, s->peers[to], patch, S("*"),
                           s->now_ms, &s->err));
}

static void change_grade(struct sim *w, int site)
{
    int to = random_peer(w, site);
    struct grade *g = &w->grade[site][to];
    char patch[300];
    *g = random_grade(w, to);
    sim_trace(w, "site %d clears site %d for %d/%d/%d", site, to, g->level, g->nation, g->tlp);
    snprintf(patch, sizeof patch,
             "{\"clearance\":{\"class\":\"%s\",\"permissive\":{\"Releasable To\":[\"%s\"]},"
             "\"tlp\":\"%s\"}}",
             levels[g->level], nations[g->nation], peer_tlps[g->tlp]);
    sim_patch_peer(w, site, to, patch);
}

void sim_kinds_patch(const char *field, unsigned kinds, char *ret, size_t size)
{
    int n = snprintf(ret, size, "{\"%s\":", field);
    char before = '[';
    for (int k = 0; k < ITEM_KINDS && kinds != (1u << ITEM_KINDS) - 1; k++)
        if (kinds >> k & 1) {
            n += snprintf(ret + n, size - (size_t)n, "%c\"%s\"", before, kind_names[k]);
            before = ',';
        }
    snprintf(ret + n, size - (size_t)n, "%s}", before == '[' ? "null" : "]");
}

static void change_kinds(struct sim *w, int site)
{
    int to = random_peer(w, site);
    unsigned kinds = (1u << ITEM_KINDS) - 1;
    char patch[200];
    if (sim_random(w, 2) == 0)
        kinds &= ~(1u << sim_random(w, ITEM_KINDS));
    sim_kinds_patch("kinds_out", kinds, patch, sizeof patch);
    w->kinds[site][to] = kinds;
    sim_trace(w, "site %d sends site %d the kinds %x", site, to, kinds);
    sim_patch_peer(w, site, to, patch);
}

static void pass_time(struct sim *w, int site)
{
    (void)site;
    w->now_ms += (1 + (int64_t)sim_random(w, 12)) * HOUR_MS;
    sim_tick(w);
    sim_trace(w, "time passes");
}

void sim_write(struct sim *w)
{
    typedef void (*writer)(struct sim * w, int site);
    static const writer writers[] = {
        create_actor, create_actor, create_actor, create_note,      create_note,  create_grant,
        create_grant, revoke_grant, change_item,  change_item,      relabel_item, relabel_item,
        relabel_item, retract_item, restore_item, redact_item,      redact_past,  change_grade,
        change_kinds, pass_time,    sim_suspend,  sim_change_wants, sim_save,     sim_set_back,
    };
    int site = (int)sim_random(w, (uint32_t)w->site_count);
    sim_tick(w);
    if (w->item_count >= ITEMS_MAX - 1)
        return;
    writers[sim_random(w, sizeof writers / sizeof *writers)](w, site);
    unsettle(w);
    model_spread(w);
}
