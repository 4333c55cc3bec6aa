/*
 * Random writes in the instances: each writes at one site what it also notes in the model, so that
 * the two can be compared. A write that makes no sense where the lot fell writes nothing.
 */
#include "sim.h"

#include "service/release.h"

#include <stdio.h>
#include <time.h>

static const char *const kind_names[] = { "actor", "annotation", "release" };

/* ---- records ---- */

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
    m.personal = sim_random(w, 8) == 0;
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
    m.personal = m.personal && it->mark.personal; /* what others read does not become one's own */
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
    *g = sim_random_grade(w, to);
    sim_trace(w, "site %d clears site %d for %d/%d/%d", site, to, g->level, g->nation, g->tlp);
    sim_grade_patch(g, patch, sizeof patch);
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
