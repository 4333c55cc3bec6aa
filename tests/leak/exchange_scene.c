/* A world and two partners: see exchange_scene.h. */
#include "exchange_scene.h"

#include "service/release.h"
#include "world_bodies.h"

#include <stdio.h>

static char partner_b[UUID_TEXT + 1]; /* to whom originators grant onward release */

static struct slice body(struct world *w, const char *kind)
{
    char *copy = arena_cstr(w->arena, world_body(w, kind));
    while (
        strstr(copy, "\"nature\":\"lower\"")) /* made by operations alone, with the label before */
        copy = arena_cstr(w->arena, world_body(w, kind));
    char *at = strcmp(kind, "release") == 0 ? strstr(copy, WORLD_PARTNER) : NULL;
    if (at)
        memcpy(at, partner_b, UUID_TEXT);
    return slice_of(copy);
}

static const char *const kinds[] = { "relationship", "engagement", "commitment", "commitment",
                                     "posting",      "offer",      "agreement",  "obligation",
                                     "request",      "need",       "release",    "release",
                                     "release",      "release" };
static const struct world_recipe recipe = { .kinds = kinds,
                                            .kind_count = sizeof kinds / sizeof *kinds,
                                            .actors = 24,
                                            .others = 240,
                                            .changes = 80,
                                            .body = body };

static const char *const their_labels[] = { "UNCLASSIFIED", "UNCLASSIFIED", "RESTRICTED" };

/* B states some, raises some of them, and lowers one again: at A there are hidden records, and
 * hidden versions of readable ones. Bundles are of one level each. */
static void take_theirs(struct scene *x)
{
    struct site *b = &x->sites[B];
    for (int i = 0; i < 24; i++) {
        char fields[128];
        snprintf(fields, sizeof fields,
                 "{\"nature\":\"organisation\",\"name_en\":\"of B %d\","
                 "\"external_ids\":[\"w:%d\"]}",
                 i, i);
        x->theirs[x->their_count++] = site_state(b, "actor", fields, their_labels[i % 3]);
    }
    assert_int_equal(site_send(x->sites, B, A).outcome, BUNDLE_TAKEN);
    for (size_t i = 0; i < 8; i++)
        site_relabel(b, "actor", x->theirs[i], "SECRET; Releasable To: FRA");
    assert_int_equal(site_send(x->sites, B, A).outcome, BUNDLE_TAKEN);
    for (size_t i = 0; i < 3; i++)
        site_relabel(b, "actor", x->theirs[i], "UNCLASSIFIED");
    assert_int_equal(site_send(x->sites, B, A).outcome, BUNDLE_TAKEN);
}

/* One thing on both sides, as several say it. */
static void annotate(struct scene *x)
{
    static const char *const labels[] = { "UNCLASSIFIED", "RESTRICTED", "SECRET" };
    struct slice ours = site_actor(&x->sites[A], "of A", "UNCLASSIFIED");
    for (size_t i = 0; i < 12; i++) {
        char fields[256];
        snprintf(fields, sizeof fields,
                 "{\"about\":\"" SLICE_FMT "\",\"stance\":\"agree\",\"same_as\":\"" SLICE_FMT "\"}",
                 SLICE_ARG(x->theirs[i]), SLICE_ARG(ours));
        site_state(&x->sites[A], "annotation", fields, labels[i % 3]);
    }
}

void scene_open(struct scene *x, uint64_t seed)
{
    *x = (struct scene){ .their_count = 0 };
    sites_open(&x->sites[B], SITES - B);
    uuid_format(ledger_instance(node_ledger(x->sites[B].node)), partner_b);
    world_make_of(&x->world, seed, &recipe);
    x->sites[A] = (struct site){ .node = x->world.node,
                                 .arena = arena_new(1u << 30),
                                 .now_ms = SCENE_NOW_MS };
    sites_meet(x->sites, A, B, "SECRET; Releasable To: CAN, FRA; TLP:AMBER+STRICT",
               SCENE_CLEARANCE_B);
    sites_meet(x->sites, A, C, "SECRET; Releasable To: CAN, FRA; TLP:AMBER+STRICT",
               SCENE_CLEARANCE_C);
    take_theirs(x);
    annotate(x);
}

void scene_close(struct scene *x)
{
    sites_close(&x->sites[B], SITES - B);
    arena_free(x->sites[A].arena);
    world_free(&x->world);
}

void scene_sweep(struct scene *x)
{
    struct site *a = &x->sites[A];
    site_ok(a, release_sweep(a->node, a->arena, SCENE_NOW_MS, &a->err));
}

static const struct clearance *clearance_of(struct site *s, const char *text)
{
    const struct clearance *c = NULL;
    site_ok(s, clearance_parse_text(node_policy(s->node), s->arena, slice_of(text), S("/"), &s->err,
                                    &c));
    return c;
}

struct viewer officer_of(struct site *s, const char *clearance)
{
    return (struct viewer){ .username = S("v"),
                            .display_name = S("v"),
                            .role = ROLE_ADMINISTRATOR,
                            .permissions = role_permissions(ROLE_ADMINISTRATOR),
                            .clearance = clearance_of(s, clearance) };
}

void scene_make_only(struct scene *x, int to)
{
    struct buf bundle cleanup_buf;
    site_make(&x->sites[A], to, &bundle);
}
