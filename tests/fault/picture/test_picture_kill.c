/*
 * A process that is killed while it follows: the next one goes on, and the picture equals one made
 * anew. Half of an entry is never seen.
 */
#include "../../leak/world.h"
#include "../../ops/desk.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { KILLS = 12 };

/* In the child: makes the picture anew, in small batches, again and again. */
static _Noreturn void follow_for_ever(const struct picture_options *options, const char *directory)
{
    struct ledger *l = NULL;
    struct picture *p = NULL;
    struct ledger_options o = { .directory = directory, .now_ms = DESK_NOW };
    if (ledger_open(&o, NULL, &l) < 0 || picture_open(options, NULL, &p) < 0)
        _exit(1);
    while (picture_rebuild(p, l, NULL) == 0)
        continue;
    _exit(2);
}

static struct slice dump_of(struct arena *a, struct picture *p)
{
    struct error err = { 0 };
    struct buf out cleanup_buf;
    buf_init(&out, (size_t)1 << 28);
    assert_int_equal(picture_dump(p, &out, &err), 0);
    return arena_copy(a, buf_slice(&out));
}

static void a_killed_follower_leaves_a_picture_that_goes_on(void **state)
{
    (void)state;
    struct world w;
    struct error err = { 0 };
    char path[128], directory[sizeof w.directory];
    world_make(&w, 21);
    struct slice whole = dump_of(w.arena, w.node->picture);
    snprintf(path, sizeof path, "%s/filtered.db", w.directory);
    memcpy(directory, w.directory, sizeof directory);
    for (int i = 0; i < KILLS; i++) {
        struct picture_options o = { .path = path,
                                     .policy = w.node->policy,
                                     .kinds = w.node->kinds,
                                     .weights = &w.node->weights,
                                     .fingerprint = S("killed"),
                                     .batch = 1 + 9 * i };
        struct timespec pause = { .tv_nsec = 3000000L + 7000000L * i };
        struct picture *p = NULL;
        fflush(NULL);
        pid_t child = fork();
        if (child == 0)
            follow_for_ever(&o, directory);
        assert_true(child > 0);
        nanosleep(&pause, NULL);
        kill(child, SIGKILL);
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status)); /* it was still at work */
        assert_int_equal(picture_open(&o, &err, &p), 0);
        assert_int_equal(picture_follow(p, w.node->ledger, &err), 0);
        assert_true(slice_eq(whole, dump_of(w.arena, p)));
        picture_close(p);
    }
    world_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_killed_follower_leaves_a_picture_that_goes_on),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
