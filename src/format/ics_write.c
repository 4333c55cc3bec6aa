/* Writing calendars: see ics.h. */
#include "format/ics.h"

#include <libical/ical.h>

#include <stdlib.h>

#define DAY_MS INT64_C(86400000)

/* A text for libical: NUL-terminated, without control characters. */
static const char *clean(struct arena *a, struct slice text)
{
    char *kept = arena_alloc(a, text.len + 1);
    size_t n = 0;
    for (size_t i = 0; kept && i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c >= 0x20 || c == '\n' || c == '\t')
            kept[n++] = (char)c;
    }
    return kept ? kept : "";
}

/* A day, or an instant in UTC; days_on moves a day on: ends are exclusive on the wire. */
static bool time_of(struct slice text, bool last, int days_on, struct icaltimetype *ret)
{
    struct when w;
    if (!when_parse(text, &w))
        return false;
    *ret = icaltime_null_time();
    if (w.precision == WHEN_INSTANT) {
        *ret = icaltime_from_timet_with_zone((time_t)(w.ms / 1000), 0,
                                             icaltimezone_get_utc_timezone());
        return true;
    }
    int64_t ms = (last ? when_last_ms(w) : when_first_ms(w)) + days_on * DAY_MS;
    when_civil(ms, &ret->year, &ret->month, &ret->day);
    ret->is_date = 1;
    return true;
}

static struct icaltimetype instant_of(int64_t ms)
{
    return icaltime_from_timet_with_zone((time_t)(ms / 1000), 0, icaltimezone_get_utc_timezone());
}

static void add_x(icalcomponent *c, const char *name, const char *value)
{
    icalproperty *p = value[0] ? icalproperty_new_x(value) : NULL;
    if (!p)
        return;
    icalproperty_set_x_name(p, name);
    icalcomponent_add_property(c, p);
}

typedef icalproperty *(*text_property)(const char *text);

static void add_text(icalcomponent *c, struct arena *a, struct slice text, text_property make)
{
    if (text.len)
        icalcomponent_add_property(c, make(clean(a, text)));
}

/* ---- parts ---- */

static void add_identity(icalcomponent *c, struct arena *a, const struct ics_item *i)
{
    icalcomponent_add_property(c, icalproperty_new_uid(clean(a, i->uid)));
    icalcomponent_add_property(c, icalproperty_new_dtstamp(instant_of(i->stamp_ms)));
    icalcomponent_add_property(c, icalproperty_new_lastmodified(instant_of(i->stamp_ms)));
    icalcomponent_add_property(c, icalproperty_new_sequence(i->sequence));
    icalcomponent_add_property(
        c, icalproperty_new_class(i->confidential ? ICAL_CLASS_CONFIDENTIAL : ICAL_CLASS_PUBLIC));
    add_x(c, "X-ENTENTE-MARKING", clean(a, i->marking));
    add_x(c, "X-ENTENTE-STATUS", clean(a, i->own_status));
}

static void add_texts(icalcomponent *c, struct arena *a, const struct ics_item *i)
{
    add_text(c, a, i->summary, icalproperty_new_summary);
    add_text(c, a, i->description, icalproperty_new_description);
    add_text(c, a, i->location, icalproperty_new_location);
    add_text(c, a, i->category, icalproperty_new_categories);
    if (i->status.len) {
        enum icalproperty_status status = icalproperty_string_to_status(clean(a, i->status));
        if (status != ICAL_STATUS_NONE)
            icalcomponent_add_property(c, icalproperty_new_status(status));
    }
    if (i->has_point)
        icalcomponent_add_property(
            c, icalproperty_new_geo((struct icalgeotype){ i->latitude, i->longitude }));
}

static void add_people(icalcomponent *c, struct arena *a, const struct ics_item *i)
{
    for (size_t n = 0; n < i->people_count; n++) {
        icalproperty *p = icalproperty_new_attendee(clean(a, i->people[n].address));
        const char *name = clean(a, i->people[n].name);
        if (p && name[0])
            icalproperty_add_parameter(p, icalparameter_new_cn(name));
        if (p)
            icalcomponent_add_property(c, p);
    }
}

static bool add_times(icalcomponent *c, const struct ics_item *i)
{
    struct icaltimetype t;
    bool event = i->kind == ICS_EVENT;
    if (time_of(i->start, false, 0, &t)) {
        icalcomponent_add_property(c, icalproperty_new_dtstart(t));
        /* "2026-05" takes the month, though no end is stated */
        struct slice end = i->until.len || !t.is_date ? i->until : i->start;
        if (event && time_of(end, true, 1, &t))
            icalcomponent_add_property(c, icalproperty_new_dtend(t));
    } else if (event) {
        return false;
    }
    if (!event && time_of(i->until, true, 0, &t))
        icalcomponent_add_property(c, icalproperty_new_due(t));
    if (!event && time_of(i->completed, false, 0, &t) && !t.is_date)
        icalcomponent_add_property(c, icalproperty_new_completed(t));
    if (!event && i->priority)
        icalcomponent_add_property(c, icalproperty_new_priority(i->priority));
    if (event && i->transparent)
        icalcomponent_add_property(c, icalproperty_new_transp(ICAL_TRANSP_TRANSPARENT));
    return true;
}

/* ---- the file ---- */

static void add_line(struct ics_writer *w, const char *name, struct slice text)
{
    icalproperty *p;
    char *line;
    if (!text.len || !(p = icalproperty_new_x(clean(w->arena, text))))
        return;
    icalproperty_set_x_name(p, name);
    line = icalproperty_as_ical_string_r(p);
    buf_add_cstr(w->out, line ? line : "");
    free(line);
    icalproperty_free(p);
}

void ics_begin(struct ics_writer *w, struct arena *a, struct slice name, struct slice marking,
               struct buf *out)
{
    *w = (struct ics_writer){ .out = out, .arena = a };
    buf_add_cstr(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Entente//" ENTENTE_VERSION
                      "//EN\r\nCALSCALE:GREGORIAN\r\n");
    add_line(w, "X-WR-CALNAME", name);
    add_line(w, "X-ENTENTE-MARKING", marking);
}

int ics_add(struct ics_writer *w, const struct ics_item *item, struct error *err)
{
    icalcomponent *c =
        icalcomponent_new(item->kind == ICS_EVENT ? ICAL_VEVENT_COMPONENT : ICAL_VTODO_COMPONENT);
    if (!c)
        return error_set(err, EN_NO_MEMORY, "calendar");
    add_identity(c, w->arena, item);
    bool timed = add_times(c, item);
    add_texts(c, w->arena, item);
    add_people(c, w->arena, item);
    char *text = timed ? icalcomponent_as_ical_string_r(c) : NULL;
    icalcomponent_free(c);
    if (timed && (!text || arena_failed(w->arena))) {
        free(text);
        return error_set(err, EN_NO_MEMORY, "calendar");
    }
    buf_add_cstr(w->out, text ? text : "");
    free(text);
    return 0;
}

void ics_end(struct ics_writer *w)
{
    buf_add_cstr(w->out, "END:VCALENDAR\r\n");
}
