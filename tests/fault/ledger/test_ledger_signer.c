/*
 * The signing process dies again and again while several threads append: what was acknowledged is
 * there, what was refused says why and left nothing, and the chain verifies.
 *
 * The killer acts after a seeded number of acknowledgements; in every third round it takes the key
 * file away as well, so that the process cannot be started again, and brings it back later.
 */
#include "../../ledger/fixture.h"

#include "ledger/signer.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>

enum { WRITERS = 4, EACH = 120, STRIKES = 45, FIRST_RECORD = 500 };

struct load {
    struct fixture *f;
    atomic_int acknowledged;
    atomic_int refused;
    atomic_int running;
    bool stands[WRITERS][EACH];
};

struct writer_of {
    struct load *load;
    unsigned number;
};

static unsigned record_of(unsigned writer, unsigned i)
{
    return FIRST_RECORD + writer * EACH + i;
}

static void *append_each(void *context)
{
    const struct writer_of *w = context;
    struct load *load = w->load;

    for (unsigned i = 0; i < EACH; i++) {
        struct draft d = put_of(record_of(w->number, i), 0, "{\"under\":\"load\"}");
        struct error err = { 0 };
        struct appended ret;
        int r = ledger_append(load->f->l, &d, 1, NOW_MS, &err, &ret);

        if (r == 0) {
            load->stands[w->number][i] = true;
            atomic_fetch_add(&load->acknowledged, 1);
        } else if (r == EN_IO && strstr(err.message, "signing process")) {
            atomic_fetch_add(&load->refused, 1);
        } else {
            atomic_fetch_sub(&load->running, 1);
            return load; /* refused for another reason */
        }
    }
    atomic_fetch_sub(&load->running, 1);
    return NULL;
}

/* Waits for so many more outcomes, or the end of the load. */
static void let_pass(struct load *load, int count)
{
    int from = atomic_load(&load->acknowledged) + atomic_load(&load->refused);

    while (atomic_load(&load->running) > 0 &&
           atomic_load(&load->acknowledged) + atomic_load(&load->refused) < from + count) {
        sched_yield();
    }
}

static void strike(struct load *load, int round)
{
    char key[128];
    char away[128];
    pid_t process = signer_process(ledger_signer(load->f->l));

    snprintf(key, sizeof(key), "%s/key", load->f->ledger_dir);
    snprintf(away, sizeof(away), "%s/away", load->f->ledger_dir);
    if (round % 3 == 0) {
        assert_int_equal(rename(key, away), 0);
    }
    if (process > 0) { /* its parent has not waited for it, or it is another: then that one dies */
        kill(process, SIGKILL);
    }
    let_pass(load, 1 + round % 5);
    if (round % 3 == 0) {
        assert_int_equal(rename(away, key), 0);
    }
    let_pass(load, 1 + round % 4);
}

static void check(const struct load *load)
{
    cleanup_arena struct arena *a = arena_new(1 << 22);

    for (unsigned w = 0; w < WRITERS; w++) {
        for (unsigned i = 0; i < EACH; i++) {
            struct entry e;
            int r = ledger_read_version(load->f->l, a, id_of(record_of(w, i)), 1, NULL, &e);

            assert_int_equal(r, load->stands[w][i] ? 0 : EN_NOT_FOUND);
        }
    }
}

static void a_signer_killed_under_load_loses_nothing_acknowledged(void **state)
{
    struct fixture *f = *state;
    struct load *load = calloc(1, sizeof(*load));
    struct writer_of writers[WRITERS];
    pthread_t threads[WRITERS];
    void *what = NULL;
    int strikes = 0;

    assert_non_null(load);
    load->f = f;
    atomic_store(&load->running, WRITERS);
    for (unsigned i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer_of){ load, i };
        assert_int_equal(pthread_create(&threads[i], NULL, append_each, &writers[i]), 0);
    }
    while (strikes < STRIKES && atomic_load(&load->running) > 0) {
        strike(load, strikes++);
    }
    for (unsigned i = 0; i < WRITERS; i++) {
        pthread_join(threads[i], &what);
        assert_null(what);
    }
    print_message("# %d strikes: %d acknowledged, %d refused\n", strikes,
                  atomic_load(&load->acknowledged), atomic_load(&load->refused));
    assert_true(strikes > 3);
    assert_true(atomic_load(&load->acknowledged) > 0);
    assert_true(atomic_load(&load->refused) > 0);
    put(f, 1, -1, "{\"still\":\"usable\"}");
    check(load);
    assert_sound(f);
    fixture_reopen(f);
    check(load);
    assert_sound(f);
    free(load);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_signer_killed_under_load_loses_nothing_acknowledged,
                                        fixture_setup, fixture_teardown),
    };

    return run_suite(tests);
}
