/* The calendar of work: see calendar.h. */
#include "service/calendar.h"

#include "base/limits.h"

#include <stdlib.h>

const char *calendar_word(enum calendar_what what)
{
    static const char *const words[CALENDAR_COUNT] = {
        [CALENDAR_OBLIGATION] = "obligation",   [CALENDAR_COMMITMENT] = "commitment",
        [CALENDAR_TRANSACTION] = "transaction", [CALENDAR_EXPIRES] = "agreement_expires",
        [CALENDAR_RENEWS] = "agreement_renews", [CALENDAR_NOTICE] = "agreement_notice",
        [CALENDAR_ENTERS] = "agreement_enters", [CALENDAR_REQUEST] = "request_response",
        [CALENDAR_NEED] = "need_required",      [CALENDAR_ATTESTATION] = "offer_attestation",
    };
    return words[what];
}

int calendar_add(struct calendar_list *l, struct calendar_item item)
{
    const struct calendar_query *q = l->query;
    if (item.day + DAY_MS <= q->from || item.day > q->until ||
        (q->what && !(q->what & 1u << item.what)))
        return 0;
    if (l->count == l->capacity) {
        size_t wider = l->capacity ? l->capacity * 2 : 64;
        struct calendar_item *items = arena_array_of(l->arena, struct calendar_item, wider);
        if (!items)
            return EN_NO_MEMORY;
        if (l->count)
            memcpy(items, l->items, l->count * sizeof *items);
        l->items = items;
        l->capacity = wider;
    }
    l->items[l->count++] = item;
    return 0;
}

static int compare_items(const void *x, const void *y)
{
    const struct calendar_item *a = x, *b = y;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    if (a->what != b->what)
        return a->what < b->what ? -1 : 1;
    int by_record = slice_compare(a->record, b->record);
    return by_record ? by_record : strcmp(a->state, b->state);
}

int calendar_make(struct snapshot *s, const struct calendar_query *q, struct error *err,
                  struct calendar *ret)
{
    struct calendar_list l = { .snapshot = s, .arena = snapshot_arena(s), .query = q };
    int code = agreements_open(s, q->as_of_ms / 1000, err, &l.agreements);
    if (code == 0)
        code = calendar_collect(&l, err);
    if (code < 0)
        return code;
    if (l.count > 1)
        qsort(l.items, l.count, sizeof *l.items, compare_items);
    *ret = (struct calendar){ .items = l.items,
                              .count = l.count < LIMIT_CALENDAR ? l.count : LIMIT_CALENDAR,
                              .cut = l.count > LIMIT_CALENDAR };
    return 0;
}

static void write_side(struct render *r, const char *name, struct slice actor)
{
    if (actor.len && refs_add(r->refs, actor))
        jw_key_text(r->out, name, actor);
}

/* Whole days from today: negative ones are past. */
static int64_t days_until(int64_t day, int64_t as_of_ms)
{
    int64_t today = as_of_ms - (as_of_ms % DAY_MS + DAY_MS) % DAY_MS;
    return (day - today) / DAY_MS;
}

int calendar_write_item(const struct calendar_item *i, int64_t as_of_ms, struct render *r,
                        struct error *err)
{
    struct json_writer *out = r->out;
    struct row row;
    char at[32];
    int code = snapshot_get(r->snapshot, NULL, i->record, err, &row);
    if (code < 0)
        return code;
    when_format_ms(i->day, false, at);
    jw_object(out);
    jw_key_text(out, "at", slice_make(at, 10));
    jw_key_cstr(out, "what", calendar_word(i->what));
    jw_key_text(out, "record", i->record);
    jw_key_cstr(out, "kind", row.kind->name);
    render_titles(r->snapshot, &row, out);
    render_origin(r, row.origin);
    write_side(r, "from", i->from);
    write_side(r, "to", i->to);
    jw_key_cstr(out, "state", i->state);
    jw_key_int(out, "days", days_until(i->day, as_of_ms));
    jw_object_end(out);
    return 0;
}
