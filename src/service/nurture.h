/*
 * The nurture policy: what a relationship's priority is worth, which contacts must be, what each
 * form of engagement takes and leaves, and what travel costs. It is policy, editable per instance
 * (nurture.json), and printed with every plan.
 *
 * What a file does not say keeps its default (policy/nurture.json); what is not known is refused,
 * so that a misspelt name is never silently ignored. Invariant: parse(write(p)) is p.
 */
#pragma once

#include "kernel/attention.h"
#include "record/kind.h"

enum { NURTURE_PRIORITIES = 6, NURTURE_REGIONS_MAX = 64, NURTURE_FIELD = 16 };

struct nurture_type {
    char mode[NURTURE_FIELD]; /* as engagements state it */
    struct attention_type form;
};

struct nurture_region {
    char country[4];
    double hours;
};

struct nurture {
    double importance[NURTURE_PRIORITIES]; /* none stated, T1 .. T5 */
    double criticality;                    /* of the whole of one open need of the first priority */
    unsigned must_do;                      /* bits of priorities: the longest interval is kept */
    struct nurture_type types[ATTENTION_TYPES_MAX]; /* in the policy's order */
    uint32_t type_count;
    double trip_same_country, trip_abroad; /* hours */
    struct nurture_region regions[NURTURE_REGIONS_MAX];
    uint32_t region_count;
    double hours, floor; /* of a plan when none is asked for */
    int64_t weeks, working_days;
    int64_t gap_days; /* between two contacts with one partner, at least */
};

/* text overlays base (NULL: nothing; then the text has to be whole). Modes are those of the kind
 * engagement. EN_INVALID names every member that is wrong. */
int nurture_parse(struct slice text, const struct kind *engagement, const struct nurture *base,
                  struct error *err, struct nurture *ret);
void nurture_write(const struct nurture *p, struct json_writer *out);

/* 1 .. 5 for "T1" .. "T5", 0 for anything else. */
int nurture_priority(struct slice priority);
/* Hours of one trip from home's country to a partner's. */
double nurture_trip(const struct nurture *p, struct slice home_country, struct slice country);
