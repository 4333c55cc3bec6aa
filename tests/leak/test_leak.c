/*
 * Non-interference: what a viewer may not read changes no byte of what that viewer gets.
 *
 * For random worlds and several clearances, every read operation of the table is asked with random
 * inputs (ids of readable, unreadable and absent records among them) of two instances: one that
 * holds all entries, and one that holds only what the viewer may read. Body, ETag, marking, status
 * and error text must be equal.
 */
#include "world_bodies.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* Who asks, and when: Sweden joined NATO on 2024-03-07. */
struct asker {
    const char *clearance;
    int64_t now_ms;
    bool french;
    const char *partner; /* instance; NULL: a user */
    const char *also;    /* an officer's clearance, who asks as that partner */
    const char *person;  /* whom labels name; NULL: one whom they do not */
};

static const struct asker askers[] = {
    { "{\"class\":\"UNCLASSIFIED\",\"permissive\":{\"Releasable To\":[\"DEU\"]}}", 1765000000000,
      false },
    { "{\"class\":\"RESTRICTED\",\"permissive\":{\"Releasable To\":[\"CAN\"]},\"tlp\":\"AMBER\"}",
      1765000000000, true, NULL, NULL, WORLD_PERSON },
    { "{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":[\"USA\"]},\"tlp\":\"RED\"}",
      1765000000000, false },
    { "{\"class\":\"TOP SECRET\",\"permissive\":{\"Releasable To\":[\"FRA\"]},\"tlp\":\"RED\"}",
      1765000000000, false },
    { "{\"class\":\"RESTRICTED\",\"permissive\":{\"Releasable To\":[\"SWE\"]}}", 1709683200000,
      false }, /* 2024-03-06 */
    { "{\"class\":\"RESTRICTED\",\"permissive\":{\"Releasable To\":[\"SWE\"]}}", 1709856000000,
      false }, /* 2024-03-08 */
};
enum { ASKERS = sizeof askers / sizeof *askers };

/* Partners, to whom originators have granted this and that. */
static const struct asker partners[] = {
    { "{\"class\":\"UNCLASSIFIED\",\"permissive\":{\"Releasable To\":[\"DEU\"]}}", 1765000000000,
      false, WORLD_PARTNER, NULL },
    { "{\"class\":\"RESTRICTED\",\"permissive\":{\"Releasable To\":[\"CAN\"]},\"tlp\":\"AMBER\"}",
      1765000000000, true, WORLD_PARTNER, NULL },
    { "{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":[\"USA\"]},\"tlp\":\"RED\"}",
      1765000000000, false, WORLD_PARTNER,
      "{\"class\":\"RESTRICTED\",\"permissive\":{\"Releasable To\":[\"CAN\",\"USA\"]},\"tlp\":"
      "\"AMBER\"}",
      WORLD_PERSON },
    { "{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":[\"USA\"]},\"tlp\":\"RED\"}",
      1765000000000, false, WORLD_ORIGINATOR_A, NULL },
};
enum { PARTNERS = sizeof partners / sizeof *partners };

struct answer {
    int code;
    struct buf body;
    struct slice etag, marking_en, marking_fr;
    struct error err;
    struct arena *arena;
};

static void answer_done(struct answer *a)
{
    buf_done(&a->body);
    arena_free(a->arena);
}

static const struct clearance *clearance_of(struct world *w, const char *text)
{
    struct error err = { 0 };
    struct json *json;
    const struct clearance *c = NULL;
    assert_int_equal(json_parse(w->arena, slice_of(text), &err, &json), 0);
    assert_int_equal(clearance_parse(w->node->policy, w->arena, json, S("/"), &err, &c), 0);
    return c;
}

static struct viewer viewer_of(struct world *w, const struct asker *who)
{
    struct viewer v = { .username = S("v"),
                        .display_name = S("v"),
                        .role = ROLE_ADMINISTRATOR,
                        .permissions = role_permissions(ROLE_ADMINISTRATOR),
                        .french = who->french };
    v.clearance = clearance_of(w, who->clearance);
    v.also = who->also ? clearance_of(w, who->also) : NULL;
    v.is_partner = who->partner != NULL;
    if (who->person)
        assert_true(uuid_parse(slice_of(who->person), &v.user));
    if (v.is_partner)
        assert_true(uuid_parse(slice_of(who->partner), &v.partner_instance));
    return v;
}

static void ask(struct node *n, const struct viewer *v, int64_t now_ms, const struct operation *o,
                const struct json *parameters, const struct json *body, struct answer *ret)
{
    *ret = (struct answer){ .arena = arena_new(LIMIT_ARENA) };
    buf_init(&ret->body, LIMIT_RESPONSE);
    struct call c = { .node = n,
                      .operation = o,
                      .viewer = v,
                      .arena = ret->arena,
                      .now_ms = now_ms,
                      .french = v->french,
                      .parameters =
                          json_merge_patch(ret->arena, parameters, json_new_object(ret->arena)),
                      .body = body,
                      .if_match = S("*"),
                      .out = &ret->body,
                      .err = &ret->err };
    ret->code = ops_run(&c);
    ret->etag = c.etag;
    ret->marking_en = c.marking_en;
    ret->marking_fr = c.marking_fr;
}

static void describe(const struct operation *o, const struct json *parameters,
                     const struct answer *all, const struct answer *some)
{
    struct buf p cleanup_buf;
    buf_init(&p, LIMIT_BODY);
    json_write_value(parameters, &p);
    fprintf(stderr, "# %s %s\n# all:  %d %.1500s %s\n# some: %d %.1500s %s\n", o->name, p.ptr,
            all->code, all->body.ptr ? all->body.ptr : "", all->err.message, some->code,
            some->body.ptr ? some->body.ptr : "", some->err.message);
}

static bool same(const struct answer *a, const struct answer *b)
{
    if (a->code != b->code || !slice_eq(a->etag, b->etag) ||
        !slice_eq(a->marking_en, b->marking_en) || !slice_eq(a->marking_fr, b->marking_fr))
        return false;
    if (a->code < 0)
        return strcmp(a->err.message, b->err.message) == 0 &&
               a->err.field_count == b->err.field_count &&
               memcmp(a->err.fields, b->err.fields, sizeof a->err.fields) == 0;
    return slice_eq(buf_slice(&a->body), buf_slice(&b->body));
}

static void set(struct arena *a, struct json *parameters, const char *name, struct slice text)
{
    json_object_set(a, parameters, slice_of(name), json_new_text(a, text));
}

static const char *const search_words[] = { "divers", "boats", "quebec", "med", "zzz", "harb per" };
static const char *const dates[] = { "2023", "2024-06", "2024-11-30", "2025-03-01", "2025-10-01" };

/* A value that the parameter's field accepts. */
static struct slice value_for(struct world *w, const struct parameter *p)
{
    const struct field *f = &p->field;
    size_t choices = 0;
    switch (f->type) {
    case FIELD_REF:
        return world_id(w, f->target);
    case FIELD_WHEN:
        return slice_of(dates[world_random(w, 5)]);
    case FIELD_DURATION:
        return world_random(w, 2) ? S("P1Y") : S("P90D");
    case FIELD_REGION:
        return world_random(w, 2) ? S("021") : S("CAN");
    case FIELD_BOOL:
        return world_random(w, 2) ? S("true") : S("false");
    case FIELD_INTEGER:
        return world_random(w, 2) ? S("2") : S("1");
    case FIELD_DECIMAL:
        return world_random(w, 2) ? S("0.6") : S("0.9");
    case FIELD_ENUM:
        while (f->choices && f->choices[choices].value)
            choices++;
        return choices ? slice_of(f->choices[world_random(w, (uint32_t)choices)].value) : S("x");
    default:
        return slice_of(search_words[world_random(w, 6)]);
    }
}

/* The kind of the records that {id} names: the row's, or the one whose plural stands before it. */
static const char *kind_of_id(struct world *w, const struct operation *o)
{
    const struct kinds *kinds = node_kinds(w->node);
    const char *prefix = "/api/v1/", *plural = o->path;
    size_t length;
    if (o->kind || strncmp(plural, prefix, strlen(prefix)) != 0)
        return o->kind ? o->kind->name : "actor";
    plural += strlen(prefix);
    length = strcspn(plural, "/");
    const struct kind *k = kinds_find_plural(kinds, slice_make(plural, length));
    return k ? k->name : "actor";
}

static struct json *parameters_for(struct world *w, struct arena *a, const struct operation *o)
{
    struct json *all = json_new_object(a);
    if (o->kind && strstr(o->name, ".list") && world_random(w, 6) == 0) { /* takes no filter */
        set(a, all, "retracted", S("true"));
        set(a, all, "limit", S("1"));
        return all;
    }
    for (const struct parameter *p = o->parameters; p && p->name; p++) {
        bool required = (p->field.flags & FIELD_REQUIRED) || p->place == IN_PATH;
        if (strcmp(p->name, "cursor") == 0 || strcmp(p->name, "retracted") == 0 ||
            (!required && world_random(w, 100) < (o->kind ? 92 : 50)))
            continue;
        if (strcmp(p->name, "id") == 0)
            set(a, all, "id", world_id(w, kind_of_id(w, o)));
        else if (strcmp(p->name, "sort") == 0)
            set(a, all, "sort", world_random(w, 2) ? S("-updated") : S("title"));
        else
            set(a, all, p->name, value_for(w, p));
    }
    return all;
}

static bool is_read(const struct operation *o)
{
    return (o->flags & OP_READ) && o->handle && !(o->flags & OP_NO_HTTP);
}

/* The audit lists reads, and asking is one: before each page both sides start from one ledger. */
static void start_equal(struct world *w, const struct viewer *v, const struct operation *o,
                        int64_t now_ms)
{
    if (strcmp(o->name, "audit.list") != 0)
        return;
    world_filter_again(w, v, now_ms);
}

/* Asks both, and the pages after. Returns how many answers were not errors. */
static int compare(struct world *w, const struct viewer *v, int64_t now_ms,
                   const struct operation *o, struct json *parameters, struct arena *a)
{
    int good = 0;
    for (int page = 0; page < 4; page++) {
        struct answer all, some;
        start_equal(w, v, o, now_ms);
        ask(w->node, v, now_ms, o, parameters, NULL, &all);
        ask(&w->filtered, v, now_ms, o, parameters, NULL, &some);
        bool equal = same(&all, &some);
        if (!equal)
            describe(o, parameters, &all, &some);
        good += all.code == 0;
        struct json *parsed = NULL;
        struct slice next = S("");
        if (all.code == 0 && (o->flags & OP_PAGED) &&
            json_parse(a, buf_slice(&all.body), NULL, &parsed) == 0)
            next = arena_copy(a, json_get_text(parsed, "next"));
        answer_done(&all);
        answer_done(&some);
        assert_true(equal);
        if (!next.len)
            break;
        set(a, parameters, "cursor", next);
    }
    return good;
}

/* The stream of changes, a few at a time, to its end. Returns how many there were. */
static size_t compare_changes(struct world *w, const struct viewer *v, int64_t now_ms)
{
    struct error err = { 0 };
    int64_t after[2] = { 0, 0 }, head = picture_position(w->node->picture);
    size_t seen = 0;
    while (after[0] < head) {
        struct arena *a = arena_new(LIMIT_ARENA);
        struct node *nodes[2] = { w->node, &w->filtered };
        struct change *changes[2];
        size_t count[2];
        for (int i = 0; i < 2; i++)
            assert_int_equal(node_changes_at(nodes[i], v, a, now_ms, after[i], 5, &err, &changes[i],
                                             &count[i], &after[i]),
                             0);
        assert_int_equal(count[0], count[1]);
        for (size_t i = 0; i < count[0]; i++) {
            assert_true(slice_eq(changes[0][i].event_id, changes[1][i].event_id));
            assert_true(slice_eq(changes[0][i].kind, changes[1][i].kind));
            assert_true(slice_eq(changes[0][i].id, changes[1][i].id));
            assert_int_equal(changes[0][i].version, changes[1][i].version);
            assert_string_equal(changes[0][i].operation, changes[1][i].operation);
        }
        seen += count[0];
        arena_free(a);
        if (count[0] == 0)
            break;
    }
    return seen;
}

enum { WORLDS = 2, ROUNDS = 10, KIND_ROUNDS = 3 };

static int rounds_of(const struct operation *o)
{
    bool slow = (o->flags & OP_LONG) || strcmp(o->name, "audit.list") == 0;
    return !is_read(o) ? 0 : slow ? 1 : o->kind ? KIND_ROUNDS : ROUNDS;
}

static void reads_tell_nothing_of_what_the_viewer_may_not_read(void **state)
{
    (void)state;
    struct world w;
    int good = 0, asked = 0;
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        world_make(&w, seed);
        for (size_t c = 0; c < ASKERS; c++) {
            struct viewer v = viewer_of(&w, &askers[c]);
            world_filter(&w, &v, askers[c].now_ms);
            for (size_t i = 0; i < w.operations->count; i++) {
                const struct operation *o = &w.operations->items[i];
                for (int round = 0; round < rounds_of(o); round++) {
                    struct arena *a = arena_new(LIMIT_ARENA);
                    good += compare(&w, &v, askers[c].now_ms, o, parameters_for(&w, a, o), a);
                    asked++;
                    arena_free(a);
                }
            }
            world_unfilter(&w);
        }
        world_free(&w);
    }
    print_message("# %d questions, %d answers that were not errors\n", asked, good);
    assert_true(good > asked / 3); /* the test must mostly compare real answers */
}

static void the_stream_of_changes_tells_nothing_either(void **state)
{
    (void)state;
    struct world w;
    size_t counts[ASKERS];
    world_make(&w, 3);
    for (size_t c = 0; c < ASKERS; c++) {
        struct viewer v = viewer_of(&w, &askers[c]);
        world_filter(&w, &v, askers[c].now_ms);
        counts[c] = compare_changes(&w, &v, askers[c].now_ms);
        world_unfilter(&w);
    }
    assert_true(counts[0] > 20);
    assert_true(counts[3] > counts[0]);
    assert_true(counts[5] > counts[4]); /* the day of joining shows more */
    world_free(&w);
}

/* Each of the four things that introductions can be asked for, alone. Returns whether there was a
 * chain. */
static bool compare_introductions(struct world *w, const struct viewer *v, int64_t now_ms,
                                  const struct operation *o, uint32_t what)
{
    static const char *const parameters[] = { "to", "region", "capability", "topic" };
    struct arena *a = arena_new(LIMIT_ARENA);
    struct json *asked = json_new_object(a);
    struct answer all, some;
    const struct parameter *p = o->parameters;
    while (strcmp(p->name, parameters[what]) != 0)
        p++;
    set(a, asked, p->name, value_for(w, p));
    set(a, asked, "k", world_random(w, 2) ? S("5") : S("16"));
    if (world_random(w, 2))
        set(a, asked, "of", world_id(w, "actor"));
    if (world_random(w, 4) == 0)
        set(a, asked, "without", world_id(w, "actor"));
    if (world_random(w, 4) == 0)
        set(a, asked, "as_of", slice_of(dates[world_random(w, 5)]));
    ask(w->node, v, now_ms, o, asked, NULL, &all);
    ask(&w->filtered, v, now_ms, o, asked, NULL, &some);
    bool equal = same(&all, &some);
    if (!equal)
        describe(o, asked, &all, &some);
    bool found = all.code == 0 && strstr(all.body.ptr, "\"paths\":[]") == NULL;
    answer_done(&all);
    answer_done(&some);
    arena_free(a);
    assert_true(equal);
    return found;
}

static void introductions_tell_nothing_of_ties_that_may_not_be_read(void **state)
{
    (void)state;
    enum { QUESTIONS = 60 };
    struct world w;
    int found[4] = { 0 };
    for (uint64_t seed = 21; seed < 21 + WORLDS; seed++) {
        world_make(&w, seed);
        const struct operation *o = operations_find(w.operations, S("introductions"));
        for (size_t c = 0; c < ASKERS; c++) {
            struct viewer v = viewer_of(&w, &askers[c]);
            world_filter(&w, &v, askers[c].now_ms);
            for (uint32_t i = 0; i < QUESTIONS; i++)
                found[i % 4] += compare_introductions(&w, &v, askers[c].now_ms, o, i % 4);
            world_unfilter(&w);
        }
        world_free(&w);
    }
    print_message("# chains to an actor %d, a region %d, a capability %d, a topic %d\n", found[0],
                  found[1], found[2], found[3]);
    for (int i = 0; i < 4; i++)
        assert_true(found[i] >= 5);
}

static int count_one(void *context, const struct slice *columns)
{
    (void)columns;
    ++*(size_t *)context;
    return 0;
}

/* Rows of records and of evidence that this viewer may read. */
static size_t count_readable(struct world *w, const struct viewer *v, int64_t now_ms)
{
    static const char records[] = "SELECT r.num FROM record_v r";
    static const char evidence[] = "SELECT e.num FROM evidence_v e";
    struct arena *a = arena_new(LIMIT_ARENA);
    struct error err = { 0 };
    struct snapshot *s;
    size_t count = 0;
    assert_int_equal(snapshot_open(w->node->picture, v, a, now_ms, &err, &s), 0);
    assert_int_equal(snapshot_query(s, records, NULL, 0, &err, count_one, &count), 0);
    assert_int_equal(snapshot_query(s, evidence, NULL, 0, &err, count_one, &count), 0);
    snapshot_close(s);
    arena_free(a);
    return count;
}

/* The world must have all three: what is withheld, what is granted, what needs no grant. */
static void check_grants(struct world *w, const struct viewer *v, int64_t now_ms)
{
    struct viewer all = *v, ungranted = *v;
    all.is_partner = false;
    memset(&ungranted.partner_instance, 0x11, sizeof ungranted.partner_instance);
    size_t granted = count_readable(w, v, now_ms);
    assert_true(count_readable(w, &ungranted, now_ms) < granted);
    assert_true(granted <= count_readable(w, &all, now_ms));
    struct uuid partner;
    assert_true(uuid_parse(S(WORLD_PARTNER), &partner));
    if (uuid_eq(v->partner_instance, partner)) /* granted this and that, but not everything */
        assert_true(granted < count_readable(w, &all, now_ms));
}

static void a_partner_is_told_nothing_that_originators_have_not_granted(void **state)
{
    static const char *const kinds[] = { "relationship", "engagement", "commitment", "commitment",
                                         "disclosure",   "assessment", "posting",    "offer",
                                         "access",       "need",       "agreement",  "obligation",
                                         "release",      "release",    "release",    "release",
                                         "release",      "release" };
    static const struct world_recipe granted = { .kinds = kinds,
                                                 .kind_count = sizeof kinds / sizeof *kinds,
                                                 .actors = 24,
                                                 .others = 420,
                                                 .changes = 120,
                                                 .body = world_body };
    (void)state;
    struct world w;
    int good = 0, asked = 0;
    world_make_of(&w, 41, &granted);
    for (size_t c = 0; c < PARTNERS; c++) {
        struct viewer v = viewer_of(&w, &partners[c]);
        check_grants(&w, &v, partners[c].now_ms);
        world_filter(&w, &v, partners[c].now_ms);
        for (size_t i = 0; i < w.operations->count; i++) {
            const struct operation *o = &w.operations->items[i];
            for (int round = 0; round < (rounds_of(o) + 1) / 2; round++) {
                struct arena *a = arena_new(LIMIT_ARENA);
                good += compare(&w, &v, partners[c].now_ms, o, parameters_for(&w, a, o), a);
                asked++;
                arena_free(a);
            }
        }
        assert_true(compare_changes(&w, &v, partners[c].now_ms) > 0);
        world_unfilter(&w);
    }
    world_free(&w);
    print_message("# as partners: %d questions, %d answers that were not errors\n", asked, good);
    assert_true(good > asked / 3);
}

/* A refused write says the same of an unreadable reference as of one that does not exist. */
static void writes_tell_nothing_of_references_that_may_not_be_read(void **state)
{
    (void)state;
    struct world w;
    world_make(&w, 77);
    struct viewer v = viewer_of(&w, &askers[0]);
    world_filter(&w, &v, askers[0].now_ms);
    const struct operation *o = operations_find(w.operations, S("commitment.create"));
    int refused = 0;
    for (int i = 0; i < 60; i++) {
        struct arena *a = arena_new(LIMIT_ARENA);
        struct json *body = json_new_object(a);
        set(a, body, "from", world_id(&w, "actor"));
        set(a, body, "to", world_id(&w, "actor"));
        set(a, body, "text", S("x"));
        set(a, body, "stakes", S("routine"));
        set(a, body, "state", S("none")); /* refused in any case: nothing is written */
        struct answer all, some;
        ask(w.node, &v, askers[0].now_ms, o, json_new_object(a), body, &all);
        ask(&w.filtered, &v, askers[0].now_ms, o, json_new_object(a), body, &some);
        refused += all.err.field_count > 1;
        assert_int_equal(all.code, EN_INVALID);
        assert_true(same(&all, &some));
        answer_done(&all);
        answer_done(&some);
        arena_free(a);
    }
    assert_true(refused > 0);
    world_unfilter(&w);
    world_free(&w);
}

/* The guard itself: a reader cannot name a table, and a view shows only what the mask allows. */
static void bare_tables_are_refused(void **state)
{
    (void)state;
    static const char *const forbidden[] = {
        "SELECT * FROM record",
        "SELECT count(*) FROM evidence",
        "SELECT * FROM main.item",
        "SELECT text FROM words_content",
        "SELECT * FROM actors",
        "SELECT * FROM label",
        "DELETE FROM record_v",
        "PRAGMA table_info(record)",
        "SELECT * FROM sqlite_master",
        "SELECT text FROM words",
        "SELECT * FROM WORDS_content",
        "SELECT num FROM place",
        "SELECT * FROM place_node",
        "SELECT value FROM meta",
        "SELECT * FROM temp.sqlite_master",
        "SELECT * FROM releases",
    };
    struct world w;
    struct snapshot *s;
    struct error err = { 0 };
    world_make(&w, 5);
    struct viewer v = viewer_of(&w, &askers[0]);
    assert_int_equal(snapshot_open(w.node->picture, &v, w.arena, askers[0].now_ms, &err, &s), 0);
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++) {
        struct sqlite3_stmt *st = NULL;
        int code = snapshot_prepare(s, forbidden[i], &err, &st);
        if (code == 0)
            print_error("# allowed: %s\n", forbidden[i]);
        assert_true(code < 0);
    }
    snapshot_close(s);
    world_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bare_tables_are_refused),
        cmocka_unit_test(writes_tell_nothing_of_references_that_may_not_be_read),
        cmocka_unit_test(the_stream_of_changes_tells_nothing_either),
        cmocka_unit_test(a_partner_is_told_nothing_that_originators_have_not_granted),
        cmocka_unit_test(introductions_tell_nothing_of_ties_that_may_not_be_read),
        cmocka_unit_test(reads_tell_nothing_of_what_the_viewer_may_not_read),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
