/*
 * Calendars (iCalendar, RFC 5545), both ways, by libical: events and tasks.
 *
 * Writing gives every component its UID, DTSTAMP, SEQUENCE and CLASS; days end exclusively on the
 * wire and inclusively here; instants are in UTC.
 *
 * Reading takes what calendar programs send and turns zoned times into UTC (a floating time counts
 * as UTC). A recurring event becomes its occurrences within the window, with exceptions taken out
 * and replaced ones replaced; their UID has the day of the occurrence behind a '#'. A file may be
 * hostile: its size, depth, components, the occurrences looked at and those given back are limited;
 * a rule that recurs more often than daily is refused, and a time zone whose own rule does is not
 * used.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/when.h"

enum {
    ICS_TEXT_MAX = LIMIT_CALENDAR_FILE,
    ICS_DEPTH_MAX = 6,
    ICS_COMPONENTS_MAX = LIMIT_CALENDAR_PARTS,
    ICS_OCCURRENCES_MAX = LIMIT_OCCURRENCES,
    ICS_STEPS_MAX = 400000,    /* occurrences looked at, in one file */
    ICS_EXCEPTIONS_MAX = 1000, /* EXDATE of one event that are heeded */
    ICS_PEOPLE_MAX = 100       /* attendees of one event that are told */
};

enum ics_kind { ICS_EVENT, ICS_TASK };

struct ics_person {
    struct slice address, name; /* a URI; may be empty */
};

struct ics_item {
    enum ics_kind kind;
    unsigned line;     /* reading: of its BEGIN */
    const char *wrong; /* reading: why it is refused; then only uid and line are told */
    struct slice uid;
    int64_t stamp_ms; /* DTSTAMP and LAST-MODIFIED */
    int sequence;
    struct slice start, until; /* day or instant, inclusive; of a task until is what it is due by */
    struct slice completed;    /* of a task: an instant, or empty */
    struct slice summary, description, location, category;
    struct slice status; /* CONFIRMED, TENTATIVE, CANCELLED; NEEDS-ACTION, COMPLETED ... */
    bool confidential;   /* CLASS */
    bool transparent;    /* takes no time */
    int priority;        /* of a task, 1 to 9; 0: none */
    struct slice marking, own_status; /* X-ENTENTE-MARKING, X-ENTENTE-STATUS */
    bool has_point;
    double latitude, longitude;
    const struct ics_person *people;
    size_t people_count;
};

struct ics_writer {
    struct buf *out;
    struct arena *arena;
};

/* name: of the calendar, for programs that show it. */
void ics_begin(struct ics_writer *w, struct arena *a, struct slice name, struct slice marking,
               struct buf *out);
int ics_add(struct ics_writer *w, const struct ics_item *item, struct error *err);
void ics_end(struct ics_writer *w);

struct ics_list {
    struct ics_item *items; /* in the order of the file; of occurrences by day */
    size_t count;
};

/* Occurrences from `from` to `until` (ms). EN_INVALID for what is no calendar, EN_TOO_LARGE past a
 * limit of the file; what concerns one component is told in its item. */
int ics_read(struct slice text, int64_t from, int64_t until, struct arena *a, struct error *err,
             struct ics_list *ret);
