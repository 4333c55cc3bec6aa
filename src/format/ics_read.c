/* Reading calendars: see ics.h. */
#include "format/ics.h"

#include <libical/ical.h>

#include <stdlib.h>

#define DAY_MS INT64_C(86400000)

/* A component that tells one occurrence of a recurring event. */
struct override {
    struct slice uid;
    int64_t ms;
};

struct reading {
    struct arena *arena;
    int64_t from, until;
    icalcomponent *root;
    unsigned *lines; /* of the BEGIN of each event and task, in order */
    size_t line_count, at;
    struct override *overrides; /* sorted */
    size_t override_count;
    int steps; /* of all rules so far */
    struct ics_list all;
    size_t capacity;
};

/* ---- limits, before libical sees anything ---- */

static int too_large(struct error *err)
{
    return error_set(err, EN_TOO_LARGE, "the calendar is too large or too deeply nested");
}

/* Counts what begins, how deep, and where events and tasks do. */
static int check_shape(struct reading *r, struct slice text, struct error *err)
{
    unsigned line = 0, depth = 0, components = 0;
    if (text.len > ICS_TEXT_MAX)
        return too_large(err);
    if (!slice_is_utf8(text))
        return error_set(err, EN_INVALID, "the file is not UTF-8");
    r->lines = arena_array_of(r->arena, unsigned, ICS_COMPONENTS_MAX + 1);
    if (!r->lines)
        return error_set(err, EN_NO_MEMORY, "calendar");
    while (text.len) {
        struct slice one = slice_trim(slice_cut(&text, '\n'));
        line++;
        if (slice_starts(one, S("END:")) && depth)
            depth--;
        if (one.len < 6 || !slice_eq_fold(slice_make(one.ptr, 6), S("BEGIN:")))
            continue;
        if (++depth > ICS_DEPTH_MAX || ++components > ICS_COMPONENTS_MAX)
            return too_large(err);
        struct slice what = slice_trim(slice_make(one.ptr + 6, one.len - 6));
        if (slice_eq_fold(what, S("VEVENT")) || slice_eq_fold(what, S("VTODO")))
            r->lines[r->line_count++] = line;
    }
    return 0;
}

static bool is_yearly(icalcomponent *observance)
{
    icalproperty *p = icalcomponent_get_first_property(observance, ICAL_RRULE_PROPERTY);
    for (; p; p = icalcomponent_get_next_property(observance, ICAL_RRULE_PROPERTY)) {
        struct icalrecurrencetype rule = icalproperty_get_rrule(p);
        if (rule.freq != ICAL_YEARLY_RECURRENCE || rule.by_hour[0] != ICAL_RECURRENCE_ARRAY_MAX ||
            rule.by_minute[0] != ICAL_RECURRENCE_ARRAY_MAX ||
            rule.by_second[0] != ICAL_RECURRENCE_ARRAY_MAX)
            return false;
    }
    return true;
}

/* libical follows the rules of a zone for decades: only yearly ones are let through. */
static void drop_hostile_zones(icalcomponent *root)
{
    icalcomponent *next, *zone = icalcomponent_get_first_component(root, ICAL_VTIMEZONE_COMPONENT);
    for (; zone; zone = next) {
        bool good = true;
        icalcomponent *o = icalcomponent_get_first_component(zone, ICAL_ANY_COMPONENT);
        for (; o; o = icalcomponent_get_next_component(zone, ICAL_ANY_COMPONENT))
            good = good && is_yearly(o);
        next = icalcomponent_get_next_component(root, ICAL_VTIMEZONE_COMPONENT);
        if (good)
            continue;
        icalcomponent_remove_component(root, zone);
        icalcomponent_free(zone);
    }
}

/* ---- texts and times ---- */

static struct slice copied(struct reading *r, const char *text)
{
    return text && text[0] ? arena_copy(r->arena, slice_of(text)) : S("");
}

static struct slice property_text(struct reading *r, icalcomponent *c, icalproperty_kind kind)
{
    icalproperty *p = icalcomponent_get_first_property(c, kind);
    icalvalue *v = p ? icalproperty_get_value(p) : NULL;
    return v ? copied(r, icalvalue_get_text(v)) : S("");
}

static struct slice x_text(struct reading *r, icalcomponent *c, const char *name)
{
    icalproperty *p = icalcomponent_get_first_property(c, ICAL_X_PROPERTY);
    for (; p; p = icalcomponent_get_next_property(c, ICAL_X_PROPERTY)) {
        const char *its = icalproperty_get_x_name(p);
        if (its && slice_eq_fold(slice_of(its), slice_of(name)))
            return copied(r, icalproperty_get_x(p));
    }
    return S("");
}

static bool is_usable(struct icaltimetype t)
{
    return !icaltime_is_null_time(t) && t.year >= 1 && t.year <= 9998 && t.month >= 1 &&
           t.month <= 12 && t.day >= 1 && t.day <= 31;
}

static int64_t ms_of(struct icaltimetype t)
{
    if (t.is_date)
        return when_from_civil(t.year, t.month, t.day);
    return (int64_t)icaltime_as_timet_with_zone(t, t.zone) * 1000;
}

/* As our texts say it: a day, or an instant. */
static struct slice text_of(struct reading *r, int64_t ms, bool day)
{
    char text[32];
    when_format_ms(ms, false, text);
    return arena_copy(r->arena, day ? slice_make(text, 10) : slice_of(text));
}

static bool time_of(icalcomponent *c, icalproperty_kind kind, struct icaltimetype *ret)
{
    icalproperty *p = icalcomponent_get_first_property(c, kind);
    if (!p)
        return false;
    *ret = icalproperty_get_datetime_with_component(p, c);
    return is_usable(*ret);
}

/* ---- one component ---- */

static void take_people(struct reading *r, icalcomponent *c, struct ics_item *item)
{
    struct ics_person *people = NULL;
    icalproperty *p = icalcomponent_get_first_property(c, ICAL_ATTENDEE_PROPERTY);
    for (; p && item->people_count < ICS_PEOPLE_MAX;
         p = icalcomponent_get_next_property(c, ICAL_ATTENDEE_PROPERTY)) {
        icalparameter *cn = icalproperty_get_first_parameter(p, ICAL_CN_PARAMETER);
        if (!people && !(people = arena_array_of(r->arena, struct ics_person, ICS_PEOPLE_MAX)))
            return;
        people[item->people_count++] =
            (struct ics_person){ copied(r, icalproperty_get_attendee(p)),
                                 cn ? copied(r, icalparameter_get_cn(cn)) : S("") };
    }
    item->people = people;
}

static void take_words(struct reading *r, icalcomponent *c, struct ics_item *item)
{
    icalproperty *p = icalcomponent_get_first_property(c, ICAL_STATUS_PROPERTY);
    if (p)
        item->status = copied(r, icalproperty_status_to_string(icalproperty_get_status(p)));
    p = icalcomponent_get_first_property(c, ICAL_CLASS_PROPERTY);
    enum icalproperty_class class = p ? icalproperty_get_class(p) : ICAL_CLASS_PUBLIC;
    item->confidential = class != ICAL_CLASS_PUBLIC && class != ICAL_CLASS_NONE;
    p = icalcomponent_get_first_property(c, ICAL_GEO_PROPERTY);
    if (p) {
        struct icalgeotype geo = icalproperty_get_geo(p);
        item->has_point = true;
        item->latitude = geo.lat;
        item->longitude = geo.lon;
    }
    p = icalcomponent_get_first_property(c, ICAL_SEQUENCE_PROPERTY);
    item->sequence = p ? icalproperty_get_sequence(p) : 0;
}

static void take_all(struct reading *r, icalcomponent *c, struct ics_item *item)
{
    item->summary = property_text(r, c, ICAL_SUMMARY_PROPERTY);
    item->description = property_text(r, c, ICAL_DESCRIPTION_PROPERTY);
    item->location = property_text(r, c, ICAL_LOCATION_PROPERTY);
    item->category = property_text(r, c, ICAL_CATEGORIES_PROPERTY);
    item->marking = x_text(r, c, "X-ENTENTE-MARKING");
    item->own_status = x_text(r, c, "X-ENTENTE-STATUS");
    take_words(r, c, item);
    take_people(r, c, item);
}

/* How long it takes, in ms, from DTEND or DURATION; of days the last one counts. -1: not stated. */
static int64_t length_of(icalcomponent *c, struct icaltimetype start)
{
    struct icaltimetype end;
    icalproperty *p = icalcomponent_get_first_property(c, ICAL_DURATION_PROPERTY);
    int64_t length = -1;
    if (time_of(c, ICAL_DTEND_PROPERTY, &end))
        length = ms_of(end) - ms_of(start);
    else if (p)
        length = (int64_t)icaldurationtype_as_int(icalproperty_get_duration(p)) * 1000;
    if (start.is_date && length >= DAY_MS)
        length -= DAY_MS;
    return length;
}

static void set_times(struct reading *r, struct ics_item *item, int64_t start, int64_t length,
                      bool day)
{
    item->start = text_of(r, start, day);
    item->until = length > 0 ? text_of(r, start + length, day) : S("");
}

static int add(struct reading *r, const struct ics_item *item)
{
    if (r->all.count == r->capacity) {
        size_t wider = r->capacity ? r->capacity * 2 : 64;
        struct ics_item *items = arena_array_of(r->arena, struct ics_item, wider);
        if (!items)
            return EN_NO_MEMORY;
        if (r->all.count)
            memcpy(items, r->all.items, r->all.count * sizeof *items);
        r->all.items = items;
        r->capacity = wider;
    }
    r->all.items[r->all.count++] = *item;
    return arena_failed(r->arena) ? EN_NO_MEMORY : 0;
}

/* ---- recurrence ---- */

static const char *uid_text(icalcomponent *c)
{
    const char *uid = icalcomponent_get_uid(c);
    return uid ? uid : "";
}

static int compare_overrides(const void *x, const void *y)
{
    const struct override *a = x, *b = y;
    int by_uid = slice_compare(a->uid, b->uid);
    return by_uid ? by_uid : a->ms < b->ms ? -1 : a->ms > b->ms;
}

static int find_overrides(struct reading *r)
{
    struct icaltimetype t;
    r->overrides = arena_array_of(r->arena, struct override, r->line_count + 1);
    if (!r->overrides)
        return EN_NO_MEMORY;
    icalcompiter at = icalcomponent_begin_component(r->root, ICAL_VEVENT_COMPONENT);
    for (icalcomponent *c = icalcompiter_deref(&at); c && r->override_count < r->line_count;
         c = icalcompiter_next(&at))
        if (time_of(c, ICAL_RECURRENCEID_PROPERTY, &t))
            r->overrides[r->override_count++] =
                (struct override){ copied(r, uid_text(c)), ms_of(t) };
    if (r->override_count > 1)
        qsort(r->overrides, r->override_count, sizeof *r->overrides, compare_overrides);
    return arena_failed(r->arena) ? EN_NO_MEMORY : 0;
}

/* Is that occurrence taken out, or told by a component of its own? */
static bool is_excluded(struct reading *r, icalcomponent *c, struct slice uid, int64_t ms)
{
    struct override key = { uid, ms };
    icalproperty *p = icalcomponent_get_first_property(c, ICAL_EXDATE_PROPERTY);
    for (int n = 0; p && n < ICS_EXCEPTIONS_MAX; n++) {
        if (ms_of(icalproperty_get_datetime_with_component(p, c)) == ms)
            return true;
        p = icalcomponent_get_next_property(c, ICAL_EXDATE_PROPERTY);
    }
    return r->override_count &&
           bsearch(&key, r->overrides, r->override_count, sizeof *r->overrides, compare_overrides);
}

static struct slice occurrence_uid(struct reading *r, struct slice uid, int64_t ms, bool day)
{
    struct slice text = text_of(r, ms, day);
    return arena_printf(r->arena, SLICE_FMT "#" SLICE_FMT, SLICE_ARG(uid), SLICE_ARG(text));
}

static int add_occurrence(struct reading *r, const struct ics_item *item, int64_t ms,
                          int64_t length, bool day)
{
    struct ics_item one = *item;
    one.uid = occurrence_uid(r, item->uid, ms, day);
    set_times(r, &one, ms, length, day);
    return add(r, &one);
}

static int expand(struct reading *r, icalcomponent *c, struct ics_item *item,
                  struct icaltimetype start, int64_t length)
{
    icalproperty *p = icalcomponent_get_first_property(c, ICAL_RRULE_PROPERTY);
    struct icalrecurrencetype rule = icalproperty_get_rrule(p);
    bool often = rule.freq < ICAL_DAILY_RECURRENCE ||
                 rule.by_hour[0] != ICAL_RECURRENCE_ARRAY_MAX ||
                 rule.by_minute[0] != ICAL_RECURRENCE_ARRAY_MAX ||
                 rule.by_second[0] != ICAL_RECURRENCE_ARRAY_MAX;
    icalrecur_iterator *at = often ? NULL : icalrecur_iterator_new(rule, start);
    int code = 0, given = 0;
    if (!at) {
        item->wrong = often ? "it recurs more often than daily" : "its rule names no days";
        return add(r, item);
    }
    while (code == 0 && r->steps++ < ICS_STEPS_MAX) {
        struct icaltimetype t = icalrecur_iterator_next(at);
        if (!is_usable(t))
            break;
        t.zone = start.zone;
        int64_t ms = ms_of(t);
        if (ms > r->until || given == ICS_OCCURRENCES_MAX)
            break;
        if (ms < r->from || is_excluded(r, c, item->uid, ms))
            continue;
        code = add_occurrence(r, item, ms, length, start.is_date);
        given++;
    }
    icalrecur_iterator_free(at);
    return code;
}

/* ---- the file ---- */

static int read_event(struct reading *r, icalcomponent *c, struct ics_item *item)
{
    struct icaltimetype start, id;
    if (!time_of(c, ICAL_DTSTART_PROPERTY, &start)) {
        item->wrong = "it has no start that can be read";
        return add(r, item);
    }
    int64_t length = length_of(c, start);
    take_all(r, c, item);
    if (icalcomponent_get_first_property(c, ICAL_RRULE_PROPERTY))
        return expand(r, c, item, start, length);
    if (time_of(c, ICAL_RECURRENCEID_PROPERTY, &id))
        item->uid = occurrence_uid(r, item->uid, ms_of(id), id.is_date != 0);
    set_times(r, item, ms_of(start), length, start.is_date != 0);
    return add(r, item);
}

static int read_task(struct reading *r, icalcomponent *c, struct ics_item *item)
{
    struct icaltimetype t;
    take_all(r, c, item);
    if (time_of(c, ICAL_DTSTART_PROPERTY, &t))
        item->start = text_of(r, ms_of(t), t.is_date != 0);
    if (time_of(c, ICAL_DUE_PROPERTY, &t))
        item->until = text_of(r, ms_of(t), t.is_date != 0);
    if (time_of(c, ICAL_COMPLETED_PROPERTY, &t))
        item->completed = text_of(r, ms_of(t), false);
    return add(r, item);
}

static int read_component(struct reading *r, icalcomponent *c)
{
    bool event = icalcomponent_isa(c) == ICAL_VEVENT_COMPONENT;
    struct ics_item item = { .kind = event ? ICS_EVENT : ICS_TASK,
                             .uid = copied(r, uid_text(c)),
                             .line = r->at < r->line_count ? r->lines[r->at] : 0 };
    r->at++;
    item.start = item.until = item.completed = item.summary = item.description = S("");
    item.location = item.category = item.status = item.marking = item.own_status = S("");
    if (!item.uid.len) {
        item.wrong = "it has no UID";
        return add(r, &item);
    }
    return event ? read_event(r, c, &item) : read_task(r, c, &item);
}

static int read_components(struct reading *r)
{
    int code = 0;
    icalcompiter at = icalcomponent_begin_component(r->root, ICAL_ANY_COMPONENT);
    for (icalcomponent *c = icalcompiter_deref(&at); c && code == 0; c = icalcompiter_next(&at)) {
        icalcomponent_kind kind = icalcomponent_isa(c);
        if (kind == ICAL_VEVENT_COMPONENT || kind == ICAL_VTODO_COMPONENT)
            code = read_component(r, c);
    }
    return code;
}

int ics_read(struct slice text, int64_t from, int64_t until, struct arena *a, struct error *err,
             struct ics_list *ret)
{
    struct reading r = { .arena = a, .from = from, .until = until };
    int code = check_shape(&r, text, err);
    if (code < 0)
        return code;
    char *whole = arena_cstr(a, text);
    if (!whole)
        return error_set(err, EN_NO_MEMORY, "calendar");
    icalerror_clear_errno();
    r.root = icalparser_parse_string(whole);
    if (!r.root || icalcomponent_isa(r.root) != ICAL_VCALENDAR_COMPONENT) {
        if (r.root)
            icalcomponent_free(r.root);
        return error_set(err, EN_INVALID, "this is no calendar: BEGIN:VCALENDAR is expected");
    }
    drop_hostile_zones(r.root);
    code = find_overrides(&r);
    if (code == 0)
        code = read_components(&r);
    icalcomponent_free(r.root);
    if (code < 0)
        return error_set(err, code, "calendar");
    *ret = r.all;
    return 0;
}
