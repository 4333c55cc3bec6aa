/*
 * The work as a calendar file, and a calendar file as engagements.
 *
 * Out: engagements are events, commitments tasks, and what else falls due (calendar.h) tasks or,
 * when nobody in particular owes it, events that take no time. A record's UID is its urn:uuid, so a
 * calendar program that reads the file again changes what it has; CLASS is PUBLIC for the lowest
 * label and CONFIDENTIAL above it, and X-ENTENTE-MARKING has each one's marking.
 *
 * In: an event is found again by its UID: our own urn:uuid of an engagement that the importer may
 * read means that record, any other becomes the external id "ics:<UID>". What comes new is planned,
 * or cancelled when it says so: that a meeting was held is for a person to state. Attendees whose
 * name one readable actor bears are participants. Tasks and deadlines of our own are
 * read over, and noted.
 */
#pragma once

#include "service/render.h"
#include "service/transfer.h"

/* The category of what falls due and is no engagement: such an event of ours is not read back. */
#define CALENDAR_DEADLINE "deadline"

struct calendar_file_query {
    struct slice of;     /* only what concerns this actor; empty: all */
    int64_t from, until; /* ms */
    int64_t as_of_ms;
    bool french;
    bool accepted; /* only engagements that were accepted from a plan */
};

int calendar_file_write(struct snapshot *s, const struct calendar_file_query *q, struct buf *out,
                        struct error *err);
/* Occurrences of recurring events are taken from 31 days before now to a year after it. The report
 * has one row per event and occurrence. The snapshot of w is closed. */
int calendar_file_import(struct write_context *w, struct slice text, bool dry_run,
                         const struct transfer_progress *progress, struct error *err,
                         struct transfer_report *ret);
