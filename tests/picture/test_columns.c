/*
 * Evidence columns against a plain list: however notes of adding and dropping come, and whenever
 * they are merged, the columns hold what a list that is searched from end to end holds.
 */
#include "picture/columns.h"

#include "base/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MODEL_MAX = 4000, PARTIES = 9, RECORDS = 60 };

struct model {
    struct column_item items[MODEL_MAX];
    size_t count;
    uint64_t seed;
};

static uint32_t any(struct model *m, uint32_t below)
{
    m->seed = m->seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((m->seed >> 33) % below);
}

static struct uuid party(uint32_t n)
{
    return (struct uuid){ .bytes = { (uint8_t)(n + 1), 7 } };
}

static struct column_item any_item(struct model *m)
{
    uint32_t truster = any(m, PARTIES);
    return (struct column_item){ .truster = party(truster),
                                 .trustee = party((truster + 1 + any(m, PARTIES - 1)) % PARTIES),
                                 .at = any(m, 8) == 0 ? -(int64_t)any(m, 1000) * 4294967296
                                                      : any(m, 5000),
                                 .w_micro = any(m, 1000000),
                                 .side = (uint8_t)any(m, 6),
                                 .contact = (uint8_t)any(m, 2),
                                 .label = any(m, 5) + 1,
                                 .record = any(m, RECORDS) + 1 };
}

static void model_drop(struct model *m, uint32_t record)
{
    size_t kept = 0;
    for (size_t i = 0; i < m->count; i++)
        if (m->items[i].record != record)
            m->items[kept++] = m->items[i];
    m->count = kept;
}

static bool stands_at(const struct columns *c, uint32_t i, const struct column_item *x)
{
    return c->at[i] == x->at && c->w_micro[i] == x->w_micro && c->side[i] == x->side &&
           c->contact[i] == x->contact && c->label[i] == x->label && c->record[i] == x->record;
}

/* Each item of the model stands in the row of its pair, once for each time the model has it. */
static void assert_same(const struct columns *c, const struct model *m)
{
    bool *used = calloc(c->item_count + 1u, sizeof *used);
    assert_int_equal(c->item_count, m->count);
    for (size_t i = 0; i < m->count; i++) {
        const struct column_item *x = &m->items[i];
        uint32_t pair = columns_pair(c, x->truster, x->trustee);
        assert_true(pair < c->pair_count);
        assert_true(uuid_eq(c->party[c->truster[pair]], x->truster));
        assert_true(uuid_eq(c->party[c->trustee[pair]], x->trustee));
        uint32_t at = c->offset[pair];
        while (at < c->offset[pair + 1] && (used[at] || !stands_at(c, at, x)))
            at++;
        assert_true(at < c->offset[pair + 1]);
        used[at] = true;
    }
    for (uint32_t p = 0; p < c->pair_count; p++)
        assert_true(c->offset[p] <= c->offset[p + 1]);
    assert_int_equal(c->offset[c->pair_count], c->item_count);
    free(used);
}

static void assert_compact_times(const struct columns *c)
{
    for (uint32_t i = 0; c->since && i < c->item_count; i++)
        assert_int_equal(c->at[i] - c->epoch, c->since[i]);
}

/* One random note to both; pairs of numbers that are never given stay unknown. */
static void note(struct columns *c, struct model *m)
{
    if (any(m, 4) == 0) {
        uint32_t record = any(m, RECORDS + 5) + 1;
        assert_int_equal(columns_drop(c, record), 0);
        model_drop(m, record);
        return;
    }
    struct column_item item = any_item(m);
    assert_int_equal(columns_add(c, &item), 0);
    m->items[m->count++] = item;
}

static void columns_hold_what_a_plain_list_holds(void **state)
{
    (void)state;
    struct model *m = calloc(1, sizeof *m);
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct columns *c = columns_new();
        m->count = 0;
        m->seed = seed * 77;
        uint64_t generation = c->generation;
        for (int i = 0; i < 400; i++) {
            note(c, m);
            if (any(m, 25) == 0) {
                assert_int_equal(columns_settle(c), 0);
                assert_same(c, m);
                assert_compact_times(c);
                assert_true(c->generation > generation || !columns_dirty(c));
                generation = c->generation;
            }
        }
        assert_int_equal(columns_settle(c), 0);
        assert_false(columns_dirty(c));
        assert_same(c, m);
        columns_free(c);
    }
    free(m);
}

static void unknown_actors_and_pairs_have_no_number(void **state)
{
    (void)state;
    struct columns *c = columns_new();
    struct column_item item = { .truster = party(1), .trustee = party(2), .record = 1 };
    assert_int_equal(columns_party(c, party(1)), UINT32_MAX);
    assert_int_equal(columns_add(c, &item), 0);
    assert_int_equal(columns_settle(c), 0);
    assert_int_equal(columns_pair(c, party(1), party(2)), 0);
    assert_int_equal(columns_pair(c, party(2), party(1)), UINT32_MAX);
    assert_int_equal(columns_party(c, party(3)), UINT32_MAX);
    columns_free(c);
}

static void without_memory_nothing_is_lost_and_the_next_try_succeeds(void **state)
{
    (void)state;
    struct model *m = calloc(1, sizeof *m);
    int failures = 0;
    for (long n = 1; n < 40; n++) {
        struct columns *c = columns_new();
        m->count = 0;
        m->seed = 5;
        for (int i = 0; i < 120; i++)
            note(c, m);
        assert_int_equal(columns_settle(c), 0);
        for (int i = 0; i < 120; i++)
            note(c, m);
        fault_arm_allocation(n);
        int code = columns_settle(c);
        bool struck = fault_disarm();
        assert_true(code == 0 || struck);
        failures += code < 0;
        assert_int_equal(columns_settle(c), 0);
        assert_same(c, m);
        columns_free(c);
    }
    assert_true(failures >= 8);
    free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_hold_what_a_plain_list_holds),
        cmocka_unit_test(unknown_actors_and_pairs_have_no_number),
        cmocka_unit_test(without_memory_nothing_is_lost_and_the_next_try_succeeds),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
