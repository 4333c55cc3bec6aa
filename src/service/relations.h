/* The relationships of an actor in force on a day, each with the partner at its other end. */
#pragma once

#include "service/roster.h"
#include "service/trust.h"

struct relation {
    struct slice id, partner;
    uint32_t label;
    const struct json *body;
};

struct relations {
    struct relation *items; /* by id */
    size_t count;
};

/* Only those whose partner the viewer may read. All lives in the snapshot's arena; enters no
 * marking by itself. as_of in seconds. */
int relations_of(struct snapshot *s, struct slice of, int64_t as_of, struct error *err,
                 struct relations *ret);
bool relation_is_personal(const struct relation *r);
/* Each partner once. */
int relations_partners(struct snapshot *s, const struct relations *all, struct error *err,
                       struct ids *ret);
/* "relationship","partner","trust","earned" members: ours in them and theirs in us. */
int relation_write_trust(const struct relation *one, struct slice of, struct trust_desk *d,
                         int64_t as_of, struct render *r, struct error *err);
/* "name": the interpersonal relationships of a person, as [{relationship, partner, trust, earned}]:
 * this trust goes where the person goes. */
int relations_write_personal(const char *name, struct slice person, struct trust_desk *d,
                             int64_t as_of, struct render *r, struct error *err);
