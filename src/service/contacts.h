/*
 * Contacts between an actor and its partners, and the persons behind them: who carried a meeting on
 * our side is found by the roster from the participant's position, or is the participant.
 *
 * A held engagement is contact with a partner when one of its participants is that partner or part
 * of it, and another is the actor or part of it. Past LIMIT_EVIDENCE_PARTICIPANTS participants a
 * gathering is no contact between any two (as for trust).
 */
#pragma once

#include "service/roster.h"

struct carrier {             /* one of ours in one engagement */
    struct slice person;     /* or empty: nobody is known behind it */
    const struct tour *tour; /* the posting by which they were there, or NULL */
    struct slice position;   /* the position spoken from, or empty */
};

struct contact {
    struct slice engagement;
    uint32_t label;
    const struct json *body;
    int64_t at_ms; /* first moment */
    bool held;     /* else planned */
    bool own;      /* else a partner states it: for lists, and no part of a figure of ours */
    struct carrier *carriers;
    size_t carrier_count;
    struct slice *partners; /* each once */
    size_t partner_count;
};

struct contacts {
    struct contact *items; /* by day, then id */
    size_t count;
};

struct contacts_query {
    struct slice of;     /* ours: the actor and all that is part of it */
    struct ids partners; /* whom contact is looked for with */
    int64_t from, until; /* of held ones, ms of the first moment */
    bool planned;        /* also the planned ones from `until` on */
    bool theirs;         /* also what partners state */
};

/* All lives in the snapshot's arena. Enters no marking: what is told must be marked. */
int contacts_read(struct snapshot *s, struct roster *r, const struct contacts_query *q,
                  struct error *err, struct contacts *ret);
bool contact_with(const struct contact *c, struct slice partner);
bool contact_by(const struct contact *c, struct slice person);
bool contact_names(const struct contact *c, struct slice relationship);
