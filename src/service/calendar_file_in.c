/* Calendar files as engagements: see calendar_file.h. */
#include "format/ics.h"
#include "service/calendar_file.h"
#include "service/transfer_items.h"
#include "service/transfer_names.h"

#include <stdlib.h>

#define DAY_MS INT64_C(86400000)
enum { BACK_DAYS = 31, AHEAD_DAYS = 366 };

/* What an event can state: the other fields of the engagement that it means stay. */
static const char *const stated[] = { "title", "when", "until", "place", "status", NULL };

struct reading {
    struct arena *arena;
    struct snapshot *snapshot;
    const struct kind *engagement, *actor;
    struct names names;
};

static void set(struct reading *r, struct json *body, const char *name, const struct json *value)
{
    if (value)
        json_object_set(r->arena, body, slice_of(name), value); /* the arena remembers */
}

static void set_text(struct reading *r, struct json *body, const char *name, struct slice text)
{
    json_set_nonempty(r->arena, body, name, slice_trim(text)); /* the arena remembers */
}

static bool is_choice(const struct kind *k, const char *field, struct slice word)
{
    const struct field *f = kind_field(k, slice_of(field));
    return f && word.len && choice_find(f->choices, word);
}

/* The form of the contact, when the category is one of ours; else a meeting. */
static struct slice mode_of(struct reading *r, const struct ics_item *i)
{
    struct buf lower cleanup_buf;
    buf_init(&lower, 100);
    for (size_t n = 0; n < i->category.len; n++) {
        char c = i->category.ptr[n];
        buf_add_char(&lower, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
    }
    struct slice word = arena_copy(r->arena, buf_slice(&lower));
    return is_choice(r->engagement, "mode", word) ? word : S("meeting");
}

/* Attendees by their names; each actor once. */
static void take_participants(struct reading *r, const struct ics_item *i, struct json *body)
{
    struct json *list = json_new_array(r->arena);
    for (size_t n = 0; list && n < i->people_count; n++) {
        char id[UUID_TEXT + 1];
        struct uuid found;
        bool again = false;
        struct slice name = slice_trim(i->people[n].name);
        if (!name.len || !names_resolve(&r->names, r->snapshot, r->actor, NULL, name, &found))
            continue;
        uuid_format(found, id);
        for (uint32_t p = 0; p < list->count; p++)
            again |= slice_is(json_get_text(&list->items[p], "actor"), id);
        struct json *one = again ? NULL : json_new_object(r->arena);
        if (!one)
            continue;
        set_text(r, one, "actor", arena_copy(r->arena, slice_of(id)));
        json_array_add(r->arena, list, one);
    }
    if (list && list->count)
        set(r, body, "participants", list);
}

static void take_point(struct reading *r, const struct ics_item *i, struct json *body)
{
    static const char *const names[] = { "latitude", "longitude" };
    double values[] = { i->latitude, i->longitude };
    for (size_t n = 0; i->has_point && n < 2; n++) {
        struct slice text = arena_printf(r->arena, "%.6f", values[n]);
        const struct field *f = kind_field(r->engagement, slice_of(names[n]));
        set(r, body, names[n], field_from_text(f, r->arena, text, S(""), NULL));
    }
}

/* Our own record, whose state a calendar program does not know unless it kept our word for it. */
static struct slice status_before(struct reading *r, struct slice id)
{
    struct row row;
    if (!id.len || snapshot_get(r->snapshot, r->engagement, id, NULL, &row) < 0 ||
        snapshot_body(r->snapshot, &row, NULL) < 0)
        return S("planned");
    return json_get_text(row.body, "status");
}

static struct slice status_of(struct reading *r, const struct ics_item *i, struct slice id)
{
    if (slice_is(i->status, "CANCELLED"))
        return S("cancelled");
    if (id.len && is_choice(r->engagement, "status", i->own_status))
        return i->own_status;
    struct slice before = status_before(r, id);
    return slice_is(before, "cancelled") ? S("planned") : before;
}

/* External ids hold no white space. */
static struct slice external(struct arena *a, struct slice uid)
{
    char *text = arena_alloc(a, uid.len + 1);
    for (size_t i = 0; text && i < uid.len; i++)
        text[i] = (unsigned char)uid.ptr[i] <= ' ' || uid.ptr[i] == ';' ? '_' : uid.ptr[i];
    return text ? arena_printf(a, "ics:" SLICE_FMT, SLICE_ARG(slice_make(text, uid.len))) : S("");
}

static void identify(struct reading *r, struct slice uid, struct transfer_item *item,
                     struct json *body)
{
    struct slice prefix = S("urn:uuid:");
    struct slice bare =
        slice_starts(uid, prefix) ? slice_make(uid.ptr + prefix.len, uid.len - prefix.len) : uid;
    struct json *list = json_new_array(r->arena);
    if (snapshot_readable(r->snapshot, bare, r->engagement)) {
        item->id = bare;
        return;
    }
    struct json *value = json_new_text(r->arena, external(r->arena, uid));
    if (list && value && json_array_add(r->arena, list, value) == 0)
        set(r, body, "external_ids", list);
}

/* What stands already under that external id keeps its state too. */
static struct slice known(struct reading *r, const struct transfer_item *item, struct slice uid)
{
    struct row row;
    if (item->id.len)
        return item->id;
    return snapshot_find_own(r->snapshot, r->engagement, external(r->arena, uid), NULL, &row) == 0
               ? row.id
               : S("");
}

static struct transfer_item item_of(struct reading *r, const struct ics_item *i)
{
    struct transfer_item item = { .line = i->line, .id = S(""), .reason = REASON_RULE };
    struct json *body = i->wrong ? NULL : json_new_object(r->arena);
    item.detail = slice_of(i->wrong ? i->wrong : "");
    if (!body)
        return item;
    identify(r, i->uid, &item, body);
    bool day = i->start.len == 10;
    set_text(r, body, "title", i->summary);
    set_text(r, body, "when", i->start);
    set_text(r, body, "until", i->until);
    if (day && i->until.len)
        json_set_bool(r->arena, body, "all_day", true);
    set_text(r, body, "mode", mode_of(r, i));
    set_text(r, body, "place", i->location);
    take_point(r, i, body);
    set_text(r, body, "status", status_of(r, i, known(r, &item, i->uid)));
    set_text(r, body, "aim", i->description);
    take_participants(r, i, body);
    item.body = body;
    return item;
}

static bool is_read_over(const struct ics_item *i)
{
    return i->kind == ICS_TASK ||
           (i->marking.len && slice_eq_fold(i->category, S(CALENDAR_DEADLINE)));
}

static void note_tasks(int64_t tasks, struct arena *a, struct transfer_report *ret)
{
    struct slice en = arena_printf(a, "%lld tasks and deadlines were read over", (long long)tasks);
    struct slice fr =
        arena_printf(a, "%lld tâches et échéances ont été laissées de côté", (long long)tasks);
    struct transfer_note *notes = arena_array_of(a, struct transfer_note, ret->note_count + 1);
    if (!tasks || !notes || !en.ptr || !fr.ptr)
        return;
    if (ret->note_count)
        memcpy(notes, ret->notes, ret->note_count * sizeof *notes);
    notes[ret->note_count++] = (struct transfer_note){ en, fr };
    ret->notes = notes;
}

int calendar_file_import(struct write_context *w, struct slice text, bool dry_run,
                         const struct transfer_progress *progress, struct error *err,
                         struct transfer_report *ret)
{
    struct reading r = { .arena = snapshot_arena(w->snapshot),
                         .snapshot = w->snapshot,
                         .engagement = kinds_find(node_kinds(w->node), S("engagement")),
                         .actor = kinds_find(node_kinds(w->node), S("actor")) };
    struct ics_list all = { 0 };
    int64_t tasks = 0;
    size_t count = 0;
    int code = ics_read(text, w->now_ms - BACK_DAYS * DAY_MS, w->now_ms + AHEAD_DAYS * DAY_MS,
                        r.arena, err, &all);
    struct transfer_item *items =
        code == 0 ? arena_array_of(r.arena, struct transfer_item, all.count + 1) : NULL;
    for (size_t i = 0; items && i < all.count; i++) {
        bool over = is_read_over(&all.items[i]);
        tasks += over;
        if (!over)
            items[count++] = item_of(&r, &all.items[i]);
    }
    names_done(&r.names);
    int failure = snapshot_failure(w->snapshot);
    if (code == 0 && (failure < 0 || arena_failed(r.arena)))
        code = error_set(err, failure < 0 ? failure : EN_NO_MEMORY, "the records cannot be read");
    if (code == 0)
        code = transfer_import_items(w, r.engagement, items, count, stated, dry_run, progress, err,
                                     ret);
    else
        snapshot_close(w->snapshot);
    if (code == 0)
        note_tasks(tasks, r.arena, ret);
    return code;
}
