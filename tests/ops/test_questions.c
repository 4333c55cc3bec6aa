/* Questions about trust through the operation table: what explanations, what-ifs and half-lives
 * say must be what the records say. */
#include "desk.h"

#include <math.h>

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

/* {"truster":u,"trustee":v,<more>} */
static const char *pair(struct desk *d, const char *u, const char *v, const char *more)
{
    return desk_text(d, "{\"truster\":\"%s\",\"trustee\":\"%s\"%s}", u, v, more);
}

static const char *confide(struct desk *d, const char *from, const char *to, const char *rest)
{
    return desk_id(d, desk_must(d, "disclosure.create", NULL,
                                desk_text(d,
                                          "{\"from\":\"%s\",\"to\":\"%s\",\"what\":\"strength\","
                                          "\"summary\":\"s\",%s}",
                                          from, to, rest),
                                plain));
}

static const struct json *item_of(struct asked a, int64_t valence)
{
    const struct json *items = json_get(a.json, "items");
    for (uint32_t i = 0; items && i < items->count; i++)
        if (json_get_int(&items->items[i], "valence", 0) == valence)
            return &items->items[i];
    return NULL;
}

static void each_item_names_its_own_event_and_stakes(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "Alpha", NULL), *b = desk_actor(d, "Bravo", NULL);
    confide(d, a, b,
            "\"given\":\"2024-01-10\",\"state\":\"breached\",\"decided_on\":\"2026-05-01\"");
    struct asked x = desk_must(d, "trust.explain", pair(d, a, b, ""), NULL, plain);
    assert_int_equal(desk_count(x), 2);
    const struct json *broken = item_of(x, -1), *kept = item_of(x, 1);
    assert_true(slice_is(json_get_text(broken, "event"), "disclosure.breached"));
    assert_true(slice_is(json_get_text(broken, "stakes"), "critical"));
    assert_true(slice_is(json_get_text(kept, "event"), "disclosure.honoured"));
    assert_true(slice_is(json_get_text(kept, "stakes"), "significant"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_item_names_its_own_event_and_stakes, setup, teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("ops questions", tests, NULL, NULL);
}
