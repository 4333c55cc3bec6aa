/*
 * Non-interference of exchange, the officer: what an officer may not read changes no byte of what
 * exchange answers, of a preview or of what a partner has; and who may not disclose sees nothing of
 * a decision over a peer.
 *
 * What remains is stated in docs/exchange.md ("What exchange tells of what is hidden").
 */
#include "exchange_scene.h"

#include "base/limits.h"
#include "service/difference.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- what exchange answers ---- */

static const char *const officers[] = {
    "UNCLASSIFIED; Releasable To: DEU",
    SCENE_CLEARANCE_B,
    "SECRET; Releasable To: CAN, USA; TLP:RED",
    "TOP SECRET; Releasable To: FRA; TLP:RED",
};
enum { OFFICERS = sizeof officers / sizeof *officers };

struct answer {
    int code;
    struct buf body;
    struct slice etag, marking;
    struct error err;
    struct arena *arena;
};

static void ask(struct node *n, const struct viewer *v, const struct operation *o,
                const char *parameters, struct answer *ret)
{
    struct json *p = NULL;
    *ret = (struct answer){ .arena = arena_new(LIMIT_ARENA) };
    assert_int_equal(json_parse(ret->arena, slice_of(parameters), NULL, &p), 0);
    buf_init(&ret->body, LIMIT_RESPONSE);
    struct call c = { .node = n,
                      .operation = o,
                      .viewer = v,
                      .arena = ret->arena,
                      .now_ms = SCENE_NOW_MS,
                      .parameters = p,
                      .out = &ret->body,
                      .err = &ret->err };
    ret->code = ops_run(&c);
    ret->etag = c.etag;
    ret->marking = c.marking_en;
}

/* Asks both sides; true when there was an answer. */
static bool compare(struct world *w, const struct viewer *v, const char *operation,
                    const char *parameters)
{
    const struct operation *o = operations_find(w->operations, slice_of(operation));
    struct answer all, some;
    assert_non_null(o);
    ask(w->node, v, o, parameters, &all);
    ask(&w->filtered, v, o, parameters, &some);
    bool equal = all.code == some.code && slice_eq(all.etag, some.etag) &&
                 slice_eq(all.marking, some.marking) &&
                 strcmp(all.err.message, some.err.message) == 0 &&
                 slice_eq(buf_slice(&all.body), buf_slice(&some.body));
    bool good = all.code == 0;
    if (!equal)
        fprintf(stderr, "# %s %s\n# all:  %d %s\n%.4000s\n# some: %d %s\n%.4000s\n", operation,
                parameters, all.code, all.err.message, all.body.ptr ? all.body.ptr : "", some.code,
                some.err.message, some.body.ptr ? some.body.ptr : "");
    buf_done(&all.body);
    buf_done(&some.body);
    arena_free(all.arena);
    arena_free(some.arena);
    assert_true(equal);
    return good;
}

struct counts {
    int previews, differences, proofs, sides, named, theirs, pages;
};

/* How often the answer says this. */
static int occurrences(struct world *w, const struct viewer *v, const char *operation,
                       const char *parameters, const char *words)
{
    struct answer x;
    int count = 0;
    ask(w->node, v, operations_find(w->operations, slice_of(operation)), parameters, &x);
    buf_add_char(&x.body, '\0');
    for (const char *at = x.body.ptr; (at = strstr(at, words)) != NULL; at++)
        count++;
    buf_done(&x.body);
    arena_free(x.arena);
    return count;
}

/* Whose records are: the same with and without what is above, and the names of peers for nobody
 * who may not disclose. */
static void compare_provenance(struct scene *x, const struct viewer *officer, struct counts *c)
{
    static const struct {
        const char *operation, *parameters;
    } asked[] = { { "actor.list", "{\"limit\":\"200\"}" },
                  { "actor.list", "{\"limit\":\"200\",\"q\":\"B\"}" },
                  { "search", "{\"q\":\"of\",\"limit\":\"200\"}" },
                  { "today", "{}" },
                  { "portfolio", "{}" },
                  { "calendar", "{}" },
                  { "requests.board", "{}" } };
    struct world *w = &x->world;
    struct viewer reader = *officer;
    reader.role = ROLE_READER;
    reader.permissions = role_permissions(ROLE_READER);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        const char *operation = asked[i].operation, *parameters = asked[i].parameters;
        compare(w, officer, operation, parameters);
        compare(w, &reader, operation, parameters);
        c->named += occurrences(w, officer, operation, parameters, "\"origin_name\":");
        c->theirs += occurrences(w, &reader, operation, parameters, "\"theirs\":true");
        assert_int_equal(occurrences(w, &reader, operation, parameters, "origin_name"), 0);
    }
}

static void compare_peer(struct scene *x, const struct viewer *v, int peer, struct counts *c)
{
    struct world *w = &x->world;
    struct slice id = x->sites[A].peers[peer];
    char parameters[160];
    snprintf(parameters, sizeof parameters, "{\"id\":\"" SLICE_FMT "\"}", SLICE_ARG(id));
    assert_true(compare(w, v, "peer.get", parameters));
    assert_true(compare(w, v, "peer.releases", parameters));
    c->previews += compare(w, v, "exchange.preview", parameters);
    snprintf(parameters, sizeof parameters, "{\"id\":\"" SLICE_FMT "\",\"limit\":\"200\"}",
             SLICE_ARG(id));
    c->differences += compare(w, v, "peer.difference", parameters);
    snprintf(parameters, sizeof parameters, "{\"peer\":\"" SLICE_FMT "\"}", SLICE_ARG(id));
    assert_true(compare(w, v, "exchange.log", parameters));
}

static void compare_record(struct scene *x, const struct viewer *v, struct slice id,
                           struct counts *c)
{
    char parameters[80];
    snprintf(parameters, sizeof parameters, "{\"id\":\"" SLICE_FMT "\"}", SLICE_ARG(id));
    compare(&x->world, v, "actor.get", parameters);
    compare(&x->world, v, "actor.history", parameters);
    c->proofs += compare(&x->world, v, "exchange.proof", parameters);
    c->sides += compare(&x->world, v, "sides", parameters);
}

/* Where the page after this one begins, or "". */
static void read_next(struct world *w, const struct viewer *v, const char *parameters,
                      char ret[200])
{
    struct answer x;
    struct json *page = NULL;
    ask(w->node, v, operations_find(w->operations, S("exchange.log")), parameters, &x);
    assert_int_equal(json_parse(x.arena, buf_slice(&x.body), NULL, &page), 0);
    snprintf(ret, 200, SLICE_FMT, SLICE_ARG(json_get_text(page, "next")));
    buf_done(&x.body);
    arena_free(x.arena);
}

/* The log, one bundle at a time: where a page ends is the same, too. */
static int compare_pages(struct world *w, const struct viewer *v)
{
    char parameters[300] = "{\"limit\":\"1\"}", next[200] = "";
    int pages = 0;
    do {
        if (next[0])
            snprintf(parameters, sizeof parameters, "{\"limit\":\"1\",\"cursor\":\"%s\"}", next);
        assert_true(compare(w, v, "exchange.log", parameters));
        read_next(w, v, parameters, next);
        pages++;
    } while (next[0]);
    return pages;
}

static void compare_all(struct scene *x, const struct viewer *v, struct counts *c)
{
    struct world *w = &x->world;
    assert_true(compare(w, v, "peer.list", "{}"));
    assert_true(compare(w, v, "exchange.card", "{\"name\":\"A\",\"tls_pin\":\"p\"}"));
    assert_true(compare(w, v, "exchange.fingerprint", "{}"));
    assert_true(compare(w, v, "exchange.log", "{}"));
    c->pages += compare_pages(w, v);
    assert_true(compare(w, v, "release.queue", "{\"days\":\"3660\"}"));
    compare_provenance(x, v, c);
    compare_peer(x, v, B, c);
    compare_peer(x, v, C, c);
    for (size_t i = 0; i < x->their_count; i++)
        compare_record(x, v, x->theirs[i], c);
    for (size_t i = 0; i < w->count; i += 5)
        compare_record(x, v, w->ids[i], c);
}

static void exchange_tells_an_officer_nothing_of_what_is_above(void **state)
{
    (void)state;
    struct counts c = { 0 };
    struct scene *x = calloc(1, sizeof *x);
    scene_open(x, 11);
    assert_int_equal(site_send(x->sites, A, B).outcome, BUNDLE_TAKEN);
    for (int i = 0; i < 3; i++) /* the two that say nothing are in everybody's log */
        assert_int_equal(site_send(x->sites, A, C).outcome, BUNDLE_TAKEN);
    world_change(&x->world, 60);
    assert_int_equal(site_send(x->sites, A, C).outcome, BUNDLE_TAKEN);
    scene_make_only(x, B);
    world_change(&x->world, 60);
    scene_sweep(x);
    for (size_t i = 0; i < OFFICERS; i++) {
        struct viewer v = officer_of(&x->sites[A], officers[i]);
        world_filter(&x->world, &v, SCENE_NOW_MS);
        compare_all(x, &v, &c);
        world_unfilter(&x->world);
    }
    print_message(
        "# %d previews, %d differences, %d proofs, %d sides, %d named, %d theirs, %d pages\n",
        c.previews, c.differences, c.proofs, c.sides, c.named, c.theirs, c.pages);
    /* the comparison must be of answers that say something */
    assert_true(c.pages >= 2 * OFFICERS);
    assert_true(c.previews >= 3);
    assert_int_equal(c.differences, 2 * OFFICERS);
    assert_true(c.proofs > 40);
    assert_true(c.sides > 20);
    assert_true(c.named > 40);
    assert_true(c.theirs > 40);
    scene_close(x);
    free(x);
}

/* ---- a decision over a peer ---- */

/* What an ordinary user may ask without naming a record, or with this id. */
static bool is_ordinary(const struct operation *o, bool with_id)
{
    bool id = false;
    for (const struct parameter *p = o->parameters; p && p->name; p++) {
        if (!(p->field.flags & FIELD_REQUIRED) && p->place != IN_PATH)
            continue;
        if (strcmp(p->name, "id") != 0)
            return false;
        id = true;
    }
    return (o->flags & OP_READ) && o->handle && !(o->flags & OP_NO_HTTP) && id == with_id &&
           !(o->permission & (PERMIT_DISCLOSE | PERMIT_ADMIN));
}

static struct slice told(struct scene *x, const struct viewer *v, const struct operation *o,
                         const char *parameters)
{
    struct answer a;
    struct arena *kept = x->sites[A].arena;
    ask(x->world.node, v, o, parameters, &a);
    struct slice text = arena_printf(kept, "%d %s " SLICE_FMT " " SLICE_FMT, a.code, a.err.message,
                                     SLICE_ARG(a.marking), SLICE_ARG(buf_slice(&a.body)));
    buf_done(&a.body);
    arena_free(a.arena);
    return text;
}

static void give_more(struct scene *x, char ret[UUID_TEXT + 1])
{
    struct site *a = &x->sites[A];
    struct json *patch = json_new_object(a->arena), *clearance = NULL;
    struct snapshot *s = NULL;
    struct page page = { 0 };
    site_ok(a, json_parse(a->arena, S("{\"class\":\"TOP SECRET\"}"), NULL, &clearance));
    json_object_set(a->arena, patch, S("clearance"), clearance);
    json_object_set(a->arena, patch, S("release"), site_grounds(a));
    site_ok(a, peer_change(a->node, node_operator(a->node), a->arena, a->peers[C], patch, S("*"),
                           SCENE_NOW_MS + 1000, &a->err));
    site_ok(a, node_snapshot(a->node, node_operator(a->node), a->arena, SCENE_NOW_MS, &a->err, &s));
    struct list_query q = { .kind = kinds_find(node_kinds(a->node), S("peer_release")),
                            .order = LIST_WHEN,
                            .descending = true,
                            .limit = 1 };
    site_ok(a, snapshot_list(s, &q, &a->err, &page));
    snapshot_close(s);
    assert_int_equal(page.count, 1);
    memcpy(ret, page.rows[0].id.ptr, UUID_TEXT);
    ret[UUID_TEXT] = '\0';
}

/* It stands under the lowest label, as the peer does: what keeps it is that it is no record. */
static void a_decision_over_a_peer_is_seen_by_nobody_who_may_not_disclose(void **state)
{
    (void)state;
    struct scene *x = calloc(1, sizeof *x);
    scene_open(x, 5);
    const struct operations *all = x->world.operations;
    struct viewer v = officer_of(&x->sites[A], officers[OFFICERS - 2]);
    struct slice *before = calloc(all->count, sizeof *before);
    char id[UUID_TEXT + 1], named[64], unknown[64];
    int asked = 0, by_id = 0;
    v.role = ROLE_STEWARD;
    v.permissions = role_permissions(ROLE_STEWARD);
    scene_sweep(x);
    for (size_t i = 0; i < all->count; i++)
        if (is_ordinary(&all->items[i], false))
            before[i] = told(x, &v, &all->items[i], "{}");
    give_more(x, id);
    snprintf(named, sizeof named, "{\"id\":\"%s\"}", id);
    snprintf(unknown, sizeof unknown, "{\"id\":\"00000000-0000-7000-8000-%.12s\"}", id + 24);
    for (size_t i = 0; i < all->count; i++) {
        const struct operation *o = &all->items[i];
        struct slice now = S(""), other = S("");
        if (is_ordinary(o, false)) {
            other = before[i];
            now = told(x, &v, o, "{}");
            asked++;
        } else if (is_ordinary(o, true)) {
            other = told(x, &v, o, unknown);
            now = told(x, &v, o, named);
            by_id++;
        }
        if (!slice_eq(now, other))
            fail_msg("%s: %.600s\n# and %.600s", o->name, now.ptr, other.ptr);
    }
    print_message("# %d questions, %d about the decision\n", asked, by_id);
    assert_true(asked > 30 && by_id > 20);
    free(before);
    scene_close(x);
    free(x);
}

/* ---- a clearance was lowered ---- */

/* What went before is above the officer who makes the next bundle: it is withdrawn unseen. */
static void a_preview_names_nothing_that_the_officer_may_not_read(void **state)
{
    (void)state;
    struct site s[2];
    struct exchange_preview p = { 0 };
    sites_open(s, 2);
    sites_meet(s, A, B, SITES_ALL, SITES_ALL);
    struct slice high = site_actor(&s[A], "High", "SECRET");
    struct slice low = site_actor(&s[A], "Low", "UNCLASSIFIED");
    site_send(s, A, B);
    assert_true(site_has(&s[B], high));
    struct json *patch = json_new_object(s[A].arena), *clearance = NULL;
    site_ok(&s[A], json_parse(s[A].arena, S("{\"class\":\"UNCLASSIFIED\",\"tlp\":\"CLEAR\"}"), NULL,
                              &clearance));
    json_object_set(s[A].arena, patch, S("clearance"), clearance);
    site_ok(&s[A], peer_change(s[A].node, node_operator(s[A].node), s[A].arena, s[A].peers[B],
                               patch, S("*"), SCENE_NOW_MS, &s[A].err));
    struct viewer v = officer_of(&s[A], "UNCLASSIFIED");
    site_ok(&s[A], exchange_preview(s[A].node, &v, s[A].arena, s[A].peers[B], 0, SCENE_NOW_MS,
                                    &s[A].err, &p));
    assert_int_equal(p.change_count, 0);
    assert_int_equal(p.held_count, 0);
    assert_int_equal(p.has, 0); /* the bundle that took it there is above the officer */
    site_ok(&s[A], exchange_preview(s[A].node, node_operator(s[A].node), s[A].arena, s[A].peers[B],
                                    0, SCENE_NOW_MS, &s[A].err, &p));
    assert_int_equal(p.change_count, 1);
    assert_true(slice_eq(p.changes[0].record, high));
    assert_int_equal(p.has, 2);
    site_send(s, A, B);
    assert_false(site_has(&s[B], high));
    assert_true(site_has(&s[B], low));
    sites_close(s, 2);
}

/* What a readable bundle took there does not seem to have gone back when one above speaks of it,
 * nor to be renewed. */
static void a_bundle_above_changes_nothing_of_what_a_partner_has(void **state)
{
    (void)state;
    struct site s[2];
    sites_open(s, 2);
    sites_meet(s, A, B, SITES_ALL, SITES_ALL);
    struct slice low = site_actor(&s[A], "Low", "UNCLASSIFIED");
    struct viewer v = officer_of(&s[A], "UNCLASSIFIED");
    site_send(s, A, B);
    for (int round = 0; round < 2; round++) {
        struct snapshot *snap = NULL;
        struct difference d;
        site_ok(&s[A], difference_read(s[A].node, s[A].arena, s[A].peers[B], &v, SCENE_NOW_MS, 10,
                                       &s[A].err, &snap, &d));
        snapshot_close(snap);
        const struct difference_list *list = round ? &d.would_get : &d.has;
        assert_int_equal(list->count, 1);
        assert_true(slice_eq(list->items[0].id, low) && list->items[0].has);
        assert_int_equal(d.has.count + d.would_get.count, 1);
        site_actor(&s[A], "High", "SECRET");
        site_ok(&s[A], site_change(&s[A], "actor", low, "{\"name_en\":\"Lower\"}"));
        site_send(s, A, B);
    }
    sites_close(s, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exchange_tells_an_officer_nothing_of_what_is_above),
        cmocka_unit_test(a_decision_over_a_peer_is_seen_by_nobody_who_may_not_disclose),
        cmocka_unit_test(a_preview_names_nothing_that_the_officer_may_not_read),
        cmocka_unit_test(a_bundle_above_changes_nothing_of_what_a_partner_has),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
