/*
 * Options while memory fails: each allocation in turn, until the answer gets through. It is the
 * same answer then; before that there is none. What cannot be read is not absent: no option grows
 * or shrinks for want of memory, and of the requests that come of one all are written or none.
 */
#include "../ledger/fault_memory.h"
#include "torment.h"

static const struct with plain = { 0 };

struct bench {
    struct desk d;
    const char *need, *spare, *key;
};

static const char *make(struct desk *d, const char *kind, const char *body)
{
    return desk_id(d, desk_must(d, desk_text(d, "%s.create", kind), NULL, body, plain));
}

static void set_home(struct desk *d, const char *id)
{
    struct error err = { 0 };
    struct write_context w = { .node = d->node, .now_ms = DESK_NOW };
    assert_int_equal(
        node_snapshot(d->node, node_operator(d->node), d->arena, DESK_NOW, &err, &w.snapshot), 0);
    assert_int_equal(settings_put(&w, S("home"), slice_of(id), &err), 0);
}

static const char *need_of(struct desk *d, const char *flight, const char *medics, int redundancy)
{
    return make(
        d, "need",
        desk_text(d,
                  "{\"title\":\"Help\",\"state\":\"open\",\"region\":\"CAN\",\"disclosure\":"
                  "{\"class\":\"UNCLASSIFIED\",\"permissive\":{\"Releasable To\":[[\"FVEY\"]]},"
                  "\"tlp\":\"CLEAR\"},\"requirements\":[{\"capability\":\"%s\","
                  "\"redundancy\":%d},{\"capability\":\"%s\"}]}",
                  flight, redundancy, medics));
}

static int setup(void **state)
{
    struct bench *x = calloc(1, sizeof *x);
    struct desk *d = &x->d;
    const char *names[] = { "Home", "Alpha", "Bravo", "Charlie" }, *who[4];
    desk_open(d);
    for (int i = 0; i < 4; i++)
        who[i] =
            make(d, "actor",
                 desk_text(d, "{\"nature\":\"organisation\",\"name_en\":\"%s\",\"country\":\"%s\"}",
                           names[i], i % 2 ? "USA" : "CAN"));
    set_home(d, who[0]);
    const char *v = make(d, "vocabulary", "{\"title\":\"Words\"}");
    const char *flight =
        make(d, "concept",
             desk_text(d, "{\"vocabulary\":\"%s\",\"pref\":\"Airlift\",\"capability\":true}", v));
    const char *medics =
        make(d, "concept",
             desk_text(d,
                       "{\"vocabulary\":\"%s\",\"pref\":\"Medics\",\"capability\":true,"
                       "\"prerequisites\":[\"%s\"]}",
                       v, flight));
    for (int i = 1; i < 4; i++) {
        make(d, "agreement",
             desk_text(d,
                       "{\"title\":\"A\",\"instrument\":\"arrangement\",\"in_force\":\"2024\","
                       "\"parties\":[{\"party\":\"%s\"},{\"party\":\"%s\"}],\"covers\":[\"%s\"]}",
                       who[0], who[i], flight));
        make(d, "offer",
             desk_text(d, "{\"actor\":\"%s\",\"capability\":\"%s\",\"burden\":%d}", who[i], flight,
                       i * 3));
        make(d, "commitment",
             desk_text(d,
                       "{\"from\":\"%s\",\"to\":\"%s\",\"text\":\"t\",\"stakes\":\"routine\","
                       "\"state\":\"%s\",\"decided_on\":\"2026-0%d-01\"}",
                       who[i], who[0], i == 2 ? "broken" : "kept", i));
    }
    make(d, "offer", desk_text(d, "{\"actor\":\"%s\",\"capability\":\"%s\"}", who[0], medics));
    x->need = need_of(d, flight, medics, 1);
    x->spare = need_of(d, flight, medics, 4); /* cannot be covered */
    struct asked a =
        desk_must(d, "need.options", desk_text(d, "{\"id\":\"%s\"}", x->need), NULL, plain);
    const struct json *options = json_get(a.json, "options");
    assert_true(options && options->count > 0);
    x->key = arena_cstr(d->arena, json_get_text(&options->items[0], "key"));
    *state = x;
    return 0;
}

static int teardown(void **state)
{
    struct bench *x = *state;
    desk_done(&x->d);
    free(x);
    return 0;
}

static void torment_all(struct bench *x, const struct fault *f)
{
    struct desk *d = &x->d;
    const char *need = desk_text(d, "{\"id\":\"%s\"}", x->need);
    const char *spare = desk_text(d, "{\"id\":\"%s\"}", x->spare);
    int failures = torment(&x->d, f, "need.options", need);
    failures += torment(&x->d, f, "need.options", spare);
    failures += torment(&x->d, f, "need.gaps", need);
    failures += torment(&x->d, f, "need.criticality", need);
    failures += torment(&x->d, f, "need.option",
                        desk_text(d, "{\"id\":\"%s\",\"key\":\"%s\"}", x->need, x->key));
    failures += torment(&x->d, f, "requests.board", "{}");
    assert_true(failures > 12);
}

static void options_without_memory_fail_or_are_the_same(void **state)
{
    torment_all(*state, &torment_heap);
}

static void options_without_sqlite_memory_fail_or_are_the_same(void **state)
{
    torment_all(*state, &torment_sqlite);
}

static uint32_t requests(struct desk *d)
{
    return desk_count(desk_must(d, "request.list", "{}", NULL, plain));
}

/* The write itself may have stood when its answer failed; asked again it writes nothing more. */
static void requests_without_memory_are_all_written_or_none(void **state)
{
    struct bench *x = *state;
    struct desk *d = &x->d;
    const char *parameters = desk_text(d, "{\"id\":\"%s\",\"key\":\"%s\"}", x->need, x->key);
    uint32_t partners = 0;
    bool struck = true;
    for (int n = 1; struck; n += 1 + n / 8) {
        uint32_t before = requests(d);
        struct asked a = desk_ask(d, "need.request", parameters, "{}",
                                  (struct with){ .fault = &torment_heap, .n = n });
        struck = a.struck;
        if (a.code < 0 && !torment_explained(a.code))
            fail_msg("n=%d: %d %s (%s)", n, a.code, a.err.message, a.err.origin);
        if (a.code == 0)
            partners = json_get(a.json, "requests")->count;
        uint32_t now = requests(d);
        assert_true(now == before || before == 0);
    }
    assert_true(partners > 0);
    assert_int_equal(requests(d), partners);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(options_without_memory_fail_or_are_the_same),
        CASE(options_without_sqlite_memory_fail_or_are_the_same),
        CASE(requests_without_memory_are_all_written_or_none),
    };
    fault_memory_install();
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
