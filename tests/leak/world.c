/* Random worlds: see world.h. */
#include "world_bodies.h"

#include "base/limits.h"
#include "service/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ACTORS = 24, CHANGES = 160, OTHERS = 400 };
#define DAY_MS ((int64_t)86400000)
#define START_MS ((int64_t)1700000000000)
#define END_MS (START_MS + 800 * DAY_MS) /* after all that is said to have happened */

static const char *const labels[] = {
    "{\"class\":\"UNCLASSIFIED\"}",
    "{\"class\":\"UNCLASSIFIED\"}",
    "{\"class\":\"RESTRICTED\"}",
    "{\"class\":\"SECRET\"}",
    "{\"class\":\"UNCLASSIFIED\",\"permissive\":{\"Releasable To\":[[\"CAN\",\"USA\"]]}}",
    "{\"class\":\"CONFIDENTIAL\",\"permissive\":{\"Releasable To\":[[\"FVEY\"]]}}",
    "{\"class\":\"UNCLASSIFIED\",\"tlp\":\"RED\"}",
    /* membership of these changes with time */
    "{\"class\":\"UNCLASSIFIED\",\"permissive\":{\"Releasable To\":[[\"NATO\"]]}}",
    "{\"class\":\"RESTRICTED\",\"permissive\":{\"Releasable To\":[[\"EU\"]]}}",
    /* what their originators control */
    "{\"class\":\"UNCLASSIFIED\",\"orcon\":[\"" WORLD_ORIGINATOR_A "\"]}",
    "{\"class\":\"RESTRICTED\",\"orcon\":[\"" WORLD_ORIGINATOR_A "\",\"" WORLD_ORIGINATOR_B "\"]}",
};
enum { LABELS = sizeof labels / sizeof *labels };

static void must(int code, const struct error *err, const char *what)
{
    if (code < 0) {
        fprintf(stderr, "%s: %d %s %s\n", what, code, err->message, err->origin ? err->origin : "");
        abort();
    }
}

uint32_t world_random(struct world *w, uint32_t below)
{
    w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((w->seed >> 33) % below);
}

struct slice world_id(struct world *w, const char *kind)
{
    for (int tries = 0; w->count && tries < 200; tries++) {
        size_t at = world_random(w, (uint32_t)w->count);
        if (!kind || strcmp(w->kinds[at], kind) == 0)
            return w->ids[at];
    }
    return S("01890000-0000-7000-8000-000000000000");
}

static struct slice canonical_label(struct world *w, const char *text)
{
    struct error err = { 0 };
    struct json *json;
    const struct label *label;
    struct buf out cleanup_buf;
    buf_init(&out, LIMIT_RECORD);
    must(json_parse(w->arena, slice_of(text), &err, &json), &err, "label");
    must(label_parse(w->node->policy, w->arena, json, S("/label"), &err, &label), &err, "label");
    label_write(w->node->policy, label, &out);
    return arena_copy(w->arena, buf_slice(&out));
}

static struct slice canonical_body(struct world *w, struct slice text)
{
    struct error err = { 0 };
    struct json *json;
    struct buf out cleanup_buf;
    buf_init(&out, LIMIT_RECORD);
    must(json_parse(w->arena, text, &err, &json), &err, text.ptr);
    json_write_canonical(w->arena, json, &out);
    return arena_copy(w->arena, buf_slice(&out));
}

/* Drafts are appended many at a time: the ledger syncs once for all of them. */
struct batch {
    struct draft drafts[LIMIT_BATCH];
    size_t count;
};

static void flush(struct world *w, struct batch *b)
{
    static struct appended done[LIMIT_BATCH];
    struct error err = { 0 };
    if (b->count)
        must(ledger_append(w->node->ledger, b->drafts, b->count, END_MS, &err, done), &err,
             "append");
    b->count = 0;
}

/* Releases are stated by originators too: a grant is theirs to give. */
static struct uuid origin_for(struct world *w, const char *kind)
{
    static const char *const others[] = { WORLD_ORIGINATOR_A, WORLD_ORIGINATOR_B };
    struct uuid origin = { { 0 } };
    uint32_t which = strcmp(kind, "release") == 0 ? world_random(w, 5) / 2 : 2;
    if (which < 2 && !uuid_parse(slice_of(others[which]), &origin))
        abort();
    return origin;
}

static void append(struct world *w, struct batch *b, struct draft d, int64_t at_ms)
{
    d.user = S("00000000-0000-0000-0000-000000000000");
    d.expected = -1;
    d.at_ms = at_ms;
    b->drafts[b->count++] = d;
    if (b->count == LIMIT_BATCH)
        flush(w, b);
}

int64_t world_moment(struct world *w)
{
    return START_MS + (int64_t)world_random(w, 700) * DAY_MS;
}

/* A new version of the record that stands there, or with SIZE_MAX a new record. */
static void put(struct world *w, struct batch *b, const char *kind, size_t at)
{
    uint32_t label = world_random(w, LABELS);
    if (strcmp(kind, "release") == 0 && world_random(w, 4)) /* a grant that few read does little */
        label = 0;
    struct draft d = { .operation = ENTRY_PUT,
                       .kind = slice_of(kind),
                       .label = canonical_label(w, labels[label]),
                       .body = canonical_body(w, w->recipe->body(w, kind)) };
    if (at == SIZE_MAX) {
        char text[UUID_TEXT + 1];
        at = w->count++;
        d.record = uuid_new(START_MS);
        uuid_format(d.record, text);
        w->ids[at] = arena_copy(w->arena, slice_of(text));
        w->kinds[at] = kind;
        w->origins[at] = origin_for(w, kind);
    } else if (!uuid_parse(w->ids[at], &d.record)) {
        abort();
    }
    w->labels[at] = d.label;
    d.instance = w->origins[at];
    append(w, b, d, world_moment(w));
}

static void change(struct world *w, struct batch *b)
{
    size_t at = world_random(w, (uint32_t)w->count);
    uint32_t what = world_random(w, 10);
    struct draft d = { .operation = what == 0 ? ENTRY_RETRACT : ENTRY_REDACT,
                       .kind = slice_of(w->kinds[at]),
                       .label = w->labels[at],
                       .instance = w->origins[at],
                       .redacts = what == 0 ? 0 : 1 };
    if (what > 1)
        put(w, b, w->kinds[at], at);
    else if (uuid_parse(w->ids[at], &d.record))
        append(w, b, d, world_moment(w));
}

/* Where syncs cost nothing, if there is such a place. */
static void make_directory(struct world *w)
{
    const char *place = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(w->directory, sizeof w->directory, "%s/entente-leak-XXXXXX", place);
    if (!mkdtemp(w->directory))
        abort();
}

static void set_home(struct world *w)
{
    struct error err = { 0 };
    struct write_context c = { .node = w->node, .now_ms = END_MS };
    struct slice home = world_id(w, "actor");
    must(node_snapshot(w->node, node_operator(w->node), w->arena, START_MS, &err, &c.snapshot),
         &err, "snapshot");
    must(settings_put(&c, S("home"), home, &err), &err, "home");
}

void world_make_of(struct world *w, uint64_t seed, const struct world_recipe *recipe)
{
    static struct batch batch;
    struct error err = { 0 };
    *w = (struct world){ .recipe = recipe,
                         .seed = seed * 2654435761u + 12345,
                         .arena = arena_new(LIMIT_ARENA * 4ul) };
    make_directory(w);
    struct node_options o = { .directory = w->directory, .create = true, .now_ms = START_MS };
    must(node_open(&o, &err, &w->node), &err, "node");
    must(operations_make(w->arena, node_kinds(w->node), &err, &w->operations), &err, "operations");
    for (int i = 0; i < recipe->actors; i++)
        put(w, &batch, "actor", SIZE_MAX);
    for (int i = 0; i < recipe->others; i++)
        put(w, &batch, recipe->kinds[world_random(w, (uint32_t)recipe->kind_count)], SIZE_MAX);
    for (int i = 0; i < recipe->changes; i++)
        change(w, &batch);
    flush(w, &batch);
    set_home(w);
}

void world_change(struct world *w, int changes)
{
    static struct batch batch;
    for (int i = 0; i < changes; i++)
        change(w, &batch);
    flush(w, &batch);
}

void world_make(struct world *w, uint64_t seed)
{
    static const char *const kinds[] = { "relationship", "engagement",  "commitment",  "commitment",
                                         "disclosure",   "assessment",  "posting",     "membership",
                                         "agreement",    "vocabulary",  "concept",     "concept",
                                         "mapping",      "objective",   "offer",       "offer",
                                         "access",       "need",        "agreement",   "obligation",
                                         "obligation",   "transaction", "transaction", "request",
                                         "request" };
    static const struct world_recipe all = { .kinds = kinds,
                                             .kind_count = sizeof kinds / sizeof *kinds,
                                             .actors = ACTORS,
                                             .others = OTHERS,
                                             .changes = CHANGES,
                                             .body = world_body };
    world_make_of(w, seed, &all);
}

/* ---- the filtered picture ---- */

struct gather {
    struct world *world;
    const struct viewer *viewer;
    int64_t now_ms;
    struct entry *entries;
    size_t count, capacity;
};

static struct slice keep(struct world *w, struct slice s)
{
    return s.ptr ? arena_copy(w->arena, s) : s;
}

static int gather_entry(void *context, const struct entry *e)
{
    struct gather *g = context;
    if (g->count == g->capacity)
        abort();
    struct entry *copy = &g->entries[g->count++];
    *copy = *e;
    copy->user = keep(g->world, e->user);
    copy->kind = keep(g->world, e->kind);
    copy->label = keep(g->world, e->label);
    copy->body = keep(g->world, e->body);
    copy->request = keep(g->world, e->request);
    return 0;
}

static const struct label *label_of(struct gather *g, struct slice text)
{
    struct json *json;
    const struct label *label;
    struct error err = { 0 };
    must(json_parse(g->world->arena, text, &err, &json), &err, "label");
    must(label_parse(g->world->node->policy, g->world->arena, json, S("/"), &err, &label), &err,
         "label");
    return label;
}

static bool cleared(struct gather *g, const struct label *l)
{
    const struct policy *p = g->world->node->policy;
    return label_may_read(p, g->viewer->clearance, l, g->now_ms) &&
           (!g->viewer->also || label_may_read(p, g->viewer->also, l, g->now_ms));
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

/* Is this body a grant to the partner, in force, of everything or of this record? */
static bool grants(struct gather *g, struct slice text, struct uuid record)
{
    struct json *body;
    struct when until;
    struct uuid of;
    struct error err = { 0 };
    must(json_parse(g->world->arena, text, &err, &body), &err, "body");
    struct slice named = json_get_text(body, "record");
    if (when_parse(json_get_text(body, "until"), &until) && when_last_ms(until) < g->now_ms)
        return false;
    return slice_is(json_get_text(body, "nature"), "onward") &&
           slice_is(json_get_text(body, "state"), "approved") &&
           names(json_get(body, "to"), g->viewer->partner_instance) &&
           (!named.len || (uuid_parse(named, &of) && uuid_eq(of, record)));
}

/* Has this originator granted the record by a release that stands and that the partner may read? */
static bool granted(struct gather *g, struct uuid originator, struct uuid record)
{
    for (size_t i = 0; i < g->count; i++) {
        const struct entry *first = &g->entries[i], *last = first;
        struct slice body = { 0 };
        if (first->version != 1 || !slice_is(first->kind, "release") ||
            !uuid_eq(first->instance, originator))
            continue;
        for (size_t j = i; j < g->count; j++) {
            const struct entry *e = &g->entries[j];
            if (!uuid_eq(e->record, first->record))
                continue;
            last = e;
            if (e->operation == ENTRY_PUT)
                body = e->body;
            else if (e->operation == ENTRY_RETRACT)
                body = (struct slice){ 0 };
        }
        const struct label *l = label_of(g, last->label);
        if (body.ptr && cleared(g, l) && needs_no_grant(g, l) && grants(g, body, record))
            return true;
    }
    return false;
}

static bool readable(struct gather *g, struct slice text, struct uuid record)
{
    const struct label *l = label_of(g, text);
    const struct uuid *of;
    size_t count = g->viewer->is_partner ? label_originators(l, &of) : 0;
    if (!cleared(g, l))
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

/* Keeps an entry when its own label and that of its record's last entry are readable: the
 * definition, without any of the guard's machinery. */
static size_t keep_readable(struct gather *g)
{
    size_t kept = 0;
    struct entry *all = g->entries;
    struct entry *out = calloc(g->count + 1, sizeof *out);
    for (size_t i = 0; i < g->count; i++) {
        size_t last = i;
        for (size_t j = i + 1; j < g->count; j++)
            if (uuid_eq(all[j].record, all[i].record))
                last = j;
        if (is_account(g, &all[i]) || (readable(g, all[i].label, all[i].record) &&
                                       readable(g, all[last].label, all[i].record)))
            out[kept++] = all[i];
    }
    memcpy(all, out, kept * sizeof *out);
    free(out);
    return kept;
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
    struct ledger_options o = { .directory = directory, .now_ms = START_MS };
    unlink(copy);
    must(ledger_backup(w->node->ledger, copy, NULL, err), err, "backup");
    must(ledger_restore(copy, directory, START_MS, err), err, "restore");
    must(ledger_open(&o, err, &w->filtered.ledger), err, "ledger");
    unlink(copy);
}

void world_filter(struct world *w, const struct viewer *v, int64_t now_ms)
{
    struct error err = { 0 };
    struct ledger_head head;
    struct gather g = { .world = w, .viewer = v, .now_ms = now_ms, .capacity = 20000 };
    g.entries = calloc(g.capacity, sizeof *g.entries);
    must(ledger_read(w->node->ledger, 0, (int64_t)g.capacity, &err, gather_entry, &g), &err,
         "read");
    must(ledger_head_get(w->node->ledger, &err, &head), &err, "head");
    size_t kept = keep_readable(&g);
    struct picture_options o = { .path = path_in(w, "filtered.db"),
                                 .policy = w->node->policy,
                                 .kinds = w->node->kinds,
                                 .weights = &w->node->weights,
                                 .instance = ledger_instance(w->node->ledger),
                                 .fingerprint = S("filtered") };
    unlink(o.path);
    w->filtered = *w->node;
    w->filtered.decays = NULL;
    w->filtered.decay_count = 0;
    w->filtered.folds = fold_cache_new();
    w->filtered.networks = shape_cache_new();
    pthread_mutex_init(&w->filtered.decay_lock, NULL);
    copy_ledger(w, &err);
    must(picture_open(&o, &err, &w->filtered.picture), &err, "picture");
    must(picture_take(w->filtered.picture, g.entries, kept, head.seq, &err), &err, "take");
    free(g.entries);
}

static void remove_names(const char *directory)
{
    static const char *const names[] = { "ledger.db",   "ledger.db-wal",   "ledger.db-shm",
                                         "picture.db",  "picture.db-wal",  "picture.db-shm",
                                         "filtered.db", "filtered.db-wal", "filtered.db-shm",
                                         "key" };
    char path[160];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, names[i]);
        unlink(path);
    }
    rmdir(directory);
}

void world_unfilter(struct world *w)
{
    struct node *f = &w->filtered;
    ledger_close(f->ledger);
    picture_close(f->picture);
    fold_cache_free(f->folds);
    shape_cache_free(f->networks);
    for (size_t i = 0; i < f->decay_count; i++)
        free(f->decays[i]);
    free(f->decays);
    pthread_mutex_destroy(&f->decay_lock);
    unlink(path_in(w, "filtered.db"));
    remove_names(path_in(w, "filtered"));
}

void world_free(struct world *w)
{
    node_close(w->node);
    arena_free(w->arena);
    remove_names(w->directory);
}
