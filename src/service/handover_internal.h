/* What the files of the handover share; nothing else includes it. */
#pragma once

#include "service/handover.h"
#include "service/relations.h"

enum {
    HANDOVER_EACH_MAX = 100, /* items of one list */
    HANDOVER_TOPICS_MAX = 8,
    HANDOVER_WORDS_MAX = 12,
};

struct handover {
    struct node *node;
    struct snapshot *snapshot;
    struct arena *arena;
    struct roster *roster;
    struct trust_desk *desk;
    int64_t as_of, now_ms; /* seconds, and its last millisecond */
    struct slice post;     /* or empty: a person without one */
    struct slice of;       /* the organisation */
    struct slice person;   /* whose interpersonal relationships are told; or empty */
    const struct tour *holder, *predecessor, *next; /* or NULL */
    const struct tour *incoming;                    /* whose meetings are followed; or NULL */
    struct relations relations;                     /* of the post, by priority and partner */
    const char **basis;                             /* of each: steward, party, contact */
    struct ids partners;                            /* each once */
    struct contacts contacts;                       /* of two years, and the planned ones */
};

/* Does the contact go through the post: a carrier spoke from it, or one of its holders as such? */
bool handover_carried(const struct handover *h, const struct contact *c);
/* Finds everything above. */
int handover_find(struct handover *h, struct row *actor, struct slice home, struct error *err);

/* Each writes its members. */
int handover_write_relationships(struct handover *h, struct render *r, struct error *err);
int handover_write_succession(struct handover *h, struct render *r, struct error *err);
int handover_write_engagements(struct handover *h, struct render *r, struct error *err);
int handover_write_people(struct handover *h, struct render *r, struct error *err);
int handover_write_promises(struct handover *h, struct render *r, struct error *err);
int handover_write_agreements(struct handover *h, struct render *r, struct error *err);
int handover_write_needs(struct handover *h, struct render *r, struct error *err);
