/* Instances of obligations: see obligations.h. */
#include "service/obligations.h"

#include "base/duration.h"
#include "base/limits.h"
#include "format/recurrence.h"

#include <stdlib.h>

const char *instance_state_word(enum instance_state state)
{
    static const char *const words[] = {
        [INSTANCE_UPCOMING] = "upcoming", [INSTANCE_DUE] = "due",
        [INSTANCE_OVERDUE] = "overdue",   [INSTANCE_FULFILLED] = "fulfilled",
        [INSTANCE_LATE] = "late",         [INSTANCE_WAIVED] = "waived",
        [INSTANCE_DISPUTED] = "disputed", [INSTANCE_BREACHED] = "breached",
    };
    return words[state];
}

bool obligation_alive(const struct json *body, const struct agreement_status *status)
{
    if (!status)
        return true;
    if (status->state >= AGREEMENT_EXPIRED)
        return status->in_force_on != DAY_NEVER && json_get_bool(body, "survives", false);
    return status->state == AGREEMENT_PROVISIONAL || agreement_state_binds(status->state);
}

/* ---- the days on which it may fall due ---- */

struct span {
    int64_t first, last; /* ms; first > last: none */
};

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* From provisional application or entry into force to the end, or beyond it if it survives. */
static struct span span_alive(const struct json *body, const struct agreement_status *s)
{
    struct span all = { INT64_MIN, INT64_MAX };
    if (!s)
        return all;
    all.first = least(s->provisional_on, s->in_force_on);
    if (s->ends_on != DAY_NEVER && !json_get_bool(body, "survives", false))
        all.last = s->ends_on + DAY_MS - 1;
    if (s->in_force_on == DAY_NEVER && s->provisional_until != DAY_NEVER)
        all.last = least(all.last, s->provisional_until + DAY_MS - 1);
    return all;
}

static struct span span_of(const struct json *body, const struct agreement_status *s, int64_t from,
                           int64_t until)
{
    struct span alive = span_alive(body, s);
    struct when last;
    if (when_parse(json_get_text(body, "until"), &last))
        alive.last = least(alive.last, when_last_ms(last));
    return (struct span){ most(alive.first, from), least(alive.last, until) };
}

/* ---- instances ---- */

struct timing {
    struct duration within, grace;
    int64_t as_of;
};

static enum instance_state open_state(const struct instance *i, int64_t as_of)
{
    return i->on_ms > as_of      ? INSTANCE_UPCOMING
           : i->grace_ms < as_of ? INSTANCE_OVERDUE
                                 : INSTANCE_DUE;
}

/* A single date may be known to the month or year only: then it is due at its end. */
static struct instance derived_on(struct arena *a, const struct json *body, int64_t day,
                                  const struct timing *t)
{
    char text[32];
    struct when once;
    struct slice starts = json_get_text(body, "starts");
    bool dated = slice_is(json_get_text(body, "trigger"), "date") && when_parse(starts, &once);
    when_format_ms(day, false, text);
    struct instance i = { .on = dated ? starts : arena_copy(a, slice_make(text, 10)),
                          .on_ms = day };
    i.due_ms = duration_after(dated ? when_last_ms(once) : day + DAY_MS - 1, t->within, 1);
    i.grace_ms = duration_after(i.due_ms, t->grace, 1);
    i.state = open_state(&i, t->as_of);
    return i;
}

/* Decided, if that was done by then. */
static enum instance_state stored_state(const struct instance *i, struct slice word, int64_t as_of)
{
    struct when decided;
    for (int s = INSTANCE_FULFILLED; s <= INSTANCE_BREACHED; s++)
        if (slice_is(word, instance_state_word((enum instance_state)s)) &&
            !(when_parse(i->decided_on, &decided) && when_first_ms(decided) > as_of))
            return (enum instance_state)s;
    return open_state(i, as_of);
}

static struct instance stored_of(const struct json *row, const struct timing *t)
{
    struct when on = { 0 }, due;
    struct instance i = { .on = json_get_text(row, "on"),
                          .decided_on = json_get_text(row, "decided_on"),
                          .request = json_get_text(row, "request"),
                          .stored = true };
    if (when_parse(i.on, &on))
        i.on_ms = when_first_ms(on);
    bool stated = when_parse(json_get_text(row, "due"), &due);
    i.due_ms = stated ? when_last_ms(due) : duration_after(when_last_ms(on), t->within, 1);
    i.grace_ms = duration_after(i.due_ms, t->grace, 1);
    i.state = stored_state(&i, json_get_text(row, "state"), t->as_of);
    if (i.state < INSTANCE_FULFILLED)
        i.decided_on = S("");
    return i;
}

/* A stored instance stands for the derived one of its day; one known only to the month or year, for
 * every one that it can mean. */
static bool is_stored(const struct json *list, int64_t day)
{
    for (uint32_t i = 0; list && i < list->count; i++) {
        struct when on;
        if (when_parse(json_get_text(&list->items[i], "on"), &on) &&
            when_first_ms(on) < day + DAY_MS && when_last_ms(on) >= day)
            return true;
    }
    return false;
}

/* ---- rules ---- */

/* The days of a date or recurrence; a rule that cannot be followed names none, and is told. */
static int find_days(struct arena *a, const struct json *body, struct span s, struct error *err,
                     struct instances *ret, struct occurrences *days)
{
    struct when starts;
    struct slice trigger = json_get_text(body, "trigger");
    bool once = slice_is(trigger, "date");
    if ((!once && !slice_is(trigger, "recurrence")) || s.first > s.last ||
        !when_parse(json_get_text(body, "starts"), &starts))
        return 0;
    int64_t first = when_first_ms(starts) - (when_first_ms(starts) % DAY_MS + DAY_MS) % DAY_MS;
    if (once) {
        days->days = arena_array_of(a, int64_t, 1);
        if (!days->days)
            return error_set(err, EN_NO_MEMORY, "obligation");
        days->days[0] = first;
        days->count = s.first < first + DAY_MS && first <= s.last;
        return 0;
    }
    struct error own = { 0 };
    int code = recurrence_expand(json_get_text(body, "recurrence"), first, s.first, s.last,
                                 LIMIT_INSTANCES, a, &own, days);
    ret->unreadable = code == EN_INVALID || code == EN_TOO_LARGE;
    ret->cut = days->cut;
    return code < 0 && !ret->unreadable ? error_set(err, code, "%s", own.message) : 0;
}

static int compare_instances(const void *x, const void *y)
{
    const struct instance *a = x, *b = y;
    if (a->on_ms != b->on_ms)
        return a->on_ms < b->on_ms ? -1 : 1;
    return slice_compare(a->request, b->request);
}

int obligation_instances(struct arena *a, const struct json *body,
                         const struct agreement_status *status, int64_t as_of_ms, int64_t from,
                         int64_t until, struct error *err, struct instances *ret)
{
    const struct json *stored = json_get(body, "instances");
    struct timing t = { .as_of = as_of_ms };
    struct occurrences days = { 0 };
    struct instances all = { .alive = obligation_alive(body, status) };
    duration_parse(json_get_text(body, "due_within"), &t.within);
    duration_parse(json_get_text(body, "grace"), &t.grace);
    int code = find_days(a, body, span_of(body, status, from, until), err, &all, &days);
    if (code < 0)
        return code;
    size_t stored_count = stored ? stored->count : 0;
    all.items = arena_array_of(a, struct instance, days.count + stored_count + 1);
    if (!all.items)
        return error_set(err, EN_NO_MEMORY, "obligation");
    for (size_t i = 0; i < days.count; i++)
        if (!is_stored(stored, days.days[i]))
            all.items[all.count++] = derived_on(a, body, days.days[i], &t);
    for (size_t i = 0; i < stored_count; i++)
        all.items[all.count++] = stored_of(&stored->items[i], &t);
    if (all.count > 1)
        qsort(all.items, all.count, sizeof *all.items, compare_instances);
    *ret = all;
    return 0;
}
