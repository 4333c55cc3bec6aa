/* What is known of an agreement on a day, as effects in the order in which they count: its acts,
 * the stated stays of its parties, its stated days. The rules stand in agreement_status.c. */
#include "record/agreement_internal.h"

#include <stdlib.h>

static void add_effect(struct effects *e, int64_t day, enum effect_kind kind, size_t member,
                       int64_t known)
{
    if (day != DAY_NEVER)
        e->items[e->count++] = (struct effect){ day, kind, member, known };
}

static void add_act(const struct instrument *i, struct effects *e, const struct act *a)
{
    static const enum effect_kind kinds[ACT_COUNT] = {
        [ACT_SIGNATURE] = EFFECT_NONE,    [ACT_DEFINITIVE_SIGNATURE] = EFFECT_JOIN,
        [ACT_RATIFICATION] = EFFECT_JOIN, [ACT_ACCEPTANCE] = EFFECT_JOIN,
        [ACT_APPROVAL] = EFFECT_JOIN,     [ACT_ACCESSION] = EFFECT_JOIN,
        [ACT_SUCCESSION] = EFFECT_JOIN,   [ACT_PROVISIONAL] = EFFECT_PROVISIONAL,
        [ACT_RESERVATION] = EFFECT_NONE,  [ACT_PROVISIONAL_END] = EFFECT_PROVISIONAL_END,
        [ACT_DECLARATION] = EFFECT_NONE,  [ACT_NOTICE] = EFFECT_NOTICE,
        [ACT_OBJECTION] = EFFECT_OBJECT,  [ACT_CONSENT] = EFFECT_RENEW,
        [ACT_WITHDRAWAL] = EFFECT_LEAVE,  [ACT_SUSPENSION] = EFFECT_SUSPEND,
        [ACT_RESUMPTION] = EFFECT_RESUME,
    };
    const struct member *m = &i->members[a->member];
    enum effect_kind kind = kinds[a->kind];
    if (i->rule == ENTRY_SIGNATURE && a->kind == ACT_SIGNATURE)
        kind = EFFECT_JOIN;
    bool joins = kind == EFFECT_JOIN, leaves = kind == EFFECT_LEAVE || kind == EFFECT_NOTICE;
    if (act_signs(a->kind))
        add_effect(e, a->done, EFFECT_SIGN, a->member, a->done);
    if ((joins && m->joined != DAY_NEVER && a->done <= m->joined) ||
        (leaves && m->left != DAY_NEVER && a->done < m->left))
        return; /* the stated day wins */
    bool at_once = kind == EFFECT_OBJECT || kind == EFFECT_RENEW;
    add_effect(e, at_once ? a->done : a->effect, kind, a->member, a->done);
}

static int compare_effects(const void *x, const void *y)
{
    const struct effect *a = x, *b = y;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return a->member < b->member ? -1 : a->member > b->member;
}

int effects_list(const struct instrument *i, int64_t entry, struct error *err, struct effects *ret)
{
    size_t most = i->act_count * 2 + i->stay_count * 2 + i->member_count * 2 + 3;
    struct effects list = { .items = arena_array_of(i->arena, struct effect, most) }, *e = &list;
    if (!list.items)
        return error_set(err, EN_NO_MEMORY, "agreement");
    for (size_t at = 0; at < i->act_count; at++)
        if (i->acts[at].done <= i->today)
            add_act(i, e, &i->acts[at]);
    for (size_t at = 0; at < i->stay_count; at++) {
        add_effect(e, i->stays[at].joined, EFFECT_JOIN, i->stays[at].member, INT64_MIN);
        add_effect(e, i->stays[at].gone, EFFECT_LEAVE, i->stays[at].member, INT64_MIN);
    }
    for (size_t at = 0; at < i->member_count; at++) {
        const struct member *m = &i->members[at];
        if (!i->concluded_signs || !m->listed || m->observer)
            continue;
        add_effect(e, i->concluded, EFFECT_SIGN, at, INT64_MIN);
        if (i->rule == ENTRY_SIGNATURE && !m->has_act)
            add_effect(e, i->concluded, EFFECT_JOIN, at, INT64_MIN);
    }
    add_effect(e, entry, EFFECT_ENTRY, 0, INT64_MIN);
    add_effect(e, i->provisional_from, EFFECT_NONE, 0, INT64_MIN);
    add_effect(e, i->provisional_end, EFFECT_NONE, 0, INT64_MIN);
    qsort(list.items, list.count, sizeof *list.items, compare_effects);
    *ret = list;
    return 0;
}
