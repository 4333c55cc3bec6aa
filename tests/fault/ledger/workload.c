/*
 * Each round works on records of its own, so that rounds do not depend on each other's failures.
 */
#include "workload.h"

bool work_explains(int code)
{
    return code == EN_IO || code == EN_BUSY || code == EN_NO_MEMORY;
}

static void key_of(unsigned batch, unsigned i, char ret[32])
{
    snprintf(ret, 32, "b%u.%u", batch, i);
}

/* Appends a batch under keys of its own; expected: the code without a fault. */
static void attempt(struct work *w, struct draft *drafts, unsigned count, int expected)
{
    struct appended ret[WORK_DRAFTS];
    char keys[WORK_DRAFTS][32];
    unsigned batch = w->batches++;
    int r;

    assert_true(w->batches <= WORK_BATCHES);
    for (unsigned i = 0; i < count; i++) {
        key_of(batch, i, keys[i]);
        drafts[i].request = slice_of(keys[i]);
    }
    w->sizes[batch] = (unsigned char)count;
    r = append(&w->f, drafts, count, ret);
    w->acknowledged[batch] = r == 0;
    if (r != expected) {
        w->failures++;
        /* Where an earlier step of the round failed, a later one is refused for that. */
        w->unexpected = w->unexpected || !(work_explains(r) || w->failures > 1);
    }
}

static int count_entries(void *context, const struct entry *e)
{
    int64_t *last = context;

    assert_true(e->seq > *last);
    *last = e->seq;
    return 0;
}

static void note(struct work *w, int r)
{
    if (r != 0) {
        w->failures++;
        w->unexpected = w->unexpected || !(work_explains(r) || r == EN_NOT_FOUND);
    }
}

static void read_some(struct work *w, unsigned record)
{
    cleanup_arena struct arena *a = arena_new(1 << 20);
    struct ledger_head head;
    struct entry e;
    int64_t last = 0;

    note(w, ledger_head_get(w->f.l, &w->f.err, &head));
    note(w, ledger_read(w->f.l, 0, 50, &w->f.err, count_entries, &last));
    if (a) {
        note(w, ledger_read_version(w->f.l, a, id_of(record), 1, &w->f.err, &e));
    }
    note(w, ledger_wait(w->f.l, 0, 0, &last));
}

void work_round(struct work *w)
{
    unsigned record = 1000 + 10 * w->round++;
    struct draft d;
    struct draft batch[WORK_DRAFTS] = { put_of(record + 1, 0, "{\"v\":1}"),
                                        put_of(record, 1, "{\"v\":2}"),
                                        put_of(record + 2, 0, "{\"v\":3}") };

    w->failures = 0;
    w->unexpected = false;
    d = put_of(record, 0, "{\"name\":\"first\"}");
    attempt(w, &d, 1, 0);
    attempt(w, batch, 3, 0);
    batch[0].expected = batch[1].expected = -1;
    batch[2].expected = 40;
    attempt(w, batch, 3, EN_STALE);
    d = put_of(record + 1, 1, "");
    d.operation = ENTRY_RETRACT;
    attempt(w, &d, 1, 0);
    d = put_of(record, -1, "");
    d.operation = ENTRY_REDACT;
    attempt(w, &d, 1, 0);
    read_some(w, record);
}

static int count_request(struct work *w, unsigned batch, unsigned i)
{
    cleanup_arena struct arena *a = arena_new(1 << 20);
    struct entry e;
    char key[32];
    int r;

    key_of(batch, i, key);
    r = ledger_find_request(w->f.l, a, slice_of(key), &w->f.err, &e);
    assert_true(r == 0 || r == EN_NOT_FOUND);
    return r == 0;
}

static void check_batches(struct work *w)
{
    for (unsigned batch = 0; batch < w->batches; batch++) {
        int found = 0;
        for (unsigned i = 0; i < w->sizes[batch]; i++) {
            found += count_request(w, batch, i);
        }
        if (w->acknowledged[batch]) {
            assert_int_equal(found, w->sizes[batch]);
        } else if (found != 0) { /* its outcome was unknown; half of it never is */
            assert_int_equal(found, w->sizes[batch]);
        }
    }
}

void work_check(struct work *w)
{
    if (w->unexpected) {
        fail_msg("a fault was answered with %d %s", w->f.err.code, w->f.err.message);
    }
    put(&w->f, 1, -1, "{\"still\":\"usable\"}");
    check_batches(w);
    assert_sound(&w->f);
}
