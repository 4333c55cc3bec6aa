/*
 * Power loss: whatever the disk kept of the unsynced writes, every acknowledged entry is there,
 * whole batches only, and the chain verifies. Cuts come between appends and while writers are at
 * work.
 */
#include "../../ledger/fixture.h"
#include "power_vfs.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WRITERS = 4, CUTS = 36, BATCH = 3 };

struct powered {
    struct fixture f;
    atomic_bool stop;
    atomic_int failures;
    atomic_uint permitted; /* batches per writer so far: the checks read them all at every cut */
    atomic_uint acknowledged[WRITERS]; /* batches; numbers below are acknowledged */
};

struct writer_task {
    struct powered *p;
    unsigned number;
};

static void key_of(unsigned writer, unsigned batch, unsigned i, char ret[64])
{
    snprintf(ret, 64, "%u.%u.%u", writer, batch, i);
}

static void *write_on(void *context)
{
    const struct writer_task *t = context;

    for (unsigned n = 0; !atomic_load(&t->p->stop); n++) {
        struct draft batch[BATCH] = { put_of(100 + t->number, -1, "{\"a\":1}"),
                                      put_of(200 + t->number, -1, "{\"b\":2}"),
                                      put_of(100 + t->number, -1, "") };
        struct appended ret[BATCH];
        char keys[BATCH][64];

        while (n >= atomic_load(&t->p->permitted) && !atomic_load(&t->p->stop)) {
            usleep(100);
        }
        for (unsigned i = 0; i < BATCH; i++) {
            key_of(t->number, n, i, keys[i]);
            batch[i].request = slice_of(keys[i]);
        }
        batch[2].operation = n % 4 == 0 ? ENTRY_REDACT : ENTRY_RETRACT;
        if (ledger_append(t->p->f.l, batch, BATCH, NOW_MS, NULL, ret) != 0) {
            atomic_fetch_add(&t->p->failures, 1);
        }
        atomic_store(&t->p->acknowledged[t->number], n + 1);
    }
    return NULL;
}

static void copy_key(const char *from, const char *to)
{
    char text[512];
    char path[256];
    size_t len;
    FILE *file;

    snprintf(path, sizeof(path), "%s/key", from);
    file = fopen(path, "rb");
    assert_non_null(file);
    len = fread(text, 1, sizeof(text), file);
    fclose(file);
    snprintf(path, sizeof(path), "%s/key", to);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    fclose(file);
    assert_int_equal(chmod(path, 0600), 0);
}

static int found_of(struct fixture *f, unsigned writer, unsigned batch)
{
    int found = 0;

    for (unsigned i = 0; i < BATCH; i++) {
        cleanup_arena struct arena *a = arena_new(1 << 16);
        struct entry e;
        char key[64];

        key_of(writer, batch, i, key);
        found += ledger_find_request(f->l, a, slice_of(key), &f->err, &e) == 0;
    }
    return found;
}

/* Opens what is left after a cut now, and holds it against what had been acknowledged before it. */
static void cut_and_check(struct powered *p, unsigned cut)
{
    unsigned before[WRITERS];
    struct fixture left = p->f;
    struct ledger_options o = { .directory = left.ledger_dir };

    snprintf(left.ledger_dir, sizeof(left.ledger_dir), "%s/cut%u", p->f.directory, cut);
    assert_int_equal(mkdir(left.ledger_dir, 0700), 0);
    copy_key(p->f.ledger_dir, left.ledger_dir);
    for (unsigned w = 0; w < WRITERS; w++) {
        before[w] = atomic_load(&p->acknowledged[w]);
    }
    power_vfs_cut(left.ledger_dir, cut);
    assert_ok(&left, ledger_open(&o, &left.err, &left.l));
    assert_sound(&left);
    for (unsigned w = 0; w < WRITERS; w++) {
        int found = BATCH;

        for (unsigned n = 0; n < before[w]; n++) {
            assert_int_equal(found_of(&left, w, n), BATCH);
        }
        for (unsigned n = before[w]; found == BATCH; n++) {
            found = found_of(&left, w, n);
            assert_true(found == 0 || found == BATCH);
        }
    }
    put(&left, 1, 0, "{\"goes\":\"on\"}");
    ledger_close(left.l);
}

static void start(struct powered *p)
{
    memset(p, 0, sizeof(*p));
    fixture_open(&p->f);
    fixture_close(&p->f);
    power_vfs_reset();
    /* A ledger of its own, so that every byte of its files passed through the shadow. */
    snprintf(p->f.ledger_dir, sizeof(p->f.ledger_dir), "%s/p", p->f.directory);
    power_vfs_install(p->f.ledger_dir);
    fixture_reopen(&p->f);
}

static void acknowledged_entries_survive_power_loss(void **state)
{
    struct powered *p = malloc(sizeof(*p));
    struct writer_task tasks[WRITERS];
    pthread_t threads[WRITERS];

    (void)state;
    assert_non_null(p);
    start(p);
    for (unsigned i = 0; i < WRITERS; i++) {
        tasks[i] = (struct writer_task){ p, i };
        assert_int_equal(pthread_create(&threads[i], NULL, write_on, &tasks[i]), 0);
    }
    for (unsigned cut = 0; cut < CUTS; cut++) {
        atomic_fetch_add(&p->permitted, 3);
        usleep(cut * 37 % 3000); /* somewhere within these batches */
        cut_and_check(p, cut);
    }
    atomic_store(&p->stop, true);
    for (unsigned i = 0; i < WRITERS; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(atomic_load(&p->failures), 0);
    print_message("# %d cuts, %u batches of one of %d writers\n", (int)CUTS,
                  atomic_load(&p->acknowledged[0]), (int)WRITERS);
    fixture_done(&p->f);
    power_vfs_reset();
    free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(acknowledged_entries_survive_power_loss),
    };

    return run_suite(tests);
}
