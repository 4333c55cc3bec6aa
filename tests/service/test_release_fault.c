/*
 * Memory that fails at the 1st, 2nd, 3rd ... place while a release is proposed, decided, revoked or
 * ended by its date: the answer is an error and nothing is written, never one act without the
 * other; trying again succeeds, and labels and decisions agree afterwards.
 */
#include "exchange_world.h"

#include "base/fault.h"
#include "base/limits.h"
#include "service/release.h"

#include <stdio.h>
#include <stdlib.h>

enum { STEP = 3, TRIES_MAX = 4000 };

struct place {
    struct site site;
    struct slice record, release; /* release: the newest */
};

struct act {
    char input[256];
    int (*run)(struct place *p, struct write_context *w, const struct json *input,
               struct error *err, struct written *ret);
};

static int setup(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    assert_non_null(p);
    site_open(&p->site);
    p->record = site_actor(&p->site, "Secret", "SECRET");
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    struct place *p = *state;
    site_sound(&p->site);
    site_close(&p->site);
    free(p);
    return 0;
}

static struct json *parse(struct arena *a, const char *text)
{
    struct json *v = NULL;
    assert_int_equal(json_parse(a, slice_of(text), NULL, &v), 0);
    return v;
}

static int propose(struct place *p, struct write_context *w, const struct json *input,
                   struct error *err, struct written *ret)
{
    (void)p;
    return release_propose(w, input, err, ret);
}

static int decide(struct place *p, struct write_context *w, const struct json *input,
                  struct error *err, struct written *ret)
{
    return release_decide(w, p->release, input, err, ret);
}

static int revoke(struct place *p, struct write_context *w, const struct json *input,
                  struct error *err, struct written *ret)
{
    return release_revoke(w, p->release, json_get_text(input, "remark"), err, ret);
}

static const struct act approving = { "{\"decision\":\"approve\",\"authority\":\"J2\","
                                      "\"reason\":\"test\",\"until\":\"2026-06-30\"}",
                                      decide };
static const struct act revoking = { "{\"remark\":\"over\"}", revoke };

static struct act proposing(const struct place *p)
{
    struct act a = { .run = propose };
    snprintf(a.input, sizeof a.input,
             "{\"nature\":\"lower\",\"record\":\"" SLICE_FMT
             "\",\"label\":{\"class\":\"RESTRICTED\"},\"reason\":\"it is known\"}",
             SLICE_ARG(p->record));
    return a;
}

/* One attempt, on memory of its own. */
static int attempt(struct place *p, const struct act *what, long n, struct error *err,
                   struct slice *ret_id)
{
    struct site *s = &p->site;
    cleanup_arena struct arena *arena = arena_new(LIMIT_ARENA);
    struct write_context w = { .node = s->node, .now_ms = s->now_ms };
    struct written done = { .id = S("") };
    const struct json *input = parse(s->arena, what->input);
    fault_arm_allocation(n);
    int code = node_snapshot(s->node, node_operator(s->node), arena, s->now_ms, err, &w.snapshot);
    if (code == 0)
        code = what->run(p, &w, input, err, &done);
    fault_disarm();
    *ret_id = code == 0 ? arena_copy(s->arena, done.id) : S("");
    return code;
}

/* Until it succeeds; what failed left nothing behind. At least some attempts must have failed. */
static struct slice insist(struct place *p, const struct act *what)
{
    int64_t before = site_entries(&p->site);
    for (long n = 1, failed = 0; n < (long)TRIES_MAX * STEP; n += STEP) {
        struct error err = { 0 };
        struct slice id;
        int code = attempt(p, what, n, &err, &id);
        if (code == 0) {
            assert_true(failed > 0);
            assert_true(site_entries(&p->site) > before);
            return id;
        }
        if (code != EN_NO_MEMORY && code != EN_IO && code != EN_BUSY)
            fail_msg("allocation %ld: %d %s", n, code, err.message);
        assert_int_equal(err.code, code);
        assert_int_equal(site_entries(&p->site), before);
        failed++;
    }
    fail_msg("it never succeeded");
    return S("");
}

static bool states(struct place *p, struct slice id, const char *words)
{
    struct slice body = site_body(&p->site, id);
    return body.len && strstr(arena_cstr(p->site.arena, body), words);
}

static bool is_lowered(struct place *p)
{
    struct buf text cleanup_buf;
    buf_init(&text, LIMIT_RECORD);
    label_write(node_policy(p->site.node), site_row(&p->site, p->record).label, &text);
    buf_add_char(&text, '\0');
    return strstr(text.ptr, "RESTRICTED") != NULL;
}

static void a_release_is_proposed_decided_and_revoked_whole_or_not_at_all(void **state)
{
    struct place *p = *state;
    const struct act first = proposing(p);
    p->release = insist(p, &first);
    assert_true(states(p, p->release, "\"state\":\"proposed\""));
    assert_false(is_lowered(p));
    insist(p, &approving);
    assert_true(states(p, p->release, "\"state\":\"approved\""));
    assert_true(is_lowered(p));
    insist(p, &revoking);
    assert_true(states(p, p->release, "\"state\":\"revoked\""));
    assert_false(is_lowered(p));
}

static void what_ends_by_its_date_ends_whole(void **state)
{
    struct place *p = *state;
    const struct act first = proposing(p);
    struct site *s = &p->site;
    p->release = insist(p, &first);
    insist(p, &approving);
    s->now_ms += INT64_C(86400000) * 60; /* past the 30th of June */
    int64_t before = site_entries(s);
    for (long n = 1; is_lowered(p) && n < (long)TRIES_MAX * STEP; n += STEP) {
        cleanup_arena struct arena *arena = arena_new(LIMIT_ARENA);
        struct error err = { 0 };
        fault_arm_allocation(n);
        int code = release_sweep(s->node, arena, s->now_ms, &err);
        fault_disarm();
        /* what a failure left open is ended by the next look; nothing is half ended */
        assert_true(code == 0 || code == EN_NO_MEMORY || code == EN_IO || code == EN_BUSY);
        assert_int_equal(is_lowered(p), !states(p, p->release, "\"state\":\"expired\""));
        assert_int_equal(site_entries(s) > before, !is_lowered(p));
    }
    assert_true(states(p, p->release, "\"state\":\"expired\""));
    assert_false(is_lowered(p));
}

#define with_place(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_place(a_release_is_proposed_decided_and_revoked_whole_or_not_at_all),
        with_place(what_ends_by_its_date_ends_whole),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
