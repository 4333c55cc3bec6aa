/* Who serves which relationship: see plan.h. */
#include "service/plan.h"
#include "service/roster.h"

struct serving {
    struct snapshot *snapshot;
    struct roster *roster;
    const struct slice *persons;
    size_t count;
    int64_t now_ms;
};

static int number_of(const struct serving *x, struct slice id)
{
    for (size_t i = 0; id.len && i < x->count; i++)
        if (slice_eq(x->persons[i], id))
            return (int)i;
    return PLAN_NOBODY;
}

/* The person themselves, or who holds that post today. */
static int behind(const struct serving *x, struct slice actor)
{
    int own = number_of(x, actor);
    const struct tour *t =
        own == PLAN_NOBODY && actor.len ? roster_holder(x->roster, actor, x->now_ms) : NULL;
    int holder = t ? number_of(x, t->person) : PLAN_NOBODY;
    if (holder != PLAN_NOBODY)
        snapshot_mark_number(x->snapshot, t->label);
    return own != PLAN_NOBODY ? own : holder;
}

/* Of those at the last contact the first who is one of the persons, by name or by post. */
static int at_last_contact(const struct serving *x, const struct nurture_row *row)
{
    const struct json *list = json_get(row->contacts.last.body, "participants");
    for (uint32_t i = 0; list && i < list->count; i++) {
        int by_name = behind(x, json_get_text(&list->items[i], "actor"));
        int by_post = behind(x, json_get_text(&list->items[i], "position"));
        if (by_name != PLAN_NOBODY || by_post != PLAN_NOBODY)
            return by_name != PLAN_NOBODY ? by_name : by_post;
    }
    return PLAN_NOBODY;
}

int plan_people(struct snapshot *s, const struct nurture_rows *rows, const struct slice *persons,
                size_t person_count, int64_t now_ms, struct error *err, int **ret)
{
    struct serving x = {
        .snapshot = s, .persons = persons, .count = person_count, .now_ms = now_ms
    };
    int *all = arena_array_of(snapshot_arena(s), int, rows->count + 1);
    int code = all ? roster_open(s, err, &x.roster) : error_set(err, EN_NO_MEMORY, "plan");
    for (size_t i = 0; code == 0 && i < rows->count; i++) {
        const struct nurture_row *row = &rows->rows[i];
        all[i] = row->steward.len ? behind(&x, row->steward) : at_last_contact(&x, row);
    }
    if (code == 0)
        *ret = all;
    return code;
}
