/* The work as a calendar file: see calendar_file.h. */
#include "base/limits.h"
#include "format/ics.h"
#include "service/calendar.h"
#include "service/calendar_file.h"

enum { RECORDS_MAX = 5000 };

struct writing {
    struct snapshot *snapshot;
    struct arena *arena;
    const struct calendar_file_query *query;
    struct ics_writer ics;
};

static struct slice urn(struct writing *w, struct slice id)
{
    return arena_printf(w->arena, "urn:uuid:" SLICE_FMT, SLICE_ARG(id));
}

static struct slice marking_of(struct writing *w, const struct label *l)
{
    return label_marking(snapshot_policy(w->snapshot), w->arena, l, w->query->french);
}

/* What every record's component has. */
static struct ics_item item_of(struct writing *w, const struct row *row, enum ics_kind kind)
{
    return (struct ics_item){ .kind = kind,
                              .uid = urn(w, row->id),
                              .stamp_ms = row->updated_ms,
                              .sequence = (int)row->version - 1,
                              .confidential =
                                  !label_is_lowest(snapshot_policy(w->snapshot), row->label),
                              .marking = marking_of(w, row->label) };
}

/* The title of a readable actor, in the reader's language; empty otherwise. */
static struct slice name_of(struct writing *w, struct slice id)
{
    const struct kind *actor = kinds_find(snapshot_kinds(w->snapshot), S("actor"));
    struct reference found;
    if (!id.len || !snapshot_reference(w->snapshot, id, actor, &found))
        return S("");
    return w->query->french ? found.title_fr : found.title;
}

/* ---- engagements ---- */

static void take_people(struct writing *w, const struct json *body, struct ics_item *item)
{
    const struct json *list = json_get(body, "participants");
    struct ics_person *people =
        list ? arena_array_of(w->arena, struct ics_person, list->count + 1) : NULL;
    for (uint32_t i = 0; people && i < list->count; i++) {
        struct slice actor = json_get_text(&list->items[i], "actor"), name = name_of(w, actor);
        if (name.len)
            people[item->people_count++] = (struct ics_person){ urn(w, actor), name };
    }
    item->people = people;
}

/* Aim, what happened and what follows, one under the other. */
static struct slice description_of(struct writing *w, const struct json *body)
{
    static const char *const names[] = { "aim", "summary", "next_steps" };
    struct buf text cleanup_buf;
    buf_init(&text, LIMIT_RECORD);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct slice one = json_get_text(body, names[i]);
        if (!one.len)
            continue;
        buf_add_cstr(&text, text.len ? "\n\n" : "");
        buf_add(&text, one);
    }
    return arena_copy(w->arena, buf_slice(&text));
}

static int add_engagement(struct writing *w, struct row *row, struct error *err)
{
    int code = snapshot_body(w->snapshot, row, err);
    if (code < 0)
        return code;
    const struct json *b = row->body;
    struct slice status = json_get_text(b, "status");
    struct ics_item item = item_of(w, row, ICS_EVENT);
    const struct json *latitude = json_get(b, "latitude"), *longitude = json_get(b, "longitude");
    item.start = json_get_text(b, "when");
    item.until = json_get_text(b, "until");
    item.summary = json_get_text(b, "title");
    item.location = json_get_text(b, "place");
    item.category = json_get_text(b, "mode");
    item.description = description_of(w, b);
    item.status = slice_is(status, "cancelled") ? S("CANCELLED") : S("CONFIRMED");
    item.own_status = status;
    if (latitude && longitude) {
        item.has_point = true;
        item.latitude = latitude->number;
        item.longitude = longitude->number;
    }
    take_people(w, b, &item);
    return ics_add(&w->ics, &item, err);
}

/* ---- commitments ---- */

static struct slice todo_status(struct slice state)
{
    return slice_is(state, "open") || slice_is(state, "disputed") ? S("NEEDS-ACTION")
           : slice_is(state, "kept") || slice_is(state, "late")   ? S("COMPLETED")
                                                                  : S("CANCELLED");
}

static int priority_of(struct slice stakes)
{
    return slice_is(stakes, "critical") ? 1 : slice_is(stakes, "significant") ? 5 : 9;
}

static struct slice between(struct writing *w, struct slice from, struct slice to)
{
    struct slice a = name_of(w, from), b = name_of(w, to);
    return a.len && b.len
               ? arena_printf(w->arena, SLICE_FMT " → " SLICE_FMT, SLICE_ARG(a), SLICE_ARG(b))
           : a.len ? a
                   : b;
}

static int add_commitment(struct writing *w, struct row *row, struct error *err)
{
    int code = snapshot_body(w->snapshot, row, err);
    if (code < 0)
        return code;
    const struct json *b = row->body;
    struct ics_item item = item_of(w, row, ICS_TASK);
    item.start = S("");
    item.until = json_get_text(b, "due");
    item.completed = S("");
    item.summary = json_get_text(b, "text");
    item.description = between(w, json_get_text(b, "from"), json_get_text(b, "to"));
    item.own_status = json_get_text(b, "state");
    item.status = todo_status(item.own_status);
    item.priority = priority_of(json_get_text(b, "stakes"));
    return ics_add(&w->ics, &item, err);
}

/* ---- records of a window ---- */

struct ids_found {
    struct arena *arena;
    struct slice *ids;
    size_t count;
};

static int take_id(void *context, const struct slice *columns)
{
    struct ids_found *f = context;
    if (f->count == RECORDS_MAX)
        return 0;
    f->ids[f->count] = arena_copy(f->arena, columns[0]);
    return f->ids[f->count++].ptr ? 0 : EN_NO_MEMORY;
}

typedef int (*record_adder)(struct writing *w, struct row *row, struct error *err);

/* Day texts compare as they should; a year or a month sorts before its days. */
static int add_records(struct writing *w, const char *sql, record_adder add, struct error *err)
{
    char from[32], until[32];
    struct ids_found f = { w->arena, arena_array_of(w->arena, struct slice, RECORDS_MAX), 0 };
    when_format_ms(w->query->from, false, from);
    when_format_ms(w->query->until, false, until);
    struct slice values[] = { w->query->of, slice_make(from, 7), slice_of(until) };
    int code = f.ids ? snapshot_query(w->snapshot, sql, values, 3, err, take_id, &f)
                     : error_set(err, EN_NO_MEMORY, "calendar");
    for (size_t i = 0; code == 0 && i < f.count; i++) {
        struct row row;
        code = snapshot_get(w->snapshot, NULL, f.ids[i], err, &row);
        if (code == 0)
            code = add(w, &row, err);
    }
    return code;
}

static int add_engagements(struct writing *w, struct error *err)
{
    static const char sql[] =
        "SELECT r.id FROM engagements_v k JOIN record_v r ON r.num = k.num"
        " WHERE k.\"when\" >= ?2 AND k.\"when\" <= ?3 AND (?1 = '' OR k.num IN (SELECT num"
        " FROM item_v WHERE field = 'participants.actor' AND value = ?1))"
        " ORDER BY k.\"when\", r.id LIMIT 5001";
    return add_records(w, sql, add_engagement, err);
}

/* Those whose external id says that they were a line of a plan. */
static int add_accepted(struct writing *w, struct error *err)
{
    static const char sql[] =
        "SELECT r.id FROM engagements_v k JOIN record_v r ON r.num = k.num"
        " WHERE k.\"when\" >= ?2 AND k.\"when\" <= ?3 AND (?1 = '' OR k.num IN (SELECT num"
        " FROM item_v WHERE field = 'participants.actor' AND value = ?1))"
        " AND k.num IN (SELECT num FROM item_v WHERE field = 'external_ids'"
        " AND value >= 'plan:' AND value < 'plan;') ORDER BY k.\"when\", r.id LIMIT 5001";
    return add_records(w, sql, add_engagement, err);
}

static int add_commitments(struct writing *w, struct error *err)
{
    static const char sql[] =
        "SELECT r.id FROM commitments_v k JOIN record_v r ON r.num = k.num"
        " WHERE k.due >= ?2 AND k.due <= ?3 AND (?1 = '' OR k.\"from\" = ?1 OR k.\"to\" = ?1)"
        " ORDER BY k.due, r.id LIMIT 5001";
    return add_records(w, sql, add_commitment, err);
}

/* ---- what else falls due ---- */

static const struct {
    const char *en, *fr;
} due_words[CALENDAR_COUNT] = {
    [CALENDAR_OBLIGATION] = { "Obligation", "Obligation" },
    [CALENDAR_TRANSACTION] = { "Settlement", "Règlement" },
    [CALENDAR_EXPIRES] = { "Agreement ends", "Fin de l'accord" },
    [CALENDAR_RENEWS] = { "Agreement renews", "Renouvellement de l'accord" },
    [CALENDAR_NOTICE] = { "Last day for notice", "Dernier jour de préavis" },
    [CALENDAR_ENTERS] = { "Agreement enters into force", "Entrée en vigueur de l'accord" },
    [CALENDAR_REQUEST] = { "Answer due", "Réponse attendue" },
    [CALENDAR_NEED] = { "Needed by", "Besoin à combler" },
    [CALENDAR_ATTESTATION] = { "Attestation ends", "Fin de l'attestation" },
};

static int add_due(struct writing *w, const struct calendar_item *i, struct error *err)
{
    struct row row;
    char day[32];
    int code = snapshot_get(w->snapshot, NULL, i->record, err, &row);
    if (code < 0)
        return code == EN_NOT_FOUND ? 0 : code;
    struct ics_item item = item_of(w, &row, i->from.len ? ICS_TASK : ICS_EVENT);
    struct slice title = snapshot_title(w->snapshot, &row, w->query->french);
    when_format_ms(i->day, false, day);
    struct slice date = arena_copy(w->arena, slice_make(day, 10));
    item.uid = arena_printf(w->arena, "urn:uuid:" SLICE_FMT "#%s-" SLICE_FMT, SLICE_ARG(row.id),
                            calendar_word(i->what), SLICE_ARG(date));
    item.start = item.kind == ICS_EVENT ? date : S("");
    item.until = item.kind == ICS_TASK ? date : S("");
    item.summary = arena_printf(w->arena, "%s: " SLICE_FMT,
                                w->query->french ? due_words[i->what].fr : due_words[i->what].en,
                                SLICE_ARG(title));
    item.description = between(w, i->from, i->to);
    item.transparent = true;
    item.category = S(CALENDAR_DEADLINE);
    item.own_status = slice_of(i->state ? i->state : "");
    bool done = slice_is(item.own_status, "fulfilled") || slice_is(item.own_status, "late");
    if (item.kind == ICS_TASK)
        item.status = done ? S("COMPLETED") : S("NEEDS-ACTION");
    return ics_add(&w->ics, &item, err);
}

static int add_all_due(struct writing *w, struct error *err)
{
    struct calendar_query q = { .of = w->query->of,
                                .from = w->query->from,
                                .until = w->query->until,
                                .as_of_ms = w->query->as_of_ms,
                                .what = (1U << CALENDAR_COUNT) - 1 - (1U << CALENDAR_COMMITMENT) };
    struct calendar all = { 0 };
    int code = calendar_make(w->snapshot, &q, err, &all);
    for (size_t i = 0; code == 0 && i < all.count; i++)
        code = add_due(w, &all.items[i], err);
    return code;
}

/* The components first: what they show decides the marking in the head. */
int calendar_file_write(struct snapshot *s, const struct calendar_file_query *q, struct buf *out,
                        struct error *err)
{
    struct buf parts cleanup_buf;
    struct writing w = { .snapshot = s, .arena = snapshot_arena(s), .query = q };
    buf_init(&parts, LIMIT_RESPONSE);
    w.ics = (struct ics_writer){ .out = &parts, .arena = w.arena };
    int code = q->accepted ? add_accepted(&w, err) : add_engagements(&w, err);
    if (code == 0 && !q->accepted)
        code = add_commitments(&w, err);
    if (code == 0 && !q->accepted)
        code = add_all_due(&w, err);
    if (code < 0)
        return code;
    if (buf_failed(&parts))
        return error_set(err, parts.no_memory ? EN_NO_MEMORY : EN_TOO_LARGE,
                         "the calendar is too large: ask for less");
    struct slice marking = marking_of(&w, snapshot_marking(s));
    struct slice name = q->of.len ? name_of(&w, q->of) : S("");
    ics_begin(&w.ics, w.arena, name.len ? name : S("Entente"), marking, out);
    buf_add(out, buf_slice(&parts));
    ics_end(&w.ics);
    return 0;
}
