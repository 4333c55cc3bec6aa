/*
 * The node and its disposable picture: made anew when it is gone, damaged or another ledger's;
 * alike however it was made; and followed by a second node on the same directory.
 */
#include "../leak/world.h"
#include "desk.h"

#include "base/limits.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

static const struct with plain = { 0 };

static int setup(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    desk_open(d);
    *state = d;
    return 0;
}

static int teardown(void **state)
{
    desk_done(*state);
    free(*state);
    return 0;
}

static struct slice dump(struct desk *d, struct picture *p)
{
    struct error err = { 0 };
    struct buf out cleanup_buf;
    buf_init(&out, LIMIT_ARENA);
    assert_int_equal(picture_dump(p, &out, &err), 0);
    return arena_copy(d->arena, buf_slice(&out));
}

static const char *path_of(struct desk *d, const char *name)
{
    return desk_text(d, "%s/%s", d->directory, name);
}

static void fill(struct desk *d, int count)
{
    const char *a = desk_actor(d, "Alpha", NULL), *b = desk_actor(d, "Bravo", NULL);
    for (int i = 0; i < count; i++)
        desk_must(d, "commitment.create", NULL,
                  desk_text(d,
                            "{\"from\":\"%s\",\"to\":\"%s\",\"text\":\"promise %d\","
                            "\"stakes\":\"routine\",\"state\":\"kept\",\"due\":\"2025\","
                            "\"decided_on\":\"2025\"}",
                            i % 2 ? a : b, i % 2 ? b : a, i),
                  plain);
}

/* Random histories with changes, retractions, redactions and labels. */
static void a_rebuilt_picture_is_the_same_to_the_byte(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct world w;
        struct desk d = { 0 };
        world_make(&w, seed * 31);
        d.node = w.node;
        d.arena = w.arena;
        desk_assert_rebuilds_alike(&d);
        world_free(&w);
    }
}

static void a_picture_followed_in_small_batches_is_the_same(void **state)
{
    (void)state;
    static const int64_t batches[] = { 1, 7, 64 };
    struct world w;
    struct error err = { 0 };
    world_make(&w, 9);
    struct desk d = { .arena = w.arena };
    struct slice whole = dump(&d, w.node->picture);
    for (size_t i = 0; i < 3; i++) {
        char path[128];
        struct picture *p = NULL;
        snprintf(path, sizeof path, "%s/filtered.db", w.directory);
        struct picture_options o = { .path = path,
                                     .policy = w.node->policy,
                                     .kinds = w.node->kinds,
                                     .weights = &w.node->weights,
                                     .fingerprint = S("small"),
                                     .batch = batches[i] };
        unlink(path);
        assert_int_equal(picture_open(&o, &err, &p), 0);
        assert_int_equal(picture_follow(p, w.node->ledger, &err), 0);
        assert_true(slice_eq(whole, dump(&d, p)));
        picture_close(p);
    }
    world_free(&w);
}

static void a_lost_picture_is_made_again(void **state)
{
    struct desk *d = *state;
    fill(d, 5);
    struct slice before = dump(d, d->node->picture);
    desk_close(d);
    assert_int_equal(unlink(path_of(d, "picture.db")), 0);
    desk_reopen(d);
    assert_true(slice_eq(before, dump(d, d->node->picture)));
}

static void overwrite(const char *path, long at, const char *bytes)
{
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    fseek(f, at, SEEK_SET);
    for (int i = 0; i < 200; i++)
        fputs(bytes, f);
    fclose(f);
}

static void a_damaged_picture_is_made_again(void **state)
{
    struct desk *d = *state;
    fill(d, 5);
    struct slice before = dump(d, d->node->picture);
    static const long places[] = { 0, 4096 + 1, 8192 };
    for (size_t i = 0; i < 3; i++) {
        desk_close(d);
        overwrite(path_of(d, "picture.db"), places[i], "not a database ");
        desk_reopen(d);
        assert_true(slice_eq(before, dump(d, d->node->picture)));
    }
    desk_close(d);
    assert_int_equal(truncate(path_of(d, "picture.db"), 3000), 0);
    desk_reopen(d);
    assert_true(slice_eq(before, dump(d, d->node->picture)));
}

static void the_picture_of_another_ledger_is_made_again(void **state)
{
    struct desk *d = *state, other;
    fill(d, 3);
    desk_open(&other);
    fill(&other, 6);
    desk_close(d);
    desk_close(&other);
    /* shorter and longer than the ledger it is put beside */
    static const char *const parts[] = { "", "-wal", "-shm" };
    for (int i = 0; i < 3; i++) {
        const char *mine = desk_text(d, "%s/picture.db%s", d->directory, parts[i]);
        const char *theirs = desk_text(d, "%s/picture.db%s", other.directory, parts[i]);
        const char *aside = desk_text(d, "%s/aside", d->directory);
        rename(mine, aside);
        rename(theirs, mine);
        rename(aside, theirs);
    }
    desk_reopen(d);
    desk_reopen(&other);
    assert_int_equal(desk_count(desk_must(d, "commitment.list", NULL, NULL, plain)), 3);
    assert_int_equal(desk_count(desk_must(&other, "commitment.list", NULL, NULL, plain)), 6);
    desk_assert_rebuilds_alike(d);
    desk_done(&other);
}

static struct node *second_node(struct desk *d)
{
    struct error err = { 0 };
    struct node *n = NULL;
    struct node_options o = { .directory = d->directory, .now_ms = DESK_NOW };
    if (node_open(&o, &err, &n) < 0)
        fail_msg("second node: %s", err.message);
    return n;
}

static void a_second_node_sees_what_the_first_wrote_and_the_reverse(void **state)
{
    struct desk *d = *state;
    fill(d, 2);
    struct node *n = second_node(d);
    struct with there = { .node = n };
    for (int i = 0; i < 10; i++) {
        const char *label = i % 2 ? "{\"class\":\"SECRET\"}" : "{\"class\":\"RESTRICTED\"}";
        const char *id = desk_actor(d, "Here", label);
        desk_must(d, "actor.get", desk_text(d, "{\"id\":\"%s\"}", id), NULL, there);
        struct asked made = desk_must(
            d, "actor.create", NULL,
            desk_text(d, "{\"nature\":\"unit\",\"name_en\":\"There\",\"label\":{\"class\":\"%s\"}}",
                      i % 3 ? "CONFIDENTIAL" : "UNCLASSIFIED"),
            there);
        desk_must(d, "actor.get", desk_text(d, "{\"id\":\"%s\"}", desk_id(d, made)), NULL, plain);
    }
    node_close(n);
    desk_assert_rebuilds_alike(d);
}

/* What this viewer reads here must be what it reads there, also right after the other node made
 * the picture anew with other local numbers of labels and records. */
static void a_rebuild_by_another_node_mixes_nothing_up(void **state)
{
    struct desk *d = *state;
    desk_actor(d, "Hidden", "{\"class\":\"SECRET\"}");
    desk_actor(d, "Open", NULL);
    fill(d, 6);
    struct node *n = second_node(d);
    /* a clearance belongs to the policy of its node */
    struct desk beside = *d;
    beside.node = n;
    static const char low[] = "{\"class\":\"UNCLASSIFIED\"}";
    struct with here = { .viewer = desk_viewer(d, ROLE_READER, low) };
    struct with there = { .viewer = desk_viewer(&beside, ROLE_READER, low), .node = n };
    struct error err = { 0 };
    struct asked before = desk_must(d, "actor.list", NULL, NULL, there);
    assert_int_equal(desk_count(before), 3);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(picture_rebuild(d->node->picture, d->node->ledger, &err), 0);
        assert_true(slice_eq(desk_must(d, "actor.list", NULL, NULL, there).text, before.text));
        assert_true(slice_eq(desk_must(d, "actor.list", NULL, NULL, here).text, before.text));
    }
    /* and when the file itself is replaced under the second node */
    desk_close(d);
    unlink(path_of(d, "picture.db"));
    unlink(path_of(d, "picture.db-wal"));
    unlink(path_of(d, "picture.db-shm"));
    desk_reopen(d);
    desk_actor(d, "Later", NULL);
    assert_int_equal(desk_count(desk_must(d, "actor.list", NULL, NULL, there)), 4);
    beside.node = NULL;
    node_close(n);
}

struct reading {
    struct desk d;
    struct node *node;
    atomic_bool *stop;
    int answers, wrong;
};

static void *read_on(void *context)
{
    struct reading *r = context;
    while (!atomic_load(r->stop)) {
        struct asked a = desk_ask(&r->d, "actor.list", "{\"limit\":\"200\"}", NULL,
                                  (struct with){ .node = r->node });
        r->answers++;
        r->wrong += a.code != 0 && a.code != EN_BUSY;
        arena_reset(r->d.arena);
    }
    return NULL;
}

static void readers_of_both_nodes_go_on_while_one_writes(void **state)
{
    struct desk *d = *state;
    struct node *n = second_node(d);
    atomic_bool stop = false;
    struct reading readers[2];
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        readers[i] = (struct reading){ .d = *d, .node = i ? n : d->node, .stop = &stop };
        readers[i].d.arena = arena_new(1 << 26);
        pthread_create(&threads[i], NULL, read_on, &readers[i]);
    }
    for (int i = 0; i < 40; i++)
        desk_actor(d, "One more", i % 4 ? NULL : "{\"class\":\"SECRET\"}");
    atomic_store(&stop, true);
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        assert_true(readers[i].answers > 0);
        assert_int_equal(readers[i].wrong, 0);
        arena_free(readers[i].d.arena);
    }
    assert_int_equal(desk_count(desk_must(d, "actor.list", "{\"limit\":\"200\"}", NULL,
                                          (struct with){ .node = n })),
                     40);
    node_close(n);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(a_rebuilt_picture_is_the_same_to_the_byte),
        CASE(a_picture_followed_in_small_batches_is_the_same),
        CASE(a_lost_picture_is_made_again),
        CASE(a_damaged_picture_is_made_again),
        CASE(the_picture_of_another_ledger_is_made_again),
        CASE(a_second_node_sees_what_the_first_wrote_and_the_reverse),
        CASE(a_rebuild_by_another_node_mixes_nothing_up),
        CASE(readers_of_both_nodes_go_on_while_one_writes),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
