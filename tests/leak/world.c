/* Random worlds: see world.h. */
#include "world_bodies.h"
#include "world_internal.h"

#include "base/limits.h"
#include "service/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ACTORS = 24, CHANGES = 160, OTHERS = 400 };
#define DAY_MS ((int64_t)86400000)
#define END_MS (WORLD_START_MS + 800 * DAY_MS) /* after all that is said to have happened */

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
static const char *const personal[] = {
    "{\"class\":\"UNCLASSIFIED\",\"persons\":[\"" WORLD_PERSON "\"]}",
    "{\"class\":\"RESTRICTED\",\"persons\":[\"" WORLD_PERSON "\",\"" WORLD_ORIGINATOR_A "\"]}",
};
enum { LABELS = sizeof labels / sizeof *labels, EVERY = 12 };

void world_must(int code, const struct error *err, const char *what)
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
    world_must(json_parse(w->arena, slice_of(text), &err, &json), &err, "label");
    world_must(label_parse(w->node->policy, w->arena, json, S("/label"), &err, &label), &err,
               "label");
    label_write(w->node->policy, label, &out);
    return arena_copy(w->arena, buf_slice(&out));
}

static struct slice canonical_body(struct world *w, struct slice text)
{
    struct error err = { 0 };
    struct json *json;
    struct buf out cleanup_buf;
    buf_init(&out, LIMIT_RECORD);
    world_must(json_parse(w->arena, text, &err, &json), &err, text.ptr);
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
        world_must(ledger_append(w->node->ledger, b->drafts, b->count, END_MS, &err, done), &err,
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
    return WORLD_START_MS + (int64_t)world_random(w, 700) * DAY_MS;
}

/* A new version of the record that stands there, or with SIZE_MAX a new record. */
static void put(struct world *w, struct batch *b, const char *kind, size_t at)
{
    uint32_t label = world_random(w, LABELS);
    /* now and then one of those, without a further draw */
    bool person = (label + (at == SIZE_MAX ? w->count : at)) % EVERY == EVERY - 1;
    if (strcmp(kind, "release") == 0 && world_random(w, 4)) /* a grant that few read does little */
        label = 0;
    struct draft d = { .operation = ENTRY_PUT,
                       .kind = slice_of(kind),
                       .label = canonical_label(w, person ? personal[label % 2] : labels[label]),
                       .body = canonical_body(w, w->recipe->body(w, kind)) };
    if (at == SIZE_MAX) {
        char text[UUID_TEXT + 1];
        at = w->count++;
        d.record = uuid_new(WORLD_START_MS);
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
    world_must(
        node_snapshot(w->node, node_operator(w->node), w->arena, WORLD_START_MS, &err, &c.snapshot),
        &err, "snapshot");
    world_must(settings_put(&c, S("home"), home, &err), &err, "home");
}

void world_make_of(struct world *w, uint64_t seed, const struct world_recipe *recipe)
{
    static struct batch batch;
    struct error err = { 0 };
    *w = (struct world){ .recipe = recipe,
                         .seed = seed * 2654435761u + 12345,
                         .arena = arena_new(LIMIT_ARENA * 4ul) };
    make_directory(w);
    struct node_options o = { .directory = w->directory, .create = true, .now_ms = WORLD_START_MS };
    world_must(node_open(&o, &err, &w->node), &err, "node");
    world_must(operations_make(w->arena, node_kinds(w->node), &err, &w->operations), &err,
               "operations");
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

void world_remove(const char *directory)
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

void world_free(struct world *w)
{
    node_close(w->node);
    arena_free(w->arena);
    world_remove(w->directory);
}
