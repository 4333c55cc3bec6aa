/*
 * What an obligation asks for, and when: its instances on a day.
 *
 * Those that were decided, or that a request or an event called for, are stored with it; those of a
 * date or a recurrence are derived from its rule, as long as it is alive. It is alive while its
 * agreement is provisionally applied or in force, and after the end only if it survives. An
 * instance is due until the last moment of its due date and its days of grace, and overdue then.
 */
#pragma once

#include "service/agreements.h"

enum instance_state {
    INSTANCE_UPCOMING, /* its day is still to come */
    INSTANCE_DUE,
    INSTANCE_OVERDUE,
    INSTANCE_FULFILLED,
    INSTANCE_LATE,
    INSTANCE_WAIVED,
    INSTANCE_DISPUTED,
    INSTANCE_BREACHED,
};
const char *instance_state_word(enum instance_state state);

struct instance {
    struct slice on;  /* as stated, or the derived day */
    int64_t on_ms;    /* its first moment */
    int64_t due_ms;   /* the last moment at which it is on time */
    int64_t grace_ms; /* the last moment that still counts as on time */
    enum instance_state state;
    struct slice decided_on, request; /* or empty */
    bool stored;
};

struct instances {
    struct instance *items; /* by day */
    size_t count;
    bool alive;      /* today */
    bool unreadable; /* its recurrence cannot be followed: only the stored ones are here */
    bool cut;        /* there are more */
};

/* status: of its agreement, or NULL when the viewer may not read that: then the obligation stands
 * on its own. The derived instances are those whose day lies within from..until (ms); the stored
 * ones are all given. What is decided after as_of_ms is not decided yet. */
int obligation_instances(struct arena *a, const struct json *body,
                         const struct agreement_status *status, int64_t as_of_ms, int64_t from,
                         int64_t until, struct error *err, struct instances *ret);
bool obligation_alive(const struct json *body, const struct agreement_status *status);
