/*
 * The filtered half of a world: which entries a viewer may read, by the definition and none of the
 * guard's machinery, and a picture of only those.
 */
#include "world_internal.h"

#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A label that was met, and whether the viewer's clearance suffices for it. */
struct met {
    struct slice text;
    const struct label *label;
    bool cleared;
};

/* What the viewer, a partner, was granted: one record or all of an originator's. */
struct consent {
    struct uuid by, of;
    bool all;
};

enum { LABELS_MET = 256 };

struct gather {
    struct world *world;
    const struct viewer *viewer;
    int64_t now_ms;
    struct arena *arena; /* of this once */
    struct entry *entries;
    size_t count, capacity;
    struct met met[LABELS_MET];
    size_t met_count;
    struct consent *grants;
    size_t grant_count;
};

static struct slice keep(struct gather *g, struct slice s)
{
    return s.ptr ? arena_copy(g->arena, s) : s;
}

static int gather_entry(void *context, const struct entry *e)
{
    struct gather *g = context;
    if (g->count == g->capacity)
        abort();
    struct entry *copy = &g->entries[g->count++];
    *copy = *e;
    copy->user = keep(g, e->user);
    copy->kind = keep(g, e->kind);
    copy->label = keep(g, e->label);
    copy->body = keep(g, e->body);
    copy->request = keep(g, e->request);
    return 0;
}

static bool is_cleared(const struct gather *g, const struct label *l)
{
    const struct policy *p = g->world->node->policy;
    const struct uuid *person = g->viewer->is_partner ? NULL : &g->viewer->user;
    return label_may_read_by(p, g->viewer->clearance, person, l, g->now_ms) &&
           (!g->viewer->also || label_may_read(p, g->viewer->also, l, g->now_ms));
}

/* Labels are few and are met again and again. */
static const struct met *meet(struct gather *g, struct slice text)
{
    for (size_t i = 0; i < g->met_count; i++)
        if (slice_eq(g->met[i].text, text))
            return &g->met[i];
    struct json *json;
    struct error err = { 0 };
    struct met *m = &g->met[g->met_count++];
    if (g->met_count > LABELS_MET)
        abort();
    m->text = text;
    world_must(json_parse(g->arena, text, &err, &json), &err, "label");
    world_must(label_parse(g->world->node->policy, g->arena, json, S("/"), &err, &m->label), &err,
               "label");
    m->cleared = is_cleared(g, m->label);
    return m;
}

/* All originators are the partner itself: it may read the label without anybody's grant. */
static bool needs_no_grant(struct gather *g, const struct label *l)
{
    const struct uuid *of;
    size_t count = label_originators(l, &of);
    for (size_t i = 0; i < count; i++)
        if (!uuid_eq(of[i], g->viewer->partner_instance))
            return false;
    return true;
}

static bool names(const struct json *list, struct uuid id)
{
    struct uuid one;
    for (uint32_t i = 0; list && i < list->count; i++)
        if (uuid_parse(list->items[i].text, &one) && uuid_eq(one, id))
            return true;
    return false;
}

/* Is this body a grant to the partner, in force, and of what? */
static bool grants(struct gather *g, struct slice text, struct consent *ret)
{
    struct json *body;
    struct when until;
    struct error err = { 0 };
    world_must(json_parse(g->arena, text, &err, &body), &err, "body");
    struct slice named = json_get_text(body, "record");
    if (when_parse(json_get_text(body, "until"), &until) && when_last_ms(until) < g->now_ms)
        return false;
    ret->all = named.len == 0;
    return slice_is(json_get_text(body, "nature"), "onward") &&
           slice_is(json_get_text(body, "state"), "approved") &&
           names(json_get(body, "to"), g->viewer->partner_instance) &&
           (ret->all || uuid_parse(named, &ret->of));
}

/* Does the release that begins here stand, may the partner read it, and what does it grant? */
static bool release_grants(struct gather *g, size_t at, struct consent *ret)
{
    const struct entry *first = &g->entries[at], *last = first;
    struct slice body = { 0 };
    for (size_t i = at; i < g->count; i++) {
        const struct entry *e = &g->entries[i];
        if (!uuid_eq(e->record, first->record))
            continue;
        last = e;
        if (e->operation == ENTRY_PUT)
            body = e->body;
        else if (e->operation == ENTRY_RETRACT)
            body = (struct slice){ 0 };
    }
    const struct met *m = meet(g, last->label);
    ret->by = first->instance;
    return body.ptr && m->cleared && needs_no_grant(g, m->label) && grants(g, body, ret);
}

static void gather_grants(struct gather *g)
{
    g->grants = calloc(g->count + 1, sizeof *g->grants);
    for (size_t i = 0; g->viewer->is_partner && i < g->count; i++) {
        const struct entry *e = &g->entries[i];
        if (e->version == 1 && slice_is(e->kind, "release"))
            g->grant_count += release_grants(g, i, &g->grants[g->grant_count]);
    }
}

static bool granted(const struct gather *g, struct uuid originator, struct uuid record)
{
    for (size_t i = 0; i < g->grant_count; i++) {
        const struct consent *x = &g->grants[i];
        if (uuid_eq(x->by, originator) && (x->all || uuid_eq(x->of, record)))
            return true;
    }
    return false;
}

static bool readable(struct gather *g, struct slice text, struct uuid record)
{
    const struct met *m = meet(g, text);
    const struct uuid *of;
    size_t count = g->viewer->is_partner ? label_originators(m->label, &of) : 0;
    if (!m->cleared)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!uuid_eq(of[i], g->viewer->partner_instance) && !granted(g, of[i], record))
            return false;
    return true;
}

/* What an instance knows of its exchanges is its own account: a bundle for a partner is made of
 * that and of what the partner may read. */
static bool is_account(const struct gather *g, const struct entry *e)
{
    return g->viewer->is_partner && (slice_is(e->kind, "bundle") || slice_is(e->kind, "peer"));
}

struct place {
    struct uuid record;
    size_t at;
};

static int by_record(const void *x, const void *y)
{
    const struct place *a = x, *b = y;
    int order = memcmp(&a->record, &b->record, sizeof a->record);
    return order ? order : (a->at > b->at) - (a->at < b->at);
}

/* Of every entry, the label of the last one of its record. */
static struct slice *last_labels(const struct gather *g)
{
    struct place *places = calloc(g->count + 1, sizeof *places);
    struct slice *last = calloc(g->count + 1, sizeof *last);
    for (size_t i = 0; i < g->count; i++)
        places[i] = (struct place){ .record = g->entries[i].record, .at = i };
    qsort(places, g->count, sizeof *places, by_record);
    for (size_t i = g->count; i-- > 0;) {
        bool newest = i + 1 == g->count || !uuid_eq(places[i].record, places[i + 1].record);
        last[places[i].at] = newest ? g->entries[places[i].at].label : last[places[i + 1].at];
    }
    free(places);
    return last;
}

/* Keeps an entry when its own label and that of its record's last entry are readable: the
 * definition, without any of the guard's machinery. */
static void keep_readable(struct gather *g)
{
    size_t kept = 0;
    struct slice *last = last_labels(g);
    struct entry *all = g->entries;
    gather_grants(g);
    for (size_t i = 0; i < g->count; i++)
        if (is_account(g, &all[i]) ||
            (readable(g, all[i].label, all[i].record) && readable(g, last[i], all[i].record)))
            all[kept++] = all[i];
    g->count = kept;
    free(last);
    free(g->grants);
}

static char *path_in(struct world *w, const char *name)
{
    return arena_cstr(w->arena, arena_printf(w->arena, "%s/%s", w->directory, name));
}

/* A ledger of its own, so that what one side's reads leave in the audit is not seen by the other.
 */
static void copy_ledger(struct world *w, struct error *err)
{
    char *copy = path_in(w, "copy"), *directory = path_in(w, "filtered");
    struct ledger_options o = { .directory = directory, .now_ms = WORLD_START_MS };
    unlink(copy);
    world_must(ledger_backup(w->node->ledger, copy, NULL, err), err, "backup");
    world_must(ledger_restore(copy, directory, WORLD_START_MS, err), err, "restore");
    world_must(ledger_open(&o, err, &w->filtered.ledger), err, "ledger");
    unlink(copy);
}

static void gather_all(struct gather *g, struct world *w, const struct viewer *v, int64_t now_ms)
{
    struct error err = { 0 };
    *g = (struct gather){ .world = w,
                          .viewer = v,
                          .now_ms = now_ms,
                          .arena = arena_new(LIMIT_ARENA),
                          .capacity = 20000 };
    g->entries = calloc(g->capacity, sizeof *g->entries);
    world_must(ledger_read(w->node->ledger, 0, (int64_t)g->capacity, &err, gather_entry, g), &err,
               "read");
}

static void gather_done(struct gather *g)
{
    free(g->entries);
    arena_free(g->arena);
}

/* The picture is given those of these entries that it has not and that are readable; the ledger is
 * a copy of the whole. */
static void fill(struct world *w, struct gather *g)
{
    struct error err = { 0 };
    struct node *f = &w->filtered;
    int64_t end = g->count ? g->entries[g->count - 1].seq : 0;
    f->decays = NULL;
    f->decay_count = 0;
    pthread_mutex_init(&f->decay_lock, NULL);
    f->folds = fold_cache_new();
    f->networks = shape_cache_new();
    copy_ledger(w, &err);
    keep_readable(g);
    size_t at = 0;
    while (at < g->count && g->entries[at].seq <= w->filtered_at)
        at++;
    world_must(picture_take(f->picture, g->entries + at, g->count - at, end, &err), &err, "take");
    w->filtered_at = end;
}

void world_filter(struct world *w, const struct viewer *v, int64_t now_ms)
{
    struct error err = { 0 };
    struct gather g;
    struct picture_options o = { .path = path_in(w, "filtered.db"),
                                 .policy = w->node->policy,
                                 .kinds = w->node->kinds,
                                 .weights = &w->node->weights,
                                 .instance = ledger_instance(w->node->ledger),
                                 .fingerprint = S("filtered") };
    unlink(o.path);
    w->filtered = *w->node;
    world_must(picture_open(&o, &err, &w->filtered.picture), &err, "picture");
    w->filtered_at = 0;
    gather_all(&g, w, v, now_ms);
    fill(w, &g);
    gather_done(&g);
}

/* What fill makes. */
static void empty(struct world *w)
{
    struct node *f = &w->filtered;
    ledger_close(f->ledger);
    fold_cache_free(f->folds);
    shape_cache_free(f->networks);
    for (size_t i = 0; i < f->decay_count; i++)
        free(f->decays[i]);
    free(f->decays);
    pthread_mutex_destroy(&f->decay_lock);
    world_remove(path_in(w, "filtered"));
}

/* Was nothing said since that could change who reads what stood before: new records alone? */
static bool only_added(const struct gather *g, int64_t since)
{
    for (size_t i = g->count; i > 0 && g->entries[i - 1].seq > since; i--)
        if (g->entries[i - 1].version != 1 || slice_is(g->entries[i - 1].kind, "release"))
            return false;
    return true;
}

void world_filter_again(struct world *w, const struct viewer *v, int64_t now_ms)
{
    struct gather g;
    gather_all(&g, w, v, now_ms);
    bool stands = picture_position(w->filtered.picture) == w->filtered_at;
    if (stands && only_added(&g, w->filtered_at)) {
        empty(w);
        fill(w, &g);
    } else {
        world_unfilter(w);
        world_filter(w, v, now_ms);
    }
    gather_done(&g);
}

void world_unfilter(struct world *w)
{
    empty(w);
    picture_close(w->filtered.picture);
    unlink(path_in(w, "filtered.db"));
}
