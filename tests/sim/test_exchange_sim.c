/*
 * Exchange simulated: sim.h says how.
 *
 *     test_exchange_sim                 a few worlds
 *     test_exchange_sim worlds N [SEED] so many worlds, from seed 1 or another
 *     test_exchange_sim SECONDS         as many worlds as begin within so many seconds
 *     test_exchange_sim seed N [loud]   the world of seed N, with what happens in it
 *
 * A failure names the seed. How many worlds fit into the time is not asserted, but some must.
 */
#include "sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { FEW = 16 };

static struct sim *sim;
static uint64_t first_seed = 1;
static long seconds;
static long most = FEW; /* worlds, when there is no time given */
static bool replay;
static uint64_t unfinished; /* the seed of the first world that failed; 0: none */

static void episode(struct sim *w)
{
    int steps = 4 + (int)sim_random(w, 14);
    for (int i = 0; i < steps; i++) {
        uint32_t what = sim_random(w, 10);
        if (what < 6) {
            sim_write(w);
        } else if (what < 8) {
            int from = (int)sim_random(w, (uint32_t)w->site_count), to;
            do {
                to = (int)sim_random(w, (uint32_t)w->site_count);
            } while (!w->linked[from][to]);
            sim_make(w, from, to);
        } else {
            sim_carry(w);
            sim_carry(w);
        }
    }
    bool all = sim_resume_all(w, /* unless_lucky= */ w->episode + 1 < w->episodes);
    sim_settle(w);
    if (all) /* else only this was looked at: nothing came to anybody that was not for it */
        sim_check_settled(w);
    for (int i = 0; i < w->site_count; i++)
        arena_reset(w->sites[i].arena);
}

static uint64_t run_world(uint64_t seed)
{
    struct sim *w = sim;
    sim_open(w, seed);
    unfinished = unfinished ? unfinished : seed;
    for (w->episode = 0; w->episode < w->episodes; w->episode++)
        episode(w);
    sim_close(w);
    unfinished = unfinished == seed ? 0 : unfinished;
    return w->trace;
}

static void instances_converge_on_what_each_may_see_and_nobody_ever_holds_more(void **state)
{
    time_t until = time(NULL) + seconds;
    int worlds = 0;
    int64_t episodes = 0, delivered = 0, exchanged = 0, damaged = 0;
    (void)state;
    for (uint64_t seed = first_seed; replay    ? !worlds
                                     : seconds ? time(NULL) < until
                                               : worlds < most;
         seed++, worlds++) {
        run_world(seed);
        episodes += sim->episodes;
        delivered += sim->delivered;
        exchanged += sim->exchanged;
        damaged += sim->damaged;
    }
    printf("# %d worlds, %lld episodes, %lld bundles delivered, %lld of them by the fair carrier, "
           "%lld letters damaged\n",
           worlds, (long long)episodes, (long long)delivered, (long long)exchanged,
           (long long)damaged);
    assert_true(worlds > 0 && delivered > 0);
}

static void the_same_seed_gives_the_same_statements_and_outcomes(void **state)
{
    (void)state;
    for (uint64_t seed = first_seed; seed < first_seed + 1; seed++) {
        uint64_t trace = run_world(seed);
        assert_true(run_world(seed) == trace);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instances_converge_on_what_each_may_see_and_nobody_ever_holds_more),
        cmocka_unit_test(the_same_seed_gives_the_same_statements_and_outcomes),
    };
    sim = calloc(1, sizeof *sim);
    if (!sim)
        return 1;
    if (!getenv("TMPDIR") && access("/dev/shm", W_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 1); /* where syncs cost nothing */
    replay = argc > 2 && strcmp(argv[1], "seed") == 0;
    if (replay)
        first_seed = strtoull(argv[2], NULL, 10);
    else if (argc > 2 && strcmp(argv[1], "worlds") == 0)
        most = strtol(argv[2], NULL, 10), first_seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
    else if (argc > 1)
        seconds = strtol(argv[1], NULL, 10);
    sim->loud = replay && argc > 3;
    cmocka_set_message_output(CM_OUTPUT_TAP);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    if (unfinished)
        printf("# replay: test_exchange_sim seed %llu loud\n", (unsigned long long)unfinished);
    sim_end();
    free(sim);
    return failed;
}
